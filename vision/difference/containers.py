"""The panel that a thing stands on, found by following the flat background outward until it ends."""

import numpy as np
from numpy.typing import NDArray

from vision.boxes import clipped, grown, union
from vision.difference.colour import commonest
from vision.difference.regions import FLAT_LEVELS, ink_mask
from vision.types import Box, Picture

# A panel's edge stands at most this far from what stands on it.
REACH_PX = 96
# A line is background if this share of it has the background's colour.
GROUND_SHARE = 0.6
# A side ends when this share of the line beyond it has another colour.
END_SHARE = 0.75


def panel_around(picture: Picture, things: list[Box]) -> Box | None:
    """The smallest flat panel around some things, with an edge on at least three sides (a picture's own edge counts).
    None if the background runs on.
    """
    height, width = picture.shape[:2]
    inner = clipped(union(things), width, height)
    window = clipped(grown(inner, REACH_PX), width, height)
    ring = clipped(grown(inner, 2), width, height)
    ground = commonest(picture[ring.slices()].reshape(-1, 3))
    flat = _is_ground(picture, window, ground)
    core = ring.shifted(-window.x, -window.y)
    top, bottom = _run(flat[: core.y, core.x : core.right][::-1]), _run(flat[core.bottom :, core.x : core.right])
    left = _run(flat[core.slices()[0], : core.x][:, ::-1].T)
    right = _run(flat[core.slices()[0], core.right :].T)
    x, y = ring.x - left, ring.y - top
    box = Box(x, y, ring.right + right - x, ring.bottom + bottom - y)
    return box if _ends(picture, box, ground) >= 3 else None


def _is_ground(picture: Picture, box: Box, ground: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return ~ink_mask(picture, box, ground.astype(np.int16), FLAT_LEVELS)


def _run(lines: NDArray[np.bool_]) -> int:
    """How many lines from the start are mostly background."""
    if not lines.size:
        return 0
    other = np.flatnonzero(lines.mean(axis=1) < GROUND_SHARE)
    return int(other[0]) if len(other) else len(lines)


def _ends(picture: Picture, box: Box, ground: NDArray[np.uint8]) -> int:
    height, width = picture.shape[:2]
    sides = (
        Box(box.x, box.y - 1, box.width, 1), Box(box.x, box.bottom, box.width, 1),
        Box(box.x - 1, box.y, 1, box.height), Box(box.right, box.y, 1, box.height),
    )  # fmt: skip
    ends = 0
    for side in sides:
        line = clipped(side, width, height)
        ends += not line.area_px or bool(np.mean(~_is_ground(picture, line, ground)) > END_SHARE)
    return ends
