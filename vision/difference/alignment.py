"""Alignment: which parts of the page stayed, which moved as a block, which were added or removed.

Runs of rows that both pictures share (row_hashes.py) are blocks that moved up or down. The rest is cut by columns, then
by rows again, so a side bar or a single card that moved is found too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import overlap, union
from vision.difference.pushed_lines import Edges, edges_left, parted_well, runs_by_edges
from vision.difference.row_hashes import Lines, Run, equal_runs, read_lines
from vision.difference.similarity import channel_step, grey
from vision.types import Alignment, AlignmentKind, Band, Box, Picture

# Rows, columns of what rows left over, rows again, columns again: page, side bar, card, row of cards.
MAX_DEPTH = 4
# A part is cut further only if it is at least this wide and high: inside one line of text, a shift is a change of text.
MIN_CUT_PX = 32
# A cut has to explain this share of the pixels that differ in place; otherwise the part is compared in place.
MIN_GAIN = 0.5
# Edges are preferred to equal pixels if they leave less than this share of the edges unmatched.
EDGES_LEFT = 0.4
# A column stands still if each of its pixels is at most this many levels off: a gradient on a page that became longer.
STILL_LEVELS = 3
# Columns are cut first only where that leaves less than this share of what rows first leave.
BY_COLUMNS_GAIN = 0.8
# "A whole-image offset of a pixel or two" (doc/contract.md).
MAX_OFFSET_PX = 2
# An offset is believed when it leaves less than this share of the difference that stands in place.
MAX_OFFSET_RESIDUE = 0.25
# An offset touches more rows than this on any page that is not nearly empty.
MIN_TOUCHED_ROWS = 0.02
# If more than this share of the drawn rows stands still, the picture as a whole did not move.
MAX_STILL_ROWS = 0.2
# A rule or the side of a card continues this far on both sides of a cut; a button or a field ends before. Letters are
# edges of STROKE_STEP levels.
STRIP_REACH_PX = 24
STROKE_STEP = 24
# Sizes closer to each other than this are another window size, not another scale.
MIN_SCALE_STEP = 0.2


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of the page explained: what is laid on what, what has no counterpart, how many pixels are left unequal."""

    bands: tuple[Band, ...] = ()
    removed: tuple[Box, ...] = ()
    inserted: tuple[Box, ...] = ()
    unequal_px: int = 0
    # Does the extra strip begin or end in the middle of something drawn?
    cuts_through: bool = False


@dataclass(frozen=True, slots=True)
class _Sheets:
    """Both pictures with a cache of their line hashes: the recursion asks for the same part more than once."""

    reference: Picture
    actual: Picture
    known: dict[tuple[bool, Box, bool], Lines] = field(default_factory=dict)

    def lines(self, source: Box, target: Box, by_rows: bool) -> tuple[Lines, Lines]:
        return self._lines(False, source, by_rows), self._lines(True, target, by_rows)

    def _lines(self, of_actual: bool, box: Box, by_rows: bool) -> Lines:
        key = of_actual, box, by_rows
        if key not in self.known:
            picture = self.actual if of_actual else self.reference
            self.known[key] = read_lines(picture[box.slices()], by_rows)
        return self.known[key]


def align(reference: Picture, actual: Picture, offset_is_noise: bool = True) -> Alignment:
    """Lay `actual` over `reference` (both (height, width, 3) uint8 BGR); see `Alignment`.

    With kind `scale` the bands refer to the actual resized to the reference's size. `offset_is_noise`: also look for an
    offset of the whole picture by a pixel or two; it is not represented by bands.
    """
    source, target = _whole(reference), _whole(actual)
    scale = _exact_scale(source, target)
    if scale is not None:
        return Alignment(AlignmentKind.SCALE, (Band(source, 0, 0),), scale=scale)
    sheets = _Sheets(reference, actual)
    if source != target:
        cut = _merged(_rows_or_columns(sheets, source, target))
        return Alignment(AlignmentKind.SHIFTED_ROWS, cut.bands, removed=cut.removed, inserted=cut.inserted)
    unequal = np.flatnonzero(_unequal_rows(reference, actual))
    if not len(unequal):
        return Alignment(AlignmentKind.IDENTITY, (Band(source, 0, 0),))
    dx, dy = _whole_offset(sheets, len(unequal)) if offset_is_noise else (0, 0)
    if (dx, dy) != (0, 0):
        return _translated(source, dx, dy)
    cut = _merged(_between(sheets, source, int(unequal[0]), int(unequal[-1]) + 1))
    kind = AlignmentKind.SHIFTED_ROWS if any(band.dx or band.dy for band in cut.bands) else AlignmentKind.IDENTITY
    return Alignment(kind, cut.bands, removed=cut.removed, inserted=cut.inserted)


