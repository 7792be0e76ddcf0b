"""What the alignment says: parts of the page that were put in, taken out or pushed as one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vision.boxes import Rows, iou, share_inside
from vision.difference.alignment import carried
from vision.difference.defects.drafts import came_or_went, distance_px, moved_draft
from vision.difference.defects.hunt import new_things
from vision.difference.defects.scene import SAME_PLACE, Scene
from vision.difference.matching import Thing
from vision.difference.regions import BLANK_LEVELS, find_things, joined_lines, trimmed
from vision.types import Alignment, Box, Defect, DefectType, Element, Picture


def pushed_by_bands(scene: Scene) -> list[Defect]:
    """A `moved` for each thing that lies in a part of the page which moved as one."""
    vectors: dict[tuple[int, int], list[Box]] = {}
    for band in scene.alignment.bands:
        if _is_shift(scene, band.dx, band.dy):
            vectors.setdefault((band.dx, band.dy), []).append(band.reference_box)
    return [draft for (dx, dy), boxes in vectors.items() for draft in _pushed(scene, dx, dy, boxes)]


def only_pushed(pushed: Sequence[Defect], others: Sequence[Defect]) -> list[Defect]:
    """Without what went farther than its surroundings, or away: that has a defect of its own."""
    own = Rows(d.reference_box for d in others if d.type in (DefectType.MOVED, DefectType.MISSING) and d.reference_box)
    places = ((draft, draft.reference_box) for draft in pushed)
    return [d for d, box in places if not box or not any(iou(box, own[i]) > SAME_PLACE for i in own.near(box))]


def beyond_the_shift(draft: Defect, scene: Scene) -> Defect:
    """A thing that moved on a page that was pushed: how far it stands from where the push would have put it."""
    put = draft.reference_box and carried(draft.reference_box, scene.alignment)
    if draft.type is not DefectType.MOVED or put is None or draft.actual_box is None:
        return draft
    if distance_px(put, draft.actual_box) < scene.moved_px:
        return draft
    way = {"dx": draft.actual_box.x - put.x, "dy": draft.actual_box.y - put.y}
    return replace(draft, detail={**draft.detail, **way})


def _is_shift(scene: Scene, dx: int, dy: int) -> bool:
    return max(abs(dx - scene.alignment.dx), abs(dy - scene.alignment.dy)) >= scene.moved_px


def _pushed(scene: Scene, dx: int, dy: int, boxes: list[Box]) -> list[Defect]:
    elements = [e for e in scene.reference_elements if any(share_inside(e.box, box) > 0.5 for box in boxes)]
    elements = [e for e in elements if carried(e.box, scene.alignment) == e.box.shifted(dx, dy)]
    things = [Thing(e.box, e.kind, e.text, e.id) for e in elements]
    inked = [ink for ink in (trimmed(scene.reference, box) for box in boxes) if ink is not None]
    pieces = joined_lines([piece for ink in inked for piece in find_things(scene.reference, ink, 0) or [ink]])
    things += new_things([Thing(piece) for piece in pieces], things)
    return [moved_draft(thing, thing.box, thing.box.shifted(dx, dy)) for thing in things]


def put_in_or_out(scene: Scene) -> list[Defect]:
    drafts: list[Defect] = []
    if scene.alignment.kind == "translation":
        return drafts
    for box in scene.alignment.removed:
        if not _pushed_over_the_edge(box, scene.reference, scene.alignment, removed=True):
            drafts += _one_sided(scene.reference, box, scene.reference_elements, DefectType.MISSING)
    for box in scene.alignment.inserted:
        if not _pushed_over_the_edge(box, scene.actual, scene.alignment, removed=False):
            drafts += _one_sided(scene.actual, box, scene.actual_elements, DefectType.ADDED)
    return drafts


def _pushed_over_the_edge(box: Box, picture: Picture, alignment: Alignment, removed: bool) -> bool:
    """What left the screenshot at its end, or came into it there, because something before it grew or shrank."""
    height, width = picture.shape[:2]
    sign = 1 if removed else -1
    at_bottom = box.bottom == height and any(band.dy * sign == box.height for band in alignment.bands)
    at_right = box.right == width and any(band.dx * sign == box.width for band in alignment.bands)
    return at_bottom or at_right


def _one_sided(picture: Picture, box: Box, elements: Sequence[Element], type_: DefectType) -> list[Defect]:
    ink = trimmed(picture, box) or _band_of_colour(picture, box)
    if ink is None:
        return []
    inside = [Thing(e.box, e.kind, e.text, e.id) for e in elements if share_inside(e.box, box) > 0.5]
    return [came_or_went(type_, ink, inside)]


def _band_of_colour(picture: Picture, box: Box) -> Box | None:
    """A strip without anything in it is a thing when it has a colour of its own; margins have the colour of what is beside."""
    height, width = picture.shape[:2]
    rows = [row for row in (box.y - 1, box.bottom) if 0 <= row < height]
    beside = [np.median(picture[row, box.x : box.right], axis=0) for row in rows]
    beside += [np.median(picture[box.y : box.bottom, at], axis=0) for at in (box.x - 1, box.right) if 0 <= at < width]
    own = np.median(picture[box.slices()].reshape(-1, 3), axis=0)
    return box if beside and min(np.abs(own - other).max() for other in beside) > BLANK_LEVELS else None
