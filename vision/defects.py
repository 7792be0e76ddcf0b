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
from vision.matching import Pair, Thing, equal_things, find_again, look_alike, match_things, same_content
from vision.noise import unlikeness
from vision.regions import (
    BLANK_LEVELS,
    edge_energy,
    find_button,
    find_glyph,
    find_regions,
    find_things,
    ground_colour,
    ink_mask,
    is_blank,
    is_framed,
    joined_lines,
    tight_box,
    trimmed,
)
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
# Residue (vision/noise.py) above which two lines of one size hold other letters, once their colours are fitted: between the
# smallest typing error measured (0.09) and another colour's smoothing (0.03).
OTHER_LETTER = 0.06
# A framed figure no wider than this and without a name is a checkbox, radio or switch: nothing is written in it.
LARGEST_TOGGLE_PX = 56
# What nobody named is a picture when both sides are this large and one shows this many coarse colours: buttons with a
# gradient have up to 41, illustrations and photos from 55 on.
MIN_PICTURE_PX = 32
PICTURE_COLOURS = 48
# How far a region is searched for having slid within itself, and how alike it must be there.
SLIDE_REACH_PX = 24
SLID_LOOK = 0.9
# From this correlation on it is the same picture in other colours.
SAME_PICTURE = 0.95
SMALL_PICTURE_PX = 24
SMALL_PICTURE_COLOURS = 12
# At least this share of the pixels of a region change with its picture, and the two correlate no better than this.
PICTURE_DENSITY = 0.25
PICTURE_LOOK = 0.7
# Text in a frame differs from its fill by this much (placeholders are pale).
FRAME_INK_LEVELS = 32
# No underline is higher than this.
LINE_PX = 4
# A "line" higher than this with hardly a letter in it is the edge of a picture or a button.
HEADING_PX = 48
# The same for columns laid on one another by their line's start or end, half a pixel off at worst: kept letters leave up to
# 0.07, the first changed one more than 0.1.
KEPT_LETTER = 0.085
# Boxes with this IoU are one place.
SAME_PLACE = 0.5
# A changed region that covers less of a thing than this is a piece of it.
PART_SHARE = 0.6
# The share of a line's columns that stayed as they were, at its start and its end, from which on a word in it changed;
# another weight or slant changes nearly every letter.
KEPT_COLUMNS = 0.25
# Two readings this alike are one text read twice (a reader errs); only then can all letters changing be style.
SAME_READING = 0.75
# Fills nearer than this (CIE 1976) are one colour: the least difference that is noticed.
SAME_FILL_DELTA_E = 2.3
# The widest scroll bar a desktop browser draws.
SCROLL_BAR_MAX_PX = 20
# Fewer changed pixels than this are no thing that came or went, only a speck of something near.
SPECK_PX = 8
# A card moved with its contents when they explain all but this share of the pixels that changed in it.
CARRIER_LEFT = 0.3
# Two texts less alike than this, one this many times as long as the other, are two texts.
OTHER_READING = 0.4
OTHER_LENGTH = 1.6
# On a page where so many things came, went and changed, no single one is searched for under the others.
MAX_SEARCHES = 400
# Pixels this near to an element are its own: an underline, a focus ring, what a snapped box missed.
OWN_REACH_PX = 3
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
    """All there is to judge. From `moved_px` on a shift is a defect. `laid` is the reference laid over the actual; `changed`
    marks the pixels a person sees differ, `differing` all that do, both of the actual's size. Elements stand in their own
    picture's coordinates."""

    reference: Picture
    actual: Picture
    laid: Picture
    alignment: Alignment
    changed: Mask
    differing: Mask
    reference_elements: tuple[Element, ...]
    actual_elements: tuple[Element, ...]
    read: Read
    moved_px: int = MOVED_PX


@dataclass(frozen=True, slots=True)
class Found:
    defects: tuple[Defect, ...]
    unexplained: tuple[Unexplained, ...]
    matched_ids: frozenset[str]
    text_lines: dict[str, int]


def classify_defects(scene: Scene) -> Found:
    """Every defect between two pictures, numbered in reading order, and what no defect explains."""
    hunt = _Hunt.of(scene)
    hunt.drafts += _put_in_or_out(scene)
    _find_scroll_bar(hunt)
    _find_moved(hunt)
    _find_come_and_gone(hunt)
    _find_slid(hunt)
    _find_other_pictures(hunt)
    _find_landed(hunt)
    _find_changed(hunt)
    drafts = _exchanged(scene, _only_pushed(_pushed_by_bands(scene), hunt.drafts) + hunt.drafts)
    told = [_beyond_the_shift(draft, scene) for draft in _grouped(_without_repeats(drafts), scene)]
    defects = _numbered(_with_causes(told))
    return Found(defects, _unexplained(scene, defects), _matched_ids(scene, defects), _text_lines(scene, defects))


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


def _pushed_by_bands(scene: Scene) -> list[Defect]:
    """A `moved` for each thing that lies in a part of the page which moved as one."""
    vectors: dict[tuple[int, int], list[Box]] = {}
    for band in scene.alignment.bands:
        if _is_shift(scene, band.dx, band.dy):
            vectors.setdefault((band.dx, band.dy), []).append(band.reference_box)
    return [draft for (dx, dy), boxes in vectors.items() for draft in _pushed(scene, dx, dy, boxes)]


def _only_pushed(pushed: Sequence[Defect], others: Sequence[Defect]) -> list[Defect]:
    """Without what went farther than its surroundings, or away: that has a defect of its own."""
    own = [d.reference_box for d in others if d.type in (DefectType.MOVED, DefectType.MISSING) and d.reference_box]
    return [d for d in pushed if not any(d.reference_box and iou(d.reference_box, box) > SAME_PLACE for box in own)]


