"""A tall picture worked on in bands of rows: what a step needs fits a core's cache, and memory does not grow with the page."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import cv2

# 1280 pixels wide, a band of float32 is 650 KB: two or three of them fit the cache of a core.
BAND_ROWS = 128

_Result = TypeVar("_Result")


def each_band(height: int, work: Callable[[int, int], _Result], rows: int = BAND_ROWS) -> list[_Result]:
    """`work(top, bottom)` for every band, top down, in as many threads as OpenCV is set to use (it lets go of Python's lock)."""
    tops = range(0, height, rows)
    bottoms = [min(height, top + rows) for top in tops]
    threads = min(cv2.getNumThreads(), len(tops))
    if threads < 2:
        return [work(top, bottom) for top, bottom in zip(tops, bottoms, strict=True)]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, tops, bottoms))
