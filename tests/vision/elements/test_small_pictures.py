import cv2
import numpy as np
import pytest

from vision.elements.small_pictures import named_by_colours
from vision.types import Box, Detection, Kind, Picture


def with_colours(size: int, dark: tuple[int, int, int], light: tuple[int, int, int]) -> Picture:
    """A round drawing on white that fades from one colour to the other."""
    picture = np.full((100, 100, 3), 255, np.uint8)
    across, down = np.meshgrid(np.linspace(0, 1, size), np.linspace(0, 1, size))
    faded = np.stack(
        [low + (high - low) * way for low, high, way in zip(dark, light, (across, down, across), strict=True)], 2
    )
    disc = cv2.circle(np.zeros((size, size), np.uint8), (size // 2, size // 2), size // 2, 1, -1)
    picture[20 : 20 + size, 20 : 20 + size][disc > 0] = faded[disc > 0]
    return picture


def icon(size: int) -> Detection:
    return Detection(Kind.ICON, Box(20, 20, size, size), 0.8)


@pytest.mark.parametrize("size", [30, 48])
def test_what_has_many_colours_is_a_picture(size: int) -> None:
    picture = with_colours(size, (20, 90, 30), (250, 220, 180))
    assert named_by_colours(picture, [icon(size)]) == [Detection(Kind.IMAGE, Box(20, 20, size, size), 0.8)]


@pytest.mark.parametrize(("dark", "light"), [((40, 40, 40), (40, 40, 40)), ((200, 90, 30), (220, 110, 50))])
def test_what_has_few_colours_stays_an_icon(dark: tuple[int, int, int], light: tuple[int, int, int]) -> None:
    picture = cv2.GaussianBlur(with_colours(48, dark, light), (3, 3), 0)
    assert named_by_colours(np.asarray(picture, np.uint8), [icon(48)]) == [icon(48)]


def test_small_signs_stay_icons_whatever_their_colours() -> None:
    picture = with_colours(20, (20, 90, 30), (250, 220, 180))
    assert named_by_colours(picture, [icon(20)]) == [icon(20)]


def test_other_kinds_are_left_alone() -> None:
    picture = with_colours(48, (20, 90, 30), (250, 220, 180))
    button = Detection(Kind.BUTTON, Box(20, 20, 48, 48), 0.8)
    assert named_by_colours(picture, [button]) == [button]
