"""Finds lines of text. A line has one owner: the label that a network found, whose ends the ink corrects, or the ink
itself if no network found anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import Rows, grown, iou, overlap, share_inside, shared_px, union
from vision.elements.ink import (
    MAX_HEIGHT_PX,
    Ink,
    Words,
    blank,
    ink_of,
    line_box,
    lines_of,
    neighbours,
    parted_at_walls,
    words_of,
)
from vision.types import Box, Picture

# A label is dropped if more certain ones cover this share of it.
_COVERED: Final = 0.6
# Labels that overlap by this (in heights) are pieces of one line, and so are those whose ink is closer than this: a
# space is wider.
_PIECES: Final = 0.2
# Boxes on one line share this much of the higher one's rows.
_LEVEL: Final = 0.6
# Owners of words without a label.
_FREE, _NOBODY = -1, -2
# A word belongs to the label that contains more than this of it.
_HELD: Final = 0.5
# A word in a label's rows also belongs to it with this much of it (in the word's heights): a label does not end in a
# word.
_CUT: Final = 0.3
# A line ends where its last word ends, unless that is further than this (in heights) inside the label: ink was missed
# there.
_SLACK: Final = 0.6
# The greatest size of a dot between two labels, and its distance from the middle of their rows (in heights).
_DOT, _DOT_ASIDE = 0.3, 0.2
# A stroke between two labels is a word of their line if it is at most a space's width from both (in heights).
_SPACE: Final = 0.25
# Ink and label agree on a line's rows if top and bottom differ by at most this (in heights; one pixel is always
# allowed).
_AGREED: Final = 0.1
# Small lines this much wider than high are text; others are pieces of large letters.
_TEXT_ASPECT: Final = 2.5
_HALVINGS: Final = 2
_MOST_LINES: Final = 3_000


@dataclass(frozen=True, slots=True)
class TextLines:
    """The lines of a picture: `owned` has one for each label given (None if a more certain label has it already),
    `free` the ink without a label, top to bottom.
    """

    owned: tuple[Box | None, ...]
    free: tuple[Box, ...]


def find_text_lines(picture: Picture) -> list[Box]:
    """The lines found by ink alone, top to bottom."""
    return list(place_lines(picture).free)


def place_lines(
    picture: Picture, labels: Sequence[Box] = (), fields: Sequence[Box] = (), without: Sequence[Box] = ()
) -> TextLines:
    """The visual lines of text: each box as wide as its text and as high as its font's content area (what a browser
    gives a line of that font), in the picture's own pixels.

    `labels` are a network's lines, the most certain first. Each owns its line: ink only corrects its ends. The other
    ink makes lines of its own. Borders of `fields` are not ink, and the boxes of `without` are skipped.
    """
    claims = _distinct_labels(labels)
    owned: dict[int, Box] = {}
    free: list[Box] = []
    for halvings in range(_HALVINGS + 1):
        scale = 2**halvings
        ink = ink_of(_reduced(picture, scale), _reduced_boxes(fields, scale), _reduced_boxes(without, scale))
        mine = {index: _reduced_box(box, scale) for index, box in claims.items() if _halvings_for(box) == halvings}
        mine = {index: _widest_cell(ink, box) for index, box in mine.items()}
        claims |= {index: _enlarged(box, scale) for index, box in mine.items()}
        owned |= {index: _enlarged(box, scale) for index, box in _owned(ink, mine).items()}
        blank(ink.letters, [grown(_reduced_box(box, scale), 1) for box in (*claims.values(), *owned.values())])
        lowest = MAX_HEIGHT_PX // 2 - 1 if halvings else 2
        free = _without_fragments(free, [_enlarged(box, scale) for box in lines_of(ink, lowest)])
    if len(free) > _MOST_LINES:
        free = sorted(free, key=lambda box: -box.width)[:_MOST_LINES]
    in_order = tuple(sorted(free, key=lambda box: (box.y, box.x)))
    return TextLines(tuple(owned.get(index) for index in range(len(labels))), in_order)


def _halvings_for(label: Box) -> int:
    return min(_HALVINGS, max(0, int(np.ceil(np.log2(label.height / MAX_HEIGHT_PX)))))


def _distinct_labels(labels: Sequence[Box]) -> dict[int, Box]:
    """Labels by their index, without those that more certain ones cover; labels that overlap on one level are pieces of
    one line.
    """
    kept: dict[int, Box] = {}
    rows = Rows()
    places: dict[int, int] = {}
    for index, label in enumerate(labels):
        met = [at for at in rows.near(label) if shared_px(rows[at], label)]
        if sum(share_inside(label, rows[at]) for at in met) >= _COVERED:
            continue
        box = label
        for at in met:
            if _is_level(rows[at], box) and overlap(rows[at], box).width > _PIECES * box.height:
                box = union([box, rows[at]])
                kept.pop(places.pop(at))
                rows.take(at)
        kept[index] = box
        places[rows.add(box)] = index
    return kept


def _widest_cell(ink: Ink, label: Box) -> Box:
    """The part that a label keeps if the line between two table cells crosses it; the rest is free."""
    return max(parted_at_walls(ink, label), key=lambda part: part.width, default=label)


def _is_level(first: Box, second: Box) -> bool:
    shared = min(first.bottom, second.bottom) - max(first.y, second.y)
    return shared >= _LEVEL * max(first.height, second.height)


def _owned(ink: Ink, labels: Mapping[int, Box]) -> dict[int, Box]:
    """The line of each label, by the label's index."""
    if not labels:
        return {}
    words = words_of(ink.letters)
    owner = _owners(words, labels)
    pairs = neighbours(ink, words)
    _spread(words, pairs, owner, labels)
    lines = {index: _fitted(ink, words[owner == index], label) for index, label in labels.items()}
    return _joined(lines, _beside(words, pairs, owner) + _dotted(words, pairs, owner, labels))


