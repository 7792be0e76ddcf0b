"""Hashes a picture's rows or columns, and finds the runs of them that two pictures share.

A line that occurs exactly once in both pictures is an anchor (Bram Cohen's patience diff, on lines of pixels); the
longest chain of anchors that is in order on both sides, and the equal lines around each, are the runs.
"""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Picture

# Shorter runs of equal lines repeat by chance (borders, dotted lines) and do not make a block.
MIN_RUN_LINES = 6
# A line without two pixels this different is plain and not an anchor (in a gradient each plain row is unique by
# chance).
BUSY_LEVELS = 12
# On a page of more lines than this of which fewer than this share are unique, repeated lines are anchors too.
LONG_PAGE_LINES = 3000
FEW_UNIQUE = 0.1
MOST_REPEATS = 32
# Lines read at once: they fit into a core's cache, and a long page needs no second copy of itself.
BLOCK_LINES = 256

Hashes = NDArray[np.uint64]
Run = tuple[int, int, int]


@dataclass(frozen=True)
class Lines:
    """Rows or columns: a hash of each, and whether anything is drawn in it (a plain line may lie anywhere)."""

    hashes: Hashes
    busy: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.hashes)

    @cached_property
    def drawn(self) -> NDArray[np.bool_]:
        """Which lines are not background: something is drawn in them, or their colour differs from most plain lines."""
        plain = self.hashes[~self.busy]
        if not len(plain):
            return self.busy
        kinds, counts = np.unique(plain, return_counts=True)
        return np.asarray(self.busy | (self.hashes != kinds[counts.argmax()]))


def read_lines(part: Picture, by_rows: bool) -> Lines:
    """The rows of a picture, or its columns."""
    hashes, busy = [], []
    for start in range(0, part.shape[0 if by_rows else 1], BLOCK_LINES):
        block = part[start : start + BLOCK_LINES] if by_rows else part[:, start : start + BLOCK_LINES]
        block = np.ascontiguousarray(block)
        turned = np.asarray(cv2.transpose(block), dtype=np.uint8)
        lines, across = (block, turned) if by_rows else (turned, block)
        hashes.append(hash_lines(lines))
        # Over the first axis: 70 times faster than over the second, turning the block included.
        flat = across.reshape(len(across), -1)
        spread = (flat.max(axis=0) - flat.min(axis=0)).reshape(-1, 3)
        busy.append((spread > BUSY_LEVELS).any(axis=1))
    return Lines(np.concatenate(hashes), np.concatenate(busy))


def hash_lines(lines: Picture) -> Hashes:
    """The hash of each line: the sum over its bytes, four at a time, of their value times a random odd number for that
    place.
    """
    flat = lines.reshape(len(lines), -1)
    even = flat.shape[1] // 4 * 4
    weights = _place_weights(even // 4 + 3)
    words = np.einsum("ij,j->i", flat[:, :even].view(np.uint32), weights[3:], dtype=np.uint64, casting="unsafe")
    rest = flat[:, even:].astype(np.uint64) @ weights[: flat.shape[1] - even]
    return np.asarray(words + rest, dtype=np.uint64)


def _place_weights(count: int) -> Hashes:
    return np.random.default_rng(0).integers(0, 2**63, count, dtype=np.uint64) * np.uint64(2) + np.uint64(1)


def equal_runs(lines_1: Lines, lines_2: Lines) -> list[Run]:
    """Runs (start in first, start in second, length) of equal lines around anchors, in order on both sides."""
    first, second = lines_1.hashes, lines_2.hashes
    runs: list[Run] = []
    at = to = 0
    for start, goal in [*anchors(lines_1, lines_2), (len(first), len(second))]:
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


def _makes_a_block(run: Run, lines: Lines) -> bool:
    start, goal, length = run
    if start == goal:
        return length >= MIN_RUN_LINES
    return int(np.count_nonzero(lines.busy[start : start + length])) >= MIN_RUN_LINES


def anchors(first: Lines, second: Lines) -> list[tuple[int, int]]:
    """Busy lines unique on both sides, as the longest chain in order on both. If a long page repeats itself and few are
    unique, the first of equally frequent lines is paired with the first, the second with the second.
    """
    pairs = _paired(first, second, most=1)
    busy = min(int(np.count_nonzero(lines.busy)) for lines in (first, second))
    if min(len(first), len(second)) > LONG_PAGE_LINES and len(pairs) < FEW_UNIQUE * busy:
        pairs = _paired(first, second, most=MOST_REPEATS)
    return longest_chain(pairs)


def _paired(first: Lines, second: Lines, most: int) -> list[tuple[int, int]]:
    (values_1, at_1), (values_2, at_2) = _told_apart(first, most), _told_apart(second, most)
    _, index_1, index_2 = np.intersect1d(values_1, values_2, assume_unique=True, return_indices=True)
    return sorted(zip(at_1[index_1].tolist(), at_2[index_2].tolist(), strict=True))


def _told_apart(lines: Lines, most: int) -> tuple[Hashes, NDArray[np.intp]]:
    """A number for each busy line that occurs at most `most` times, made of its hash, which occurrence it is and how
    many there are; and its index.
    """
    _, group, counts = np.unique(lines.hashes, return_inverse=True, return_counts=True)
    order = np.argsort(group, kind="stable")
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    occurrence = np.empty(len(order), np.uint64)
    occurrence[order] = (np.arange(len(order)) - starts[group[order]]).astype(np.uint64)
    count = counts[group].astype(np.uint64)
    at = np.flatnonzero(lines.busy & (count <= most))
    place, total = _place_weights(2)
    return lines.hashes[at] + occurrence[at] * place + count[at] * total, at


def longest_chain(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
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
