"""What changed, as a list a tester would write; and the verdict on it.

`classify_defects` finds everything; `decide` judges. Every rule here is told in doc/defects.md.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.alignment import carried, traced
from vision.boxes import clipped, grown, iou, overlap, share_inside, union
from vision.matching import Matched, Pair, Thing, look_alike, match_things
from vision.regions import find_regions, find_things, ground_colour, ink_mask, is_blank, tight_box, trimmed
from vision.types import (
    Alignment,
    Box,
    CompareOptions,
    Decision,
    Defect,
    DefectType,
    Element,
    Kind,
    MatchLevel,
    Picture,
    Severity,
    Unexplained,
    Verdict,
)

# "Another place (2 px or more)" (contract); one pixel of jitter is noise.
MOVED_PX = 2
# A side has to change by more than this to be another size: boxes are snapped to pixels, not better.
RESIZED_PX = 2
# "A block of three or more elements that moved by the same vector"; fewer are each `moved`.
BLOCK_ELEMENTS = 3
# Two crops of one size show the same when they correlate this well and their colours differ by less than COLOUR_LEVELS.
SAME_CONTENT = 0.985
COLOUR_LEVELS = 6.0
# Glyph masks agreeing this well are the same letters in another colour.
SAME_GLYPHS = 0.8
# The share of a line's columns that stayed as they were, at its start and its end, from which on a word in it changed;
# another weight or slant changes nearly every letter.
KEPT_COLUMNS = 0.25
# Two readings this alike are one text read twice (a reader errs); only then can all letters changing be style.
SAME_READING = 0.75
# Pixels this near to a defect's box are its own: shadows, outlines, smoothing.
EXPLAINED_REACH_PX = 4

TEXT_KINDS = frozenset({Kind.LABEL, Kind.BUTTON, Kind.INPUT, Kind.SELECT})
FRAMED_KINDS = frozenset({Kind.BUTTON, Kind.INPUT, Kind.SELECT})
TOGGLES = frozenset({Kind.CHECKBOX, Kind.RADIO, Kind.SWITCH})
ACTION_KINDS = FRAMED_KINDS | TOGGLES
PICTURES = frozenset({Kind.IMAGE, Kind.ICON})
GEOMETRY = frozenset(
    {DefectType.MISSING, DefectType.ADDED, DefectType.MOVED, DefectType.RESIZED, DefectType.LAYOUT_SHIFT}
)

Mask = NDArray[np.bool_]
Read = Callable[[Picture, list[Box]], list[str]]


@dataclass(frozen=True, slots=True)
class Scene:
    """All there is to judge. `laid` is the reference laid over the actual; `changed` marks the pixels a person sees
    differ, of the actual's size. Elements stand in their own picture's coordinates."""

    reference: Picture
    actual: Picture
    laid: Picture
    alignment: Alignment
    changed: Mask
    reference_elements: tuple[Element, ...]
    actual_elements: tuple[Element, ...]
    read: Read


@dataclass(frozen=True, slots=True)
class Found:
    defects: tuple[Defect, ...]
    unexplained: tuple[Unexplained, ...]
    matched_ids: frozenset[str]
    text_lines: dict[str, int]


def classify_defects(scene: Scene) -> Found:
    """Every defect between two pictures, numbered in reading order, and what no defect explains."""
    blocks = _blocks(scene)
    before, after = _dirty_things(scene)
    matched = match_things(scene.laid, scene.actual, before, after)
    drafts = blocks + _lone(scene, matched, blocks) + _changed_pairs(scene, matched.pairs)
    drafts = _without_repeats(_moved_out_of_lone(scene, drafts))
    defects = _numbered(_with_causes(drafts))
    unexplained = _unexplained(scene, defects)
    return Found(defects, unexplained, _matched_ids(scene, matched, defects), _text_lines(scene, before, matched))


def decide(defects: Sequence[Defect], unexplained: Sequence[Unexplained], policy: CompareOptions) -> Decision:
    """The verdict, and the rule that decided it."""
    order = list(Severity)
    if any(order.index(defect.severity) >= order.index(policy.fail_on) for defect in defects):
        return Decision(Verdict.FAILED, "severity")
    if unexplained and policy.match_level in (MatchLevel.EXACT, MatchLevel.STRICT):
        return Decision(Verdict.FAILED, "unexplained")
    return Decision(Verdict.PASSED, "below_fail_on" if defects else "no_defects")


def severity_of(type_: DefectType, kind: Kind | None, detail: dict[str, Any]) -> Severity:
    """How bad: what a user can no longer do is critical, what reads or works otherwise major, the rest minor."""
    match type_:
        case DefectType.MISSING:
            if kind in ACTION_KINDS:
                return Severity.CRITICAL
            return Severity.MINOR if kind is Kind.ICON else Severity.MAJOR
        case DefectType.ADDED | DefectType.TEXT_CHANGED | DefectType.IMAGE_CHANGED:
            return Severity.MINOR if kind is Kind.ICON else Severity.MAJOR
        case DefectType.MOVED | DefectType.LAYOUT_SHIFT:
            return Severity.MAJOR if max(abs(detail["dx"]), abs(detail["dy"])) > 16 else Severity.MINOR
        case DefectType.RESIZED:
            return Severity.MAJOR if max(abs(detail["dw"]), abs(detail["dh"])) > 16 else Severity.MINOR
        case _:
            return Severity.MAJOR if kind in TOGGLES or detail.get("delta_e", 0) > 20 else Severity.MINOR


# -- blocks: what the alignment says -----------------------------------------------------------------------------------


def _blocks(scene: Scene) -> list[Defect]:
    """One `layout_shift` (or up to two `moved`) for each vector, and what was put in or taken out."""
    vectors: dict[tuple[int, int], list[Box]] = {}
    for band in scene.alignment.bands:
        if _is_shift(scene.alignment, band.dx, band.dy):
            vectors.setdefault((band.dx, band.dy), []).append(band.reference_box)
    shifts = [defect for vector, boxes in vectors.items() for defect in _shifted(scene, vector, boxes)]
    return shifts + _put_in_or_out(scene)


def _is_shift(alignment: Alignment, dx: int, dy: int) -> bool:
    return max(abs(dx - alignment.dx), abs(dy - alignment.dy)) >= MOVED_PX


def _shifted(scene: Scene, vector: tuple[int, int], boxes: list[Box]) -> list[Defect]:
    dx, dy = vector
    elements = [e for e in scene.reference_elements if any(share_inside(e.box, box) > 0.5 for box in boxes)]
    elements = [e for e in elements if carried(e.box, scene.alignment) == e.box.shifted(dx, dy)]
    inked = [box for box in (trimmed(scene.reference, box) for box in boxes) if box is not None]
    things = [Thing(e.box, e.kind, e.text, e.id) for e in elements] or [Thing(box) for whole in inked for box in _contents(scene.reference, whole)]
    if not things:
        return []
    detail: dict[str, Any] = {"dx": dx, "dy": dy}
    if len(things) < BLOCK_ELEMENTS:
        return [
            _draft(DefectType.MOVED, thing.box, thing.box.shifted(dx, dy), thing.kind, thing.text, detail)
            for thing in things
        ]
    block = union(thing.box for thing in things)
    detail["elements"] = [e.id for e in elements] or [_as_dict(thing.box) for thing in things]
    height, width = scene.actual.shape[:2]
    landed = clipped(block.shifted(dx, dy), width, height)
    return [_draft(DefectType.LAYOUT_SHIFT, block, landed, None, "", detail)]


def _contents(picture: Picture, box: Box) -> list[Box]:
    """Things inside a box, by ink; the box itself where nothing stands out."""
    return find_things(picture, box) or [box]


def _as_dict(box: Box) -> dict[str, int]:
    return {"x": box.x, "y": box.y, "width": box.width, "height": box.height}


def _put_in_or_out(scene: Scene) -> list[Defect]:
    drafts = []
    if scene.alignment.kind == "translation":
        return []
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
    ink = trimmed(picture, box)
    if ink is None:
        return []
    inside = [element for element in elements if share_inside(element.box, box) > 0.5]
    detail: dict[str, Any] = {}
    kind, text = None, ""
    if len(inside) == 1 and share_inside(ink, grown(inside[0].box, 2)) > 0.7:
        kind, text = inside[0].kind, inside[0].text
    elif inside:
        detail = {"parts": [{"kind": e.kind.value, "text": e.text, "box": _as_dict(e.box)} for e in inside]}
    boxes = (ink, None) if type_ is DefectType.MISSING else (None, ink)
    return [_draft(type_, boxes[0], boxes[1], kind, text, detail)]


# -- things: what the changed pixels touch ---------------------------------------------------------------------------------


def _dirty_things(scene: Scene) -> tuple[list[Thing], list[Thing]]:
    """Elements and other ink that changed pixels touch, before and after, both in the actual's coordinates."""
    places = [(element, carried(element.box, scene.alignment)) for element in scene.reference_elements]
    before = [Thing(box, e.kind, e.text, e.id) for e, box in places if box is not None]
    after = [Thing(e.box, e.kind, e.text, e.id) for e in scene.actual_elements]
    regions = find_regions(scene.changed)
    return _touched(scene, scene.laid, before, regions), _touched(scene, scene.actual, after, regions)


