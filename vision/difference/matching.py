"""Matches the things of both pictures by content, place and look.

Both sides are given in the actual's coordinates (the reference's things carried by the displacement field), so a thing
that nothing happened to stands at its own place. Exact content first, then place, then look.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from vision.boxes import Rows, clipped, grown, iou, overlap, union
from vision.difference.conservation import ink_ratio
from vision.difference.noise import CONTRAST_FLOOR, WINDOW_PX, unlikeness
from vision.difference.regions import ground_colour, tight_box, tight_frame
from vision.difference.similarity import channel_step, grey
from vision.groups import connected
from vision.row_chunks import map_row_chunks
from vision.types import FRAMED_KINDS, Box, Kind, Picture

# Crops are compared this many rows at a time: a whole long page would need 1 GB for its light in fractions.
LOOK_ROWS = 512
# Content counts as equal from this correlation of the two crops on, where their sizes agree to a pixel or two.
SAME_LOOK = 0.97
# A thing found elsewhere must look this alike to be the same thing, moved.
MOVED_LOOK = 0.85
# Two crops of one size show the same when they correlate this well and their mean colours differ by less than
# COLOUR_LEVELS.
SAME_CONTENT = 0.985
COLOUR_LEVELS = 6.0
# Backgrounds this close count as one: the tint of every second row.
NEAR_GROUND_LEVELS = 24
# Re-rendering keeps a thing's mean colour to this many levels, and the ink of a line within these factors (measured on
# 87 pairs without a change: 0.94 to 1.07).
KEPT_MEAN_LEVELS = 3.0
LINE_INK = (0.93, 1.08)
# Share of the columns with edges in them that differ when a thing was painted again.
ALL_ALONG = 0.6
# Below this correlation no sub-pixel shift makes two crops equal; above it the residue (noise.py) decides: the smallest
# typing error leaves 0.09, another sub-pixel position up to 0.07.
PLACED_BETWEEN_LOOK = 0.5
BETWEEN_RESIDUE = 0.08
# Contents whose windows differ in light by more of their contrast than this are not the same, wherever between pixels they lie.
SKETCH_RESIDUE = 0.1
SKETCH_STEP_PX = 4
# A thing laid over something else is recognised from this correlation on (research: 0.80 for what landed elsewhere), when
# it is large and varied enough to be unlike its surroundings.
FOUND_LOOK = 0.8
MIN_FOUND_PX = 6
STROKE_LEVELS = 60
STROKE_ERROR = 24
MIN_STROKE_PX = 24
STROKES_LOOK = 0.4
MIN_FOUND_CONTRAST = 8.0
# Cost of leaving a thing unmatched; more expensive pairs are not made. Chosen so that boxes which hardly overlap (IoU
# 0.35) and look different stay apart.
UNMATCHED_COST = 0.5
# A detector sometimes confuses kinds: more expensive, not impossible.
OTHER_KIND_COST = 0.15
# Beyond this vertical distance only equal content is the same thing; that is found before any guess.
MAX_GUESS_PX = 400
# Beyond this vertical distance a moved thing is only recognised if no pixel of it changed.
MAX_MOVE_PX = 2000
# Of a thing with more copies than this, only the nearest are considered.
MAX_COPIES = 50
# Things of other sizes than this ratio are never the same thing.
MAX_SIZE_RATIO = 4.0


@dataclass(frozen=True, slots=True)
class Thing:
    """Something drawn: a detected element, or connected ink (`kind` None, no id)."""

    box: Box
    kind: Kind | None = None
    text: str = ""
    element_id: str | None = None


def drawn_box(picture: Picture, thing: Thing) -> Box:
    """The box of what is drawn: the frame or fill of a button or field, however pale, else the ink."""
    return tight_frame(picture, thing.box) if thing.kind in FRAMED_KINDS else tight_box(picture, thing.box)


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
    """Pairs the things of both sides; those without a partner were removed or added."""
    if not before or not after:
        return Matched((), tuple(before), tuple(after))
    looks, costs = _possible(laid, actual, before, after)
    held = sorted(pair for group in _groups(list(costs)) for pair in _cheapest(group, costs))
    pairs = tuple(Pair(before[i], after[j], looks[i, j]) for i, j in held)
    left, right = {i for i, _ in held}, {j for _, j in held}
    return Matched(
        pairs,
        tuple(thing for index, thing in enumerate(before) if index not in left),
        tuple(thing for index, thing in enumerate(after) if index not in right),
    )


Places = tuple[int, int]


def _possible(
    laid: Picture, actual: Picture, before: list[Thing], after: list[Thing]
) -> tuple[dict[Places, float], dict[Places, float]]:
    """Likeness and cost of the possible pairs, by their indices in both lists; only near things are compared."""
    looks: dict[Places, float] = {}
    costs: dict[Places, float] = {}
    rows = Rows(thing.box for thing in after)
    for i, thing in enumerate(before):
        for j in rows.near(grown(thing.box, MAX_GUESS_PX)):
            look = _look_if_near_size(laid, actual, thing, after[j])
            cost = _cost(thing, after[j], look)
            if cost < 1:
                looks[i, j], costs[i, j] = look, cost
    return looks, costs


def _groups(pairs: list[Places]) -> list[list[Places]]:
    """Connected groups of pairs, each of which can be assigned separately."""
    if not pairs:
        return []
    others = 1 + max(one for one, _ in pairs)
    links = [(one, others + other) for one, other in pairs]
    group_of = {at: number for number, group in enumerate(connected(1 + max(map(max, links)), links)) for at in group}
    groups: dict[int, list[Places]] = {}
    for pair in pairs:
        groups.setdefault(group_of[pair[0]], []).append(pair)
    return list(groups.values())


def _cheapest(group: list[Places], costs: dict[Places, float]) -> list[Places]:
    """The cheapest assignment; leaving a thing unmatched costs UNMATCHED_COST."""
    ones, others = sorted({i for i, _ in group}), sorted({j for _, j in group})
    size = len(ones) + len(others)
    padded = np.full((size, size), UNMATCHED_COST)
    padded[: len(ones), : len(others)] = 1.0
    padded[len(ones) :, len(others) :] = 0.0
    row_of, column_of = ({place: at for at, place in enumerate(places)} for places in (ones, others))
    for i, j in group:
        padded[row_of[i], column_of[j]] = costs[i, j]
    rows, columns = linear_sum_assignment(padded)
    chosen = [(ones[i], others[j]) for i, j in zip(rows, columns, strict=True) if i < len(ones) and j < len(others)]
    return [pair for pair in chosen if pair in costs]


def look_alike(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """Correlation of two crops' light, -1..1, at the first one's size; 1 where both are uniform."""
    if first.shape != second.shape:
        second = np.asarray(cv2.resize(second, (first.shape[1], first.shape[0]), interpolation=cv2.INTER_AREA))
    bands = map_row_chunks(
        len(first), lambda top, bottom: _light_sums(first[top:bottom], second[top:bottom]), LOOK_ROWS
    )
    one, other, one_squared, other_squared, product = (int(value) for value in np.sum(bands, axis=0))
    count = first.shape[0] * first.shape[1]
    spreads = count * one_squared - one * one, count * other_squared - other * other
    if not all(spreads):
        return float(all(np.ptp(grey(crop)) <= 1 for crop in (first, second)))
    return float((count * product - one * other) / (math.sqrt(spreads[0]) * math.sqrt(spreads[1])))


def _light_sums(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The sums for a correlation, in whole numbers, so that they are exact however the rows are divided."""
    x, y = (grey(crop).ravel().astype(np.float64) for crop in (first, second))
    return np.array((x.sum(), y.sum(), x @ x, y @ y, x @ y))


