"""Panels, rows and bars in other colours.

Where the reference has one flat background, the actual has another. Text on it changes along: its edges are mixtures of
ink and background. (A whole page: `page_restyles.py`.)
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.blobs import blob_boxes
from vision.boxes import clipped, grown, iou, overlap, share_inside, union
from vision.difference.colour import delta_e, hex_of
from vision.difference.regions import FLAT_LEVELS, ink_mask
from vision.types import Box, Picture

Mask = NDArray[np.bool_]

# A pixel is predicted if no channel is further off than this.
PREDICTED_LEVELS = 10
# A panel has at least this many pixels of one background, and is at least this wide and high.
MIN_PANEL_PX = 160
MIN_PANEL_SIDE_PX = 8
# The background covers this share of a panel's box.
PANEL_FILL = 0.4
# A gap that text leaves in the background, across and down.
TEXT_GAP_PX = (25, 9)
# A thing on a row interrupts its background by up to this much.
WIDEST_GAP_PX = 160
# How much shorter a stripe may be than its row, above and below: a rule of 2 px and one of rounding; the gap to the
# next has more.
ROW_RULES_PX = 6
# At most this many pairs of colours are checked, the commonest first.
MOST_PAIRS = 24


@dataclass(frozen=True, slots=True)
class Restyle:
    """`owned` marks the changed pixels that the restyle predicts, starting at `place`. For a page, `drawn` is one
    picture as the restyle makes it, `target` the other one. A negative blur means that the reference was blurred.
    """

    box: Box
    place: Box
    owned: Mask
    before: str
    after: str
    delta_e: float
    blur_px: float = 0.0
    drawn: Picture | None = None
    target: Picture | None = None

    def owned_in(self, box: Box) -> Mask:
        """The part of `owned` that lies in a box."""
        part = np.zeros((box.height, box.width), np.bool_)
        shared = overlap(box, self.place)
        if shared.area_px:
            inside = shared.shifted(-self.place.x, -self.place.y)
            part[shared.shifted(-box.x, -box.y).slices()] = self.owned[inside.slices()]
        return part


def find_panels(laid: Picture, actual: Picture, left: Mask) -> list[Restyle]:
    """Areas whose background was one flat colour and is another, largest first; `owned` marks the changed pixels that
    this predicts.
    """
    found: list[Restyle] = []
    for before, after in ground_pairs(laid, actual, left):
        mask = left & _is_colour(laid, before) & _is_colour(actual, after)
        for box in _joined_pieces(_panel_boxes(mask)):
            place = clipped(grown(box, 2), left.shape[1], left.shape[0])
            owned = left[place.slices()] & moved_along(laid, actual, place, before, after)
            found.append(Restyle(box, place, owned, hex_of(before), hex_of(after), delta_e(before, after)))
    return sorted(found, key=lambda one: -one.box.area_px)


def _joined_pieces(boxes: list[Box]) -> list[Box]:
    """Joins pieces of one row or column that are separated by something on it."""
    joined: list[Box] = []
    for box in sorted(boxes, key=lambda one: (one.x, one.y)):
        mate = next((one for one in joined if _goes_on(one, box)), None)
        if mate is not None:
            joined.remove(mate)
            box = union((mate, box))
        joined.append(box)
    return joined


def _goes_on(one: Box, other: Box) -> bool:
    same_rows = abs(one.y - other.y) <= 3 and abs(one.bottom - other.bottom) <= 3
    same_columns = abs(one.x - other.x) <= 3 and abs(one.right - other.right) <= 3
    across = max(one.x, other.x) - min(one.right, other.right)
    down = max(one.y, other.y) - min(one.bottom, other.bottom)
    return (same_rows and across <= WIDEST_GAP_PX) or (same_columns and down <= TEXT_GAP_PX[1])


def ground_pairs(laid: Picture, actual: Picture, left: Mask) -> list[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """The commonest pairs of exact colours among the changed pixels."""
    one, two = laid[left].astype(np.int64), actual[left].astype(np.int64)
    if not len(one):
        return []
    places = np.array([1, 256, 65536], np.int64)
    code = (one @ places) << 24 | (two @ places)
    values, counts = np.unique(code, return_counts=True)
    order = np.argsort(-counts)[:MOST_PAIRS]
    return [
        (_bgr(int(values[at]) >> 24), _bgr(int(values[at]) & 0xFFFFFF)) for at in order if counts[at] >= MIN_PANEL_PX
    ]


def _bgr(code: int) -> NDArray[np.uint8]:
    return np.array([code & 255, code >> 8 & 255, code >> 16 & 255], np.uint8)


def _is_colour(picture: Picture, colour: NDArray[np.uint8]) -> Mask:
    whole = Box(0, 0, picture.shape[1], picture.shape[0])
    return ~ink_mask(picture, whole, colour.astype(np.int16), FLAT_LEVELS)


def _panel_boxes(mask: Mask) -> list[Box]:
    closed = cv2.morphologyEx(mask.view(np.uint8), cv2.MORPH_CLOSE, np.ones(TEXT_GAP_PX[::-1], np.uint8))
    closed = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((MIN_PANEL_SIDE_PX,) * 2, np.uint8))
    boxes = []
    for box in blob_boxes(np.asarray(closed, np.uint8)):
        part = mask[box.slices()]
        if part.sum() >= MIN_PANEL_PX and part.mean() >= PANEL_FILL:
            left, top, width, height = cv2.boundingRect(part.view(np.uint8))
            boxes.append(Box(box.x + left, box.y + top, width, height))
    return boxes


def moved_along(
    laid: Picture, actual: Picture, place: Box, before: NDArray[np.uint8], after: NDArray[np.uint8]
) -> Mask:
    """The pixels of a place that changed by a share, 0 to 1, of the background's change."""
    step = actual[place.slices()].astype(np.float32) - laid[place.slices()]
    way = after.astype(np.float32) - before
    length = float(way @ way)
    share = step @ way / max(length, 1.0)
    beside = np.abs(step - share[..., None] * way).max(axis=2)
    return np.asarray((share > -0.1) & (share < 1.1) & (beside <= PREDICTED_LEVELS))