def _touched(scene: Scene, picture: Picture, things: list[Thing], regions: list[Box]) -> list[Thing]:
    """Each changed pixel belongs to the smallest element around it; what belongs to none is looked for in the ink."""
    unowned = scene.changed.copy()
    owners: list[Thing] = []
    for thing in sorted(things, key=lambda thing: thing.box.area_px):
        here = unowned[clipped(grown(thing.box, 1), picture.shape[1], picture.shape[0]).slices()]
        if here.any():
            owners.append(thing)
            here[...] = False
    found: list[Thing] = []
    for region in regions:
        if unowned[region.slices()].any():
            found += [Thing(box) for box in find_things(picture, region)]
    return owners + _new(found, owners)


def _new(found: Iterable[Thing], owners: Sequence[Thing]) -> list[Thing]:
    """Ink that is no element's, once."""
    kept: list[Thing] = []
    for thing in found:
        others = [*owners, *kept]
        if not any(iou(thing.box, o.box) > 0.5 or share_inside(thing.box, grown(o.box, 3)) > 0.7 for o in others):
            kept.append(thing)
    return kept


def _lone(scene: Scene, matched: Matched, blocks: Sequence[Defect]) -> list[Defect]:
    """`missing` and `added`: things without a partner, where the other side is blank."""
    drafts = []
    for thing in matched.only_before:
        box = tight_box(scene.laid, thing.box)
        if is_blank(scene.actual, box, scene.laid) or not _drawn_on(thing, matched.only_after):
            drafts.append(_draft(DefectType.MISSING, traced(box, scene.alignment), None, thing.kind, thing.text))
    for thing in matched.only_after:
        box = tight_box(scene.actual, thing.box)
        drafts.append(_draft(DefectType.ADDED, None, box, thing.kind, thing.text))
    return drafts


