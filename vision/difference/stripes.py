"""Keeps a table's stripes in place when its rows are pushed: each row is on the other background then."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import clipped
from vision.difference.regions import FLAT_LEVELS, ink_mask
from vision.difference.restyles import MIN_PANEL_SIDE_PX, ground_pairs, moved_along
from vision.difference.similarity import channel_step
from vision.types import Alignment, Box, Picture

# A line belongs to a stripe if this share of it has the stripe's colour.
STRIPE_SHARE = 0.5
# One row in another colour is a chosen row; stripes are at least two of each colour.
LEAST_STRIPES = 2
# Every fourth line and column is enough for the background colours.
STEP = 4

Colour = NDArray[np.uint8]


def with_stripes(laid: Picture, reference: Picture, actual: Picture, alignment: Alignment) -> Picture:
    """The laid reference, with pushed rows on the stripes of their new place."""
    drawn = laid
    for band in alignment.bands:
        place = clipped(band.reference_box.shifted(band.dx, band.dy), actual.shape[1], actual.shape[0])
        if band.dy == alignment.dy or not place.area_px:
            continue
        stripes = _stripes(laid, reference, actual, place)
        if stripes is None:
            continue
        drawn = laid.copy() if drawn is laid else drawn
        one, other = stripes
        follows = moved_along(laid, actual, place, one, other) | moved_along(laid, actual, place, other, one)
        drawn[place.slices()][follows] = actual[place.slices()][follows]
    return drawn


def _stripes(laid: Picture, reference: Picture, actual: Picture, place: Box) -> tuple[Colour, Colour] | None:
    """The two backgrounds that swapped here, if the reference has stripes of both."""
    one, two = (np.ascontiguousarray(picture[place.slices()][::STEP, ::STEP]) for picture in (laid, actual))
    changed = channel_step(one, two) > 0
    pairs = ground_pairs(one, two, changed)
    if not pairs:
        return None
    left, _, width, _ = (STEP * side for side in cv2.boundingRect(changed.view(np.uint8)))
    column = reference[:, place.x + left : place.x + left + width]
    return pairs[0] if all(_count(column, colour) >= LEAST_STRIPES for colour in pairs[0]) else None


def _count(column: Picture, colour: Colour) -> int:
    """How many stripes of a colour a column of the page has."""
    whole = Box(0, 0, column.shape[1], column.shape[0])
    lines = (~ink_mask(column, whole, colour.astype(np.int16), FLAT_LEVELS)).mean(axis=1) > STRIPE_SHARE
    ends = np.flatnonzero(np.diff(np.concatenate(([False], lines, [False])).astype(np.int8)))
    return int(np.count_nonzero(ends[1::2] - ends[::2] >= MIN_PANEL_SIDE_PX))
