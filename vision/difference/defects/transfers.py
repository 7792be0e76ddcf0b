"""Finds what moved, what follows for the rest, and which controls only changed their state."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from vision.boxes import Rows, clipped, grown, in_one_row, iou, overlap, share_inside, union
from vision.difference.alignment import carried, traced
from vision.difference.containers import panel_around
from vision.difference.defects.blocks import pushed_by_bands, was_pushed_over_the_edge
from vision.difference.defects.drafts import as_dict, draft_of, moved_draft, parts_of
from vision.difference.defects.hunt import Hunt, new_things
from vision.difference.defects.scene import FRAMED_KINDS, PICTURES, RESIZED_PX, SAME_PLACE, TOGGLES, Scene
from vision.difference.identity import Match, is_same_way, match_by_identity
from vision.difference.matching import MOVED_LOOK, Thing, drawn_box, look_alike, same_content
from vision.difference.page_restyles import WHOLE_SHARE
from vision.difference.permutations import Group, area_of, find_permutations, is_state_only, is_swap, ways_of
from vision.difference.reach import Reach, find_reaches
from vision.difference.regions import find_things, trimmed
from vision.types import AlignmentKind, Box, Defect, DefectType, Element, Kind, Picture

# Things that correlate less have nothing in common.
LIKE_IT = 0.3


@dataclass(frozen=True, slots=True)
class Transfers:
    """`matches` are things found elsewhere by their content; `drafts` report the moves; `marks` are the boxes of
    controls whose state changed; `reaches` are the parts of the page that moved along, and `lost` are the boxes of the
    reference's things that were not found again.
    """

    matches: tuple[Match, ...]
    drafts: tuple[Defect, ...]
    marks: tuple[Box, ...]
    reaches: tuple[Reach, ...] = ()
    lost: tuple[Box, ...] = ()


def find_transfers(scene: Scene) -> Transfers:
    before, after = _things(scene)
    same = match_by_identity(scene.reference, scene.actual, before, after)
    stayed = [match for match in same if _shows_in_its_place(scene, match)]
    same = [match for match in same if match not in stayed]
    found = [match for match in same if _is_moved(scene, match)]
    found = [match for match in found if not _is_state(scene, match, found)]
    found = _without_left_alone(scene, found, before)
    found_again = {m.before.box for m in same}
    lost = [t for t in before if drawn_box(scene.reference, t) not in found_again]
    landed = {m.after.box for m in same}
    new = [t for t in after if drawn_box(scene.actual, t) not in landed]
    found, reaches = find_reaches(scene.reference, scene.actual, found, lost, new)
    found = [_as_control(scene, match, reaches) for match in found]
    matches = found + _pushed(scene, found)
    permutations, rest = find_permutations(matches, [reach.band for reach in reaches])
    states = [one for one in permutations if is_state_only(one)]
    traded = [one for one in permutations if not is_state_only(one)]
    drafts = [draft for one in traded for draft in _traded(scene, one)] + [
        draft for one in states for draft in _states(one)
    ]
    drafts += [moved_draft(_as_sign(scene, m.before), m.before.box, m.after.box) for m in rest]
    new = [t for t in after if not any(share_inside(t.box, one.landing) == 1 for one in reaches)]
    signs = [_as_sign(scene, _named(scene, t)) for t in before]
    displaced = _displaced(scene, signs, new, found, reaches)
    drafts += [d for d in displaced if d.reference_box not in found_again and d.actual_box not in landed]
    of_states = {match for one in states for block in one for match in block}
    kept = [m for m in found if m not in of_states] + [m for one in traded for m in _hulls(one)]
    marks = tuple(match.before.box for match in of_states)
    known = found_again | {match.before.box for match in found}
    gone = tuple(t.box for t in lost if t.box not in known and not _is_panel(scene, t))
    return Transfers(tuple(kept), tuple(drafts), marks, tuple(reaches), gone)


def _things(scene: Scene) -> tuple[list[Thing], list[Thing]]:
    """Things that changed pixels touch, and things in areas that only one picture has."""
    laid_before, after = Hunt.of(scene).touched()
    before = [_in_reference(thing, scene) for thing in laid_before]
    before = [thing for thing in before if thing.box.area_px]
    if scene.alignment.kind == AlignmentKind.TRANSLATION:
        return before, after
    before += _one_sided(scene.reference, scene.alignment.removed, scene.reference_elements, before)
    after = after + _one_sided(scene.actual, scene.alignment.inserted, scene.actual_elements, after)
    return before, after


def _in_reference(thing: Thing, scene: Scene) -> Thing:
    element = scene.standing_element(thing.element_id, thing.box)
    if element is not None:
        return replace(thing, box=element.box)
    height, width = scene.reference.shape[:2]
    return replace(thing, box=clipped(traced(thing.box, scene.alignment), width, height))


def _one_sided(
    picture: Picture, areas: Sequence[Box], elements: Sequence[Element], known: Sequence[Thing]
) -> list[Thing]:
    """Things in areas that only one picture has."""
    things = [Thing(e.box, e.kind, e.text, e.id) for e in elements if any(share_inside(e.box, a) > 0.5 for a in areas)]
    inked = [ink for ink in (trimmed(picture, area) for area in areas) if ink is not None]
    pieces = [Thing(piece) for ink in inked for piece in find_things(picture, ink, 0)]
    found = things + new_things(pieces, things)
    return _not_among(found, known)


def _not_among(found: Sequence[Thing], known: Sequence[Thing]) -> list[Thing]:
    rows = Rows(thing.box for thing in known)
    return [t for t in found if not any(iou(t.box, rows[i]) > 0.5 for i in rows.near(t.box))]


def _as_control(scene: Scene, match: Match, reaches: Sequence[Reach]) -> Match:
    """The moved button or field, for the words in it."""
    whole = _named(scene, match.before)
    if not any(reach.holds(whole.box, match.vector) for reach in reaches):
        return match
    return Match(whole, replace(whole, box=whole.box.shifted(*match.vector)))


def _named(scene: Scene, thing: Thing) -> Thing:
    """Nameless ink in a button or field with a very pale frame is named after it."""
    if thing.kind is not None:
        return thing
    near = scene.near_reference(thing.box)
    frames = [e for e in near if e.kind in FRAMED_KINDS and share_inside(thing.box, e.box) == 1]
    best = min(frames, key=lambda e: e.box.area_px, default=None)
    return thing if best is None else Thing(best.box, best.kind, best.text, best.id)


def _as_sign(scene: Scene, thing: Thing) -> Thing:
    """Nameless ink in the place of an icon or a picture gets its name."""
    if thing.kind is not None:
        return thing
    signs = [e for e in scene.near_reference(thing.box) if e.kind in PICTURES and iou(e.box, thing.box) > SAME_PLACE]
    best = max(signs, key=lambda e: iou(e.box, thing.box), default=None)
    return thing if best is None else replace(thing, kind=best.kind)


def _is_panel(scene: Scene, thing: Thing) -> bool:
    """Nameless ink around things: a card, a table."""
    if thing.kind is not None:
        return False
    held = (e.box for e in scene.near_reference(thing.box) if share_inside(e.box, thing.box) == 1)
    return any(iou(box, thing.box) <= SAME_PLACE for box in held)


def _is_moved(scene: Scene, match: Match) -> bool:
    dx, dy = match.vector
    place = carried(match.before.box, scene.alignment)
    if place is None and match.before.box == match.after.box:
        return True  # a push took out the rows around it, and it stands where it stood
    if place is not None and max(abs(place.x - match.after.box.x), abs(place.y - match.after.box.y)) < scene.moved_px:
        return False
    return max(abs(dx - scene.alignment.dx), abs(dy - scene.alignment.dy)) >= scene.moved_px


def _shows_in_its_place(scene: Scene, match: Match) -> bool:
    """Is a thing still in its place, on a page that was dimmed or faded as a whole? Then a similar thing elsewhere is
    another one: a dialog's button with the text of the button that opened it.
    """
    place = carried(match.before.box, scene.alignment)
    if place is None or place == match.after.box or scene.repainted_share < WHOLE_SHARE:
        return False
    height, width = scene.actual.shape[:2]
    if clipped(place, width, height) != place:
        return False
    look = look_alike(scene.reference[match.before.box.slices()], scene.actual[place.slices()])
    return look >= MOVED_LOOK


def _is_state(scene: Scene, match: Match, moved: Sequence[Match]) -> bool:
    """Did a look move from one toggle, or one of several equal buttons, to another, with both in their old places? Then
    their states changed, unless something beside them moved along.
    """
    ends = match.before.box, match.after.box
    apart = match.before.kind in FRAMED_KINDS and not overlap(*ends).area_px
    if apart and all(_says_the_same(scene, box, match.before.text) for box in ends):
        return not any(one.vector == match.vector and one.before.text not in ("", match.before.text) for one in moved)
    if not all(_is_toggle_on_both_sides(scene, box) for box in ends):
        return False
    return not any(
        one.vector == match.vector and in_one_row(one.before.box, ends[0]) and one.before.text for one in moved
    )


def _without_left_alone(scene: Scene, found: Sequence[Match], before: Sequence[Thing]) -> list[Match]:
    """Without things of a row that was pushed out of the picture, if nothing else of the row moved like them: they left
    with it, and the match is another thing of the same look.
    """
    removed, page, alignment = scene.alignment.removed, scene.reference, scene.alignment
    over = [box for box in removed if was_pushed_over_the_edge(box, page, alignment, removed=True)]
    places = [t.box for t in before if any(share_inside(t.box, box) > 0.5 for box in over)]
    went = [m for m in found if any(share_inside(m.before.box, box) > 0.5 for box in over)]
    alone = {m for m in went if _is_left_alone(m, went, places) and not _row_went_along(scene, m, places)}
    return [match for match in found if match not in alone]


def _is_left_alone(match: Match, others: Sequence[Match], places: Sequence[Box]) -> bool:
    row = [box for box in places if in_one_row(box, match.before.box)]
    along = (m for m in others if in_one_row(m.before.box, match.before.box))
    return len(row) > 1 and all(m is match or not is_same_way(m.vector, match.vector) for m in along)


def _row_went_along(scene: Scene, match: Match, places: Sequence[Box]) -> bool:
    """Is anything else of the row where the same move would put it? Numbers and states come in copies, which are not
    matched by themselves.
    """
    height, width = scene.actual.shape[:2]
    others = (box for box in places if in_one_row(box, match.before.box) and not overlap(box, match.before.box).area_px)
    landed = ((box, box.shifted(*match.vector)) for box in others)
    return any(
        clipped(place, width, height) == place and same_content(scene.reference, scene.actual, box, place)
        for box, place in landed
    )


def _says_the_same(scene: Scene, box: Box, text: str) -> bool:
    """Do both pictures have a control with these words? For example a row of "Choose" buttons, one of them filled."""
    sides = scene.near_reference(box), scene.near_actual(box)
    return bool(text) and all(any(e.text == text and iou(e.box, box) > 0.8 for e in side) for side in sides)


def _is_toggle_on_both_sides(scene: Scene, box: Box) -> bool:
    around = grown(box, 2)
    sides = scene.near_reference(around), scene.near_actual(around)
    return all(any(e.kind in TOGGLES and share_inside(box, grown(e.box, 2)) > 0.9 for e in side) for side in sides)


def _pushed(scene: Scene, found: Sequence[Match]) -> list[Match]:
    """Things in a part of the page that moved as one, unless they were found elsewhere."""
    own = Rows(match.before.box for match in found)
    pushed = [(Thing(d.reference_box, d.kind, d.text), d.actual_box) for d in pushed_by_bands(scene) if d.reference_box]
    return [
        Match(thing, replace(thing, box=box))
        for thing, box in pushed
        if box is not None
        and not any(iou(thing.box, own[at]) > 0.3 for at in own.near(thing.box))
        and _stands_there(scene, thing.box, box)
    ]


def _stands_there(scene: Scene, before: Box, after: Box) -> bool:
    """Does the place where a push would put a thing show anything like it?"""
    pages = ((before, scene.reference), (after, scene.actual))
    if any(clipped(box, picture.shape[1], picture.shape[0]) != box for box, picture in pages):
        return True
    return look_alike(scene.reference[before.slices()], scene.actual[after.slices()]) >= LIKE_IT


def _displaced(
    scene: Scene, before: Sequence[Thing], after: Sequence[Thing], found: Sequence[Match], reaches: Sequence[Reach]
) -> list[Defect]:
    """Where something moved in, the old thing is missing if it was found nowhere; where something moved out, the thing
    there now is new. If both pictures have a thing there, it may be one that changed.
    """
    sources, landings = Rows(m.before.box for m in found), Rows(m.after.box for m in found)
    words = Rows(m.after.box for m in found if m.before.kind is Kind.LABEL and m.before.text)
    ones = [t for t in before if t.kind is not None and not _is_part_of(drawn_box(scene.reference, t), sources)]
    others = [t for t in after if t.kind is not None and not _is_part_of(drawn_box(scene.actual, t), landings)]
    places = {one: carried(one.box, scene.alignment) for one in ones}
    stand, stood = Rows(other.box for other in others), Rows(place for place in places.values() if place)
    drafts = []
    for one, place in places.items():
        moved_in = place and any(share_inside(place, reach.landing) == 1 for reach in reaches)
        covered = place and (moved_in or _is_covered(place, landings) or _is_written_over(one, place, words))
        if place and covered and not _has_one_at(stand, place):
            box = drawn_box(scene.reference, one)
            drafts.append(draft_of(DefectType.MISSING, box, None, one.kind, one.text, {"displaced": True}))
    for other in others:
        if _is_covered(traced(other.box, scene.alignment), sources) and not _has_one_at(stood, other.box):
            box = drawn_box(scene.actual, other)
            drafts.append(draft_of(DefectType.ADDED, None, box, other.kind, other.text, {"displaced": True}))
    return drafts


def _has_one_at(places: Rows, box: Box) -> bool:
    return any(iou(places[at], box) > 0.3 for at in places.near(box))


def _is_part_of(box: Box, places: Rows) -> bool:
    near = (places[at] for at in places.near(box))
    return any(iou(box, place) > 0.3 or share_inside(box, grown(place, 2)) > 0.6 for place in near)


def _is_written_over(one: Thing, place: Box, words: Rows) -> bool:
    """Are words now in the place of other words?"""
    if one.kind is not Kind.LABEL:
        return False
    return any(share_inside(words[at], place) > 0.5 and in_one_row(words[at], place) for at in words.near(place))


def _is_covered(box: Box, places: Rows) -> bool:
    """Do the places cover at least half of the box?"""
    return sum(overlap(box, places[at]).area_px for at in places.near(box)) >= 0.5 * box.area_px


def _traded(scene: Scene, group: Group) -> list[Defect]:
    """Controls without words that swapped places only swapped their states; two swapped blocks are a move each; more
    are one reordered area.
    """
    ways = ways_of(group)
    if len(ways) == 2 and is_swap(*ways):
        panels = _panels_of(scene, ways[0]) or _panels_of(scene, ways[1])[::-1]
        return [_moved_block(ways[0], panels), _moved_block(ways[1], panels[::-1])]
    area = union((area_of(group, "before"), area_of(group, "after")))
    places = [
        {"before": as_dict(m.before.box), "after": as_dict(m.after.box), "kind": m.before.kind, "text": m.before.text}
        for block in group for m in block
    ]  # fmt: skip
    detail = {"dx": 0, "dy": 0, "order": "reordered", "elements": places, "traded": True}
    return [draft_of(DefectType.LAYOUT_SHIFT, area, area, None, "", detail)]


def _states(group: Group) -> list[Defect]:
    """The states of controls: one mark was at each of these spots in one picture or the other, so they are of one kind."""
    kinds = [thing.kind for block in group for m in block for thing in (m.before, m.after) if thing.kind is not None]
    kind = next((one for one in kinds if one in TOGGLES), kinds[0] if kinds else None)
    spots = [match.before.box for block in group for match in block]
    return [draft_of(DefectType.STYLE_CHANGED, spot, spot, kind, "", {"aspect": "state"}) for spot in spots]


def _moved_block(way: Sequence[Match], places: Sequence[Box]) -> Defect:
    """A moved block; `places` are its old and new panel, or none if it is not on a panel of its own."""
    if len(way) == 1:
        draft = moved_draft(way[0].before, way[0].before.box, way[0].after.box)
        return replace(draft, detail=draft.detail | {"traded": True})
    sides = [m.before.box for m in way], [m.after.box for m in way]
    held = places and all(share_inside(union(side), place) == 1 for side, place in zip(sides, places, strict=True))
    before, after = places if held else (union(side) for side in sides)
    dx, dy = (round(float(np.median([m.vector[axis] for m in way]))) for axis in (0, 1))
    detail = {"dx": dx, "dy": dy, "parts": parts_of([m.before for m in way]), "traded": True}
    return draft_of(DefectType.MOVED, before, after, None, "", detail)


def _panels_of(scene: Scene, way: Sequence[Match]) -> tuple[Box, ...]:
    """The card or row under a block at its old and new place; none unless both have one size and are as far apart as
    the things moved.
    """
    before = panel_around(scene.reference, [m.before.box for m in way])
    after = panel_around(scene.actual, [m.after.box for m in way])
    if before is None or after is None:
        return ()
    same_size = max(abs(before.width - after.width), abs(before.height - after.height)) <= RESIZED_PX
    is_same = same_size and is_same_way((after.x - before.x, after.y - before.y), way[0].vector)
    return (before, after) if is_same else ()


def _hulls(group: Group) -> list[Match]:
    """Swapped blocks move with everything between their parts."""
    ways = ways_of(group)
    if len(ways) != 2 or not is_swap(*ways):
        return []
    spots = [union([*(m.before.box for m in ways[i]), *(m.after.box for m in ways[1 - i])]) for i in (0, 1)]
    if (spots[0].width, spots[0].height) != (spots[1].width, spots[1].height):
        return []
    return [Match(Thing(spots[0]), Thing(spots[1])), Match(Thing(spots[1]), Thing(spots[0]))]
