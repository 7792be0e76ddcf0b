"""Separates differences that a person would see from noise, and names the kind of noise.

Two renderings of the same text differ by a fraction of a pixel, by the weight of a stroke's edge or by compression
ripples; another letter differs in where its ink lies. So both pictures are blurred by less than a stroke, and the
reference is shifted by half pixels up to one pixel around every place. The smallest difference over a window of about
one letter, relative to the contrast there, is the residue. Measured on 92 development pairs: changed letters of 10 to
14 px leave 0.09 to 0.30; hinting, LCD and sub-pixel text, half-pixel offsets, JPEG 80 and WebP 75 leave 0.01 to 0.07,
pictures painted at twice the density 0.12 at most.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.blobs import label_blobs, near_boxes
from vision.boxes import grown, overlap, union
from vision.difference.conservation import not_conserved
from vision.difference.similarity import channel_step, grey
from vision.row_chunks import map_row_chunks
from vision.types import Box, MatchLevel, Noise, NoiseReason, Picture

# Up to this many levels a person sees nothing, whatever the area (brightness and gamma noise is 1 to 2 levels).
FAINT_LEVELS = 3
# Blur of less than a stroke; window of about one letter of small type.
BLUR_SIGMA = 0.8
WINDOW_PX = 9
# Light is counted in steps of 1/64 level, so that halves of it, and halves of those, are whole numbers: four times faster to
# slide and to sum than fractions.
LIGHT_STEPS = 64
# The residue from which a difference is real, where few things differ: half of the smallest measured typing error.
REAL_RESIDUE = 0.04
# The same if the whole picture was rendered differently: above every rendering measured.
REAL_RESIDUE_REPAINTED = 0.17
# Contrast counts as at least this many levels: ripples on a nearly flat background would look large beside less.
CONTRAST_FLOOR = 24.0
CONTRAST_FLOOR_REPAINTED = 60.0
# A mean colour difference (Cr, Cb levels over a window) from which a person sees another colour. LCD fringes cancel out
# over a window (7 left at most); JPEG smears the colour of a link over its blocks (17 left at quality 80).
REAL_CHROMA = 4.0
REAL_CHROMA_REPAINTED = 22.0
# If more than this share of the tiles with ink differ a little, the whole picture was rendered differently.
REPAINTED_SHARE = 0.15
REPAINTED_RESIDUE = 0.06
TILE_PX = 16
INK_CONTRAST = 24
# Pixels this close belong to one spot: all of them count, or none.
SPOT_REACH_PX = 5
# A text caret: one to three columns, as high as a line of type, alone in its field.
CARET_MAX_WIDTH = 3
CARET_HEIGHTS = range(8, 49)
CARET_FIELD_REACH_PX = 28
# No letter is this near to a caret's ends; the side of a field may be, and runs past them.
CARET_FREE_PX = 2

Mask = NDArray[np.bool_]
Plane = NDArray[np.float32]
Plane8 = NDArray[np.uint8]
Light = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Judged:
    """Masks of the actual's size: `real` marks what a person sees; the other differing pixels are in `noise` with a
    reason.
    """

    real: Mask
    differing: Mask
    noise: tuple[Noise, ...]


@dataclass(frozen=True, slots=True)
class _Limits:
    residue: float
    contrast_floor: float
    chroma: float


# Blur, half a slide's step and half a window; half the reach of `_contrast`.
_BAND_REACH = 8
_LOCAL = _Limits(REAL_RESIDUE, CONTRAST_FLOOR, REAL_CHROMA)
_REPAINTED = _Limits(REAL_RESIDUE_REPAINTED, CONTRAST_FLOOR_REPAINTED, REAL_CHROMA_REPAINTED)


def judge_difference(laid: Picture, actual: Picture, level: MatchLevel, resampled: bool = False) -> Judged:
    """Separates visible differences from noise. `laid` is the reference laid over the actual (same size); `resampled`:
    one picture was scaled to the other's size. At `exact` every differing pixel is real.
    """
    delta = channel_step(laid, actual)
    if level is MatchLevel.EXACT:
        return Judged(delta > 0, delta > 0, ())
    strong = delta > FAINT_LEVELS
    faint = (delta > 0) & ~strong
    if not strong.any():
        return Judged(strong, faint, _noise(NoiseReason.FAINT, faint))
    return _judge_strong(laid, actual, delta, strong, faint, resampled)


def _judge_strong(
    laid: Picture, actual: Picture, delta: NDArray[np.uint8], strong: Mask, faint: Mask, resampled: bool
) -> Judged:
    frame = _frame(strong)
    rows, columns = frame.slices()
    here = strong[rows, columns]
    everywhere = resampled or _touches_most_ink(laid, actual, strong)
    view = _Residues.between(laid[rows, columns], actual[rows, columns], here, everywhere)
    real = np.zeros_like(strong)
    if resampled or (everywhere and view.hardly > 0.5):
        real[rows, columns] = here & (_near(view.failed_repainted, WINDOW_PX) > 0)
        real |= not_conserved(laid, actual, strong & ~real, _spots(strong & ~real))
        return Judged(real, delta > 0, _noise(_repaint_reason(laid, actual, delta, resampled), (delta > 0) & ~real))
    real[rows, columns] = _seen_spots(here, view.failed)
    real |= not_conserved(laid, actual, strong & ~real, _spots(strong & ~real))
    carets = _carets(laid, actual, real)
    for caret in carets:
        real[caret.slices()] = False
    unseen = strong & ~real
    named = [Noise(NoiseReason.CARET, caret, int(strong[caret.slices()].sum())) for caret in carets]
    for caret in carets:
        unseen[caret.slices()] = False
    return Judged(
        real, delta > 0, (*named, *_noise(NoiseReason.ANTIALIASING, unseen), *_noise(NoiseReason.FAINT, faint))
    )


def _frame(mask: Mask) -> Box:
    """The box of all set pixels, with room for windows and slides."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    tight = Box(int(columns[0]), int(rows[0]), int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1)
    return overlap(grown(tight, WINDOW_PX), Box(0, 0, mask.shape[1], mask.shape[0]))


