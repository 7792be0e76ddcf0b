"""Two pictures of one page, compared. Read `compare` first: it is the table of contents of this folder's other half."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vision.boxes import Rows, clipped, grown, in_one_row, in_reading_order, iou, overlap, share_inside, union
from vision.difference.alignment import align, carried, laid_over, scaled_to
from vision.difference.coverage import measure_coverage
from vision.difference.defects import MOVED_PX, Found, Scene, classify_defects
from vision.difference.ignoring import set_aside, still_unexplained
from vision.difference.noise import Judged, judge_difference
from vision.difference.regions import find_regions, trimmed
from vision.difference.similarity import structural_similarity
from vision.difference.stripes import with_stripes
from vision.elements.analysis import Engines, analyze, ignore
from vision.types import (
    Alignment,
    AlignmentKind,
    Analysis,
    Band,
    Box,
    CompareOptions,
    Comparison,
    Defect,
    Element,
    Kind,
    MatchLevel,
    Noise,
    NoiseReason,
    Picture,
    Size,
    Unexplained,
)

# A change is looked at again with this much around it: the detector's receptive field at its finest stride.
MARGIN_PX = 64
# From this share of the picture on it is cheaper to analyse the whole picture at once (vision research, 6.12).
WHOLE_PICTURE_SHARE = 0.35

Mask = NDArray[np.bool_]


def compare(
    reference: Picture,
    actual: Picture,
    reference_analysis: Analysis,
    engines: Engines,
    options: CompareOptions,
    on_stage: Callable[[str], None] = ignore,
) -> Comparison:
    """Everything that changed from `reference` to `actual` ((height, width, 3) uint8 BGR, of any two sizes).

    `on_stage` hears "align", "similarity", "analyze", "match" and "classify" as each begins; what it raises ends the work.
    """
    if reference.shape == actual.shape and np.array_equal(reference, actual):
        return identical(reference_analysis, options)
    timings_ms: dict[str, float] = {}
    with _stage("align", on_stage, timings_ms):
        alignment = align(reference, actual, options.match_level is not MatchLevel.EXACT)
        sight = _Sight.of(reference, actual, alignment)
    with _stage("similarity", on_stage, timings_ms):
        ssim = structural_similarity(*sight.overlap())
        judged = judge_difference(sight.laid, sight.actual, options.match_level, alignment.kind == AlignmentKind.SCALE)
    with _stage("analyze", on_stage, timings_ms):
        elements = _actual_elements(sight, judged.real, reference_analysis.elements, engines)
    with _stage("match", on_stage, timings_ms):
        scene = _scene(sight, judged, reference_analysis, elements, engines, options)
    with _stage("classify", on_stage, timings_ms):
        found = classify_defects(scene)
    return _concluded(sight, judged, found, ssim, reference_analysis, elements, engines, options, timings_ms)


def identical(analysis_of_reference: Analysis, options: CompareOptions) -> Comparison:
    """The comparison of a picture with itself: nothing is looked at, every element is where it was."""
    size, elements = analysis_of_reference.size, analysis_of_reference.elements
    alignment = Alignment(AlignmentKind.IDENTITY, (Band(Box(0, 0, size.width, size.height), 0, 0),))
    lines = {"pixels": sum(bool(element.text) for element in elements), "read": 0, "unreadable": 0}
    ids = [element.id for element in elements]
    coverage = measure_coverage(elements, elements, ids, size, alignment, options.ignore_regions, lines)
    return Comparison(
        size, size, options.match_level, alignment, 1.0 if min(size.width, size.height) >= 7 else None, 0.0, 0.0,
        (), (), (), (), coverage, replace(analysis_of_reference, timings_ms={}),
    )  # fmt: skip


@contextmanager
def _stage(name: str, on_stage: Callable[[str], None], timings_ms: dict[str, float]) -> Iterator[None]:
    on_stage(name)
    started = time.perf_counter()
    yield
    timings_ms[name] = round((time.perf_counter() - started) * 1000, 1)


@dataclass(frozen=True, slots=True)
class _Sight:
    """Both pictures in one frame: `actual` at the reference's scale, `laid` the reference drawn where it lies on it."""

    reference: Picture
    actual: Picture
    laid: Picture
    alignment: Alignment
    actual_size: Size

    @classmethod
    def of(cls, reference: Picture, actual: Picture, alignment: Alignment) -> "_Sight":
        size = Size(actual.shape[1], actual.shape[0])
        if alignment.kind == AlignmentKind.SCALE:
            actual = scaled_to(actual, reference.shape[1], reference.shape[0])
        laid = with_stripes(laid_over(reference, actual, alignment), reference, actual, alignment)
        return cls(reference, actual, laid, alignment, size)

    def overlap(self) -> tuple[Picture, Picture]:
        """The part of both that any band covers."""
        covered = union(band.reference_box.shifted(band.dx, band.dy) for band in self.alignment.bands)
        return self.laid[covered.slices()], self.actual[covered.slices()]


