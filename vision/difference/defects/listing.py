"""Turns drafts into the final list: each thing once, consequences after their cause, numbered in reading order."""

from collections.abc import Sequence
from dataclasses import replace

from vision.boxes import Rows, clipped, gap, grown, in_one_row, overlap, share_inside, union
from vision.difference.defects.drafts import place_of
from vision.difference.defects.grouping import is_same_way
from vision.difference.defects.scene import ACTION_KINDS, FRAMED_KINDS, HAIRLINE_PX, Scene
from vision.difference.defects.spacing import is_in_table
from vision.types import Box, Defect, DefectType, Kind, Picture

# A border or shadow is this close to its thing.
OWN_LINE_PX = 4
# Notes in `detail` from one step to another: it swapped places; something else took its place; it lies over the page.
WORKING_NOTES = frozenset({"block", "traded", "displaced"})
# A thing pushed in one direction may be off by this much in the other.
ROUNDING_PX = 1
# A table's column has at least this many cells, and shares this much of its height with the next column.
LEAST_CELLS = 3
SAME_ROWS = 0.8
# A box that covers more of the page than this counts as the page.
WHOLE_PAGE = 0.6


def without_repeats(drafts: list[Defect]) -> list[Defect]:
    """Removes drafts inside a larger defect that already says what happened to them."""
    one_sided = (DefectType.ADDED, DefectType.MISSING)
    kept: list[Defect] = []
    rows = Rows()
    for draft in sorted(drafts, key=lambda draft: (-place_of(draft).area_px, draft.type in one_sided)):
        both_sides = union(box for box in (draft.reference_box, draft.actual_box) if box is not None)
        if not any(_is_told_by(draft, kept[index]) for index in rows.near(grown(both_sides, OWN_LINE_PX))):
            kept.append(draft)
            rows.add(both_sides)
    return kept


def _is_told_by(part: Defect, whole: Defect) -> bool:
    if _is_edge_of(part, whole) or _is_line_along(part, whole):
        return True
    if _share_of_part(part, whole) < 0.8 or whole.detail.get("area") or part.detail.get("covered"):
        return False
    if _are_words_and_border(part, whole):
        return False
    if part.type is whole.type or whole.type is DefectType.IMAGE_CHANGED or _says_as_much(part, whole):
        return True
    if whole.type is DefectType.MOVED:
        if part.type is DefectType.STYLE_CHANGED:  # between pixels the same words are drawn differently
            return part.detail.get("aspect") == "shape" and bool(part.text) and part.text == whole.text
        one_sided = part.type in (DefectType.ADDED, DefectType.MISSING)
        return whole.kind in FRAMED_KINDS and one_sided and part.kind not in ACTION_KINDS
    if whole.type in (DefectType.ADDED, DefectType.MISSING, DefectType.LAYOUT_SHIFT):
        return False
    same_place = _share_of_part(whole, part) > 0.8
    return same_place or (part.kind in (None, Kind.LABEL, Kind.ICON) and whole.kind not in (Kind.LABEL, Kind.ICON))


def _are_words_and_border(part: Defect, whole: Defect) -> bool:
    """Other words in a field, and another border around it, are two changes."""
    words = [d for d in (part, whole) if d.type is DefectType.TEXT_CHANGED]
    return len(words) == 1 and any(d.detail.get("aspect") == "outline" for d in (part, whole))


def _says_as_much(part: Defect, whole: Defect) -> bool:
    """Does a change of text already contain these words as removed or added?"""
    if whole.type is not DefectType.TEXT_CHANGED or not part.text:
        return False
    went, came = whole.detail.get("before"), whole.detail.get("after")
    return part.text == {DefectType.MISSING: went, DefectType.ADDED: came}.get(part.type)


def _is_edge_of(part: Defect, whole: Defect) -> bool:
    """Is it nameless ink that moved like an adjacent named thing: its border, detected together with its neighbour?"""
    if part.type is not DefectType.MOVED or whole.type is not DefectType.MOVED or part.kind or not whole.kind:
        return False
    return is_same_way(part, whole) and overlap(place_of(part), place_of(whole)).area_px > 0


