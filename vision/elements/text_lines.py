"""Where text stands in a picture (`find_text_lines`), and who reads it (`TextReader`, `load_reader`).

Screens have flat backgrounds and level lines, so lines are found without a network: letters are dense edges, whatever their
colour and whatever lies under them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol, cast, runtime_checkable

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import Rows, iou, share_inside
from vision.types import Box, Picture

# An edge is a step of this many levels in any channel between neighbours. Light grey placeholders step by 30 or so.
_EDGE_STEP: Final = 22
# Letters this near are one blob; the rest is joined later, by height. On the development screens 2 finds 0.963 of the labels
# (IoU 0.5), 0 finds 0.966 with more false ones, 4 finds 0.957: it swallows the edges of badges.
_LETTER_GAP_PX: Final = 2
_MIN_HEIGHT_PX: Final = 4
_SPECK_PX: Final = 7
_TEXT_ASPECT: Final = 2.5
# A page has no more words than this: a texture has, and only its largest pieces are looked at. Nor has it more lines.
_MOST_WORDS: Final = 20_000
_MOST_LINES: Final = 3_000
# Ink higher than this is looked at in a picture of half the size, and again: letters are dense only where strokes are thin.
_MAX_HEIGHT_PX: Final = 40
_HALVINGS: Final = 2
# Straight edges longer than this are frames, rules and underlines, no strokes of letters.
_RULE_PX: Final = 26
_POST_PX: Final = 44
# Words belong to one line while the gap is below this share of the taller one's height; wider gaps part columns.
_WORD_GAP: Final = 0.5
_SPACE_PX: Final = 6
# Of a font's size: x-height, capitals, descender (usual for sans-serifs), and how far its content area reaches above and below
# the baseline (fonts differ; with these the boxes of the development screens are right on the median).
_X_HEIGHT, _CAP_HEIGHT, _DESCENDER = 0.53, 0.72, 0.21
_ABOVE, _BELOW = 0.94, 0.21


class TextReader(Protocol):
    """Reads the text in boxes of a picture. `version` names engine, package and weights: it is part of an analysis' key."""

    name: str
    version: str

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        """One text for each box, "" where nothing can be read."""
        ...


@runtime_checkable
class FittingReader(TextReader, Protocol):
    """A reader that also knows fonts: it says where a line's content area is, better than its ink alone can."""

    def read_and_fit(self, picture: Picture, boxes: Sequence[Box]) -> list[tuple[str, Box]]:
        """Text and corrected box for each box; the box itself where nothing can be read."""
        ...


class ReaderUnavailable(RuntimeError):
    """The text engine cannot be used."""


class NoReader:
    """Reads nothing: for people who compare pixels only."""

    name = "none"
    version = "none"

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        return [""] * len(boxes)


def load_reader(engine: str, threads: int, languages: Sequence[str]) -> TextReader:
    """The reader that `OCR_ENGINE` names. Raises ReaderUnavailable with what to do about it. Opens no connection."""
    match engine:
        case "none":
            return NoReader()
        case "etalon":
            from vision.engines.ctc import CtcReader

            return CtcReader(threads)
        case "rapidocr":
            from vision.engines.rapidocr import RapidOcrReader

            return RapidOcrReader(threads)
        case "easyocr":
            from vision.engines import easyocr

            return easyocr.load(threads, languages)
    raise ReaderUnavailable(f"There is no text engine {engine!r}: OCR_ENGINE is etalon, rapidocr, easyocr or none.")


def find_text_lines(picture: Picture, without: Sequence[Box] = ()) -> list[Box]:
    """The visual lines of text, top to bottom: each box as wide as its text and as high as its font's content area (what a
    browser gives a line of that font), in the picture's own pixels. What lies in the boxes of `without` is taken for blank.
    A full 1080p page takes about 40 ms of one core."""
    found: list[Box] = []
    for halvings in range(_HALVINGS + 1):
        scale = 2**halvings
        smaller = _reduced(picture, scale)
        edges = _edges(smaller, [_reduced_box(box, scale) for box in without])
        lowest = _MAX_HEIGHT_PX // 2 - 1 if halvings else 2
        size = smaller.shape[1], smaller.shape[0]
        boxes = [_line_box(edges, line, size) for line in _lines(_words(edges), lowest)]
        found = _without_fragments(found, [_enlarged(box, scale) for box in boxes if box is not None])
    if len(found) > _MOST_LINES:
        found = sorted(found, key=lambda box: -box.width)[:_MOST_LINES]
    return sorted(found, key=lambda box: (box.y, box.x))


