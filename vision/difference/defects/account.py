"""What the list does not explain: unexplained pixels, and elements without a counterpart; and how lines were compared."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vision.boxes import Rows, clipped, grown, iou, overlap
from vision.difference.alignment import carried, traced
from vision.difference.defects.scene import EXPLAINED_REACH_PX, SPECK_PX, TEXT_KINDS, Mask, Scene
from vision.difference.regions import FLAT_LEVELS, find_regions, ground_colour
from vision.types import Box, Defect, DefectType, Element, Kind, Unexplained

# A speck this close to a reported defect belongs to it.
SPECK_REACH_PX = 32
# A ground keeps its colour in this share of its pixels: a shadow reaches over its end.
FLAT_SHARE = 0.8


def unexplained(scene: Scene, defects: Sequence[Defect]) -> tuple[Unexplained, ...]:
    height, width = scene.changed.shape
    left = scene.changed.copy()
    for defect in defects:
        if defect.type is DefectType.LAYOUT_SHIFT:
            continue
        places = [defect.actual_box, defect.reference_box and carried(defect.reference_box, scene.alignment)]
        for box in places:
            if box is not None:
                left[clipped(grown(box, EXPLAINED_REACH_PX), width, height).slices()] = False
    told = Rows(b for d in defects for b in (d.actual_box, d.reference_box) if b is not None)
    words = Rows(d.actual_box for d in defects if d.actual_box and _brought_words(d))
    regions = [box for box in find_regions(left) if not _is_speck_of(box, left, told)]
    regions = [box for box in regions if not _is_ground_of_words(scene, box, left, words)]
    return tuple(Unexplained(traced(box, scene.alignment), box, int(left[box.slices()].sum())) for box in regions)


def _brought_words(defect: Defect) -> bool:
    return defect.type in (DefectType.ADDED, DefectType.TEXT_CHANGED) and defect.kind in (None, Kind.LABEL)


def _is_ground_of_words(scene: Scene, region: Box, left: Mask, words: Rows) -> bool:
    """Is this the ground around words that came, where a panel grew with them? It is one colour, and was one."""
    around = [words[at] for at in words.near(region) if overlap(words[at], region).area_px]
    if not around:
        return False
    here = left[region.slices()]
    before, after = (picture[region.slices()][here].astype(np.int16) for picture in (scene.laid, scene.actual))
    if not all(_is_flat(part) for part in (before, after)):
        return False
    grounds = (ground_colour(scene.actual, box) for box in around)
    return any(int(np.abs(np.median(after, axis=0) - ground).max()) <= FLAT_LEVELS for ground in grounds)


def _is_flat(colours: NDArray[np.int16]) -> bool:
    """Are all but a few of one colour?"""
    off = np.abs(colours - np.median(colours, axis=0)).max(axis=1)
    return float(np.mean(off <= FLAT_LEVELS)) > FLAT_SHARE


def _is_speck_of(box: Box, left: Mask, told: Rows) -> bool:
    """Is it a few pixels near a reported defect?"""
    if int(left[box.slices()].sum()) >= SPECK_PX or max(box.width, box.height) > SPECK_PX:
        return False
    near = grown(box, SPECK_REACH_PX)
    return any(overlap(near, told[at]).area_px > 0 for at in told.near(near))


def matched_ids(scene: Scene, defects: Sequence[Defect]) -> frozenset[str]:
    """The reference's elements that have a counterpart: all but those inside something missing."""
    gone = Rows(d.reference_box for d in defects if d.type is DefectType.MISSING and d.reference_box)
    for box in scene.alignment.removed:
        gone.add(box)
    held = [e for e in scene.reference_elements if not gone.hold(e.box)]
    came = Rows(defect.actual_box for defect in defects if defect.type is DefectType.ADDED and defect.actual_box)
    partners = sum(not came.hold(e.box) for e in scene.actual_elements)
    if len(held) > partners:
        held = _surest(scene, held)[:partners]
    return frozenset(element.id for element in held)


def _surest(scene: Scene, held: Sequence[Element]) -> list[Element]:
    """Elements with an element of the actual in their place come first: the detector finds some things on one side
    only.
    """
    rows = Rows(element.box for element in scene.actual_elements)

    def stands_alone(element: Element) -> bool:
        place = carried(element.box, scene.alignment)
        return place is None or not any(iou(place, rows[at]) > 0.3 for at in rows.near(place))

    return sorted(held, key=stands_alone)


def text_lines(scene: Scene, defects: Sequence[Defect]) -> dict[str, int]:
    """How many lines of text were compared by pixels, by reading, or differ but could not be read."""
    total = sum(element.kind in TEXT_KINDS for element in scene.reference_elements)
    differing = [defect for defect in defects if defect.type is DefectType.TEXT_CHANGED]
    unreadable = sum(not (defect.detail["before"] or defect.detail["after"]) for defect in differing)
    return {"pixels": max(0, total - len(differing)), "read": len(differing) - unreadable, "unreadable": unreadable}