def _between(sheets: _Sheets, page: Box, top: int, bottom: int) -> Cut:
    """Pages of one size whose rows are equal above `top` and from `bottom` on."""
    middle = _lines(page, top, bottom, by_rows=True)
    equal = _lines(page, 0, top, by_rows=True), _lines(page, bottom, page.height, by_rows=True)
    still = [Cut((Band(box, 0, 0),)) for box in equal if box.area_px]
    return _joined([*still, _rows_or_columns(sheets, middle, middle)])


def _rows_or_columns(sheets: _Sheets, source: Box, target: Box) -> Cut:
    """Match equal pixels, or edges on any background where these leave far less unexplained."""
    cut = _by_pixels(sheets, source, target)
    if cut.unequal_px <= MIN_CUT_PX**2 or source.width != target.width:
        return cut
    edges = _edges(sheets, source, target)
    pushed, pushed_left = _by_edges(sheets, source, target, edges)
    if pushed is None:
        return cut
    still = _still_sides(sheets, source, target)
    sides = [_lines(source, *ends, by_rows=False) for ends in ((0, still[0]), (source.width - still[1], source.width))]
    if any(_drags(sheets, band, side) for band in pushed.bands for side in sides):
        inner, goal = (_lines(box, still[0], box.width - still[1], by_rows=False) for box in (source, target))
        pushed, pushed_left = _by_edges(sheets, inner, goal, _edges(sheets, inner, goal))
        stood = [Cut((Band(box, 0, target.y - source.y),)) for box in sides if box.area_px]
        pushed = pushed and _joined([pushed, *stood])
    is_surer = pushed_left < EDGES_LEFT * edges_left(*edges, cut.bands, source, target)
    return pushed if pushed is not None and is_surer else cut


def _edges(sheets: _Sheets, source: Box, target: Box) -> tuple[Edges, Edges]:
    return Edges.of(sheets.reference[source.slices()]), Edges.of(sheets.actual[target.slices()])


def _by_edges(sheets: _Sheets, source: Box, target: Box, edges: tuple[Edges, Edges]) -> tuple[Cut | None, int]:
    """Rows matched by their edges, and how many edges are left unmatched; None if no row moved. `edges` belong to the
    two areas.
    """
    pictures = sheets.reference[source.slices()], sheets.actual[target.slices()]
    runs = runs_by_edges(pictures, edges)
    if all(start == goal for start, goal, _ in runs):
        return None, 0
    cut = _along_runs(sheets, source, target, parted_well(runs, pictures, edges))
    return cut, edges_left(*edges, cut.bands, source, target)


def _drags(sheets: _Sheets, band: Band, side: Box) -> bool:
    """Would a band move part of a side that stands still?"""
    part = overlap(band.reference_box, side)
    landed = part.shifted(band.dx, band.dy)
    step = channel_step(sheets.reference[part.slices()], sheets.actual[landed.slices()])
    return bool((step > STILL_LEVELS).any())


def _still_sides(sheets: _Sheets, source: Box, target: Box) -> tuple[int, int]:
    """How many columns at the left and at the right are the same from top to bottom: a side bar beside what moved."""
    if source.height != target.height:
        return 0, 0
    step = channel_step(sheets.reference[source.slices()], sheets.actual[target.slices()])
    unequal = np.flatnonzero((step > STILL_LEVELS).any(axis=0))
    return (int(unequal[0]), source.width - 1 - int(unequal[-1])) if len(unequal) else (0, 0)


