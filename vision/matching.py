"""Which thing of the reference is which thing of the actual.

Both sides are given in the actual's coordinates (the reference's things carried by the displacement field), so a thing
that nothing happened to stands at its own place. Exact content first, then place, then look.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from vision.boxes import iou, overlap
from vision.similarity import grey
from vision.types import Box, Kind, Picture

# Content counts as equal from this correlation of the two crops on, where their sizes agree to a pixel or two.
SAME_LOOK = 0.97
# A thing that stands elsewhere must look this alike to be the same thing, moved.
MOVED_LOOK = 0.85
# Cost of leaving a thing without a partner; pairs that cost more are none. Chosen so that boxes which hardly overlap
# (IoU 0.2) and look different stay apart.
UNMATCHED_COST = 0.62
# A detector takes one kind for another now and then: dearer, not impossible.
OTHER_KIND_COST = 0.15
# Things of other sizes than this ratio are never the same thing.
MAX_SIZE_RATIO = 4.0


@dataclass(frozen=True, slots=True)
class Thing:
    """Something drawn: an element that was detected, or ink that holds together (`kind` None, no id)."""

    box: Box
    kind: Kind | None = None
    text: str = ""
    element_id: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    before: Thing
    after: Thing
    look: float


@dataclass(frozen=True, slots=True)
class Matched:
    pairs: tuple[Pair, ...]
    only_before: tuple[Thing, ...]
    only_after: tuple[Thing, ...]


def match_things(laid: Picture, actual: Picture, before: list[Thing], after: list[Thing]) -> Matched:
    """Pair the things of both sides; what stays alone was taken out or put in."""
    if not before or not after:
        return Matched((), tuple(before), tuple(after))
    looks = np.array([[_look_if_near_size(laid, actual, b, a) for a in after] for b in before])
    costs = np.array([[_cost(b, a, looks[i, j]) for j, a in enumerate(after)] for i, b in enumerate(before)])
    size = len(before) + len(after)
    padded = np.full((size, size), UNMATCHED_COST)
    padded[: len(before), : len(after)] = costs
    padded[len(before) :, len(after) :] = 0.0
    rows, columns = linear_sum_assignment(padded)
    held = [(i, j) for i, j in zip(rows, columns, strict=True) if i < len(before) and j < len(after) and costs[i, j] < 1]
    pairs = tuple(Pair(before[i], after[j], float(looks[i, j])) for i, j in held)
    left, right = {i for i, _ in held}, {j for _, j in held}
    return Matched(
        pairs,
        tuple(thing for index, thing in enumerate(before) if index not in left),
        tuple(thing for index, thing in enumerate(after) if index not in right),
    )


def look_alike(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """Correlation of two crops' light, -1..1, at the first one's size; 1 where both are uniform."""
    if first.shape != second.shape:
        second = np.asarray(cv2.resize(second, (first.shape[1], first.shape[0]), interpolation=cv2.INTER_AREA))
    x, y = (grey(crop).astype(np.float64) for crop in (first, second))
    x, y = x - x.mean(), y - y.mean()
    norm = float(np.sqrt((x * x).sum() * (y * y).sum()))
    if norm < 1e-9:
        return 1.0 if float(np.abs(x).max()) < 1 and float(np.abs(y).max()) < 1 else 0.0
    return float((x * y).sum() / norm)


def _look_if_near_size(laid: Picture, actual: Picture, before: Thing, after: Thing) -> float:
    ratios = (before.box.width / after.box.width, before.box.height / after.box.height)
    if any(ratio > MAX_SIZE_RATIO or ratio < 1 / MAX_SIZE_RATIO for ratio in ratios):
        return -1.0
    if abs(before.box.width - after.box.width) > 2 or abs(before.box.height - after.box.height) > 2:
        return 0.0 if not overlap(before.box, after.box).area_px else 0.5
    return look_alike(laid[before.box.slices()], actual[after.box.slices()])


def _cost(before: Thing, after: Thing, look: float) -> float:
    """0 for the same thing at its place; 1 where the two cannot be one thing."""
    if look < 0 and not overlap(before.box, after.box).area_px:
        return 1.0
    same_kind = not before.kind or not after.kind or before.kind == after.kind or look >= SAME_LOOK
    kinds = 0.0 if same_kind else OTHER_KIND_COST
    place = 1.0 - iou(before.box, after.box)
    if place == 1.0 and look < MOVED_LOOK:
        return 1.0
    return 0.5 * place + 0.35 * (1.0 - max(0.0, look)) + kinds
