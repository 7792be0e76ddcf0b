"""The structural similarity of two pictures, exactly as scikit-image computes it, but computed only where they differ.

Wang, Bovik, Sheikh, Simoncelli 2004, with scikit-image's defaults: 7x7 uniform windows, sample covariance, K1 = 0.01,
K2 = 0.03, a border of 3 px left out of the mean. Sums over windows are whole numbers, so nothing is lost in them. Grey
is OpenCV's `COLOR_BGR2GRAY` (0.299 R + 0.587 G + 0.114 B, rounded). A window in which both pictures are equal scores
exactly 1, so only windows that touch a change are computed.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.row_chunks import map_row_chunks
from vision.types import Box, Picture

WINDOW_PX = 7
_REACH = WINDOW_PX // 2
_COUNT = WINDOW_PX**2
# Wang's constants, times what the sums below are larger than means, variances and covariance.
_C1 = (0.01 * 255) ** 2 * _COUNT**2
_C2 = (0.03 * 255) ** 2 * _COUNT * (_COUNT - 1)
# Runs of changed rows (and columns) nearer than this are computed together: one larger filter is cheaper than two calls.
_JOIN_PX = 16


def structural_similarity(reference: Picture, actual: Picture) -> float | None:
    """Mean SSIM of two pictures of one size, -1..1; None if a side is shorter than a window."""
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
    """For each pixel, the largest channel difference of two pictures of one size (OpenCV: numpy's maximum over a last
    axis of three is 20 times slower).
    """
    step = np.empty(first.shape[:2], np.uint8)
    if not step.size:
        return step

    def fill(top: int, bottom: int) -> None:
        blue, green, red = cv2.split(cv2.absdiff(first[top:bottom], second[top:bottom]))
        step[top:bottom] = cv2.max(cv2.max(blue, green), red)

    map_row_chunks(len(step), fill)
    return step


def _dirty_boxes(unequal: NDArray[np.bool_]) -> list[Box]:
    """Non-overlapping boxes that hold the centre of every window that touches a change."""
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
    columns = slice(centres.x - _REACH, centres.right + _REACH)

    def lost(top: int, bottom: int) -> float:
        rows = slice(centres.y + top - _REACH, centres.y + bottom + _REACH)
        return _lost_in(*(grey(picture[rows, columns]) for picture in (reference, actual)))

    return sum(map_row_chunks(centres.height, lost))


def _lost_in(x: NDArray[np.uint8], y: NDArray[np.uint8]) -> float:
    """The same over all whole windows of two parts. A window's sums, and `_COUNT` times its squares, fit 32 bits."""
    sum_x, sum_y = _sums(x), _sums(y)
    square_x, square_y, product = sum_x * sum_x, sum_y * sum_y, sum_x * sum_y
    spread = _COUNT * (_sums(cv2.multiply(x, x, dtype=cv2.CV_16U)) + _sums(cv2.multiply(y, y, dtype=cv2.CV_16U)))
    spread -= square_x
    spread -= square_y
    together = _COUNT * _sums(cv2.multiply(x, y, dtype=cv2.CV_16U)) - product
    above = _plus(2 * product, _C1) * _plus(2 * together, _C2)
    below = _plus(square_x + square_y, _C1) * _plus(spread, _C2)
    return float(above.size - np.sum(above / below, dtype=np.float64))


def _plus(whole: NDArray[np.int32], constant: float) -> NDArray[np.float32]:
    return np.asarray(whole.astype(np.float32) + np.float32(constant), dtype=np.float32)


def _sums(values: NDArray[np.uint8] | NDArray[np.uint16] | cv2.typing.MatLike) -> NDArray[np.int32]:
    """The sum over each whole window."""
    sums = cv2.boxFilter(values, cv2.CV_32S, (WINDOW_PX, WINDOW_PX), normalize=False)
    return np.asarray(sums[_REACH:-_REACH, _REACH:-_REACH], dtype=np.int32)
