"""Joins many style changes with one cause, such as another font or paler text, into one change of their area."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from vision.boxes import Rows, clipped, share_inside, union
from vision.difference.defects.drafts import draft_of, parts_of, without
from vision.difference.defects.readings import likeness
from vision.difference.defects.scene import TEXT_KINDS, Scene
from vision.difference.matching import Thing
from vision.groups import clusters
from vision.types import Box, Defect, DefectType, Kind

# At least this many things, and this share of all things in their area, make one cause.
MIN_THINGS = 4
AREA_SHARE = 0.6
# Things further apart than this have separate causes, unless most of the page changed.
GAP_PX = 64
# Another font moves and resizes text by at most this much, and the reading stays this similar.
FONT_STEP_PX = 40
# Rules between rows move with the text.
RULE_PX = 4
SAME_READING = 0.5
# The colour of thin letters is read to within NEAR_LEVELS; at most MOST_WAYS changes of colour are compared with each other.
NEAR_LEVELS = 48
MOST_WAYS = 100


def restyled_together(scene: Scene, drafts: Sequence[Defect]) -> list[Defect]:
    """The list, with each such area as one entry and its things in `detail.elements`."""
    told = _pieces_joined(drafts)
    loose = [d for d in told if _is_restyle(d)]
    groups = [loose, *([d for d in loose if d.actual_box in group] for group in _groups(loose))]
    for group in groups:
        left = {id(draft) for draft in told}
        members = [d for d in group if id(d) in left]
        if len(_outermost(members)) >= MIN_THINGS and _is_one_cause(scene, members):
            told = _as_one(scene, told, members)
    return told


def _outermost(members: Sequence[Defect]) -> list[Box]:
    """The boxes of the things; of nested ones only the larger."""
    kept = Rows()
    for box in sorted((d.actual_box for d in members if d.actual_box), key=lambda box: -box.area_px):
        if not any(share_inside(box, kept[at]) > 0.8 for at in kept.near(box)):
            kept.add(box)
    return list(kept)


def _pieces_joined(drafts: Sequence[Defect]) -> list[Defect]:
    """Joins neighbouring nameless pieces of one pattern that changed from one colour to another: a grid of dots."""
    told = list(drafts)
    ways: dict[tuple[str, str], list[Defect]] = {}
    for draft in drafts:
        if (
            _is_restyle(draft)
            and draft.kind is None
            and "before" in draft.detail
            and draft.detail["aspect"] == "colour"
        ):
            ways.setdefault((draft.detail["before"], draft.detail["after"]), []).append(draft)
    for pieces in ways.values():
        side_px = min(min(d.actual_box.width, d.actual_box.height) for d in pieces if d.actual_box)
        for boxes in clusters([d.actual_box for d in pieces if d.actual_box], side_px):
            places = set(boxes)
            members = [d for d in pieces if d.actual_box in places]
            if len(members) > 1:
                before = union(d.reference_box for d in members if d.reference_box)
                whole = replace(members[0], reference_box=before, actual_box=union(boxes))
                told = [*without(told, members), whole]
    return told


def _is_restyle(draft: Defect) -> bool:
    no_area = not draft.detail.get("area") and draft.detail.get("aspect") in ("colour", "shape")
    return draft.type is DefectType.STYLE_CHANGED and no_area and draft.actual_box is not None


def _groups(drafts: Sequence[Defect]) -> list[set[Box]]:
    return [set(group) for group in clusters([d.actual_box for d in drafts if d.actual_box], GAP_PX)]


def _is_one_cause(scene: Scene, members: Sequence[Defect]) -> bool:
    area = union(d.actual_box for d in members if d.actual_box)
    inside = [e for e in scene.actual_elements if e.kind is not Kind.IMAGE and share_inside(e.box, area) > 0.5]
    rows = Rows(d.actual_box for d in members if d.actual_box)
    changed = sum(any(_is_mostly_one(rows[at], e.box) for at in rows.near(e.box)) for e in inside)
    return not _traded_colours(members) and changed >= AREA_SHARE * max(1, len(inside))


def _traded_colours(members: Sequence[Defect]) -> bool:
    """Did two things swap colours? Then another one was chosen, and each has its own state."""
    ways = {(d.detail["before"], d.detail["after"]) for d in members if "before" in d.detail}
    some = sorted(ways)[:MOST_WAYS]
    return any(is_near(one[0], other[1]) and is_near(one[1], other[0]) for one, other in combinations(some, 2))


def is_near(one: str, other: str) -> bool:
    """Are two colours (`#rrggbb`), measured at the edges of letters, the same?"""
    channels = (bytes.fromhex(colour.removeprefix("#")) for colour in (one, other))
    return all(abs(a - b) <= NEAR_LEVELS for a, b in zip(*channels, strict=True))


def _is_mostly_one(one: Box, other: Box) -> bool:
    return share_inside(one, other) > 0.5 or share_inside(other, one) > 0.5


def _as_one(scene: Scene, told: Sequence[Defect], members: Sequence[Defect]) -> list[Defect]:
    area = union(d.actual_box for d in members if d.actual_box)
    shapes = sum(d.detail.get("aspect") == "shape" for d in members)
    is_font = shapes > len(members) / 2
    followers = [d for d in told if is_font and follows_font(d, area)]
    parts = [*members, *followers]
    before = union(d.reference_box for d in parts if d.reference_box)
    after = clipped(union(d.actual_box for d in parts if d.actual_box), scene.actual.shape[1], scene.actual.shape[0])
    detail: dict[str, Any] = {"aspect": "font" if is_font else "colour", "area": True, "elements": _elements(parts)}
    if not is_font:
        worst = max(members, key=lambda d: d.detail.get("delta_e", 0))
        detail |= {key: worst.detail[key] for key in ("before", "after", "delta_e") if key in worst.detail}
    return [*without(told, parts), draft_of(DefectType.STYLE_CHANGED, before, after, None, "", detail)]


def _elements(parts: Sequence[Defect]) -> list[dict[str, Any]]:
    return parts_of([Thing(d.reference_box, d.kind, d.text) for d in parts if d.reference_box])


def follows_font(draft: Defect, area: Box) -> bool:
    """Can another font have caused this: longer lines, shifted lines, misread lines?"""
    if draft.actual_box is None or draft.reference_box is None or share_inside(draft.actual_box, area) < 0.5:
        return False
    if draft.type is DefectType.TEXT_CHANGED:
        texts = draft.detail.get("before", ""), draft.detail.get("after", "")
        alike = likeness(*texts)
        return not all(texts) or alike >= SAME_READING
    steps = [abs(draft.detail.get(key, 0)) for key in ("dx", "dy", "dw", "dh")]
    is_rule = draft.kind is None and min(draft.actual_box.width, draft.actual_box.height) <= RULE_PX
    if is_rule and draft.type in (DefectType.MOVED, DefectType.RESIZED):
        return True
    in_place = draft.type in (DefectType.MOVED, DefectType.RESIZED) and not draft.detail.get("traded")
    return (
        in_place
        and max(steps) <= FONT_STEP_PX
        and (draft.kind in TEXT_KINDS or draft.kind in (None, Kind.IMAGE, Kind.ICON))
    )
