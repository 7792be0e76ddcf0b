"""Finds fields by their frames: a network may find only part of a wide field, find it with low confidence, or confuse
its kind; its frame and arrow are drawn. `with_frames` combines both.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import Rows, grown, iou, share_inside
from vision.colours import apart_from, ground_of
from vision.elements.frame_looks import agreed, looks_like_one
from vision.elements.frame_views import MAX_HEIGHT_PX, MIN_HEIGHT_PX, judged
from vision.elements.frames import Frame, find_frames
from vision.elements.merging import without_rivals
from vision.elements.picture_pieces import whole_pictures
from vision.elements.snapping import snap
from vision.elements.tints import judged_by_tint
from vision.elements.toggles import with_toggles
from vision.engines.types import Judge
from vision.types import FRAMED_KINDS, Box, Detection, Kind, Picture

# A detection supports a frame that contains this share of it and shares this much of its rows.
_INSIDE, _LEVEL = 0.7, 0.7
# A frame with less confidence than this is not a field; with more than the second it is one, whatever it contains. Of
# frames that are not fields 80 % have no support at all, of fields 3 % (60 held-out pages and the development screens).
_LEAST_SUPPORT, _SURE_SUPPORT = 0.05, 0.5
# Table cells and card parts look much like fields: they need more confidence, and get less.
_SURE_IN_STACK, _CELL = 0.8, 0.35
# A frame that shares its vertical borders with a larger one is part of it; its likelihood of being a field or a button
# is reduced by this factor.
_PART: Final = 0.35
_BEYOND_PX, _FAINT_STEP, _WHOLE = 10, 4, 0.9
# If a network is this much more certain of a button than of a field, it is a button, though its words begin at the
# left.
_RIVAL_SHARE: Final = 0.3
# A field without a closed frame is less likely by this: most are strips between others, some are underlined.
_UNFRAMED: Final = 0.7
# A button gets a frame's box only if the frame is all of it: some have two backgrounds.
_SAME_IOU: Final = 0.85
_TOUCHING_PX, _NEXT_PX = 2, 5
# In a field higher than this, lines of text have room below them, or they are a paragraph in a card.
_ONE_LINE_PX: Final = 60
_INK_STEP: Final = 16
# A drop-down's arrow is this close to the right end, in heights of the field.
_ARROW_REACH: Final = 1.5
# Things further apart than this share of the height are separate; a field contains no more than these.
_APART, _MOST_THINGS = 0.8, 4
# A text area's grip lies in a corner of this size.
_GRIP_PX: Final = 18


def located(picture: Picture, seen: Sequence[Detection], least: float, judge: Judge | None = None) -> list[Detection]:
    """A network's detections fitted to what is drawn: boxes snapped, fields framed, the most certain of rivals, none
    less certain than `least`.

    `judge` classifies frames by their looks; without one, frames only correct the boxes of detected fields.
    """
    pieces = whole_pictures(picture, seen)
    # Uncertain fields only point to frames: snapping them would take half of the time.
    faint = [one for one in pieces if one.confidence < least and one.kind in FRAMED_KINDS]
    snapped = snap(picture, [one for one in pieces if one.confidence >= least or one.kind not in FRAMED_KINDS])
    frames = find_frames(picture)
    framed = with_frames(picture, snapped + faint, frames, judged(picture, frames, judge))
    framed = [judged_by_tint(picture, one) for one in framed]
    return without_rivals([one for one in with_toggles(picture, framed) if one.confidence >= least])


def with_frames(
    picture: Picture, seen: Sequence[Detection], frames: Sequence[Frame], looks: NDArray[np.float32]
) -> list[Detection]:
    """The detections; one explained by a frame gets the frame's box, and is more certain if both agree. `looks` are the
    judge's answers about the frames (`frame_views.judged`).
    """
    rows = Rows(one.box for one in seen)
    others = Rows(frame.box for frame in frames)
    explained: set[int] = set()
    cells: set[int] = set()
    parts: set[int] = set()
    found: list[Detection] = []
    for frame, look in zip(frames, looks, strict=True):
        if not MIN_HEIGHT_PX <= frame.box.height <= MAX_HEIGHT_PX:
            continue
        near = [index for index in rows.near(frame.box) if seen[index].kind in FRAMED_KINDS]
        support = [index for index in near if _supports(seen[index].box, frame.box)]
        if not support and not looks_like_one(look):
            continue
        stacked = any(_is_stacked(frame.box, frames[index].box) for index in others.near(grown(frame.box, 3)))
        part = is_part(picture, frame.box)
        held = _held(picture, frame, [seen[index] for index in support], stacked or part)
        if look.any():
            alone = held is None and not stacked and not part and not any(_is_rival(seen[at], frame.box) for at in near)
            held = agreed(held, frame.box, look, _ink(picture, frame.inside) if alone else None)
        if held is not None and not (part and held.kind is Kind.BUTTON and held.confidence < _SURE_IN_STACK):
            explained.update(support)
            found.append(held)
        elif part:
            parts.update(support)
        elif stacked:
            cells.update(support)
    fields = [one.box for one in found if one.kind is not Kind.BUTTON]
    left = [
        replace(one, confidence=_doubt(one, index in cells, index in parts) * one.confidence)
        for index, one in enumerate(seen)
        if index not in explained
    ]
    return found + [one for one in left if not _is_between(one, fields)]


def _doubt(one: Detection, is_cell: bool, is_part: bool) -> float:
    if one.kind is Kind.BUTTON:
        return _PART if is_part and one.confidence < _SURE_IN_STACK else 1.0
    if one.kind not in (Kind.INPUT, Kind.SELECT):
        return 1.0
    return _PART if is_part else _CELL if is_cell else _UNFRAMED


def is_part(picture: Picture, frame: Box) -> bool:
    """Whether both vertical borders continue below the frame, or above: it is the header, footer or a row of a card.

    On the development screens and 67 held-out pages this holds for none of 734 fields and buttons, and for 38 of 172
    lookalikes.
    """
    below, above = frame.bottom + 1, frame.y - 1
    return _are_borders(picture, frame, below, below + _BEYOND_PX) or _are_borders(
        picture, frame, above - _BEYOND_PX, above
    )


def _are_borders(picture: Picture, frame: Box, first: int, last: int) -> bool:
    height, width = picture.shape[:2]
    if first < 0 or last > height or frame.x < 2 or frame.right + 2 > width:
        return False
    strips = (picture[first:last, x - 2 : x + 3].astype(np.int16) for x in (frame.x, frame.right - 1))
    steps = (np.abs(np.diff(strip, axis=1)).max(axis=2) >= _FAINT_STEP for strip in strips)
    return all(float(step.mean(axis=0).max()) >= _WHOLE for step in steps)


def _is_between(one: Detection, fields: Sequence[Box]) -> bool:
    """Whether the lines above or below it belong to a known field: it is the strip beside that field."""
    return one.kind in (Kind.INPUT, Kind.SELECT) and any(_is_stacked(one.box, field, _NEXT_PX) for field in fields)


def _is_rival(one: Detection, frame: Box) -> bool:
    """Whether the network finds another control in the frame, or the frame as part of one: half of a split button."""
    if one.confidence < _SURE_SUPPORT or iou(one.box, frame) >= _SAME_IOU:
        return False
    return max(share_inside(one.box, frame), share_inside(frame, one.box)) >= _INSIDE


def _supports(box: Box, frame: Box) -> bool:
    shared = min(box.bottom, frame.bottom) - max(box.y, frame.y)
    united = max(box.bottom, frame.bottom) - min(box.y, frame.y)
    return share_inside(box, frame) >= _INSIDE and shared >= _LEVEL * united


def _is_stacked(box: Box, other: Box, gap: int = _TOUCHING_PX) -> bool:
    """Whether the frames share a line, one above the other: parts of a card, cells of a table."""
    shared = min(box.right, other.right) - max(box.x, other.x)
    touches = min(abs(box.bottom - other.y), abs(other.bottom - box.y)) <= gap
    return touches and shared >= 0.5 * min(box.width, other.width)


def _held(picture: Picture, frame: Frame, support: Sequence[Detection], stacked: bool) -> Detection | None:
    sureness = {
        kind: max((one.confidence for one in support if one.kind is kind), default=0.0) for kind in FRAMED_KINDS
    }
    button, field = sureness[Kind.BUTTON], max(sureness[Kind.INPUT], sureness[Kind.SELECT])
    if max(button, field) < _LEAST_SUPPORT:
        return None
    ink = _ink(picture, frame.inside)
    if button > field and (_is_centred(ink) or field < _RIVAL_SHARE * button):
        best = max(support, key=lambda one: one.confidence)
        return Detection(Kind.BUTTON, frame.box, button) if iou(best.box, frame.box) >= _SAME_IOU else None
    if _is_crowded(ink):
        return None
    if field < (_SURE_IN_STACK if stacked else _SURE_SUPPORT) and (stacked or not _is_one_thing(ink)):
        return None
    return Detection(_kind(ink, sureness), frame.box, float(np.sqrt(max(field, min(button, 0.5)))))


def _ink(picture: Picture, inside: Box) -> NDArray[np.bool_]:
    """The ink on the field's background, without what touches its rim: border, corner or something behind."""
    part = picture[inside.slices()]
    ink = cv2.threshold(apart_from(part, ground_of(part[::3, ::3])), _INK_STEP - 1, 1, cv2.THRESH_BINARY)[1]
    count, labels = cv2.connectedComponents(ink, connectivity=8)
    stands = np.ones(count, np.bool_)
    stands[0] = False
    for rim in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        stands[rim] = False
    return np.asarray(stands[labels], np.bool_)


