"""Joins parts that changed their look together: an icon and its words, a step's number and name, the texts of a row."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vision.boxes import Rows, gap, in_one_row, iou, share_inside, union
from vision.difference.defects.drafts import draft_of, parts_of, place_of, without
from vision.difference.defects.grouped_styles import is_near
from vision.difference.defects.scene import Scene
from vision.difference.glyphs import MAX_GLYPH_PX
from vision.difference.matching import Thing
from vision.groups import connected
from vision.types import Box, Defect, DefectType, Kind, Severity

# The largest gap between an icon and its words, in heights of the words.
ICON_GAP = 1.7
# The centres of stacked parts are this close.
SAME_MIDDLE_PX = 2
# The coloured edge of a panel is at most this thick, and this close to it.
EDGE_PX = 8
# If the words of this many rows took the same colour, they are labels in another colour, and no row was chosen.
MANY_ROWS = 3
EDGE_GAP_PX = 2


def entries_of(scene: Scene, drafts: Sequence[Defect]) -> list[Defect]:
    """The list, with the parts of an entry as one change. Things that swapped colours with others stay separate."""
    drafts = _with_borders(drafts)
    parts = [d for d in drafts if _is_part(d)]
    changed = Rows(place_of(d) for d in parts)
    others = [
        e.box for e in scene.actual_elements if not any(iou(changed[at], e.box) > 0 for at in changed.near(e.box))
    ]
    between = Rows(others)
    reach = Rows(_reach(scene, place_of(d)) for d in parts)
    links = [
        (index, other)
        for index, part in enumerate(parts)
        for other in reach.near(place_of(part))
        if other < index and _is_one_entry(part, parts[other], between)
    ]
    told = list(drafts)
    groups = [[parts[at] for at in group] for group in connected(len(parts), links) if len(group) > 1]
    rows = [members[0] for members in groups if _are_words(members)]
    for members in groups:
        alike = sum(_go_the_same_way(members[0], row) for row in rows) if _are_words(members) else 0
        if alike < MANY_ROWS:
            told = [*without(told, members), _as_entry(members)]
    return told


def _are_words(members: Sequence[Defect]) -> bool:
    return all(member.kind is Kind.LABEL for member in members)


def _with_borders(drafts: Sequence[Defect]) -> list[Defect]:
    """The borders of cards, each with what else changed in the card: a chosen card."""
    told = list(drafts)
    for border in [d for d in drafts if d.detail.get("aspect") == "outline" and d.kind is None]:
        inside = [d for d in told if _is_held(d, border)]
        if inside:
            told = [*without(told, [border, *inside]), _holding(border, inside)]
    return told


def _is_held(draft: Defect, border: Defect) -> bool:
    is_style = draft.type is DefectType.STYLE_CHANGED and draft is not border and not draft.detail.get("area")
    return is_style and share_inside(place_of(draft), place_of(border)) > 0.9


def _holding(border: Defect, inside: Sequence[Defect]) -> Defect:
    parts = parts_of([Thing(d.reference_box, d.kind, d.text) for d in inside if d.reference_box])
    return replace(border, detail=border.detail | {"area": True, "elements": parts})


def _reach(scene: Scene, box: Box) -> Box:
    """The area of its row and of what is right above and below."""
    return Box(0, box.y - box.height, scene.actual.shape[1], 3 * box.height)


def _is_part(draft: Defect) -> bool:
    box = draft.actual_box
    if box is None or draft.reference_box is None or draft.kind not in (None, Kind.LABEL, Kind.ICON):
        return False
    if draft.type is DefectType.IMAGE_CHANGED:
        return draft.kind is Kind.ICON
    is_small = max(box.width, box.height) <= MAX_GLYPH_PX
    return draft.type is DefectType.STYLE_CHANGED and (is_small or not draft.detail.get("area"))


def _is_one_entry(one: Defect, other: Defect, between: Rows) -> bool:
    if DefectType.IMAGE_CHANGED in (one.type, other.type):
        return _is_icon_of(one, other) or _is_icon_of(other, one)
    if _is_edge_of(one, other) or _is_edge_of(other, one):
        return True
    if not _go_the_same_way(one, other):
        return False
    first, second = place_of(one), place_of(other)
    whole = union((first, second))
    if any(share_inside(between[at], whole) > 0.5 for at in between.near(whole)):
        return False
    return in_one_row(first, second) or _stand_on_each_other(first, second)


def _is_edge_of(edge: Defect, panel: Defect) -> bool:
    """Is it a nameless strip along one whole side of the change: the coloured edge of a notice?"""
    strip, box = place_of(edge), place_of(panel)
    if edge.kind is not None or panel.type is not DefectType.STYLE_CHANGED or gap(strip, box) > EDGE_GAP_PX:
        return False
    if min(strip.width, strip.height) > EDGE_PX:
        return False
    upright = max(abs(strip.y - box.y), abs(strip.bottom - box.bottom)) <= SAME_MIDDLE_PX
    level = max(abs(strip.x - box.x), abs(strip.right - box.right)) <= SAME_MIDDLE_PX
    return upright if strip.height > strip.width else level


def _is_icon_of(icon: Defect, words: Defect) -> bool:
    if icon.kind is not Kind.ICON or words.kind is not Kind.LABEL or words.type is not DefectType.STYLE_CHANGED:
        return False
    first, second = place_of(icon), place_of(words)
    return in_one_row(first, second) and 0 <= second.x - first.right <= ICON_GAP * second.height


def _stand_on_each_other(one: Box, other: Box) -> bool:
    middles = abs(2 * one.x + one.width - 2 * other.x - other.width) / 2
    aligned = middles <= SAME_MIDDLE_PX or abs(one.x - other.x) <= SAME_MIDDLE_PX
    return aligned and gap(one, other) <= min(one.height, other.height)


def _go_the_same_way(one: Defect, other: Defect) -> bool:
    """Did they change from one colour, or to one colour, in one direction?"""
    if any("before" not in d.detail for d in (one, other)):
        return False
    is_shared = any(is_near(one.detail[side], other.detail[side]) for side in ("before", "after"))
    ways = [np.subtract(_levels(d.detail["after"]), _levels(d.detail["before"])) for d in (one, other)]
    return is_shared and float(ways[0] @ ways[1]) > 0


def _levels(colour: str) -> list[int]:
    return list(bytes.fromhex(colour.removeprefix("#")))


def _as_entry(members: Sequence[Defect]) -> Defect:
    """One change, named after its words if these are one line."""
    before = union(d.reference_box for d in members if d.reference_box)
    after = union(place_of(d) for d in members)
    words = [d for d in members if d.kind is Kind.LABEL]
    styles = [d for d in members if d.type is DefectType.STYLE_CHANGED]
    most = max(styles, key=lambda d: place_of(d).area_px)
    severity = max((d.severity for d in members), key=list(Severity).index)
    shaped = any(d.detail.get("aspect") == "shape" for d in styles)
    detail = {key: value for key, value in most.detail.items() if key not in ("area", "elements")}
    detail["aspect"] = "shape" if shaped else detail["aspect"]
    if len(words) == 1:
        return replace(words[0], severity=severity, reference_box=before, actual_box=after, detail=detail)
    parts = parts_of([Thing(d.reference_box, d.kind, d.text) for d in members if d.reference_box])
    whole = draft_of(DefectType.STYLE_CHANGED, before, after, None, "", detail | {"area": True, "elements": parts})
    return replace(whole, severity=severity)