def _drawn_on(thing: Thing, others: Sequence[Thing]) -> bool:
    return any(overlap(thing.box, other.box).area_px for other in others)


def _moved_out_of_lone(scene: Scene, drafts: list[Defect]) -> list[Defect]:
    """A thing missing here and a thing that looks the same added there is one thing, moved."""
    missing = [d for d in drafts if d.type is DefectType.MISSING and d.reference_box]
    added = [d for d in drafts if d.type is DefectType.ADDED and d.actual_box]
    for gone in missing:
        for come in added:
            assert gone.reference_box and come.actual_box
            if come not in drafts or not _same_content(scene.reference, scene.actual, gone.reference_box, come.actual_box):
                continue
            vector = _vector(gone.reference_box, come.actual_box)
            kind, text = gone.kind or come.kind, gone.text or come.text
            drafts = [draft for draft in drafts if draft is not gone and draft is not come]
            drafts.append(_draft(DefectType.MOVED, gone.reference_box, come.actual_box, kind, text, vector))
            break
    return drafts


def _vector(before: Box, after: Box) -> dict[str, Any]:
    return {"dx": after.x - before.x, "dy": after.y - before.y}


def _same_content(first: Picture, second: Picture, before: Box, after: Box) -> bool:
    if abs(before.width - after.width) > 1 or abs(before.height - after.height) > 1:
        return False
    width, height = min(before.width, after.width), min(before.height, after.height)
    one, two = (
        picture[Box(box.x, box.y, width, height).slices()] for picture, box in ((first, before), (second, after))
    )
    if np.array_equal(one, two):
        return True
    return look_alike(one, two) >= SAME_CONTENT and _colour_distance(one, two) < COLOUR_LEVELS


def _colour_distance(one: Picture, two: Picture) -> float:
    """Largest difference of the mean colours, in levels."""
    return float(np.abs(one.reshape(-1, 3).mean(axis=0) - two.reshape(-1, 3).mean(axis=0)).max())


# -- pairs: the same thing, changed --------------------------------------------------------------------------------------


def _changed_pairs(scene: Scene, pairs: Sequence[Pair]) -> list[Defect]:
    drafts = [_classify_pair(scene, pair) for pair in pairs]
    return [draft for draft in drafts if draft is not None]


