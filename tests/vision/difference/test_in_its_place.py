"""What came to stand on or in the place of another thing: both are named, and neither hides the other."""

import pytest

from tests.vision.drawn import GREY, INK, WHITE, Page
from tests.vision.scripted import BlindReader, ColourDetector, compared
from vision.boxes import iou
from vision.difference.regions import is_tab
from vision.elements.analysis import Engines
from vision.types import Box, Comparison, DefectType, Detection, Kind, Picture

RED = (200, 30, 30)
FIRST, SECOND = Box(300, 20, 18, 18), Box(340, 20, 18, 18)


class PictureDetector(ColourDetector):
    """Sees a picture in one place, whatever is drawn there."""

    def __init__(self, place: Box) -> None:
        super().__init__({})
        self._place = place

    def detect(self, picture: Picture) -> list[Detection]:
        return [Detection(Kind.IMAGE, self._place, 0.9)]


def told(found: Comparison) -> list[tuple[str, Box | None, Box | None]]:
    assert not found.unexplained
    return [(str(defect.type), defect.reference_box, defect.actual_box) for defect in found.defects]


def plus(page: Page, place: Box) -> None:
    page.block(Box(place.x, place.y + 7, 18, 4), INK)
    page.block(Box(place.x + 7, place.y, 4, 18), INK)


def corner(page: Page, place: Box) -> None:
    page.block(Box(place.x, place.y, 18, 5), INK)
    page.block(Box(place.x, place.y, 5, 18), INK)


@pytest.mark.parametrize("is_named", [True, False])
def test_sign_whose_neighbour_came_into_its_place_is_missing(is_named: bool) -> None:
    before, after = Page(), Page()
    for page in (before, after):
        page.text(20, 20, "Leather bag", 18)
    plus(before, FIRST)
    corner(before, SECOND)
    plus(after, SECOND)
    engines = Engines(ColourDetector({INK: Kind.ICON} if is_named else {}), BlindReader())

    found = told(compared(before.picture, after.picture, engines))

    assert ("moved", FIRST, SECOND) in found
    if is_named:
        assert ("missing", SECOND, None) in found


@pytest.mark.parametrize("size", [10, 12, 18, 24])
@pytest.mark.parametrize("is_there_before", [False, True])
def test_badge_on_the_corner_of_a_sign_came_and_the_sign_stayed(is_there_before: bool, size: int) -> None:
    plain, badged = Page(), Page()
    for page in (plain, badged):
        page.text(20, 20, "Leather bag", 18)
        page.frame(Box(300, 24, 24, 24), INK, WHITE, radius=2)
    badge = badged.frame(Box(315, 14, size, size), RED, RED, radius=size // 2)
    pictures = plain.picture, badged.picture

    (entry,) = told(compared(*(reversed(pictures) if is_there_before else pictures)))

    assert entry[0] == ("missing" if is_there_before else "added")
    assert iou(entry[1] or entry[2] or FIRST, badge) > 0.7


def tabs(chosen: int) -> Picture:
    """Three tabs on a line; the chosen one has an outline that is open below."""
    page = Page(520, 200)
    page.block(Box(0, 70, 520, 1), GREY)
    for at, words in enumerate(("Orders", "Returns", "Archive")):
        place = Box(20 + 110 * at, 40, 100, 31)
        if at == chosen:
            page.frame(place, GREY, WHITE, radius=0)
            page.block(Box(place.x + 1, 70, place.width - 2, 1), WHITE)
        page.text(place.x + 20, 45, words)
    page.text(20, 100, "Nothing was sent today.")
    return page.picture


def test_outline_open_below_that_stands_on_a_line_is_a_tab() -> None:
    picture = tabs(chosen=1)

    assert is_tab(picture, Box(130, 40, 100, 31))
    assert not is_tab(picture, Box(20, 40, 100, 31))
    assert not is_tab(picture, Box(20, 100, 160, 20))


def test_picture_named_so_on_both_sides_may_have_few_colours() -> None:
    place = Box(0, 40, 640, 200)

    columns, rows = Page(), Page()
    for at in range(10):
        columns.block(Box(64 * at, 40, 64, 200), (10, 20 * at, 250 - 20 * at))
        rows.block(Box(0, 40 + 20 * at, 640, 20), (240, 255 - 25 * at, 20 * at))

    found = compared(columns.picture, rows.picture, Engines(PictureDetector(Box(3, 40, 634, 200)), BlindReader()))

    assert told(found) == [(str(DefectType.IMAGE_CHANGED), place, place)]
