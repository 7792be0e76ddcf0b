"""Areas that were painted in other colours: a page in another theme, dimmed or faded; a panel, row or bar with another ground.

Such a change is a function of colour. Wherever the reference has one colour, the actual has one other colour, so a table from
colour to colour predicts the area. Text that stays on a ground that changes goes along: its edges are mixtures of ink and
ground, and change by the share of the ground in them.
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
from vision.difference.matching import look_alike
from vision.difference.regions import FLAT_LEVELS, ink_mask
from vision.types import Box, Picture

Mask = NDArray[np.bool_]

# A colour's table entry counts from this many pixels on (of those looked at).
MIN_SUPPORT_PX = 12
# A pixel is predicted when no channel is further off than this.
PREDICTED_LEVELS = 10
# The table explains an area when it predicts this share of what changed or should have.
PREDICTED_SHARE = 0.6
# A page is restyled as a whole when this share of it changed.
WHOLE_SHARE = 0.5
# What correlates this well with what stood there shows through a restyle.
SHOWS_THROUGH = 0.5
# An area where the table is wrong is a thing of its own from this size on, up to this share of the picture.
MIN_EXCEPTION_PX = 4000
MOST_EXCEPTION = 0.6
# Blurs (Gaussian, in pixels) that are tried for what lies behind a dialog.
BLURS_PX = (2.0, 3.0, 4.0, 6.0, 8.0)
# Pixels of every second row and column are enough for the table.
STEP = 2
# A panel has at least this many pixels of one ground, and is at least this wide and high.
MIN_PANEL_PX = 160
MIN_PANEL_SIDE_PX = 8
# The ground covers this share of a panel's box; the rest is what stands on it.
PANEL_FILL = 0.4
# A gap between ground pixels that text leaves, across and down.
TEXT_GAP_PX = (25, 9)
# Something that stands on a row parts its ground by up to this much.
WIDEST_GAP_PX = 160
# Rules and rounding make the rows of a table differ in height by at most this.
ROW_RULES_PX = 3
# At most this many pairs of colours are looked at, the commonest first.
MOST_PAIRS = 24


@dataclass(frozen=True, slots=True)
class Restyle:
    """`owned` marks the changed pixels that the restyle predicts; its first pixel is that of `place`."""

    box: Box
    place: Box
    owned: Mask
    before: str
    after: str
    delta_e: float
    blur_px: float = 0.0
    # Areas that did not change as the table says: something laid over the actual, or over the reference.
    laid_over: tuple[Box, ...] = ()
    taken_off: tuple[Box, ...] = ()

    def owned_in(self, box: Box) -> Mask:
        """The part of `owned` that lies in a box."""
        part = np.zeros((box.height, box.width), np.bool_)
        shared = overlap(box, self.place)
        if shared.area_px:
            inside = shared.shifted(-self.place.x, -self.place.y)
            part[shared.shifted(-box.x, -box.y).slices()] = self.owned[inside.slices()]
        return part


def find_page_restyle(laid: Picture, actual: Picture, left: Mask) -> Restyle | None:
    """One table of colours for most of the picture; None where there is none, or where too little changed."""
    if left.mean() < WHOLE_SHARE:
        return None
    best = _predicted(laid, actual, left)
    sigma = 0.0
    if best is None or best[1] < 0.9:
        for blur in BLURS_PX:
            soft = np.asarray(cv2.GaussianBlur(laid, (0, 0), blur), np.uint8)
            found = _predicted(soft, actual, left)
            if found is not None and found[1] > (best[1] if best else 0) + 0.02:
                best, sigma = found, blur
    if best is None or best[1] < PREDICTED_SHARE or not _ground_changed(laid, actual):
        return None
    came = _exceptions(~best[0])
    back = _predicted(actual, laid, left)
    went = [] if came or back is None or sigma else _exceptions(~back[0])
    owned = _without_islands(left, left & _grown_mask(best[0]))
    for box in (*came, *went):
        owned[box.slices()] = False
    before, after = _main_colours(laid, actual, owned)
    step = delta_e(before, after)
    page = Box(0, 0, left.shape[1], left.shape[0])
    colours = hex_of(before), hex_of(after), step
    return Restyle(_page_or_box(owned), page, owned, *colours, sigma, tuple(came), tuple(went))


def _ground_changed(laid: Picture, actual: Picture) -> bool:
    """Did most of what has the page's own colour change? Otherwise panels on the page did."""
    keys = _keys(laid[::STEP, ::STEP]).ravel()
    common = keys == np.bincount(keys).argmax()
    step = np.abs(laid[::STEP, ::STEP].astype(np.int16) - actual[::STEP, ::STEP]).max(axis=2).ravel()
    return float(np.mean(step[common] > 3)) > 0.5


