"""What pixels alone tell about a place."""

import numpy as np
import pytest

from tests.vision.drawn import BLUE, GREY, WHITE, Page
from vision.boxes import grown
from vision.difference.glyphs import find_glyph
from vision.difference.regions import find_regions, find_things, is_blank, is_framed, tight_box, trimmed
from vision.types import Box


def test_letters_of_one_line_are_one_region() -> None:
    page = Page()
    line = page.text(40, 60, "A changed line of text", 16)
    changed = (page.picture != 255).any(axis=2)

    regions = find_regions(changed)

    assert len(regions) == 1
    assert regions[0] == tight_box(page.picture, line)


def test_changes_far_apart_are_regions_of_their_own() -> None:
    changed = np.zeros((200, 300), np.bool_)
    boxes = {Box(10, 10, 30, 20), Box(200, 10, 30, 20), Box(10, 150, 30, 20)}
    for box in boxes:
        changed[box.slices()] = True

    assert set(find_regions(changed)) == boxes


def test_nothing_changed_is_no_region() -> None:
    assert find_regions(np.zeros((50, 50), np.bool_)) == []


def test_a_thing_is_found_whole_from_a_part_of_its_outline() -> None:
    page = Page()
    button = page.button(Box(100, 100, 160, 44), "Buy")

    assert find_things(page.picture, Box(90, 110, 13, 10)) == [button]


@pytest.mark.parametrize("draw", ["button", "frame", "block"])
def test_what_has_four_sides_is_framed(draw: str) -> None:
    page = Page()
    box = Box(100, 100, 120, 40)
    {"button": lambda: page.button(box, "Go"), "frame": lambda: page.frame(box), "block": lambda: page.block(box)}[
        draw
    ]()

    assert is_framed(page.picture, box)


def test_a_line_of_text_is_not_framed() -> None:
    page = Page()
    line = page.text(40, 60, "HELLO HTML", 20)

    assert not is_framed(page.picture, tight_box(page.picture, line))


def test_the_glyph_beside_a_text_is_found_without_the_text() -> None:
    page = Page()
    glyph = page.frame(Box(40, 60, 16, 16), colour=(120, 120, 120))
    page.text(62, 58, "Remember me", 16)

    assert find_glyph(page.picture, Box(44, 64, 8, 8)) == glyph


def test_an_empty_place_is_blank_and_a_drawn_one_is_not() -> None:
    empty, drawn = Page(), Page()
    place = grown(drawn.button(Box(100, 100, 120, 40), "Go"), 2)

    assert is_blank(empty.picture, place, drawn.picture)
    assert not is_blank(drawn.picture, place, empty.picture)


def test_a_place_on_a_photo_is_blank_where_only_the_photo_runs_through() -> None:
    empty, drawn = Page(), Page()
    for page in (empty, drawn):
        page.photo(Box(0, 0, 640, 400), seed=3)
    place = drawn.text(200, 200, "Welcome to our hotel", 28, WHITE)

    assert is_blank(empty.picture, place, drawn.picture)
    assert not is_blank(drawn.picture, place, empty.picture)


def test_another_picture_in_a_place_does_not_make_the_place_blank() -> None:
    plain, full = Page(), Page()
    place = plain.block(Box(100, 100, 200, 150), GREY)
    full.photo(place, seed=5)

    assert not is_blank(plain.picture, place, full.picture)


def test_uniform_rows_and_columns_are_trimmed_off() -> None:
    page = Page()
    block = page.block(Box(100, 120, 40, 30), BLUE)

    assert trimmed(page.picture, Box(0, 50, 640, 200)) == block
    assert trimmed(page.picture, Box(0, 200, 640, 100)) is None