def _along_runs(sheets: _Sheets, source: Box, target: Box, runs: Sequence[Run]) -> Cut:
    """Each run of rows is one band; the areas between them are matched by columns."""
    parts = []
    at = to = 0
    for start, goal, length in [*runs, (source.height, target.height, 0)]:
        gap = _lines(source, at, start, by_rows=True), _lines(target, to, goal, by_rows=True)
        parts.append(_explain(sheets, *gap, MAX_DEPTH - 1, by_rows=False))
        at, to = start + length, goal + length
        if length:
            parts.append(Cut((_band(_lines(source, start, at, by_rows=True), _lines(target, goal, to, by_rows=True)),)))
    return _joined(parts)


def _by_pixels(sheets: _Sheets, source: Box, target: Box) -> Cut:
    """By rows first; by columns where that leaves far less (a side bar that stays beside what moved)."""
    by_rows = _explain(sheets, source, target, MAX_DEPTH, by_rows=True)
    if by_rows.unequal_px <= MIN_CUT_PX**2:
        return by_rows
    by_columns = _explain(sheets, source, target, MAX_DEPTH, by_rows=False)
    if by_columns.unequal_px < BY_COLUMNS_GAIN * by_rows.unequal_px:
        return by_columns
    saved_px = by_rows.unequal_px - by_columns.unequal_px
    return by_columns if saved_px > MIN_CUT_PX**2 and _keeps_a_side(by_columns, by_rows, source) else by_rows


def _keeps_a_side(by_columns: Cut, by_rows: Cut, page: Box) -> bool:
    """Does a side of the page stand still beside the one block that moved? What left at the bottom costs both readings
    the same, and hides how much better this one is.
    """
    moves = {(band.dx, band.dy) for band in by_columns.bands}
    still = [band.reference_box for band in by_columns.bands if (band.dx, band.dy) == (0, 0)]
    whole = any(box.height == page.height and box.width >= MIN_CUT_PX for box in still)
    return whole and len(moves) == 2 and moves == {(band.dx, band.dy) for band in by_rows.bands}


def _merged(cut: Cut) -> Cut:
    """Joins adjacent bands that moved by the same vector."""
    bands: Sequence[Band] = cut.bands
    for by_rows in (True, False):
        ending: dict[tuple[int, ...], Band] = {}
        for band in sorted(bands, key=lambda band: (band.reference_box.y, band.reference_box.x)):
            box = band.reference_box
            start, across = (box.y, (box.x, box.width)) if by_rows else (box.x, (box.y, box.height))
            mate = ending.pop((start, *across, band.dx, band.dy), None)
            if mate is not None:
                box = union((mate.reference_box, box))
            end = box.bottom if by_rows else box.right
            ending[end, *across, band.dx, band.dy] = Band(box, band.dx, band.dy)
        bands = list(ending.values())
    return replace(cut, bands=tuple(bands))


def scaled_to(actual: Picture, width: int, height: int) -> Picture:
    """The actual at the reference's size; a larger picture is averaged by area, as a browser paints on a coarse screen."""
    method = cv2.INTER_AREA if actual.shape[1] > width else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(actual, (width, height), interpolation=method), dtype=np.uint8)


def laid_over(reference: Picture, actual: Picture, alignment: Alignment) -> Picture:
    """The reference drawn where it lies on the actual; the actual's own pixels elsewhere."""
    if len(alignment.bands) == 1 and alignment.bands[0] == Band(_whole(actual), 0, 0):
        return reference[: actual.shape[0], : actual.shape[1]]  # it may be larger: what is beyond the actual is gone
    laid = actual.copy()
    for band in alignment.bands:
        laid[band.reference_box.shifted(band.dx, band.dy).slices()] = reference[band.reference_box.slices()]
    return laid


def _whole(picture: Picture) -> Box:
    return Box(0, 0, picture.shape[1], picture.shape[0])


def _exact_scale(source: Box, target: Box) -> float | None:
    scale = target.width / source.width
    off_ratio_px = abs(target.height - source.height * scale)
    return None if abs(scale - 1) < MIN_SCALE_STEP or off_ratio_px > max(1.0, scale) else scale