@dataclass(frozen=True, slots=True)
class _Residues:
    """Windows whose residue exceeds the limit for pictures that differ in places, and, if they may differ everywhere,
    the limit for re-rendered ones. `hardly` is the share of the differing pixels that differ only a little.
    """

    failed: Mask
    failed_repainted: Mask
    hardly: float

    @classmethod
    def between(cls, laid: Picture, actual: Picture, differing: Mask, everywhere: bool) -> "_Residues":
        failed = np.empty_like(differing)
        failed_repainted = np.empty_like(differing if everywhere else differing[:0])

        def look(top: int, bottom: int) -> int:
            residue = _BandResidue.between(laid, actual, top, bottom)
            failed[top:bottom] = residue.failed(_LOCAL)
            if everywhere:
                failed_repainted[top:bottom] = residue.failed(_REPAINTED)
            return residue.count_hardly(differing[top:bottom])

        hardly = sum(map_row_chunks(len(differing), look))
        return cls(failed, failed_repainted, hardly / max(1, int(np.count_nonzero(differing))))


@dataclass(frozen=True, slots=True)
class _BandResidue:
    light: Plane
    contrast: Plane
    chroma: Plane

    @classmethod
    def between(cls, laid: Picture, actual: Picture, top: int, bottom: int) -> "_BandResidue":
        """The result for the rows `top` to `bottom`, computed with the rows around them that windows, shifts and blur
        reach.
        """
        start, stop = max(0, top - _BAND_REACH), min(len(laid), bottom + _BAND_REACH)
        first, second = (_light_and_colour(part[start:stop]) for part in (laid, actual))
        inner = slice(top - start, bottom - start)
        light = _slid_residue(_light(first[0]), _light(second[0]))
        contrast = cv2.max(_contrast(first[0]), _contrast(second[0])).astype(np.float32)
        chroma = cv2.max(*(_mean_residue(one, other) for one, other in zip(first[1:], second[1:], strict=True)))
        return cls(light[inner], contrast[inner], np.asarray(chroma[inner], dtype=np.float32))

    def failed(self, limits: _Limits) -> Mask:
        light = self.light > limits.residue * np.maximum(self.contrast, np.float32(limits.contrast_floor))
        return np.asarray(light | (self.chroma > limits.chroma))

    def count_hardly(self, differing: Mask) -> int:
        hardly = self.light < REPAINTED_RESIDUE * np.maximum(self.contrast, np.float32(CONTRAST_FLOOR))
        return int(np.count_nonzero(hardly & differing))


def _light_and_colour(picture: Picture) -> Sequence[Plane8]:
    """Light, and the two channels of colour (Cr, Cb)."""
    planes = cv2.split(cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_BGR2YCrCb))
    return [np.asarray(plane, dtype=np.uint8) for plane in planes]


def _light(plane: Plane8) -> Light:
    """Blurred, in steps of 1 / LIGHT_STEPS level."""
    light = np.multiply(plane, LIGHT_STEPS, dtype=np.uint16)
    return np.asarray(cv2.GaussianBlur(light, (0, 0), BLUR_SIGMA), dtype=np.uint16)


