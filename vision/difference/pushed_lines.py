"""Rows pushed onto another background: a table's stripes stay in place when its rows move.

Lines are compared by their edges, where the colour changes clearly from one pixel to the next: a slightly lighter or
darker background does not move these.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.difference.row_hashes import MIN_RUN_LINES, Lines, Run, anchors, hash_lines, longest_chain
from vision.difference.similarity import channel_step
from vision.types import Band, Box, Picture

# An edge is a step of at least EDGE_LEVELS, more than between two backgrounds of one table. Two lines show the same if
# at most OTHER_EDGES of their edges, or FEW_EDGES, are on one side only: on another background a smoothed edge may just
# miss the threshold.
EDGE_LEVELS = 64
OTHER_EDGES = 0.1
FEW_EDGES = 3
ANCHOR_LEVELS = (32, 96)
# The border between two runs is found with fainter edges too: the sides of a pale label.
FAINT_LEVELS = 12
# A line with fewer edges than this is not an anchor.
LEAST_EDGES = 8
# Lines compared at a time.
LINES_AT_ONCE = 64

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Edges:
    """The colour edges of each line; `counts` is their number."""

    steps: Mask
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, picture: Picture, levels: int = EDGE_LEVELS) -> "Edges":
        steps = channel_step(picture[:, 1:], picture[:, :-1]) >= levels
        return cls(steps, np.asarray(np.count_nonzero(steps, axis=1)))

    def lines(self) -> Lines:
        packed = np.packbits(self.steps, axis=1)
        return Lines(hash_lines(packed), self.counts >= LEAST_EDGES)

    def unlike(self, other: "Edges", start: int, goal: int, count: int) -> NDArray[np.int64]:
        """For each of `count` lines from `start` on: how many edges only it, or only the other's line from `goal` on,
        has.
        """
        return np.asarray(
            np.count_nonzero(self.steps[start : start + count] != other.steps[goal : goal + count], axis=1)
        )

    def plainly_unlike(self, other: "Edges", start: int, goal: int, count: int) -> NDArray[np.int64]:
        """The same, without the few edges that differ because of another background."""
        return np.maximum(self.unlike(other, start, goal, count) - FEW_EDGES, 0)

    def is_like(self, other: "Edges", start: int, goal: int, count: int) -> Mask:
        edges = np.maximum(self.counts[start : start + count], other.counts[goal : goal + count])
        most = np.maximum(OTHER_EDGES * edges, FEW_EDGES)
        return np.asarray(self.unlike(other, start, goal, count) <= most)


def runs_by_edges(pictures: tuple[Picture, Picture], edges: tuple[Edges, Edges]) -> list[Run]:
    """Runs (start in first, start in second, length) of lines with the same edges, in order on both sides."""
    first, second = edges
    runs: list[Run] = []
    at = to = 0
    for start, goal in _anchors(pictures):
        if start >= at and goal >= to:
            back = _alike(first, second, start, goal, min(start - at, goal - to), -1)
            ahead = _alike(first, second, start, goal, min(len(first.steps) - start, len(second.steps) - goal), 1)
            runs.append((start - back, goal - back, back + ahead))
            at, to = start + ahead, goal + ahead
    busy = first.counts >= LEAST_EDGES
    return [run for run in runs if np.count_nonzero(busy[run[0] : run[0] + run[2]]) >= MIN_RUN_LINES]


def _anchors(pictures: tuple[Picture, Picture]) -> list[tuple[int, int]]:
    """Lines with exactly the same edges, at one of several edge thresholds: in each picture some smoothed edges fall
    just below one threshold.
    """
    found: set[tuple[int, int]] = set()
    for levels in ANCHOR_LEVELS:
        found.update(anchors(*(Edges.of(picture, levels).lines() for picture in pictures)))
    return longest_chain(sorted(found))


def parted_well(runs: Sequence[Run], pictures: tuple[Picture, Picture], edges: tuple[Edges, Edges]) -> list[Run]:
    """The runs, each starting where it fits better than the end of the previous run. Lines may match both; the space
    between two rows of a table is divided in its middle.
    """
    parted: list[Run] = []
    faint = [Edges.of(picture, FAINT_LEVELS) for picture in pictures]
    for start, goal, length in runs:
        if parted:
            first, to, before = parted.pop()
            back = _alike(*edges, start, goal, before, -1)
            end = first + before - back, to + before - back
            stays = faint[0].plainly_unlike(faint[1], *end, back)
            stays += _on_unlike_grounds(pictures, end, back, range(max(-end[0], -end[1], -LINES_AT_ONCE), 0))
            going = start - back, goal - back
            goes = faint[0].plainly_unlike(faint[1], *going, back)
            goes += _on_unlike_grounds(pictures, going, back, range(back, back + min(length, LINES_AT_ONCE)))
            # Lines up to the border stay with the run before, the others go with this one.
            costs = np.concatenate(([0], np.cumsum(stays))) + np.concatenate((np.cumsum(goes[::-1])[::-1], [0]))
            drawn = np.append(faint[0].counts[end[0] : end[0] + back], 0)
            moved = back - _middle_of_least(np.where(costs == costs.min(), drawn, np.inf))
            parted.append((first, to, before - moved))
            start, goal, length = start - moved, goal - moved, length + moved
        parted.append((start, goal, length))
    return [run for run in parted if run[2]]


def _on_unlike_grounds(
    pictures: tuple[Picture, Picture], at: tuple[int, int], count: int, sure: range
) -> NDArray[np.int64]:
    """How many pixels of each of `count` lines have no like around them in the other picture, beyond those of the `sure` lines
    (counted from the first one): the fill of a strip that came in has no edge where it is as wide as what was pushed."""
    if not count:
        return np.zeros(0, np.int64)
    start, stop = min(0, sure.start), max(count, sure.stop)
    one, other = (picture[line + start : line + stop] for picture, line in zip(pictures, at, strict=True))
    around = np.ones((3, 3), np.uint8)
    off = cv2.max(cv2.subtract(other, cv2.dilate(one, around)), cv2.subtract(cv2.erode(one, around), other))
    counts = np.count_nonzero((off > FAINT_LEVELS).any(axis=2), axis=1)
    usual = int(np.median(counts[sure.start - start : sure.stop - start])) if len(sure) else 0
    return np.asarray(np.maximum(counts[-start : count - start] - usual, 0), dtype=np.int64)


def _middle_of_least(values: NDArray[np.float64]) -> int:
    places = np.flatnonzero(values == values.min())
    return int(places[len(places) // 2])


def _alike(first: Edges, second: Edges, start: int, goal: int, most: int, way: int) -> int:
    """How many lines are alike starting at a pair of lines (counted), or before it (not counted)."""
    found = 0
    while found < most:
        count = min(LINES_AT_ONCE, most - found)
        here, there = (at + found if way > 0 else at - found - count for at in (start, goal))
        alike = first.is_like(second, here, there, count)[::way]
        if not alike.all():
            return found + int(np.argmin(alike))
        found += count
    return found


def edges_left(first: Edges, second: Edges, bands: Sequence[Band], source: Box, target: Box) -> int:
    """How many edges have no counterpart if bands are laid where they lie now. `first` are the edges of `source`, a
    part of the reference, `second` those of `target`. Lines pushed in or out at the lower end do not count against it.
    """
    stood = max((band.reference_box.bottom for band in bands), default=source.y)
    stands = max((band.reference_box.bottom + band.dy for band in bands), default=target.y)
    left = int(first.counts[: stood - source.y if stands == target.bottom else None].sum())
    left += int(second.counts[: stands - target.y if stood == source.bottom else None].sum())
    for band in bands:
        one = first.steps[_within(band.reference_box, source)]
        two = second.steps[_within(band.reference_box.shifted(band.dx, band.dy), target)]
        left += int(np.count_nonzero(one != two)) - int(np.count_nonzero(one)) - int(np.count_nonzero(two))
    return left


def _within(box: Box, area: Box) -> tuple[slice, slice]:
    """The box in the coordinates of an area's edges; the last column has no edge to its right."""
    return slice(box.y - area.y, box.bottom - area.y), slice(box.x - area.x, min(box.right, area.right - 1) - area.x)
