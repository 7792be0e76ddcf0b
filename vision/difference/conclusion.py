"""Turns explanations into the result: chooses the one that says least, and converts it to the coordinates of the given
pictures.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vision.boxes import clipped, union
from vision.difference.alignment import carried, laid_over, scaled_to
from vision.difference.coverage import measure_coverage
from vision.difference.defects import MOVED_PX, Found
from vision.difference.ignoring import set_aside, still_unexplained
from vision.difference.noise import Judged
from vision.difference.regions import trimmed
from vision.difference.stripes import with_stripes
from vision.types import (
    Alignment,
    AlignmentKind,
    Analysis,
    Box,
    CompareOptions,
    Comparison,
    Defect,
    Element,
    MatchLevel,
    Noise,
    NoiseReason,
    Picture,
    Size,
    Unexplained,
)

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sight:
    """Both pictures in one coordinate system: `actual` at the reference's scale, `laid` the reference drawn where it
    lies on it.
    """

    reference: Picture
    actual: Picture
    laid: Picture
    alignment: Alignment

    @classmethod
    def of(cls, reference: Picture, actual: Picture, alignment: Alignment) -> "Sight":
        if alignment.kind is AlignmentKind.SCALE:
            actual = scaled_to(actual, reference.shape[1], reference.shape[0])
        laid = with_stripes(laid_over(reference, actual, alignment), reference, actual, alignment)
        return cls(reference, actual, laid, alignment)

    @property
    def resampled(self) -> bool:
        return self.alignment.kind is AlignmentKind.SCALE

    def overlap(self) -> tuple[Picture, Picture]:
        """The part of both pictures that the bands cover."""
        covered = union(band.reference_box.shifted(band.dx, band.dy) for band in self.alignment.bands)
        return self.laid[covered.slices()], self.actual[covered.slices()]


@dataclass(frozen=True, slots=True)
class Told:
    """An explanation of two pictures, with its inputs."""

    sight: Sight
    judged: Judged
    elements: tuple[Element, ...]
    found: Found
    ssim: float | None
    timings_ms: dict[str, float]

    def cost(self) -> float:
        """The number of entries; a consequence weighs half."""
        return sum(0.5 if defect.cause_id else 1.0 for defect in self.found.defects) + len(self.found.unexplained)


@dataclass(frozen=True, slots=True)
class _Own:
    """Converts from the canvas (at the reference's scale) to the coordinates of the given pictures."""

    reference_size: Size
    actual_size: Size
    scale: float

    def reference(self, box: Box | None) -> Box | None:
        return _cut(box, self.reference_size)

    def actual(self, box: Box | None) -> Box | None:
        return _cut(_scaled(box, self.scale), self.actual_size)

    def defect(self, one: Defect) -> Defect:
        return replace(one, reference_box=self.reference(one.reference_box), actual_box=self.actual(one.actual_box))

    def unexplained(self, one: Unexplained) -> Unexplained:
        return replace(one, reference_box=self.reference(one.reference_box), actual_box=self.actual(one.actual_box))

    def alignment(self, one: Alignment) -> Alignment:
        bands = ((band, self.reference(band.reference_box)) for band in one.bands)
        removed, inserted = (tuple(filter(None, map(cut, boxes))) for cut, boxes in
                             ((self.reference, one.removed), (self.actual, one.inserted)))  # fmt: skip
        kept = tuple(replace(band, reference_box=box) for band, box in bands if box is not None)
        return replace(one, bands=kept, removed=removed, inserted=inserted)


def concluded(
    told: Told, sizes: tuple[Size, Size], reference_analysis: Analysis, options: CompareOptions
) -> Comparison:
    """`sizes` are those of the reference and of the actual."""
    sight, found, elements = told.sight, told.found, told.elements
    own = _Own(*sizes, sight.alignment.scale)
    defects, ignored = set_aside(found.defects, options)
    unexplained = still_unexplained(found.unexplained, options)
    noise = (*told.judged.noise, *found.noise, *_offset_noise(sight, options))
    changed_px, unexplained_px = _areas(sight, defects, unexplained)
    coverage = measure_coverage(
        reference_analysis.elements, elements, found.matched_ids, reference_analysis.size,
        sight.alignment, options.ignore_regions, found.text_lines,
    )  # fmt: skip
    return Comparison(
        reference_size=own.reference_size,
        actual_size=own.actual_size,
        match_level=options.match_level,
        alignment=own.alignment(sight.alignment),
        ssim=told.ssim,
        changed_ratio=changed_px,
        unexplained_ratio=unexplained_px,
        defects=tuple(own.defect(defect) for defect in defects),
        unexplained=tuple(own.unexplained(one) for one in unexplained),
        noise=tuple(replace(one, box=own.actual(one.box) or one.box) for one in noise),
        ignored=tuple(replace(one, defect=own.defect(one.defect)) for one in ignored),
        coverage=coverage,
        actual_analysis=Analysis(
            own.actual_size,
            tuple(replace(e, box=own.actual(e.box) or e.box) for e in elements),
            reference_analysis.detector,
            reference_analysis.ocr_engine,
        ),
        timings_ms=told.timings_ms,
    )


def _offset_noise(sight: Sight, options: CompareOptions) -> list[Noise]:
    """Noise entries for an offset of the whole picture, and for lines or blocks that moved by less than counts as
    `moved`.
    """
    alignment = sight.alignment
    if options.match_level is MatchLevel.EXACT:
        return []
    if alignment.kind == AlignmentKind.TRANSLATION:
        return [Noise(NoiseReason.OFFSET, box, box.area_px) for box in alignment.inserted]
    jittering = [band for band in alignment.bands if 0 < max(abs(band.dx), abs(band.dy)) < MOVED_PX]
    inked = [(band, trimmed(sight.reference, band.reference_box)) for band in jittering]
    return [
        Noise(NoiseReason.JITTER, box.shifted(band.dx, band.dy), box.area_px) for band, box in inked if box is not None
    ]


def _areas(sight: Sight, defects: Sequence[Defect], unexplained: Sequence[Unexplained]) -> tuple[float, float]:
    """Shares of the actual inside defects or unexplained, and inside unexplained alone."""
    height, width = sight.actual.shape[:2]
    inside = np.zeros((height, width), np.bool_)
    for one in unexplained:
        _mark(inside, one.actual_box)
    unexplained_share = float(inside.mean())
    for defect in defects:
        _mark(inside, defect.actual_box)
        _mark(inside, defect.reference_box and carried(defect.reference_box, sight.alignment))
    return float(inside.mean()), unexplained_share


def _mark(mask: Mask, box: Box | None) -> None:
    if box is not None:
        mask[clipped(box, mask.shape[1], mask.shape[0]).slices()] = True


def _scaled(box: Box | None, scale: float) -> Box | None:
    if box is None or scale == 1.0:
        return box
    left, top = round(box.x * scale), round(box.y * scale)
    return Box(left, top, round(box.right * scale) - left, round(box.bottom * scale) - top)


def _cut(box: Box | None, size: Size) -> Box | None:
    inside = box and clipped(box, size.width, size.height)
    return inside if inside and inside.area_px else None