def _beyond_the_shift(draft: Defect, scene: Scene) -> Defect:
    """A thing that moved on a page that was pushed: how far it stands from where the push would have put it."""
    put = draft.reference_box and carried(draft.reference_box, scene.alignment)
    if draft.type is not DefectType.MOVED or put is None or draft.actual_box is None:
        return draft
    if _distance(put, draft.actual_box) < scene.moved_px:
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
    things += _new([Thing(piece) for piece in pieces], things)
    return [_moved(thing, thing.box, thing.box.shifted(dx, dy)) for thing in things]


def _put_in_or_out(scene: Scene) -> list[Defect]:
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
    return [_came_or_went(type_, ink, inside)]


def _band_of_colour(picture: Picture, box: Box) -> Box | None:
    """A strip without anything in it is a thing when it has a colour of its own; margins have the colour of what is beside."""
    height, width = picture.shape[:2]
    rows = [row for row in (box.y - 1, box.bottom) if 0 <= row < height]
    beside = [np.median(picture[row, box.x : box.right], axis=0) for row in rows]
    beside += [np.median(picture[box.y : box.bottom, at], axis=0) for at in (box.x - 1, box.right) if 0 <= at < width]
    own = np.median(picture[box.slices()].reshape(-1, 3), axis=0)
    return box if beside and min(np.abs(own - other).max() for other in beside) > BLANK_LEVELS else None


def _came_or_went(type_: DefectType, box: Box, inside: Sequence[Thing]) -> Defect:
    """`added` or `missing`: named after the one element it is, or a block that lists its parts."""
    whole = max(inside, key=lambda thing: iou(thing.box, box), default=None)
    before, after = (box, None) if type_ is DefectType.MISSING else (None, box)
    if whole is not None and iou(whole.box, box) > (SAME_PLACE if len(inside) > 1 else SAME_PLACE / 2):
        return _draft(type_, before, after, whole.kind, whole.text)
    if len(inside) == 1:
        return _draft(type_, before, after, None, inside[0].text)
    parts = [{"kind": thing.kind, "text": thing.text, "box": _as_dict(thing.box)} for thing in inside]
    return _draft(type_, before, after, None, "", {"parts": parts} if parts else {})


def _as_dict(box: Box) -> dict[str, int]:
    return {"x": box.x, "y": box.y, "width": box.width, "height": box.height}


# -- things: what the changed pixels touch ---------------------------------------------------------------------------------


@dataclass(slots=True)
class _Hunt:
    """The changed pixels nobody has explained yet, and the things on both sides (in the actual's coordinates)."""

    scene: Scene
    left: Mask
    before: list[Thing]
    after: list[Thing]
    drafts: list[Defect]

    @classmethod
    def of(cls, scene: Scene) -> "_Hunt":
        places = [(element, carried(element.box, scene.alignment)) for element in scene.reference_elements]
        before = [Thing(box, e.kind, e.text, e.id) for e, box in places if box is not None]
        after = [Thing(e.box, e.kind, e.text, e.id) for e in scene.actual_elements]
        return cls(scene, scene.changed.copy(), before, after, [])

    def explain(self, *boxes: Box) -> None:
        """The changed pixels in these boxes (of the actual) are accounted for."""
        for box in boxes:
            self.left[self.inside(grown(box, EXPLAINED_REACH_PX)).slices()] = False

    def inside(self, box: Box) -> Box:
        return clipped(box, self.left.shape[1], self.left.shape[0])

    def touched(self) -> tuple[list[Thing], list[Thing]]:
        """Elements and other ink that unexplained pixels touch, before and after."""
        regions = find_regions(self.left)
        return (
            _touched(self.left, self.scene.laid, self.before, regions),
            _touched(self.left, self.scene.actual, self.after, regions),
        )


def _touched(left: Mask, picture: Picture, things: list[Thing], regions: list[Box]) -> list[Thing]:
    """Each changed pixel belongs to the smallest element around it; what belongs to none is looked for in the ink."""
    unowned = left.copy()
    owners: list[Thing] = []
    things = [thing for thing in things if _meets(left, thing.box) and _is_borne_out(thing, picture)]
    for region in regions:
        glyph = find_glyph(picture, region)
        if glyph is not None and not any(iou(glyph, thing.box) > SAME_PLACE for thing in things):
            owners.append(Thing(glyph))
            unowned[clipped(grown(glyph, 2), left.shape[1], left.shape[0]).slices()] = False
    for thing in sorted(things, key=lambda thing: thing.box.area_px):
        here = unowned[clipped(grown(thing.box, OWN_REACH_PX), left.shape[1], left.shape[0]).slices()]
        if here.any() and (thing.kind is not Kind.IMAGE or here.mean() > PICTURE_DENSITY / 2):
            owners.append(thing)
            here[...] = False
    found = [Thing(box) for region in regions if unowned[region.slices()].any() for box in find_things(picture, region)]
    return [_named(thing, things) for thing in owners + _new(found, owners)]


def _meets(left: Mask, box: Box) -> bool:
    return bool(left[clipped(grown(box, OWN_REACH_PX), left.shape[1], left.shape[0]).slices()].any())


def _named(thing: Thing, things: Sequence[Thing]) -> Thing:
    """Ink with the name of the element that stands in the same place."""
    if thing.kind is not None:
        return thing
    best = max(things, key=lambda other: iou(other.box, thing.box), default=None)
    return best if best is not None and iou(best.box, thing.box) > 0.7 else thing


def _is_borne_out(thing: Thing, picture: Picture) -> bool:
    """Do the pixels say what the detector says? A frame it claims has to have sides there; else ink speaks for itself."""
    if thing.kind is None:
        return True
    if thing.kind is Kind.LABEL:
        return thing.box.height < HEADING_PX or len(thing.text) > 2
    return is_framed(picture, tight_box(picture, thing.box))


