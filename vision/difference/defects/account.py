"""What the list leaves over: unexplained pixels, elements without a counterpart, lines compared."""

from collections.abc import Sequence

from vision.boxes import clipped, grown, share_inside
from vision.difference.alignment import carried, traced
from vision.difference.defects.scene import EXPLAINED_REACH_PX, TEXT_KINDS, Scene
from vision.difference.regions import find_regions
from vision.types import Defect, DefectType, Unexplained


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
    regions = find_regions(left)
    return tuple(Unexplained(traced(box, scene.alignment), box, int(left[box.slices()].sum())) for box in regions)


def matched_ids(scene: Scene, defects: Sequence[Defect]) -> frozenset[str]:
    """The reference's elements that have a counterpart: all but those that lie in something missing."""
    gone = [defect.reference_box for defect in defects if defect.type is DefectType.MISSING and defect.reference_box]
    gone += list(scene.alignment.removed)
    held = (e for e in scene.reference_elements if not any(share_inside(e.box, box) > 0.5 for box in gone))
    return frozenset(element.id for element in held)


def text_lines(scene: Scene, defects: Sequence[Defect]) -> dict[str, int]:
    """Lines of text compared by their pixels, by reading them, and those that differ but could not be read."""
    total = sum(element.kind in TEXT_KINDS for element in scene.reference_elements)
    differing = [defect for defect in defects if defect.type is DefectType.TEXT_CHANGED]
    unreadable = sum(not (defect.detail["before"] or defect.detail["after"]) for defect in differing)
    return {"pixels": max(0, total - len(differing)), "read": len(differing) - unreadable, "unreadable": unreadable}
