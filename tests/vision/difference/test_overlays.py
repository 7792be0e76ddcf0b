"""A block laid over a page is one entry, whatever it covers; what it dims, blurs or shades is not told again."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from tests.vision.drawn import GREY, INK, Colour, Page
from tests.vision.scripted import ColourDetector, compared
from vision.boxes import grown, iou
from vision.elements.analysis import Engines
from vision.types import Box, Comparison, Defect, DefectType, Kind, Picture

DARK: Colour = (31, 41, 55)
WHITE: Colour = (255, 255, 255)
BLOCK = Box(150, 150, 280, 90)


class PlaceReader:
    """Reads a word of its own in every line."""

    name = version = "place"

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        return [f"word {int(picture[box.slices()].sum())}" for box in boxes]


ENGINES = Engines(ColourDetector(dict.fromkeys((INK, DARK, (250, 250, 250)), Kind.LABEL)), PlaceReader())


def drawn_page() -> Picture:
    """Lines of text, two white cards on a grey page, and a photo: a block over them covers several grounds."""
    page = Page(560, 380, (236, 238, 242))
    page.frame(Box(20, 20, 340, 150))
    page.frame(Box(20, 190, 340, 150))
    page.photo(Box(380, 120, 160, 160), seed=3)
    for row in range(5):
        line_of_words(page, 40, 40 + 60 * row, INK)
    return page.picture


def line_of_words(page: Page, x: int, y: int, ink: Colour) -> None:
    """Bars as long as words, near enough for one line."""
    for start, width in ((0, 34), (38, 62), (104, 26), (134, 70)):
        page.block(Box(x + start, y, width, 12), ink)


def with_block(behind: Picture, fill: Colour, ink: Colour, shadow: bool = False) -> Picture:
    page = Page(560, 380)
    page.paste(shaded(behind) if shadow else behind)
    page.frame(BLOCK, GREY, fill, 0)
    line_of_words(page, BLOCK.x + 20, BLOCK.y + 40, ink)
    return page.picture


def shaded(picture: Picture) -> Picture:
    """A soft shadow around where the block will stand."""
    depth = np.zeros(picture.shape[:2], np.float32)
    depth[grown(BLOCK, 4).slices()] = 0.3
    soft = cv2.GaussianBlur(depth, (0, 0), 10)
    return np.asarray((picture * (1 - soft[..., None])).round(), np.uint8)


def told(before: Picture, after: Picture) -> Comparison:
    return compared(before, after, ENGINES)


def roots(found: Comparison) -> list[Defect]:
    return [defect for defect in found.defects if defect.cause_id is None]


@pytest.mark.parametrize("is_there_before", [False, True], ids=["came", "went"])
@pytest.mark.parametrize("has_shadow", [False, True], ids=["flat", "with a shadow"])
@pytest.mark.parametrize(("fill", "ink"), [(DARK, (250, 250, 250)), (WHITE, DARK)], ids=["dark", "white"])
def test_block_over_several_grounds_is_one_entry(
    fill: Colour, ink: Colour, has_shadow: bool, is_there_before: bool
) -> None:
    pictures = [drawn_page(), with_block(drawn_page(), fill, ink, has_shadow)]
    found = told(*(reversed(pictures) if is_there_before else pictures))

    (block,) = roots(found)
    assert block.type is (DefectType.MISSING if is_there_before else DefectType.ADDED)
    assert iou(block.reference_box or block.actual_box or Box(0, 0, 0, 0), BLOCK) > 0.9
    assert not found.unexplained


@pytest.mark.parametrize("is_there_before", [False, True], ids=["came", "went"])
@pytest.mark.parametrize("blur_px", [0, 3], ids=["dimmed", "dimmed and blurred"])
def test_page_that_a_dialog_dims_follows_from_it_either_way_round(blur_px: int, is_there_before: bool) -> None:
    behind = cv2.GaussianBlur(drawn_page(), (0, 0), blur_px) if blur_px else drawn_page()
    dimmed = np.asarray((np.asarray(behind) * 0.7).round(), np.uint8)
    pictures = [drawn_page(), with_block(dimmed, WHITE, DARK, shadow=True)]
    found = told(*(reversed(pictures) if is_there_before else pictures))

    kind = DefectType.MISSING if is_there_before else DefectType.ADDED
    assert [defect.type for defect in roots(found)] == [kind]
    assert [d.cause_id for d in found.defects if d.type is DefectType.STYLE_CHANGED] == [roots(found)[0].id]
    assert not found.unexplained


def test_page_whose_ink_faded_is_one_entry_though_its_ground_stayed() -> None:
    page = drawn_page()
    faded = np.asarray((page * 0.86 + 0.14 * page[0, 0]).round(), np.uint8)

    (change,) = roots(told(page, faded))

    assert change.type is DefectType.STYLE_CHANGED and change.detail["area"]


@pytest.mark.parametrize("is_there_before", [False, True], ids=["came", "went"])
def test_block_that_hides_a_bar_with_more_on_it_is_what_came(is_there_before: bool) -> None:
    bar, sheet = Page(560, 380, (236, 238, 242)), Page(560, 380, (236, 238, 242))
    for page in (bar, sheet):
        line_of_words(page, 40, 40, INK)
    bar.block(Box(0, 330, 560, 50), WHITE)
    for column in range(4):
        line_of_words(bar, 10 + 260 * (column % 2), 336 + 20 * (column // 2), INK)
    sheet.block(Box(0, 230, 560, 150), WHITE)
    line_of_words(sheet, 40, 260, DARK)
    pictures = bar.picture, sheet.picture

    (block,) = roots(told(*(reversed(pictures) if is_there_before else pictures)))

    assert block.type is (DefectType.MISSING if is_there_before else DefectType.ADDED)
    assert iou(block.reference_box or block.actual_box or Box(0, 0, 0, 0), Box(0, 230, 560, 150)) > 0.9


def test_sheet_at_the_foot_of_a_dimmed_page_is_named_beside_the_dimming() -> None:
    page = Page(560, 380)
    for row in range(5):
        line_of_words(page, 40, 20 + 70 * row, INK)
    sheet = Page(560, 380)
    sheet.paste(np.asarray((page.picture * 0.55).round(), np.uint8))
    sheet.block(Box(0, 260, 560, 120), WHITE)
    line_of_words(sheet, 60, 300, DARK)

    found = told(page.picture, sheet.picture)

    (block,) = [defect for defect in found.defects if defect.type is DefectType.ADDED]
    assert iou(block.actual_box or Box(0, 0, 0, 0), Box(0, 260, 560, 120)) > 0.9