def _classify_pair(scene: Scene, pair: Pair) -> Defect | None:
    kind = pair.after.kind or pair.before.kind
    before, after = tight_box(scene.laid, pair.before.box), tight_box(scene.actual, pair.after.box)
    dx, dy = after.x - before.x, after.y - before.y
    if _same_content(scene.laid, scene.actual, before, after):
        if max(abs(dx), abs(dy)) < MOVED_PX:
            return None
        return _pair_draft(scene, DefectType.MOVED, pair, before, after, {"dx": dx, "dy": dy})
    other_size = abs(before.width - after.width) > RESIZED_PX or abs(before.height - after.height) > RESIZED_PX
    size = {"dw": after.width - before.width, "dh": after.height - before.height}
    if kind is None:
        kind = _guess_kind(scene, before, after)
    if kind in TOGGLES or kind in PICTURES:
        if other_size:
            return _pair_draft(scene, DefectType.RESIZED, pair, before, after, size)
        if kind in PICTURES:
            detail = {"similarity": round(look_alike(scene.laid[before.slices()], scene.actual[after.slices()]), 3)}
            return _pair_draft(scene, DefectType.IMAGE_CHANGED, pair, before, after, detail)
        return _pair_draft(scene, DefectType.STYLE_CHANGED, pair, before, after, _colours(scene, before, after))
    if kind in FRAMED_KINDS:
        return _classify_framed(scene, pair, before, after, size if other_size else None)
    if kind is Kind.LABEL:
        return _classify_text(scene, pair, before, after)
    if other_size:
        return _pair_draft(scene, DefectType.RESIZED, pair, before, after, size)
    return _pair_draft(scene, DefectType.STYLE_CHANGED, pair, before, after, _colours(scene, before, after))


def _guess_kind(scene: Scene, before: Box, after: Box) -> Kind | None:
    """By pixels alone: a picture has many colours, a line of text is low, broken up and of few colours."""
    crops = scene.laid[before.slices()], scene.actual[after.slices()]
    if min(before.height, after.height) >= 32 and max(_colour_count(crop) for crop in crops) > 64:
        return Kind.IMAGE
    broken_up = _is_broken_up(scene.laid, before) and _is_broken_up(scene.actual, after)
    if max(before.height, after.height) <= 64 and broken_up:
        return Kind.LABEL
    return None


def _colour_count(crop: Picture) -> int:
    """How many coarse colours (16 levels a channel) at least 4 pixels have."""
    coarse = (crop.reshape(-1, 3) >> 4).astype(np.int64) @ np.array([1, 16, 256])
    return int(np.count_nonzero(np.bincount(coarse) >= 4))


def _is_broken_up(picture: Picture, box: Box) -> bool:
    ink = ink_mask(picture, box, ground_colour(picture, box))
    filled = ink.mean() if ink.size else 0.0
    return bool(0.02 < filled < 0.6)


def _classify_framed(scene: Scene, pair: Pair, before: Box, after: Box, size: dict[str, Any] | None) -> Defect | None:
    """A button, field or drop-down: its text, its frame's size or its look."""
    inner = [_inner_text(picture, box) for picture, box in ((scene.laid, before), (scene.actual, after))]
    texts = _texts(scene, pair, before, after)
    text_differs = inner[0] is not None and inner[1] is not None and _letters_differ(scene, inner[0], inner[1], texts)
    if size is not None and not text_differs:
        return _pair_draft(scene, DefectType.RESIZED, pair, before, after, size)
    if text_differs or (inner[0] is None) != (inner[1] is None):
        return _text_draft(scene, pair, before, after, texts)
    return _pair_draft(scene, DefectType.STYLE_CHANGED, pair, before, after, _colours(scene, before, after))


