"""Finds ink: where a picture has edges, and which of them may be words. `lines_of` makes lines of words by their places
alone.

Screens have flat backgrounds and level lines, so words are found without a network: letters are dense edges, whatever
their colour and background.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.blobs import blob_facts
from vision.boxes import clipped, grown
from vision.colours import quantile_of, strongest
from vision.types import Box, Picture

# An edge is a step of this many levels in any channel between neighbours. Light grey placeholders step by 30 or so.
_EDGE_STEP: Final = 22
# Letters this close are one blob; the rest is joined later, by height. On the development screens 2 finds 0.963 of the
# labels (IoU 0.5), 0 finds 0.966 with more false ones, 4 finds 0.957: it includes the edges of badges.
_LETTER_GAP_PX: Final = 2
_MIN_HEIGHT_PX: Final = 4
_SPECK_PX: Final = 7
# Ink higher than this is searched again in a picture of half the size: letters are dense only where strokes are thin.
MAX_HEIGHT_PX: Final = 40
# The most words of a page; of a texture only the largest pieces are used.
_MOST_WORDS: Final = 20_000
# Straight edges longer than this are frames, rules and underlines. Hinted letters make rows of edges as long as a short word.
_RULE_PX, _POST_PX = 60, 44
# A vertical rule has a step of at least this in one direction over this many rows; noise around letters does not.
_FAINT_STEP, _FAINT_POST_PX = 5, 14
# In a field, a line of this share of its width (height) is its border, and anything this close to its ends is a corner.
_ACROSS, _RIM_PX = 0.75, 2
# Words belong to one line if the gap is below this share of the taller one's height; wider gaps separate columns.
_WORD_GAP: Final = 0.5
_SPACE_PX: Final = 6
# Of a font's size: x-height, capitals, descender (usual for sans-serifs), and how far its content area reaches above and below
# the baseline (fonts differ; with these the boxes of the development screens are right on the median).
_X_HEIGHT, _CAP_HEIGHT, _DESCENDER = 0.53, 0.72, 0.21
_ABOVE, _BELOW = 0.94, 0.21

# No letter is closer than this to a line between two cells.
_CLEAR_PX: Final = 3

Words = NDArray[np.int32]
_Rows = TypeVar("_Rows", int, NDArray[np.int32])


@dataclass(frozen=True, slots=True)
class Ink:
    """Masks of edges (255): all of them, and those that may be letters; `walls` counts all of them down each column."""

    letters: NDArray[np.uint8]
    walls: NDArray[np.int32]


def ink_of(picture: Picture, fields: Sequence[Box], without: Sequence[Box]) -> Ink:
    edges = edges_of(picture)
    rules = cv2.morphologyEx(edges, cv2.MORPH_OPEN, np.ones((1, _RULE_PX), np.uint8))
    posts = cv2.morphologyEx(edges, cv2.MORPH_OPEN, np.ones((_POST_PX, 1), np.uint8))
    letters = np.asarray(cv2.subtract(edges, cv2.max(rules, posts)), np.uint8)
    for field in sorted(fields, key=lambda box: -box.area_px):
        blank(letters, [grown(field, 1)])
        inside = grown(field, -1)
        if inside.width > 1 and inside.height > 1:
            letters[inside.slices()] = _standing(edges[inside.slices()])
    blank(letters, without)
    upright = cv2.max(edges & 1, _faint_posts(picture))
    return Ink(letters, np.asarray(cv2.integral(upright), np.int32))


def lines_of(ink: Ink, lowest: int) -> list[Box]:
    """Words grouped into lines: neighbours on one baseline; lines less than `lowest` high are left out."""
    words = words_of(ink.letters)
    if not len(words):
        return []
    pieces = [words[group] for group in _groups(len(words), neighbours(ink, words))]
    # Again: a piece of small letters only has room for a space that its neighbours' ascenders show.
    hulls = np.array([_hull(piece) for piece in pieces])
    joined = [
        np.concatenate([pieces[index] for index in group]) for group in _groups(len(hulls), neighbours(ink, hulls))
    ]
    lines = [part for line in joined for part in _parted_at_posts(line)]
    high = [line for line in lines if np.ptp(line[:, 1::2]) > lowest and not _is_speck(line)]
    return [box for line in high if (box := line_box(ink.letters, line)) is not None]


def words_of(edges: NDArray[np.uint8]) -> Words:
    """Boxes (x, y, right, bottom) of possible words: blobs of edges, without frames, rules and specks."""
    kernel = np.ones((1, _LETTER_GAP_PX + 1), np.uint8)  # odd: an even one shifts what it closes
    joined = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, kernel)
    x, y, width, height, area = blob_facts(joined)[1][1:].T
    plausible = (height <= MAX_HEIGHT_PX) & (width >= 2) & (height >= 2)
    plausible &= ~((height <= 3) & (width > 20))  # rules, underlines; three dots are shorter
    plausible &= area > 0.2 * width * height  # frames are hollow
    boxes = np.stack([x, y, x + width, y + height], axis=1)[plausible]
    if len(boxes) > _MOST_WORDS:
        boxes = boxes[np.argsort(-height[plausible], kind="stable")[:_MOST_WORDS]]
    return cast("Words", boxes.astype(np.int32))


def neighbours(ink: Ink, boxes: Words) -> NDArray[np.intp]:
    """Pairs (n, 2) of boxes on one line, at most a space apart, with no wall between them."""
    if not len(boxes):
        return np.zeros((0, 2), np.intp)
    order = np.argsort(boxes[:, 1], kind="stable")
    first, second = _on_common_rows(boxes[order])
    one, other = boxes[order[first]], boxes[order[second]]
    gap = np.maximum(one[:, 0], other[:, 0]) - np.minimum(one[:, 2], other[:, 2])
    shared = np.minimum(one[:, 3], other[:, 3]) - np.maximum(one[:, 1], other[:, 1])
    heights = one[:, 3] - one[:, 1], other[:, 3] - other[:, 1]
    taller, lower = np.maximum(*heights), np.minimum(*heights)
    near = gap <= np.maximum(_WORD_GAP * taller, _SPACE_PX)
    level = shared >= 0.6 * lower
    alike = taller <= 2.1 * lower
    dots = (lower <= 0.35 * taller) & (lower <= 12)
    related = near & level & (alike | dots)
    pairs = np.stack([order[first[related]], order[second[related]]], axis=1)
    return pairs[~_walled(ink.walls, boxes[pairs[:, 0]], boxes[pairs[:, 1]])]


def blank(letters: NDArray[np.uint8], boxes: Sequence[Box]) -> None:
    for box in boxes:
        letters[max(box.y, 0) : max(box.bottom, 0), max(box.x, 0) : max(box.right, 0)] = 0


def line_around_capitals(ink: Box) -> Box:
    """The line around a letter or digit of this ink."""
    size = ink.height / _CAP_HEIGHT
    top, bottom = round(ink.bottom - _ABOVE * size), round(ink.bottom + _BELOW * size)
    return Box(ink.x - 1, top, ink.width + 2, bottom - top)


def edges_of(picture: Picture) -> NDArray[np.uint8]:
    """255 where a pixel differs from a neighbour (left, above or both) in any channel."""
    step = cv2.morphologyEx(picture, cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8))
    return cast("NDArray[np.uint8]", cv2.threshold(strongest(step), _EDGE_STEP, 255, cv2.THRESH_BINARY)[1])


def _faint_posts(picture: Picture) -> NDArray[np.uint8]:
    """1 where an upright rule stands, such as the faint border between two cells of a table."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    left = cv2.copyMakeBorder(grey, 0, 0, 1, 0, cv2.BORDER_REPLICATE)[:, :-1]
    column = np.ones((_FAINT_POST_PX, 1), np.uint8)
    steps = (
        cv2.threshold(step, _FAINT_STEP - 1, 1, cv2.THRESH_BINARY)[1]
        for step in (cv2.subtract(grey, left), cv2.subtract(left, grey))
    )
    return np.asarray(cv2.max(*(cv2.morphologyEx(step, cv2.MORPH_OPEN, column) for step in steps)), np.uint8)


