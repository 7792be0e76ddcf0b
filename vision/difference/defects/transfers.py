"""Where the things of the reference went: swapped, reordered, moved or pushed; and the reference redrawn with them there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from vision.boxes import Rows, clipped, grown, in_one_row, iou, overlap, share_inside, union
from vision.difference.alignment import carried, traced
from vision.difference.defects.blocks import pushed_by_bands
from vision.difference.defects.drafts import as_dict, draft_of, moved_draft, parts_of
from vision.difference.defects.hunt import Hunt, new_things
from vision.difference.defects.scene import TOGGLES, Scene
from vision.difference.identity import Match, is_same_way, match_by_identity
from vision.difference.matching import Thing
from vision.difference.regions import find_things, ground_colour, tight_box, trimmed
from vision.groups import connected
from vision.types import Alignment, Band, Box, Defect, DefectType, Element, Kind, Picture

# Things trade places within one area when the area they left and the area they came to share this much.
SAME_AREA = 0.8
# What trades places stays where it was on the whole: the mean of all moves, as a share of the longest. A push does not.
MOST_DRIFT = 0.3
# One thing stands where another stood when their boxes share this much.
SAME_SPOT = 0.5
# A thing's box, drawn by a detector, is up to this much larger than its ink.
BAND_MARGIN_PX = 6
# Items of one list stand this near to each other.
LIST_GAP_PX = 64
# Parts of one block stand this near to each other.
NEIGHBOUR_PX = 32
# The mark of a chosen entry (a radio button's dot, a bullet) is no larger.
LARGEST_MARK_PX = 64
STATE_KINDS = frozenset({None, Kind.ICON, *TOGGLES})


@dataclass(frozen=True, slots=True)
class Transfers:
    """`matches` are the things found again elsewhere by their content; `drafts` say what moved; `marks` are the boxes of controls
    whose state changed."""

    matches: tuple[Match, ...]
    drafts: tuple[Defect, ...]
    marks: tuple[Box, ...]


def _displaced(scene: Scene, before: Sequence[Thing], after: Sequence[Thing], found: Sequence[Match]) -> list[Defect]:
    """Where something moved in, what stood there and was found nowhere is missing; where something moved out, what stands there
    now is new. Unless both sides have a thing there: then it may be one thing that changed."""
    sources, landings = Rows(m.before.box for m in found), Rows(m.after.box for m in found)
    ones = [t for t in before if t.kind is not None and not _is_part_of(tight_box(scene.reference, t.box), sources)]
    others = [t for t in after if t.kind is not None and not _is_part_of(tight_box(scene.actual, t.box), landings)]
    places = {one: carried(one.box, scene.alignment) for one in ones}
    drafts = []
    for one, place in places.items():
        if place and _is_covered(place, landings) and not any(iou(place, other.box) > 0.3 for other in others):
            box = tight_box(scene.reference, one.box)
            drafts.append(draft_of(DefectType.MISSING, box, None, one.kind, one.text, {"displaced": True}))
    for other in others:
        was_there = any(place and iou(place, other.box) > 0.3 for place in places.values())
        if _is_covered(traced(other.box, scene.alignment), sources) and not was_there:
            box = tight_box(scene.actual, other.box)
            drafts.append(draft_of(DefectType.ADDED, None, box, other.kind, other.text, {"displaced": True}))
    return drafts


def _is_part_of(box: Box, places: Rows) -> bool:
    near = (places[at] for at in places.near(box))
    return any(iou(box, place) > 0.3 or share_inside(box, grown(place, 2)) > 0.6 for place in near)


def _is_covered(box: Box, places: Rows) -> bool:
    """Do the places cover at least half of the box?"""
    return sum(overlap(box, places[at]).area_px for at in places.near(box)) >= 0.5 * box.area_px


def find_transfers(scene: Scene) -> Transfers:
    before, after = _things(scene)
    same = match_by_identity(scene.reference, scene.actual, before, after)
    found = [match for match in same if _is_moved(scene, match)]
    matches = found + _pushed(scene, found)
    permutations, rest = _permutations(matches)
    states = [one for one in permutations if is_state_only(one)]
    traded = [one for one in permutations if not is_state_only(one)]
    drafts = [draft for one in traded for draft in _traded(one)] + [draft for one in states for draft in _states(one)]
    drafts += [moved_draft(m.before, m.before.box, m.after.box) for m in rest]
    stayed = {m.before.box for m in same} | {m.after.box for m in same}
    drafts += [d for d in _displaced(scene, before, after, found) if (d.reference_box or d.actual_box) not in stayed]
    of_states = {match for one in states for block in one for match in block}
    kept = [m for m in found if m not in of_states] + [m for one in traded for m in _hulls(one)]
    marks = tuple(match.before.box for match in of_states)
    return Transfers(tuple(kept), tuple(drafts), marks)


def _pushed(scene: Scene, found: Sequence[Match]) -> list[Match]:
    """What lies in a part of the page that moved as one, unless it was found elsewhere."""
    own = Rows(match.before.box for match in found)
    pushed = [(Thing(d.reference_box, d.kind, d.text), d.actual_box) for d in pushed_by_bands(scene) if d.reference_box]
    return [
        Match(thing, replace(thing, box=box))
        for thing, box in pushed
        if box is not None and not any(iou(thing.box, own[at]) > 0.3 for at in own.near(thing.box))
    ]


def _hulls(group: Sequence[Sequence[Match]]) -> list[Match]:
    """Two blocks that swapped take along what stands between their parts."""
    ways = _ways(group)
    if len(ways) != 2 or not _is_swap(*ways):
        return []
    spots = [union([*(m.before.box for m in ways[i]), *(m.after.box for m in ways[1 - i])]) for i in (0, 1)]
    if (spots[0].width, spots[0].height) != (spots[1].width, spots[1].height):
        return []
    return [Match(Thing(spots[0]), Thing(spots[1])), Match(Thing(spots[1]), Thing(spots[0]))]


def _ways(group: Sequence[Sequence[Match]]) -> list[list[Match]]:
    """The moves of a group by their vectors."""
    ways: list[list[Match]] = []
    for match in (match for block in group for match in block):
        way = next((one for one in ways if is_same_way(one[0].vector, match.vector)), None)
        if way is None:
            ways.append([match])
        else:
            way.append(match)
    return ways


def _is_moved(scene: Scene, match: Match) -> bool:
    dx, dy = match.vector
    place = carried(match.before.box, scene.alignment)
    if place is not None and max(abs(place.x - match.after.box.x), abs(place.y - match.after.box.y)) < scene.moved_px:
        return False
    return max(abs(dx - scene.alignment.dx), abs(dy - scene.alignment.dy)) >= scene.moved_px


# -- things to find again -----------------------------------------------------------------------------------------------


def _things(scene: Scene) -> tuple[list[Thing], list[Thing]]:
    """What changed pixels touch, and what stands in areas that only one picture has."""
    laid_before, after = Hunt.of(scene).touched()
    before = [_in_reference(thing, scene) for thing in laid_before]
    before = [thing for thing in before if thing.box.area_px]
    if scene.alignment.kind == "translation":
        return before, after
    before += _one_sided(scene.reference, scene.alignment.removed, scene.reference_elements, before)
    after = after + _one_sided(scene.actual, scene.alignment.inserted, scene.actual_elements, after)
    return before, after


def _in_reference(thing: Thing, scene: Scene) -> Thing:
    element = next((e for e in scene.reference_elements if e.id == thing.element_id), None)
    if element is not None and carried(element.box, scene.alignment) == thing.box:
        return replace(thing, box=element.box)
    height, width = scene.reference.shape[:2]
    return replace(thing, box=clipped(traced(thing.box, scene.alignment), width, height))


def _one_sided(
    picture: Picture, areas: Sequence[Box], elements: Sequence[Element], known: Sequence[Thing]
) -> list[Thing]:
    """What stands in areas that only one picture has."""
    things = [Thing(e.box, e.kind, e.text, e.id) for e in elements if any(share_inside(e.box, a) > 0.5 for a in areas)]
    inked = [ink for ink in (trimmed(picture, area) for area in areas) if ink is not None]
    pieces = [Thing(piece) for ink in inked for piece in find_things(picture, ink, 0)]
    found = things + new_things(pieces, things)
    return new_things_only(found, known)


def new_things_only(found: Sequence[Thing], known: Sequence[Thing]) -> list[Thing]:
    rows = Rows(thing.box for thing in known)
    return [t for t in found if not any(iou(t.box, rows[i]) > 0.5 for i in rows.near(t.box))]


# -- what the moves have in common -------------------------------------------------------------------------------------------


def _permutations(matches: Sequence[Match]) -> tuple[list[list[list[Match]]], list[Match]]:
    """Groups of blocks that traded places within one area, and all other moves."""
    blocks = _blocks(matches)
    groups = _joined_areas([group for group in _chains(blocks) if _is_permutation(group)])
    taken = {match for group in groups for block in group for match in block}
    return groups, [match for match in matches if match not in taken]


def _blocks(matches: Sequence[Match]) -> list[list[Match]]:
    """Things that went one way, side by side or one above the other."""
    links = []
    rows = Rows(grown(match.before.box, NEIGHBOUR_PX) for match in matches)
    for index, match in enumerate(matches):
        for other in rows.near(match.before.box):
            if other < index and is_same_way(match.vector, matches[other].vector):
                near = overlap(rows[other], match.before.box).area_px > 0
                if near or in_one_row(match.before.box, matches[other].before.box):
                    links.append((index, other))
    return [[matches[at] for at in group] for group in connected(len(matches), links)]


def _chains(blocks: Sequence[list[Match]]) -> list[list[list[Match]]]:
    """Blocks linked by one standing where another stood, directly or through others."""
    sources, landings = (
        [union(getattr(m, side).box for m in block) for block in blocks] for side in ("before", "after")
    )
    rows = Rows(sources)
    links = [
        (index, other)
        for index, landing in enumerate(landings)
        for other in rows.near(landing)
        if other != index
        and overlap(landing, sources[other]).area_px >= 0.3 * min(landing.area_px, sources[other].area_px)
    ]
    return [[blocks[at] for at in group] for group in connected(len(blocks), links)]


def _is_permutation(group: Sequence[Sequence[Match]]) -> bool:
    if len(group) < 2:
        return False
    if iou(_area(group, "before"), _area(group, "after")) < SAME_AREA:
        return False
    moves = [(union(m.before.box for m in block).area_px, block[0].vector) for block in group]
    total, longest = sum(area for area, _ in moves), max(max(abs(x), abs(y)) for _, (x, y) in moves)
    drift = [sum(area * vector[axis] for area, vector in moves) / total for axis in (0, 1)]
    return max(abs(drift[0]), abs(drift[1])) <= MOST_DRIFT * longest


def _area(group: Sequence[Sequence[Match]], side: str) -> Box:
    return union(getattr(match, side).box for block in group for match in block)


def _joined_areas(groups: list[list[list[Match]]]) -> list[list[list[Match]]]:
    """Permutations whose areas cross are one: a reversed table is a swap within a swap."""
    joined: list[list[list[Match]]] = []
    for group in sorted(groups, key=lambda one: -_area(one, "before").area_px):
        area = _area(group, "before")
        host = next((one for one in joined if _is_one_area(_area(one, "before"), area)), None)
        if host is None:
            joined.append(list(group))
        else:
            host.extend(group)
    return joined


def _is_one_area(one: Box, other: Box) -> bool:
    """Areas that cross, or follow one another in one list."""
    if overlap(one, other).area_px:
        return True
    across = min(one.right, other.right) - max(one.x, other.x)
    in_column = across > 0.8 * max(one.width, other.width)
    return in_column and bool(overlap(grown(one, LIST_GAP_PX), other).area_px)


def _traded(group: Sequence[Sequence[Match]]) -> list[Defect]:
    """Controls without words that traded places only traded their states; two blocks that swapped are a move each; more are one
    reordered area."""
    ways = _ways(group)
    if len(ways) == 2 and _is_swap(*ways):
        return [_moved_block(way) for way in ways]
    area = union((_area(group, "before"), _area(group, "after")))
    places = [
        {"before": as_dict(m.before.box), "after": as_dict(m.after.box), "kind": m.before.kind, "text": m.before.text}
        for block in group for m in block
    ]  # fmt: skip
    detail = {"dx": 0, "dy": 0, "order": "reordered", "elements": places, "traded": True}
    return [draft_of(DefectType.LAYOUT_SHIFT, area, area, None, "", detail)]


def is_state_only(group: Sequence[Sequence[Match]]) -> bool:
    """Nothing that has words or is a picture of its own went along: the marks of the chosen one, not the things."""
    return all(
        not any(char.isalnum() for char in match.before.text)
        and match.before.kind in STATE_KINDS
        and max(match.before.box.width, match.before.box.height) <= LARGEST_MARK_PX
        for block in group
        for match in block
    )


def _states(group: Sequence[Sequence[Match]]) -> list[Defect]:
    kinds = [thing.kind for block in group for m in block for thing in (m.before, m.after) if thing.kind in TOGGLES]
    spots = [match.before for block in group for match in block]
    detail = {"aspect": "state"}
    return [
        draft_of(DefectType.STYLE_CHANGED, spot.box, spot.box, kinds[0] if kinds else spot.kind, "", detail)
        for spot in spots
    ]


def _is_swap(one: Sequence[Match], other: Sequence[Match]) -> bool:
    left = union(m.before.box for m in one), union(m.after.box for m in one)
    right = union(m.before.box for m in other), union(m.after.box for m in other)
    return iou(left[0], right[1]) >= SAME_SPOT and iou(right[0], left[1]) >= SAME_SPOT


def _moved_block(way: Sequence[Match]) -> Defect:
    if len(way) == 1:
        draft = moved_draft(way[0].before, way[0].before.box, way[0].after.box)
        return replace(draft, detail=draft.detail | {"traded": True})
    before, after = union(m.before.box for m in way), union(m.after.box for m in way)
    dx, dy = (round(float(np.median([m.vector[axis] for m in way]))) for axis in (0, 1))
    detail = {"dx": dx, "dy": dy, "parts": parts_of([m.before for m in way]), "traded": True}
    return draft_of(DefectType.MOVED, before, after, None, "", detail)


# -- the reference with everything at its new place -------------------------------------------------------------------------


def with_moved(laid: Picture, reference: Picture, alignment: Alignment, matches: Iterable[Match]) -> Picture:
    """The laid reference with each moved thing taken from its place and put where it stands now."""
    matches = list(matches)
    drawn = laid.copy()
    height, width = drawn.shape[:2]
    for match in matches:
        place = carried(match.before.box, alignment)
        spot = place and clipped(grown(place, 1), width, height)
        if spot and spot.area_px:
            drawn[spot.slices()] = ground_colour(laid, spot)
    for match in matches:
        source = clipped(match.before.box, reference.shape[1], reference.shape[0])
        spot = clipped(replace(match.after.box, width=source.width, height=source.height), width, height)
        if spot.area_px and (spot.width, spot.height) == (source.width, source.height):
            drawn[spot.slices()] = reference[source.slices()]
    return drawn


def with_bands(alignment: Alignment, matches: Iterable[Match]) -> Alignment:
    """The alignment that also knows where each moved thing stands; these come first, since they are surer than what lies
    around them."""
    bands = [Band(grown(m.before.box, BAND_MARGIN_PX), *m.vector) for m in matches]
    return replace(alignment, bands=(*bands, *alignment.bands))