def _owners(words: Words, labels: Mapping[int, Box]) -> NDArray[np.intp]:
    """For each word the label that contains most of it (at least half), or that shares its rows and ends in it, or
    _FREE.
    """
    owner = np.full(len(words), _FREE)
    most = np.zeros(len(words))
    x, y, right, bottom = words.T
    for index, label in labels.items():
        across = np.minimum(right, label.right) - np.maximum(x, label.x)
        down = np.minimum(bottom, label.bottom) - np.maximum(y, label.y)
        share = np.maximum(across, 0) * np.maximum(down, 0) / ((right - x) * (bottom - y))
        in_rows = (y >= label.y - 1) & (bottom <= label.bottom + 1)
        better = (share > most) & ((share > _HELD) | (in_rows & (across > _CUT * (bottom - y))))
        owner[better], most[better] = index, share[better]
    return owner


def _spread(words: Words, pairs: NDArray[np.intp], owner: NDArray[np.intp], labels: Mapping[int, Box]) -> None:
    """Words that follow a label's words in its rows belong to it: a network finds only part of a long line. A sign
    between two labels belongs to neither.
    """
    rows = np.zeros((max(labels) + 1, 2), np.int32)
    for index, label in labels.items():
        rows[index] = label.y - 1, label.bottom + 1
    both = np.concatenate([pairs, pairs[:, ::-1]])
    narrow = words[:, 2] - words[:, 0] <= words[:, 3] - words[:, 1]
    while True:
        at, on = both[(owner[both[:, 0]] >= 0) & (owner[both[:, 1]] == _FREE)].T
        top, bottom = rows[owner[at]].T
        fits = (words[on, 1] >= top) & (words[on, 3] <= bottom)
        if not fits.any():
            return
        at, on = at[fits], on[fits]
        first = np.zeros(len(words), np.intp)
        first[on] = owner[at]
        contested = on[first[on] != owner[at]]
        owner[on] = owner[at]
        owner[contested[narrow[contested]]] = _NOBODY


def _fitted(ink: Ink, words: Words, label: Box) -> Box:
    """The label with its ends where its words end; if these end well inside the label, their ink is faint, and it
    stays.
    """
    if not len(words):
        return label
    x, right = max(int(words[:, 0].min()) - 1, 0), int(words[:, 2].max())
    slack = round(_SLACK * label.height)
    left = x if x <= label.x + slack else label.x
    right = right if right >= label.right - slack else label.right
    top, bottom = _rows(ink, words, label)
    return Box(left, top, right - left, bottom - top)


