"""Cuts badges off icons: a count on a flat background over the icon's upper right corner (`without_badge`)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vision.colours import ground_of
from vision.types import Box, Picture

_MIN_PX, _MAX_PX = 14, 64
# Colours are counted in steps of this many levels; badge and icon differ by more in a channel.
_COLOUR_STEP: Final = 8
# What each channel's step counts for in a colour's number.
_PLACES: Final = np.array([1 << 16, 1 << 8, 1])
_APART: Final = 48
_INK_STEP: Final = 10
# A badge's colour fills this share of its own box: a number is in it.
_FILLED: Final = 0.5
# Each of the two has at least this share of the ink, and a badge is at most this share of both sides together.
_LEAST_SHARE, _LARGEST = 0.15, 0.8
# A pixel belongs to a colour, perhaps mixed with the background, if it is at most this far from the line between both.
_ASIDE: Final = 14.0
_LEAST_COVERED: Final = 0.2


def without_badge(picture: Picture, box: Box) -> Box:
    """The box without the badge; the box itself if there is none."""
    if not _MIN_PX <= box.width <= _MAX_PX or not _MIN_PX <= box.height <= _MAX_PX:
        return box
    part = picture[box.slices()].astype(np.float32)
    ground = ground_of(np.concatenate([part[0], part[:, 0], part[-1]]))
    colours = _main_colours(part[np.abs(part - ground).max(axis=2) >= _INK_STEP])
    for badge, icon in (colours, colours[::-1]) if len(colours) == 2 else ():
        if _is_badge(np.abs(part - badge).max(axis=2) < _COLOUR_STEP):
            rest = _covered(part, ground, icon)
            rows, columns = np.flatnonzero(rest.any(axis=1)), np.flatnonzero(rest.any(axis=0))
            left, bottom = (columns[0], rows[-1]) if rows.size else (box.width, 0)
            if left <= 1 and bottom >= box.height - 2:
                width, height = int(columns[-1] - left) + 1, int(bottom - rows[0]) + 1
                return Box(box.x + int(left), box.y + int(rows[0]), width, height)
    return box


def _main_colours(ink: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """The two most common colours, if both are common and far apart."""
    if not len(ink):
        return []
    steps = (ink // _COLOUR_STEP).astype(np.int32)
    _, where, counts = np.unique(steps @ _PLACES, return_index=True, return_counts=True)
    steps = steps[where]
    order = np.argsort(-counts)
    first = steps[order[0]]
    others = [index for index in order if np.abs(steps[index] - first).max() * _COLOUR_STEP >= _APART]
    if not others or counts[others[0]] < _LEAST_SHARE * len(ink):
        return []
    means = [ink[(ink // _COLOUR_STEP == steps[index]).all(axis=1)].mean(axis=0) for index in (order[0], others[0])]
    return [np.asarray(mean, np.float32) for mean in means]


def _is_badge(flat: NDArray[np.bool_]) -> bool:
    """Whether one colour fills a box in the upper right corner, with room at its left and below."""
    height, width = flat.shape
    rows, columns = np.flatnonzero(flat.any(axis=1)), np.flatnonzero(flat.any(axis=0))
    if not rows.size:
        return False
    at_corner = rows[0] <= 1 and columns[-1] >= width - 2 and columns[0] >= 3 and rows[-1] < height - 2
    wide, high = int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1
    filled = flat.sum() >= _FILLED * wide * high
    return bool(at_corner and filled and wide + high <= _LARGEST * (width + height))


def _covered(part: NDArray[np.float32], ground: NDArray[np.float32], colour: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where a colour covers the background, in part or whole."""
    way = colour - ground
    share = (part - ground) @ way / max(float(way @ way), 1.0)
    aside = np.abs(part - ground - share[..., None] * way).max(axis=2)
    return np.asarray((aside <= _ASIDE) & (share >= _LEAST_COVERED), np.bool_)
