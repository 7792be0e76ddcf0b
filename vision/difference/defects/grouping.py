"""Pairs things that disappeared here and appeared there, and groups things that moved together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vision.boxes import Rows, clipped, grown, in_one_row, overlap, share_inside, union
from vision.difference.defects.blocks import is_over_the_edge
from vision.difference.defects.drafts import as_dict, draft_of, moved_draft, without
from vision.difference.defects.scene import EXPLAINED_REACH_PX, HAIRLINE_PX, MIN_WORD, RESIZED_PX, Scene
from vision.difference.matching import Thing, same_content
from vision.difference.regions import trimmed
from vision.types import Box, Defect, DefectType, Picture

# "A block of three or more elements that moved by the same vector"; fewer are each `moved`.
BLOCK_ELEMENTS = 3


def exchanged(scene: Scene, drafts: list[Defect]) -> list[Defect]:
    """A missing thing and an added thing of the same look are one moved thing."""
    for gone in [draft for draft in drafts if draft.type is DefectType.MISSING]:
        come = next((d for d in drafts if d.type is DefectType.ADDED and _is_same_thing(scene, gone, d)), None)
        if come is not None and gone.reference_box and come.actual_box:
            drafts = [draft for draft in drafts if draft is not gone and draft is not come]
            thing = Thing(gone.reference_box, gone.kind or come.kind, gone.text or come.text)
            drafts.append(moved_draft(thing, gone.reference_box, come.actual_box))
    return drafts


def _is_same_thing(scene: Scene, gone: Defect, come: Defect) -> bool:
    one, two = gone.reference_box, come.actual_box
    if one is None or two is None:
        return False
    if same_content(scene.reference, scene.actual, one, two):
        return True
    near_size = max(abs(one.width - two.width), abs(one.height - two.height)) <= RESIZED_PX
    return near_size and gone.kind is come.kind and len(gone.text) >= MIN_WORD and gone.text == come.text


def grouped(drafts: list[Defect], scene: Scene) -> list[Defect]:
    """Joins three or more things that moved by one vector (to a pixel of rounding) into one block."""
    moved = [draft for draft in drafts if draft.type is DefectType.MOVED and not draft.detail.get("traded")]
    rest = [draft for draft in drafts if draft.type is not DefectType.MOVED or draft.detail.get("traded")]
    moved = [step for draft, steps in _in_steps(moved) for step in steps or (draft,)]
    while moved:
        same = [draft for draft in moved if is_same_way(draft, moved[0])]
        moved = without(moved, same)
        over = [draft for draft in rest if _crossed_the_edge(draft, same[0], scene)]
        rest = without(rest, over)
        is_block = len(same) + len(over) >= BLOCK_ELEMENTS or any(_holds_a_block(draft, scene) for draft in same)
        rest += [_block(same, over, scene)] if is_block else [*same, *over]
    blocks = [draft for draft in rest if draft.type is DefectType.LAYOUT_SHIFT]
    return [draft for draft in rest if not any(_is_line_of(draft, block) for block in blocks)]


def _in_steps(moved: Sequence[Defect]) -> list[tuple[Defect, tuple[Defect, ...]]]:
    """Each move, and the two it is made of where its row went up or down and its column sideways: a cell of a table that lost a
    row and whose columns are narrower since.
    """
    places: dict[tuple[int, int], list[Box]] = {}
    for draft in moved:
        if draft.reference_box is not None:
            places.setdefault((draft.detail["dx"], draft.detail["dy"]), []).append(draft.reference_box)
    ways = {way: _Way(Rows(boxes), np.array([(box.x, box.right) for box in boxes])) for way, boxes in places.items()}
    return [(draft, _steps_of(draft, ways)) for draft in moved]


@dataclass(frozen=True, slots=True)
class _Way:
    """What went one way: its boxes, and where each begins and ends sideways, (n, 2)."""

    boxes: Rows
    sides: NDArray[np.int_]

    def has_row_of(self, box: Box) -> bool:
        return any(in_one_row(self.boxes[at], box) for at in self.boxes.near(box))

    def has_column_of(self, box: Box) -> bool:
        return bool(((self.sides[:, 0] < box.right) & (box.x < self.sides[:, 1])).any())


def _steps_of(draft: Defect, ways: Mapping[tuple[int, int], _Way]) -> tuple[Defect, ...]:
    dx, dy, box = draft.detail["dx"], draft.detail["dy"], draft.reference_box
    column, row = ways.get((dx, 0)), ways.get((0, dy))
    if not dx or not dy or box is None or column is None or row is None:
        return ()
    if min(len(column.sides), len(row.sides)) + len(ways[dx, dy].sides) < BLOCK_ELEMENTS:
        return ()  # one of them is no block: it is told once
    if not column.has_column_of(box) or not row.has_row_of(box):
        return ()
    return tuple(replace(draft, detail=draft.detail | way) for way in ({"dx": dx, "dy": 0}, {"dx": 0, "dy": dy}))


def _holds_a_block(draft: Defect, scene: Scene) -> bool:
    """Is it a card or list that moved with its elements?"""
    if draft.kind is not None or draft.reference_box is None:
        return False
    inside = sum(share_inside(e.box, draft.reference_box) > 0.8 for e in scene.reference_elements)
    return inside >= BLOCK_ELEMENTS


def _is_line_of(draft: Defect, block: Defect) -> bool:
    """Is it a nameless hairline in a moved block: an edge that moved a fraction of a pixel more or less than the rest?"""
    if draft.kind is not None or draft.type not in (DefectType.MISSING, DefectType.ADDED):
        return False
    line, place = (
        (draft.reference_box, block.reference_box)
        if draft.type is DefectType.MISSING
        else (draft.actual_box, block.actual_box)
    )
    if line is None or place is None or min(line.width, line.height) > HAIRLINE_PX:
        return False
    return share_inside(line, grown(place, EXPLAINED_REACH_PX)) > 0.8


def _crossed_the_edge(draft: Defect, moved: Defect, scene: Scene) -> bool:
    """Did the same push bring this into the screenshot, or out of it? Displaced things moved on their own, and a scroll
    bar belongs to the window.
    """
    if draft.detail.get("part") == "scrollbar":
        return False
    dx, dy = moved.detail["dx"], moved.detail["dy"]
    if min(abs(dx), abs(dy)) > 1:
        return False  # no push: an entry of a grid that went to another row
    if draft.type is DefectType.MISSING and not dy:
        return False  # a row that closes up sideways: its first thing was removed
    if draft.type is DefectType.ADDED and draft.actual_box is not None:
        stood, page = draft.actual_box.shifted(-dx, -dy), _page(scene.reference)
        # Only at the right or the lower edge: what appears above pushed content was added there.
        return min(stood.right - page.right, stood.width) > stood.width / 2 or (
            min(stood.bottom - page.bottom, stood.height) > stood.height / 2
        )
    sizes = scene.reference.shape[:2], scene.actual.shape[:2]
    was_cut = (dy and sizes[0][0] != sizes[1][0]) or (dx and sizes[0][1] != sizes[1][1])
    if draft.type is DefectType.MISSING and draft.reference_box is not None and not was_cut:
        return share_inside(draft.reference_box.shifted(dx, dy), _page(scene.actual)) < 0.5
    return False


def _page(picture: Picture) -> Box:
    return Box(0, 0, picture.shape[1], picture.shape[0])


def is_same_way(first: Defect, second: Defect) -> bool:
    return all(abs(first.detail[way] - second.detail[way]) <= 1 for way in ("dx", "dy"))


def _block(moved: Sequence[Defect], over: Sequence[Defect], scene: Scene) -> Defect:
    together = [*moved, *over]
    before = union(draft.reference_box for draft in together if draft.reference_box)
    after = union(draft.actual_box for draft in together if draft.actual_box)
    steps = {way: round(float(np.median([draft.detail[way] for draft in moved]))) for way in ("dx", "dy")}
    after = union([after, *_brought_in(scene, after, steps["dx"], steps["dy"])])
    ids = {element.box: element.id for element in scene.reference_elements}
    elements = [ids.get(draft.reference_box) or as_dict(draft.reference_box) for draft in moved if draft.reference_box]
    landed = clipped(after, scene.actual.shape[1], scene.actual.shape[0])
    return draft_of(DefectType.LAYOUT_SHIFT, before, landed, None, "", {**steps, "elements": elements})


def _brought_in(scene: Scene, landed: Box, dx: int, dy: int) -> list[Box]:
    """What the push of a block moved into the screenshot at its edge."""
    came = [box for box in scene.alignment.inserted if is_over_the_edge(box, scene.actual, -dx, -dy)]
    inked = [ink for ink in (trimmed(scene.actual, box) for box in came) if ink is not None]
    near = grown(landed, max(abs(dx), abs(dy)))
    return [ink for ink in inked if overlap(ink, near).area_px]
