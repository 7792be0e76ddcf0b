"""Cuts the views that the small networks get: a part of a picture, at the network's size."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import clipped
from vision.types import Box, Picture


def part_of(picture: Picture, box: Box, step: int = 1) -> Picture:
    """Every `step`-th row and column of a part of the picture; beyond the picture's edges its edge is repeated."""
    inside = clipped(box, picture.shape[1], picture.shape[0])
    part = picture[inside.y : inside.bottom : step, inside.x : inside.right : step]
    beyond = inside.y - box.y, box.bottom - inside.bottom, inside.x - box.x, box.right - inside.right
    if not any(beyond):
        return part
    top, bottom, left, right = (length // step for length in beyond)
    return np.asarray(cv2.copyMakeBorder(part, top, bottom, left, right, cv2.BORDER_REPLICATE), np.uint8)


def resized(part: Picture, width: int, height: int) -> NDArray[np.uint8]:
    """(height, width, 3), BGR."""
    smaller = part.shape[0] > height or part.shape[1] > width
    interpolation = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (width, height), interpolation=interpolation), np.uint8)
