"""Compares two pictures of one page. Start with `compare`: it lists the steps."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vision.boxes import Rows, clipped, grown, in_one_row, in_reading_order, iou, share_inside, shared_px, union
from vision.difference.alignment import align, carried
from vision.difference.conclusion import Sight, Told, concluded
from vision.difference.coverage import measure_coverage
from vision.difference.defects import MOVED_PX, Scene, classify_defects
from vision.difference.noise import Judged, judge_difference
from vision.difference.one_canvas import on_one_canvas
from vision.difference.regions import find_regions
from vision.difference.similarity import structural_similarity
from vision.elements.analysis import Engines, analyze, ignore
from vision.types import (
    Alignment,
    AlignmentKind,
    Analysis,
    Band,
    Box,
    CompareOptions,
    Comparison,
    Element,
    Kind,
    MatchLevel,
    Picture,
    Size,
)

# Margin around a change that is analysed again: the detector's receptive field at its finest stride.
MARGIN_PX = 64
# From this share of the picture on, it is cheaper to analyse the whole picture at once.
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

    `on_stage` is called with "align", "similarity", "analyze", "match" and "classify" as each stage begins; an
    exception it raises stops the comparison.
    """
    if reference.shape == actual.shape and np.array_equal(reference, actual):
        return identical(reference_analysis, options)
    told = _told(reference, actual, reference_analysis, engines, options, on_stage)
    canvas = on_one_canvas(reference, actual)  # it explains what grew, not what was pushed
    if canvas is not None and not align(*canvas).is_moved:
        other = _told(*canvas, reference_analysis, engines, options, ignore)
        told = min(told, other, key=Told.cost)
    return concluded(told, (_size_of(reference), _size_of(actual)), reference_analysis, options)


def _size_of(picture: Picture) -> Size:
    return Size(picture.shape[1], picture.shape[0])


def _told(
    reference: Picture,
    actual: Picture,
    reference_analysis: Analysis,
    engines: Engines,
    options: CompareOptions,
    on_stage: Callable[[str], None],
) -> Told:
    timings_ms: dict[str, float] = {}
    with _stage("align", on_stage, timings_ms):
        alignment = align(reference, actual, options.match_level is not MatchLevel.EXACT)
        sight = Sight.of(reference, actual, alignment)
    with _stage("similarity", on_stage, timings_ms):
        ssim = structural_similarity(*sight.overlap())
        judged = judge_difference(sight.laid, sight.actual, options.match_level, sight.resampled)
    with _stage("analyze", on_stage, timings_ms):
        elements = _actual_elements(sight, judged.real, reference_analysis.elements, engines)
    with _stage("match", on_stage, timings_ms):
        scene = _scene(sight, judged, reference_analysis, elements, engines, options)
    with _stage("classify", on_stage, timings_ms):
        found = classify_defects(scene)
    return Told(sight, judged, elements, found, ssim, timings_ms)


def identical(analysis_of_reference: Analysis, options: CompareOptions) -> Comparison:
    """The comparison of a picture with itself: every element matches, without analysis."""
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


def _scene(
    sight: Sight,
    judged: Judged,
    reference_analysis: Analysis,
    elements: tuple[Element, ...],
    engines: Engines,
    options: CompareOptions,
) -> Scene:
    def read(picture: Picture, boxes: list[Box]) -> list[str]:
        return engines.reader.read(picture, boxes)

    def judge(laid: Picture, actual: Picture) -> Judged:
        return judge_difference(laid, actual, options.match_level, sight.resampled)

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


def _actual_elements(sight: Sight, changed: Mask, elements: Sequence[Element], engines: Engines) -> tuple[Element, ...]:
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
    """Without labels that are now only part of a longer line."""
    rows = Rows(one.box for one in fresh)
    return [e for e in kept if not any(_is_piece(e, fresh[at]) for at in rows.near(e.box))]


def _is_piece(label: Element, line: Element) -> bool:
    if label.kind is not Kind.LABEL or line.kind is not Kind.LABEL or not in_one_row(label.box, line.box):
        return False
    return line.box.width > label.box.width + MOVED_PX and share_inside(label.box, grown(line.box, 2)) > 0.8


def _windows(dirty: Mask, elements: Sequence[Box]) -> list[Box]:
    """Changed regions with the elements they touch and a margin, merged where they overlap."""
    height, width = dirty.shape
    windows = Rows()
    boxes = [clipped(grown(box, MARGIN_PX), width, height) for box in [*find_regions(dirty), *elements]]
    for box in sorted(boxes, key=lambda box: box.y):
        while met := [index for index in windows.near(box) if shared_px(windows[index], box)]:
            box = union((box, *(windows.take(index) for index in met)))
        windows.add(box)
    return list(windows)


def _touches(dirty: Mask, box: Box) -> bool:
    return bool(dirty[clipped(grown(box, 1), dirty.shape[1], dirty.shape[0]).slices()].any())


def _looked_at(actual: Picture, dirty: Mask, window: Box, engines: Engines) -> list[Element]:
    """The elements of a window that changed pixels touch; for the others the stored ones are used."""
    part = np.ascontiguousarray(actual[window.slices()])
    found = analyze(part, engines).elements
    placed = [replace(element, box=element.box.shifted(window.x, window.y)) for element in found]
    touched = [element for element in placed if _touches(dirty, element.box)]
    wider = _room_for(touched, window, actual)
    return touched if wider == window else _looked_at(actual, dirty, wider, engines)


def _room_for(elements: Sequence[Element], window: Box, actual: Picture) -> Box:
    """The window, enlarged on the sides where it cuts an element."""
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