def _inner_text(picture: Picture, box: Box) -> Box | None:
    """The box of what is written inside a frame."""
    inside = grown(box, -max(3, min(box.width, box.height) // 8))
    if inside.width <= 0 or inside.height <= 0:
        return None
    return trimmed(picture, inside)


def _classify_text(scene: Scene, pair: Pair, before: Box, after: Box) -> Defect | None:
    texts = _texts(scene, pair, before, after)
    if _letters_differ(scene, before, after, texts):
        return _text_draft(scene, pair, before, after, texts)
    return _pair_draft(scene, DefectType.STYLE_CHANGED, pair, before, after, _colours(scene, before, after))


def _letters_differ(scene: Scene, before: Box, after: Box, texts: tuple[str, str]) -> bool:
    """Other letters, or the same in another colour, weight or slant?"""
    one, two = _glyphs(scene.laid, before), _glyphs(scene.actual, after)
    if abs(before.width - after.width) <= 1 and abs(before.height - after.height) <= 1 and _agreement(one, two) > SAME_GLYPHS:
        return False
    if _kept_columns(one, two) >= KEPT_COLUMNS:
        return True
    if not any(texts):
        return True
    return SequenceMatcher(None, *texts, autojunk=False).ratio() < SAME_READING


def _glyphs(picture: Picture, box: Box) -> Mask:
    return ink_mask(picture, box, ground_colour(picture, box), 48)


def _agreement(one: Mask, two: Mask) -> float:
    """Intersection over union of two glyph masks of nearly one size, at the better of the slides by one pixel."""
    height, width = min(one.shape[0], two.shape[0]), min(one.shape[1], two.shape[1])
    one, two = one[:height, :width], two[:height, :width]
    either = np.count_nonzero(one | two)
    return float(np.count_nonzero(one & two) / either) if either else 1.0


def _kept_columns(one: Mask, two: Mask) -> float:
    """Share of the columns that are the same from the start, and of those from the end."""
    height = min(one.shape[0], two.shape[0])
    one, two = one[:height], two[:height]
    width = min(one.shape[1], two.shape[1])
    start = _equal_prefix(one[:, :width], two[:, :width])
    end = _equal_prefix(one[:, ::-1][:, : width - start], two[:, ::-1][:, : width - start])
    return (start + end) / max(one.shape[1], two.shape[1], 1)


def _equal_prefix(one: Mask, two: Mask) -> int:
    unequal = np.flatnonzero((one != two).sum(axis=0) > 1)
    return int(unequal[0]) if len(unequal) else one.shape[1]


def _texts(scene: Scene, pair: Pair, before: Box, after: Box) -> tuple[str, str]:
    source = traced(before, scene.alignment)
    said = pair.before.text or scene.read(scene.reference, [source])[0]
    return said, pair.after.text or scene.read(scene.actual, [after])[0]


def _text_draft(scene: Scene, pair: Pair, before: Box, after: Box, texts: tuple[str, str]) -> Defect:
    detail = {"before": texts[0], "after": texts[1], "span": _span(*texts)}
    return _pair_draft(scene, DefectType.TEXT_CHANGED, pair, before, after, detail)


def _span(before: str, after: str) -> dict[str, list[int]]:
    """First and last+1 character that changed, in each text."""
    start = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after)))
    rest = min(len(before), len(after)) - start
    pairs = zip(reversed(before), reversed(after), strict=False)
    end = next((i for i, (a, b) in enumerate(pairs) if a != b or i >= rest), rest)
    return {"before": [start, len(before) - end], "after": [start, len(after) - end]}


def _colours(scene: Scene, before: Box, after: Box) -> dict[str, Any]:
    """The colour most of the changed pixels had and have, and how far apart they are (CIE 1976)."""
    place = union((before, after))
    changed = scene.changed[place.slices()]
    if not changed.any():
        changed = np.ones_like(changed)
    one, two = (_commonest(picture[place.slices()][changed]) for picture in (scene.laid, scene.actual))
    return {"before": _hex(one), "after": _hex(two), "delta_e": round(_delta_e(one, two), 1)}


