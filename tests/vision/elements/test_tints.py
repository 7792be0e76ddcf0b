"""What is more coloured than what it stands on is hardly a field."""

import numpy as np
import pytest

from vision.elements.tints import is_tinted, judged_by_tint
from vision.types import Box, Detection, Kind, Picture

PLACE, STRIP = Box(40, 20, 200, 36), Box(20, 24, 260, 30)
WHITE, NOTICE, FILLED_IN, GREY = (255, 255, 255), (255, 234, 219), (254, 240, 232), (236, 236, 236)
BLUE_BAR = (181, 81, 63)


def drawn(fill: tuple[int, int, int], ground: tuple[int, int, int] = WHITE, place: Box = PLACE) -> Picture:
    picture = np.full((80, 300, 3), ground, np.uint8)
    picture[place.slices()] = fill
    return picture


@pytest.mark.parametrize(
    ("fill", "ground"),
    [(WHITE, GREY), (GREY, WHITE), (FILLED_IN, WHITE), (WHITE, BLUE_BAR), ((209, 125, 112), BLUE_BAR)],
    ids=["white on grey", "grey on white", "filled in by a browser", "white in a bar", "paler than its bar"],
)
def test_field_is_no_more_coloured_than_its_page(fill: tuple[int, int, int], ground: tuple[int, int, int]) -> None:
    field = Detection(Kind.INPUT, PLACE, 0.6)
    assert judged_by_tint(drawn(fill, ground), field) == field


def test_tinted_strip_is_hardly_a_field_and_may_well_be_a_button() -> None:
    seen = [Detection(kind, STRIP, 0.8) for kind in (Kind.INPUT, Kind.SELECT, Kind.BUTTON)]
    assert [judged_by_tint(drawn(NOTICE, place=STRIP), one).confidence for one in seen] == [0.2, 0.2, 0.8]


def test_tinted_entry_of_a_menu_is_a_button() -> None:
    entry = judged_by_tint(drawn(NOTICE), Detection(Kind.SELECT, PLACE, 0.5))
    assert (entry.kind, entry.confidence) == (Kind.BUTTON, 0.5)


def test_nothing_is_said_of_what_fills_the_picture() -> None:
    assert not is_tinted(np.full((20, 60, 3), NOTICE, np.uint8), Box(0, 0, 60, 20))
