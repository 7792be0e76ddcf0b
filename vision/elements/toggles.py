"""Names check boxes and radio buttons by their outline: square or round, with nothing but a mark inside. Networks
confuse them with each other, with icons and with pictures.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import clipped, grown
from vision.colours import apart_from, ground_of
from vision.types import Box, Detection, Kind, Picture

# Kinds that networks confuse with toggles.
_MAYBE: Final = (Kind.CHECKBOX, Kind.RADIO, Kind.ICON, Kind.IMAGE)
_MIN_PX, _MAX_PX = 9, 56
# Ink differs from the background by this many levels.
_STEP: Final = 12
# The outline and a disc (a square) share this much of what they cover together.
_ALIKE: Final = 0.88
_DOT: Final = 0.8
# This share of the inside has one colour if nothing is in it.
_EMPTY: Final = 0.97


def with_toggles(picture: Picture, seen: Sequence[Detection]) -> list[Detection]:
    """The detections, with check boxes and radio buttons named by their outline; more certain if nothing else is there."""
    return [_told(picture, one) if one.kind in _MAYBE else one for one in seen]


def _told(picture: Picture, one: Detection) -> Detection:
    window = grown(one.box, 2)
    size = max(one.box.width, one.box.height)
    if not _MIN_PX <= size <= _MAX_PX or clipped(window, picture.shape[1], picture.shape[0]) != window:
        return one
    shape = _silhouette(picture, window)
    if shape is None:
        return replace(one, kind=Kind.ICON) if one.kind is Kind.RADIO else one
    whole, box = shape
    if one.kind in (Kind.CHECKBOX, Kind.RADIO) and max(_squareness(whole), _roundness(whole)) < _ALIKE:
        return replace(one, kind=Kind.ICON)
    if is_radio(picture, whole, box):
        return Detection(Kind.RADIO, box, float(np.sqrt(one.confidence)))
    if _squareness(whole) < _ALIKE:
        return one
    if is_empty(picture, whole, box):
        return Detection(Kind.CHECKBOX, box, float(np.sqrt(one.confidence)))
    # A round one with a mark may be either kind; radio buttons are not square.
    return replace(one, kind=Kind.CHECKBOX) if one.kind is Kind.RADIO else one


def is_radio(picture: Picture, whole: NDArray[np.bool_], box: Box) -> bool:
    """Whether it is a ring with nothing or a dot in it; a disc of one colour is not."""
    if _roundness(whole) < _ALIKE:
        return False
    distance = _distance(whole.shape)
    radius = min(whole.shape) / 2
    part = picture[box.slices()].astype(np.float32)
    within = radius - max(3.0, 0.3 * radius)
    inner = distance <= within
    field = ground_of(part[inner & (distance > within - 1)])
    other = (np.abs(part - field).max(axis=2) >= _STEP) & inner
    if other.sum() > (1 - _EMPTY) * inner.sum() and not _is_dot(other, distance, part):
        return False
    return _has_rings(part, distance, _around(picture, box))


def _has_rings(part: NDArray[np.float32], distance: NDArray[np.float64], ground: NDArray[np.float32]) -> bool:
    """Whether the colours from the middle to the background do not change in one straight line."""
    ring = distance.astype(np.int32)
    within = ring < min(ring.shape) // 2
    counts = np.maximum(np.bincount(ring[within]), 1)
    means = np.stack([np.bincount(ring[within], part[within, channel]) / counts for channel in range(3)], axis=1)
    profile = np.concatenate([means, ground[None]])
    way = np.abs(np.diff(profile, axis=0)).max(axis=1).sum()
    return bool(way >= 1.3 * np.abs(profile[0] - ground).max() + _STEP)


def _is_dot(ink: NDArray[np.bool_], distance: NDArray[np.float64], part: NDArray[np.float32]) -> bool:
    """Whether it is a disc of one colour in the middle, with room around it."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    size = max(np.ptp(rows), np.ptp(columns)) + 1
    if not 0.2 * min(ink.shape) <= size <= 0.66 * min(ink.shape) or _likeness(ink, distance <= size / 2) < _DOT:
        return False
    middle = part[ink & (distance <= size / 2 - 1)]
    return bool(len(middle)) and bool((np.abs(middle - ground_of(middle)).max(axis=1) < 2 * _STEP).mean() >= 0.8)


def is_empty(picture: Picture, whole: NDArray[np.bool_], box: Box) -> bool:
    """Whether there is a border with one colour inside, and nothing else."""
    part = picture[box.slices()].astype(np.float32)
    inner = _eroded(whole, max(2, round(0.16 * min(whole.shape))))
    if inner.sum() < 9:
        return False
    field, ground = ground_of(part[inner]), _around(picture, box)
    if (np.abs(part[inner] - field).max(axis=1) < _STEP).mean() < _EMPTY:
        return False
    border = part[whole & ~_eroded(whole, 1)]
    way = np.abs(border - ground).max(axis=1) + np.abs(border - field).max(axis=1)
    return bool((way >= 1.3 * np.abs(ground - field).max() + _STEP).mean() >= 0.6)


def _squareness(whole: NDArray[np.bool_]) -> float:
    return float(whole.mean())


def _roundness(whole: NDArray[np.bool_]) -> float:
    return _likeness(whole, _distance(whole.shape) <= min(whole.shape) / 2)


def _distance(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """The distance of each pixel from the middle."""
    rows, columns = np.indices(shape)
    return np.asarray(np.hypot(rows - (shape[0] - 1) / 2, columns - (shape[1] - 1) / 2))


def _likeness(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    return float((first & second).sum() / max((first | second).sum(), 1))


def _around(picture: Picture, box: Box) -> NDArray[np.float32]:
    """The background next to a box."""
    window = clipped(grown(box, 2), picture.shape[1], picture.shape[0])
    part = picture[window.slices()].astype(np.float32)
    return ground_of(np.concatenate([part[0], part[-1], part[:, 0], part[:, -1]]))


def _eroded(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    kernel = np.ones((2 * pixels + 1, 2 * pixels + 1), np.uint8)
    return np.asarray(cv2.erode(np.pad(mask.astype(np.uint8), pixels), kernel)[pixels:-pixels, pixels:-pixels] > 0)


def _silhouette(picture: Picture, window: Box) -> tuple[NDArray[np.bool_], Box] | None:
    """The part of the window that is not background, holes filled, and its box; None if it is not as wide as high."""
    part = picture[window.slices()]
    rim = np.concatenate([part[0], part[-1], part[:, 0], part[:, -1]])
    ink = (apart_from(part, ground_of(rim)) >= _STEP).astype(np.uint8)
    outside = np.pad(1 - ink, 1, constant_values=1)
    cv2.floodFill(outside, None, (0, 0), 2)
    whole = outside[1:-1, 1:-1] != 2
    rows, columns = np.flatnonzero(whole.any(axis=1)), np.flatnonzero(whole.any(axis=0))
    if not rows.size or min(np.ptp(rows), np.ptp(columns)) + 1 < _MIN_PX or abs(np.ptp(rows) - np.ptp(columns)) > 1:
        return None
    top, left = int(rows[0]), int(columns[0])
    tight = whole[top : rows[-1] + 1, left : columns[-1] + 1]
    return np.asarray(tight, np.bool_), Box(window.x + left, window.y + top, tight.shape[1], tight.shape[0])