def same_content(first: Picture, second: Picture, before: Box, after: Box) -> bool:
    """Do two boxes (of one size, to a pixel) show the same, perhaps on another background?"""
    if abs(before.width - after.width) > 1 or abs(before.height - after.height) > 1:
        return False
    width, height = min(before.width, after.width), min(before.height, after.height)
    one = first[Box(before.x, before.y, width, height).slices()]
    two = second[Box(after.x, after.y, width, height).slices()]
    if one.shape != two.shape or not one.size:
        return False
    if np.array_equal(one, two):
        return True
    two = _on_ground_of(two, ground_colour(first, before), ground_colour(second, after))
    if _colour_distance(one, two) >= COLOUR_LEVELS:
        return False
    look = look_alike(one, two)
    return look >= SAME_CONTENT or (look >= PLACED_BETWEEN_LOOK and drawn_between(one, two))


def _on_ground_of(crop: Picture, wanted: NDArray[np.int16], own: NDArray[np.int16]) -> Picture:
    """The crop on a slightly lighter or darker background (the other rows of a zebra table): ink keeps its colour,
    edges are mixtures. Unchanged if the backgrounds differ too much for what is drawn on them.
    """
    step, off = wanted - own, np.abs(crop - own).max(axis=2)
    contrast = int(off.max())
    if not step.any() or 2 * int(np.abs(step).max()) > contrast:
        return crop
    shown = (1 - off / contrast)[..., None] * step
    return np.asarray(np.clip(crop + np.rint(shown), 0, 255), dtype=np.uint8)


