"""Joins things that were added or removed together into a block, and changed pieces of a line into a change of the
line.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vision.boxes import Rows, clipped, grown, in_one_row, iou, overlap, share_inside, union
from vision.difference.alignment import carried, traced
from vision.difference.defects.drafts import draft_of, parts_of, without
from vision.difference.defects.hunt import LINE_GAP, OWN_REACH_PX, TALLEST_CONTROL_PX
from vision.difference.defects.readings import read_line
from vision.difference.defects.scene import FRAMED_KINDS, SAME_PLACE, TEXT_KINDS, Scene
from vision.difference.matching import Thing
from vision.difference.regions import WORD_GAP, is_framed, tight_box
from vision.groups import connected
from vision.types import Box, Defect, DefectType, Element, Kind

# Parts of a block are this close.
BLOCK_GAP_PX = 48
# A block has at least this many parts; fewer are told one by one.
BLOCK_PARTS = 3
# Higher frames are panels.
HIGHEST_CONTROL_PX = 64
# A sign within a field or button, such as an emoji, is at most this large.
LARGEST_SIGN_PX = 28
# A sign of a line has text before it within this many heights of the line.
LEAST_TEXT_BEFORE = 1.0
# A piece of a line is at most this much higher than the line.
PIECE_HEIGHT = 1.7


def blocks_of(drafts: Sequence[Defect], stayed: Sequence[Box], type_: DefectType) -> list[Defect]:
    """Three or more things that came (or went) side by side, with nothing between them that was there before, are one block."""
    side = "actual_box" if type_ is DefectType.ADDED else "reference_box"
    own = [d for d in drafts if d.type is type_ and not d.detail.get("covered") and not d.detail.get("part")]
    boxes = [getattr(d, side) for d in own]
    rows = Rows(grown(box, BLOCK_GAP_PX) for box in boxes)
    kept = Rows(stayed)
    links = []
    for index, box in enumerate(boxes):
        for other in rows.near(box):
            near = overlap(rows[other], box).area_px > 0 or in_one_row(box, boxes[other])
            if other < index and near and _nothing_between(box, boxes[other], kept):
                links.append((index, other))
    told = without(drafts, own)
    for group in connected(len(own), links):
        members = [own[at] for at in group]
        whole = union(boxes[at] for at in group)
        count = sum(len(member.detail.get("parts", ())) or 1 for member in members)
        if (
            count >= BLOCK_PARTS
            and len(members) > 1
            and not any(share_inside(kept[at], whole) > 0.5 for at in kept.near(whole))
        ):
            told.append(_block(members, whole, type_))
        else:
            told += members
    return told


def _nothing_between(one: Box, other: Box, stayed: Rows) -> bool:
    whole = union((one, other))
    return not any(share_inside(stayed[at], whole) > 0.5 for at in stayed.near(whole))


def _block(members: Sequence[Defect], whole: Box, type_: DefectType) -> Defect:
    parts: list[dict[str, Any]] = []
    for member in members:
        box = member.actual_box or member.reference_box
        inner = member.detail.get("parts")
        parts += inner or (parts_of([Thing(box, member.kind, member.text)]) if box else [])
    before, after = (None, whole) if type_ is DefectType.ADDED else (whole, None)
    found_by = members[0].detail.get("found_by", "")
    return draft_of(type_, before, after, None, "", {"parts": parts, "elements": parts, "found_by": found_by})


def in_controls(scene: Scene, drafts: Sequence[Defect]) -> list[Defect]:
    """A changed nameless text in a field, button or list is that control's text."""
    controls = [(e, e.box) for e in scene.actual_elements if e.kind in FRAMED_KINDS]
    controls += [
        (e, b) for e in scene.reference_elements if e.kind in FRAMED_KINDS and (b := carried(e.box, scene.alignment))
    ]
    drafts = [_in_control(draft, controls) for draft in drafts]
    for element, box in controls:
        inside = [d for d in drafts if _is_part_of_control(d, box)]
        if inside and box.height <= HIGHEST_CONTROL_PX:
            best = max(inside, key=lambda d: d.detail.get("delta_e", 0))
            whole = replace(
                best, kind=element.kind, text=element.text, actual_box=box, reference_box=traced(box, scene.alignment)
            )
            drafts = [*without(drafts, inside), whole]
    return drafts