def _scene(
    sight: _Sight,
    judged: Judged,
    reference_analysis: Analysis,
    elements: tuple[Element, ...],
    engines: Engines,
    options: CompareOptions,
) -> Scene:
    def read(picture: Picture, boxes: list[Box]) -> list[str]:
        return engines.reader.read(picture, boxes)

    def judge(laid: Picture, actual: Picture) -> Judged:
        return judge_difference(laid, actual, options.match_level, sight.alignment.kind == AlignmentKind.SCALE)

    return Scene(
        sight.reference,
        sight.actual,
        sight.laid,
        sight.alignment,
        judged.real,
        judged.differing,
        reference_analysis.elements,
        elements,
        read,
        judge,
        1 if options.match_level is MatchLevel.EXACT else MOVED_PX,
    )


# -- the actual's elements: carried where nothing changed, looked for where something did -------------------------------------


def _actual_elements(
    sight: _Sight, changed: Mask, elements: Sequence[Element], engines: Engines
) -> tuple[Element, ...]:
    dirty = changed.copy()
    for box in sight.alignment.inserted:
        dirty[box.slices()] = True
    height, width = dirty.shape
    carries = [(element, carried(element.box, sight.alignment)) for element in elements]
    places = [(element, clipped(box, width, height)) for element, box in carries if box is not None]
    kept = [replace(element, box=box) for element, box in places if box.area_px and not _touches(dirty, box)]
    windows = _windows(dirty, [box for _, box in places if _touches(dirty, box)])
    if sum(window.area_px for window in windows) > WHOLE_PICTURE_SHARE * height * width:
        return analyze(sight.actual, engines).elements
    fresh = [element for window in windows for element in _looked_at(sight.actual, dirty, window, engines)]
    kept = _without_pieces(kept, fresh)
    rows = Rows(element.box for element in kept)
    fresh = [one for one in fresh if not any(_same(one, kept[index]) for index in rows.near(one.box))]
    return _renumbered(kept + fresh)


def _without_pieces(kept: Sequence[Element], fresh: Sequence[Element]) -> list[Element]:
    """Without labels that are only a part of a line by now: something was written before or behind them."""
    rows = Rows(one.box for one in fresh)
    return [e for e in kept if not any(_is_piece(e, fresh[at]) for at in rows.near(e.box))]


def _is_piece(label: Element, line: Element) -> bool:
    if label.kind is not Kind.LABEL or line.kind is not Kind.LABEL or not in_one_row(label.box, line.box):
        return False
    return line.box.width > label.box.width + MOVED_PX and share_inside(label.box, grown(line.box, 2)) > 0.8


def _windows(dirty: Mask, elements: Sequence[Box]) -> list[Box]:
    """Changed regions and the elements they touch, with their margin, joined where they meet."""
    height, width = dirty.shape
    windows = Rows()
    boxes = [clipped(grown(box, MARGIN_PX), width, height) for box in [*find_regions(dirty), *elements]]
    for box in sorted(boxes, key=lambda box: box.y):
        while met := [index for index in windows.near(box) if overlap(windows[index], box).area_px]:
            box = union((box, *(windows.take(index) for index in met)))
        windows.add(box)
    return list(windows)


def _touches(dirty: Mask, box: Box) -> bool:
    return bool(dirty[clipped(grown(box, 1), dirty.shape[1], dirty.shape[0]).slices()].any())