def _commonest(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    coarse = (colours >> 4).astype(np.int64) @ np.array([1, 16, 256])
    return np.asarray(np.median(colours[coarse == np.bincount(coarse).argmax()], axis=0), dtype=np.uint8)


def _hex(colour: NDArray[np.uint8]) -> str:
    blue, green, red = (int(value) for value in colour)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _delta_e(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> float:
    pixels = np.array([[one, two]], np.float32) / 255
    lab = cv2.cvtColor(pixels, cv2.COLOR_BGR2LAB)[0]
    return float(np.linalg.norm(lab[0] - lab[1]))


# -- the list ------------------------------------------------------------------------------------------------------------


def _draft(
    type_: DefectType,
    reference_box: Box | None,
    actual_box: Box | None,
    kind: Kind | None,
    text: str,
    detail: dict[str, Any] | None = None,
) -> Defect:
    detail = detail or {}
    return Defect("", type_, severity_of(type_, kind, detail), reference_box, actual_box, kind, text, None, detail)


def _pair_draft(scene: Scene, type_: DefectType, pair: Pair, before: Box, after: Box, detail: dict[str, Any]) -> Defect:
    kind, text = pair.after.kind or pair.before.kind, pair.before.text or pair.after.text
    return _draft(type_, traced(before, scene.alignment), after, kind, text, detail)


def _without_repeats(drafts: list[Defect]) -> list[Defect]:
    """A thing is listed once: what lies inside another defect of the same type is that defect's part."""
    kept: list[Defect] = []
    for draft in sorted(drafts, key=lambda d: -_place(d).area_px):
        if not any(draft.type is other.type and share_inside(_place(draft), _place(other)) > 0.8 for other in kept):
            kept.append(draft)
    return kept


def _place(defect: Defect) -> Box:
    box = defect.actual_box or defect.reference_box
    assert box is not None
    return box


def _with_causes(drafts: list[Defect]) -> list[tuple[Defect, Defect | None]]:
    """Each draft with the draft it follows from: what was put in or taken out before a block pushed it."""
    roots = [draft for draft in drafts if draft.type in (DefectType.ADDED, DefectType.MISSING)]
    pushed = (DefectType.LAYOUT_SHIFT, DefectType.MOVED)
    return [(draft, _cause(draft, roots) if draft.type in pushed else None) for draft in drafts]


def _cause(shift: Defect, roots: Sequence[Defect]) -> Defect | None:
    dx, dy = shift.detail["dx"], shift.detail["dy"]
    if dx and dy:
        return None
    fitting = [root for root in roots if _could_push(root, dx, dy)]
    return min(fitting, key=lambda root: _gap(_place(root), _place(shift)), default=None)


def _could_push(root: Defect, dx: int, dy: int) -> bool:
    """Something put in pushes away, something taken out lets come nearer, by about its own size (margins included)."""
    box = _place(root)
    step, size = (dy, box.height) if dy else (dx, box.width)
    grows = root.type is DefectType.ADDED
    return (step > 0) == grows and size - 8 <= abs(step) <= 2 * size + 48


def _gap(first: Box, second: Box) -> int:
    across = max(first.x, second.x) - min(first.right, second.right)
    down = max(first.y, second.y) - min(first.bottom, second.bottom)
    return max(across, 0) + max(down, 0)


def _numbered(drafts: list[tuple[Defect, Defect | None]]) -> tuple[Defect, ...]:
    """In reading order, but a consequence never before its cause."""
    ordered = sorted(drafts, key=lambda item: _reading_place(*item))
    ids = {id(draft): f"d{number}" for number, (draft, _) in enumerate(ordered, 1)}
    return tuple(_with_cause(replace(draft, id=ids[id(draft)]), cause, ids.get(id(cause))) for draft, cause in ordered)


def _reading_place(draft: Defect, cause: Defect | None) -> tuple[int, bool, int, int]:
    place = _place(draft)
    return _place(cause or draft).y, cause is not None, place.y, place.x


def _with_cause(defect: Defect, cause: Defect | None, cause_id: str | None) -> Defect:
    if cause is None:
        return defect
    return replace(defect, cause_id=cause_id, detail=defect.detail | {"cause_type": cause.type.value})


def _unexplained(scene: Scene, defects: Sequence[Defect]) -> tuple[Unexplained, ...]:
    height, width = scene.changed.shape
    left = scene.changed.copy()
    for defect in defects:
        places = [defect.actual_box, defect.reference_box and carried(defect.reference_box, scene.alignment)]
        for box in places:
            if box is not None:
                left[clipped(grown(box, EXPLAINED_REACH_PX), width, height).slices()] = False
    regions = find_regions(left)
    return tuple(Unexplained(traced(box, scene.alignment), box, int(left[box.slices()].sum())) for box in regions)


def _matched_ids(scene: Scene, matched: Matched, defects: Sequence[Defect]) -> frozenset[str]:
    """The reference's elements that have a counterpart: all that were carried, less what is missing."""
    gone = {thing.element_id for thing in matched.only_before}
    held = (e.id for e in scene.reference_elements if carried(e.box, scene.alignment) is not None)
    return frozenset(set(held) - gone)


def _text_lines(scene: Scene, before: Sequence[Thing], matched: Matched) -> dict[str, int]:
    """Lines compared by their pixels, by reading them, and those that differ but could not be read."""
    total = sum(element.kind in TEXT_KINDS for element in scene.reference_elements)
    differing = [pair for pair in matched.pairs if pair.before.kind in TEXT_KINDS]
    unreadable = sum(not (pair.before.text or pair.after.text) for pair in differing)
    return {"pixels": total - len(differing), "read": len(differing) - unreadable, "unreadable": unreadable}