def _reduced(picture: Picture, scale: int) -> Picture:
    if scale == 1:
        return picture
    size = max(1, picture.shape[1] // scale), max(1, picture.shape[0] // scale)
    return cast("Picture", cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def _reduced_box(box: Box, scale: int) -> Box:
    return Box(box.x // scale, box.y // scale, -(-box.width // scale), -(-box.height // scale))


def _enlarged(box: Box, scale: int) -> Box:
    return Box(box.x * scale, box.y * scale, box.width * scale, box.height * scale)


def _without_fragments(smaller: list[Box], larger: list[Box]) -> list[Box]:
    """Lines of two sizes together. Where both see something, small lines that are wide are text, and what is larger there are
    lines of it run together; small lines that are not wide are pieces of large letters."""
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


def _edges(picture: Picture, without: Sequence[Box]) -> NDArray[np.uint8]:
    """255 where a pixel differs from a neighbour (left, above or both) in any channel, but for long straight lines."""
    kernel = np.ones((2, 2), np.uint8)
    step = cv2.morphologyEx(picture, cv2.MORPH_GRADIENT, kernel)
    strongest = cv2.max(cv2.max(step[:, :, 0], step[:, :, 1]), step[:, :, 2])
    edges = cv2.threshold(strongest, _EDGE_STEP, 255, cv2.THRESH_BINARY)[1]
    for box in without:
        edges[box.slices()] = 0
    rules = cv2.morphologyEx(edges, cv2.MORPH_OPEN, np.ones((1, _RULE_PX), np.uint8))
    posts = cv2.morphologyEx(edges, cv2.MORPH_OPEN, np.ones((_POST_PX, 1), np.uint8))
    return cast("NDArray[np.uint8]", cv2.subtract(edges, cv2.max(rules, posts)))


def _words(edges: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Boxes (x, y, right, bottom) of what may be words: blobs of edges, less frames, rules and specks."""
    kernel = np.ones((1, _LETTER_GAP_PX + 1), np.uint8)  # odd: an even one shifts what it closes
    joined = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, kernel)
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    x, y, width, height, area = stats[1:].T
    plausible = (height <= _MAX_HEIGHT_PX) & (width >= 2) & (height >= 2)
    plausible &= ~((height <= 3) & (width > 20))  # rules, underlines; three dots are shorter
    plausible &= area > 0.2 * width * height  # frames are hollow
    boxes = np.stack([x, y, x + width, y + height], axis=1)[plausible]
    if len(boxes) > _MOST_WORDS:
        boxes = boxes[np.argsort(-height[plausible], kind="stable")[:_MOST_WORDS]]
    return cast("NDArray[np.int32]", boxes.astype(np.int32))


def _lines(words: NDArray[np.int32], lowest: int) -> list[NDArray[np.int32]]:
    """Words grouped into lines, neighbours on one baseline; those that are less than `lowest` high are left out."""
    if not len(words):
        return []
    pieces = [words[group] for group in _groups(len(words), _neighbours(words))]
    # Once more: a piece of small letters only has room for a space that its neighbours' ascenders show.
    hulls = np.array([_hull(piece) for piece in pieces])
    joined = [np.concatenate([pieces[index] for index in group]) for group in _groups(len(hulls), _neighbours(hulls))]
    lines = [part for line in joined for part in _parted_at_posts(line)]
    return [line for line in lines if np.ptp(line[:, 1::2]) > lowest and not _is_speck(line)]


def _hull(words: NDArray[np.int32]) -> list[int]:
    return [*words[:, :2].min(axis=0).tolist(), *words[:, 2:].max(axis=0).tolist()]


def _neighbours(boxes: NDArray[np.int32]) -> NDArray[np.intp]:
    """Pairs (n, 2) of boxes that stand on one line, a space apart at most."""
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
    return np.stack([order[first[related]], order[second[related]]], axis=1)


def _on_common_rows(boxes: NDArray[np.int32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Every pair, once, of boxes (sorted by their tops) that have a row in common."""
    places = np.arange(len(boxes))
    counts = np.searchsorted(boxes[:, 1], boxes[:, 3], side="left") - places - 1
    first = np.repeat(places, counts)
    second = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts) + first + 1
    return first, second


def _is_speck(line: NDArray[np.int32]) -> bool:
    """A corner of a frame, a dot, an upright stroke: too little to be a line of its own."""
    x, y, right, bottom = line[0].tolist()
    return len(line) == 1 and (right - x <= 3 or bottom - y < _SPECK_PX)


def _parted_at_posts(line: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    """A line as what stands between the upright edges of frames: these are narrow, and higher than its words."""
    width, height = line[:, 2] - line[:, 0], line[:, 3] - line[:, 1]
    narrow = (width <= np.maximum(4, 0.25 * height)) & (height >= 10)
    if narrow.all() or not narrow.any():
        return [line]
    posts = narrow & (height > 1.15 * height[~narrow].max())
    part = np.searchsorted(np.sort(line[posts, 0]), line[:, 0])
    return [line[~posts & (part == place)] for place in np.unique(part[~posts])]


def _groups(count: int, pairs: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Indices 0..count - 1 as the connected parts that pairs make."""
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


def _line_box(edges: NDArray[np.uint8], words: NDArray[np.int32], size: tuple[int, int]) -> Box | None:
    x, y = words[:, :2].min(axis=0).tolist()
    right, bottom = words[:, 2:].max(axis=0).tolist()
    if bottom - y < _MIN_HEIGHT_PX or right - x < _MIN_HEIGHT_PX:
        return None
    metrics = _font_metrics(edges[y:bottom, x:right])
    top = max(round(y + metrics.baseline - _ABOVE * metrics.size), 0)
    base = min(round(y + metrics.baseline + _BELOW * metrics.size), size[1])
    x = max(x - 1, 0)  # the first letter's own margin
    return Box(x, top, min(right, size[0]) - x, base - top)


@dataclass(frozen=True, slots=True)
class _FontMetrics:
    """`baseline` in rows from the ink's top, `size` the font's size in pixels."""

    baseline: float
    size: float


def _font_metrics(ink: NDArray[np.uint8]) -> _FontMetrics:
    """Small letters fill the rows between x-height and baseline far more than what sticks out of them."""
    rows = (ink > 0).sum(axis=1)
    full = np.flatnonzero(rows >= 0.45 * np.percentile(rows, 90))
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
