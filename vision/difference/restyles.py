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
from vision.difference.similarity import channel_step
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
# On a page whose ground stayed one linear map is believed when it predicts this share, to so many levels.
LINEAR_SHARE = 0.95
LINEAR_LEVELS = 3
# How often a line is fitted again, and to which share of the points.
FITS = 6
KEPT_POINTS = 0.8
# Blurs (Gaussian, in pixels) that are tried for what lies behind a dialog, where nothing else predicts more than this share.
BLURS_PX = (2.0, 3.0, 4.0, 6.0, 8.0)
BLUR_BELOW = 0.9
# On a restyled page, a smaller panel is a part of it.
LEAST_PANEL_PX = 4000
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
    """`owned` marks the changed pixels that the restyle predicts; its first pixel is that of `place`. Of a page, `drawn` is one
    picture as the restyle makes it, `target` the other one. A negative blur was taken away."""

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


@dataclass(frozen=True, slots=True)
class _Prediction:
    """`right` marks where a map of colours predicts the actual; `share` is how much that is of what changed or should have by
    it, `at_edges` of what is no flat ground. `drawn` and `target` as in `Restyle`."""

    drawn: Picture
    target: Picture
    right: Mask
    share: float
    at_edges: float
    blur_px: float
    is_linear: bool


def find_page_restyle(laid: Picture, actual: Picture, left: Mask, hidden: Mask) -> Restyle | None:
    """One map of colours for most of the picture; None where there is none, or where too little changed. What is `hidden` is not
    asked: something stands over it on one side."""
    if not left.any() or _page_or_box(left).area_px < WHOLE_SHARE * left.size:
        return None
    is_ground = left.mean() >= WHOLE_SHARE and _ground_changed(laid, actual, hidden)
    predictions = _predictions(laid, actual, left, hidden, with_blur=is_ground)
    best = max(predictions, key=lambda one: (one.at_edges, one.is_linear), default=None)
    if best is None or best.share < (PREDICTED_SHARE if is_ground else LINEAR_SHARE):
        return None
    owned = _without_islands(left, left & _grown_mask(best.right))
    before, after = _main_colours(laid, actual, owned)
    page = Box(0, 0, left.shape[1], left.shape[0])
    colours = hex_of(before), hex_of(after), delta_e(before, after)
    return Restyle(_page_or_box(owned), page, owned, *colours, best.blur_px, best.drawn, best.target)


def _predictions(laid: Picture, actual: Picture, left: Mask, hidden: Mask, with_blur: bool) -> list[_Prediction]:
    """Maps from colour to colour, either way round: what dimmed a page on one side, lit it on the other. Opacity and dimming are
    linear, and keep that through a blur; a theme has a table. Where the ground stayed, only the first can be the whole page's."""
    found = [_linear(laid, actual, left, hidden), _linear(actual, laid, left, hidden)]
    if with_blur:
        found += [_by_table(laid, actual, left, hidden), _by_table(actual, laid, left, hidden)]
    if with_blur and max(one.at_edges for one in found if one) < BLUR_BELOW:
        for blur in BLURS_PX:
            found.append(_linear(_soft(laid, blur), actual, left, hidden, blur))
            found.append(_linear(_soft(actual, blur), laid, left, hidden, -blur))
    return [one for one in found if one is not None]


def _soft(picture: Picture, blur_px: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), blur_px), np.uint8)


def _linear(one: Picture, two: Picture, left: Mask, hidden: Mask, blur_px: float = 0.0) -> _Prediction | None:
    """Each channel times a factor plus an offset, fitted to what changed without its worst fifth."""
    near = left[::STEP, ::STEP]
    if not near.any():
        return None
    sources, targets = (picture[::STEP, ::STEP][near].astype(np.float32) for picture in (one, two))
    lines = [_line_through(sources[:, channel], targets[:, channel]) for channel in range(3)]
    values = np.stack([np.clip(np.arange(256) * factor + offset, 0, 255) for factor, offset in lines], axis=1)
    drawn = np.asarray(cv2.LUT(one, values.round().astype(np.uint8)[None]), np.uint8)
    right = channel_step(drawn, two) <= (PREDICTED_LEVELS if blur_px else LINEAR_LEVELS)
    return _prediction(drawn, two, right, (left | ~right) & ~hidden, blur_px, is_linear=True)


