"""Geometry of boxes."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from vision.types import Box


def overlap(first: Box, second: Box) -> Box:
    """The intersection of two boxes; its area is 0 if they share nothing."""
    x, y = max(first.x, second.x), max(first.y, second.y)
    return Box(x, y, max(0, min(first.right, second.right) - x), max(0, min(first.bottom, second.bottom) - y))


def shared_px(first: Box, second: Box) -> int:
    """How many pixels two boxes share, without making a box: this is called very often."""
    left = first.x if first.x > second.x else second.x
    right = min(first.x + first.width, second.x + second.width)
    if right <= left:
        return 0
    top = first.y if first.y > second.y else second.y
    bottom = min(first.y + first.height, second.y + second.height)
    return (right - left) * (bottom - top) if bottom > top else 0


def share_inside(inner: Box, outer: Box) -> float:
    """How much of `inner` lies in `outer`, 0..1."""
    shared = shared_px(inner, outer)
    return shared / (inner.width * inner.height) if shared else 0.0


def iou(first: Box, second: Box) -> float:
    """Intersection over union, 0..1."""
    shared = shared_px(first, second)
    return shared / (first.width * first.height + second.width * second.height - shared) if shared else 0.0


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all of them (at least one)."""
    held = list(boxes)
    x, y = min(box.x for box in held), min(box.y for box in held)
    return Box(x, y, max(box.right for box in held) - x, max(box.bottom for box in held) - y)


def grown(box: Box, pixels: int) -> Box:
    """The box with `pixels` more on each side (fewer where negative)."""
    return Box(box.x - pixels, box.y - pixels, box.width + 2 * pixels, box.height + 2 * pixels)


def clipped(box: Box, width: int, height: int) -> Box:
    """The part of the box inside a picture of this size."""
    if 0 <= box.x <= box.right <= width and 0 <= box.y <= box.bottom <= height:
        return box
    return overlap(box, Box(0, 0, width, height))


def gap(first: Box, second: Box) -> int:
    """Pixels between two boxes, across and down together; 0 where they touch or overlap."""
    across = max(first.x, second.x) - min(first.right, second.right)
    down = max(first.y, second.y) - min(first.bottom, second.bottom)
    return max(across, 0) + max(down, 0)


def in_one_row(first: Box, second: Box) -> bool:
    """Do two boxes share more than half of the lower one's rows?"""
    shared = min(first.bottom, second.bottom) - max(first.y, second.y)
    return shared > 0.5 * min(first.height, second.height)


def in_reading_order(boxes: Sequence[Box]) -> list[int]:
    """Indices from top to bottom; from left to right among boxes whose middles lie in one another's rows."""
    order = sorted(range(len(boxes)), key=lambda index: (boxes[index].y, boxes[index].x))
    rows: list[list[int]] = []
    for index in order:
        middle = boxes[index].y + boxes[index].height / 2
        row = rows[-1] if rows else None
        if row is not None and boxes[row[0]].y <= middle < boxes[row[0]].bottom:
            row.append(index)
        else:
            rows.append([index])
    return [index for row in rows for index in sorted(row, key=lambda at: boxes[at].x)]


def best_of_rivals(
    edges: NDArray[np.float32], scores: NDArray[np.float32], rival_iou: float, most: int | None = None
) -> list[int]:
    """Greedy non-maximum suppression: the indices of the remaining boxes, the most certain first, at most `most`.

    `edges` is (n, 4): left, top, right, bottom. Of two boxes with an IoU above `rival_iou` the more certain one stays.
    """
    order = np.argsort(-scores, kind="stable")
    left, top, right, bottom = edges.T
    areas = np.maximum(right - left, 0) * np.maximum(bottom - top, 0)
    kept: list[int] = []
    while order.size and (most is None or len(kept) < most):
        best, rest = order[0], order[1:]
        kept.append(int(best))
        width = np.minimum(right[best], right[rest]) - np.maximum(left[best], left[rest])
        height = np.minimum(bottom[best], bottom[rest]) - np.maximum(top[best], top[rest])
        shared = np.maximum(width, 0) * np.maximum(height, 0)
        order = rest[shared <= rival_iou * np.maximum(areas[best] + areas[rest] - shared, 1e-6)]
    return kept


class Rows:
    """Boxes indexed by their rows: on a long page only those nearby are compared. A box's index is its place in the
    order they were added; iterating gives those not taken out, in that order.
    """

    _STRIPE_PX = 64

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        self._boxes: dict[int, Box] = {}
        self._stripes: dict[int, set[int]] = {}
        self._added = 0
        for box in boxes:
            self.add(box)

    def __getitem__(self, index: int) -> Box:
        return self._boxes[index]

    def __iter__(self) -> Iterator[Box]:
        return iter(self._boxes.values())

    def add(self, box: Box) -> int:
        index, self._added = self._added, self._added + 1
        self._boxes[index] = box
        for stripe in self._of(box):
            self._stripes.setdefault(stripe, set()).add(index)
        return index

    def take(self, index: int) -> Box:
        """Removes and returns the box."""
        box = self._boxes.pop(index)
        for stripe in self._of(box):
            self._stripes[stripe].remove(index)
        return box

    def near(self, box: Box) -> list[int]:
        """The sorted indices of all boxes that may touch this one."""
        return sorted({index for stripe in self._of(box) for index in self._stripes.get(stripe, ())})

    def hold(self, box: Box, reach_px: int = 0) -> bool:
        """Does one of the boxes, each grown by `reach_px`, contain more than half of this one?"""
        near = (self._boxes[index] for index in self.near(grown(box, reach_px)))
        return any(share_inside(box, grown(place, reach_px)) > 0.5 for place in near)

    def _of(self, box: Box) -> range:
        return range(box.y // self._STRIPE_PX, (box.bottom - 1) // self._STRIPE_PX + 1)
