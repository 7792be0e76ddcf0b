"""Reads the lines of things: `read` reads all in one call, and lets the reader decide about doubtful ones."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from vision.boxes import Rows, in_reading_order, iou
from vision.elements.composition import Found
from vision.elements.ink import MAX_HEIGHT_PX, line_around_capitals
from vision.elements.merging import RIVAL_IOU
from vision.elements.monospaced import joined_code
from vision.elements.prompts import with_prompted_fields
from vision.elements.unread_signs import parted_from_unread
from vision.engines.types import FittingReader, Reading, TextReader
from vision.types import FRAMED_KINDS, Box, Element, Kind, Picture

# A field less certain than this, of one or two lines, is not a field if it contains a sentence of this many words.
_NOTICE_BELOW, _NOTICE_PX, _NOTICE_SPACES = 0.6, 110, 2
_SENTENCE: Final = re.compile(r"[^\W\d_]{2}[.!?]$")
# Of the lines found by ink only with a single readable letter, none of 75 was text (development screens): they are
# icons.
_LEAST_LETTERS: Final = 2
# Without a reader, a line found by ink only is text if it is this many times wider than high; icons are square.
_TEXT_ASPECT: Final = 2.5
# A detected icon is a label if the reader is this certain of a number: so were 46 of 46 icons that read as numbers (the
# screens of four applications), and none of the others.
_SURE_NUMBER: Final = 0.8
# The confidence of an unread sign at the end of a line.
_SIGN_CONFIDENCE: Final = 0.6
_NUMBER: Final = re.compile(r"\d{1,3}")
_WIDEST_NUMBER: Final = 2.0


def read(found: Sequence[Found], picture: Picture, reader: TextReader) -> list[Element]:
    """The elements with their texts; things found by ink only that cannot be read are dropped."""
    fitting = reader if isinstance(reader, FittingReader) else None
    lines = [_lines_to_read(one, fitting is not None) for one in found]
    readings = iter(_readings(picture, [line for some in lines for line in some], reader))
    repeated = _repeated_buttons(found)
    elements: list[Element] = []
    for one, some in zip(found, lines, strict=True):
        written = [next(readings) for _ in some]
        if one.confirmed or _is_text(one.box, written[0].text, fitting is not None):
            elements += _with_signs(picture, _elements(one, written, one in repeated), written)
    if fitting is not None:
        elements = joined_code(picture, elements, fitting)
    return _without_twins(with_prompted_fields(picture, elements))


def _without_twins(elements: Sequence[Element]) -> list[Element]:
    """Of elements of one kind in one place the most certain: a sign separated from a line may be a detected icon, and
    two icons may be one number.
    """
    surest = sorted(range(len(elements)), key=lambda at: -elements[at].confidence)
    rows = Rows()
    kept: list[int] = []
    for at in surest:
        one = elements[at]
        near = (elements[kept[place]] for place in rows.near(one.box))
        if not any(other.kind is one.kind and iou(other.box, one.box) >= RIVAL_IOU for other in near):
            rows.add(one.box)
            kept.append(at)
    return [elements[at] for at in sorted(kept)]


def _with_signs(picture: Picture, elements: list[Element], readings: Sequence[Reading]) -> list[Element]:
    """A label without the unreadable signs at its ends, and an icon for each of these."""
    if len(elements) != 1 or elements[0].kind is not Kind.LABEL or not readings or readings[0].letters is None:
        return elements
    parted = parted_from_unread(picture, readings[0].box, readings[0].letters)
    icons = [Element("", Kind.ICON, sign, "", _SIGN_CONFIDENCE) for sign in parted.signs]
    return [replace(elements[0], box=parted.words), *icons]


def _is_text(line: Box, text: str, fits: bool) -> bool:
    if text or fits:
        return sum(letter.isalnum() for letter in text) >= _LEAST_LETTERS
    return line.width >= _TEXT_ASPECT * line.height


def _lines_to_read(one: Found, fits: bool) -> list[Box]:
    if one.kind is Kind.ICON and fits and _may_be_a_number(one.box):
        return [line_around_capitals(one.box)]
    return [one.lines[index] for index in in_reading_order(one.lines)]


def _may_be_a_number(icon: Box) -> bool:
    return icon.height <= MAX_HEIGHT_PX and icon.width <= _WIDEST_NUMBER * icon.height


def _readings(picture: Picture, lines: Sequence[Box], reader: TextReader) -> list[Reading]:
    if isinstance(reader, FittingReader):
        return reader.read_and_fit(picture, lines)
    texts = reader.read(picture, lines)
    return [Reading(text, line, None) for text, line in zip(texts, lines, strict=True)]


def _elements(one: Found, readings: Sequence[Reading], is_repeated: bool) -> list[Element]:
    if one.kind is Kind.ICON:
        return [_number_or_icon(one, readings)]
    written = [reading for reading in readings if reading.text]
    text = " ".join(reading.text for reading in written)
    if not is_repeated and _is_notice(one, text):
        return [_label(one, reading) for reading in written]
    box = readings[0].box if one.kind is Kind.LABEL else one.box
    return [Element("", one.kind, box, text, one.confidence, _least_sure(written))]


def _number_or_icon(one: Found, readings: Sequence[Reading]) -> Element:
    for reading in readings:
        if _NUMBER.fullmatch(reading.text) and (reading.confidence or 0.0) >= _SURE_NUMBER:
            return _label(one, reading)
    return Element("", one.kind, one.box, "", one.confidence)


def _label(one: Found, reading: Reading) -> Element:
    return Element("", Kind.LABEL, reading.box, reading.text, one.confidence, reading.confidence)


def _repeated_buttons(found: Sequence[Found]) -> set[Found]:
    """Buttons of one size in a column: cards to choose from, which may contain sentences."""
    buttons = [one for one in found if one.kind is Kind.BUTTON]
    sizes = Counter(_column_of(one.box) for one in buttons)
    return {one for one in buttons if sizes[_column_of(one.box)] > 1}


def _column_of(box: Box) -> tuple[int, int, int]:
    return box.x, box.width, box.height


def _is_notice(one: Found, text: str) -> bool:
    """Whether a detected field contains a sentence: it is an alert or a chat message. Values and placeholders are not
    sentences.
    """
    doubtful = one.kind in FRAMED_KINDS and one.confidence < _NOTICE_BELOW and one.box.height <= _NOTICE_PX
    return doubtful and bool(_SENTENCE.search(text)) and text.count(" ") >= _NOTICE_SPACES


def _least_sure(readings: Iterable[Reading]) -> float | None:
    return min((one.confidence for one in readings if one.confidence is not None), default=None)