def _standing(edges: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The edges of a field's content, without lines across it and what touches its rim."""
    height, width = edges.shape
    across = cv2.morphologyEx(edges, cv2.MORPH_OPEN, np.ones((1, max(2, round(_ACROSS * width))), np.uint8))
    down = cv2.morphologyEx(edges, cv2.MORPH_OPEN, np.ones((max(2, round(_ACROSS * height)), 1), np.uint8))
    standing = cv2.subtract(edges, cv2.max(across, down))
    count, labels = cv2.connectedComponents(standing, connectivity=8)
    stands = np.ones(count, np.bool_)
    for ends in (labels[:, :_RIM_PX], labels[:, -_RIM_PX:]):
        stands[ends] = False
    central = np.zeros(count, np.bool_)
    central[labels[height // 3 : -(height // 3)]] = True
    for edge in (labels[:_RIM_PX], labels[-_RIM_PX:]):
        stands[edge] &= central[edge]  # tight letters reach their button's border
    stands[0] = False
    return np.where(stands[labels], standing, 0).astype(np.uint8)


def _hull(words: Words) -> list[int]:
    return [*words[:, :2].min(axis=0).tolist(), *words[:, 2:].max(axis=0).tolist()]


def parted_at_walls(ink: Ink, box: Box) -> list[Box]:
    """A box divided at the vertical lines that cross it in its gaps: table cells detected as one line."""
    height, width = ink.letters.shape
    inner = clipped(grown(box, -_CLEAR_PX), width, height)
    top, bottom = _rows_of_wall(box.y, box.bottom, height)
    columns = np.arange(inner.x, inner.right)
    walled = columns[_are_walls(ink.walls, top, bottom, columns)].tolist()
    walls = [x for x in walled if _stands_clear(ink.letters, x, box)]
    starts = [box.x, *(x + 1 for x in walls)]
    ends = [*walls, box.right]
    parts = zip(starts, ends, strict=True)
    return [Box(left, box.y, right - left, box.height) for left, right in parts if right - left > _CLEAR_PX]


def _are_walls(walls: NDArray[np.int32], top: _Rows, bottom: _Rows, columns: NDArray[np.intp]) -> NDArray[np.bool_]:
    """For each column whether an upright line stands in it from row to row."""
    counted = walls[bottom, columns + 1] - walls[bottom, columns] - walls[top, columns + 1] + walls[top, columns]
    return np.asarray(counted == bottom - top, np.bool_)


def _rows_of_wall(top: _Rows, bottom: _Rows, height: int) -> tuple[_Rows, _Rows]:
    """A wall between two words is higher than both: its least rows, in a picture of this height."""
    beyond = np.maximum(2, (bottom - top) // 5)
    return np.maximum(top - beyond, 0), np.minimum(bottom + beyond, height)


def _stands_clear(letters: NDArray[np.uint8], x: int, box: Box) -> bool:
    """Whether no letter is near a column."""
    rows = slice(max(box.y, 0), box.bottom)
    beside = letters[rows, max(x - _CLEAR_PX, 0) : max(x - 1, 0)], letters[rows, x + 2 : x + _CLEAR_PX + 1]
    return not any(part.any() for part in beside)


def _walled(walls: NDArray[np.int32], one: Words, other: Words) -> NDArray[np.bool_]:
    """For each pair of boxes, whether a vertical line higher than both is between them."""
    height, width = walls.shape[0] - 1, walls.shape[1] - 1
    top, bottom = _rows_of_wall(np.minimum(one[:, 1], other[:, 1]), np.maximum(one[:, 3], other[:, 3]), height)
    left, right = np.minimum(one[:, 2], other[:, 2]) - 1, np.maximum(one[:, 0], other[:, 0]) + 1
    walled = np.zeros(len(one), np.bool_)
    for offset in range(int((right - left).max(initial=0))):
        column = np.minimum(left + offset, width - 1)
        walled |= (left + offset < right) & _are_walls(walls, top, bottom, column)
    return walled


def _on_common_rows(boxes: Words) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Every pair of boxes (sorted by their tops) that share a row, once."""
    places = np.arange(len(boxes))
    counts = np.searchsorted(boxes[:, 1], boxes[:, 3], side="left") - places - 1
    first = np.repeat(places, counts)
    second = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts) + first + 1
    return first, second


def _is_speck(line: Words) -> bool:
    """Whether it is too little for a line: a corner of a frame, a dot, a vertical stroke."""
    x, y, right, bottom = line[0].tolist()
    return len(line) == 1 and (right - x <= 3 or bottom - y < _SPECK_PX)


def _parted_at_posts(line: Words) -> list[Words]:
    """A line divided at the vertical edges of frames: these are narrow, and higher than its words."""
    width, height = line[:, 2] - line[:, 0], line[:, 3] - line[:, 1]
    narrow = (width <= np.maximum(4, 0.25 * height)) & (height >= 10)
    if narrow.all() or not narrow.any():
        return [line]
    posts = narrow & (height > 1.15 * height[~narrow].max())
    part = np.searchsorted(np.sort(line[posts, 0]), line[:, 0])
    return [line[~posts & (part == place)] for place in np.unique(part[~posts])]


def _groups(count: int, pairs: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """The connected groups that pairs make of the indices 0..count - 1."""
    group = np.arange(count)
    for first, second in pairs.tolist():
        root, other = _root(group, first), _root(group, second)
        group[max(root, other)] = min(root, other)
    roots = np.array([_root(group, index) for index in range(count)])
    order = np.argsort(roots, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(roots[order])) + 1)


def _root(group: NDArray[np.intp], index: int) -> int:
    while group[index] != index:
        group[index] = group[group[index]]
        index = int(group[index])
    return index


def line_box(letters: NDArray[np.uint8], words: Words) -> Box | None:
    x, y = words[:, :2].min(axis=0).tolist()
    right, bottom = words[:, 2:].max(axis=0).tolist()
    if bottom - y < _MIN_HEIGHT_PX or right - x < _MIN_HEIGHT_PX:
        return None
    metrics = _font_metrics(letters[y:bottom, x:right])
    top = max(round(y + metrics.baseline - _ABOVE * metrics.size), 0)
    base = min(round(y + metrics.baseline + _BELOW * metrics.size), letters.shape[0])
    x = max(x - 1, 0)  # the first letter's own margin
    return Box(x, top, min(right, letters.shape[1]) - x, base - top)


@dataclass(frozen=True, slots=True)
class _FontMetrics:
    """`baseline` in rows from the ink's top, `size` the font's size in pixels."""

    baseline: float
    size: float


def _font_metrics(ink: NDArray[np.uint8]) -> _FontMetrics:
    """The metrics of a font: small letters fill the rows between x-height and baseline far more than ascenders and
    descenders fill theirs.
    """
    rows = (ink > 0).sum(axis=1)
    full = np.flatnonzero(rows >= 0.45 * quantile_of(rows, 0.9))
    x_top, baseline = int(full[0]), int(full[-1]) + 1
    height = ink.shape[0]
    core = baseline - x_top
    above, below = x_top, height - baseline
    if above >= 0.15 * core:  # ascenders or capitals over small letters
        size = max(core / _X_HEIGHT, baseline / (_CAP_HEIGHT + 0.04)) if below < 1 else core / _X_HEIGHT
        size = min(max(size, baseline / 0.80), baseline / 0.66)
    else:
        size = core / _CAP_HEIGHT if below < 0.2 * core else height / (_X_HEIGHT + _DESCENDER)
    return _FontMetrics(float(baseline), float(size))
