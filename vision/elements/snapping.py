"""Edge snapping: a network finds an element roughly, the pixels show where it ends.

A box of 16x16 with an IoU of 0.9 may be off by 0.43 px; no network regresses that, but what is drawn on a screen ends
exactly at a pixel. Fields, buttons and pictures end at straight lines (`_framed`), glyphs where their ink ends
(`_inked`). Labels are left alone: their box is the font's, not the ink's (vision/elements/text_lines.py finds it).
Measured before and after on held-out pages: models/detector.md.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import Rows, clipped, grown, iou, share_inside
from vision.colours import apart_from, ground_of
from vision.elements.badges import without_badge
from vision.types import FRAMED_KINDS, Box, Detection, Kind, Picture

FRAMED: Final = frozenset({Kind.BUTTON, Kind.INPUT, Kind.SELECT, Kind.IMAGE})
INKED: Final = frozenset({Kind.ICON, Kind.CHECKBOX, Kind.RADIO, Kind.SWITCH})

# How far a side may move: this share of the box's length across it, within these pixels.
_REACH_SHARE, _REACH_MIN_PX, _REACH_MAX_PX = 0.06, 4, 14
# A side counts if neighbours differ by this many levels (largest channel) along this share of its length.
_STEP, _SIDE_SHARE = 5.0, 0.7
# Of several lines the outermost is the border's outside if it is this strong, compared with the strongest.
_OUTER_SHARE: Final = 0.45
# A border's outside is at most this far from its strongest line. A larger value includes focus rings (measured).
_BORDER_PX: Final = 2
# A field whose side is not found is followed this far along its upper and lower lines, if they are this far apart.
_RAILS_MAX_PX: Final = 1400
_RAILS_MIN_PX: Final = 14
# What differs from the ground around a glyph by this many levels is its ink.
_INK_STEP: Final = 10.0
# The snapped box is used if it is still mostly the detected one; a wide field may have been found in part.
_SAME_FIELD_IOU, _SAME_GLYPH_IOU = 0.3, 0.35
# A control grows over another this certain one if this much of that comes to lie in it.
_SURE, _SWALLOWED = 0.45, 0.75


def snap(picture: Picture, detections: Sequence[Detection]) -> list[Detection]:
    """The detections with their boxes moved to drawn edges; a box without visible sides stays as it was."""
    snapped = [replace(seen, box=_snapped(picture, seen)) for seen in detections]
    return _without_swallowing(detections, snapped)


def _without_swallowing(detections: Sequence[Detection], snapped: Sequence[Detection]) -> list[Detection]:
    """The snapped detections; a control keeps its own box if it would grow over another: both are parts of one frame,
    as in a switch between two views.
    """
    controls = [one.box for one in detections if one.kind in FRAMED_KINDS and one.confidence >= _SURE]
    rows = Rows(controls)
    kept: list[Detection] = []
    for seen, grown_one in zip(detections, snapped, strict=True):
        over = [rows[at] for at in rows.near(grown_one.box)] if seen.kind in FRAMED_KINDS else []
        swallows = any(
            share_inside(other, grown_one.box) >= _SWALLOWED and share_inside(other, seen.box) < 1 - _SWALLOWED
            for other in over
        )
        kept.append(seen if swallows else grown_one)
    return kept


def _snapped(picture: Picture, seen: Detection) -> Box:
    if seen.kind in FRAMED:
        box, same_iou = _framed(picture, seen.box, follow=seen.kind != Kind.IMAGE), _SAME_FIELD_IOU
    elif seen.kind in INKED:
        box, same_iou = _inked(picture, seen.box), _SAME_GLYPH_IOU
        if seen.kind is Kind.ICON and box is not None and iou(box, seen.box) >= same_iou:
            return without_badge(picture, box)
    else:
        return seen.box
    return box if box is not None and iou(box, seen.box) >= same_iou else seen.box


def _framed(picture: Picture, box: Box, follow: bool) -> Box | None:
    """Each side at the outermost line near it; if there is none and `follow`, where the lines above and below end."""
    height, width = picture.shape[:2]
    top = _or(_line(picture, box, box.y, box.height, vertical=False, outward=-1), box.y)
    bottom = _or(_line(picture, box, box.bottom, box.height, vertical=False, outward=1), box.bottom)
    left = _line(picture, box, box.x, min(box.width, 160), vertical=True, outward=-1)
    right = _line(picture, box, box.right, min(box.width, 160), vertical=True, outward=1)
    if follow and bottom - top >= _RAILS_MIN_PX:
        rails = Box(box.x, top, box.width, bottom - top)
        if left is None or _is_passed(picture, rails, left, outward=-1):
            left = _or(_rails_end(picture, rails, outward=-1), _or(left, box.x))
        if right is None or _is_passed(picture, rails, right, outward=1):
            right = _or(_rails_end(picture, rails, outward=1), _or(right, box.right))
    left, right = _or(left, box.x), _or(right, box.right)
    if right <= left or bottom <= top:
        return None
    return clipped(Box(left, top, right - left, bottom - top), width, height)


def _or(found: int | None, otherwise: int) -> int:
    return otherwise if found is None else found


def _line(picture: Picture, box: Box, near: int, across: int, vertical: bool, outward: int) -> int | None:
    """The side's position: the first column (row) inside for a left (top) side, the first outside for a right (bottom)
    one.
    """
    reach = round(min(max(across * _REACH_SHARE, _REACH_MIN_PX), _REACH_MAX_PX))
    length = picture.shape[1] if vertical else picture.shape[0]
    if near <= 0 or near >= length:
        return near
    first, last = max(1, near - reach), min(length - 1, near + reach)
    strengths = _strengths(_side_strip(picture, box, first, last, vertical))
    places = np.arange(first, last + 1)
    worth = strengths * (1 - 0.5 * np.abs(places - near) / (reach + 1))
    best = int(worth.argmax())
    return int(places[_outermost(strengths, best, outward)]) if worth[best] > 0 else None


def _outermost(strengths: NDArray[np.float32], best: int, outward: int) -> int:
    """The outer one of a border's lines."""
    chosen = best
    for index in range(best, best + outward * (_BORDER_PX + 1), outward):
        if 0 <= index < len(strengths) and strengths[index] >= _OUTER_SHARE * strengths[best]:
            chosen = index
    return chosen