def _rows(ink: Ink, words: Words, label: Box) -> tuple[int, int]:
    """The ink's rows if both agree, since equal pixels are then read alike whatever surrounds them; otherwise the
    label's.
    """
    box = line_box(ink.letters, words)
    most = max(1, _AGREED * label.height)
    if box is not None and max(abs(box.y - label.y), abs(box.bottom - label.bottom)) <= most:
        return box.y, box.bottom
    return label.y, label.bottom


def _beside(words: Words, pairs: NDArray[np.intp], owner: NDArray[np.intp]) -> list[tuple[int, int, int]]:
    """Pairs of labels with neighbouring words, and the number of pixels between them."""
    first, second = words[pairs[:, 0]], words[pairs[:, 1]]
    gap = np.maximum(first[:, 0], second[:, 0]) - np.minimum(first[:, 2], second[:, 2])
    one, other = owner[pairs].T
    met = (one >= 0) & (other >= 0) & (one != other)
    return list(zip(one[met].tolist(), other[met].tolist(), gap[met].tolist(), strict=True))


def _dotted(
    words: Words, pairs: NDArray[np.intp], owner: NDArray[np.intp], labels: Mapping[int, Box]
) -> list[tuple[int, int, int]]:
    """Pairs of labels of one size with a dot in the middle between them, as in lists of facts, or with a stroke a space
    away from both, as in paths: one line.
    """
    beside: dict[int, dict[int, int]] = {}
    for one, other in np.concatenate([pairs, pairs[:, ::-1]]).tolist():
        if owner[one] == _NOBODY and owner[other] >= 0:
            beside.setdefault(one, {})[int(owner[other])] = _gap(words[one], words[other])
    return [
        (min(held), max(held), 0)
        for dot, held in beside.items()
        if len(held) == 2 and all(_belongs(words[dot], labels[index], gap) for index, gap in held.items())
    ]


def _gap(one: NDArray[np.int32], other: NDArray[np.int32]) -> int:
    return int(max(one[0], other[0]) - min(one[2], other[2]))


def _belongs(word: NDArray[np.int32], line: Box, gap: int) -> bool:
    return _is_middle_dot(word, line) or gap <= _SPACE * line.height


def _is_middle_dot(word: NDArray[np.int32], line: Box) -> bool:
    x, y, right, bottom = word.tolist()
    aside = abs((y + bottom) / 2 - line.y - line.height / 2)
    return bool(max(right - x, bottom - y) <= _DOT * line.height and aside <= _DOT_ASIDE * line.height)


def _joined(lines: dict[int, Box], beside: Sequence[tuple[int, int, int]]) -> dict[int, Box]:
    """The lines, joined where there is no room for a space between them."""
    place = {index: index for index in lines}
    for one, other, gap in beside:
        first, second = sorted((place[one], place[other]))
        if first != second and _is_level(lines[first], lines[second]) and gap <= _PIECES * lines[first].height:
            lines[first] = union([lines[first], lines.pop(second)])
            place = {index: first if at == second else at for index, at in place.items()}
    return lines


def _reduced(picture: Picture, scale: int) -> Picture:
    if scale == 1:
        return picture
    size = max(1, picture.shape[1] // scale), max(1, picture.shape[0] // scale)
    return cast("Picture", cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def _reduced_box(box: Box, scale: int) -> Box:
    return Box(box.x // scale, box.y // scale, -(-box.width // scale), -(-box.height // scale))


def _reduced_boxes(boxes: Sequence[Box], scale: int) -> list[Box]:
    return [_reduced_box(box, scale) for box in boxes]


def _enlarged(box: Box, scale: int) -> Box:
    return Box(box.x * scale, box.y * scale, box.width * scale, box.height * scale)


def _without_fragments(smaller: list[Box], larger: list[Box]) -> list[Box]:
    """Combines lines found at two sizes. Where both find something, wide small lines are text, and the larger find
    there is several lines run together; small lines that are not wide are pieces of large letters.
    """
    rows = Rows(smaller)
    text = {index for index, box in enumerate(smaller) if box.width > _TEXT_ASPECT * box.height}
    kept: list[Box] = []
    fragments: set[int] = set()
    for box in larger:
        near = [
            index
            for index in rows.near(box)
            if share_inside(smaller[index], box) > 0.5 or iou(smaller[index], box) > 0.3
        ]
        if not text.intersection(near):
            kept.append(box)
            fragments.update(index for index in near if share_inside(smaller[index], box) > 0.6)
    return [box for index, box in enumerate(smaller) if index not in fragments] + kept
