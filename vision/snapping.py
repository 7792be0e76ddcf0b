"""Edge snapping: a network says where an element is, the pixels say where it ends.

A box of 16x16 with an IoU of 0.9 may be off by 0.43 px; no network regresses that, but what is drawn on a screen ends exactly
at a pixel. Fields, buttons and pictures end at straight lines (`_framed`), glyphs where their ink ends (`_inked`).
Labels are left alone: their box is the font's, not the ink's (vision/text.py finds it).
Measured before and after on held-out pages: models/detector.md.
"""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import clipped, grown, iou
from vision.types import Box, Detection, Kind, Picture

FRAMED: Final = frozenset({Kind.BUTTON, Kind.INPUT, Kind.SELECT, Kind.IMAGE})
INKED: Final = frozenset({Kind.ICON, Kind.CHECKBOX, Kind.RADIO, Kind.SWITCH})

# How far a side may move: this share of the box's length across it, within these pixels.
_REACH_SHARE, _REACH_MIN_PX, _REACH_MAX_PX = 0.06, 4, 14
# A side counts where neighbours differ by this many levels (largest channel) in this share of its length.
_STEP, _SIDE_SHARE = 5.0, 0.7
# Of several lines the outermost is the border's outside when it is this strong, compared with the strongest.
_OUTER_SHARE: Final = 0.45
# A border has two sides: its outside lies at most this far from its strongest line.
_BORDER_PX: Final = 4
# What differs from the ground around a glyph by this many levels is its ink.
_INK_STEP: Final = 10.0
# The snapped box is believed while it is still mostly the seen one.
_SAME_IOU: Final = 0.45


def snap(picture: Picture, detections: list[Detection]) -> list[Detection]:
    """The detections with their boxes moved to what is drawn; a box whose sides are not found stays as it was."""
    return [replace(seen, box=_snapped(picture, seen)) for seen in detections]


def _snapped(picture: Picture, seen: Detection) -> Box:
    if seen.kind in FRAMED:
        box = _framed(picture, seen.box)
    elif seen.kind in INKED:
        box = _inked(picture, seen.box)
    else:
        return seen.box
    return box if box is not None and iou(box, seen.box) >= _SAME_IOU else seen.box


def _framed(picture: Picture, box: Box) -> Box | None:
    """Each side at the outermost line near it."""
    height, width = picture.shape[:2]
    left = _line(picture, box, box.x, min(box.width, 160), vertical=True, outward=-1)
    right = _line(picture, box, box.right, min(box.width, 160), vertical=True, outward=1)
    top = _line(picture, box, box.y, box.height, vertical=False, outward=-1)
    bottom = _line(picture, box, box.bottom, box.height, vertical=False, outward=1)
    if right <= left or bottom <= top:
        return None
    return clipped(Box(left, top, right - left, bottom - top), width, height)


def _line(picture: Picture, box: Box, near: int, across: int, vertical: bool, outward: int) -> int:
    """Where the side is: the first column (row) inside for a left (top) side, the first outside for a right (bottom) one."""
    reach = round(min(max(across * _REACH_SHARE, _REACH_MIN_PX), _REACH_MAX_PX))
    length = picture.shape[1] if vertical else picture.shape[0]
    first, last = max(1, near - reach), min(length - 1, near + reach)
    if last < first:
        return near
    strip = _side_strip(picture, box, first, last, vertical)
    strengths = _strengths(strip)
    places = np.arange(first, last + 1)
    worth = strengths * (1 - 0.5 * np.abs(places - near) / (reach + 1))
    best = int(worth.argmax())
    if worth[best] <= 0:
        return near
    chosen = best
    for index in range(best, best + outward * (_BORDER_PX + 1), outward):
        if 0 <= index < len(places) and strengths[index] >= _OUTER_SHARE * strengths[best]:
            chosen = index
    return int(places[chosen])


def _side_strip(picture: Picture, box: Box, first: int, last: int, vertical: bool) -> NDArray[np.float32]:
    """The pixels around a side, (along it, across it, channels): its middle, since corners are round."""
    along = box.height if vertical else box.width
    start = (box.y if vertical else box.x) + round(along * 0.3)
    count = max(3, round(along * 0.4))
    if vertical:
        part = picture[max(0, start) : start + count, first - 1 : last + 1]
    else:
        part = picture[first - 1 : last + 1, max(0, start) : start + count].transpose(1, 0, 2)
    return part.astype(np.float32)


def _strengths(strip: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much of a line there is between neighbouring columns of the strip: the mean step, where enough of it steps.

    Steps are averaged with their signs, so texture and letters cancel out and a drawn line does not.
    """
    if strip.shape[0] == 0 or strip.shape[1] < 2:
        return np.zeros(max(1, strip.shape[1] - 1), np.float32)
    steps = strip[:, 1:] - strip[:, :-1]
    mean = np.abs(steps.mean(axis=0)).max(axis=1)
    share = (np.abs(steps).max(axis=2) >= _STEP).mean(axis=0)
    return np.asarray(np.where(share >= _SIDE_SHARE, mean * share, 0), np.float32)


def _inked(picture: Picture, box: Box) -> Box | None:
    """The box of the ink that lies mostly inside the seen box."""
    height, width = picture.shape[:2]
    reach = max(3, round(0.15 * max(box.width, box.height)))
    window = clipped(grown(box, reach), width, height)
    part = picture[window.slices()].astype(np.float32)
    ink = (np.abs(part - _ground(part)).max(axis=2) >= _INK_STEP).astype(np.uint8)
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


def _ground(part: NDArray[np.float32]) -> NDArray[np.float32]:
    """The colour most common along the window's rim."""
    rim = np.concatenate([part[0], part[-1], part[:, 0], part[:, -1]])
    return np.asarray(np.median(rim, axis=0), np.float32)


def _is_bounded(facts: NDArray[np.int32], window: Box) -> bool:
    """Ink from one end of the window to the other is no glyph but a line or another ground."""
    return not (facts[cv2.CC_STAT_WIDTH] >= window.width or facts[cv2.CC_STAT_HEIGHT] >= window.height)
