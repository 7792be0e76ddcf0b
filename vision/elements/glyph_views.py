"""Views and measures of a sign or small picture for the network that names it (`vision/engines/looks.py`)."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vision.boxes import grown
from vision.elements.views import part_of, resized
from vision.engines.types import Judge
from vision.types import Box, Picture

# The judge's answers: none of these, or a kind.
CLASSES: Final = ("other", "label", "icon", "image", "checkbox", "radio", "switch")
# Three square views side by side: the thing in its proportions, the thing alone made square, the thing in its surroundings.
VIEW_PX, VIEWS = 32, 3
MEASURES: Final = 3
# The margin around a thing, as a share of its longer side, and its least pixels.
_MARGIN, _MARGIN_PX = 0.1, 2
# The side of its surroundings, in longer sides of the thing, and its least size in pixels.
_AROUND, _AROUND_PX = 3.0, 64
# About this many rows and columns of a large picture are used: averaging all of them takes longer than the network.
_ENOUGH_PX: Final = 4 * VIEW_PX


def looks_of(picture: Picture, boxes: Sequence[Box], judge: Judge) -> NDArray[np.float32]:
    """(n, classes): the likelihood that each box contains a thing of each class."""
    if not boxes:
        return np.zeros((0, len(CLASSES)), np.float32)
    return judge.judge(np.stack([views_of(picture, box) for box in boxes]), measures_of(boxes))


def views_of(picture: Picture, box: Box) -> NDArray[np.uint8]:
    """(32, 96, 3), BGR."""
    longer = max(box.width, box.height)
    margin = max(_MARGIN_PX, round(_MARGIN * longer))
    around = max(round(_AROUND * longer), _AROUND_PX)
    boxes = _square(box, longer + 2 * margin), grown(box, 1), _square(box, around)
    return np.concatenate([_view(picture, shown) for shown in boxes], axis=1)


def measures_of(boxes: Sequence[Box]) -> NDArray[np.float32]:
    """(n, MEASURES): width, height and aspect of each box."""
    sides = np.array([(box.width, box.height) for box in boxes], np.float32).reshape(-1, 2)
    aspect = np.clip(np.log2(sides[:, 0] / sides[:, 1]), -4, 4)
    return np.stack([np.log2(sides[:, 0] / 32), np.log2(sides[:, 1] / 32), aspect], axis=1).astype(np.float32)


def _square(box: Box, side: int) -> Box:
    return Box(box.x + (box.width - side) // 2, box.y + (box.height - side) // 2, side, side)


def _view(picture: Picture, box: Box) -> NDArray[np.uint8]:
    """A part of the picture, made square."""
    step = max(1, min(box.width, box.height) // _ENOUGH_PX)
    return resized(part_of(picture, box, step), VIEW_PX, VIEW_PX)
