"""Where a part of a page went, told from its pixels."""

import cv2
import numpy as np
import pytest

from tests.vision.drawn import Page
from vision.difference.alignment import align, carried, laid_over, scaled_to, traced
from vision.types import Alignment, Box, Picture


def article(page: Page, top: int, left: int = 20) -> None:
    """Ten lines that are all different, so every one can anchor."""
    for line in range(10):
        page.text(left, top + 24 * line, f"Line {line} of the article, {line * 37} words", 14)


def page_with(top: int, banner: int = 0) -> Picture:
    page = Page(600, 420)
    page.text(20, 10, "A heading that stays", 20)
    if banner:
        page.block(Box(20, 60, 560, banner), (250, 200, 120))
    article(page, top)
    return page.picture


def test_equal_pictures_lie_on_one_another() -> None:
    assert align(page_with(70), page_with(70)).kind == "identity"


def test_a_change_in_place_moves_nothing() -> None:
    changed = page_with(70)
    changed[200:210, 100:140] = 0

    alignment = align(page_with(70), changed)

    assert alignment.kind == "identity"
    assert not alignment.removed and not alignment.inserted


@pytest.mark.parametrize("height", [3, 8, 48])
def test_what_a_banner_pushed_down_is_found_to_the_pixel(height: int) -> None:
    alignment = align(page_with(70), page_with(70 + height, banner=height))

    assert alignment.kind == "shifted_rows"
    assert {band.dy for band in alignment.bands} == {0, height}
    assert carried(Box(20, 200, 100, 20), alignment) == Box(20, 200 + height, 100, 20)
    assert carried(Box(20, 12, 100, 20), alignment) == Box(20, 12, 100, 20)


def test_taking_a_banner_out_is_putting_it_in_turned_round() -> None:
    forth = align(page_with(70), page_with(118, banner=48))
    back = align(page_with(118, banner=48), page_with(70))

    assert {band.dy for band in back.bands} == {-band.dy for band in forth.bands}
    assert [box.height for box in forth.inserted] == [box.height for box in back.removed]


def test_a_side_bar_that_stays_does_not_hide_what_moved_beside_it() -> None:
    def page(top: int) -> Picture:
        drawn = Page(700, 420)
        for line in range(16):
            drawn.text(10, 10 + 25 * line, f"Menu {line * 7}", 14)
        article(drawn, top, left=200)
        return drawn.picture

    alignment = align(page(40), page(76))

    assert carried(Box(220, 100, 200, 20), alignment) == Box(220, 136, 200, 20)
    assert carried(Box(10, 100, 60, 20), alignment) == Box(10, 100, 60, 20)


def test_a_short_menu_stays_beside_a_page_of_which_a_picture_was_pushed_out_at_the_bottom() -> None:
    def page(pushed: int) -> Picture:
        drawn = Page(900, 600)
        for line in range(3):
            drawn.text(10, 120 + 28 * line, f"Menu entry {line * 7}", 16)
        for line in range(5):
            drawn.text(
                240, 10 + 57 * line + (pushed if line > 2 else 0), f"Line {line} of the page, {line * 37} words", 14
            )
        drawn.photo(Box(300, 300 + pushed, 300, 120), seed=1)
        drawn.photo(Box(300, 470 + pushed, 160, 120), seed=2)
        return drawn.picture

    alignment = align(page(0), page(150))

    assert carried(Box(250, 183, 100, 16), alignment) == Box(250, 333, 100, 16)
    assert carried(Box(10, 176, 60, 20), alignment) == Box(10, 176, 60, 20)


