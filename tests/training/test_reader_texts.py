"""What the reader learns to write can be written, and what it must leave unread is in none of its scripts."""

import random

import pytest

pytest.importorskip("wordfreq", reason="the reader's lines need requirements-training.txt")

from training.reader.symbols import SYMBOLS, one_way
from training.reader.technical import foreign, technical


def test_technical_lines_hold_only_known_symbols() -> None:
    rng = random.Random(1)
    for text in (technical(rng) for _ in range(3000)):
        assert text.strip()
        assert set(one_way(text)) <= set(SYMBOLS), text


def test_one_digit_comes_often() -> None:
    rng = random.Random(2)
    assert sum(len(technical(rng)) == 1 for _ in range(2000)) > 40


def test_foreign_lines_hold_no_letter_that_could_be_read() -> None:
    rng = random.Random(3)
    for text in (foreign(rng) for _ in range(500)):
        assert not set(text.replace(" ", "")) & set(SYMBOLS), text
