"""One picture's elements: what a detector sees, where text stands, what it says. Read `analyze` first."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from vision.boxes import Rows, in_reading_order, iou, share_inside, union
from vision.elements.detector import Detector
from vision.elements.repeated_signs import parted_from_signs
from vision.elements.text_lines import FittingReader, TextReader, find_text_lines
from vision.types import Analysis, Box, Detection, Element, Kind, Picture, Size

# What holds text of its own: a line inside is its text, an icon inside its part.
FIELDS: Final = (Kind.BUTTON, Kind.INPUT, Kind.SELECT)
# Glyphs the line finder takes for letters.
_GLYPHS: Final = (Kind.ICON, Kind.CHECKBOX, Kind.RADIO, Kind.SWITCH)

# Two detections of whatever kind that share this much are one element; the surer one stays.
_SAME_IOU: Final = 0.6
# A line belongs to a field, picture or glyph with this share of it inside.
_INSIDE: Final = 0.6
# A line and a detected label with this IoU confirm each other.
_CONFIRMED_IOU: Final = 0.3
# A glyph this sure, or a picture this small (an avatar, a logo), is blank to the line finder: it would join its neighbours.
_SURE: Final = 0.4
_SMALL_PICTURE_PX: Final = 80
_SEVERAL_ASPECT: Final = 1.5
# A field or picture less sure than this takes no line away from the labels: a wrong one would take many. On the development
# screens 7.8 % of all characters were wrong with 0.45, 8.2 % with 0.35, 10.2 % with 0.25.
_TRUSTED: Final = 0.45
# A detected label lies in a line (or the other way round) with this share.
_PART: Final = 0.75
# A line is parted into detected labels when these are this much of its width, or nothing is wider between them than a
# breadcrumb's sign and its spaces (in heights of the line).
_PARTS_COVER: Final = 0.9
_WIDEST_GAP: Final = 2.5
# A label is worth this much when only the line finder saw it: the reader decides (below).
_UNCONFIRMED_CONFIDENCE: Final = 0.3
# A line nobody confirmed and nobody can read is text only when it is this many times wider than high; icons are square.
_TEXT_ASPECT: Final = 2.5
# A sign in a row of equal ones, which the network need not have seen.
_SIGN_CONFIDENCE: Final = 0.6
# A field less sure than this, of one or two lines, that says a sentence of so many words is none.
_NOTICE_BELOW, _NOTICE_PX, _NOTICE_SPACES = 0.6, 110, 2
_SENTENCE: Final = re.compile(r"[^\W\d_]{2}[.!?]$")
# Of the lines that only the finder saw and in which one letter was read, none of 75 was text (development screens): icons.
_LEAST_LETTERS: Final = 2
_SQUARE_ASPECT: Final = 1.3


@dataclass(frozen=True, slots=True)
class Engines:
    """The eyes of a process: both are loaded once and may serve several threads."""

    detector: Detector
    reader: TextReader


def ignore(stage: str) -> None:
    """The `on_stage` of whoever does not ask."""


def analyze(picture: Picture, engines: Engines, on_stage: Callable[[str], None] = ignore) -> Analysis:
    """The elements of a picture in reading order, ids "e1", "e2", ...

    `on_stage` hears "detect" and "read" as each begins; what it raises ends the analysis and comes through.
    """
    timings_ms: dict[str, float] = {}
    on_stage("detect")
    with _timed(timings_ms, "detect"):
        seen = _distinct(engines.detector.detect(picture))
    with _timed(timings_ms, "lines"):
        signs, lines = parted_from_signs(picture, find_text_lines(picture, _no_text(seen)))
        found = _combined(_with_signs(seen, signs), lines)
    on_stage("read")
    with _timed(timings_ms, "read"):
        elements = _read(found, picture, engines.reader)
    size = Size(picture.shape[1], picture.shape[0])
    return Analysis(size, _in_order(elements), engines.detector.version, engines.reader.name, timings_ms)


@dataclass(frozen=True, slots=True)
class _Found:
    """An element before it is read: `lines` are where its text stands, `confirmed` whether the detector saw it."""

    kind: Kind
    box: Box
    confidence: float
    lines: tuple[Box, ...] = ()
    confirmed: bool = True


def _no_text(seen: Sequence[Detection]) -> list[Box]:
    """Boxes in which no letter stands: sure glyphs and small pictures, unless the detector sees a label in their place, or
    several touch each other: the line finder makes one line of them (vision/elements/repeated_signs.py)."""
    labels = [one.box for one in seen if one.kind is Kind.LABEL]
    blank = [one.box for one in seen if one.confidence >= _SURE and _is_wordless(one) and not _is_several(one)]
    return [box for box in blank if not any(share_inside(label, box) >= _INSIDE for label in labels)]


def _is_several(one: Detection) -> bool:
    return one.kind is Kind.ICON and one.box.width > _SEVERAL_ASPECT * one.box.height


def _is_wordless(detection: Detection) -> bool:
    small = max(detection.box.width, detection.box.height) <= _SMALL_PICTURE_PX
    return detection.kind in _GLYPHS or (detection.kind is Kind.IMAGE and small)


@contextmanager
def _timed(timings_ms: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    timings_ms[stage] = round((time.perf_counter() - started) * 1000, 1)


def _distinct(detections: Sequence[Detection]) -> list[Detection]:
    """Surest first: one detection for each thing, and no part of a field (its icon, its label) beside it."""
    ordered = sorted(detections, key=lambda one: -one.confidence)
    rows = Rows(one.box for one in ordered)
    kept: set[int] = set()
    for index, one in enumerate(ordered):
        surer = (other for other in rows.near(one.box) if other in kept)
        if not any(iou(one.box, ordered[other].box) >= _SAME_IOU for other in surer):
            kept.add(index)
    distinct = [ordered[index] for index in sorted(kept)]
    fields = [one.box for one in distinct if one.kind in FIELDS and one.confidence >= _TRUSTED]
    parts = (Kind.ICON, Kind.LABEL)
    return [one for one in distinct if one.kind not in parts or not _held(one.box, fields, _PART)]


def _with_signs(seen: Sequence[Detection], signs: Sequence[Box]) -> list[Detection]:
    """The detections and an icon for each sign that stands in no field; what a network saw of it goes."""
    fields = [one.box for one in seen if one.kind in FIELDS and one.confidence >= _TRUSTED]
    free = [sign for sign in signs if not _held(sign, fields, _PART)]
    parts = (*_GLYPHS, Kind.LABEL)
    kept = [one for one in seen if one.kind not in parts or not _held(one.box, free, _CONFIRMED_IOU)]
    return kept + [Detection(Kind.ICON, sign, _SIGN_CONFIDENCE) for sign in free]


def _held(box: Box, holders: Sequence[Box], share: float) -> bool:
    return any(share_inside(box, holder) >= share for holder in holders)


def _combined(seen: Sequence[Detection], lines: Sequence[Box]) -> list[_Found]:
    """Detections and lines as one list: lines become the text of fields, or labels."""
    fields = [one for one in seen if one.kind in FIELDS]
    labels = [one for one in seen if one.kind is Kind.LABEL]
    others = [one for one in seen if one.kind not in FIELDS and one.kind is not Kind.LABEL]
    glyphs = [one.box for one in others if one.kind in _GLYPHS and one.confidence >= _SURE]
    inside, outside = _parted(_without_things(lines, seen), fields)
    outside += [line for index, one in enumerate(fields) if one.confidence < _TRUSTED for line in inside[index]]
    found = [_Found(one.kind, one.box, one.confidence, _words_of(inside[index])) for index, one in enumerate(fields)]
    found += [_Found(one.kind, one.box, one.confidence) for one in others]
    pictures = [one.box for one in others if one.kind is Kind.IMAGE and one.confidence >= _TRUSTED]
    return found + _labels(labels, _without_glyphs(outside, glyphs), pictures)


def _without_things(lines: Sequence[Box], seen: Sequence[Detection]) -> list[Box]:
    """No text is twice as high as a field or picture within it: what looks like such a line is the ground between things."""
    things = [one.box for one in seen if one.kind in (*FIELDS, Kind.IMAGE) and one.confidence >= _TRUSTED]
    return [line for line in lines if not any(_towers_over(line, thing) for thing in things)]


def _towers_over(line: Box, thing: Box) -> bool:
    return line.height >= 2 * thing.height and share_inside(thing, line) >= _PART


def _parted(lines: Sequence[Box], fields: Sequence[Detection]) -> tuple[list[list[Box]], list[Box]]:
    """Lines by the smallest field that holds them, and those that no field holds."""
    inside: list[list[Box]] = [[] for _ in fields]
    outside = []
    rows = Rows(field.box for field in fields)
    for line in lines:
        holders = [index for index in rows.near(line) if share_inside(line, fields[index].box) >= _INSIDE]
        if holders:
            inside[min(holders, key=lambda index: fields[index].box.area_px)].append(line)
        else:
            outside.append(line)
    return inside, outside


def _words_of(lines: Sequence[Box]) -> tuple[Box, ...]:
    """A field's lines less its arrow, its icon, its grip: square things beside a line that is wide."""
    wide = tuple(line for line in lines if line.width > _SQUARE_ASPECT * line.height)
    return wide or tuple(lines)


