"""Columns of a table, or entries of a bar, that all moved sideways by different distances: they were spaced anew."""

from collections.abc import Sequence

from vision.boxes import clipped, gap, in_one_row, share_inside, union
from vision.difference.defects.drafts import as_dict, draft_of, place_of, without
from vision.difference.defects.scene import Scene
from vision.groups import connected
from vision.types import Box, Defect, DefectType

# Fewer entries are reported one by one; moves that differ by no more than this are equal.
LEAST_ENTRIES = 3
SAME_WAY_PX = 1
# Rows of one table have at most this gap.
ROW_GAP_PX = 32
# A column runs along this share of the table's height.
COLUMN_SHARE = 0.8


def respaced(scene: Scene, drafts: Sequence[Defect]) -> list[Defect]:
    """The list, with the columns or entries that were spaced anew as one `layout_shift` with `order` = "respaced"."""
    moved = [d for d in drafts if _went_sideways(d, scene)]
    links = [(i, j) for i, one in enumerate(moved) for j in range(i) if _are_of_one_table(one, moved[j])]
    told = list(drafts)
    roots = [d for d in drafts if d.type in (DefectType.ADDED, DefectType.MISSING)]
    for group in connected(len(moved), links):
        members = [moved[at] for at in group]
        if len(members) >= LEAST_ENTRIES and _went_apart(members) and not _pushed_by_a_column(members, roots):
            told = [*without(told, members), _as_one(scene, members)]
    return told


def closed_up(scene: Scene, drafts: Sequence[Defect]) -> list[Defect]:
    """The list with what stood among the parts of one block that went, and came together since, as one `layout_shift`; the same
    where a block came and drove things apart."""
    told = list(drafts)
    for root in (d for d in drafts if len(d.detail.get("parts", ())) >= LEAST_ENTRIES):
        members = [d for d in told if _stood_among(d, root)]
        if len(members) >= LEAST_ENTRIES and len({(d.detail["dx"], d.detail["dy"]) for d in members}) > 1:
            told = [*without(told, members), _as_one(scene, members)]
    return told


def _stood_among(draft: Defect, root: Defect) -> bool:
    if draft.type not in (DefectType.MOVED, DefectType.LAYOUT_SHIFT) or draft.detail.get("order"):
        return False
    box, area = (
        (draft.reference_box, root.reference_box)
        if root.type is DefectType.MISSING
        else (draft.actual_box, root.actual_box)
    )
    return box is not None and area is not None and share_inside(box, area) == 1


def _went_sideways(draft: Defect, scene: Scene) -> bool:
    is_move = draft.type in (DefectType.MOVED, DefectType.LAYOUT_SHIFT) and not draft.detail.get("order")
    if not is_move or draft.detail.get("traded") or draft.reference_box is None or draft.actual_box is None:
        return False
    return bool(abs(draft.detail["dx"]) >= scene.moved_px)


def _are_of_one_table(one: Defect, other: Defect) -> bool:
    """Are they in one row, or one above the other?"""
    first, second = place_of(one), place_of(other)
    across = min(first.right, second.right) - max(first.x, second.x)
    return in_one_row(first, second) or (across > 0 and gap(first, second) <= ROW_GAP_PX)


def _went_apart(members: Sequence[Defect]) -> bool:
    """Did they move by different vectors?"""
    ways = [d.detail["dx"] for d in members]
    return bool(max(ways) - min(ways) > SAME_WAY_PX)


def _pushed_by_a_column(members: Sequence[Defect], roots: Sequence[Defect]) -> bool:
    """Was a column as high as theirs added or removed? Then each of them follows from it."""
    area = union(place_of(d) for d in members)
    columns = [place_of(root) for root in roots if place_of(root).height > place_of(root).width]
    return any(min(c.bottom, area.bottom) - max(c.y, area.y) >= COLUMN_SHARE * area.height for c in columns)


def _as_one(scene: Scene, members: Sequence[Defect]) -> Defect:
    before = union(d.reference_box for d in members if d.reference_box)
    after = clipped(union(place_of(d) for d in members), scene.actual.shape[1], scene.actual.shape[0])
    elements = [e for d in members for e in d.detail.get("elements") or [as_dict(d.reference_box or before)]]
    dx, dy = (max((d.detail[axis] for d in members), key=abs) for axis in ("dx", "dy"))
    way = {"dx": dx, "dy": 0} if abs(dx) >= abs(dy) else {"dx": 0, "dy": dy}
    detail = way | {"order": "respaced", "elements": elements}
    return draft_of(DefectType.LAYOUT_SHIFT, before, after, None, "", detail)


def is_in_table(box: Box, table: Defect) -> bool:
    """Is a box among the things that were spaced anew?"""
    return any(gap(box, place) == 0 for place in (table.reference_box, table.actual_box) if place)
