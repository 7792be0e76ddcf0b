"""Joins lines of code (`joined_code`): in monospaced text a space is as wide as a letter, wider than in other text, so
its lines are found in pieces.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vision.boxes import Rows, grown, share_inside, union
from vision.colours import ground_of
from vision.elements.ink import edges_of
from vision.engines.types import FittingReader
from vision.types import Box, Element, Kind, Picture

# A letter's width in heights of its line: such faces have 0.47 (Consolas) to 0.51 (Courier and most others).
_LEAST_PITCH, _MOST_PITCH = 0.44, 0.58
# A word and its distance to the next give the same width of a letter, to this share and this many pixels in all.
_SAME, _SAME_PX = 0.03, 2.0
# Between letters of one width there is at most this share of the mean ink: 0.00 to 0.10 in 11 pieces of code, 0.15 and
# more in 27 pairs of other words that pass all other tests (held-out pages and the development screens).
_MOST_BETWEEN: Final = 0.12
_STEP_PX, _TRIES = 0.5, 13
# The ink of a word is this many letters narrower than its cells.
_BEARING: Final = 0.2
# Words with fewer letters say nothing about the typeface.
_LEAST_LETTERS: Final = 3
# Two pieces are at most this many letters apart: a space, or a sign or a word of two letters between two spaces.
_MOST_APART: Final = 4
# Boxes on one line share this much of their rows.
_LEVEL: Final = 0.8
_INSIDE: Final = 0.6


def joined_code(picture: Picture, elements: Sequence[Element], reader: FittingReader) -> list[Element]:
    """The elements, with labels that are pieces of a line of code joined; elements between them are removed."""
    runs = [run for run in _runs(picture, elements) if len(run) > 1]
    lines = [union(elements[at].box for at in run) for run in runs]
    joined = {
        run[0]: replace(elements[run[0]], text=reading.text, box=reading.box, text_confidence=reading.confidence)
        for run, reading in zip(runs, reader.read_and_fit(picture, lines) if lines else (), strict=True)
        if reading.text
    }
    pieces = {at for run in runs if run[0] in joined for at in run}
    held = [one.box for one in joined.values()]
    kept = [one for at, one in enumerate(elements) if at not in pieces and not _is_sign_in(one, held)]
    return kept + list(joined.values())


def _is_sign_in(one: Element, lines: Sequence[Box]) -> bool:
    return one.kind in (Kind.ICON, Kind.LABEL) and any(share_inside(one.box, line) >= _INSIDE for line in lines)


def _runs(picture: Picture, elements: Sequence[Element]) -> list[list[int]]:
    """Labels that follow on each other, left to right."""
    labels = [at for at, one in enumerate(elements) if one.kind is Kind.LABEL and len(one.text) >= _LEAST_LETTERS]
    labels.sort(key=lambda at: elements[at].box.x)
    rows = Rows(elements[at].box for at in labels)
    runs: list[list[int]] = []
    place: dict[int, list[int]] = {}
    for at in labels:
        near = (labels[index] for index in rows.near(grown(elements[at].box, elements[at].box.height * 2)))
        before = [other for other in near if other in place and place[other][-1] == other]
        follows = [other for other in before if _follows(picture, elements[other], elements[at])]
        if len(follows) == 1:
            place[at] = place[follows[0]]
            place[at].append(at)
        else:
            place[at] = [at]
            runs.append(place[at])
    return runs


def _follows(picture: Picture, first: Element, second: Element) -> bool:
    shared = min(first.box.bottom, second.box.bottom) - max(first.box.y, second.box.y)
    if shared < _LEVEL * max(first.box.height, second.box.height) or second.box.x <= first.box.right:
        return False
    height = (first.box.height + second.box.height) / 2
    for apart in range(1, _MOST_APART + 1):
        pitch = (second.box.x - first.box.x) / (len(first.text) + apart)
        has_room = _LEAST_PITCH * height <= pitch <= _MOST_PITCH * height
        if has_room and _has_pitch(first, pitch) and _has_pitch(second, pitch):
            filled = _is_filled(picture, first.box, second.box)
            is_apart = filled is not None and (filled or apart == 1)
            return is_apart and _between_letters(picture, (first.box, second.box), pitch) <= _MOST_BETWEEN
    return False


def _has_pitch(word: Element, pitch: float) -> bool:
    lengths = len(word.text), len(word.text.replace(" ", ""))  # a space may be read where none is
    widths = ((length - _BEARING) * pitch for length in lengths)
    return any(abs(word.box.width - width) <= _SAME * width + _SAME_PX for width in widths)


def _is_filled(picture: Picture, first: Box, second: Box) -> bool | None:
    """Whether there is a sign between two words; None if a line as high as they are is there."""
    part = picture[first.y : first.bottom, first.right + 1 : second.x - 1]
    if not part.size:
        return False
    ink = edges_of(part) > 0
    if ink.all(axis=0).any():
        return None
    return bool(ink.any())


def _between_letters(picture: Picture, words: tuple[Box, Box], pitch: float) -> float:
    """The share of the mean ink at the borders between letters, if all are about `pitch` wide."""
    ink = [_ink_across(picture, word) for word in words]
    pitches = np.linspace(1 - _SAME, 1 + _SAME, _TRIES) * pitch
    between = [min(_least_at_every(row, one) for one in pitches) * len(row) for row in ink]
    return sum(between) / max(sum(float(row.sum()) for row in ink), 1e-6)


def _least_at_every(row: NDArray[np.float32], pitch: float) -> float:
    places = np.arange(len(row))
    starts = np.arange(0, pitch, _STEP_PX)
    return min(float(np.interp(np.arange(start, len(row), pitch), places, row).mean()) for start in starts)


def _ink_across(picture: Picture, word: Box) -> NDArray[np.float32]:
    """(width,): how much ink each column has."""
    part = picture[word.slices()].astype(np.float32)
    ground = ground_of(part)
    return np.asarray(np.abs(part - ground).max(axis=2).sum(axis=0), np.float32)