def _without_glyphs(lines: Sequence[Box], glyphs: Sequence[Box]) -> list[Box]:
    return [line for line in lines if not _held(line, glyphs, _INSIDE)]


def _labels(labels: Sequence[Detection], lines: Sequence[Box], pictures: Sequence[Box]) -> list[_Found]:
    """Labels from lines and detected labels, each confirming the other where they meet."""
    found: list[_Found] = []
    used: set[int] = set()
    rows = Rows(label.box for label in labels)
    for line in _as_detected(lines, labels):
        best = max(rows.near(line), key=lambda index: iou(line, labels[index].box), default=None)
        if best is not None and iou(line, labels[best].box) >= _CONFIRMED_IOU and best not in used:
            used.add(best)
            confidence = _UNCONFIRMED_CONFIDENCE + (1 - _UNCONFIRMED_CONFIDENCE) * labels[best].confidence
            found.append(_Found(Kind.LABEL, line, confidence, (line,)))
        elif not _held(line, pictures, _INSIDE):
            found.append(_Found(Kind.LABEL, line, _UNCONFIRMED_CONFIDENCE, (line,), confirmed=False))
    taken = [one.box for one in found]
    rows = Rows(taken)
    for index, label in enumerate(labels):
        if index not in used and not any(_mostly_shared(label.box, taken[other]) for other in rows.near(label.box)):
            found.append(_Found(Kind.LABEL, label.box, label.confidence, (label.box,)))
    return found


