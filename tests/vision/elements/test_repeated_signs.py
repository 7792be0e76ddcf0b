"""Rows of equal signs are parted from the words beside them; words are left whole."""

import cv2
import numpy as np

from tests.vision.drawn import Page, iou
from vision.elements.repeated_signs import parted_from_signs
from vision.elements.text_lines import find_text_lines
from vision.types import Box, Picture


def test_touching_stars_are_parted_from_the_words_beside_them() -> None:
    page = Page()
    words = page.text(146, 50, "51 reviews", 16)
    picture = page.picture
    stars = [_star(picture, 48 + 18 * place, 60) for place in range(5)]
    line = Box(38, 50, words.right - 38, words.height)
    signs, lines = parted_from_signs(picture, [line])
    assert [max(iou(star, sign) for sign in signs) > 0.7 for star in stars] == [True] * 5
    assert len(signs) == 5
    assert [iou(words, one) > 0.8 for one in lines] == [True]


def test_words_and_numbers_are_left_as_they_are() -> None:
    page = Page()
    for row, words in enumerate(("www.example.org", "0000 0000 0000", "MMM and WWW", "Иллюминация", "......", "----")):
        page.text(40, 40 + 40 * row, words, 20)
    lines = find_text_lines(page.picture)
    assert parted_from_signs(page.picture, lines) == ([], lines)


def _star(picture: Picture, x: int, y: int) -> Box:
    """A five-pointed star around a point, 19 pixels wide."""
    angles = np.pi * np.arange(10) / 5 - np.pi / 2
    radii = np.where(np.arange(10) % 2, 4.0, 9.5)
    points = np.stack([x + radii * np.cos(angles), y + radii * np.sin(angles)], axis=1)
    cv2.fillPoly(picture, [points.round().astype(np.int32)], (7, 193, 255))
    left, top, width, height = cv2.boundingRect(points.round().astype(np.int32))
    return Box(left, top, width, height)
