"""The mark of the chosen entry (a line under a tab, a bar beside a menu entry) is now at another entry: both entries
changed their state.

The mark did not move: each of the two entries looks different than before.
"""

from collections.abc import Sequence

from vision.boxes import gap, grown, in_one_row, share_inside, union
from vision.difference.alignment import carried, traced
from vision.difference.defects.drafts import draft_of, place_of, without
from vision.difference.defects.grouping import is_same_way
from vision.difference.defects.scene import TEXT_KINDS, Scene
from vision.types import Box, Defect, DefectType, Element

# A mark is at most THICKEST_PX thick, and at least LEAST_LENGTH times as long.
THICKEST_PX = 6
LEAST_LENGTH = 3
# If more lines than this appeared, disappeared or changed, they are rules, not marks.
MOST_LINES = 8
# Marks of one list are in one row or column, to this many pixels, and equally thick to one pixel.
SAME_LINE_PX = 2
# The words of an entry are at most this many of their heights from its mark.
MARK_GAP = 2.5
# A line is wider than the words by at most PADDING times their height; a bar is at most PADDING times as high as they are.
PADDING = 5
# A mark pushes the words of its entry by at most its own thickness and this much.
PUSH_PX = 4


def with_marks(scene: Scene, drafts: Sequence[Defect]) -> list[Defect]:
    """The drafts, with a change of state for each of the two entries instead of the mark."""
    told = list(drafts)
    lines = [d for d in drafts if _is_mark(d, d.reference_box or d.actual_box)]
    if len(lines) > MOST_LINES:
        return told
    alone = [d for d in lines if d.type is not DefectType.MOVED or not _is_pushed(d, drafts)]
    went = [d for d in alone if d.type is DefectType.MISSING or _stands_elsewhere(d)]
    came = [d for d in alone if d.type is DefectType.ADDED or _stands_elsewhere(d)]
    for one in went:
        other = next(
            (d for d in came if any(d is t for t in told) and _is_one_mark(one.reference_box, d.actual_box)), None
        )
        if other is not None and any(one is t for t in told):
            told = _states(scene, told, one, other)
    return [d for d in told if not _is_line_of_entries(d, told)]


def _is_line_of_entries(line: Defect, told: Sequence[Defect]) -> bool:
    """Is it a recoloured line along entries that changed their look: the lines under two steps, detected as one?"""
    if line.type is not DefectType.STYLE_CHANGED or not _is_mark(line, line.actual_box) or line.actual_box is None:
        return False
    box = line.actual_box
    entries = [
        d.actual_box for d in told if d.type is DefectType.STYLE_CHANGED and d.kind in TEXT_KINDS and d.actual_box
    ]
    along = [
        e for e in entries if share_inside(Box(e.x, box.y, e.width, 1), box) == 1 and gap(e, box) <= MARK_GAP * e.height
    ]
    return len(along) > 1


def _is_mark(draft: Defect, box: Box | None) -> bool:
    if draft.kind is not None or box is None:
        return False
    thick, long = sorted((box.width, box.height))
    return thick <= THICKEST_PX and long >= LEAST_LENGTH * thick


def _stands_elsewhere(line: Defect) -> bool:
    """Is it a line that moved, or a longer or shorter one, mostly beside the old one? An entry may become wider with it."""
    before, after = line.reference_box, line.actual_box
    is_same = line.type in (DefectType.MOVED, DefectType.RESIZED)
    if not is_same or before is None or after is None:
        return False
    return max(share_inside(before, after), share_inside(after, before)) < 0.5


def _is_pushed(line: Defect, drafts: Sequence[Defect]) -> bool:
    """Did anything else move by the same vector? A rule between two rows moves with them."""
    others = (d for d in drafts if d.type is DefectType.MOVED and is_same_way(d, line))
    return any(gap(place_of(other), place_of(line)) > SAME_LINE_PX for other in others)


def _is_one_mark(before: Box | None, after: Box | None) -> bool:
    """Are they equally thick, in the same orientation, in one row or column?"""
    if before is None or after is None or (before.width > before.height) != (after.width > after.height):
        return False
    if abs(min(before.width, before.height) - min(after.width, after.height)) > 1:
        return False
    in_row = max(abs(before.y - after.y), abs(before.bottom - after.bottom)) <= SAME_LINE_PX
    in_column = max(abs(before.x - after.x), abs(before.right - after.right)) <= SAME_LINE_PX
    return in_row or in_column


def _states(scene: Scene, told: list[Defect], went: Defect, came: Defect) -> list[Defect]:
    """The list, with both entries' states instead of the mark; unchanged if one of the marks is at no entry."""
    before, after = went.reference_box, came.actual_box
    assert before is not None and after is not None
    left, chosen = _entry_of(before, scene.reference_elements), _entry_of(after, scene.actual_elements)
    if left is None or chosen is None:
        return told
    left_now, chosen_then = carried(left.box, scene.alignment) or left.box, traced(chosen.box, scene.alignment)
    if share_inside(left_now, grown(chosen.box, SAME_LINE_PX)) > 0.5:
        return told
    told = without(told, (went, came))
    reach = min(before.width, before.height) + PUSH_PX
    stood = carried(before, scene.alignment) or before
    told = _state(told, left, union((before, left.box)), union((stood, left_now)), reach)
    return _state(told, chosen, union((traced(after, scene.alignment), chosen_then)), union((after, chosen.box)), reach)


def _entry_of(mark: Box, elements: Sequence[Element]) -> Element | None:
    """The words that a line is under or over, or that a bar is before or behind."""
    words = [e for e in elements if e.kind in TEXT_KINDS and gap(e.box, mark) <= MARK_GAP * e.box.height]
    if mark.width > mark.height:
        fitting = [e for e in words if mark.x <= e.box.x + e.box.width / 2 < mark.right]
        fitting = [e for e in fitting if mark.width <= e.box.width + PADDING * e.box.height]
    else:
        fitting = [e for e in words if in_one_row(e.box, mark) and mark.height <= PADDING * e.box.height]
    return min(fitting, key=lambda e: (e.box.x < mark.x, gap(e.box, mark)), default=None)


def _state(told: list[Defect], entry: Element, before: Box, after: Box, reach: int) -> list[Defect]:
    """The entry's change of state, with what was already reported for its words: another colour, or the push by the
    mark.
    """
    own = [d for d in told if _is_of(d, before, after, reach)]
    detail = next((d.detail for d in own if d.type is DefectType.STYLE_CHANGED), {})
    detail = dict(detail) | {"aspect": "state", "found_by": "with_marks"}
    boxes = [union([before, *(d.reference_box for d in own if d.reference_box)])]
    boxes += [union([after, *(d.actual_box for d in own if d.actual_box)])]
    state = draft_of(DefectType.STYLE_CHANGED, boxes[0], boxes[1], entry.kind, entry.text, detail)
    return [*without(told, own), state]


def _is_of(draft: Defect, before: Box, after: Box, reach: int) -> bool:
    if draft.type not in (DefectType.STYLE_CHANGED, DefectType.MOVED) or draft.detail.get("area"):
        return False
    if draft.reference_box is None or draft.actual_box is None:
        return False
    if draft.type is DefectType.MOVED and max(abs(draft.detail["dx"]), abs(draft.detail["dy"])) > reach:
        return False
    return max(share_inside(draft.reference_box, before), share_inside(draft.actual_box, after)) > 0.8
