"""What re-rendering cannot change: the amount of ink in a spot, and the colour of the background."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import grown, overlap, union
from vision.types import Box, Picture

Mask = NDArray[np.bool_]

# What re-rendering keeps (measured on 87 pairs without a change): a background to this many levels, the ink of one spot
# by this factor, and the median of all spots within these two.
GROUND_LEVELS = 4
SPOT_INK = 1.3
MEDIAN_INK = (0.96, 1.07)
MIN_SPOTS = 5
# Less ink than this (levels, mean over the spot) is not a stroke. If no pixel is further than NOTHING_LEVELS from the
# background, nothing is drawn; from SOMETHING_LEVELS on, something is.
MIN_INK = 2
SOMETHING_LEVELS = 24
# The ink of a spot changed when its sum did by this many levels, mean over the spot.
MIN_STEP = 3
SOMETHING_PX = 20
# Where light and dark ink cancel out to less than this share, the sum says nothing.
MIXED_INK = 0.5
# A spot has a background if this share of it has one colour; a photo has none.
MIN_GROUND = 0.5
NOTHING_LEVELS = 8
# At most this many spots are checked one by one; the others as one.
MOST_SPOTS = 4000
# A rule or a border is at most this thick and at least this long, and this much lighter or darker than what was there.
RULE_PX = 3
RULE_LENGTH_PX = 24
RULE_SHARE = 0.75
RULE_LEVELS = 12
# A linear colour map needs this many pixels of this many shades (of 1 << SHADE_BITS levels), since a line always goes
# through two, and must fit this share of them to this many levels: both are rounded.
LINE_PX = 40
LINE_SHADES = 4
SHADE_BITS = 4
LINE_LEVELS = 2
LINE_SHARE = 0.95


def not_conserved(laid: Picture, actual: Picture, unseen: Mask, spots: Sequence[Box]) -> Mask:
    """The pixels that look like re-rendering noise but cannot be. Re-rendering moves light about at edges; it keeps the
    mean colour of strokes and backgrounds, and draws nothing new.
    """
    boxes = [*spots[:MOST_SPOTS], *([union(spots[MOST_SPOTS:])] if len(spots) > MOST_SPOTS else [])]
    ratios: list[tuple[Box, float]] = []
    real = np.zeros_like(unseen)
    for box in boxes:
        place = overlap(grown(box, 3), Box(0, 0, unseen.shape[1], unseen.shape[0]))
        near = cv2.dilate(unseen[place.slices()].view(np.uint8), np.ones((7, 7), np.uint8)) > 0
        ratio = ink_ratio(laid, actual, place, near)
        if (
            ratio is None
            or not 1 / SPOT_INK < ratio < SPOT_INK
            or _has_new_rule(laid, actual, box, unseen)
            or _is_recoloured(laid, actual, box, unseen)
        ):
            real[box.slices()] = unseen[box.slices()]
        else:
            ratios.append((box, ratio))
    if len(ratios) >= MIN_SPOTS:
        middle = float(np.median([ratio for _, ratio in ratios]))
        if not MEDIAN_INK[0] < middle < MEDIAN_INK[1]:
            for box, ratio in ratios:
                if (ratio - 1) * (middle - 1) > 0:
                    real[box.slices()] = unseen[box.slices()]
    return real


def _is_recoloured(laid: Picture, actual: Picture, box: Box, unseen: Mask) -> bool:
    """Is each channel of one side a linear function of the other side, as after a change of opacity, shade or text
    colour? Re-rendered strokes are not. (A single straight edge is.)
    """
    if min(box.width, box.height) <= RULE_PX:
        return False
    before, after = (picture[box.slices()][unseen[box.slices()]] for picture in (laid, actual))
    if len(before) < LINE_PX or len(np.unique(before >> SHADE_BITS, axis=0)) < LINE_SHADES:
        return False
    one, two = before.astype(np.float32), after.astype(np.float32)
    from_mean, to_mean = one - one.mean(axis=0), two - two.mean(axis=0)
    spread = np.maximum((from_mean**2).mean(axis=0), 1.0)
    drawn = two.mean(axis=0) + from_mean * ((from_mean * to_mean).mean(axis=0) / spread)
    return bool(np.mean(np.abs(drawn - two).max(axis=1) <= LINE_LEVELS) >= LINE_SHARE)


def _has_new_rule(laid: Picture, actual: Picture, box: Box, unseen: Mask) -> bool:
    """Is a spot a rule, or one side of a card's border?"""
    thick_x, thick_y = min(RULE_PX, box.width), min(RULE_PX, box.height)
    sides = {
        Box(box.x, box.y, box.width, thick_y), Box(box.x, box.bottom - thick_y, box.width, thick_y),
        Box(box.x, box.y, thick_x, box.height), Box(box.right - thick_x, box.y, thick_x, box.height),
    }  # fmt: skip
    return any(_is_new_rule(laid, actual, drawn) for side in sides if (drawn := _drawn_side(side, unseen)) is not None)