def _whole_offset(sheets: _Sheets, unequal_rows: int) -> tuple[int, int]:
    """The whole picture's offset when it explains nearly all that differs in place, otherwise (0, 0)."""
    page = _whole(sheets.reference)
    if min(page.height, page.width) < 8 * MAX_OFFSET_PX or unequal_rows < MIN_TOUCHED_ROWS * page.height:
        return 0, 0
    before, after = sheets.lines(page, page, by_rows=True)
    busy = before.busy | after.busy
    if not busy.any() or np.mean((before.hashes == after.hashes)[busy]) > MAX_STILL_ROWS:
        return 0, 0
    first, second = grey(sheets.reference), grey(sheets.actual)
    reach = range(-MAX_OFFSET_PX, MAX_OFFSET_PX + 1)
    costs = {(dx, dy): _offset_cost(first, second, dx, dy) for dx in reach for dy in reach}
    best = min(costs, key=lambda at: (costs[at], abs(at[0]) + abs(at[1])))
    return best if costs[best] < MAX_OFFSET_RESIDUE * costs[0, 0] else (0, 0)


def _unequal_rows(reference: Picture, actual: Picture) -> NDArray[np.bool_]:
    return np.asarray((channel_step(reference, actual) > 0).any(axis=1), dtype=np.bool_)


def _offset_cost(reference: NDArray[np.uint8], actual: NDArray[np.uint8], dx: int, dy: int) -> float:
    height, width = reference.shape
    edge = MAX_OFFSET_PX
    core = reference[edge : height - edge, edge : width - edge]
    return float(cv2.norm(core, actual[edge + dy : height - edge + dy, edge + dx : width - edge + dx], cv2.NORM_L1))


def _translated(page: Box, dx: int, dy: int) -> Alignment:
    overlap = Box(max(0, -dx), max(0, -dy), page.width - abs(dx), page.height - abs(dy))
    removed, inserted = _outside(page, overlap), _outside(page, overlap.shifted(dx, dy))
    return Alignment(
        AlignmentKind.TRANSLATION, (Band(overlap, dx, dy),), dx=dx, dy=dy, removed=removed, inserted=inserted
    )


def _outside(outer: Box, inner: Box) -> tuple[Box, ...]:
    parts = (
        Box(outer.x, outer.y, outer.width, inner.y - outer.y),
        Box(outer.x, inner.bottom, outer.width, outer.bottom - inner.bottom),
        Box(outer.x, inner.y, inner.x - outer.x, inner.height),
        Box(inner.right, inner.y, outer.right - inner.right, inner.height),
    )
    return tuple(part for part in parts if part.area_px > 0)


def _explain(sheets: _Sheets, source: Box, target: Box, depth: int, by_rows: bool, in_vain: bool = False) -> Cut:
    """The cheaper of two readings of `source` against `target`: compared in place, or cut into runs that moved.
    `in_vain`: the other direction was already tried without success.
    """
    if not source.area_px or not target.area_px:
        return _one_sided(sheets, source, target)
    in_place = _in_place(sheets, source, target, by_rows)
    if (
        not depth
        or not in_place.unequal_px
        or min(source.width, source.height, target.width, target.height) < MIN_CUT_PX
    ):
        return in_place
    cut = _cut(sheets, source, target, depth, by_rows, in_vain)
    if cut is not None and cut.unequal_px < (1 - MIN_GAIN) * in_place.unequal_px:
        return cut
    if len(in_place.bands) == 1 or in_place.cuts_through:
        return in_place
    parts = _within(sheets, source, target, in_place, depth - 1, by_rows)
    is_better = parts.unequal_px < in_place.unequal_px
    gains = is_better and _drawn_otherwise(sheets, parts) < (1 - MIN_GAIN) * _drawn_otherwise(sheets, in_place)
    return parts if gains else in_place


def _within(sheets: _Sheets, source: Box, target: Box, in_place: Cut, depth: int, by_rows: bool) -> Cut:
    """Explains both halves of an in-place reading separately: a table that lost a row and whose columns became
    narrower.
    """
    ends = [(band.reference_box, band.reference_box.shifted(band.dx, band.dy)) for band in in_place.bands]
    halves = [(_spread(one, source, by_rows), _spread(other, target, by_rows)) for one, other in ends]
    between = [_between_halves([half[side] for half in halves], by_rows) for side in (0, 1)]
    parts = [_explain(sheets, one, other, depth, not by_rows) for one, other in halves]
    return _joined([_one_sided(sheets, *between), *parts])