def _is_part_of_control(draft: Defect, box: Box) -> bool:
    """Is it the control's text, arrow or border, in another colour?"""
    if draft.type is not DefectType.STYLE_CHANGED or draft.detail.get("area") or draft.actual_box is None:
        return False
    return draft.kind in (None, Kind.LABEL, Kind.ICON) and share_inside(draft.actual_box, grown(box, 2)) > 0.9


def _in_control(draft: Defect, controls: Sequence[tuple[Element, Box]]) -> Defect:
    if draft.type is not DefectType.TEXT_CHANGED or draft.kind is not None or draft.actual_box is None:
        return draft
    for element, box in controls:
        if share_inside(draft.actual_box, box) > 0.9 and box.height <= HIGHEST_CONTROL_PX:
            return replace(draft, kind=element.kind, text=element.text or draft.text, actual_box=box, reference_box=box)
    return draft


def lines_of(scene: Scene, drafts: Sequence[Defect]) -> list[Defect]:
    """Joins a word added right behind a line, or an emoji that changed in it, to the line: the line has another text."""
    labels = [(e, carried(e.box, scene.alignment)) for e in scene.reference_elements if e.kind in TEXT_KINDS]
    lines = [(e, box) for e, box in labels if box is not None]
    kinds = [e.kind for e, _ in lines]
    rows = Rows(box for _, box in lines)
    told: list[Defect] = []
    pieces: dict[int, list[Defect]] = {}
    for draft in drafts:
        is_piece = _is_piece(draft) or _is_cut_short(draft, scene)
        line = _line_of(draft, scene, rows, kinds) if is_piece else None
        if line is None:
            told.append(draft)
        else:
            pieces.setdefault(line, []).append(draft)
    for at, members in pieces.items():
        told = _joined_into(scene, lines[at][0], lines[at][1], members, told)
    return told


def _is_piece(draft: Defect) -> bool:
    if draft.detail.get("part") or draft.detail.get("parts") or draft.detail.get("area") or draft.detail.get("covered"):
        return False
    if draft.detail.get("displaced") or draft.detail.get("block"):
        return False
    if draft.type in (DefectType.ADDED, DefectType.MISSING):
        return draft.kind in (None, Kind.LABEL, Kind.ICON)
    nameless = (DefectType.STYLE_CHANGED, DefectType.RESIZED, DefectType.IMAGE_CHANGED, DefectType.TEXT_CHANGED)
    return draft.type in nameless and draft.kind is None and draft.detail.get("aspect") != "outline"


def _is_cut_short(draft: Defect, scene: Scene) -> bool:
    """Is it the change of a sign, named after its line because the detector joined both in one picture?"""
    box = draft.actual_box
    if draft.type is not DefectType.TEXT_CHANGED or draft.kind is not Kind.LABEL or box is None:
        return False
    lines = (e.box for e in scene.actual_elements if e.kind is Kind.LABEL and e.box.width >= 2 * box.width)
    return any(share_inside(box, grown(line, 2)) > 0.8 for line in lines)


def _line_of(draft: Defect, scene: Scene, lines: Rows, kinds: Sequence[Kind]) -> int | None:
    """The label whose line a piece belongs to: within it, or right behind it. Further away than a word's gap it is a
    thing of its own: the next cell, the next page number.
    """
    box = draft.actual_box or (draft.reference_box and carried(draft.reference_box, scene.alignment))
    if box is None or (draft.kind is Kind.ICON and draft.type not in (DefectType.ADDED, DefectType.MISSING)):
        return None
    best, gap = None, WORD_GAP if _is_label_of_its_own(scene, draft) else LINE_GAP
    for at in lines.near(box):
        line = lines[at]
        shared = min(line.bottom, box.bottom) - max(line.y, box.y)
        if shared < 0.6 * min(line.height, box.height) or box.height > PIECE_HEIGHT * line.height:
            continue
        if kinds[at] in FRAMED_KINDS and max(box.width, box.height) > LARGEST_SIGN_PX:
            continue
        inside = share_inside(box, grown(line, 2)) > 0.8
        framed = kinds[at] in FRAMED_KINDS
        starts_near = line.x < box.x <= line.right + gap * line.height and box.right > line.right
        follows = not framed and starts_near and _could_follow(scene, draft, box, line)
        if inside and draft.kind is not Kind.LABEL and box.x < line.x + LEAST_TEXT_BEFORE * line.height:
            return None  # a mark before the words is a separate thing
        if draft.kind is Kind.ICON and box.x < line.right - 2 * line.height:
            continue  # an icon before the words is a separate thing
        if follows and any(0 <= lines[i].x - box.right < box.x - line.right for i in lines.near(box) if i != at):
            continue  # a sign closer to the words behind it does not belong to those before it
        behind = follows or (inside and box != line)
        if behind and not _is_whole(box, line):
            best = at
    return best


