"""Colours of parts of a picture: the ground that most of a part shows, and how far its pixels are from it.

On the small parts that an analysis asks about, numpy's own median and percentile take several times as long.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Picture


def ground_of(pixels: NDArray[Any]) -> NDArray[np.float32]:
    """(channels,): the median of each channel of pixels (..., channels); at least one pixel."""
    columns = np.ascontiguousarray(pixels.reshape(-1, pixels.shape[-1]).T)
    last = columns.shape[1] // 2
    first = (columns.shape[1] - 1) // 2
    columns.partition((first, last), axis=1)
    return np.asarray((columns[:, first].astype(np.float32) + columns[:, last]) / 2, np.float32)


def quantile_of(values: NDArray[Any], share: float) -> float:
    """What this share (0..1) of the values (at least one) does not exceed, between two neighbours in proportion."""
    place = share * (values.size - 1)
    below = int(place)
    above = min(below + 1, values.size - 1)
    ordered = np.partition(values.ravel(), (below, above))
    first, second = float(ordered[below]), float(ordered[above])
    return first + (place - below) * (second - first)


def apart_from(part: Picture, ground: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(height, width): how far each pixel is from a colour, in the channel in which it is furthest."""
    filled = np.empty_like(part)
    filled[:] = ground.astype(np.uint8)
    return strongest(cv2.absdiff(part, filled))


def strongest(part: NDArray[Any]) -> NDArray[np.uint8]:
    """(height, width): the largest channel of each pixel."""
    first, second, third = cv2.split(part)
    return np.asarray(cv2.max(cv2.max(first, second), third), np.uint8)