def _is_centred(ink: NDArray[np.bool_]) -> bool:
    """Whether the text is centred: a button's is, and typed text is not."""
    columns = np.flatnonzero(ink.any(axis=0))
    if not columns.size:
        return False
    left, right = int(columns[0]), int(ink.shape[1] - 1 - columns[-1])
    return abs(left - right) <= max(4, 0.1 * ink.shape[1]) and not has_arrow(ink)


def _is_crowded(ink: NDArray[np.bool_]) -> bool:
    """Whether there is more side by side than a field contains: at most a sign, words, a unit and an arrow."""
    columns = np.flatnonzero(ink.any(axis=0))
    return int((np.diff(columns) > _APART * ink.shape[0]).sum()) >= _MOST_THINGS


def _is_one_thing(ink: NDArray[np.bool_]) -> bool:
    """Whether it contains nothing, one line that begins at the left, or several with room below them."""
    height, width = ink.shape
    if has_grip(ink):
        return True
    columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
    if not columns.size:
        return True
    lines = 1 + int((np.diff(rows) > 1).sum())
    above, below = rows[0], height - 1 - rows[-1]
    fills = lines > 1 and height > _ONE_LINE_PX and below < 1.6 * above
    return bool(columns[0] <= max(0.35 * width, 2 * height) and not fills)