def drawn_between(one: Picture, two: Picture) -> bool:
    """Are these the same shapes in the same colours, painted a fraction of a pixel elsewhere, as after a push by half a
    pixel?
    """
    return float(unlikeness(one, two, fitted=False).max()) < BETWEEN_RESIDUE


def painted_again(first: Picture, second: Picture, before: Box, after: Box) -> bool:
    """Do two boxes show the same shapes in the same colours with as much ink, painted a fraction of a pixel elsewhere or
    compressed again? `before` lies in `first`, `after` in `second`; a pixel of difference in size or place is allowed."""
    if any(abs(one - other) > 1 for one, other in zip(_numbers(before), _numbers(after), strict=True)):
        return False
    box = union((before, after))
    one, two = first[box.slices()], second[box.slices()]
    if one.shape != two.shape or _colour_distance(one, two) > KEPT_MEAN_LEVELS or not drawn_between(one, two):
        return False
    if not differs_all_along(one, two):
        return False
    height, width = first.shape[:2]
    ratio = ink_ratio(first, second, clipped(grown(box, 3), width, height))
    return ratio is not None and LINE_INK[0] <= ratio <= LINE_INK[1]


def differs_all_along(one: Picture, two: Picture) -> bool:
    """Does the difference run along all edges? Re-rendering touches edges everywhere; a difference in a few places is a
    change.
    """
    changed = np.asarray(channel_step(one, two) > 3)
    if one.shape[1] < 2:
        return True
    inked = np.asarray(channel_step(one[:, 1:], one[:, :-1]) > NEAR_GROUND_LEVELS)
    columns, differs = np.flatnonzero(inked.any(axis=0)), np.asarray(changed[:, 1:].any(axis=0))
    return float(np.mean(differs[columns] if len(columns) else differs)) >= ALL_ALONG