def looks_restyled(laid: Picture, actual: Picture, box: Box, blur_px: float) -> bool:
    """Do a box's shapes show through a restyle: as they were, inverted or blurred?"""
    one, two = laid[box.slices()], actual[box.slices()]
    if not one.size:
        return False
    if blur_px:
        place = clipped(grown(box, 12), laid.shape[1], laid.shape[0])
        soft = np.asarray(cv2.GaussianBlur(laid[place.slices()], (0, 0), blur_px), np.uint8)
        one = soft[box.y - place.y :, box.x - place.x :][: box.height, : box.width]
    return abs(look_alike(one, two)) >= SHOWS_THROUGH


def _exceptions(wrong: Mask) -> list[Box]:
    """Solid areas where the table is wrong: a dialog over a dimmed page."""
    solid = cv2.morphologyEx(wrong.view(np.uint8), cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((15, 31), np.uint8))
    boxes = [box for box in blob_boxes(np.asarray(solid, np.uint8)) if box.area_px >= MIN_EXCEPTION_PX]
    boxes = [box for box in boxes if box.area_px < MOST_EXCEPTION * wrong.size]
    return [box for box in boxes if wrong[box.slices()].mean() >= PANEL_FILL]


def _predicted(laid: Picture, actual: Picture, left: Mask) -> tuple[Mask, float] | None:
    """Where the table of colours is right, and its share of what changed or should have changed by it."""
    table = _table(laid[::STEP, ::STEP], actual[::STEP, ::STEP])
    keys = _keys(laid)
    known, values = table
    off = np.abs(values[keys] - actual.astype(np.int16)).max(axis=2)
    right = known[keys] & (off <= PREDICTED_LEVELS)
    wrong_still = ~left & known[keys] & ~right
    asked = int(left.sum()) + int(wrong_still.sum())
    if not asked:
        return None
    return right, float((right & left).sum()) / asked


def _table(laid: Picture, actual: Picture) -> tuple[Mask, NDArray[np.int16]]:
    """For each coarse colour of the reference (5 bits a channel) the colour it mostly became, less its own middle."""
    before, after = _keys(laid).ravel(), _keys(actual).ravel()
    both, counts = np.unique(before.astype(np.int64) << 15 | after, return_counts=True)
    sources, order = both >> 15, np.lexsort((-counts, both >> 15))
    firsts = np.concatenate(([True], np.diff(sources[order]) > 0))
    chosen = order[firsts]
    known = np.zeros(1 << 15, np.bool_)
    values = np.zeros((1 << 15, 3), np.int16)
    support = chosen[counts[chosen] >= MIN_SUPPORT_PX]
    source, target = (both[support] >> 15), (both[support] & 0x7FFF)
    known[source] = True
    values[source] = np.stack([(target & 31) << 3, (target >> 5 & 31) << 3, (target >> 10) << 3], axis=1) + 4
    return known, values


def _keys(picture: Picture) -> NDArray[np.int32]:
    blue, green, red = (picture[..., at].astype(np.int32) >> 3 for at in range(3))
    return np.asarray(blue | green << 5 | red << 10)


def _grown_mask(mask: Mask) -> Mask:
    """Edges of letters have rare colours: they belong to what is around them."""
    return np.asarray(cv2.morphologyEx(mask.view(np.uint8), cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)) > 0)


