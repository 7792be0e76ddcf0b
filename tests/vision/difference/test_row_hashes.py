"""Lines of pixels as numbers: equal where the pixels are, and nowhere else."""

import numpy as np
import pytest

from vision.difference.row_hashes import BLOCK_LINES, equal_runs, read_lines


@pytest.mark.parametrize("by_rows", [True, False])
@pytest.mark.parametrize("across", [1, 2, 3, 4, 61, 640])
def test_two_lines_have_one_number_only_where_their_pixels_are_equal(across: int, by_rows: bool) -> None:
    random = np.random.default_rng(across)
    count = 2 * BLOCK_LINES + 7
    rows = random.integers(0, 2, (count, across, 3), dtype=np.uint8) * 255
    rows[1::5] = rows[:1]  # and some that are the same
    first_alike = {row.tobytes(): index for index, row in reversed(list(enumerate(rows)))}

    lines = read_lines(rows if by_rows else rows.transpose(1, 0, 2), by_rows)

    first_numbered = {number: index for index, number in reversed(list(enumerate(lines.hashes.tolist())))}
    assert len(lines) == count
    assert [first_numbered[n] for n in lines.hashes.tolist()] == [first_alike[row.tobytes()] for row in rows]


def test_a_line_is_busy_when_two_of_its_pixels_are_apart_in_a_channel() -> None:
    rows = np.full((3, 20, 3), 200, np.uint8)
    rows[1, 7, 2] = 187
    rows[2, :, 0] = 0

    assert read_lines(rows, by_rows=True).busy.tolist() == [False, True, False]


def test_runs_are_in_order_on_both_sides() -> None:
    random = np.random.default_rng(3)
    blocks = [random.integers(0, 256, (12, 30, 3), dtype=np.uint8) for _ in range(4)]
    one = read_lines(np.concatenate([blocks[0], blocks[1], blocks[2]]), by_rows=True)
    other = read_lines(np.concatenate([blocks[0], blocks[3], blocks[1], blocks[2]]), by_rows=True)

    assert equal_runs(one, other) == [(0, 0, 12), (12, 24, 24)]


def test_on_a_long_page_that_repeats_itself_the_first_goes_with_the_first() -> None:
    random = np.random.default_rng(5)
    cards = [random.integers(0, 256, (90, 8, 3), dtype=np.uint8) for _ in range(12)]
    page, notice = np.concatenate(cards * 4), random.integers(0, 256, (40, 8, 3), dtype=np.uint8)
    one = read_lines(page, by_rows=True)
    other = read_lines(np.concatenate([page[:2000], notice, page[2000:]]), by_rows=True)

    assert equal_runs(one, other) == [(0, 0, 2000), (2000, 2040, len(page) - 2000)]
