"""A page in another theme, dimmed, faded or blurred.

Such a change is a function of colour: wherever the reference has one colour, the actual has one other. So a colour map
predicts the page: a linear function for each channel, or a table.
"""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import clipped, grown
from vision.difference.colour import delta_e, hex_of
from vision.difference.matching import look_alike
from vision.difference.restyles import PREDICTED_LEVELS, Mask, Restyle
from vision.difference.similarity import channel_step
from vision.types import Box, Picture

# A colour's table entry counts from this many pixels on (of those looked at).
MIN_SUPPORT_PX = 12
# The table explains an area when it predicts this share of what changed or should have.
PREDICTED_SHARE = 0.6
# A page is restyled as a whole when this share of it changed.
WHOLE_SHARE = 0.5
# From this correlation on, what was there before shows through a restyle.
SHOWS_THROUGH = 0.5
# If the page's background stayed, a linear map must predict this share, to this many levels.
LINEAR_SHARE = 0.95
LINEAR_LEVELS = 3
# How often a line is fitted again, and to which share of the points.
FITS = 6
KEPT_POINTS = 0.8
# Blurs (Gaussian, in pixels) tried for the page behind a dialog if nothing else predicts more than this share.
BLURS_PX = (2.0, 3.0, 4.0, 6.0, 8.0)
BLUR_BELOW = 0.9
# Pixels of every second row and column are enough for the table.
STEP = 2


@dataclass(frozen=True)
class _Prediction:
    """`right` marks pixels that a colour map predicts correctly, `asked` pixels that changed or should have. `drawn`
    and `target` as in `Restyle`.
    """

    drawn: Picture
    target: Picture
    right: Mask
    asked: Mask
    blur_px: float
    is_linear: bool

    @cached_property
    def share(self) -> float:
        """The share of the checked pixels that it predicts, 0..1."""
        return _mean_in(self.right, self.asked)

    @cached_property
    def at_edges(self) -> float:
        """The same share, only at edges: flat background is always predicted."""
        return _mean_in(self.right, self.asked & (_is_drawn(self.drawn) | _is_drawn(self.target)))


def _mean_in(right: Mask, where: Mask) -> float:
    return float(right[where].mean()) if where.any() else 0.0


def find_page_restyle(laid: Picture, actual: Picture, left: Mask, hidden: Mask) -> Restyle | None:
    """One colour map for most of the picture; None if there is none or too little changed. Pixels in `hidden` are not
    checked: something covers them in one picture.
    """
    if not left.any() or _page_or_box(left).area_px < WHOLE_SHARE * left.size:
        return None
    is_ground = left.mean() >= WHOLE_SHARE and _ground_changed(laid, actual, hidden)
    predictions = _predictions(laid, actual, left, hidden, with_blur=is_ground)
    least = PREDICTED_SHARE if is_ground else LINEAR_SHARE
    if all(one.share < least for one in predictions):
        return None
    best = max(predictions, key=lambda one: (one.at_edges, one.is_linear))
    if best.share < least:
        return None
    owned = _without_islands(left, left & _grown_mask(best.right))
    before, after = _main_colours(laid, actual, owned)
    page = Box(0, 0, left.shape[1], left.shape[0])
    colours = hex_of(before), hex_of(after), delta_e(before, after)
    return Restyle(_page_or_box(owned), page, owned, *colours, best.blur_px, best.drawn, best.target)


def _predictions(laid: Picture, actual: Picture, left: Mask, hidden: Mask, with_blur: bool) -> list[_Prediction]:
    """Colour maps in both directions: dimming one way is brightening the other. Opacity and dimming are linear, also
    through a blur; a theme has a table. If the background stayed, only a linear map can apply to the whole page.
    """
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
    return _Prediction(drawn, two, right, (left | ~right) & ~hidden, blur_px, is_linear=True)


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
        before, kept = kept, off <= max(1.0, float(np.quantile(off, KEPT_POINTS)))
        if np.array_equal(before, kept):
            break
    return factor, offset


def _is_drawn(picture: Picture) -> Mask:
    """Where the colour changes from one pixel to the next."""
    drawn = np.zeros(picture.shape[:2], np.bool_)
    drawn[1:] |= channel_step(picture[1:], picture[:-1]) > LINEAR_LEVELS
    drawn[:, 1:] |= channel_step(picture[:, 1:], picture[:, :-1]) > LINEAR_LEVELS
    return drawn


def _ground_changed(laid: Picture, actual: Picture, hidden: Mask) -> bool:
    """Did most of the page's background change? Otherwise panels on the page did."""
    shown = ~hidden[::STEP, ::STEP]
    if not shown.any():
        return False
    keys = _keys(laid[::STEP, ::STEP][shown])
    common = keys == np.bincount(keys).argmax()
    step = channel_step(laid[::STEP, ::STEP], actual[::STEP, ::STEP])[shown]
    return float(np.mean(step[common] > 3)) > 0.5


def looks_restyled(laid: Picture, actual: Picture, box: Box, blur_px: float) -> bool:
    """Do a box's shapes show through a restyle: unchanged, inverted or blurred (with a negative blur: sharp again)?"""
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
    """Where a colour table is right. Colours too rare for the table are not checked."""
    shown = ~hidden[::STEP, ::STEP]
    known, values = _table(one[::STEP, ::STEP][shown], two[::STEP, ::STEP][shown])
    keys = _keys(one)
    drawn = values[keys].astype(np.uint8)
    right = known[keys] & (channel_step(drawn, two) <= PREDICTED_LEVELS)
    return _Prediction(drawn, two, right, (left | (known[keys] & ~right)) & ~hidden, 0.0, is_linear=False)


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
    """Includes pixels of rare colours, such as letters' edges, with what is around them."""
    return np.asarray(cv2.morphologyEx(mask.view(np.uint8), cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8)) > 0)


def _without_islands(left: Mask, owned: Mask) -> Mask:
    """Merges thin leftovers with what is around them; larger ones remain to be explained."""
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
