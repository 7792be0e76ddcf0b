"""Things that swapped places: blocks, entries of a list or table in another order, marks that moved to another entry."""

from collections.abc import Sequence

from vision.boxes import Rows, grown, in_one_row, iou, overlap, share_inside, shared_px, union
from vision.difference.identity import SAME_WAY_PX, Match, is_same_way
from vision.groups import connected
from vision.types import Band, Box, Kind

# Things trade places within one area when the area they left and the area they came to share this much.
SAME_AREA = 0.8
# After a swap the mean of all moves is small, as a share of the longest. After a push it is not.
MOST_DRIFT = 0.3
# One thing is where another was if their boxes share this much.
SAME_SPOT = 0.5
# Items of one list are this close.
LIST_GAP_PX = 64
# Parts of one block are this close.
NEIGHBOUR_PX = 32
# The mark of a chosen entry (a radio button's dot, a bullet) is no larger.
LARGEST_MARK_PX = 64
MARK_KINDS = frozenset({None, Kind.ICON, Kind.CHECKBOX, Kind.RADIO, Kind.SWITCH})

Group = Sequence[Sequence[Match]]
"""Blocks that traded places; a block is things that went one way together."""


def find_permutations(
    matches: Sequence[Match], reaches: Sequence[Band] = ()
) -> tuple[list[list[list[Match]]], list[Match]]:
    """Groups of blocks that swapped places within one area, and all other moves. Everything within one of `reaches`
    that moved by one vector is one block.
    """
    blocks = _blocks(matches, reaches)
    groups = _joined_areas([group for group in _chains(blocks) if _is_permutation(group)])
    taken = {match for group in groups for block in group for match in block}
    return groups, [match for match in matches if match not in taken]


def _blocks(matches: Sequence[Match], reaches: Sequence[Band] = ()) -> list[list[Match]]:
    """Neighbouring things that moved by one vector, or all of them within one of `reaches`."""
    links = []
    rows = Rows(grown(match.before.box, NEIGHBOUR_PX) for match in matches)
    for index, match in enumerate(matches):
        for other in rows.near(match.before.box):
            if other < index and is_same_way(match.vector, matches[other].vector):
                near = shared_px(rows[other], match.before.box) > 0
                if near or in_one_row(match.before.box, matches[other].before.box):
                    links.append((index, other))
    for reach in reaches:
        inside = [at for at in rows.near(reach.reference_box) if _belongs(matches[at], reach)]
        links += [(at, inside[0]) for at in inside]
    return [[matches[at] for at in group] for group in connected(len(matches), links)]


def _belongs(match: Match, reach: Band) -> bool:
    same = is_same_way(match.vector, (reach.dx, reach.dy))
    return same and share_inside(match.before.box, reach.reference_box) == 1


def _chains(blocks: Sequence[list[Match]]) -> list[list[list[Match]]]:
    """Blocks connected, directly or through others, by one being where another was."""
    sources, landings = (
        [union(getattr(m, side).box for m in block) for block in blocks] for side in ("before", "after")
    )
    rows = Rows(sources)
    links = [
        (index, other)
        for index, landing in enumerate(landings)
        for other in rows.near(landing)
        if other != index
        and shared_px(landing, sources[other]) >= 0.3 * min(landing.area_px, sources[other].area_px)
        and not any(_covers(box, overlap(landing, sources[other])) for box in (landings[other], sources[index]))
    ]
    return [[blocks[at] for at in group] for group in connected(len(blocks), links)]


def _is_permutation(group: Group) -> bool:
    if len(group) < 2:
        return False
    if iou(area_of(group, "before"), area_of(group, "after")) < SAME_AREA:
        return False
    if _flows_on(group):
        return False
    if _is_exchange(group):
        return True
    moves = [(union(m.before.box for m in block).area_px, block[0].vector) for block in group]
    total, longest = sum(area for area, _ in moves), max(max(abs(x), abs(y)) for _, (x, y) in moves)
    drift = [sum(area * vector[axis] for area, vector in moves) / total for axis in (0, 1)]
    return max(abs(drift[0]), abs(drift[1])) <= MOST_DRIFT * longest


def _flows_on(group: Group) -> bool:
    """Did the entries of a grid only close up, or make room? Each row went one way, and what left a row at its end stands at the
    other end of the next one: their order is the same."""
    ways = [way[0].vector for way in ways_of(group)]
    along = [dx for dx, dy in ways if abs(dy) <= SAME_WAY_PX]
    wrapped = [(dx, dy) for dx, dy in ways if abs(dy) > SAME_WAY_PX]
    if not along or not wrapped or min(along) < 0 < max(along):
        return False
    forward = along[0] > 0
    return all((dx < 0) == forward and (dy > 0) == forward for dx, dy in wrapped)


def _is_exchange(group: Group) -> bool:
    """Did one part move as far one way as the other moved back? (Words of two lengths do not weigh the same.)"""
    ways = ways_of(group)
    if len(ways) != 2:
        return False
    there, (dx, dy) = ways[0][0].vector, ways[1][0].vector
    return is_same_way(there, (-dx, -dy)) and is_swap(*ways)


def _covers(box: Box, place: Box) -> bool:
    """Does one box cover most of the other's old place? A thing that still covers its own old place did not swap: the
    page moved a few pixels.
    """
    return 2 * shared_px(place, box) > place.area_px


def _joined_areas(groups: list[list[list[Match]]]) -> list[list[list[Match]]]:
    """Merges permutations whose areas overlap: a reversed table is swaps within swaps."""
    joined: list[list[list[Match]]] = []
    for group in sorted(groups, key=lambda one: -area_of(one, "before").area_px):
        area = area_of(group, "before")
        host = next((one for one in joined if _is_one_area(area_of(one, "before"), area)), None)
        if host is None:
            joined.append(list(group))
        else:
            host.extend(group)
    return joined


def _is_one_area(one: Box, other: Box) -> bool:
    """Do the areas overlap, or follow one another in one list?"""
    if shared_px(one, other):
        return True
    across = min(one.right, other.right) - max(one.x, other.x)
    in_column = across > 0.8 * max(one.width, other.width)
    return in_column and bool(shared_px(grown(one, LIST_GAP_PX), other))


def area_of(group: Group, side: str) -> Box:
    return union(getattr(match, side).box for block in group for match in block)


def ways_of(group: Group) -> list[list[Match]]:
    """The moves of a group, by vector."""
    ways: list[list[Match]] = []
    for match in (match for block in group for match in block):
        way = next((one for one in ways if is_same_way(one[0].vector, match.vector)), None)
        if way is None:
            ways.append([match])
        else:
            way.append(match)
    return ways


def is_swap(one: Sequence[Match], other: Sequence[Match]) -> bool:
    left = union(m.before.box for m in one), union(m.after.box for m in one)
    right = union(m.before.box for m in other), union(m.after.box for m in other)
    return iou(left[0], right[1]) >= SAME_SPOT and iou(right[0], left[1]) >= SAME_SPOT


def is_state_only(group: Group) -> bool:
    """Did nothing with words and no picture move? Then it was the marks of the chosen entry."""
    return all(
        not any(char.isalnum() for char in match.before.text)
        and match.before.kind in MARK_KINDS
        and max(match.before.box.width, match.before.box.height) <= LARGEST_MARK_PX
        for block in group
        for match in block
    )
