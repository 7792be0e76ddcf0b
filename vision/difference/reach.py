"""How far a move reaches: what around moved things moved with them.

A block grows from its things line by line, as long as the reference there, shifted by the block's move, equals the
actual. The detector misses things and confuses copies; the pixels around a certain thing show where the others went.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import Rows, clipped, iou, overlap, share_inside
from vision.difference.colour import commonest
from vision.difference.identity import Match, is_same_way, tells_itself
from vision.difference.matching import Thing
from vision.difference.regions import INK_LEVELS
from vision.types import Band, Box, Picture

# The backgrounds of two rows of one table differ by at most this.
MOST_STEP_LEVELS = 48
# This many lines are compared in the first step, and twice as many in each further one.
STEP_PX = 16
ORDER = (("left", "right"), ("bottom", "top"))
# At most this many times the page's pixels are compared.
MOST_LOOKS = 6
# At most this many parts are grown, and this many moves tried for a lost thing.
MOST_REACHES = 200
MOST_TRIES = 2000

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reach:
    """A part of the reference that moved as one: `box` went along with `move`."""

    box: Box
    move: "Move"

    @property
    def landing(self) -> Box:
        return self.box.shifted(*self.move.way)

    def holds(self, box: Box, way: tuple[int, int] | None = None) -> bool:
        """Did this box (of the reference) move along, and, if a move is given, by that move?"""
        return share_inside(box, self.box) == 1 and (way is None or is_same_way(way, self.move.way))

    def takes(self, match: Match) -> bool:
        """Does the thing belong to the block? Not if it would land where nothing changed."""
        own = self.holds(match.before.box, match.vector)
        return own or (self.holds(match.before.box) and self.move.changed(match.before.box.shifted(*self.move.way)))

    @property
    def band(self) -> Band:
        return Band(self.box, *self.move.way)


def find_reaches(
    reference: Picture, actual: Picture, moved: Sequence[Match], before: Sequence[Thing], after: Sequence[Thing]
) -> tuple[list[Match], list[Reach]]:
    """The moved things, each with its block, and how far each block reaches. Of two moves for one thing, that of the
    larger block wins. `before` and `after` are things without a partner: they may have moved along, or been swapped.
    """
    reaches = _grown(reference, actual, moved)
    settled = _settled(moved, reaches)
    settled += _went_along(reaches, settled, before)
    tries = 0
    for thing in (one for one in _without(before, settled) if tells_itself(one)):
        ways = _ways_out(thing, after, reaches)
        tries += len(ways)
        left = [] if tries > MOST_TRIES else _gone_one_of(reference, actual, thing, ways)
        reaches += left
        settled += _went_along(left, settled, before) if left else []
    return settled, reaches


def _grown(reference: Picture, actual: Picture, moved: Sequence[Match]) -> list[Reach]:
    """The parts of the page around what moved, those with most things first."""
    found: list[Reach] = []
    budget_px = MOST_LOOKS * reference.shape[0] * reference.shape[1]
    open_ = sorted(moved, key=lambda match: -match.before.box.area_px)
    while open_ and budget_px > 0 and len(found) < MOST_REACHES:
        grown = _grown_from(reference, actual, open_[0])
        budget_px -= sum(one.box.area_px for one in grown)
        open_ = [m for m in open_[1:] if not any(one.holds(m.before.box, m.vector) for one in grown)]
        found += grown
    weights = [sum(m.before.box.area_px for m in moved if one.holds(m.before.box, m.vector)) for one in found]
    return [found[at] for at in sorted(range(len(found)), key=lambda at: -weights[at])]


def _grown_from(reference: Picture, actual: Picture, match: Match) -> list[Reach]:
    """The row and the column of a thing: a rectangle that grows in both directions stops at the first corner."""
    move = Move.of(reference, actual, match.before.box, match.vector)
    return [Reach(box, move) for box in move.reach(match.before.box)]


def _settled(moved: Sequence[Match], reaches: Sequence[Reach]) -> list[Match]:
    """Each thing with its first block, and nothing else where a block landed."""
    kept: list[Match] = []
    left, landed = list(moved), Rows()
    for reach in reaches:
        here = {id(m): m for m in left if reach.takes(m)}
        left = [m for m in left if id(m) not in here]
        own = [m if is_same_way(m.vector, reach.move.way) else _aimed(m.before, reach) for m in here.values()]
        own = [m for m in own if not any(iou(m.after.box, landed[at]) > 0.5 for at in landed.near(m.after.box))]
        for match in own:
            landed.add(match.after.box)
        kept += own
    return kept + left


def _went_along(reaches: Sequence[Reach], settled: Sequence[Match], before: Sequence[Thing]) -> list[Match]:
    """Things in a block that were not matched on their own."""
    hosts = (
        (thing, next((one for one in reaches if one.holds(thing.box)), None)) for thing in _without(before, settled)
    )
    found = [_aimed(thing, host) for thing, host in hosts if host is not None]
    return [match for match in found if reaches[0].move.changed(match.after.box)]


def _aimed(thing: Thing, reach: Reach) -> Match:
    return Match(thing, replace(thing, box=thing.box.shifted(*reach.move.way)))


def _without(things: Sequence[Thing], settled: Sequence[Match]) -> list[Thing]:
    taken = Rows(match.before.box for match in settled)
    return [t for t in things if not any(iou(t.box, taken[at]) > 0.3 for at in taken.near(t.box))]


def _ways_out(thing: Thing, after: Sequence[Thing], reaches: Sequence[Reach]) -> list[tuple[int, int]]:
    """The displaced thing may have gone to where the new one came from, or to a similar thing of the actual."""
    came = [reach.move.way for reach in reaches if share_inside(thing.box, reach.landing) > 0.5]
    if not came:
        return []
    like = [(t.box.x - thing.box.x, t.box.y - thing.box.y) for t in after if _are_like(t.box, thing.box)]
    return [(-dx, -dy) for dx, dy in came] + like


def _gone_one_of(reference: Picture, actual: Picture, thing: Thing, ways: Sequence[tuple[int, int]]) -> list[Reach]:
    """The part of the page that made one of these moves with the thing; None if it went elsewhere."""
    pages = [Box(0, 0, page.shape[1], page.shape[0]) for page in (reference, actual)]
    for way in ways:
        ends = thing.box, thing.box.shifted(*way)
        if way == (0, 0) or any(overlap(end, page) != end for end, page in zip(ends, pages, strict=True)):
            continue
        move = Move.of(reference, actual, thing.box, way)
        if move.went_along(thing.box).all():
            return [Reach(box, move) for box in move.reach(thing.box)]
    return []


def _are_like(one: Box, other: Box) -> bool:
    return abs(one.width - other.width) <= 1 and abs(one.height - other.height) <= 1


@dataclass(frozen=True, slots=True)
class Move:
    """Both pictures, a move (dx, dy), and the colour difference between the two backgrounds (BGR, levels)."""

    reference: Picture
    actual: Picture
    way: tuple[int, int]
    step: NDArray[np.int16]

    @classmethod
    def of(cls, reference: Picture, actual: Picture, seed: Box, way: tuple[int, int]) -> "Move":
        """The move of a thing. A moved row may be on the background of its new place: the tint of every second row."""
        plain = cls(reference, actual, way, np.zeros(3, np.int16))
        room = plain._room()
        row = overlap(Box(room.x, seed.y, room.width, seed.height), room)
        grounds = (picture[box.slices()].reshape(-1, 3) for picture, box in
                   ((reference, row), (actual, row.shifted(*way))))  # fmt: skip
        one, other = (commonest(colours).astype(np.int16) for colours in grounds)
        step = other - one
        return plain if int(np.abs(step).max()) > MOST_STEP_LEVELS else replace(plain, step=step)

    def changed(self, box: Box) -> bool:
        """Did this place change? What was there already did not move in."""
        return not np.array_equal(self.reference[box.slices()], self.actual[box.slices()])

    def reach(self, seed: Box) -> list[Box]:
        """The boxes around `seed` (in the reference) that moved along, pixel for pixel: grown as a row, and as a
        column.
        """
        boxes = {self._grown(self._grown(seed, sides), others) for sides, others in (ORDER, ORDER[::-1])}
        return [box for box in boxes if not any(box != one and share_inside(box, one) == 1 for one in boxes)]

    def _grown(self, seed: Box, sides: Sequence[str]) -> Box:
        room = self._room()
        box = overlap(seed, room)
        for side in sides:
            step = STEP_PX
            while box.area_px:
                strip = overlap(_beside(box, side, step), room)
                lines = self._lines_along(strip, side) if strip.area_px else 0
                box = _longer(box, side, lines)
                if lines < step:
                    break
                step *= 2
        return box

    def _room(self) -> Box:
        """The part of the reference that is inside the actual after the move."""
        dx, dy = self.way
        landed = clipped(Box(dx, dy, *self.reference.shape[1::-1]), *self.actual.shape[1::-1])
        return landed.shifted(-dx, -dy)

    def _lines_along(self, strip: Box, side: str) -> int:
        """How many lines of a strip moved along, counted outward from the block."""
        lines = np.asarray(self.went_along(strip).all(axis=0 if side in ("left", "right") else 1))
        lines = lines[::-1] if side in ("left", "top") else lines
        return int(np.argmin(lines)) if not lines.all() else len(lines)

    def went_along(self, box: Box) -> Mask:
        """Which pixels of a box (of the reference) are the actual's after the move; within a pixel, since a move by
        half a pixel is drawn between two, and on either background.
        """
        one, other = self.reference[box.slices()], self.actual[box.shifted(*self.way).slices()]
        one, other = (np.asarray(cv2.blur(part, (3, 3)), dtype=np.uint8) for part in (one, other))
        return _lies_between(other, one, self.step) & _lies_between(one, other, -self.step)


def _lies_between(one: Picture, other: Picture, step: NDArray[np.int16]) -> Mask:
    """Is each pixel of `one` within the range of the pixels around it in `other`, perhaps on the other background?"""
    around = np.ones((3, 3), np.uint8)
    low, high = np.minimum(step, 0) - INK_LEVELS, np.maximum(step, 0) + INK_LEVELS
    darkest = cv2.add(cv2.erode(other, around), _as_scalar(low))
    lightest = cv2.add(cv2.dilate(other, around), _as_scalar(high))
    return np.asarray(cv2.inRange(one, darkest, lightest) > 0)


def _as_scalar(levels: NDArray[np.int16]) -> NDArray[np.float64]:
    """A colour as OpenCV adds it to every pixel."""
    return np.append(levels, 0).astype(np.float64)


def _beside(box: Box, side: str, step: int) -> Box:
    if side == "left":
        return Box(box.x - step, box.y, step, box.height)
    if side == "right":
        return Box(box.right, box.y, step, box.height)
    if side == "top":
        return Box(box.x, box.y - step, box.width, step)
    return Box(box.x, box.bottom, box.width, step)


def _longer(box: Box, side: str, lines: int) -> Box:
    if side == "left":
        return Box(box.x - lines, box.y, box.width + lines, box.height)
    if side == "right":
        return Box(box.x, box.y, box.width + lines, box.height)
    if side == "top":
        return Box(box.x, box.y - lines, box.width, box.height + lines)
    return Box(box.x, box.y, box.width, box.height + lines)