def _mean_residue(first: Plane8, second: Plane8) -> Plane:
    """For each window, the difference of the means at the best shift by a whole pixel."""
    window = (WINDOW_PX, WINDOW_PX)
    one, two = (cv2.boxFilter(plane, cv2.CV_32F, window) for plane in (first, second))
    apart = np.asarray(cv2.absdiff(one, two), dtype=np.float32)
    if not (apart > REAL_CHROMA).any():
        return apart
    height, width = apart.shape
    framed = cv2.copyMakeBorder(one, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    for top, left in ((0, 1), (1, 0), (1, 2), (2, 1)):
        cv2.min(apart, cv2.absdiff(framed[top : top + height, left : left + width], two), dst=apart)
    return apart


def unlikeness(first: Picture, second: Picture, fitted: bool = True) -> NDArray[np.float32]:
    """For each column of two crops of one size the largest residue, after fitting the first one's light to the second's
    (`fitted`): about 0 for the same shapes in other colours, above REAL_RESIDUE if a letter differs.
    """
    one, two = (_light(_light_and_colour(part)[0]).astype(np.float32) for part in (first, second))
    spread = float(one.std())
    if fitted and spread > LIGHT_STEPS:
        # By mean and spread, not least squares: where only a part is alike, those would flatten everything.
        inverted = float(np.mean((one - one.mean()) * (two - two.mean()))) < -0.5 * spread * float(two.std())
        slope = (-1 if inverted else 1) * float(two.std()) / spread
        one = np.asarray((one - one.mean()) * slope + two.mean(), dtype=np.float32)
    contrast = max(CONTRAST_FLOOR, float(two.max() - two.min()) / LIGHT_STEPS)
    # Fitted values may be below black; both are raised by as much.
    raised = (np.clip(part + (256 * LIGHT_STEPS + 0.5), 0, 65535).astype(np.uint16) for part in (one, two))
    return np.asarray(_slid_residue(*raised).max(axis=0) / contrast, dtype=np.float32)


def _slid_residue(first: Light, second: Light) -> Plane:
    """For each window, the mean difference at the best shift of the first picture by half pixels up to one pixel (in
    levels).
    """
    height, width = first.shape
    best = np.full(first.shape, np.iinfo(np.uint16).max, np.uint16)
    framed = np.asarray(cv2.copyMakeBorder(first, 1, 1, 1, 1, cv2.BORDER_REPLICATE), dtype=np.uint16)
    for half_down in (False, True):
        between_rows = _halfway(framed[1:], framed[:-1]) if half_down else framed
        for half_across in (False, True):
            slid = _halfway(between_rows[:, 1:], between_rows[:, :-1]) if half_across else between_rows
            for top in range(slid.shape[0] - height + 1):
                for left in range(slid.shape[1] - width + 1):
                    apart = cv2.absdiff(slid[top : top + height, left : left + width], second)
                    cv2.min(best, cv2.boxFilter(apart, -1, (WINDOW_PX, WINDOW_PX)), dst=best)
    return np.asarray(best / np.float32(LIGHT_STEPS), dtype=np.float32)


def _halfway(one: Light, other: Light) -> Light:
    return np.asarray(cv2.addWeighted(one, 0.5, other, 0.5, 0), dtype=np.uint16)


def _contrast(light: NDArray[np.uint8], reach: int = 15) -> NDArray[np.uint8]:
    kernel = np.ones((reach, reach), np.uint8)
    return np.asarray(cv2.morphologyEx(light, cv2.MORPH_GRADIENT, kernel), dtype=np.uint8)


def _touches_most_ink(laid: Picture, actual: Picture, strong: Mask) -> bool:
    """Does most of what is drawn differ? If only a little, one cause lies over the whole picture."""
    touched = _tile_max(strong.view(np.uint8)) > 0
    ink = _tile_max(np.maximum(_contrast(grey(actual), 3), _contrast(grey(laid), 3))) > INK_CONTRAST
    return bool(np.count_nonzero(ink & touched) > REPAINTED_SHARE * np.count_nonzero(ink))


def _tile_max(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = plane.shape
    padded = cv2.copyMakeBorder(plane, 0, -height % TILE_PX, 0, -width % TILE_PX, cv2.BORDER_CONSTANT, value=(0.0,))
    # Rows first: numpy is fast over any axis but a short last one.
    rows = padded.reshape(-1, TILE_PX, padded.shape[1]).max(axis=1)
    return np.asarray(rows.reshape(len(rows), -1, TILE_PX).max(axis=2), dtype=np.uint8)


def _near(mask: Mask, reach: int) -> Plane8:
    """1 where a set pixel lies within a square of `reach` pixels."""
    return np.asarray(cv2.dilate(mask.view(np.uint8), np.ones((reach, reach), np.uint8)), dtype=np.uint8)


def _seen_spots(strong: Mask, failed: Mask) -> Mask:
    """Spots of differing pixels in which at least one window exceeded the limit."""
    count, labels = label_blobs(_near(strong, 2 * SPOT_REACH_PX + 1))
    seen = np.zeros(count, np.bool_)
    seen[labels[strong & failed]] = True
    if seen[1:].all():
        return strong
    kept = np.zeros_like(strong)
    kept[strong] = seen[labels[strong]]
    return kept


def _repaint_reason(laid: Picture, actual: Picture, delta: NDArray[np.uint8], resampled: bool) -> NoiseReason:
    if resampled:
        return NoiseReason.RESAMPLING
    flat = _contrast(grey(laid), 9) <= 2
    if np.count_nonzero((delta > 0) & flat) > 0.05 * np.count_nonzero(flat):
        return NoiseReason.COMPRESSION
    step = actual.astype(np.int16) - laid
    return (
        NoiseReason.LCD_TEXT if _differs_by_channel(step[..., 0], step[..., 2], delta) else NoiseReason.FONT_RENDERING
    )


def _differs_by_channel(blue: NDArray[np.int16], red: NDArray[np.int16], delta: NDArray[np.uint8]) -> bool:
    """LCD smoothing shifts red and blue apart: their differences disagree where grey smoothing's agree."""
    strong = delta > FAINT_LEVELS
    apart = np.abs(blue[strong] - red[strong]) > 0.5 * delta[strong]
    return bool(np.mean(apart) > 0.4)


def _carets(laid: Picture, actual: Picture, real: Mask) -> list[Box]:
    """Spots that are a text caret: a bar alone in a field, in one picture only."""
    return [box for box in _spots(real) if _is_bar(box) and _stands_alone_in_field(laid, actual, box)]


def _spots(mask: Mask) -> list[Box]:
    """Boxes of pixels that lie near one another."""
    return near_boxes(mask, SPOT_REACH_PX, SPOT_REACH_PX)


def _is_bar(box: Box) -> bool:
    return 0 < box.width <= CARET_MAX_WIDTH and box.height in CARET_HEIGHTS and box.height >= 5 * box.width


def _stands_alone_in_field(laid: Picture, actual: Picture, bar: Box) -> bool:
    """One plain colour in one picture, taller than the letters beside it, with a field's frame near."""
    plain = min((laid, actual), key=lambda picture: (_range(picture, bar), -_range(picture, grown(bar, 1))))
    without = laid if plain is actual else actual
    if _range(plain, bar) > FAINT_LEVELS or _range(plain, Box(bar.x - 1, bar.y, bar.width + 2, 1)) < INK_CONTRAST:
        return False
    if not _has_free_ends(without, bar):
        return False
    reach = CARET_FIELD_REACH_PX
    above, below = Box(bar.x, bar.y - reach, bar.width, reach), Box(bar.x, bar.bottom, bar.width, reach)
    return any(_range(without, side) > FAINT_LEVELS for side in (above, below))


def _has_free_ends(without: Picture, bar: Box) -> bool:
    """Is there nothing beside the ends of a bar but the side of a field, which runs past both of them?"""
    around = Box(bar.x - CARET_FREE_PX, bar.y - 1, bar.width + 2 * CARET_FREE_PX, bar.height + 2)
    part = without[overlap(around, Box(0, 0, without.shape[1], without.shape[0])).slices()]
    runs_past = (part.max(axis=0) - part.min(axis=0)).max(axis=1) <= FAINT_LEVELS
    ends = part[[1, -2]][:, ~runs_past]
    return not ends.size or int((ends.max(axis=1) - ends.min(axis=1)).max()) <= FAINT_LEVELS


def _range(picture: Picture, box: Box) -> int:
    inside = overlap(box, Box(0, 0, picture.shape[1], picture.shape[0]))
    part = picture[inside.slices()].reshape(-1, 3)
    return int((part.max(axis=0) - part.min(axis=0)).max()) if len(part) else 0


def _noise(reason: NoiseReason, mask: Mask) -> tuple[Noise, ...]:
    """One entry for the pixels of one reason in one spot; one for the whole picture if there are very many."""
    boxes = _spots(mask)
    if len(boxes) > 200:
        boxes = [union(boxes)]
    return tuple(Noise(reason, box, int(mask[box.slices()].sum())) for box in boxes)
