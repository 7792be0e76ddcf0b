"""Coverage: how much of the reference was compared."""

from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np

from vision.boxes import clipped
from vision.types import Alignment, Box, Coverage, Element, Kind, KindCoverage, Size


def measure_coverage(
    reference: Sequence[Element],
    actual: Sequence[Element],
    matched_ids: Collection[str],
    size: Size,
    alignment: Alignment,
    ignored: Sequence[Box],
    text_lines: dict[str, int],
) -> Coverage:
    """`matched_ids`: the reference's elements that have a counterpart in the actual, changed or not."""
    totals, founds = Counter(e.kind for e in reference), Counter(e.kind for e in actual)
    matches = Counter(element.kind for element in reference if element.id in matched_ids)
    kinds = [kind for kind in Kind if totals[kind] or founds[kind]]
    return Coverage(
        reference_elements=len(reference),
        actual_elements=len(actual),
        matched=matches.total(),
        element_coverage=matches.total() / len(reference) if reference else 1.0,
        area_coverage=_area_coverage(size, alignment, ignored),
        by_kind={kind: KindCoverage(totals[kind], founds[kind], matches[kind]) for kind in kinds},
        text_lines=text_lines,
        matched_reference_ids=tuple(element.id for element in reference if element.id in matched_ids),
    )


def _area_coverage(size: Size, alignment: Alignment, ignored: Sequence[Box]) -> float:
    """Share of the reference that was laid on the actual and not ignored."""
    compared = np.zeros((size.height, size.width), np.bool_)
    for band in alignment.bands:
        compared[band.reference_box.slices()] = True
    for box in ignored:
        compared[clipped(box, size.width, size.height).slices()] = False
    return float(compared.mean()) if compared.size else 1.0
