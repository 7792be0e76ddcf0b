"""Separates signs at the ends of a line from its text (`parted_from_unread`): things set apart, square and unreadable,
such as a gear behind a column's name.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vision.boxes import clipped, grown
from vision.colours import apart_from, ground_of
from vision.types import Box, Picture

# Ink differs from the line's background by this many levels.
_INK_STEP: Final = 24
# The least space between a sign and a word, and the size of a sign, in heights of the line.
_ROOM, _LEAST, _MOST = 0.15, 0.35, 1.3
_LEAST_PX, _ROOM_PX = 7, 3
# Its sides differ by no more than this.
_ASPECT: Final = 1.6
# Its ink has one colour: few of its pixels are further from the line between the background and that colour. Emoji have
# several.
_ASIDE, _FEW = 40.0, 0.1
# Its colour differs from the words' by this many levels in a channel; else it is a letter that the reader does not
# know.
_OTHER: Final = 40.0
# A colour is the mean of the ink that is furthest from the ground, to this share.
_FULL: Final = 0.8
# A sign may extend beyond its line by this many pixels.
_BEYOND_PX: Final = 2


@dataclass(frozen=True, slots=True)
class Parted:
    """`words` is the line without the signs at its ends."""

    words: Box
    signs: tuple[Box, ...] = ()


def parted_from_unread(picture: Picture, line: Box, letters: tuple[int, int]) -> Parted:
    """The line, and the sign at each end that contains none of its letters; `letters` are the columns of the first and
    last.
    """
    room = round(_LEAST * line.height)
    if letters[0] - line.x < room and line.right - letters[1] < room:
        return Parted(line)
    window = clipped(grown(line, _BEYOND_PX), picture.shape[1], picture.shape[0])
    part = picture[window.slices()]
    ink = _ink(part)
    blobs = _blobs(ink, max(_ROOM_PX, round(_ROOM * line.height)))
    left, right, signs = line.x, line.right, []
    first, last = letters[0] - window.x, letters[1] - window.x
    if len(blobs) > 1 and blobs[1][0] - 1 <= first < blobs[1][1] and (sign := _sign(part, ink, blobs[0], line.height)):
        left = window.x + blobs[1][0] - 1
        signs.append(sign.shifted(window.x, window.y))
    if len(blobs) > 1 and blobs[-2][0] <= last < blobs[-1][0] and (sign := _sign(part, ink, blobs[-1], line.height)):
        right = window.x + blobs[-2][1]
        signs.append(sign.shifted(window.x, window.y))
    return Parted(Box(left, line.y, right - left, line.height), tuple(signs)) if right > left else Parted(line)


def _ink(part: Picture) -> NDArray[np.bool_]:
    return np.asarray(apart_from(part, ground_of(part)) >= _INK_STEP, np.bool_)


def _blobs(ink: NDArray[np.bool_], room: int) -> list[tuple[int, int]]:
    """Runs of columns with ink; runs with less space between them than this are joined."""
    columns = np.flatnonzero(ink.any(axis=0))
    if not columns.size:
        return []
    ends = np.flatnonzero(np.diff(columns) > room)
    starts = [int(columns[0]), *(int(columns[end + 1]) for end in ends)]
    return list(zip(starts, [*(int(columns[end]) + 1 for end in ends), int(columns[-1]) + 1], strict=True))


def _sign(part: Picture, ink: NDArray[np.bool_], blob: tuple[int, int], height: int) -> Box | None:
    """The sign that a blob is, in pixels of the part."""
    rows = np.flatnonzero(ink[:, blob[0] : blob[1]].any(axis=1))
    wide, high = blob[1] - blob[0], int(np.ptp(rows)) + 1
    least, most = max(_LEAST_PX, round(_LEAST * height)), round(_MOST * height)
    if not (least <= min(wide, high) and max(wide, high) <= most and max(wide, high) <= _ASPECT * min(wide, high)):
        return None
    box = Box(blob[0], int(rows[0]), wide, high)
    words = ink.copy()
    words[:, blob[0] : blob[1]] = False
    away = part.astype(np.float32) - ground_of(part)
    own = away[box.slices()][ink[box.slices()]]
    differs = np.abs(_colour(own) - _colour(away[words])).max() >= _OTHER
    return box if differs and _has_one_colour(own) else None


def _colour(away: NDArray[np.float32]) -> NDArray[np.float32]:
    """The colour of ink, relative to the background; (3,) of (n, 3)."""
    distance = np.abs(away).max(axis=1)
    return np.asarray(away[distance >= _FULL * distance.max()].mean(axis=0), np.float32)


def _has_one_colour(away: NDArray[np.float32]) -> bool:
    way = _colour(away)
    share = away @ way / max(float(way @ way), 1.0)
    aside = np.abs(away - share[:, None] * way).max(axis=1)
    return bool((aside > _ASIDE).mean() <= _FEW)