def _new(found: Iterable[Thing], owners: Sequence[Thing]) -> list[Thing]:
    """Ink that is no element's, once."""
    kept: list[Thing] = []
    for thing in found:
        others = [*owners, *kept]
        if not any(iou(thing.box, o.box) > 0.5 or share_inside(thing.box, grown(o.box, 3)) > 0.7 for o in others):
            kept.append(thing)
    return kept


def _find_scroll_bar(hunt: _Hunt) -> None:
    """A strip along the right edge, of nearly the whole height, that came or went: one thing, its pale track included."""
    strip = hunt.scene.differing[:, -SCROLL_BAR_MAX_PX:]
    beside = hunt.scene.differing[:, -2 * SCROLL_BAR_MAX_PX : -SCROLL_BAR_MAX_PX]
    columns = np.flatnonzero(strip.any(axis=0))
    if (
        strip.any(axis=1).mean() < 0.95
        or beside.any(axis=1).mean() > 0.2
        or not hunt.left[:, -SCROLL_BAR_MAX_PX:].any()
    ):
        return
    height, width = strip.shape[0], hunt.left.shape[1]
    left = width - SCROLL_BAR_MAX_PX + int(columns[0])
    bar = Box(left, 0, width - left, height)
    drawn = edge_energy(hunt.scene.actual, bar) > edge_energy(hunt.scene.laid, bar)
    boxes = (None, bar) if drawn else (traced(bar, hunt.scene.alignment), None)
    type_ = DefectType.ADDED if drawn else DefectType.MISSING
    hunt.drafts.append(_draft(type_, boxes[0], boxes[1], None, "", {"part": "scrollbar"}))
    hunt.explain(bar)


def _find_moved(hunt: _Hunt) -> None:
    """Things whose very content stands elsewhere now: exact, so it goes before any guess."""
    before, after = hunt.touched()
    equal = equal_things(hunt.scene.laid, hunt.scene.actual, before, after)
    _find_displaced(hunt, before, after, equal)
    for one, other in equal:
        if _distance(one.box, other.box) < hunt.scene.moved_px:
            continue
        hunt.drafts.append(_moved(one, traced(one.box, hunt.scene.alignment), other.box))
        hunt.explain(one.box, other.box)
        hunt.before = [thing for thing in hunt.before if thing.element_id != one.element_id or one.element_id is None]
        hunt.after = [thing for thing in hunt.after if thing.element_id != other.element_id or other.element_id is None]


def _find_displaced(
    hunt: _Hunt, before: Sequence[Thing], after: Sequence[Thing], equal: Sequence[tuple[Thing, Thing]]
) -> None:
    """Where something moved in, what stood there before is missing; where it moved out, what stands there now is added."""
    moves = [(one.box, other.box) for one, other in equal if _distance(one.box, other.box) >= hunt.scene.moved_px]
    sources, landings = [source for source, _ in moves], [landing for _, landing in moves]
    stayed = {one.box for one, _ in equal}, {other.box for _, other in equal}
    for thing in before:
        box = tight_box(hunt.scene.laid, thing.box)
        if box not in stayed[0] and any(share_inside(box, grown(landing, 2)) > 0.7 for landing in landings):
            place = traced(box, hunt.scene.alignment)
            hunt.drafts.append(_draft(DefectType.MISSING, place, None, thing.kind, thing.text))
    for thing in after:
        box = tight_box(hunt.scene.actual, thing.box)
        if box not in stayed[1] and any(share_inside(box, grown(source, 2)) > 0.7 for source in sources):
            hunt.drafts.append(_draft(DefectType.ADDED, None, box, thing.kind, thing.text))


def _distance(before: Box, after: Box) -> int:
    return max(abs(after.x - before.x), abs(after.y - before.y))


def _find_come_and_gone(hunt: _Hunt) -> None:
    """Regions that are blank on one side, unless they are only a part of a thing that stands on both."""
    scene = hunt.scene
    for region in find_regions(hunt.left):
        if np.count_nonzero(hunt.left[region.slices()]) < SPECK_PX:
            continue
        if is_blank(scene.actual, region, scene.laid):
            _come_or_gone(hunt, region, DefectType.MISSING)
        elif is_blank(scene.laid, region, scene.actual):
            _come_or_gone(hunt, region, DefectType.ADDED)


def _come_or_gone(hunt: _Hunt, region: Box, type_: DefectType) -> None:
    scene, things = hunt.scene, hunt.before if type_ is DefectType.MISSING else hunt.after
    picture = scene.laid if type_ is DefectType.MISSING else scene.actual
    others = hunt.after if type_ is DefectType.MISSING else hunt.before
    if _is_part(region, picture, things) or _decorates(region, others):
        return
    inside = [thing for thing in things if share_inside(thing.box, grown(region, 4)) > 0.7]
    inside = inside or [thing for thing in things if iou(thing.box, region) > 0.4]
    place = traced(region, scene.alignment) if type_ is DefectType.MISSING else region
    hunt.drafts.append(_came_or_went(type_, place, inside))
    hunt.explain(region)


def _is_part(region: Box, picture: Picture, things: Sequence[Thing]) -> bool:
    """Is the region only a piece of something larger, such as the end of a line?"""
    around = [thing for thing in things if share_inside(region, grown(thing.box, 2)) > 0.7]
    whole = [tight_box(picture, thing.box) for thing in around if _is_borne_out(thing, picture)]
    whole = whole or find_things(picture, region)
    return bool(whole) and all(region.area_px < PART_SHARE * box.area_px for box in whole)


def _decorates(region: Box, others: Sequence[Thing]) -> bool:
    """A thin line under or through a text that stands on both sides belongs to the text."""
    if region.height > 4:
        return False
    return any(
        thing.kind in TEXT_KINDS
        and thing.box.y <= region.y <= thing.box.bottom + 6
        and region.x >= thing.box.x - 4
        and region.right <= thing.box.right + 4
        for thing in others
    )


