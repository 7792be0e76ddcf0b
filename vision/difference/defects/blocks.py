"""Defects from the alignment: parts of the page that were added, removed or pushed."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vision.boxes import Rows, grown, iou, overlap, share_inside, union
from vision.difference.alignment import carried
from vision.difference.colour import commonest
from vision.difference.defects.drafts import came_or_went, distance_px, moved_draft
from vision.difference.defects.hunt import new_things
from vision.difference.defects.scene import HAIRLINE_PX, MIN_PICTURE_PX, MOVED_PX, SAME_PLACE, SCROLL_BAR_MAX_PX, Scene
from vision.difference.identity import Match
from vision.difference.matching import Thing
from vision.difference.reach import Reach
from vision.difference.regions import find_things, ink_mask, joined_lines, standing_out, trimmed
from vision.types import Alignment, AlignmentKind, Box, Defect, DefectType, Element, Picture

# What reaches further than this over the end of a strip goes on there.
CUT_PX = 4
# The commonest colour of a page is told by every fourth pixel.
GROUND_STEP = 4
# An added or removed strip is at least this thick; a thinner one is a seam between two pushed blocks.
THINNEST_PX = 3


def pushed_by_bands(scene: Scene) -> list[Defect]:
    """A `moved` draft for each thing in a part of the page that moved as one."""
    vectors: dict[tuple[int, int], list[Box]] = {}
    for band in scene.alignment.bands:
        if _is_shift(scene, band.dx, band.dy):
            vectors.setdefault((band.dx, band.dy), []).append(band.reference_box)
    return [draft for (dx, dy), boxes in vectors.items() for draft in _pushed(scene, dx, dy, boxes)]


def only_pushed(pushed: Sequence[Defect], others: Sequence[Defect]) -> list[Defect]:
    """Without things that moved farther than their surroundings or disappeared: these have their own defects."""
    own = Rows(d.reference_box for d in others if d.type in (DefectType.MOVED, DefectType.MISSING) and d.reference_box)
    places = ((draft, draft.reference_box) for draft in pushed)
    return [d for d, box in places if not box or not any(iou(box, own[i]) > SAME_PLACE for i in own.near(box))]


def beyond_the_shift(draft: Defect, scene: Scene) -> Defect:
    """How far a moved thing is from where the push of the page would have put it."""
    put = draft.reference_box and carried(draft.reference_box, scene.alignment)
    if draft.type is not DefectType.MOVED or put is None or draft.actual_box is None:
        return draft
    if distance_px(put, draft.actual_box) < scene.moved_px:
        return draft
    way = {"dx": draft.actual_box.x - put.x, "dy": draft.actual_box.y - put.y}
    if 0 < abs(draft.detail["dx"]) + abs(draft.detail["dy"]) < abs(way["dx"]) + abs(way["dy"]):
        return draft  # it moved on its own: the push did not reach it
    return replace(draft, detail={**draft.detail, **way})


def _is_shift(scene: Scene, dx: int, dy: int) -> bool:
    return max(abs(dx - scene.alignment.dx), abs(dy - scene.alignment.dy)) >= scene.moved_px


def _pushed(scene: Scene, dx: int, dy: int, boxes: list[Box]) -> list[Defect]:
    rows = Rows(boxes)
    elements = [e for e in scene.reference_elements if rows.hold(e.box)]
    elements = [e for e in elements if carried(e.box, scene.alignment) == e.box.shifted(dx, dy)]
    things = [Thing(e.box, e.kind, e.text, e.id) for e in elements]
    inked = [ink for ink in (trimmed(scene.reference, box) for box in boxes) if ink is not None]
    pieces = joined_lines([piece for ink in inked for piece in find_things(scene.reference, ink, 0) or [ink]])
    things += new_things([Thing(piece) for piece in pieces if not _runs_through(scene, piece)], things)
    return [moved_draft(thing, thing.box, thing.box.shifted(dx, dy)) for thing in things]


def _runs_through(scene: Scene, piece: Box) -> bool:
    """Is this a line that is still drawn there, such as the border of a side bar beside pushed content?"""
    if min(piece.width, piece.height) > HAIRLINE_PX:
        return False
    stood, stands = (picture[piece.slices()] for picture in (scene.reference, scene.actual))
    return np.array_equal(stood, stands)


def put_in_or_out(scene: Scene, found_again: Sequence[Match], reaches: Sequence[Reach] = ()) -> list[Defect]:
    """Things in areas that only one picture has, without those found again elsewhere, or which went along with `reaches`."""
    drafts: list[Defect] = []
    if scene.alignment.kind == AlignmentKind.TRANSLATION:
        return drafts
    went, came = [m.before.box for m in found_again], [m.after.box for m in found_again]
    for box in scene.alignment.removed:
        over = was_pushed_over_the_edge(box, scene.reference, scene.alignment, removed=True)
        if not over and not _scrolled_away(scene, box):
            drafts += _one_sided(scene, box, DefectType.MISSING, went, [one.box for one in reaches])
    for box in scene.alignment.inserted:
        if not was_pushed_over_the_edge(box, scene.actual, scene.alignment, removed=False):
            drafts += _one_sided(scene, box, DefectType.ADDED, came, [one.landing for one in reaches])
    return drafts


def was_pushed_over_the_edge(box: Box, picture: Picture, alignment: Alignment, removed: bool) -> bool:
    """Did this leave or enter the screenshot at its end because something before it grew or shrank?"""
    sign = 1 if removed else -1
    return any(is_over_the_edge(box, picture, sign * band.dx, sign * band.dy) for band in alignment.bands)


def _scrolled_away(scene: Scene, box: Box) -> bool:
    """Did a strip under a header that stands still leave with the page, which went up by its height? Then it ends anywhere:
    it cuts through something that goes on for as long again. What was taken out ends where its last thing ends."""
    came = [one for one in scene.alignment.inserted if one.height == box.height and one.bottom == scene.actual.shape[0]]
    if not came or not box.y:
        return False
    height = scene.reference.shape[0]
    ground = commonest(scene.reference[::GROUND_STEP, ::GROUND_STEP].reshape(-1, 3)).astype(np.int16)
    ends = range(box.bottom - CUT_PX, min(height, box.bottom + box.height))
    below = ink_mask(scene.reference, Box(box.x, ends.start, box.width, len(ends)), ground).all(axis=0)
    above = ink_mask(scene.reference, Box(box.x, box.y + CUT_PX, box.width, 1), ground)[0]
    return bool(np.count_nonzero(below & ~above) > CUT_PX)


def is_over_the_edge(box: Box, picture: Picture, dx: int, dy: int) -> bool:
    """Is it exactly what a push by this much moves out of the picture at its right or lower end?"""
    height, width = picture.shape[:2]
    return (box.bottom == height and dy == box.height) or (box.right == width and dx == box.width)


def _was_cut_off(box: Box, picture: Picture, elements: Sequence[Element], moved_px: int) -> bool:
    """Is it the end of a picture that is longer or wider than the other? Plain background counts only if it is wider
    than a scroll bar, which comes and goes with the window.
    """
    height, width = picture.shape[:2]
    across, down = box.width == width and box.bottom == height, box.height == height and box.right == width
    if not across and not down:
        return False
    least_px = SCROLL_BAR_MAX_PX if moved_px >= MOVED_PX else 0
    return (box.height if across else box.width) > least_px or any(share_inside(e.box, box) > 0.5 for e in elements)


def _one_sided(
    scene: Scene, box: Box, type_: DefectType, elsewhere: Sequence[Box], along: Sequence[Box]
) -> list[Defect]:
    picture, elements = scene.reference, scene.reference_elements
    if type_ is DefectType.ADDED:
        picture, elements = scene.actual, scene.actual_elements
    cut_off = scene.reference.shape != scene.actual.shape and _was_cut_off(box, picture, elements, scene.moved_px)
    ink = box if cut_off else standing_out(picture, box)
    if ink is None or (min(ink.width, ink.height) < THINNEST_PX and not cut_off):
        return []
    inside = [Thing(e.box, e.kind, e.text, e.id) for e in elements if share_inside(e.box, box) > 0.5]
    if any(share_inside(place, grown(box, 2)) > 0.5 for place in elsewhere):
        inside = _left_behind(picture, ink, inside, elsewhere, along)
        return [came_or_went(type_, union(t.box for t in inside), inside)] if inside else []
    return [came_or_went(type_, ink, inside)]


def _left_behind(
    picture: Picture, area: Box, elements: Sequence[Thing], elsewhere: Sequence[Box], along: Sequence[Box]
) -> list[Thing]:
    """What of an area was not found again: elements, and ink that is no element's, such as a photo that a detector overlooks, if
    it did not go along with a block.
    """
    inside = [t for t in elements if not any(share_inside(place, grown(t.box, 2)) > 0.5 for place in elsewhere)]
    known = [*elements, *(Thing(place) for place in elsewhere)]
    ink = [Thing(box) for box in find_things(picture, area) if min(box.width, box.height) >= MIN_PICTURE_PX]
    new = [t for t in new_things(ink, known) if not any(share_inside(k.box, t.box) > 0.5 for k in known)]
    return inside + [t for t in new if not any(overlap(t.box, part).area_px for part in along)]


def remains_of(scene: Scene, gone: Sequence[Defect]) -> list[Box]:
    """Where (in the actual) the reference is laid with the ends of things that went, cut off by the strip they stood in."""
    boxes = [draft.reference_box for draft in gone if draft.type is DefectType.MISSING and draft.reference_box]
    bands = scene.alignment.bands
    parts = [(box, overlap(box, band.reference_box), band) for box in boxes for band in bands]
    return [part.shifted(band.dx, band.dy) for box, part, band in parts if 0 < 2 * part.area_px < box.area_px]