def _is_label_of_its_own(scene: Scene, draft: Defect) -> bool:
    """Is it a label of its own, rather than the end of a line named after the whole line?"""
    box = draft.actual_box or draft.reference_box
    if draft.kind is not Kind.LABEL or box is None:
        return False
    near = scene.near_actual(box) if draft.actual_box else scene.near_reference(box)
    return any(e.kind is Kind.LABEL and share_inside(e.box, grown(box, 2)) > 0.8 for e in near)


def _could_follow(scene: Scene, draft: Defect, box: Box, line: Box) -> bool:
    """Could the piece continue the line: words, ink that starts within the line or a word's gap behind it, or a square
    sign?
    """
    if draft.kind is Kind.LABEL or box.x < line.right or box.width <= 2 * line.height:
        return True
    drawn = scene.actual if draft.actual_box else scene.laid
    return box.x - line.right <= WORD_GAP * line.height and not is_framed(drawn, box)


def _is_whole(box: Box, line: Box) -> bool:
    return box.width >= 0.8 * line.width and share_inside(box, grown(line, 2)) > 0.8


def _joined_into(
    scene: Scene, element: Element, line: Box, members: Sequence[Defect], told: list[Defect]
) -> list[Defect]:
    """One change of the line's text in place of its pieces, or joined to an existing entry. Pieces that only changed
    colour are the line's change of colour.
    """
    if element.kind in FRAMED_KINDS and line.height > TALLEST_CONTROL_PX:
        element, line = _row_in_card(scene, element, line, members)
    boxes = [m.actual_box or line for m in members]
    if all(m.type is DefectType.STYLE_CHANGED and m.detail.get("aspect") == "colour" for m in members):
        worst = max(members, key=lambda m: m.detail.get("delta_e", 0))
        before = union(m.reference_box or line for m in members)
        return [
            *told,
            replace(worst, kind=element.kind, text=element.text, reference_box=before, actual_box=union(boxes)),
        ]
    after = union([line, *boxes])
    for index, draft in enumerate(told):
        if draft.actual_box and draft.type is DefectType.TEXT_CHANGED and overlap(draft.actual_box, line).area_px:
            told[index] = replace(draft, actual_box=union((draft.actual_box, *boxes)))
            return told
    told = [
        d for d in told if not (d.type is DefectType.STYLE_CHANGED and d.actual_box and _is_whole(d.actual_box, line))
    ]
    height, width = scene.actual.shape[:2]
    text = _text_at(scene, line) or read_line(scene, scene.actual, clipped(after, width, height), "")
    known = element.text or read_line(scene, scene.reference, clipped(element.box, width, height), "")
    before = tight_box(scene.reference, element.box)
    after = union([tight_box(scene.actual, clipped(line, width, height)), *boxes])
    detail = {"before": known, "after": text if text != known else ""}
    return [*told, draft_of(DefectType.TEXT_CHANGED, before, after, element.kind, known, detail)]


def _text_at(scene: Scene, place: Box) -> str:
    """The text of the actual's element in this place."""
    best = max(scene.actual_elements, key=lambda e: iou(e.box, place), default=None)
    return best.text if best is not None and iou(best.box, place) > SAME_PLACE else ""


def _row_in_card(scene: Scene, card: Element, place: Box, members: Sequence[Defect]) -> tuple[Element, Box]:
    """The line of text around the pieces, in the reference and carried, if the "field" is really a card."""
    pieces = union(m.actual_box or place for m in members)
    inside = grown(place, -OWN_REACH_PX)
    rows = clipped(Box(inside.x, pieces.y, inside.width, pieces.height), scene.laid.shape[1], scene.laid.shape[0])
    row = tight_box(scene.laid, rows)
    return replace(card, kind=Kind.LABEL, box=traced(row, scene.alignment), text=""), row
