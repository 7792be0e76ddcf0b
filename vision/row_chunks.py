"""Processes a tall picture in chunks of rows that fit a core's cache, in several threads; memory does not grow with the page."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import cv2

# 1280 pixels wide, a chunk of float32 is 650 KB: two or three of them fit the cache of a core.
CHUNK_ROWS = 128

_Result = TypeVar("_Result")


def map_row_chunks(height: int, work: Callable[[int, int], _Result], rows: int = CHUNK_ROWS) -> list[_Result]:
    """The results of `work(top, bottom)` for every chunk, from the top. As many threads as OpenCV uses (it releases the GIL)."""
    tops = range(0, height, rows)
    bottoms = [min(height, top + rows) for top in tops]
    threads = min(cv2.getNumThreads(), len(tops))
    if threads < 2:
        return [work(top, bottom) for top, bottom in zip(tops, bottoms, strict=True)]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, tops, bottoms))
