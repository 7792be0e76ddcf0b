"""How the actual lies on the reference: which parts stayed, which moved as a block, what was put in or taken out.

Rows are hashed; a row that occurs exactly once in both pictures is an anchor (Bram Cohen's patience diff, on rows of
pixels); the longest increasing run of anchors gives the blocks that moved up or down as one. What no row explains is cut
the same way by columns, then by rows again, so a side bar or one card that moved alone is found too.
"""

from bisect import bisect_left
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import overlap, union
from vision.similarity import channel_step, grey
from vision.types import Alignment, Band, Box, Picture

# Rows, columns of what rows left over, rows again, columns again: page, side bar, card, row of cards.
MAX_DEPTH = 4
# Shorter runs of equal lines repeat by chance (borders, dotted lines) and do not make a block.
MIN_RUN_LINES = 6
# A part is cut further only when it is at least this wide and high: inside one line of text a shift is another word,
# no layout.
MIN_CUT_PX = 32
# A cut has to explain this share of the pixels that differ in place; otherwise the part is compared in place.
MIN_GAIN = 0.5
# Columns are cut first only where that leaves less than this share of what rows first leave.
BY_COLUMNS_GAIN = 0.8
# "A whole-image offset of a pixel or two" (contract).
MAX_OFFSET_PX = 2
# An offset is believed when it leaves less than this share of the difference that stands in place.
MAX_OFFSET_RESIDUE = 0.25
# An offset touches more rows than this on any page that is not nearly empty.
MIN_TOUCHED_ROWS = 0.02
# Where more of the rows with something drawn in them stand still than this, the picture as a whole did not move.
MAX_STILL_ROWS = 0.2
# Sizes nearer to each other than this are another window, not another scale.
MIN_SCALE_STEP = 0.2

# A line without two pixels this far apart is plain: it anchors nothing (in a gradient each plain row is unique by chance).
BUSY_LEVELS = 12

Hashes = NDArray[np.uint64]
Run = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of the page explained: what is laid on what, what has no counterpart, how many pixels are left unequal."""

    bands: tuple[Band, ...] = ()
    removed: tuple[Box, ...] = ()
    inserted: tuple[Box, ...] = ()
    unequal_px: int = 0


def align(reference: Picture, actual: Picture, offset_is_noise: bool = True) -> Alignment:
    """Lay `actual` over `reference` (both (height, width, 3) uint8 BGR); see `Alignment`.

    With kind `scale` the bands speak of the actual resized to the reference's size. `offset_is_noise`: look for an offset of
    the whole picture by a pixel or two, which no bands are made of.
    """
    source, target = _whole(reference), _whole(actual)
    scale = _exact_scale(source, target)
    if scale is not None:
        return Alignment("scale", (Band(source, 0, 0),), scale=scale)
    if source == target and np.array_equal(reference, actual):
        return Alignment("identity", (Band(source, 0, 0),))
    dx, dy = _whole_offset(reference, actual) if offset_is_noise else (0, 0)
    if (dx, dy) != (0, 0):
        return _translated(source, dx, dy)
    cut = _explain_page(reference, actual, source, target)
    kind = "shifted_rows" if any(band.dx or band.dy for band in cut.bands) or source != target else "identity"
    return Alignment(kind, cut.bands, removed=cut.removed, inserted=cut.inserted)


def _explain_page(reference: Picture, actual: Picture, source: Box, target: Box) -> Cut:
    """By rows first; by columns where that leaves far less (a side bar that stays beside what moved)."""
    if source == target:
        rows = np.flatnonzero(_unequal_rows(reference, actual))
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        middle = Box(0, top, source.width, bottom - top)
        equal = (Box(0, 0, source.width, top), _lines(source, bottom, source.height, by_rows=True))
        still = [Cut((Band(box, 0, 0),)) for box in equal if box.area_px]
        return _merged(_joined([*still, _rows_or_columns(reference, actual, middle, middle)]))
    return _merged(_rows_or_columns(reference, actual, source, target))


def _rows_or_columns(reference: Picture, actual: Picture, source: Box, target: Box) -> Cut:
    by_rows = _explain(reference, actual, source, target, MAX_DEPTH, by_rows=True)
    if by_rows.unequal_px <= MIN_CUT_PX**2:
        return by_rows
    by_columns = _explain(reference, actual, source, target, MAX_DEPTH, by_rows=False)
    return by_columns if by_columns.unequal_px < BY_COLUMNS_GAIN * by_rows.unequal_px else by_rows


def _merged(cut: Cut) -> Cut:
    """Bands that moved alike and stand on one another, or side by side, as one."""
    bands: list[Band] = []
    for by_rows in (True, False):
        todo, bands = list(bands or cut.bands), []
        for band in sorted(todo, key=lambda band: (band.reference_box.y, band.reference_box.x)):
            mate = next((other for other in bands if _goes_on(other, band, by_rows)), None)
            if mate is not None:
                bands.remove(mate)
                band = Band(union((mate.reference_box, band.reference_box)), band.dx, band.dy)
            bands.append(band)
    return replace(cut, bands=tuple(bands))


def _goes_on(first: Band, second: Band, by_rows: bool) -> bool:
    one, two = first.reference_box, second.reference_box
    if (first.dx, first.dy) != (second.dx, second.dy):
        return False
    if by_rows:
        return (one.x, one.width, one.bottom) == (two.x, two.width, two.y)
    return (one.y, one.height, one.right) == (two.y, two.height, two.x)


def scaled_to(actual: Picture, width: int, height: int) -> Picture:
    """The actual at the reference's size: area averaging downwards, as a browser paints a dense picture on a coarse screen."""
    method = cv2.INTER_AREA if actual.shape[1] > width else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(actual, (width, height), interpolation=method), dtype=np.uint8)


