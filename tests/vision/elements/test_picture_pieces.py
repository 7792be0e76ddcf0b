"""A picture seen in pieces is one picture."""

import numpy as np

from vision.elements.picture_pieces import whole_pictures
from vision.types import Box, Detection, Kind

BUSY = np.random.default_rng(1).integers(0, 255, (300, 640, 3), np.uint8)


def image(box: Box, confidence: float = 0.5) -> Detection:
    return Detection(Kind.IMAGE, box, confidence)


def test_a_picture_in_a_picture_is_a_part_of_it() -> None:
    whole = image(Box(0, 0, 400, 300), 0.9)
    assert whole_pictures(BUSY, [image(Box(40, 40, 100, 100), 0.4), whole]) == [whole]


def test_a_faint_box_around_pictures_takes_none_of_them() -> None:
    thumbnails = [image(Box(10, 10, 100, 100), 0.9), image(Box(120, 10, 100, 100), 0.8)]
    faint = image(Box(0, 0, 230, 120), 0.1)
    assert whole_pictures(BUSY, [faint, *thumbnails]) == [*thumbnails, faint]


def test_pieces_that_overlap_are_one_as_sure_as_the_surest() -> None:
    pieces = [image(Box(0, 0, 300, 200), 0.45), image(Box(200, 10, 300, 190), 0.8), image(Box(440, 0, 160, 200), 0.4)]
    assert whole_pictures(BUSY, pieces) == [image(Box(0, 0, 600, 200), 0.8)]


def test_neighbours_and_other_kinds_stay() -> None:
    seen = [image(Box(0, 0, 100, 100)), image(Box(95, 0, 100, 100)), Detection(Kind.BUTTON, Box(10, 10, 40, 20), 0.7)]
    assert sorted(whole_pictures(BUSY, seen), key=str) == sorted(seen, key=str)


def test_a_box_that_adds_only_empty_ground_takes_no_drawing() -> None:
    page = np.full((200, 300, 3), 255, np.uint8)
    page[60:120, 100:160] = (200, 60, 140)
    drawing = image(Box(98, 57, 66, 66), 0.6)
    assert whole_pictures(page, [drawing, image(Box(60, 10, 150, 170), 0.5)]) == [drawing]
    page[150:170, 100:160] = (200, 60, 140)  # more of it, which only the larger box holds
    assert whole_pictures(page, [drawing, image(Box(60, 10, 150, 170), 0.5)]) == [image(Box(60, 10, 150, 170), 0.6)]
