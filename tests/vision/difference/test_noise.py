"""What a person does not see has a name; one letter of small type is seen."""

import cv2
import numpy as np
import pytest

from tests.vision.drawn import BLUE, GREY, INK, Page
from tests.vision.scenes import faded
from tests.vision.scripted import compared
from vision.difference.defects import decide
from vision.difference.noise import judge_difference
from vision.types import Box, CompareOptions, DefectType, MatchLevel, Picture, Verdict


def form(words: str = "Total: 10 items", size: int = 12, caret_x: int = 0) -> Picture:
    page = Page(640, 400)
    page.text(20, 10, "Orders of this week", 24)
    for line in range(8):
        page.text(20, 60 + 22 * line, f"Order {line} was sent to the customer on Monday", 13)
    page.input(Box(20, 260, 220, 40), "Search")
    if caret_x:
        page.block(Box(caret_x, 268, 1, 24), INK)
    page.button(Box(260, 260, 110, 40), "Send now")
    page.text(400, 272, words, size)
    page.photo(Box(420, 60, 160, 120))
    return page.picture


def lossy(picture: Picture, extension: str, quality: int) -> Picture:
    flag = cv2.IMWRITE_JPEG_QUALITY if extension == ".jpg" else cv2.IMWRITE_WEBP_QUALITY
    return np.asarray(
        cv2.imdecode(cv2.imencode(extension, picture, [flag, quality])[1], cv2.IMREAD_COLOR), dtype=np.uint8
    )


def shifted(picture: Picture, dx: float, dy: float) -> Picture:
    matrix = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    size = picture.shape[1], picture.shape[0]
    return np.asarray(cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)


def smoothed_by_colour(picture: Picture) -> Picture:
    """LCD smoothing: red a third of a pixel to the left, blue to the right."""
    blue, green, red = (picture[..., channel] for channel in range(3))
    third = [
        np.asarray(shifted(np.dstack([c] * 3), dx, 0))[..., 0] for c, dx in ((blue, 0.33), (green, 0), (red, -0.33))
    ]
    return np.dstack(third)


NOISE = {
    "two levels brighter": lambda p: cv2.add(p, np.full_like(p, 2)),
    "two levels darker": lambda p: cv2.subtract(p, np.full_like(p, 2)),
    "JPEG 90": lambda p: lossy(p, ".jpg", 90),
    "JPEG 80": lambda p: lossy(p, ".jpg", 80),
    "WebP 80": lambda p: lossy(p, ".webp", 80),
    "a third of a pixel to the right": lambda p: shifted(p, 0.33, 0),
    "half a pixel down": lambda p: shifted(p, 0, 0.5),
    "one pixel to the right": lambda p: shifted(p, 1, 0),
    "two pixels up": lambda p: shifted(p, 0, -2),
    "LCD smoothing": smoothed_by_colour,
}


@pytest.mark.parametrize("name", NOISE)
def test_what_nobody_sees_passes_and_is_named(name: str) -> None:
    reference = form()

    found = compared(reference, NOISE[name](reference))

    assert decide(found.defects, found.unexplained, CompareOptions()).verdict is Verdict.PASSED
    assert found.noise


@pytest.mark.parametrize("name", NOISE)
def test_at_exact_every_pixel_counts(name: str) -> None:
    reference, options = form(), CompareOptions(MatchLevel.EXACT)

    found = compared(reference, NOISE[name](reference), options=options)

    assert decide(found.defects, found.unexplained, options).verdict is Verdict.FAILED


@pytest.mark.parametrize("size", [11, 12, 14])
@pytest.mark.parametrize("words", ["Total: 70 items", "Total: 10 itens", "Total: 10 item5", "Tatal: 10 items"])
def test_one_letter_of_small_type_is_seen(words: str, size: int) -> None:
    found = compared(form(size=size), form(words, size))

    assert [defect.type for defect in found.defects] == ["text_changed"]


@pytest.mark.parametrize("x", [90, 22, 23, 24])
def test_a_text_caret_is_noise_also_beside_the_side_of_its_field(x: int) -> None:
    found = compared(form(), form(caret_x=x))

    assert not found.defects and not found.unexplained
    assert [noise.reason for noise in found.noise] == ["caret"]


def test_a_line_that_jitters_by_a_pixel_is_noise() -> None:
    reference = form()
    actual = reference.copy()
    actual[61:81, 20:400] = reference[60:80, 20:400]

    found = compared(reference, actual)

    assert not found.defects and not found.unexplained and found.noise


def test_a_rule_within_a_line_that_stands_a_pixel_lower_is_noise_and_one_that_became_thicker_is_not() -> None:
    reference = form()
    reference[279, 410:440] = 0
    lower, thicker = reference.copy(), reference.copy()
    lower[279:281, 410:440] = reference[278:280, 410:440]
    thicker[280, 410:440] = 0

    found = compared(reference, lower)
    assert not found.defects and not found.unexplained
    assert [noise.reason for noise in found.noise] == ["jitter"]
    assert compared(reference, thicker).defects


def test_a_label_of_the_same_light_in_another_colour_is_seen() -> None:
    reference = Page().block(Box(100, 100, 80, 30), GREY)
    page, other = Page(), Page()
    page.block(reference, (192, 54, 60))
    other.block(reference, (34, 136, 60))
    light = [cv2.cvtColor(p.picture, cv2.COLOR_BGR2GRAY)[110, 120] for p in (page, other)]

    judged = judge_difference(page.picture, other.picture, MatchLevel.STRICT)

    assert abs(int(light[0]) - int(light[1])) <= 3
    assert judged.real[100:130, 100:180].all()


@pytest.mark.parametrize("share", [0.9, 0.93, 0.95])
@pytest.mark.parametrize("towards", [0, 255])
def test_a_page_that_lost_a_little_of_its_colour_is_seen_whole(share: float, towards: int) -> None:
    """Every stroke keeps its place, and most keep their ink nearly; but one straight line gives every colour."""
    page = form()
    after = faded(page, share, towards)
    step = np.abs(after.astype(int) - page).max(axis=2)
    real = judge_difference(page, after, MatchLevel.STRICT).real

    assert real[step > 6].mean() > 0.8
    [told] = compared(page, after).defects
    assert told.type is DefectType.STYLE_CHANGED
    assert told.reference_box and told.reference_box.area_px > 0.5 * page[..., 0].size


def test_a_rule_painted_half_a_pixel_further_on_is_noise() -> None:
    """Two colours lie on a straight line whatever happened to them."""
    page = Page(640, 400)
    for line in range(4):
        page.block(Box(40, 60 + 60 * line, 400, 1), (214, 214, 214))
    after = shifted(page.picture, 0, 0.5)

    assert not judge_difference(page.picture, after, MatchLevel.STRICT).real.any()


def test_noise_over_the_whole_page_does_not_hide_a_missing_button() -> None:
    reference = form()
    without = reference.copy()
    without[260:300, 260:370] = 255

    found = compared(reference, lossy(without, ".jpg", 85))

    assert any(d.type == "missing" and d.reference_box and d.reference_box.x in range(256, 265) for d in found.defects)


def test_every_differing_pixel_is_real_or_named() -> None:
    reference = form()
    actual = shifted(reference, 0.33, 0)
    actual[260:300, 260:370] = BLUE[::-1]

    judged = judge_difference(reference, actual, MatchLevel.STRICT)

    named = np.zeros_like(judged.real)
    for noise in judged.noise:
        named[noise.box.slices()] = True
    assert ((reference != actual).any(axis=2) <= (judged.real | named)).all()
