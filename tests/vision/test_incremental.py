"""Looking only where pixels changed, with the shipped networks: what is sure is what looking everywhere finds.

A detector sees a part otherwise than the whole, so elements that it is hardly sure of come and go; the sure ones may not.
"""

from pathlib import Path

import pytest

from harness.pages import with_a_word_gone
from tests.vision.real_engines import real_engines
from vision.boxes import iou
from vision.difference.comparison import compare
from vision.elements.analysis import analyze
from vision.image import ImageLimits, decode
from vision.types import CompareOptions, Element

ROOT = Path(__file__).resolve().parents[2]
LIMITS = ImageLimits(max_bytes=5_000_000, max_pixels=5_000_000)
SURE = 0.5
SAME_IOU = 0.8


@pytest.mark.parametrize("name", ["aqua_26", "civic_29", "console_25"])
def test_after_a_small_change_every_sure_element_is_the_one_a_full_analysis_finds(name: str) -> None:
    engines = real_engines()
    reference = decode((ROOT / "tests" / "data" / "pages" / f"{name}.png").read_bytes(), LIMITS)
    actual = with_a_word_gone(reference)

    found = compare(reference, actual, analyze(reference, engines), engines, CompareOptions())
    incremental, full = found.actual_analysis.elements, analyze(actual, engines).elements

    assert _sure_ones_not_in(incremental, full) == []
    assert _sure_ones_not_in(full, incremental) == []


def _sure_ones_not_in(elements: tuple[Element, ...], others: tuple[Element, ...]) -> list[Element]:
    return [one for one in elements if one.confidence >= SURE and not any(_are_one(one, other) for other in others)]


def _are_one(first: Element, second: Element) -> bool:
    return (first.kind, first.text) == (second.kind, second.text) and iou(first.box, second.box) >= SAME_IOU
