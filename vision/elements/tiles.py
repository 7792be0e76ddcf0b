"""Cuts a picture into tiles for a network: between rows that nothing crosses, if there are such rows."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Box, Picture

# If something crosses every row, tiles overlap by this much.
TILE_OVERLAP_PX: Final = 224
MAX_TILE_WIDTH: Final = 1920
MAX_TILE_HEIGHT: Final = 1280
# A step of this many levels between neighbours is an edge; a row without one is quiet.
_EDGE_STEP: Final = 10


def tiles(picture: Picture, fixed_size: tuple[int, int] | None = None) -> list[Box]:
    """Boxes that cover the picture, each of at most the fixed size (height, width), or of the usual size."""
    highest, widest = fixed_size or (MAX_TILE_HEIGHT, MAX_TILE_WIDTH)
    height, width = picture.shape[:2]
    rows = _cuts_at_quiet_rows(picture, highest) if height > highest else [(0, height)]
    columns = _overlapping(width, widest)
    return [Box(left, top, right - left, bottom - top) for top, bottom in rows for left, right in columns]


def _cuts_at_quiet_rows(picture: Picture, max_height: int) -> list[tuple[int, int]]:
    crossed = _edges_crossing(picture)
    cuts, top, height = [], 0, picture.shape[0]
    while height - top > max_height:
        latest = top + max_height
        quiet = np.flatnonzero(crossed[top + max_height // 2 : latest] == 0)
        if quiet.size:
            bottom = top + max_height // 2 + int(quiet[-1])
            cuts.append((top, bottom))
            top = bottom
        else:
            cuts.append((top, latest))
            top = latest - TILE_OVERLAP_PX
    return [*cuts, (top, height)]


def _edges_crossing(picture: Picture) -> NDArray[np.int64]:
    """For each row, the number of edges across it."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    steps = cv2.absdiff(grey[:, 1:], grey[:, :-1]) > _EDGE_STEP
    return np.asarray(np.count_nonzero(steps, axis=1), np.int64)


def _overlapping(length: int, longest: int) -> list[tuple[int, int]]:
    if length <= longest:
        return [(0, length)]
    count = -(-(length - TILE_OVERLAP_PX) // (longest - TILE_OVERLAP_PX))
    starts = np.linspace(0, length - longest, count).round().astype(int)
    return [(int(start), int(start) + longest) for start in starts]
