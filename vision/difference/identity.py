"""Matches things of the reference and the actual by content, wherever they went.

Identity comes before place: things that look the same are the same thing. A look that exists once on both sides is an
anchor. Things with several copies follow the anchors of their row or column, as a table's cells follow their row. The
rest is matched to the nearest copy.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from vision.boxes import Rows, clipped, gap, in_one_row, iou, share_inside, shared_px
from vision.difference.matching import MOVED_LOOK, Thing, drawn_box, equal_pairs, find_again, look_alike, same_content
from vision.difference.regions import is_framed, tight_box
from vision.types import FRAMED_KINDS, Box, Kind, Picture

# Vectors this close are one: a push by half a pixel is rounded up for some things and down for others.
SAME_WAY_PX = 1
# An anchor counts for copies up to this far away, and this far up and down its column.
ANCHOR_REACH_PX = 600
COLUMN_REACH_PX = 150
# Text in a frame lies in it with more than this share.
WITHIN = 0.8
# Frames that differ by more are of two sizes.
FRAME_STEP_PX = 2
# Fewer letters do not count as words.
MIN_WORD = 4
# A nameless thing with a side shorter than this has no distinctive look.
LEAST_SIDE_PX = 4
# A thing without a partner is searched for after this many of its neighbours' commonest moves.
MOST_WAYS = 4
# If more pairs than this look alike, neighbours are not checked: that takes quadratic time.
MOST_FOR_NEIGHBOURS = 1500


@dataclass(frozen=True, slots=True)
class Match:
    """One thing on both sides: `before` in the reference's coordinates, `after` in the actual's (tight boxes)."""

    before: Thing
    after: Thing

    @property
    def vector(self) -> tuple[int, int]:
        return self.after.box.x - self.before.box.x, self.after.box.y - self.before.box.y


def match_by_identity(
    reference: Picture, actual: Picture, before: Sequence[Thing], after: Sequence[Thing]
) -> list[Match]:
    """Pairs of things with the same content; each thing is used at most once. `before` are things of the reference,
    `after` things of the actual.
    """
    before, after = ([thing for thing in things if tells_itself(thing)] for things in (before, after))
    candidates = [Match(one, other) for one, other in equal_pairs(reference, actual, before, after)]
    candidates += _same_words(reference, actual, before, after, candidates)
    settled = _anchored(candidates)
    if len(candidates) <= MOST_FOR_NEIGHBOURS:
        settled.take(_followers(reference, actual, settled.matches, before, after))
    settled.take(sorted((m for m in candidates if settled.is_free(m)), key=_length))
    return settled.matches


def _same_words(
    reference: Picture, actual: Picture, before: Sequence[Thing], after: Sequence[Thing], known: Sequence[Match]
) -> list[Match]:
    """Words that occur once on each side and look alike, though the detector found a frame around them on one side
    only.
    """
    sides = (before, {m.before.element_id for m in known}), (after, {m.after.element_id for m in known})
    ones, others = (_by_words([t for t in things if t.element_id not in taken]) for things, taken in sides)
    pairs = ((ones[words], others[words]) for words in ones.keys() & others.keys())
    found = (_framed_alike(reference, actual, *pair) for pair in pairs)
    return [match for match in found if match is not None]


def _by_words(things: Sequence[Thing]) -> dict[str, Thing]:
    counts = Counter(thing.text for thing in things)
    return {t.text: t for t in things if counts[t.text] == 1 and sum(map(str.isalnum, t.text)) >= MIN_WORD}


def _framed_alike(reference: Picture, actual: Picture, one: Thing, other: Thing) -> Match | None:
    """A match of the same words by the larger of their two boxes, if both pictures show the same in it."""
    if _are_frames_of_two_sizes(reference, actual, one, other):
        return None
    words = tight_box(reference, one.box)
    place = find_again(reference, words, actual, [other.box])
    if place is None:
        return None
    dx, dy = place.x - words.x, place.y - words.y
    whole = max((one.box.shifted(dx, dy), other.box), key=lambda box: box.area_px)
    source = whole.shifted(-dx, -dy)
    pages = ((source, reference), (whole, actual))
    if any(clipped(box, picture.shape[1], picture.shape[0]) != box for box, picture in pages):
        return None
    if look_alike(reference[source.slices()], actual[whole.slices()]) < MOVED_LOOK:
        return None
    kind = one.kind if one.kind is not Kind.LABEL else other.kind
    return Match(replace(one, box=source, kind=kind), replace(other, box=whole, kind=kind))


def _are_frames_of_two_sizes(reference: Picture, actual: Picture, one: Thing, other: Thing) -> bool:
    """Are these frames of different sizes? A control that became wider did not move, though its words did."""
    if one.kind not in FRAMED_KINDS or other.kind not in FRAMED_KINDS:
        return False
    frames = drawn_box(reference, one), drawn_box(actual, other)
    if not (is_framed(reference, frames[0]) and is_framed(actual, frames[1])):
        return False
    return abs(frames[0].width - frames[1].width) > FRAME_STEP_PX or (
        abs(frames[0].height - frames[1].height) > FRAME_STEP_PX
    )


def tells_itself(thing: Thing) -> bool:
    """Has the thing a look of its own? Rules and specks have not."""
    return thing.kind is not None or min(thing.box.width, thing.box.height) >= LEAST_SIDE_PX


def is_same_way(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return abs(one[0] - other[0]) <= SAME_WAY_PX and abs(one[1] - other[1]) <= SAME_WAY_PX


def _anchored(candidates: Sequence[Match]) -> "_Settled":
    """Anchors, and the copies that moved by the same vector. A nameless thing needs an anchor nearby: single strokes
    look alike.
    """
    befores, afters = Counter(m.before for m in candidates), Counter(m.after for m in candidates)
    unique = [m for m in candidates if befores[m.before] == 1 and afters[m.after] == 1]
    anchors = [m for m in unique if m.before.kind is not None or m.after.kind is not None]
    settled = _Settled()
    settled.take(anchors)
    taken = set(anchors)
    open_ = [m for m in candidates if m not in taken]
    while len(candidates) <= MOST_FOR_NEIGHBOURS and (
        agreeing := [m for m in open_ if settled.is_free(m) and settled.agrees(m)]
    ):
        settled.take(sorted(agreeing, key=settled.distance_to_anchor))
        open_ = [m for m in open_ if settled.is_free(m)]
    return settled


def _followers(
    reference: Picture, actual: Picture, settled: Sequence[Match], before: Sequence[Thing], after: Sequence[Thing]
) -> list[Match]:
    """Things whose neighbours in the same row or column moved, and which are found, pixel for pixel, after the same
    move. The detector may cut a line differently on both sides; the pixels decide.
    """
    height, width = actual.shape[:2]
    used, known = Rows(match.after.box for match in settled), list(settled)
    done = Rows(match.before.box for match in settled)
    others = Rows(thing.box for thing in after)
    found: list[Match] = []

    def is_free(place: Box, way: tuple[int, int]) -> bool:
        """Is the place not taken by another thing? (Text in a frame moves with the frame.)"""
        near = [known[at] for at in used.near(place) if shared_px(place, known[at].after.box)]
        return all(is_same_way(m.vector, way) and share_inside(m.after.box, place) > WITHIN for m in near)

    for thing in before:
        box = drawn_box(reference, thing)
        if any(iou(box, done[at]) > 0.5 for at in done.near(box)):
            continue
        beside = (settled[at] for at in done.near(_column_of(box)))
        ways = Counter(m.vector for m in beside if m.vector != (0, 0) and _in_line(m.before.box, box))
        for (dx, dy), _ in ways.most_common(MOST_WAYS):
            place = box.shifted(dx, dy)
            if clipped(place, width, height) != place or not is_free(place, (dx, dy)):
                continue
            if same_content(reference, actual, box, place):
                here = _thing_at(place, [after[at] for at in others.near(place)])
                found.append(Match(replace(thing, box=box), here))
                used.add(place)
                known.append(found[-1])
                break
    return found


def _thing_at(place: Box, things: Sequence[Thing]) -> Thing:
    best = max(things, key=lambda thing: iou(thing.box, place), default=None)
    return replace(best, box=place) if best is not None and iou(best.box, place) > 0.3 else Thing(place)


def _length(match: Match) -> int:
    return abs(match.vector[0]) + abs(match.vector[1])


class _Settled:
    def __init__(self) -> None:
        self.matches: list[Match] = []
        self._used: tuple[set[Thing], set[Thing]] = set(), set()
        self._boxes = Rows(), Rows()

    def is_free(self, match: Match) -> bool:
        if match.before in self._used[0] or match.after in self._used[1]:
            return False
        sides = (match.before.box, self._boxes[0]), (match.after.box, self._boxes[1])
        return not any(iou(box, rows[at]) > 0.5 for box, rows in sides for at in rows.near(box))

    def take(self, matches: Iterable[Match]) -> None:
        for match in matches:
            if self.is_free(match):
                self.matches.append(match)
                self._used[0].add(match.before)
                self._used[1].add(match.after)
                self._boxes[0].add(match.before.box)
                self._boxes[1].add(match.after.box)

    def agrees(self, match: Match) -> bool:
        """Did a matched thing of the same row or column move by the same vector?"""
        near = (self.matches[at] for at in self._boxes[0].near(_column_of(match.before.box)))
        return any(is_same_way(one.vector, match.vector) and _in_line(one.before.box, match.before.box) for one in near)

    def distance_to_anchor(self, match: Match) -> int:
        return min(
            (gap(one.before.box, match.before.box) for one in self.matches if is_same_way(one.vector, match.vector)),
            default=ANCHOR_REACH_PX,
        )


def _in_line(one: Box, other: Box) -> bool:
    """Are they in one row, or near each other in one column?"""
    across = min(one.right, other.right) - max(one.x, other.x)
    return in_one_row(one, other) or (across > 0 and gap(one, other) <= COLUMN_REACH_PX)


def _column_of(box: Box) -> Box:
    """The rows in which things in line with a box lie."""
    return Box(box.x, box.y - COLUMN_REACH_PX, box.width, box.height + 2 * COLUMN_REACH_PX)