def _is_line_along(part: Defect, whole: Defect) -> bool:
    """Is it a nameless hairline added or removed along a changed thing: its border or shadow?"""
    line = place_of(part)
    if (
        part.kind
        or part.type not in (DefectType.MISSING, DefectType.ADDED)
        or min(line.width, line.height) > HAIRLINE_PX
    ):
        return False
    if whole.reference_box is None or whole.actual_box is None or whole.type is DefectType.LAYOUT_SHIFT:
        return False
    return share_inside(line, grown(union((whole.reference_box, whole.actual_box)), OWN_LINE_PX)) > 0.8


def _share_of_part(part: Defect, whole: Defect) -> float:
    """The share of one defect inside another, on a side that both have."""
    sides = ((part.reference_box, whole.reference_box), (part.actual_box, whole.actual_box))
    return max((share_inside(one, grown(other, 2)) for one, other in sides if one and other), default=0.0)


def with_causes(drafts: list[Defect]) -> list[tuple[Defect, Defect | None]]:
    """Each draft with its cause: a draft that was added, removed or became longer, and pushed, covered or dimmed it."""
    roots = [draft for draft in drafts if draft.type in (DefectType.ADDED, DefectType.MISSING)]
    longer = [draft for draft in drafts if draft.type in (DefectType.TEXT_CHANGED, DefectType.RESIZED)]
    return [(draft, _cause_of(draft, roots, longer)) for draft in drafts]


def _cause_of(draft: Defect, roots: Sequence[Defect], longer: Sequence[Defect]) -> Defect | None:
    match draft.type:
        case DefectType.ADDED | DefectType.MISSING:
            return _cover_of(draft, roots)
        case DefectType.LAYOUT_SHIFT | DefectType.MOVED:
            return _pusher_of(draft, roots, longer)
        case DefectType.STYLE_CHANGED:
            return _dialog_before(draft, roots)
    return None


def _cover_of(draft: Defect, roots: Sequence[Defect]) -> Defect | None:
    """The block that hides this missing thing (or hid this added one)."""
    if not draft.detail.get("covered"):
        return None
    box, others = place_of(draft), [r for r in roots if r is not draft and r.type is not draft.type]
    return max(others, key=lambda root: overlap(place_of(root), box).area_px, default=None)


def _dialog_before(page: Defect, roots: Sequence[Defect]) -> Defect | None:
    """The block in the middle of a page that was dimmed or blurred behind it."""
    if page.detail.get("found_by") != "restyle_page":
        return None
    blocks = [root for root in roots if root.detail.get("found_by") == "find_blocks" and not root.detail.get("covered")]
    return next((block for block in blocks if _stands_free(place_of(block), place_of(page))), None)


def _stands_free(block: Box, page: Box) -> bool:
    return page.x < block.x < page.x + page.width / 2 < block.right < page.right


def _pusher_of(shift: Defect, roots: Sequence[Defect], longer: Sequence[Defect]) -> Defect | None:
    if shift.detail.get("order") == "respaced":
        return next((one for one in (*roots, *longer) if is_in_table(place_of(one), shift)), None)
    dx, dy = shift.detail["dx"], shift.detail["dy"]
    if min(abs(dx), abs(dy)) > ROUNDING_PX:
        return None
    dx, dy = (dx, 0) if abs(dx) > abs(dy) else (0, dy)
    fitting = [root for root in roots if _stands_in_the_way(root, shift, dx) and _could_push(root, dx, dy)]
    fitting += [root for root in roots if dx and _is_column_beside(root, shift)]
    fitting += [one for one in longer if _carried_along(one, shift, dx, dy)]
    return min(fitting, key=lambda root: gap(place_of(root), place_of(shift)), default=None)


def _stands_in_the_way(root: Defect, shift: Defect, dx: int) -> bool:
    """Is the cause in the way? A cause that pushes sideways shares rows with the thing, one that pushes up or down
    shares columns.
    """
    box, pushed = place_of(root), shift.actual_box if root.type is DefectType.ADDED else shift.reference_box
    if pushed is None:
        return False
    if dx:
        return box.y < pushed.bottom and pushed.y < box.bottom
    return box.x < pushed.right and pushed.x < box.right