def laid_over(reference: Picture, actual: Picture, alignment: Alignment) -> Picture:
    """The reference drawn where it lies on the actual; where nothing of it lies, the actual's own pixels stand."""
    if len(alignment.bands) == 1 and alignment.bands[0] == Band(_whole(actual), 0, 0):
        return reference
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


def _whole_offset(reference: Picture, actual: Picture) -> tuple[int, int]:
    """The whole picture's offset when it explains nearly all that differs in place, otherwise (0, 0)."""
    if reference.shape != actual.shape or min(reference.shape[:2]) < 8 * MAX_OFFSET_PX:
        return 0, 0
    if np.mean(_unequal_rows(reference, actual)) < MIN_TOUCHED_ROWS:
        return 0, 0
    before, after = _read_lines(reference, by_rows=True), _read_lines(actual, by_rows=True)
    busy = before.busy | after.busy
    if not busy.any() or np.mean((before.hashes == after.hashes)[busy]) > MAX_STILL_ROWS:
        return 0, 0
    first, second = grey(reference), grey(actual)
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
    return Alignment("translation", (Band(overlap, dx, dy),), dx=dx, dy=dy, removed=removed, inserted=inserted)


def _outside(outer: Box, inner: Box) -> tuple[Box, ...]:
    parts = (
        Box(outer.x, outer.y, outer.width, inner.y - outer.y),
        Box(outer.x, inner.bottom, outer.width, outer.bottom - inner.bottom),
        Box(outer.x, inner.y, inner.x - outer.x, inner.height),
        Box(inner.right, inner.y, outer.right - inner.right, inner.height),
    )
    return tuple(part for part in parts if part.area_px > 0)


def _explain(reference: Picture, actual: Picture, source: Box, target: Box, depth: int, by_rows: bool) -> Cut:
    """The cheaper of two readings of `source` against `target`: compared in place, or cut into runs that moved."""
    if not source.area_px or not target.area_px:
        return _one_sided(reference, actual, source, target)
    in_place = _in_place(reference, actual, source, target, by_rows)
    if (
        not depth
        or not in_place.unequal_px
        or min(source.width, source.height, target.width, target.height) < MIN_CUT_PX
    ):
        return in_place
    cut = _cut(reference, actual, source, target, depth, by_rows)
    return cut if cut.unequal_px < (1 - MIN_GAIN) * in_place.unequal_px else in_place


def _one_sided(reference: Picture, actual: Picture, source: Box, target: Box) -> Cut:
    removed, inserted = ((box,) if box.area_px else () for box in (source, target))
    cost = sum(_edge_px(reference, box) for box in removed) + sum(_edge_px(actual, box) for box in inserted)
    return Cut(removed=removed, inserted=inserted, unequal_px=cost)


def _edge_px(picture: Picture, box: Box) -> int:
    """Pixels unlike their left neighbour: what it costs to leave this box without a counterpart. A banner's fill costs nothing,
    or the text that it pushed, thin as it is, could never outweigh it."""
    part = picture[box.slices()]
    return int(np.count_nonzero((part[:, 1:] != part[:, :-1]).any(axis=2)))