def _as_detected(lines: Sequence[Box], labels: Sequence[Detection]) -> list[Box]:
    """Lines parted where several detected labels stand in one, and joined where several stand in one detected label."""
    parted: list[Box] = []
    rows = Rows(label.box for label in labels)
    for line in lines:
        near = (labels[index].box for index in rows.near(line))
        parts = [box for box in near if share_inside(box, line) >= _PART]
        parted += parts if _side_by_side(parts, line) else [line]
    rows = Rows(parted)
    gone: set[int] = set()
    for label in labels:
        pieces = [index for index in rows.near(label.box) if share_inside(parted[index], label.box) >= _PART]
        boxes = [parted[index] for index in pieces if index not in gone]
        if len(boxes) > 1 and _on_one_level(boxes):
            gone.update(pieces)
            parted.append(union(boxes))
    return [box for index, box in enumerate(parted) if index not in gone]


def _side_by_side(parts: Sequence[Box], line: Box) -> bool:
    """Two or more, one right of the other, that leave little of the line unseen."""
    ordered = sorted(parts, key=lambda box: box.x)
    starts = [line.x, *(part.right for part in ordered)]
    gaps = [end - start for start, end in zip(starts, [*(part.x for part in ordered), line.right], strict=True)]
    if len(parts) < 2 or min(gaps[1:-1]) < 0:
        return False
    covered = sum(part.width for part in parts) >= _PARTS_COVER * line.width
    return covered or max(gaps) <= _WIDEST_GAP * line.height


def _on_one_level(boxes: Sequence[Box]) -> bool:
    return max(box.y for box in boxes) < min(box.bottom for box in boxes)


def _mostly_shared(first: Box, second: Box) -> bool:
    return share_inside(first, second) >= _INSIDE or share_inside(second, first) >= _INSIDE


def _read(found: Sequence[_Found], picture: Picture, reader: TextReader) -> list[Element]:
    """Every line read in one call; what only the line finder saw and nobody can read is dropped."""
    boxes = [line for one in found for line in one.lines]
    texts = iter(_texts(picture, boxes, reader))
    elements = []
    for one in found:
        read = {line: next(texts) for line in one.lines}
        text = " ".join(read[line][0] for line in _ordered(one.lines) if read[line][0])
        if _is_notice(one, text):
            # what stands in a less trusted field is among the labels already
            written = read.values() if one.confidence >= _TRUSTED else ()
            elements += [Element("", Kind.LABEL, box, words, one.confidence) for words, box in written if words]
            continue
        box = read[one.box][1] if one.kind is Kind.LABEL else one.box
        if one.confirmed or _is_text(one.box, text):
            elements.append(Element("", one.kind, box, text, one.confidence))
    return elements


def _is_notice(one: _Found, text: str) -> bool:
    """Whether what was taken for a field says a sentence: an alert, a message in a chat. Values and placeholders say none."""
    doubtful = one.kind in FIELDS and one.confidence < _NOTICE_BELOW and one.box.height <= _NOTICE_PX
    return doubtful and bool(_SENTENCE.search(text)) and text.count(" ") >= _NOTICE_SPACES


def _texts(picture: Picture, boxes: Sequence[Box], reader: TextReader) -> list[tuple[str, Box]]:
    if isinstance(reader, FittingReader):
        return reader.read_and_fit(picture, boxes)
    return list(zip(reader.read(picture, boxes), boxes, strict=True))


def _is_text(line: Box, text: str) -> bool:
    if text:
        return sum(letter.isalnum() for letter in text) >= _LEAST_LETTERS
    return line.width >= _TEXT_ASPECT * line.height


def _ordered(boxes: Sequence[Box]) -> list[Box]:
    return [boxes[index] for index in in_reading_order(boxes)]


def _in_order(elements: Sequence[Element]) -> tuple[Element, ...]:
    order = in_reading_order([element.box for element in elements])
    return tuple(replace(elements[index], id=f"e{place}") for place, index in enumerate(order, 1))