def _drawn_otherwise(sheets: _Sheets, cut: Cut) -> int:
    """How many pixels of the bands are darker or lighter than all their neighbours in the reference: these differ, and
    are not just painted at a fraction of a pixel.
    """
    around, count = np.ones((3, 3), np.uint8), 0
    for band in cut.bands:
        one = sheets.reference[band.reference_box.slices()]
        other = sheets.actual[band.reference_box.shifted(band.dx, band.dy).slices()]
        above, below = cv2.subtract(other, cv2.dilate(one, around)), cv2.subtract(cv2.erode(one, around), other)
        count += int(np.count_nonzero((np.maximum(above, below) > STILL_LEVELS).any(axis=2)))
    return count


def _spread(part: Box, whole: Box, by_rows: bool) -> Box:
    """The rows (or columns) of a part, all across."""
    start = part.y - whole.y if by_rows else part.x - whole.x
    return _lines(whole, start, start + (part.height if by_rows else part.width), by_rows)


def _between_halves(halves: Sequence[Box], by_rows: bool) -> Box:
    whole = union(halves)
    first, second = sorted(halves, key=lambda box: (box.y, box.x))
    if by_rows:
        return Box(whole.x, first.bottom, whole.width, second.y - first.bottom)
    return Box(first.right, whole.y, second.x - first.right, whole.height)


def _one_sided(sheets: _Sheets, source: Box, target: Box) -> Cut:
    removed, inserted = ((box,) if box.area_px else () for box in (source, target))
    cost = sum(_edge_px(sheets.reference, box) for box in removed)
    cost += sum(_edge_px(sheets.actual, box) for box in inserted)
    return Cut(removed=removed, inserted=inserted, unequal_px=cost)


def _edge_px(picture: Picture, box: Box) -> int:
    """The cost of leaving a box without a counterpart: its horizontal edges. A plain fill costs nothing, otherwise it
    would outweigh the thin text that it pushed.
    """
    part = picture[box.slices()]
    return cv2.countNonZero(channel_step(part[:, 1:], part[:, :-1])) if box.width > 1 else 0


def _in_place(sheets: _Sheets, source: Box, target: Box, by_rows: bool) -> Cut:
    """Aligned at the start up to the best line, and at the end after it; the extra lines of the longer side lie
    between.
    """
    across = min(source.width, target.width) if by_rows else min(source.height, target.height)
    strips = _one_sided(sheets, _beyond(source, across, by_rows), _beyond(target, across, by_rows))
    first, second = (_narrowed(box, across, by_rows) for box in (source, target))
    lengths = [box.height if by_rows else box.width for box in (first, second)]
    common = min(lengths)
    from_start = _unequal_lines(sheets, _lines(first, 0, common, by_rows), _lines(second, 0, common, by_rows), by_rows)
    if lengths[0] == lengths[1]:
        return _joined([strips, Cut((_band(first, second),), unequal_px=int(from_start.sum()))])
    tails = [
        _lines(box, length - common, length, by_rows) for box, length in zip((first, second), lengths, strict=True)
    ]
    from_end = _unequal_lines(sheets, tails[0], tails[1], by_rows)
    costs = np.concatenate(([0], np.cumsum(from_start))) + np.concatenate((np.cumsum(from_end[::-1])[::-1], [0]))
    cuts_through = _cuts_of_strips(sheets, first, second, by_rows)
    split = _cheapest_split(costs, cuts_through)
    ends = [split + length - common for length in lengths]
    parts = [strips, Cut(unequal_px=int(costs[split]))]
    parts += [_one_sided(sheets, *(_lines(b, split, e, by_rows) for b, e in zip((first, second), ends, strict=True)))]
    if split:
        parts.append(Cut((_band(_lines(first, 0, split, by_rows), _lines(second, 0, split, by_rows)),)))
    if split < common:
        heads = [
            _lines(box, end, length, by_rows) for box, end, length in zip((first, second), ends, lengths, strict=True)
        ]
        parts.append(Cut((_band(heads[0], heads[1]),)))
    return replace(_joined(parts), cuts_through=bool(cuts_through[split]))