def _find_landed(hunt: _Hunt) -> None:
    """What is missing here may lie over something else there: looked for in what changed."""
    scene, landings = hunt.scene, find_regions(hunt.left)
    drafts = [draft for draft in hunt.drafts if draft.type in (DefectType.MISSING, DefectType.ADDED)]
    if len(drafts) * len(landings) > MAX_SEARCHES:
        return
    for draft in drafts:
        away = draft.type is DefectType.MISSING
        box = draft.reference_box if away else draft.actual_box
        assert box is not None
        one, other = (scene.reference, scene.actual) if away else (scene.actual, scene.laid)
        place = find_again(one, box, other, landings)
        if place is None:
            continue
        hunt.drafts.remove(draft)
        source, target = (box, place) if away else (traced(place, scene.alignment), box)
        hunt.drafts.append(_moved(Thing(source, draft.kind, draft.text), source, target))
        hunt.explain(place)


def _find_slid(hunt: _Hunt) -> None:
    """Regions whose inside stands a little further on, over a ground that did not move with it (a gradient, a photo)."""
    scene = hunt.scene
    for region in find_regions(hunt.left):
        core = grown(region, -SLIDE_REACH_PX)
        if core.width < SLIDE_REACH_PX or core.height < SLIDE_REACH_PX:
            continue
        found = find_again(scene.laid, core, scene.actual, [core])
        if found is None or not MOVED_PX <= _distance(core, found) <= SLIDE_REACH_PX:
            continue
        dx, dy = found.x - core.x, found.y - core.y
        before = overlap(region, region.shifted(-dx, -dy))
        if look_alike(scene.laid[before.slices()], scene.actual[before.shifted(dx, dy).slices()]) < SLID_LOOK:
            continue
        things = [t for t in hunt.before if share_inside(t.box, before) > 0.8] or [Thing(before)]
        hunt.drafts += [_moved(t, traced(t.box, scene.alignment), t.box.shifted(dx, dy)) for t in things]
        hunt.explain(region)


def _find_other_pictures(hunt: _Hunt) -> None:
    """Regions that are drawn full on both sides, in many colours, and hardly alike: another picture in the same place."""
    for region in find_regions(hunt.left):
        if _shows_other_picture(hunt.scene, region, float(hunt.left[region.slices()].mean())):
            named = max(hunt.before, key=lambda thing: iou(thing.box, region), default=None)
            same = named is not None and named.kind in PICTURES and iou(named.box, region) > SAME_PLACE
            kind = named.kind if named is not None and same else Kind.IMAGE
            look = look_alike(hunt.scene.laid[region.slices()], hunt.scene.actual[region.slices()])
            before = traced(region, hunt.scene.alignment)
            hunt.drafts.append(
                _draft(DefectType.IMAGE_CHANGED, before, region, kind, "", {"similarity": round(look, 3)})
            )
            hunt.explain(region)


def _shows_other_picture(scene: Scene, region: Box, density: float) -> bool:
    crops = scene.laid[region.slices()], scene.actual[region.slices()]
    if min(region.width, region.height) < SMALL_PICTURE_PX or density < PICTURE_DENSITY:
        return False
    small = max(region.width, region.height) < 2 * MIN_PICTURE_PX
    colours = max(_colour_count(crop) for crop in crops)
    square = 0.6 <= region.width / region.height <= 1.7
    if any(is_blank(one, region, other) for one, other in ((scene.laid, scene.actual), (scene.actual, scene.laid))):
        return False
    enough = (square and colours > SMALL_PICTURE_COLOURS and density > 0.5) if small else colours > PICTURE_COLOURS
    return enough and look_alike(*crops) < PICTURE_LOOK


def _find_changed(hunt: _Hunt) -> None:
    """The rest: things of both sides paired by place and look, and what stays alone."""
    before, after = hunt.touched()
    matched = match_things(hunt.scene.laid, hunt.scene.actual, before, after)
    for pair in matched.pairs:
        carrier = _carrier_of_moved(hunt, pair)
        hunt.drafts += [carrier] if carrier else _one_or_two(_classify_pair(hunt.scene, pair))
    for thing in _drawn(hunt, matched.only_before):
        box = tight_box(hunt.scene.laid, thing.box)
        hunt.drafts.append(_draft(DefectType.MISSING, traced(box, hunt.scene.alignment), None, thing.kind, thing.text))
    for thing in _drawn(hunt, matched.only_after):
        box = tight_box(hunt.scene.actual, thing.box)
        hunt.drafts.append(_draft(DefectType.ADDED, None, box, thing.kind, thing.text))


def _carrier_of_moved(hunt: _Hunt, pair: Pair) -> Defect | None:
    """A card whose contents moved, which is nearly all that changed in it, moved with them."""
    if pair.before.kind is not None:
        return None
    box = hunt.inside(union((pair.before.box, pair.after.box)))
    left, changed = (np.count_nonzero(mask[box.slices()]) for mask in (hunt.left, hunt.scene.changed))
    inside = [
        d for d in hunt.drafts if d.type is DefectType.MOVED and d.actual_box and share_inside(d.actual_box, box) > 0.8
    ]
    if not inside or left > CARRIER_LEFT * changed:
        return None
    dx, dy = inside[0].detail["dx"], inside[0].detail["dy"]
    return _moved(pair.before, traced(pair.before.box, hunt.scene.alignment), pair.before.box.shifted(dx, dy))


