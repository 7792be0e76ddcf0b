"""Finds drawn rectangles (`find_frames`): the boxes of fields, buttons and cards, without a network.

A frame contains one flat background, separated from the page's by a border or another colour. The strip between two
fields belongs to the page's background and is not a frame, however much it looks like a field.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.blobs import blob_facts
from vision.boxes import clipped
from vision.colours import ground_of, strongest
from vision.types import Box, Picture

# Neighbours that differ by more than this many levels are not one background; gradients and noise stay below.
_SAME_GROUND: Final = 2
# A background fills at least this share of its frame; with a thick border it does not.
_LEAST_FILLED: Final = 0.3
_MIN_WIDTH_PX, _MIN_HEIGHT_PX = 24, 12
# The most frames of an interface; a grid drawn over a page has more.
_MOST_FRAMES: Final = 1_000
# The share of a side that borders the background, without round corners.
_SIDE_SHARE: Final = 0.9
_BENT_SHARE: Final = 0.06
# The greatest thickness of a border; it ends with a step of this share of its first one (a shadow fades instead).
_BORDER_PX: Final = 6
_BORDER_STEP, _BORDER_SHARE = 6.0, 0.35
# About so many pixels along a side tell what it looks like.
_ENOUGH_PX: Final = 64


@dataclass(frozen=True, slots=True)
class Frame:
    """`box` is the border box, `inside` the area within the border."""

    box: Box
    inside: Box


def find_frames(picture: Picture) -> list[Frame]:
    """Every closed rectangle with a flat ground, top to bottom. A full 1080p page takes about 20 ms of one core."""
    labels, facts = blob_facts(_flat(picture))
    wide = (facts[:, cv2.CC_STAT_WIDTH] >= _MIN_WIDTH_PX) & (facts[:, cv2.CC_STAT_HEIGHT] >= _MIN_HEIGHT_PX)
    wide &= (facts[:, cv2.CC_STAT_WIDTH] < picture.shape[1]) & (
        facts[:, cv2.CC_STAT_HEIGHT] < picture.shape[0]
    )  # the page
    wide &= facts[:, cv2.CC_STAT_AREA] >= _LEAST_FILLED * facts[:, cv2.CC_STAT_WIDTH] * facts[:, cv2.CC_STAT_HEIGHT]
    wide[0] = False
    found = []
    largest = np.flatnonzero(wide)[np.argsort(-facts[wide, cv2.CC_STAT_AREA], kind="stable")[:_MOST_FRAMES]]
    for index in largest.tolist():
        x, y, width, height = facts[index, :4].tolist()
        if _is_closed(labels[y : y + height, x : x + width], index):
            found.append(_bordered(picture, clipped(Box(x - 1, y - 1, width + 2, height + 2), *picture.shape[1::-1])))
    return sorted(found, key=lambda frame: (frame.box.y, frame.box.x))


def _flat(picture: Picture) -> NDArray[np.uint8]:
    """255 where a pixel and its eight neighbours have one colour."""
    step = cv2.morphologyEx(picture, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.threshold(strongest(step), _SAME_GROUND, 255, cv2.THRESH_BINARY_INV)[1], np.uint8)


def _is_closed(labels: NDArray[np.int32], ground: int) -> bool:
    """Whether the background runs along all four sides; a pill's ends are round, so it may begin a little inside."""
    height, width = labels.shape
    corner = min(height, width) // 2
    across, along = min(corner, width // 3), min(corner, height // 3)
    bent = 1 + round(_BENT_SHARE * min(height, width))
    middle = labels[along : height - along]
    sides = labels[0, across : width - across] == ground, labels[-1, across : width - across] == ground
    ends = (middle[:, :bent] == ground).any(axis=1), (middle[:, -bent:] == ground).any(axis=1)
    return all(side.mean() >= _SIDE_SHARE for side in (*sides, *ends) if side.size)


def _bordered(picture: Picture, inside: Box) -> Frame:
    """The frame around a ground."""
    room = _BORDER_PX + 2
    columns = slice(inside.x + inside.width // 3, inside.right - inside.width // 3)
    rows = slice(inside.y + inside.height // 3, inside.bottom - inside.height // 3)
    top = _thickness(picture[max(0, inside.y - room) : inside.y + 1, columns][::-1])
    bottom = _thickness(picture[inside.bottom - 1 : inside.bottom + room, columns])
    left = _thickness(picture[rows, max(0, inside.x - room) : inside.x + 1][:, ::-1].transpose(1, 0, 2))
    right = _thickness(picture[rows, inside.right - 1 : inside.right + room].transpose(1, 0, 2))
    if bottom > top and right > left:
        bottom, right = top, left  # a hard shadow looks like a border, but falls to one side
    box = Box(inside.x - left, inside.y - top, inside.width + left + right, inside.height + top + bottom)
    return Frame(box, inside)


def _thickness(outward: Picture) -> int:
    """The thickness of the border: `outward` are lines of pixels, beginning with the last one inside. 0 if no end is
    seen.
    """
    if len(outward) < 4 or not outward.shape[1]:
        return 0
    some = outward[:, :: max(1, outward.shape[1] // _ENOUGH_PX)].transpose(1, 0, 2)
    lines = ground_of(some.reshape(len(some), -1)).reshape(-1, 3)
    body = 2 if _is_blend(*lines[:3]) else 1
    own = max(_BORDER_STEP, _BORDER_SHARE * _apart(lines[body], lines[0]))
    for place in range(body + 1, len(lines)):
        if _apart(lines[place], lines[body]) >= own:
            return place - 1
    return 0


def _is_blend(before: NDArray[np.float32], between: NDArray[np.float32], after: NDArray[np.float32]) -> bool:
    """Whether it is a half-covered pixel, as fractional scales draw them."""
    steps = _apart(before, between), _apart(between, after)
    return min(steps) >= _BORDER_STEP and sum(steps) <= 1.1 * _apart(before, after)


def _apart(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    return float(np.abs(first - second).max())
