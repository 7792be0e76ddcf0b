"""Which thing of the reference is which thing of the actual.

Both sides are given in the actual's coordinates (the reference's things carried by the displacement field), so a thing
that nothing happened to stands at its own place. Exact content first, then place, then look.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from vision.boxes import clipped, iou, overlap
from vision.regions import tight_box
from vision.similarity import grey
from vision.types import Box, Kind, Picture

# Content counts as equal from this correlation of the two crops on, where their sizes agree to a pixel or two.
SAME_LOOK = 0.97
# A thing that stands elsewhere must look this alike to be the same thing, moved.
MOVED_LOOK = 0.85
# Two crops of one size show the same when they correlate this well and their mean colours differ by less than
# COLOUR_LEVELS.
SAME_CONTENT = 0.985
COLOUR_LEVELS = 6.0
# A thing laid over something else is recognised from this correlation on (research: 0.80 for what landed elsewhere), when
# it is large and varied enough to be unlike its surroundings.
FOUND_LOOK = 0.8
MIN_FOUND_PX = 6
STROKE_LEVELS = 60
STROKE_ERROR = 24
MIN_STROKE_PX = 24
STROKES_LOOK = 0.4
MIN_FOUND_CONTRAST = 8.0
# Cost of leaving a thing without a partner; pairs that cost more are none. Chosen so that boxes which hardly overlap
# (IoU 0.35) and look different stay apart.
UNMATCHED_COST = 0.5
# A detector takes one kind for another now and then: dearer, not impossible.
OTHER_KIND_COST = 0.15
# What stands further down the page than this is the same thing only when its content is equal, which is found before any guess.
MAX_GUESS_PX = 400
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
    held = [
        (i, j) for i, j in zip(rows, columns, strict=True) if i < len(before) and j < len(after) and costs[i, j] < 1
    ]
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


def same_content(first: Picture, second: Picture, before: Box, after: Box) -> bool:
    """Do two boxes (equal to a pixel in size) show the same?"""
    if abs(before.width - after.width) > 1 or abs(before.height - after.height) > 1:
        return False
    width, height = min(before.width, after.width), min(before.height, after.height)
    one = first[Box(before.x, before.y, width, height).slices()]
    two = second[Box(after.x, after.y, width, height).slices()]
    if one.shape != two.shape or not one.size:
        return False
    if np.array_equal(one, two):
        return True
    return _colour_distance(one, two) < COLOUR_LEVELS and look_alike(one, two) >= SAME_CONTENT


def _colour_distance(one: Picture, two: Picture) -> float:
    """Largest difference of the mean colours, in levels."""
    return float(np.abs(one.reshape(-1, 3).mean(axis=0) - two.reshape(-1, 3).mean(axis=0)).max())


def equal_things(
    laid: Picture, actual: Picture, before: Sequence[Thing], after: Sequence[Thing]
) -> list[tuple[Thing, Thing]]:
    """Things with the same content on both sides (their boxes drawn tight), nearest first, each used once."""
    ones = [replace(thing, box=tight_box(laid, thing.box)) for thing in before]
    others = [replace(thing, box=tight_box(actual, thing.box)) for thing in after]
    alike = [(one, other) for one in ones for other in others if same_content(laid, actual, one.box, other.box)]
    held: list[tuple[Thing, Thing]] = []
    for one, other in sorted(alike, key=lambda pair: _distance(pair[0].box, pair[1].box)):
        if not any(one == a or other == b for a, b in held):
            held.append((one, other))
    return held


def _distance(first: Box, second: Box) -> int:
    return abs(first.x - second.x) + abs(first.y - second.y)


def find_again(picture: Picture, box: Box, other: Picture, places: Sequence[Box]) -> Box | None:
    """Where in these places of `other` the content of a box of `picture` stands now; None where nowhere."""
    height, width = other.shape[:2]
    crop = grey(picture[box.slices()])
    if min(box.width, box.height) < MIN_FOUND_PX or float(crop.std()) < MIN_FOUND_CONTRAST:
        return None
    best, found = FOUND_LOOK, None
    for place in places:
        reach = Box(
            place.x - box.width, place.y - box.height, place.width + 2 * box.width, place.height + 2 * box.height
        )
        window = clipped(reach, width, height)
        if window.width < box.width or window.height < box.height or not _may_hold(place, box):
            continue
        score, at = _best_place(grey(other[window.slices()]), crop)
        if score > best:
            best, found = score, Box(window.x + at[0], window.y + at[1], box.width, box.height)
    return found


def _best_place(window: NDArray[np.uint8], crop: NDArray[np.uint8]) -> tuple[float, Sequence[int]]:
    """By correlation; by the strokes alone where the thing lies across an edge of something else."""
    scores = cv2.matchTemplate(window, crop, cv2.TM_CCOEFF_NORMED)
    _, score, _, at = cv2.minMaxLoc(scores)
    if score > FOUND_LOOK:
        return score, at
    ground = np.median(crop)
    strokes = (np.abs(crop.astype(np.int16) - ground) > STROKE_LEVELS).astype(np.float32)
    if strokes.sum() < MIN_STROKE_PX:
        return 0.0, at
    off = (
        cv2.matchTemplate(window.astype(np.float32), crop.astype(np.float32), cv2.TM_SQDIFF, mask=strokes)
        / strokes.sum()
    )
    off[scores < STROKES_LOOK] = np.inf
    low, _, at, _ = cv2.minMaxLoc(off)
    return (FOUND_LOOK + 0.001 if low < STROKE_ERROR**2 else 0.0), at


def _may_hold(place: Box, box: Box) -> bool:
    """A landing changes most of the columns and rows it covers."""
    return place.width >= 0.5 * box.width and place.height >= 0.5 * box.height


def _look_if_near_size(laid: Picture, actual: Picture, before: Thing, after: Thing) -> float:
    if abs(before.box.y - after.box.y) > MAX_GUESS_PX and not overlap(before.box, after.box).area_px:
        return -1.0
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