def _one_or_two(draft: Defect) -> list[Defect]:
    """Another text of quite another length that shares nothing with the first is no change of it: one went, one came."""
    before, after = draft.reference_box, draft.actual_box
    if draft.type is not DefectType.TEXT_CHANGED or draft.kind in FRAMED_KINDS or before is None or after is None:
        return [draft]
    texts = draft.detail["before"], draft.detail["after"]
    unlike = all(texts) and SequenceMatcher(None, *texts, autojunk=False).ratio() < OTHER_READING
    if not unlike or max(before.width, after.width) < OTHER_LENGTH * min(before.width, after.width):
        return [draft]
    gone = _draft(DefectType.MISSING, before, None, draft.kind, texts[0])
    return [gone, _draft(DefectType.ADDED, None, after, draft.kind, texts[1])]


def _drawn(hunt: _Hunt, things: Sequence[Thing]) -> list[Thing]:
    """Without specks: too few changed pixels to have come or gone by themselves."""
    return [t for t in things if np.count_nonzero(hunt.left[hunt.inside(t.box).slices()]) >= SPECK_PX]


def _moved(thing: Thing, before: Box, after: Box) -> Defect:
    detail = {"dx": after.x - before.x, "dy": after.y - before.y}
    return _draft(DefectType.MOVED, before, after, thing.kind, thing.text, detail)


def _exchanged(scene: Scene, drafts: list[Defect]) -> list[Defect]:
    """A thing missing here and a thing that looks the same added there is one thing, moved."""
    for gone in [draft for draft in drafts if draft.type is DefectType.MISSING]:
        come = next((d for d in drafts if d.type is DefectType.ADDED and _is_same_thing(scene, gone, d)), None)
        if come is not None and gone.reference_box and come.actual_box:
            drafts = [draft for draft in drafts if draft is not gone and draft is not come]
            thing = Thing(gone.reference_box, gone.kind or come.kind, gone.text or come.text)
            drafts.append(_moved(thing, gone.reference_box, come.actual_box))
    return drafts


def _is_same_thing(scene: Scene, gone: Defect, come: Defect) -> bool:
    if gone.reference_box is None or come.actual_box is None:
        return False
    return same_content(scene.reference, scene.actual, gone.reference_box, come.actual_box)


def _grouped(drafts: list[Defect], scene: Scene) -> list[Defect]:
    """Three or more things that moved by one vector (to a pixel of rounding) are one block."""
    moved = [draft for draft in drafts if draft.type is DefectType.MOVED]
    rest = [draft for draft in drafts if draft.type is not DefectType.MOVED]
    while moved:
        same = [draft for draft in moved if _is_same_way(draft, moved[0])]
        moved = [draft for draft in moved if draft not in same]
        over = [draft for draft in rest if _crossed_the_edge(draft, same[0], scene)]
        rest = [draft for draft in rest if draft not in over]
        rest += [_block(same, over, scene)] if len(same) + len(over) >= BLOCK_ELEMENTS else same
    return rest


def _crossed_the_edge(draft: Defect, moved: Defect, scene: Scene) -> bool:
    """Did the same push bring this into the screenshot, or out of it?"""
    dx, dy = moved.detail["dx"], moved.detail["dy"]
    if draft.type is DefectType.ADDED and draft.actual_box is not None:
        stood, page = draft.actual_box.shifted(-dx, -dy), _page(scene.reference)
        # Only over the right or the lower edge: what appears above what was pushed down was put in there.
        return min(stood.right - page.right, stood.width) > stood.width / 2 or (
            min(stood.bottom - page.bottom, stood.height) > stood.height / 2
        )
    if draft.type is DefectType.MISSING and draft.reference_box is not None:
        return share_inside(draft.reference_box.shifted(dx, dy), _page(scene.actual)) < 0.5
    return False


def _page(picture: Picture) -> Box:
    return Box(0, 0, picture.shape[1], picture.shape[0])


def _is_same_way(first: Defect, second: Defect) -> bool:
    return all(abs(first.detail[way] - second.detail[way]) <= 1 for way in ("dx", "dy"))


def _block(moved: Sequence[Defect], over: Sequence[Defect], scene: Scene) -> Defect:
    together = [*moved, *over]
    before = union(draft.reference_box for draft in together if draft.reference_box)
    after = union(draft.actual_box for draft in together if draft.actual_box)
    steps = {way: round(float(np.median([draft.detail[way] for draft in moved]))) for way in ("dx", "dy")}
    ids = {element.box: element.id for element in scene.reference_elements}
    elements = [ids.get(draft.reference_box) or _as_dict(draft.reference_box) for draft in moved if draft.reference_box]
    landed = clipped(after, scene.actual.shape[1], scene.actual.shape[0])
    return _draft(DefectType.LAYOUT_SHIFT, before, landed, None, "", {**steps, "elements": elements})


# -- pairs: the same thing, changed --------------------------------------------------------------------------------------


def _classify_pair(scene: Scene, pair: Pair) -> Defect:
    kind = pair.before.kind or pair.after.kind
    before, after = _settled(scene, tight_box(scene.laid, pair.before.box), tight_box(scene.actual, pair.after.box))
    if same_content(scene.laid, scene.actual, before, after):
        if _distance(before, after) < scene.moved_px:
            return _style_draft(scene, pair, before, after)
        return _moved_pair(scene, pair, before, after)
    other_size = abs(before.width - after.width) > RESIZED_PX or abs(before.height - after.height) > RESIZED_PX
    size = {"dw": after.width - before.width, "dh": after.height - before.height}
    framed = kind is None and is_framed(scene.laid, before) and is_framed(scene.actual, after)
    if kind is None:
        kind = _guess_kind(scene, before, after, framed)
    if kind in TOGGLES or kind in PICTURES:
        if other_size:
            return _pair_draft(scene, DefectType.RESIZED, pair, before, after, size)
        look = look_alike(scene.laid[before.slices()], scene.actual[after.slices()])
        if kind in PICTURES and look < SAME_PICTURE:
            return _pair_draft(scene, DefectType.IMAGE_CHANGED, pair, before, after, {"similarity": round(look, 3)})
        return _style_draft(scene, pair, before, after)
    if kind in FRAMED_KINDS or (framed and max(before.width, after.width) > LARGEST_TOGGLE_PX):
        return _classify_framed(scene, pair, before, after, size if other_size else None)
    if kind is Kind.LABEL:
        return _classify_text(scene, pair, before, after)
    if other_size:
        return _pair_draft(scene, DefectType.RESIZED, pair, before, after, size)
    return _style_draft(scene, pair, before, after)


