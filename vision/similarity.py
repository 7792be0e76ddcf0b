"""The structural similarity of two pictures, exactly as scikit-image computes it, at the cost of what changed.

Wang, Bovik, Sheikh, Simoncelli 2004, with scikit-image's defaults: 7x7 uniform windows, sample covariance, K1 = 0.01,
K2 = 0.03, float64, a border of 3 px left out of the mean. Grey is OpenCV's `COLOR_BGR2GRAY` (0.299 R + 0.587 G + 0.114 B,
rounded). A window in which both pictures are equal scores exactly 1, so only windows that touch a change are computed.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Box, Picture

WINDOW_PX = 7
_REACH = WINDOW_PX // 2
_C1 = (0.01 * 255) ** 2
_C2 = (0.03 * 255) ** 2
# Runs of changed rows (and columns) nearer than this are computed together: one larger filter is cheaper than two calls.
_JOIN_PX = 16


def structural_similarity(reference: Picture, actual: Picture) -> float | None:
    """Mean SSIM of two pictures of one size, -1..1; None where a side is shorter than a window."""
    height, width = reference.shape[:2]
    if min(height, width) < WINDOW_PX:
        return None
    windows = (height - 2 * _REACH) * (width - 2 * _REACH)
    unequal = channel_step(reference, actual) > 0
    lost = sum(_lost(reference, actual, box) for box in _dirty_boxes(unequal))
    return float(1.0 - lost / windows)


def grey(picture: Picture) -> NDArray[np.uint8]:
    """Light of each pixel, 0..255 (see the head of this file)."""
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def channel_step(first: Picture, second: Picture) -> NDArray[np.uint8]:
    """For each pixel, how far apart two pictures of one size are in the channel that differs most (OpenCV: numpy's maximum over
    a last axis of three is 20 times slower)."""
    blue, green, red = cv2.split(cv2.absdiff(first, second))
    return np.asarray(cv2.max(cv2.max(blue, green), red), dtype=np.uint8)


def _dirty_boxes(unequal: NDArray[np.bool_]) -> list[Box]:
    """Boxes that do not overlap and hold the centre of every window that touches a change."""
    height, width = unequal.shape
    boxes = []
    for top, bottom in _runs(np.flatnonzero(unequal.any(axis=1)), height):
        columns = unequal[max(0, top - _REACH) : bottom + _REACH].any(axis=0)
        boxes += [Box(left, top, right - left, bottom - top) for left, right in _runs(np.flatnonzero(columns), width)]
    return boxes


def _runs(indices: NDArray[np.intp], length: int) -> list[tuple[int, int]]:
    """Changed lines widened by a window's reach, joined where near, kept inside the border that does not count."""
    if not len(indices):
        return []
    breaks = np.flatnonzero(np.diff(indices) > 2 * _REACH + _JOIN_PX)
    starts = np.concatenate((indices[:1], indices[breaks + 1])) - _REACH
    stops = np.concatenate((indices[breaks], indices[-1:])) + _REACH + 1
    runs = [
        (max(_REACH, int(start)), min(length - _REACH, int(stop))) for start, stop in zip(starts, stops, strict=True)
    ]
    return [(start, stop) for start, stop in runs if start < stop]


def _lost(reference: Picture, actual: Picture, centres: Box) -> float:
    """Sum of 1 - SSIM over the windows with these centres."""
    rows = slice(centres.y - _REACH, centres.bottom + _REACH)
    columns = slice(centres.x - _REACH, centres.right + _REACH)
    x, y = (grey(picture[rows, columns]).astype(np.float64) for picture in (reference, actual))
    mean_x, mean_y = _mean(x), _mean(y)
    unbiased = WINDOW_PX**2 / (WINDOW_PX**2 - 1)
    var_x = unbiased * (_mean(x * x) - mean_x * mean_x)
    var_y = unbiased * (_mean(y * y) - mean_y * mean_y)
    covariance = unbiased * (_mean(x * y) - mean_x * mean_y)
    above = (2 * mean_x * mean_y + _C1) * (2 * covariance + _C2)
    below = (mean_x**2 + mean_y**2 + _C1) * (var_x + var_y + _C2)
    return float(np.sum(1 - above / below))


def _mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of each whole window."""
    means = cv2.boxFilter(values, cv2.CV_64F, (WINDOW_PX, WINDOW_PX))
    return np.asarray(means[_REACH:-_REACH, _REACH:-_REACH], dtype=np.float64)