def has_grip(ink: NDArray[np.bool_]) -> bool:
    """Whether the lower right corner has the slanted lines of a text area's grip."""
    corner = ink[-_GRIP_PX:, -_GRIP_PX:]
    if min(ink.shape) < 2 * _GRIP_PX or not 6 <= corner.sum() <= 0.5 * corner.size:
        return False
    rows, columns = np.nonzero(corner)
    if not 5 <= np.ptp(rows) < _GRIP_PX - 2 or np.ptp(columns) < 5 or max(rows.max(), columns.max()) < _GRIP_PX - 6:
        return False
    return bool((rows + columns >= rows.min() + columns.max() - 1).all())


def _kind(ink: NDArray[np.bool_], sureness: dict[Kind, float]) -> Kind:
    arrow = has_arrow(ink)
    if arrow is None:
        return max((Kind.INPUT, Kind.SELECT), key=lambda kind: sureness[kind])
    return Kind.SELECT if arrow else Kind.INPUT


def has_arrow(ink: NDArray[np.bool_]) -> bool | None:
    """Whether a field ends with an arrow that points down; None if arrows point both ways or there is only a speck."""
    height, width = ink.shape
    zone = ink[:, max(0, width - round(_ARROW_REACH * height)) :]
    rows, columns = np.flatnonzero(zone.any(axis=1)), np.flatnonzero(zone.any(axis=0))
    if not columns.size:
        return False
    # the last group of columns: gaps part it from text
    gaps = np.flatnonzero(np.diff(columns) > 3)
    first = columns[gaps[-1] + 1] if gaps.size else columns[0]
    if first == 0 or (columns[-1] - first) < 4:
        return None if first else False
    glyph = zone[:, first : columns[-1] + 1]
    rows = np.flatnonzero(glyph.any(axis=1))
    glyph = glyph[rows[0] : rows[-1] + 1]
    if _points_down(glyph):
        return True
    gap = np.flatnonzero(~glyph.any(axis=1))
    both = gap.size > 0 and _points_down(glyph[gap[-1] + 1 :]) and _points_down(glyph[: gap[0]][::-1])
    return None if both else False


def _points_down(glyph: NDArray[np.bool_]) -> bool:
    """Whether it is a chevron or a triangle: its lower edge is a wedge, its upper one does not bulge."""
    high, wide = glyph.shape
    if wide < 5 or high < 3 or wide < 0.9 * high or high < 0.25 * wide:
        return False
    filled = glyph.any(axis=0)
    if filled.mean() < 0.9:
        return False
    lower = np.where(filled, high - 1 - glyph[::-1].argmax(axis=0), 0)
    upper = np.where(filled, glyph.argmax(axis=0), 0)
    wedge = -np.abs(np.arange(wide) - (wide - 1) / 2)
    if np.ptp(lower) < 0.4 * high:
        return False
    middle = slice(wide // 3, wide - wide // 3)
    bulges = upper[middle].mean() < upper[[0, 1, -2, -1]].mean() - 0.5
    return bool(np.corrcoef(lower, wedge)[0, 1] >= 0.85 and not bulges)