def _settled(scene: Scene, before: Box, after: Box) -> tuple[Box, Box]:
    """Boxes that differ have to differ in pixels: where nothing changed between two edges, they are one edge seen twice.

    A recoloured frame changes as a whole, so its changed pixels draw its box better than any detector.
    """
    if before == after:
        return before, after
    place = clipped(union((before, after)), scene.changed.shape[1], scene.changed.shape[0])
    rows, columns = np.nonzero(scene.changed[place.slices()])
    if not len(rows):
        return before, after
    left, top = int(columns.min()) + place.x, int(rows.min()) + place.y
    region = Box(left, top, int(columns.max()) + place.x - left + 1, int(rows.max()) + place.y - top + 1)
    fills = tight_box(scene.laid, region) == region == tight_box(scene.actual, region)
    if fills and min(iou(region, before), iou(region, after)) > 0.5 and is_framed(scene.actual, region):
        return region, region
    either = scene.changed.copy()
    either[overlap(before, after).slices()] = False
    if not either[place.slices()].any():
        smaller = min(before, after, key=lambda box: box.area_px)
        return smaller, smaller
    return before, after


def _guess_kind(scene: Scene, before: Box, after: Box, framed: bool) -> Kind | None:
    """By pixels alone: a picture has many colours, a line of text is low, broken up and of few colours."""
    crops = scene.laid[before.slices()], scene.actual[after.slices()]
    smallest = min(before.width, before.height, after.width, after.height)
    if smallest >= MIN_PICTURE_PX and max(_colour_count(crop) for crop in crops) > PICTURE_COLOURS:
        return Kind.IMAGE
    broken_up = _is_broken_up(scene.laid, before) and _is_broken_up(scene.actual, after)
    if max(before.height, after.height) <= 64 and broken_up and not framed:
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


def _classify_framed(scene: Scene, pair: Pair, before: Box, after: Box, size: dict[str, Any] | None) -> Defect:
    """A button, field or drop-down: its frame's size, its text or its look."""
    if size is None and not _changed_inside(scene, after):
        return _style_draft(scene, pair, before, after)
    inner = _inner_text(scene.laid, before), _inner_text(scene.actual, after)
    texts = _texts(scene, pair, inner[0] or before, inner[1] or after)
    same_text = bool(texts[0]) and texts[0] == texts[1]
    if size is not None and (inner[0] is None or same_text or _stands_in(scene, inner[0], after)):
        return _pair_draft(scene, DefectType.RESIZED, pair, before, after, size)
    if same_text and _stands_elsewhere(scene, before, after):
        return _moved_pair(scene, pair, before, after)
    if inner[0] and inner[1] and not _letters_differ(scene, inner[0], inner[1], texts):
        if size is not None:
            return _pair_draft(scene, DefectType.RESIZED, pair, before, after, size)
        return _style_draft(scene, pair, before, after)
    if inner[0] or inner[1]:
        return _text_draft(scene, pair, before, after, texts)
    return _style_draft(scene, pair, before, after)


def _stands_elsewhere(scene: Scene, before: Box, after: Box) -> bool:
    """At another place in the same colours: glyphs that land between pixels are drawn otherwise, and are the same."""
    one, two = (
        _commonest(picture[box.slices()].reshape(-1, 3))
        for picture, box in ((scene.laid, before), (scene.actual, after))
    )
    return _distance(before, after) >= scene.moved_px and _delta_e(one, two) < SAME_FILL_DELTA_E


def _changed_inside(scene: Scene, box: Box) -> bool:
    """Did anything change where text can stand?"""
    return bool((scene.changed[box.slices()] & _room_for_text(box.width, box.height)).any())


def _room_for_text(width: int, height: int) -> Mask:
    """The inside of an outline whose corners are rounded as far as they can be."""
    radius = min(width, height) / 2
    rows, columns = np.mgrid[0:height, 0:width]
    off_x = np.maximum(0, np.maximum(radius - columns, columns - (width - 1 - radius)))
    off_y = np.maximum(0, np.maximum(radius - rows, rows - (height - 1 - radius)))
    return np.asarray(np.hypot(off_x, off_y) <= radius - 4)


def _stands_in(scene: Scene, text: Box, after: Box) -> bool:
    """Does all that was written in a frame stand in it still, if elsewhere? (Its icon at the end, its text at the start.)"""
    crops = _split_by_gaps(scene.laid, text)
    found = [(crop, find_again(scene.laid, crop, scene.actual, [after])) for crop in crops]
    return all(
        place is not None
        and float(unlikeness(scene.laid[crop.slices()], scene.actual[place.slices()]).max()) < OTHER_LETTER
        for crop, place in found
    )


def _split_by_gaps(picture: Picture, box: Box) -> list[Box]:
    ink = _glyphs(picture, box)
    columns = np.flatnonzero(ink.any(axis=0))
    if not len(columns):
        return [box]
    breaks = np.flatnonzero(np.diff(columns) > 1.5 * box.height)
    starts = [columns[0], *(columns[at + 1] for at in breaks)]
    stops = [*(columns[at] for at in breaks), columns[-1]]
    return [
        Box(box.x + int(start), box.y, int(stop - start) + 1, box.height)
        for start, stop in zip(starts, stops, strict=True)
    ]