def _drawn_side(side: Box, unseen: Mask) -> Box | None:
    """The lines of a side that changed along nearly all their length."""
    along = unseen[side.slices()].mean(axis=1 if side.width > side.height else 0) > RULE_SHARE
    lines = np.flatnonzero(along)
    if not len(lines):
        return None
    first, count = int(lines[0]), int(lines[-1] - lines[0]) + 1
    if side.width > side.height:
        return Box(side.x, side.y + first, side.width, count)
    return Box(side.x + first, side.y, count, side.height)


def _is_new_rule(laid: Picture, actual: Picture, box: Box) -> bool:
    """A thin line with one colour step along its whole length that changed its surroundings by more than an edge
    between two backgrounds, painted up to a pixel further on, can.
    """
    low, long = sorted((box.width, box.height))
    if low > RULE_PX or long < RULE_LENGTH_PX:
        return False
    page = Box(0, 0, laid.shape[1], laid.shape[0])
    along, dx, dy = (1, 0, 1) if box.width > box.height else (0, 1, 0)
    step = _step(laid, actual, box).mean(axis=2).mean(axis=1 - along)
    if abs(step.mean()) <= RULE_LEVELS or step.std() >= 0.25 * abs(step.mean()):
        return False
    reach = RULE_LENGTH_PX // 4
    sides = [overlap(box.shifted(way * reach * dx, way * reach * dy), page) for way in (-1, 1)]
    if not all(side.area_px for side in sides):
        return False
    one, two = (np.median(actual[side.slices()].reshape(-1, 3), axis=0) for side in sides)
    across = overlap(union(box.shifted(way * RULE_PX * dx, way * RULE_PX * dy) for way in (-1, 1)), page)
    moved = _step(laid, actual, across).sum(axis=1 - along).mean(axis=0)
    return bool((np.abs(moved) > np.abs(one - two) + RULE_LEVELS).any())


def _step(laid: Picture, actual: Picture, box: Box) -> NDArray[np.int16]:
    return np.asarray(actual[box.slices()].astype(np.int16) - laid[box.slices()])


def _ground_share(pixels: NDArray[np.int16], ground: NDArray[np.float64]) -> float:
    return float(np.mean(np.abs(pixels - ground).max(axis=1) <= NOTHING_LEVELS))


def ink_ratio(laid: Picture, actual: Picture, box: Box, mask: Mask | None = None) -> float | None:
    """The ratio, after to before, of the summed distances from the background; None if the background itself changed or
    nothing was drawn.
    """
    where = np.ones((box.height, box.width), np.bool_) if mask is None else mask
    one, two = (picture[box.slices()][where].astype(np.int16) for picture in (laid, actual))
    moved = np.median(two - one, axis=0)
    if float(np.abs(moved).max()) >= GROUND_LEVELS:
        return None
    grounds = np.median(one, axis=0), np.median(one, axis=0) + moved
    if min(_ground_share(part, ground) for part, ground in zip((one, two), grounds, strict=True)) < MIN_GROUND:
        return 1.0
    inks = [part - ground for part, ground in zip((one, two), grounds, strict=True)]
    strongest = [int(np.abs(ink).max()) for ink in inks]
    drawn_px = [int(np.count_nonzero(np.abs(ink).max(axis=1) >= SOMETHING_LEVELS)) for ink in inks]
    if min(strongest) <= NOTHING_LEVELS and max(drawn_px) >= SOMETHING_PX:
        return None
    masses = [ink.sum(axis=0) for ink in inks]
    weight = float(masses[0] @ masses[0])
    if weight < (MIN_INK * len(one)) ** 2 or weight < (MIXED_INK * float(np.abs(inks[0]).sum())) ** 2:
        return 1.0
    if float(np.abs(masses[1] - masses[0]).max()) < MIN_STEP * len(one):
        return 1.0
    return float(masses[1] @ masses[0]) / weight
