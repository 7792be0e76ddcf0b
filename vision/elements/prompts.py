"""Finds fields that only their prompt shows ("Search…", "Ask a question…"): a chat's input above its tools, a search
box as wide as a page (`with_prompted_fields`).
"""

import re
from collections.abc import Sequence
from typing import Final

from vision.boxes import share_inside
from vision.elements.frames import find_frames
from vision.types import FRAMED_KINDS, Box, Element, Kind, Picture

# A prompt: a verb and more. All 6 such lines of the development screens are in fields; two of these have a frame, and
# the four others are of one application (MLflow).
_ASKS: Final = re.compile(
    r"(ask|enter|filter|find|search|type|write|введите|искать|найти|напишите|поиск|спросите)\b.*(…|\.\.\.?)",
    re.IGNORECASE,
)
_CONFIDENCE: Final = 0.6
# A prompt is this close to the left side of its frame, and the frame this much wider than high (in heights of the
# line).
_AT_LEFT, _WIDE = 3.0, 6.0
# A frame higher than this contains more than the field; the field is then this much higher and wider than its line.
_ONE_LINE, _ABOVE, _BESIDE = 3.0, 0.35, 0.2
# A higher frame is a page or a panel. This many more labels that begin within this many pixels of it make a menu.
_MOST_LINES: Final = 12.0
_ENTRIES, _COLUMN_PX = 2, 3
_INSIDE: Final = 0.9


def with_prompted_fields(picture: Picture, elements: Sequence[Element]) -> list[Element]:
    """The elements, with an input in place of each label that is a prompt in a frame of its own."""
    asking = {at for at, one in enumerate(elements) if one.kind is Kind.LABEL and _ASKS.fullmatch(one.text)}
    if not asking:
        return list(elements)
    frames = [frame.box for frame in find_frames(picture)]
    return [_field(one, frames, elements) if at in asking else one for at, one in enumerate(elements)]


def _field(label: Element, frames: Sequence[Box], elements: Sequence[Element]) -> Element:
    holder = min((frame for frame in frames if _holds(frame, label.box)), key=lambda frame: frame.area_px, default=None)
    if holder is None:
        return label
    box = _box(holder, label.box)
    others = [one for one in elements if one is not label and one.kind in (Kind.LABEL, *FRAMED_KINDS)]
    if any(share_inside(one.box, box) >= _INSIDE for one in others) or _is_menu(label.box, holder, others):
        return label
    return Element("", Kind.INPUT, box, label.text, _CONFIDENCE, label.text_confidence)


def _is_menu(line: Box, holder: Box, others: Sequence[Element]) -> bool:
    labels = [one.box for one in others if one.kind is Kind.LABEL and share_inside(one.box, holder) >= _INSIDE]
    return sum(abs(box.x - line.x) <= _COLUMN_PX for box in labels) >= _ENTRIES


def _holds(frame: Box, line: Box) -> bool:
    is_left = line.x - frame.x <= _AT_LEFT * line.height
    is_wide = frame.width >= _WIDE * line.height
    return share_inside(line, frame) >= _INSIDE and is_left and is_wide and frame.height <= _MOST_LINES * line.height


def _box(holder: Box, line: Box) -> Box:
    """The field inside its frame: all of the frame, or one row."""
    if holder.height <= _ONE_LINE * line.height:
        return holder
    above, beside = round(_ABOVE * line.height), round(_BESIDE * line.height)
    left = max(line.x - beside, holder.x)
    width = holder.right - (left - holder.x) - left
    return Box(left, line.y - above, width, line.height + 2 * above)