def _inner_text(picture: Picture, box: Box) -> Box | None:
    """The box of what is written inside a frame, against the frame's own colour."""
    room = _room_for_text(box.width, box.height)
    part = picture[box.slices()]
    if not room.any():
        return None
    ink = room & (np.abs(part.astype(np.int16) - _commonest(part[room])).max(axis=2) > FRAME_INK_LEVELS)
    if not ink.any():
        return None
    rows, columns = np.nonzero(ink)
    left, top = int(columns.min()), int(rows.min())
    return Box(box.x + left, box.y + top, int(columns.max()) - left + 1, int(rows.max()) - top + 1)


def _classify_text(scene: Scene, pair: Pair, before: Box, after: Box) -> Defect:
    if before.y < after.bottom and after.y < before.bottom and before.x < after.right and after.x < before.right:
        line = union((before, after))
        before, after = tight_box(scene.laid, line), tight_box(scene.actual, line)
    texts = _texts(scene, pair, before, after)
    changed = _letters_differ(scene, before, after, texts)
    before, after = _framed_line(scene, before, after)
    if changed:
        return _text_draft(scene, pair, before, after, texts)
    return _style_draft(scene, pair, before, after)


def _framed_line(scene: Scene, before: Box, after: Box) -> tuple[Box, Box]:
    """A line in the middle of a button is the button's text, detected or not."""
    frames = find_button(scene.laid, before), find_button(scene.actual, after)
    if frames[0] is None or frames[1] is None or iou(frames[0], frames[1]) < SAME_PLACE:
        return before, after
    return frames[0], frames[1]


def _letters_differ(scene: Scene, before: Box, after: Box, texts: tuple[str, str]) -> bool:
    """Other letters, or the same in another colour, weight or slant?"""
    if _is_only_a_line(scene.changed[union((before, after)).slices()]):
        return False
    one, two = _on_common_rows(scene, before, after)
    if abs(before.width - after.width) <= 1 and float(_column_residue(one, two, from_end=False).max()) < OTHER_LETTER:
        return False
    if _kept_columns(one, two) >= KEPT_COLUMNS:
        return True
    if not any(texts):
        return not _same_words(_glyphs(scene.laid, before), _glyphs(scene.actual, after))
    return bool(SequenceMatcher(None, *texts, autojunk=False).ratio() < SAME_READING)


def _is_only_a_line(changed: Mask) -> bool:
    """An underline or a strike-through came or went: a few rows of pixels, most of the text's width."""
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if not len(rows):
        return False
    return int(rows[-1] - rows[0]) < LINE_PX and len(columns) > 0.6 * changed.shape[1]


def _on_common_rows(scene: Scene, before: Box, after: Box) -> tuple[Picture, Picture]:
    """Two lines, cut at the same rows where they stand on one base line: a letter's tail makes a box higher."""
    if abs(before.bottom - after.bottom) <= before.height // 2 and abs(before.y - after.y) <= before.height // 2:
        top, bottom = min(before.y, after.y), max(before.bottom, after.bottom)
        before = Box(before.x, top, before.width, bottom - top)
        after = Box(after.x, top, after.width, bottom - top)
    return scene.laid[before.slices()], scene.actual[after.slices()]


def _column_residue(one: Picture, two: Picture, from_end: bool) -> NDArray[np.float32]:
    """What each column of two lines, laid on one another at their starts or ends, has of its own."""
    height, width = min(one.shape[0], two.shape[0]), min(one.shape[1], two.shape[1])
    if from_end:
        return unlikeness(one[:height, -width:], two[:height, -width:])[::-1]
    return unlikeness(one[:height, :width], two[:height, :width])


def _kept_columns(one: Picture, two: Picture) -> float:
    """Share of the columns that are the same from the start, and of those from the end."""
    start = _unlike_from(_column_residue(one, two, from_end=False))
    end = _unlike_from(_column_residue(one, two, from_end=True))
    return float(min(1.0, (start + end) / max(one.shape[1], two.shape[1], 1)))


def _unlike_from(residue: NDArray[np.float32]) -> int:
    unlike = np.flatnonzero(residue > KEPT_LETTER)
    return int(unlike[0]) if len(unlike) else len(residue)


def _same_words(one: Mask, two: Mask) -> bool:
    """Do two lines break into as many words, at the same shares of their width? (Where nothing could be read.)"""
    first, second = _word_starts(one), _word_starts(two)
    if len(first) != len(second) or len(first) < 2:
        return False
    return max(abs(a - b) for a, b in zip(first, second, strict=True)) < 0.02


def _word_starts(ink: Mask) -> list[float]:
    """Where words start, as shares of the line's width: after gaps of more than a fifth of its height."""
    columns = np.flatnonzero(ink.any(axis=0))
    gaps = np.flatnonzero(np.diff(columns) > max(2, 0.2 * ink.shape[0]))
    return [float(columns[gap + 1]) / ink.shape[1] for gap in gaps]


def _glyphs(picture: Picture, box: Box) -> Mask:
    return ink_mask(picture, box, ground_colour(picture, box), 48)


def _texts(scene: Scene, pair: Pair, before: Box, after: Box) -> tuple[str, str]:
    source = traced(before, scene.alignment)
    return (
        _known_text(pair.before, before) or scene.read(scene.reference, [source])[0],
        _known_text(pair.after, after) or scene.read(scene.actual, [after])[0],
    )


def _known_text(thing: Thing, box: Box) -> str:
    """What was read already, where it was read in the same box."""
    return thing.text if iou(thing.box, box) > SAME_PLACE or thing.kind in FRAMED_KINDS else ""


def _text_draft(scene: Scene, pair: Pair, before: Box, after: Box, texts: tuple[str, str]) -> Defect:
    detail = {"before": texts[0], "after": texts[1], "span": _span(*texts)}
    return _pair_draft(scene, DefectType.TEXT_CHANGED, pair, before, after, detail)