def _line_through(sources: NDArray[np.float32], targets: NDArray[np.float32]) -> tuple[float, float]:
    """Factor and offset of a straight line through most of the points."""
    kept = np.ones(len(sources), np.bool_)
    factor, offset = 1.0, 0.0
    for _ in range(FITS):
        x, y = sources[kept], targets[kept]
        spread = float(x.var())
        factor = float(((x - x.mean()) * (y - y.mean())).mean()) / spread if spread else 0.0
        offset = float(y.mean() - factor * x.mean())
        off = np.abs(sources * factor + offset - targets)
        kept = off <= max(1.0, float(np.quantile(off, KEPT_POINTS)))
    return factor, offset


def _prediction(
    drawn: Picture, target: Picture, right: Mask, asked: Mask, blur_px: float, is_linear: bool
) -> _Prediction:
    edges = asked & (_is_drawn(drawn) | _is_drawn(target))
    share, at_edges = (float(right[where].mean()) if where.any() else 0.0 for where in (asked, edges))
    return _Prediction(drawn, target, right, share, at_edges, blur_px, is_linear)


def _is_drawn(picture: Picture) -> Mask:
    """Where a colour steps from one pixel to the next."""
    drawn = np.zeros(picture.shape[:2], np.bool_)
    drawn[1:] |= channel_step(picture[1:], picture[:-1]) > LINEAR_LEVELS
    drawn[:, 1:] |= channel_step(picture[:, 1:], picture[:, :-1]) > LINEAR_LEVELS
    return drawn


def _ground_changed(laid: Picture, actual: Picture, hidden: Mask) -> bool:
    """Did most of what has the page's own colour change? Otherwise panels on the page did."""
    shown = ~hidden[::STEP, ::STEP]
    if not shown.any():
        return False
    keys = _keys(laid[::STEP, ::STEP][shown])
    common = keys == np.bincount(keys).argmax()
    step = np.abs(laid[::STEP, ::STEP].astype(np.int16) - actual[::STEP, ::STEP]).max(axis=2)[shown]
    return float(np.mean(step[common] > 3)) > 0.5


def looks_restyled(laid: Picture, actual: Picture, box: Box, blur_px: float) -> bool:
    """Do a box's shapes show through a restyle: as they were, inverted or blurred (with a negative blur: sharp again)?"""
    if blur_px < 0:
        return looks_restyled(actual, laid, box, -blur_px)
    one, two = laid[box.slices()], actual[box.slices()]
    if not one.size:
        return False
    if blur_px:
        place = clipped(grown(box, 12), laid.shape[1], laid.shape[0])
        soft = _soft(laid[place.slices()], blur_px)
        one = soft[box.y - place.y :, box.x - place.x :][: box.height, : box.width]
    return abs(look_alike(one, two)) >= SHOWS_THROUGH


def _by_table(one: Picture, two: Picture, left: Mask, hidden: Mask) -> _Prediction | None:
    """Where a table of colours is right. Colours too rare for the table are not asked."""
    shown = ~hidden[::STEP, ::STEP]
    known, values = _table(one[::STEP, ::STEP][shown], two[::STEP, ::STEP][shown])
    keys = _keys(one)
    drawn = values[keys].astype(np.uint8)
    right = known[keys] & (channel_step(drawn, two) <= PREDICTED_LEVELS)
    return _prediction(drawn, two, right, (left | (known[keys] & ~right)) & ~hidden, 0.0, is_linear=False)


def _table(before_px: NDArray[np.uint8], after_px: NDArray[np.uint8]) -> tuple[Mask, NDArray[np.int16]]:
    """For each coarse colour of the reference (5 bits a channel) the colour it mostly became, less its own middle."""
    before, after = _keys(before_px), _keys(after_px)
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