def _in_place(reference: Picture, actual: Picture, source: Box, target: Box, by_rows: bool) -> Cut:
    """Laid on one another from the start to the best line, from there on from the end; between lies what one side has more."""
    across = min(source.width, target.width) if by_rows else min(source.height, target.height)
    strips = _one_sided(reference, actual, _beyond(source, across, by_rows), _beyond(target, across, by_rows))
    first, second = (_narrowed(box, across, by_rows) for box in (source, target))
    lengths = [box.height if by_rows else box.width for box in (first, second)]
    common = min(lengths)
    from_start = _unequal_lines(
        reference, actual, _lines(first, 0, common, by_rows), _lines(second, 0, common, by_rows), by_rows
    )
    if lengths[0] == lengths[1]:
        return _joined([strips, Cut((_band(first, second),), unequal_px=int(from_start.sum()))])
    tails = [
        _lines(box, length - common, length, by_rows) for box, length in zip((first, second), lengths, strict=True)
    ]
    from_end = _unequal_lines(reference, actual, tails[0], tails[1], by_rows)
    costs = np.concatenate(([0], np.cumsum(from_start))) + np.concatenate((np.cumsum(from_end[::-1])[::-1], [0]))
    split = int(np.argmin(costs))
    ends = [split + length - common for length in lengths]
    parts = [strips, Cut(unequal_px=int(costs[split]))]
    parts += [
        _one_sided(
            reference, actual, *(_lines(b, split, e, by_rows) for b, e in zip((first, second), ends, strict=True))
        )
    ]
    if split:
        parts.append(Cut((_band(_lines(first, 0, split, by_rows), _lines(second, 0, split, by_rows)),)))
    if split < common:
        heads = [
            _lines(box, end, length, by_rows) for box, end, length in zip((first, second), ends, lengths, strict=True)
        ]
        parts.append(Cut((_band(heads[0], heads[1]),)))
    return _joined(parts)


def _cut(reference: Picture, actual: Picture, source: Box, target: Box, depth: int, by_rows: bool) -> Cut:
    """Runs of equal lines, each one band; what lies between them is explained the other way round, one level deeper."""
    across = min(source.width, target.width) if by_rows else min(source.height, target.height)
    parts = [_one_sided(reference, actual, _beyond(source, across, by_rows), _beyond(target, across, by_rows))]
    first, second = (_narrowed(box, across, by_rows) for box in (source, target))
    lines = _read_lines(reference[first.slices()], by_rows), _read_lines(actual[second.slices()], by_rows)
    runs = _equal_runs(*lines)
    if not by_rows:
        runs = [run for run in runs if not _cuts_through(run, lines[0])]
    if not by_rows and runs and _slid_in_from_nowhere(actual, second, runs[0]):
        return _in_place(reference, actual, source, target, by_rows)
    at = to = 0
    for start, goal, length in [*runs, (len(lines[0].hashes), len(lines[1].hashes), 0)]:
        gap = _lines(first, at, start, by_rows), _lines(second, to, goal, by_rows)
        parts.append(_explain(reference, actual, *gap, depth - 1, not by_rows))
        at, to = start + length, goal + length
        if length:
            parts.append(Cut((_band(_lines(first, start, at, by_rows), _lines(second, goal, to, by_rows)),)))
    return _joined(parts)


def _cuts_through(run: Run, lines: "_Lines") -> bool:
    """Columns that moved, cut off in the middle of something drawn: one end of a field that became narrower."""
    start, goal, length = run
    ends = [at for at in (start, start + length) if 0 < at < len(lines.busy)]
    return start != goal and any(lines.busy[at - 1] and lines.busy[at] for at in ends)


def _slid_in_from_nowhere(actual: Picture, target: Box, first_run: Run) -> bool:
    """Columns from the very left that went right, and nothing came in their stead: half of a centred text that shrank."""
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


def _lines(box: Box, start: int, stop: int, by_rows: bool) -> Box:
    """Lines `start` to `stop` of a box: rows, or columns."""
    if by_rows:
        return Box(box.x, box.y + start, box.width, stop - start)
    return Box(box.x + start, box.y, stop - start, box.height)


def _narrowed(box: Box, across: int, by_rows: bool) -> Box:
    return _lines(box, 0, across, not by_rows)


def _beyond(box: Box, across: int, by_rows: bool) -> Box:
    return _lines(box, across, box.width if by_rows else box.height, not by_rows)