def coincides(box: Box, boxes: Sequence[Box]) -> bool:
    """Is one of the boxes this one, to within a border?"""
    return any(
        iou(box, other) > 0.6 or (share_inside(other, grown(box, 3)) > 0.95 and iou(box, other) > 0.4)
        for other in boxes
    )


def stacked_rows(panels: Sequence[Restyle], least: int) -> list[Restyle]:
    """Stacked rows of one size that all became lighter or darker, as one change: the tint of a table's rows."""
    return _merged(panels, lambda panel: (panel.box.x // 4, panel.box.width // 4), least)


def striped_rows(panels: Sequence[Restyle]) -> list[Restyle]:
    """Every second row of a table with one pair of colours, as one change: the stripes of the table."""
    groups: dict[Hashable, list[Restyle]] = {}
    for panel in panels:
        key = panel.before, panel.after, panel.box.x // 4, panel.box.width // 4, panel.box.height // 4
        groups.setdefault(key, []).append(panel)
    return [one for group in groups.values() for one in ([_as_one(group)] if _are_stripes(group) else group)]


def _are_stripes(group: Sequence[Restyle]) -> bool:
    """Are these at least two rows, each a row's height from the next?"""
    rows = sorted((one.box for one in group), key=lambda box: box.y)
    gaps = [lower.y - upper.bottom for upper, lower in pairwise(rows)]
    return bool(gaps) and all(abs(gap - row.height) <= ROW_RULES_PX for gap, row in zip(gaps, rows, strict=False))


def joined_panels(panels: Sequence[Restyle], most: int) -> list[Restyle]:
    """Joins more than `most` panels with one pair of colours (zebra tint)."""
    return _merged(panels, lambda panel: (panel.before, panel.after), most + 1)


def _merged(panels: Sequence[Restyle], key: Callable[[Restyle], Hashable], least: int) -> list[Restyle]:
    """The panels; those of which at least `least` have the same key are joined."""
    groups: dict[Hashable, list[Restyle]] = {}
    for panel in panels:
        groups.setdefault(key(panel), []).append(panel)
    return [one for group in groups.values() for one in ([_as_one(group)] if len(group) >= least else group)]


def _as_one(group: Sequence[Restyle]) -> Restyle:
    place = union(one.place for one in group)
    owned = np.logical_or.reduce([one.owned_in(place) for one in group])
    return replace(group[0], box=union(one.box for one in group), place=place, owned=owned)