def _rails_end(picture: Picture, box: Box, outward: int) -> int | None:
    """The end of a field whose side was found too early: its upper and lower lines continue until a line between them.

    A network's boxes reach some 240 px from their certain part; fields are often wider.
    """
    height, width = picture.shape[:2]
    start = min(max(box.x if outward < 0 else box.right, 1), width - 1)
    far = max(1, start - _RAILS_MAX_PX) if outward < 0 else min(width - 1, start + _RAILS_MAX_PX)
    first, last = min(start, far), max(start, far)
    if box.y < 1 or box.bottom >= height or last - first < 2:
        return None
    held = _steps_across(picture, box.y, first, last) & _steps_across(picture, box.bottom, first, last)
    order = slice(None, None, outward)
    run = int(np.argmin(np.append(held[order], False)))
    # Round corners separate the lines' end from the side. Before the end only a line of the whole height counts:
    # letters are there.
    strengths = _strengths(_side_strip(picture, box, first, last, vertical=True))
    whole = _strengths(_side_strip(picture, box, first, last, vertical=True, margin=0.12), share=0.9)
    lines = whole[order] > 0
    lines[max(0, run - _BORDER_PX) :] |= strengths[order][max(0, run - _BORDER_PX) :] > 0
    near = lines[: run + box.height // 2 + 2]
    if run < _BORDER_PX or not near.any():
        return None
    found = int(np.argmax(near))
    index = found if outward > 0 else last - first - found
    return int(first + _outermost(strengths, index, outward))


def _is_passed(picture: Picture, box: Box, side: int, outward: int) -> bool:
    """Whether the upper and lower lines continue beyond this side, and it is not of the whole height: the stem of a
    letter.
    """
    beyond = (side - 9, side - 2) if outward < 0 else (side + 1, side + 8)
    if box.y < 1 or box.bottom >= picture.shape[0] or beyond[0] < 0 or beyond[1] >= picture.shape[1]:
        return False
    if not (_steps_across(picture, box.y, *beyond) & _steps_across(picture, box.bottom, *beyond)).all():
        return False
    strip = _side_strip(picture, box, max(1, side - 1), min(picture.shape[1] - 1, side + 1), vertical=True, margin=0.12)
    return not _strengths(strip, share=0.9).any()


def _steps_across(picture: Picture, row: int, first: int, last: int) -> NDArray[np.bool_]:
    """For each column, whether there is a step within a pixel of this row's upper edge."""
    rows = picture[max(0, row - 2) : row + 2, first : last + 1].astype(np.float32)
    return np.asarray((np.abs(np.diff(rows, axis=0)).max(axis=(0, 2)) >= _STEP), np.bool_)


def _side_strip(
    picture: Picture, box: Box, first: int, last: int, vertical: bool, margin: float = 0.3
) -> NDArray[np.float32]:
    """The pixels around a side, (along it, across it, channels), without this share at each end, where corners are
    round.
    """
    along = box.height if vertical else box.width
    start = (box.y if vertical else box.x) + round(along * margin)
    count = max(3, round(along * (1 - 2 * margin)))
    if vertical:
        part = picture[max(0, start) : start + count, first - 1 : last + 1]
    else:
        part = picture[first - 1 : last + 1, max(0, start) : start + count].transpose(1, 0, 2)
    return part.astype(np.float32)


def _strengths(strip: NDArray[np.float32], share: float = _SIDE_SHARE) -> NDArray[np.float32]:
    """The strength of a line between neighbouring columns of the strip: the mean step, where enough of it steps.

    Steps are averaged with their signs, so texture and letters cancel out and a drawn line does not.
    """
    if strip.shape[0] == 0 or strip.shape[1] < 2:
        return np.zeros(max(1, strip.shape[1] - 1), np.float32)
    steps = strip[:, 1:] - strip[:, :-1]
    mean = np.abs(steps.mean(axis=0)).max(axis=1)
    stepping = (np.abs(steps).max(axis=2) >= _STEP).mean(axis=0)
    return np.asarray(np.where(stepping >= share, mean * stepping, 0), np.float32)


def _inked(picture: Picture, box: Box) -> Box | None:
    """The box of the ink that is mostly inside the detected box."""
    height, width = picture.shape[:2]
    reach = max(3, round(0.15 * max(box.width, box.height)))
    window = clipped(grown(box, reach), width, height)
    part = picture[window.slices()]
    ink = (apart_from(part, _ground(part)) >= _INK_STEP).astype(np.uint8)
    count, labels, facts, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    inner = labels[box.y - window.y : box.bottom - window.y, box.x - window.x : box.right - window.x]
    inside = np.bincount(inner.ravel(), minlength=count)
    kept = [
        index
        for index in range(1, count)
        if inside[index] >= 0.5 * facts[index, cv2.CC_STAT_AREA] and _is_bounded(facts[index], window)
    ]
    if not kept:
        return None
    left, top = facts[kept, cv2.CC_STAT_LEFT].min(), facts[kept, cv2.CC_STAT_TOP].min()
    right = (facts[kept, cv2.CC_STAT_LEFT] + facts[kept, cv2.CC_STAT_WIDTH]).max()
    bottom = (facts[kept, cv2.CC_STAT_TOP] + facts[kept, cv2.CC_STAT_HEIGHT]).max()
    return Box(window.x + int(left), window.y + int(top), int(right - left), int(bottom - top))


def _ground(part: Picture) -> NDArray[np.float32]:
    """The colour most common along the window's rim."""
    rim = np.concatenate([part[0], part[-1], part[:, 0], part[:, -1]])
    return ground_of(rim)


def _is_bounded(facts: NDArray[np.int32], window: Box) -> bool:
    """Ink from one end of the window to the other is not a glyph but a line or another background."""
    return not (facts[cv2.CC_STAT_WIDTH] >= window.width or facts[cv2.CC_STAT_HEIGHT] >= window.height)