def _numbers(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.width, box.height


def _colour_distance(one: Picture, two: Picture) -> float:
    """Largest difference of the mean colours, in levels."""
    return float(np.abs(np.subtract(cv2.mean(one), cv2.mean(two))).max())


def equal_pairs(
    reference: Picture, actual: Picture, before: Sequence[Thing], after: Sequence[Thing]
) -> list[tuple[Thing, Thing]]:
    """All pairs of things with the same content (their boxes drawn tight); for each thing at most MAX_COPIES, the
    nearest.

    Two contents are compared once, however many copies there are: the cost depends on the number of different contents.
    """
    ones = [replace(thing, box=drawn_box(reference, thing)) for thing in before]
    others = [replace(thing, box=drawn_box(actual, thing)) for thing in after]
    copies = _Copies(reference, actual, [other.box for other in others])
    places = np.array([(other.box.x, other.box.y) for other in others]).reshape(-1, 2)
    return [(one, others[index]) for one in ones for index in _nearest(one.box, copies.of(one.box), places)]


def _nearest(box: Box, found: Sequence[int], places: NDArray[np.int_]) -> list[int]:
    """At most MAX_COPIES of these indices, the nearest first; all of them, unsorted, if there are no more."""
    if len(found) <= MAX_COPIES:
        return list(found)
    distances = np.abs(places[found] - (box.x, box.y)).sum(axis=1)
    return [found[at] for at in np.argsort(distances, kind="stable")[:MAX_COPIES].tolist()]


class _Copies:
    """Boxes of the actual by content. Icons, bullets and rows come in hundreds of copies; each pair of contents is
    compared once.
    """

    def __init__(self, reference: Picture, actual: Picture, boxes: Sequence[Box]) -> None:
        self._reference, self._actual, self._boxes = reference, actual, boxes
        self._by_size: dict[tuple[int, int], dict[bytes, list[int]]] = {}
        self._known: dict[tuple[bytes, bytes], bool] = {}
        self._sketches: dict[tuple[bool, bytes], Sketch] = {}
        for index, box in enumerate(boxes):
            alike = self._by_size.setdefault((box.width, box.height), {})
            alike.setdefault(_content(actual, box), []).append(index)

    def of(self, box: Box) -> list[int]:
        """The sorted indices of the boxes that show what this box of the reference shows."""
        content = _content(self._reference, box)
        sizes = [(box.width + w, box.height + h) for w in (-1, 0, 1) for h in (-1, 0, 1)]
        groups = [group for size in sizes for group in self._by_size.get(size, {}).items()]
        return sorted(index for other, group in groups for index in self._equal(box, content, other, group))

    def _equal(self, box: Box, content: bytes, other: bytes, group: list[int]) -> list[int]:
        if content == other:
            return group
        # Far down a long page only the very same pixels are the same thing: cards and rows repeat, nearly alike.
        near = [index for index in group if abs(box.y - self._boxes[index].y) <= MAX_MOVE_PX]
        if near and (content, other) not in self._known:
            goal = self._boxes[near[0]]
            sketches = self._sketch(False, content, box), self._sketch(True, other, goal)
            alike = sketches[0].may_be(sketches[1])
            self._known[content, other] = alike and same_content(self._reference, self._actual, box, goal)
        return near if near and self._known[content, other] else []

    def _sketch(self, of_actual: bool, content: bytes, box: Box) -> "Sketch":
        key = of_actual, content
        if key not in self._sketches:
            self._sketches[key] = Sketch.of(self._actual if of_actual else self._reference, box)
        return self._sketches[key]


@dataclass(frozen=True, slots=True)
class Sketch:
    """The mean light of windows across a box, above its background, with its range when shifted by a pixel: rejects
    most different contents a hundred times faster than comparing them.
    """

    mean: NDArray[np.float32]
    least: NDArray[np.float32]
    most: NDArray[np.float32]
    ground: float
    contrast: float

    @classmethod
    def of(cls, picture: Picture, box: Box) -> "Sketch":
        ground = float(np.mean(ground_colour(picture, box)))
        light = picture[box.slices()].mean(axis=2, dtype=np.float32) - np.float32(ground)
        mean = cv2.blur(light, (WINDOW_PX, WINDOW_PX))
        beside = np.ones((3, 3), np.uint8)
        planes = (mean, cv2.erode(mean, beside), cv2.dilate(mean, beside))
        mean, least, most = (np.asarray(plane[::SKETCH_STEP_PX, ::SKETCH_STEP_PX], np.float32) for plane in planes)
        return cls(mean, least, most, ground, max(CONTRAST_FLOOR, float(np.abs(light).max())))

    def may_be(self, other: "Sketch") -> bool:
        rows, columns = (min(one, two) for one, two in zip(self.mean.shape, other.mean.shape, strict=True))
        off = SKETCH_RESIDUE * max(self.contrast, other.contrast) + abs(self.ground - other.ground)
        here, there = slice(rows), slice(columns)
        mean = other.mean[here, there]
        return bool(((mean >= self.least[here, there] - off) & (mean <= self.most[here, there] + off)).all())


def _content(picture: Picture, box: Box) -> bytes:
    """A digest of what the box shows and of its size."""
    crop = np.ascontiguousarray(picture[box.slices()])
    return blake2b(crop.data, salt=repr(crop.shape[:2]).encode()[:16]).digest() if crop.size else b""


def find_again(picture: Picture, box: Box, other: Picture, places: Sequence[Box]) -> Box | None:
    """Where in these areas of `other` the content of a box of `picture` is now; None if nowhere."""
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
    """By correlation; by strokes alone if the thing lies across the edge of something else."""
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
    """Can the area hold the thing? A new thing changes most of the columns and rows it covers."""
    return place.width >= 0.5 * box.width and place.height >= 0.5 * box.height


def _look_if_near_size(laid: Picture, actual: Picture, before: Thing, after: Thing) -> float:
    if abs(before.box.y - after.box.y) > MAX_GUESS_PX and not overlap(before.box, after.box).area_px:
        return -1.0
    ratios = (before.box.width / after.box.width, before.box.height / after.box.height)
    if any(ratio > MAX_SIZE_RATIO or ratio < 1 / MAX_SIZE_RATIO for ratio in ratios):
        return -1.0
    if abs(before.box.width - after.box.width) > 2 or abs(before.box.height - after.box.height) > 2:
        return (
            0.0 if not overlap(before.box, after.box).area_px else max(0.5, _look_of_ends(laid, actual, before, after))
        )
    return look_alike(laid[before.box.slices()], actual[after.box.slices()])


def _look_of_ends(laid: Picture, actual: Picture, before: Thing, after: Thing) -> float:
    """How alike two lines of different lengths are at their starts, or at their ends: a text that grew keeps one of
    them.
    """
    one, two = before.box, after.box
    width, height = min(one.width, two.width), min(one.height, two.height)
    if abs(one.height - two.height) > 0.4 * height or abs(one.bottom - two.bottom) > 0.4 * height:
        return 0.0
    starts = abs(one.x - two.x) <= 2, abs(one.right - two.right) <= 2
    ends = (one.x, two.x), (one.right - width, two.right - width)
    looks = [
        look_alike(laid[Box(x, one.bottom - height, width, height).slices()],
                   actual[Box(to, two.bottom - height, width, height).slices()])
        for meets, (x, to) in zip(starts, ends, strict=True) if meets
    ]  # fmt: skip
    return max(looks, default=0.0)


def _cost(before: Thing, after: Thing, look: float) -> float:
    """0 for the same thing in its place; 1 if the two cannot be one thing."""
    if look < 0 and not overlap(before.box, after.box).area_px:
        return 1.0
    low, high = sorted((before.box.height, after.box.height))
    if high > MAX_SIZE_RATIO * low and (before.kind is None or before.kind is not after.kind):
        return 1.0  # a line grows along, no rule becomes a card
    same_kind = not before.kind or not after.kind or before.kind == after.kind or look >= SAME_LOOK
    kinds = 0.0 if same_kind else OTHER_KIND_COST
    place = 1.0 - iou(before.box, after.box)
    if place == 1.0 and look < MOVED_LOOK:
        return 1.0
    return 0.5 * place + 0.35 * (1.0 - max(0.0, look)) + kinds
