"""Training pages are the same for the same seed, and validation's style systems are never trained on."""

import re
from urllib.parse import unquote

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


def test_a_page_of_a_given_size_needs_nothing_that_was_fetched() -> None:
    """No photograph, no flag, no icon of another set: their boxes differ from ours."""
    for seed in range(40):
        page = make_page(seed, size=(640, 480))
        assert (page.width, page.height, page.ratio) == (640, 480, 1)
        assert ";base64," not in page.html
        assert not re.search(r'viewBox="0 0 (16 16|36 36|640 480)"', unquote(page.html))
        icons = re.findall(r'<svg data-k="icon" class="i"[^>]*>', page.html)
        assert all('viewBox="0 0 24 24"' in icon for icon in icons if "color:" in icon)