def test_a_header_a_footer_and_a_side_bar_stay_where_the_content_scrolled_between_them() -> None:
    def page(top: int) -> Picture:
        drawn = Page(700, 420)
        article(drawn, top, left=200)
        drawn.block(Box(0, 0, 700, 40), (40, 60, 90))
        drawn.text(20, 10, "Shop  Orders  Customers", 16, (255, 255, 255))
        for line in range(12):
            drawn.text(10, 50 + 25 * line, f"Menu {line * 7}", 14)
        drawn.block(Box(0, 370, 700, 50), (60, 60, 60))
        drawn.text(20, 385, "All rights reserved", 14, (255, 255, 255))
        return drawn.picture

    alignment = align(page(100), page(60))

    assert carried(Box(220, 180, 200, 20), alignment) == Box(220, 140, 200, 20)
    for stays in (Box(20, 10, 200, 20), Box(220, 5, 200, 20), Box(20, 385, 150, 20), Box(10, 150, 60, 20)):
        assert carried(stays, alignment) == stays


@pytest.mark.parametrize(("dx", "dy"), [(1, 0), (0, -2), (-1, 2)])
def test_an_offset_of_the_whole_picture_is_a_translation(dx: int, dy: int) -> None:
    reference = page_with(70)
    actual = np.roll(reference, (dy, dx), axis=(0, 1))

    alignment = align(reference, actual)

    assert (alignment.kind, alignment.dx, alignment.dy) == ("translation", dx, dy)


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_the_same_page_at_another_density_is_a_scale(scale: float) -> None:
    reference = page_with(70)
    actual = np.asarray(cv2.resize(reference, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)

    alignment = align(reference, actual)

    assert (alignment.kind, alignment.scale) == ("scale", scale)
    assert scaled_to(actual, 600, 420).shape == reference.shape


def test_a_longer_page_has_its_extra_rows_as_inserted() -> None:
    reference = page_with(70)
    actual = np.vstack([reference, np.full((80, 600, 3), 200, np.uint8)])

    alignment = align(reference, actual)

    assert alignment.inserted == (Box(0, 420, 600, 80),)


def test_a_wider_window_has_its_extra_columns_as_inserted() -> None:
    reference = page_with(70)
    actual = np.hstack([reference, np.full((420, 50, 3), 200, np.uint8)])

    assert align(reference, actual).inserted == (Box(600, 0, 50, 420),)


@pytest.mark.parametrize("seed", range(10))
def test_every_pixel_is_compared_or_accounted_for_once(seed: int) -> None:
    random = np.random.default_rng(seed)
    reference = page_with(70)
    actual = page_with(70 + int(random.integers(0, 60)), banner=int(random.integers(0, 40)))
    actual = actual[: int(random.integers(300, 421))]

    alignment = align(reference, actual)

    assert_tiles(alignment, reference, actual)


def assert_tiles(alignment: Alignment, reference: Picture, actual: Picture) -> None:
    before, after = np.zeros(reference.shape[:2], int), np.zeros(actual.shape[:2], int)
    for band in alignment.bands:
        before[band.reference_box.slices()] += 1
        after[band.reference_box.shifted(band.dx, band.dy).slices()] += 1
    for box in alignment.removed:
        before[box.slices()] += 1
    for box in alignment.inserted:
        after[box.slices()] += 1
    assert (before == 1).all() and (after == 1).all()


def test_a_box_goes_and_comes_back() -> None:
    alignment = align(page_with(70), page_with(118, banner=48))
    box = Box(20, 150, 80, 20)

    there = carried(box, alignment)

    assert there is not None and traced(there, alignment) == box


def test_the_laid_reference_equals_the_actual_where_nothing_but_place_changed() -> None:
    reference, actual = page_with(70), page_with(118, banner=48)

    assert np.array_equal(laid_over(reference, actual, align(reference, actual)), actual)


@pytest.mark.parametrize(("width", "height"), [(170, 120), (160, 130), (170, 130)])
def test_a_reference_that_is_larger_is_laid_over_the_smaller_actual(width: int, height: int) -> None:
    reference = np.full((height, width, 3), 250, np.uint8)
    reference[20:50, 20:100] = 60
    actual = np.full((120, 160, 3), 250, np.uint8)
    laid = laid_over(reference, actual, align(reference, actual))
    assert laid.shape == actual.shape