def _cut(sheets: _Sheets, source: Box, target: Box, depth: int, by_rows: bool, in_vain: bool) -> Cut | None:
    """Runs of equal lines, each one band; the areas between them are cut in the other direction, one level deeper. None
    if there are no runs in either direction.
    """
    across = min(source.width, target.width) if by_rows else min(source.height, target.height)
    first, second = (_narrowed(box, across, by_rows) for box in (source, target))
    lines = sheets.lines(first, second, by_rows)
    runs = equal_runs(*lines)
    if not by_rows:
        runs = [run for run in runs if not _cuts_through(sheets.reference, first, run, lines[0])]
    if not runs and in_vain:
        return None
    if not by_rows and runs and _slid_in_from_nowhere(sheets.actual, second, runs[0]):
        return _in_place(sheets, source, target, by_rows)
    parts = [_one_sided(sheets, _beyond(source, across, by_rows), _beyond(target, across, by_rows))]
    at = to = 0
    for start, goal, length in [*runs, (len(lines[0]), len(lines[1]), 0)]:
        gap = _lines(first, at, start, by_rows), _lines(second, to, goal, by_rows)
        parts.append(_explain(sheets, *gap, depth - 1, not by_rows, in_vain=not runs))
        at, to = start + length, goal + length
        if length:
            parts.append(Cut((_band(_lines(first, start, at, by_rows), _lines(second, goal, to, by_rows)),)))
    return _joined(parts)


def _cuts_through(picture: Picture, source: Box, run: Run, lines: Lines) -> bool:
    """Does a band of moved columns cut through something drawn, such as the end of a field that became narrower?"""
    start, goal, length = run
    if start == goal:
        return False
    inside = any(lines.drawn[at - 1] and lines.drawn[at] for at in (start, start + length) if 0 < at < len(lines.drawn))
    return inside or (start == 0 and bool(lines.drawn[0]) and _goes_on_before(picture, source))


def _goes_on_before(picture: Picture, part: Box) -> bool:
    """Does the part's first column look like the column before it?"""
    if not part.x:
        return False
    pair = picture[part.y : part.bottom, part.x - 1 : part.x + 1]
    return bool(np.mean(channel_step(pair[:, :1], pair[:, 1:]) <= STILL_LEVELS) > 0.5)


def _slid_in_from_nowhere(actual: Picture, target: Box, first_run: Run) -> bool:
    """Did columns at the left edge move right, with nothing in their place? Half of a centred text that shrank looks
    like that.
    """
    start, goal, _ = first_run
    return start == 0 and goal > 0 and not _edge_px(actual, _lines(target, 0, goal, by_rows=False))


def _band(source: Box, target: Box) -> Band:
    return Band(source, target.x - source.x, target.y - source.y)


def _joined(parts: list[Cut]) -> Cut:
    return Cut(
        tuple(band for part in parts for band in part.bands),
        tuple(box for part in parts for box in part.removed),
        tuple(box for part in parts for box in part.inserted),
        sum(part.unequal_px for part in parts),
    )


def _cheapest_split(costs: NDArray[np.int64], cuts_through: NDArray[np.bool_]) -> int:
    """Where the longer side has its extra strip; at the end if that is as good, since then nothing was pushed. A strip
    that cuts through something drawn must leave far less than any other.
    """
    whole = np.where(cuts_through, costs.max() + 1, costs)
    if not cuts_through.all() and (1 - MIN_GAIN) * whole.min() <= costs.min():
        costs = whole
    end = len(costs) - 1
    return end if costs[end] == costs.min() else int(np.argmin(costs))


def _cuts_of_strips(sheets: _Sheets, first: Box, second: Box, by_rows: bool) -> NDArray[np.bool_]:
    """For each line at which the extra strip may begin: does either end of it cut through something?"""
    lengths = [box.height if by_rows else box.width for box in (first, second)]
    picture, longer = (sheets.reference, first) if lengths[0] > lengths[1] else (sheets.actual, second)
    part = picture[longer.slices()]
    cuts = cut_lines(part if by_rows else part.transpose(1, 0, 2))
    common = min(lengths)
    through = np.asarray(cuts[: common + 1] | cuts[max(lengths) - common :])
    through[common] = False  # a screenshot may end anywhere
    return through