def _could_push(root: Defect, dx: int, dy: int) -> bool:
    """Can this have pushed so far? An addition pushes away and a removal pulls closer, by about its own size with
    margins. A scroll bar pushes things at the right by its width, centred things by half of it.
    """
    box = place_of(root)
    if root.detail.get("part") == "scrollbar":
        is_narrower = root.type is DefectType.ADDED
        return dx != 0 and (dx < 0) == is_narrower and abs(dx) <= box.width + ROUNDING_PX
    step, size = (dy, box.height) if dy else (dx, box.width)
    grows = root.type is DefectType.ADDED
    return (step > 0) == grows and size - 8 <= abs(step) <= 2 * size + 48


def _is_column_beside(root: Defect, shift: Defect) -> bool:
    """Is it a column added to or removed from a table? The others share the space anew, in both directions."""
    column, moved = place_of(root), place_of(shift)
    rows = overlap(replace(column, x=moved.x, width=moved.width), moved).height
    return len(root.detail.get("parts", ())) >= LEAST_CELLS and rows >= SAME_ROWS * max(column.height, moved.height)


def _carried_along(root: Defect, shift: Defect, dx: int, dy: int) -> bool:
    """Did the facing side of a longer or shorter thing move as far as this did?"""
    before, after, place = root.reference_box, root.actual_box, shift.reference_box
    if before is None or after is None or place is None:
        return False
    if not (in_one_row(before, place) if dx else min(before.right, place.right) > max(before.x, place.x)):
        return False
    if dx:
        went = after.right - before.right if place.x >= before.right - OWN_LINE_PX else after.x - before.x
        beside = place.x >= before.right - OWN_LINE_PX or place.right <= before.x + OWN_LINE_PX
        return beside and abs(went - dx) <= OWN_LINE_PX
    return place.y >= before.bottom - OWN_LINE_PX and abs(after.height - before.height - dy) <= OWN_LINE_PX


def inside_pictures(drafts: Sequence[Defect], scene: Scene) -> list[Defect]:
    """Clips boxes to their picture; a box completely outside is dropped."""
    told = []
    for draft in drafts:
        before, after = _cut(draft.reference_box, scene.reference), _cut(draft.actual_box, scene.actual)
        if before is not None or after is not None:
            told.append(replace(draft, reference_box=before, actual_box=after))
    return told


def _cut(box: Box | None, picture: Picture) -> Box | None:
    inside = box and clipped(box, picture.shape[1], picture.shape[0])
    return inside if inside and inside.area_px else None


def with_places(drafts: Sequence[Defect], width: int, height: int) -> list[Defect]:
    """Adds the place on the page, in words (`detail.where`), to defects without a name and text."""
    return [
        d if d.text else replace(d, detail=d.detail | {"where": _where(place_of(d), width, height)}) for d in drafts
    ]


def _where(box: Box, width: int, height: int) -> str:
    """One of `top left`, `top`, `top right`, `left`, `middle`, ...; `page` if the box covers most of it."""
    if box.area_px > WHOLE_PAGE * width * height:
        return "page"
    x, y = (box.x + box.width / 2) / width, (box.y + box.height / 2) / height
    row = "top" if y < 1 / 3 else "bottom" if y > 2 / 3 else ""
    column = "left" if x < 1 / 3 else "right" if x > 2 / 3 else ""
    return " ".join(part for part in (row, column) if part) or "middle"


def numbered(drafts: list[tuple[Defect, Defect | None]]) -> tuple[Defect, ...]:
    """Numbers the list in reading order, but no consequence before its cause."""
    ordered = sorted(drafts, key=lambda item: _reading_place(*item))
    ids = {id(draft): f"d{number}" for number, (draft, _) in enumerate(ordered, 1)}
    return tuple(_with_cause(_as_told(draft, ids[id(draft)]), cause, ids.get(id(cause))) for draft, cause in ordered)


def _as_told(draft: Defect, id_: str) -> Defect:
    """The numbered defect, without notes that only earlier steps needed."""
    detail = {key: value for key, value in draft.detail.items() if key not in WORKING_NOTES}
    return replace(draft, id=id_, detail=detail)


def _reading_place(draft: Defect, cause: Defect | None) -> tuple[int, bool, int, int]:
    place = place_of(draft)
    return place_of(cause or draft).y, cause is not None, place.y, place.x


def _with_cause(defect: Defect, cause: Defect | None, cause_id: str | None) -> Defect:
    if cause is None:
        return defect
    return replace(defect, cause_id=cause_id, detail=defect.detail | {"cause_type": cause.type.value})