def _without_islands(left: Mask, owned: Mask) -> Mask:
    """Thin leftovers go with what is around them; larger ones stay to be explained."""
    rest = (left & ~owned).view(np.uint8)
    solid = cv2.morphologyEx(rest, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    kept = cv2.dilate(solid, np.ones((11, 11), np.uint8)) > 0
    return np.asarray(owned | (left & ~kept))


def _page_or_box(owned: Mask) -> Box:
    height, width = owned.shape
    left, top, across, down = cv2.boundingRect(owned.view(np.uint8))
    if across > 0.9 * width and down > 0.9 * height:
        return Box(0, 0, width, height)
    return Box(left, top, across, down)


def _main_colours(laid: Picture, actual: Picture, owned: Mask) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    one, two = laid[owned], actual[owned]
    keys = _keys(one[None])[0]
    common = np.bincount(keys).argmax()
    here = keys == common
    return (np.median(one[here], axis=0).astype(np.uint8), np.median(two[here], axis=0).astype(np.uint8))


# -- panels ---------------------------------------------------------------------------------------------------------------


def find_panels(laid: Picture, actual: Picture, left: Mask) -> list[Restyle]:
    """Areas whose ground was one flat colour and is another. Largest first; `owned` are the changed pixels that this predicts."""
    found: list[Restyle] = []
    for before, after in _ground_pairs(laid, actual, left):
        mask = left & _is_colour(laid, before) & _is_colour(actual, after)
        for box in _joined_pieces(_panel_boxes(mask)):
            place = clipped(grown(box, 2), left.shape[1], left.shape[0])
            owned = left[place.slices()] & _moved_along(laid, actual, place, before, after)
            found.append(Restyle(box, place, owned, hex_of(before), hex_of(after), delta_e(before, after)))
    return sorted(found, key=lambda one: -one.box.area_px)


def _joined_pieces(boxes: list[Box]) -> list[Box]:
    """Pieces of one row or column that something standing on it parts."""
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


def _ground_pairs(laid: Picture, actual: Picture, left: Mask) -> list[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
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


def _moved_along(
    laid: Picture, actual: Picture, place: Box, before: NDArray[np.uint8], after: NDArray[np.uint8]
) -> Mask:
    """The pixels of a place that changed by a share, 0 to 1, of what the ground changed."""
    step = actual[place.slices()].astype(np.float32) - laid[place.slices()]
    way = after.astype(np.float32) - before
    length = float(way @ way)
    share = step @ way / max(length, 1.0)
    beside = np.abs(step - share[..., None] * way).max(axis=2)
    return np.asarray((share > -0.1) & (share < 1.1) & (beside <= PREDICTED_LEVELS))


def coincides(box: Box, boxes: Sequence[Box]) -> bool:
    """Is one of the boxes this one, give or take a border?"""
    return any(
        iou(box, other) > 0.6 or (share_inside(other, grown(box, 3)) > 0.95 and iou(box, other) > 0.4)
        for other in boxes
    )


def stacked_rows(panels: Sequence[Restyle], least: int) -> list[Restyle]:
    """Rows of one size, one below the other, that all became lighter or darker: the tint of a table's rows is one change."""
    return _merged(panels, lambda panel: (panel.box.x // 4, panel.box.width // 4), least)


def striped_rows(panels: Sequence[Restyle]) -> list[Restyle]:
    """Every second row of a table, of one pair of colours, is one change: the stripes of the table."""
    groups: dict[Hashable, list[Restyle]] = {}
    for panel in panels:
        key = panel.before, panel.after, panel.box.x // 4, panel.box.width // 4, panel.box.height // 4
        groups.setdefault(key, []).append(panel)
    return [one for group in groups.values() for one in ([_as_one(group)] if _are_stripes(group) else group)]


def _are_stripes(group: Sequence[Restyle]) -> bool:
    """At least two rows, each as far from the next as a row is high."""
    rows = sorted((one.box for one in group), key=lambda box: box.y)
    gaps = [lower.y - upper.bottom for upper, lower in pairwise(rows)]
    return bool(gaps) and all(abs(gap - row.height) <= ROW_RULES_PX for gap, row in zip(gaps, rows, strict=False))


def joined_panels(panels: Sequence[Restyle], most: int) -> list[Restyle]:
    """More than `most` panels with one pair of colours (zebra tint) are one."""
    return _merged(panels, lambda panel: (panel.before, panel.after), most + 1)


def _merged(panels: Sequence[Restyle], key: Callable[[Restyle], Hashable], least: int) -> list[Restyle]:
    """The panels, those as one of which at least `least` have the same key."""
    groups: dict[Hashable, list[Restyle]] = {}
    for panel in panels:
        groups.setdefault(key(panel), []).append(panel)
    return [one for group in groups.values() for one in ([_as_one(group)] if len(group) >= least else group)]


def _as_one(group: Sequence[Restyle]) -> Restyle:
    place = union(one.place for one in group)
    owned = np.logical_or.reduce([one.owned_in(place) for one in group])
    return replace(group[0], box=union(one.box for one in group), place=place, owned=owned)