def _unequal_lines(reference: Picture, actual: Picture, source: Box, target: Box, by_rows: bool) -> NDArray[np.int64]:
    """How many pixels differ in each line of two boxes of one size."""
    unequal = channel_step(reference[source.slices()], actual[target.slices()])
    return np.asarray(np.count_nonzero(unequal, axis=1 if by_rows else 0), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Rows or columns: a number for each, and whether anything is drawn in it (a plain line may lie anywhere)."""

    hashes: Hashes
    busy: NDArray[np.bool_]


def _read_lines(part: Picture, by_rows: bool) -> _Lines:
    part = np.ascontiguousarray(part)
    highest, lowest = (cv2.reduce(part, int(by_rows), how) for how in (cv2.REDUCE_MAX, cv2.REDUCE_MIN))
    busy = (cv2.absdiff(highest, lowest).reshape(-1, 3) > BUSY_LEVELS).any(axis=1)
    return _Lines(_hash_lines(part, by_rows), np.asarray(busy, dtype=np.bool_))


def _hash_lines(part: Picture, by_rows: bool) -> Hashes:
    """One number for each row (or column): sum over its pixels of (colour + 1) x a random odd number of that place."""
    weights = _place_weights(part.shape[1] if by_rows else part.shape[0])
    packed = part[..., 0].astype(np.uint64)
    packed |= part[..., 1].astype(np.uint64) << np.uint64(8)
    packed |= part[..., 2].astype(np.uint64) << np.uint64(16)
    packed += np.uint64(1)
    return np.asarray(packed @ weights if by_rows else weights @ packed, dtype=np.uint64)


def _place_weights(count: int) -> Hashes:
    return np.random.default_rng(0).integers(0, 2**63, count, dtype=np.uint64) * np.uint64(2) + np.uint64(1)


def _equal_runs(lines_1: _Lines, lines_2: _Lines) -> list[Run]:
    """Runs (start in first, start in second, length) of equal lines around anchors, in order on both sides."""
    first, second = lines_1.hashes, lines_2.hashes
    runs: list[Run] = []
    at = to = 0
    for start, goal in [*_anchors(lines_1, lines_2), (len(first), len(second))]:
        if start < at or goal < to:
            continue
        back = _equal_length(first[at:start][::-1], second[to:goal][::-1])
        ahead = _equal_length(first[start:], second[goal:])
        head = _equal_length(first[at:start], second[to:goal]) if not at and not to else 0
        if head and head < min(start, goal):
            runs.append((0, 0, head))
            back = min(back, start - head, goal - head)
        runs.append((start - back, goal - back, back + ahead))
        at, to = start + ahead, goal + ahead
    return [run for run in runs if _makes_a_block(run, lines_1)]


def _makes_a_block(run: Run, lines: _Lines) -> bool:
    start, goal, length = run
    if start == goal:
        return length >= MIN_RUN_LINES
    return int(np.count_nonzero(lines.busy[start : start + length])) >= MIN_RUN_LINES


def _anchors(first: _Lines, second: _Lines) -> list[tuple[int, int]]:
    """Busy lines unique on both sides, as the longest chain that is in order on both."""
    (values_1, at_1), (values_2, at_2) = _unique_lines(first), _unique_lines(second)
    _, index_1, index_2 = np.intersect1d(values_1, values_2, assume_unique=True, return_indices=True)
    pairs = sorted(zip(at_1[index_1].tolist(), at_2[index_2].tolist(), strict=True))
    return _longest_chain(pairs)


def _unique_lines(lines: _Lines) -> tuple[Hashes, NDArray[np.intp]]:
    values, at, counts = np.unique(lines.hashes, return_index=True, return_counts=True)
    held = (counts == 1) & lines.busy[at]
    return values[held], at[held]


def _longest_chain(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Longest increasing subsequence by the second number (patience sorting)."""
    tops: list[int] = []
    at_top: list[int] = []
    before = [-1] * len(pairs)
    for index, (_, goal) in enumerate(pairs):
        pile = bisect_left(tops, goal)
        before[index] = at_top[pile - 1] if pile else -1
        tops[pile : pile + 1] = [goal]
        at_top[pile : pile + 1] = [index]
    chain, index = [], at_top[-1] if at_top else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _equal_length(first: Hashes, second: Hashes) -> int:
    """How many lines are equal from the start."""
    common = min(len(first), len(second))
    unequal = np.flatnonzero(first[:common] != second[:common])
    return int(unequal[0]) if len(unequal) else common


def carried(box: Box, alignment: Alignment) -> Box | None:
    """Where a box of the reference lies in the actual; None where most of it lies in no band (it was taken out)."""
    band, shared_px = _band_of(box, alignment, of_actual=False)
    return box.shifted(band.dx, band.dy) if band and 2 * shared_px >= box.area_px else None


def traced(box: Box, alignment: Alignment) -> Box:
    """Where in the reference a box of the actual lay; at the same coordinates where nothing of the reference lies there."""
    band, _ = _band_of(box, alignment, of_actual=True)
    return box.shifted(-band.dx, -band.dy) if band else box


def _band_of(box: Box, alignment: Alignment, of_actual: bool) -> tuple[Band | None, int]:
    """The displacement most of the box shares, and how many of its pixels do."""
    shares: dict[tuple[int, int], int] = {}
    for band in alignment.bands:
        place = band.reference_box.shifted(band.dx, band.dy) if of_actual else band.reference_box
        shared = overlap(place, box).area_px
        if shared:
            shares[band.dx, band.dy] = shares.get((band.dx, band.dy), 0) + shared
    if not shares:
        return None, 0
    (dx, dy), shared_px = max(shares.items(), key=lambda item: item[1])
    return Band(box, dx, dy), shared_px