def _looked_at(actual: Picture, dirty: Mask, window: Box, engines: Engines) -> list[Element]:
    """Elements of a part that changed pixels touch; the others are the stored ones."""
    part = np.ascontiguousarray(actual[window.slices()])
    found = analyze(part, engines).elements
    placed = [replace(element, box=element.box.shifted(window.x, window.y)) for element in found]
    touched = [element for element in placed if _touches(dirty, element.box)]
    wider = _room_for(touched, window, actual)
    return touched if wider == window else _looked_at(actual, dirty, wider, engines)


def _room_for(elements: Sequence[Element], window: Box, actual: Picture) -> Box:
    """The window, larger on the sides where it cut an element."""
    height, width = actual.shape[:2]
    left = window.x > 0 and any(element.box.x <= window.x + 1 for element in elements)
    right = window.right < width and any(element.box.right >= window.right - 1 for element in elements)
    top = window.y > 0 and any(element.box.y <= window.y + 1 for element in elements)
    bottom = window.bottom < height and any(element.box.bottom >= window.bottom - 1 for element in elements)
    x, y = window.x - left * window.width, window.y - top * window.height
    x_end, y_end = window.right + right * window.width, window.bottom + bottom * window.height
    return clipped(Box(x, y, x_end - x, y_end - y), width, height)


def _same(first: Element, second: Element) -> bool:
    return first.kind == second.kind and (iou(first.box, second.box) > 0.5 or share_inside(first.box, second.box) > 0.8)


def _renumbered(elements: list[Element]) -> tuple[Element, ...]:
    ordered = [elements[index] for index in in_reading_order([element.box for element in elements])]
    return tuple(replace(element, id=f"e{number}") for number, element in enumerate(ordered, 1))


# -- what it comes to ----------------------------------------------------------------------------------------------------------


def _concluded(
    sight: _Sight,
    judged: Judged,
    found: Found,
    ssim: float | None,
    reference_analysis: Analysis,
    elements: tuple[Element, ...],
    engines: Engines,
    options: CompareOptions,
    timings_ms: dict[str, float],
) -> Comparison:
    defects, ignored = set_aside(found.defects, options)
    unexplained = still_unexplained(found.unexplained, options)
    noise = (*judged.noise, *found.noise, *_offset_noise(sight, options))
    changed_px, unexplained_px = _areas(sight, defects, unexplained)
    coverage = measure_coverage(
        reference_analysis.elements, elements, found.matched_ids, reference_analysis.size,
        sight.alignment, options.ignore_regions, found.text_lines,
    )  # fmt: skip
    scale = sight.alignment.scale
    return Comparison(
        reference_size=Size(sight.reference.shape[1], sight.reference.shape[0]),
        actual_size=sight.actual_size,
        match_level=options.match_level,
        alignment=sight.alignment,
        ssim=ssim,
        changed_ratio=changed_px,
        unexplained_ratio=unexplained_px,
        defects=tuple(_scaled_defect(defect, scale) for defect in defects),
        unexplained=tuple(replace(one, actual_box=_scaled(one.actual_box, scale)) for one in unexplained),
        noise=tuple(replace(one, box=_scaled(one.box, scale) or one.box) for one in noise),
        ignored=tuple(replace(one, defect=_scaled_defect(one.defect, scale)) for one in ignored),
        coverage=coverage,
        actual_analysis=Analysis(
            sight.actual_size,
            tuple(replace(e, box=_scaled(e.box, scale) or e.box) for e in elements),
            reference_analysis.detector,
            reference_analysis.ocr_engine,
        ),
        timings_ms=timings_ms,
    )


def _offset_noise(sight: _Sight, options: CompareOptions) -> list[Noise]:
    """An offset of the whole picture; and a line or block that jitters by less than what counts as moved."""
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


def _areas(sight: _Sight, defects: Sequence[Defect], unexplained: Sequence[Unexplained]) -> tuple[float, float]:
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


def _scaled_defect(defect: Defect, scale: float) -> Defect:
    return replace(defect, actual_box=_scaled(defect.actual_box, scale))
