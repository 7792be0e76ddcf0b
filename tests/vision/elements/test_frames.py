"""A frame is found where a border or another ground closes a rectangle, to the pixel, and nowhere else."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.vision.drawn import BLUE, GREY, WHITE, Colour, Page
from vision.elements.frames import find_frames
from vision.types import Box, Picture

BOX = Box(60, 50, 300, 40)


def boxes(picture: Picture) -> list[Box]:
    return [frame.box for frame in find_frames(picture)]


@pytest.mark.parametrize("radius", [0, 4, 20])
@pytest.mark.parametrize(("border", "fill"), [(GREY, WHITE), (GREY, (250, 250, 250)), ((120, 40, 40), (255, 240, 240))])
def test_a_border_closes_a_frame_whatever_its_corners(radius: int, border: Colour, fill: Colour) -> None:
    page = Page()
    page.frame(BOX, border, fill, radius)
    [found] = boxes(page.picture)
    assert abs(found.x - BOX.x) <= 2 and abs(found.right - BOX.right) <= 2  # the ends of a pill are round
    assert (found.y, found.bottom) == (BOX.y, BOX.bottom)


def test_a_ground_of_another_colour_is_a_frame_and_so_is_one_with_words_on_it() -> None:
    page = Page()
    page.button(BOX, "Save changes", BLUE)
    assert boxes(page.picture) == [BOX]


def test_a_thick_border_belongs_to_the_frame_and_a_shadow_does_not() -> None:
    image = Image.new("RGB", (420, 140), WHITE)
    draw = ImageDraw.Draw(image)
    for spread in range(12, 0, -1):
        level = 255 - 2 * (13 - spread)
        draw.rectangle((60 - spread, 50 - spread, 359 + spread, 89 + spread), fill=(level,) * 3)
    draw.rectangle((60, 50, 359, 89), fill=WHITE, outline=(20, 20, 20), width=3)
    assert boxes(np.ascontiguousarray(np.asarray(image)[:, :, ::-1])) == [BOX]


def test_the_strip_between_two_fields_is_no_frame() -> None:
    page = Page()
    first = page.input(Box(60, 50, 300, 40), "Anna")
    second = page.input(Box(60, 130, 300, 40), "Lind")
    page.text(60, 100, "Last name")
    assert boxes(page.picture) == [first, second]


def test_words_and_photos_hold_no_frame() -> None:
    page = Page()
    page.text(40, 40, "Delivery address and everything else", 32)
    page.photo(Box(40, 120, 400, 200))
    assert boxes(page.picture) == []
