"""Training pages are the same for the same seed, and validation's style systems are never trained on."""

import re

from training.pages import make_page
from training.pages.style import FAMILIES, HELD_OUT, TRAINED
from vision.types import Kind


def test_a_seed_makes_one_page_and_another_seed_another() -> None:
    assert make_page(7) == make_page(7)
    assert make_page(7).html != make_page(8).html


def test_style_systems_of_validation_never_come_in_training() -> None:
    assert len(HELD_OUT) >= 3
    assert not set(HELD_OUT) & set(TRAINED)
    assert set(HELD_OUT) | set(TRAINED) == set(FAMILIES)
    assert {make_page(seed).family for seed in range(120)} <= set(TRAINED)
    assert {make_page(seed, held_out=True).family for seed in range(40)} == set(HELD_OUT)


def test_every_kind_is_frequent() -> None:
    """What is clickable (`click`) is a button or a link by its looks; labels are not marked, they are all other text."""
    marks = [mark for seed in range(80) for mark in re.findall(r'data-k="(\w+)"', make_page(seed).html)]
    for kind in set(Kind) - {Kind.LABEL, Kind.BUTTON}:
        assert marks.count(str(kind)) >= 0.04 * len(marks), kind
    assert marks.count("click") >= 0.08 * len(marks)


def test_a_page_of_a_given_size_needs_no_fetched_icons() -> None:
    page = make_page(5, size=(640, 480))
    assert (page.width, page.height, page.ratio) == (640, 480, 1)
    assert all(
        'viewBox="0 0 24 24"' in svg
        for svg in re.findall(r'<svg data-k="icon" class="i"[^>]*>', page.html)
        if "color:" in svg
    )
