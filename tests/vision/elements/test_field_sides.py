"""A label that a network sees across the side of a field was two."""

import cv2
import numpy as np
import pytest

from vision.elements.field_sides import parted_at_sides
from vision.types import Box, Detection, Kind, Picture

FIELD = Box(140, 20, 200, 20)
LABEL = Detection(Kind.LABEL, Box(10, 23, 260, 16), 0.4)


def form(side: int = 120) -> Picture:
    """A grey form with a white field whose border has this shade."""
    picture = np.full((60, 400, 3), 238, np.uint8)
    picture[FIELD.slices()] = 255
    cv2.rectangle(picture, (FIELD.x, FIELD.y), (FIELD.right - 1, FIELD.bottom - 1), (side, side, side), 1)
    cv2.putText(picture, "Provider", (12, 36), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1)
    cv2.putText(picture, "localhost", (FIELD.x + 6, 36), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1)
    return picture


def test_label_across_the_side_of_a_field_is_what_stands_before_and_in_it() -> None:
    parts = parted_at_sides(form(), [LABEL], [FIELD])
    assert [part.box for part in parts] == [Box(10, 23, 130, 16), Box(140, 23, 130, 16)]
    assert {part.confidence for part in parts} == {LABEL.confidence}


@pytest.mark.parametrize(
    ("label", "field"),
    [
        (Box(10, 23, 135, 16), FIELD),  # only its end is wrong
        (Box(10, 2, 260, 16), FIELD),  # a line above
        (Box(10, 23, 260, 16), Box(90, 20, 250, 20)),  # nothing is drawn where the network saw the field begin
    ],
    ids=["an end a little wrong", "another line", "no side drawn"],
)
def test_any_other_label_stays_whole(label: Box, field: Box) -> None:
    detection = Detection(Kind.LABEL, label, 0.4)
    assert parted_at_sides(form(), [detection], [field]) == [detection]


def test_a_side_too_faint_to_be_seen_parts_nothing() -> None:
    assert parted_at_sides(form(side=250), [LABEL], [FIELD]) == [LABEL]
