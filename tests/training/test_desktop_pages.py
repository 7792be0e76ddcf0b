"""Desktop and dense pages: the same for the same seed, looks kept for measuring never come in training."""

import re

from training.pages import make_dense_page, make_desktop_page
from training.pages.looks import HELD_OUT_LOOKS, LOOKS, TRAINED_LOOKS
from training.pages.marks import inline
from vision.types import Kind


def test_a_seed_makes_one_page_and_another_seed_another() -> None:
    for make in (make_desktop_page, make_dense_page):
        assert make(7) == make(7)
        assert make(7).html != make(8).html


def test_looks_kept_for_measuring_never_come_in_training() -> None:
    assert not set(HELD_OUT_LOOKS) & set(TRAINED_LOOKS)
    assert set(HELD_OUT_LOOKS) | set(TRAINED_LOOKS) == set(LOOKS)
    assert {make_desktop_page(seed).family for seed in range(60)} == set(TRAINED_LOOKS)
    assert {make_desktop_page(seed, held_out=True).family for seed in range(30)} == set(HELD_OUT_LOOKS)


def test_icons_are_far_more_frequent_than_what_they_are_mistaken_for() -> None:
    pages = [make(seed).html for seed in range(25) for make in (make_desktop_page, make_dense_page)]
    marks = [mark for html in pages for mark in re.findall(r'data-k="(\w+)"', html)]
    assert marks.count(Kind.ICON) >= 5 * marks.count(Kind.RADIO) > 0
    assert marks.count(Kind.ICON) >= 5 * marks.count(Kind.SWITCH) > 0
    assert set(marks) - {"click"} <= set(Kind)


def test_two_drawings_on_a_page_share_no_names() -> None:
    import random

    body, rng = '<linearGradient id="a"/><path fill="url(#a)"/><use href="#a"/>', random.Random(1)
    first, second = (inline(rng, body, (16, 16), 16) for _ in range(2))
    names = [set(re.findall(r'id="([^"]+)"', one)) for one in (first, second)]
    assert names[0] and not names[0] & names[1]
    assert set(re.findall(r"#(m\w+)", first)) == names[0]
