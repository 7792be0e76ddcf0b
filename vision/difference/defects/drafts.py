"""A defect before it is numbered."""

from collections.abc import Iterable, Sequence
from typing import Any

from vision.boxes import iou
from vision.difference.alignment import traced
from vision.difference.defects.scene import MAX_LINE_GROWTH, SAME_PLACE, Scene
from vision.difference.defects.verdict import severity_of
from vision.difference.matching import Pair, Thing
from vision.types import Box, Defect, DefectType, Kind


def draft_of(
    type_: DefectType,
    reference_box: Box | None,
    actual_box: Box | None,
    kind: Kind | None,
    text: str,
    detail: dict[str, Any] | None = None,
) -> Defect:
    detail = detail or {}
    return Defect("", type_, severity_of(type_, kind, detail), reference_box, actual_box, kind, text, None, detail)


def pair_draft(scene: Scene, type_: DefectType, pair: Pair, before: Box, after: Box, detail: dict[str, Any]) -> Defect:
    kind, text = pair.before.kind or pair.after.kind, pair.before.text or pair.after.text
    return draft_of(type_, traced(before, scene.alignment), after, kind, text, detail)


def moved_draft(thing: Thing, before: Box, after: Box) -> Defect:
    detail = {"dx": after.x - before.x, "dy": after.y - before.y}
    return draft_of(DefectType.MOVED, before, after, thing.kind, thing.text, detail)


def moved_pair(scene: Scene, pair: Pair, before: Box, after: Box) -> Defect:
    thing = Thing(before, pair.before.kind or pair.after.kind, pair.before.text or pair.after.text)
    return moved_draft(thing, traced(before, scene.alignment), after)


def other_picture(scene: Scene, pair: Pair, before: Box, after: Box, look: float) -> Defect:
    """An `image_changed` draft; `look` is the likeness of the two pictures, -1..1."""
    return pair_draft(scene, DefectType.IMAGE_CHANGED, pair, before, after, {"similarity": round(look, 3)})


def came_or_went(type_: DefectType, box: Box, inside: Sequence[Thing]) -> Defect:
    """`added` or `missing`: named after the one element it is, or a block that lists its parts."""
    whole = max((t for t in inside if not _is_panel_of(box, t)), key=lambda thing: iou(thing.box, box), default=None)
    before, after = (box, None) if type_ is DefectType.MISSING else (None, box)
    if whole is not None and iou(whole.box, box) > (SAME_PLACE if len(inside) > 1 else SAME_PLACE / 2):
        return draft_of(type_, before, after, whole.kind, whole.text)
    if len(inside) == 1:
        return draft_of(type_, before, after, None, inside[0].text)
    parts = parts_of(inside)
    return draft_of(type_, before, after, None, "", {"parts": parts, "elements": parts} if parts else {})


def _is_panel_of(box: Box, thing: Thing) -> bool:
    """Is this what a line of text stands on: a notice, a tag?"""
    return thing.kind is Kind.LABEL and box.height > MAX_LINE_GROWTH * thing.box.height


def parts_of(things: Sequence[Thing]) -> list[dict[str, Any]]:
    """Things in the form of `detail`."""
    return [{"kind": thing.kind, "text": thing.text, "box": as_dict(thing.box)} for thing in things]


def as_dict(box: Box) -> dict[str, int]:
    return {"x": box.x, "y": box.y, "width": box.width, "height": box.height}


def distance_px(before: Box, after: Box) -> int:
    return max(abs(after.x - before.x), abs(after.y - before.y))


def without(drafts: Iterable[Defect], taken: Iterable[Defect]) -> list[Defect]:
    """The drafts without these; equal drafts are kept once."""
    ids = {id(draft) for draft in taken}
    return [draft for draft in drafts if id(draft) not in ids]


def place_of(defect: Defect) -> Box:
    box = defect.actual_box or defect.reference_box
    assert box is not None
    return box
