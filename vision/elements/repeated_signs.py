"""Separates rows of equal signs, such as a rating's stars, from the lines of text they were found in
(`parted_from_signs`).

Networks find touching stars as one thing or not at all, and a line finder takes them for letters; no word repeats a
square letter so often.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vision.boxes import clipped, grown
from vision.colours import apart_from, ground_of
from vision.types import Box, Picture

# The fewest signs of a row. "www" is shorter.
_LEAST: Final = 4
# The least height of a sign, and its width for its height.
_MIN_PX: Final = 10
_NARROWEST, _WIDEST = 0.75, 1.4
# Signs that share this much of what they cover together are equal; drawn between pixels they differ at the rim.
_EQUAL: Final = 0.84
_ALIKE_PX: Final = 2
# Signs touch in points: where two meet, at most this share of their height is ink. Another background is ink all over.
_JOINT: Final = 0.5
_INK_STEP: Final = 60


@dataclass(frozen=True, slots=True)
class _Sign:
    """A sign's columns in the line's picture."""

    left: int
    right: int


def parted_from_signs(picture: Picture, lines: Sequence[Box]) -> tuple[list[Box], list[Box]]:
    """The signs of all rows of equal signs, and the remaining lines."""
    signs: list[Box] = []
    left: list[Box] = []
    for line in lines:
        row = _row(picture, line) if line.width >= _LEAST * _NARROWEST * _MIN_PX else []
        signs += row
        left += _around(line, row) if row else [line]
    return signs, left


def _around(line: Box, row: Sequence[Box]) -> list[Box]:
    """The parts of the line left and right of its signs."""
    first, last = min(box.x for box in row), max(box.right for box in row)
    parts = [(line.x, first), (last + 1, line.right)]
    return [Box(start, line.y, end - start, line.height) for start, end in parts if end - start > line.height // 2]


def _row(picture: Picture, line: Box) -> list[Box]:
    window = clipped(grown(line, 1), picture.shape[1], picture.shape[0])
    ink = _ink(picture[window.slices()])
    blobs = _blobs(ink)
    if _most_signs(ink, blobs) < _LEAST:
        return []
    run: list[_Sign] = []
    for start, end in blobs:
        signs = _signs(ink, start, end)
        if run and signs and not _goes_on(ink, run, signs[0]):
            if len(run) >= _LEAST:
                break
            run = []
        if not signs:
            if len(run) >= _LEAST:
                break
            run = []
        run += signs
    if len(run) < _LEAST:
        return []
    return [_box(ink, sign, window) for sign in run]


def _ink(part: Picture) -> NDArray[np.bool_]:
    """The ink: pixels that differ from the background above and below."""
    return np.asarray(apart_from(part, ground_of(part[[0, -1], ::4])) >= _INK_STEP, np.bool_)


def _blobs(ink: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of columns with ink."""
    steps = np.diff(np.concatenate([[0], ink.any(axis=0).astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(steps > 0).tolist(), np.flatnonzero(steps < 0).tolist(), strict=True))


def _most_signs(ink: NDArray[np.bool_], blobs: Sequence[tuple[int, int]]) -> float:
    """More signs than this cannot stand in the blobs, by their sizes alone: asked first, for most lines hold none."""
    starts, ends = np.array(blobs, np.intp).reshape(-1, 2).T
    if not starts.size:
        return 0
    highest = np.where(ink.any(axis=0), ink.argmax(axis=0), len(ink))
    lowest = np.where(ink.any(axis=0), len(ink) - ink[::-1].argmax(axis=0), 0)
    height = np.maximum.reduceat(lowest, starts) - np.minimum.reduceat(highest, starts)
    each = (ends - starts) / (_NARROWEST * height)
    return float(each[(each >= 1) & (height >= _MIN_PX)].sum())


def _signs(ink: NDArray[np.bool_], start: int, end: int) -> list[_Sign]:
    """The sign that a blob is, or the equal signs that touch in it; none if it is neither."""
    width = end - start
    if width < _NARROWEST * _MIN_PX:
        return []
    rows = np.flatnonzero(ink[:, start:end].any(axis=1))
    height = int(rows[-1] - rows[0]) + 1
    if height < _MIN_PX or width < _NARROWEST * height:
        return []
    if width <= _WIDEST * height:
        return [_Sign(start, end)]
    for count in {max(2, round(width / height) + more) for more in (0, 1, -1)}:
        pitch = width / count
        if _NARROWEST * height <= pitch <= _WIDEST * height:
            signs = [_Sign(start + round(place * pitch), start + round((place + 1) * pitch)) for place in range(count)]
            joints = [ink[:, sign.left].sum() for sign in signs[1:]]
            if max(joints) <= _JOINT * height and all(_is_equal(ink, signs[0], sign) for sign in signs[1:]):
                return signs
    return []


def _goes_on(ink: NDArray[np.bool_], run: Sequence[_Sign], sign: _Sign) -> bool:
    last = run[-1]
    width = last.right - last.left
    near = sign.left - last.right <= width
    return near and abs(sign.right - sign.left - width) <= _ALIKE_PX and _is_equal(ink, run[0], sign)


def _is_equal(ink: NDArray[np.bool_], first: _Sign, other: _Sign) -> bool:
    """Whether both cover the same, to a pixel or two."""
    width = first.right - first.left
    one = ink[:, first.left : first.right]
    for shift in (0, -1, 1, -2, 2):
        start = other.left + shift
        theirs = ink[:, max(start, 0) : start + width]
        if theirs.shape == one.shape and (one & theirs).sum() >= _EQUAL * (one | theirs).sum():
            return True
    return False


def _box(ink: NDArray[np.bool_], sign: _Sign, window: Box) -> Box:
    rows = np.flatnonzero(ink[:, sign.left : sign.right].any(axis=1))
    return Box(window.x + sign.left, window.y + int(rows[0]), sign.right - sign.left, int(rows[-1] - rows[0]) + 1)
