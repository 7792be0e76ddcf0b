"""A progress bar: its filling became longer or shorter, and nothing else changed."""

import numpy as np
from numpy.typing import NDArray

from vision.boxes import grown
from vision.difference.alignment import traced
from vision.difference.colour import commonest
from vision.difference.defects.drafts import draft_of
from vision.difference.defects.hunt import Hunt
from vision.difference.regions import FLAT_LEVELS, find_regions, ink_mask
from vision.types import Box, DefectType, Picture

# A bar is at most this high, and its filling is at least LEAST_LENGTH times as long as it is high.
HIGHEST_PX = 28
LEAST_LENGTH = 1.5
# At a bar's end, each side has one colour over this share of its height; corners may be round.
ONE_COLOUR = 0.8
# The two fillings differ by more levels than this.
LEAST_LEVELS = 12


def find_bars(hunt: Hunt) -> None:
    for region in find_regions(hunt.left):
        filled = _filled(hunt, region) if region.height <= HIGHEST_PX else None
        if filled is not None:
            _longer_or_shorter(hunt, region, *filled)


def _filled(hunt: Hunt, region: Box) -> tuple[int, bool] | None:
    """Where the filling to the left of the region starts, and whether it was the longer one; None if there is no such
    filling.
    """
    laid, actual = hunt.scene.laid, hunt.scene.actual
    if not (_is_plain(laid, region) and _is_plain(actual, region)):
        return None
    colours = [commonest(picture[_middle(region).slices()].reshape(-1, 3)) for picture in (laid, actual)]
    if int(np.abs(np.subtract(*(one.astype(np.int16) for one in colours))).max()) < LEAST_LEVELS:
        return None
    for longer, colour in ((True, colours[0]), (False, colours[1])):
        starts = [_start(picture, region, colour) for picture in (laid, actual)]
        if starts[0] == starts[1] and region.x - starts[0] >= LEAST_LENGTH * region.height:
            return (starts[0], longer) if _ends_alike(hunt, region, starts[0], colour) else None
    return None


def _is_plain(picture: Picture, region: Box) -> bool:
    part = picture[_middle(region).slices()]
    colour = commonest(part.reshape(-1, 3)).astype(np.int16)
    return bool(np.mean(~ink_mask(picture, _middle(region), colour, FLAT_LEVELS)) >= ONE_COLOUR)


def _middle(region: Box) -> Box:
    """The rows that round corners do not reach."""
    third = region.height // 3
    return Box(region.x, region.y + third, region.width, max(1, region.height - 2 * third))


def _start(picture: Picture, region: Box, colour: NDArray[np.uint8]) -> int:
    """How far this colour extends to the left of a region."""
    rows = _middle(region)
    left = Box(0, rows.y, region.x, rows.height)
    if not left.area_px:
        return region.x
    other = np.flatnonzero(ink_mask(picture, left, colour.astype(np.int16), FLAT_LEVELS).any(axis=0))
    # The end of the shorter filling may be round: its last columns are mixed.
    return int(other[other < region.x - region.height].max(initial=-1)) + 1


def _ends_alike(hunt: Hunt, region: Box, start: int, colour: NDArray[np.uint8]) -> bool:
    """Is the filling as high as the region, and not a row or panel that contains it?"""
    for picture in (hunt.scene.laid, hunt.scene.actual):
        for row in (region.y - 2, region.bottom + 1):
            if not 0 <= row < picture.shape[0]:
                continue
            beside = Box(start, row, region.x - start, 1)
            if np.mean(~ink_mask(picture, beside, colour.astype(np.int16), FLAT_LEVELS)) > 1 - ONE_COLOUR:
                return False
    return True


def _longer_or_shorter(hunt: Hunt, region: Box, start: int, was_longer: bool) -> None:
    whole = Box(start, region.y, region.right - start, region.height)
    part = Box(start, region.y, region.x - start, region.height)
    before, after = (whole, part) if was_longer else (part, whole)
    size = {"dw": after.width - before.width, "dh": 0}
    before = traced(before, hunt.scene.alignment)
    hunt.drafts.append(draft_of(DefectType.RESIZED, before, after, None, "", size | {"part": "bar"}))
    hunt.explain(grown(region, 1))