def _span(before: str, after: str) -> dict[str, list[int]]:
    """First and last+1 character that changed, in each text."""
    start = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    rest = min(len(before), len(after)) - start
    pairs = zip(reversed(before), reversed(after), strict=False)
    end = next((i for i, (a, b) in enumerate(pairs) if a != b or i >= rest), rest)
    return {"before": [start, len(before) - end], "after": [start, len(after) - end]}


def _style_draft(scene: Scene, pair: Pair, before: Box, after: Box) -> Defect:
    detail = _colours(scene, before, after) | {"aspect": _aspect(scene, before, after)}
    return _pair_draft(scene, DefectType.STYLE_CHANGED, pair, before, after, detail)


def _aspect(scene: Scene, before: Box, after: Box) -> str:
    """`colour` where the shapes stayed, `shape` where weight, slant, outline or state differ as well."""
    if (before.width, before.height) != (after.width, after.height):
        return "shape"
    one, two = scene.laid[before.slices()], scene.actual[after.slices()]
    return "colour" if float(unlikeness(one, two).max()) < OTHER_LETTER else "shape"


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
    kind, text = pair.before.kind or pair.after.kind, pair.before.text or pair.after.text
    return _draft(type_, traced(before, scene.alignment), after, kind, text, detail)


def _moved_pair(scene: Scene, pair: Pair, before: Box, after: Box) -> Defect:
    thing = Thing(before, pair.before.kind or pair.after.kind, pair.before.text or pair.after.text)
    return _moved(thing, traced(before, scene.alignment), after)


def _without_repeats(drafts: list[Defect]) -> list[Defect]:
    """A thing is listed once: what lies in a larger defect is its part, where that defect says what happened to it."""
    one_sided = (DefectType.ADDED, DefectType.MISSING)
    kept: list[Defect] = []
    for draft in sorted(drafts, key=lambda draft: (-_place(draft).area_px, draft.type in one_sided)):
        if not any(_is_told_by(draft, other) for other in kept):
            kept.append(draft)
    return kept


def _is_told_by(part: Defect, whole: Defect) -> bool:
    if _is_edge_of(part, whole):
        return True
    if _share_of_part(part, whole) < 0.8:
        return False
    if part.type is whole.type or whole.type is DefectType.IMAGE_CHANGED:
        return True
    if whole.type is DefectType.MOVED:
        one_sided = part.type in (DefectType.ADDED, DefectType.MISSING)
        return whole.kind in FRAMED_KINDS and one_sided and part.kind not in ACTION_KINDS
    if whole.type in (DefectType.ADDED, DefectType.MISSING, DefectType.LAYOUT_SHIFT):
        return False
    same_place = _share_of_part(whole, part) > 0.8
    return same_place or (part.kind in (None, Kind.LABEL, Kind.ICON) and whole.kind not in (Kind.LABEL, Kind.ICON))


def _is_edge_of(part: Defect, whole: Defect) -> bool:
    """Nameless ink that went the way of a named thing it meets: its border, seen together with what stands beside it."""
    if part.type is not DefectType.MOVED or whole.type is not DefectType.MOVED or part.kind or not whole.kind:
        return False
    return _is_same_way(part, whole) and overlap(_place(part), _place(whole)).area_px > 0


def _share_of_part(part: Defect, whole: Defect) -> float:
    """How much of one defect lies in another, on a side where both stand."""
    sides = ((part.reference_box, whole.reference_box), (part.actual_box, whole.actual_box))
    return max((share_inside(one, grown(other, 2)) for one, other in sides if one and other), default=0.0)


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
    fitting = [root for root in roots if _stands_in_the_way(root, shift, dx) and _could_push(root, dx, dy)]
    return min(fitting, key=lambda root: _gap(_place(root), _place(shift)), default=None)


def _stands_in_the_way(root: Defect, shift: Defect, dx: int) -> bool:
    """What pushes sideways stands in the same rows, what pushes down or up in the same columns."""
    box, pushed = _place(root), shift.actual_box if root.type is DefectType.ADDED else shift.reference_box
    if pushed is None:
        return False
    if dx:
        return box.y < pushed.bottom and pushed.y < box.bottom
    return box.x < pushed.right and pushed.x < box.right


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
        if defect.type is DefectType.LAYOUT_SHIFT:
            continue
        places = [defect.actual_box, defect.reference_box and carried(defect.reference_box, scene.alignment)]
        for box in places:
            if box is not None:
                left[clipped(grown(box, EXPLAINED_REACH_PX), width, height).slices()] = False
    regions = find_regions(left)
    return tuple(Unexplained(traced(box, scene.alignment), box, int(left[box.slices()].sum())) for box in regions)


def _matched_ids(scene: Scene, defects: Sequence[Defect]) -> frozenset[str]:
    """The reference's elements that have a counterpart: all but those that lie in something missing."""
    gone = [defect.reference_box for defect in defects if defect.type is DefectType.MISSING and defect.reference_box]
    gone += list(scene.alignment.removed)
    held = (e for e in scene.reference_elements if not any(share_inside(e.box, box) > 0.5 for box in gone))
    return frozenset(element.id for element in held)


def _text_lines(scene: Scene, defects: Sequence[Defect]) -> dict[str, int]:
    """Lines of text compared by their pixels, by reading them, and those that differ but could not be read."""
    total = sum(element.kind in TEXT_KINDS for element in scene.reference_elements)
    differing = [defect for defect in defects if defect.type is DefectType.TEXT_CHANGED]
    unreadable = sum(not (defect.detail["before"] or defect.detail["after"]) for defect in differing)
    return {"pixels": max(0, total - len(differing)), "read": len(differing) - unreadable, "unreadable": unreadable}