def cut_lines(part: Picture) -> NDArray[np.bool_]:
    """For each gap between two rows, (height + 1,) with both ends: does ink cross it, other than a rule or a panel's
    side that continues?
    """
    step = channel_step(part[1:], part[:-1]) if len(part) > 1 else np.zeros((0, part.shape[1]), np.uint8)
    runs_on = cv2.dilate((step > STILL_LEVELS).view(np.uint8), np.ones((2 * STRIP_REACH_PX + 1, 1), np.uint8)) == 0
    edges = np.zeros(part.shape[:2], np.bool_)
    edges[:, 1:] = channel_step(part[:, 1:], part[:, :-1]) > STROKE_STEP
    cuts = np.zeros(len(part) + 1, np.bool_)
    cuts[1:-1] = (edges[1:] & edges[:-1] & ~runs_on).any(axis=1)
    return cuts


def _lines(box: Box, start: int, stop: int, by_rows: bool) -> Box:
    """Lines `start` to `stop` of a box: rows, or columns."""
    if by_rows:
        return Box(box.x, box.y + start, box.width, stop - start)
    return Box(box.x + start, box.y, stop - start, box.height)


def _narrowed(box: Box, across: int, by_rows: bool) -> Box:
    return _lines(box, 0, across, not by_rows)


def _beyond(box: Box, across: int, by_rows: bool) -> Box:
    return _lines(box, across, box.width if by_rows else box.height, not by_rows)


def _unequal_lines(sheets: _Sheets, source: Box, target: Box, by_rows: bool) -> NDArray[np.int64]:
    """How many pixels differ in each line of two boxes of one size."""
    unequal = channel_step(sheets.reference[source.slices()], sheets.actual[target.slices()])
    return np.asarray(np.count_nonzero(unequal, axis=1 if by_rows else 0), dtype=np.int64)


def carried(box: Box, alignment: Alignment) -> Box | None:
    """Where a box of the reference lies in the actual; None if most of it was removed."""
    band, shared_px = _band_of(box, alignment, of_actual=False)
    return box.shifted(band.dx, band.dy) if band and 2 * shared_px >= box.area_px else None


def would_stand(box: Box, alignment: Alignment) -> Box:
    """Where a box of the reference would be in the actual (at the reference's scale) if only the page's own shift had
    happened. A removed box goes where its neighbour above, or else the nearest one, went.
    """
    found = carried(box, alignment)
    if found or not alignment.bands:
        return found or box
    near = min(alignment.bands, key=lambda band: _apart(band.reference_box, box))
    return box.shifted(near.dx, near.dy)


def _apart(band: Box, box: Box) -> tuple[int, int]:
    """The distance from a band to a box; at equal distance a band above comes first."""
    across = max(band.x - box.right, box.x - band.right, 0)
    below = max(band.y - box.bottom, 0)
    above = max(box.y - band.bottom, 0)
    return across + max(above, below), below


def traced(box: Box, alignment: Alignment) -> Box:
    """Where a box of the actual lay in the reference; the same coordinates if nothing of the reference lies there."""
    band, _ = _band_of(box, alignment, of_actual=True)
    return box.shifted(-band.dx, -band.dy) if band else box


def _band_of(box: Box, alignment: Alignment, of_actual: bool) -> tuple[Band | None, int]:
    """The displacement that most of the box shares, and the number of its pixels that do."""
    left, top, right, bottom = alignment.band_edges[int(of_actual)].T
    width = np.minimum(right, box.right) - np.maximum(left, box.x)
    height = np.minimum(bottom, box.bottom) - np.maximum(top, box.y)
    shares: dict[tuple[int, int], int] = {}
    for index in np.flatnonzero((width > 0) & (height > 0)).tolist():
        vector = alignment.bands[index].dx, alignment.bands[index].dy
        shares[vector] = shares.get(vector, 0) + int(width[index] * height[index])
    if not shares:
        return None, 0
    (dx, dy), shared_px = max(shares.items(), key=lambda item: item[1])
    return Band(box, dx, dy), shared_px
