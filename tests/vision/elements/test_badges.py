"""An icon's box is the icon's; the count at its corner is no part of it."""

import pytest

from tests.vision.drawn import WHITE, Page
from vision.elements.badges import without_badge
from vision.types import Box

BELL = Box(40, 43, 16, 17)
RED = (231, 74, 59)
GREY = (209, 211, 226)


@pytest.mark.parametrize("ground", [WHITE, (33, 37, 41)])
def test_a_badge_at_the_upper_right_corner_is_cut_off(ground: tuple[int, int, int]) -> None:
    page = Page(background=ground)
    page.block(BELL, GREY)
    badge = page.block(Box(49, 40, 16, 11), RED)
    page.block(Box(55, 43, 2, 6), WHITE)
    whole = Box(40, 40, badge.right - 40, BELL.bottom - 40)
    assert without_badge(page.picture, whole) == BELL


def test_an_icon_of_two_colours_is_left_whole() -> None:
    page = Page()
    page.block(BELL, GREY)
    page.block(Box(40, 43, 16, 8), RED)
    assert without_badge(page.picture, BELL) == BELL
    page.block(Box(100, 40, 24, 24), GREY)
    page.block(Box(108, 48, 8, 8), RED)
    assert without_badge(page.picture, Box(100, 40, 24, 24)) == Box(100, 40, 24, 24)
