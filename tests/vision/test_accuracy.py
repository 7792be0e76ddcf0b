"""The shipped networks and the comparison on small pages with a known truth: floors below which something is broken.

The pages come from the generator of `training/` with other seeds than the training set. The floors stand a little under what
was measured when they were set; they are no claim about other people's pages.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.vision.real_engines import real_engines
from vision.boxes import iou, overlap
from vision.difference.comparison import compare
from vision.difference.defects import decide
from vision.elements.analysis import analyze
from vision.image import ImageLimits, decode
from vision.types import Box, CompareOptions, Comparison, Element, Picture

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "tests" / "data" / "pages"
PAIRS = ROOT / "tests" / "data" / "pairs"
LIMITS = ImageLimits(max_bytes=5_000_000, max_pixels=5_000_000)

FOUND_FLOOR = 0.88  # share of true elements met by an element of their kind with IoU >= 0.5
RIGHT_FLOOR = 0.83  # share of reported elements that meet a true one
LETTERS_FLOOR = 0.80  # share of labels read without any error
CHANGES_FLOOR = 0.90  # share of true changes that a defect touches


def picture(path: Path) -> Picture:
    return decode(path.read_bytes(), LIMITS)


def truth(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@cache
def compared(name: str) -> Comparison:
    reference, actual = picture(PAIRS / f"{name}.reference.png"), picture(PAIRS / f"{name}.actual.png")
    return compare(reference, actual, analyze(reference, real_engines()), real_engines(), CompareOptions())


PAIR_NAMES = sorted(path.name.removesuffix(".truth.json") for path in PAIRS.glob("*.truth.json"))


def test_elements_are_found_and_few_are_made_up() -> None:
    true = found = reported = right = labels = read = 0
    for path in sorted(PAGES.glob("*.json")):
        wanted = truth(path)["elements"]
        seen = analyze(picture(path.with_suffix(".png")), real_engines()).elements
        pairs = [(element, meeting(element, seen)) for element in wanted]
        true, found = true + len(wanted), found + sum(met is not None for _, met in pairs)
        reported, right = reported + len(seen), right + sum(any(meets(w, one) for w in wanted) for one in seen)
        texts = [(w["text"], met) for w, met in pairs if w["kind"] == "label"]
        labels, read = labels + len(texts), read + sum(met is not None and met.text == text for text, met in texts)

    assert found / true >= FOUND_FLOOR, f"{found} of {true} elements found"
    assert right / reported >= RIGHT_FLOOR, f"{right} of {reported} reported elements are true"
    assert read / labels >= LETTERS_FLOOR, f"{read} of {labels} labels read without error"


@pytest.mark.parametrize("name", PAIR_NAMES)
def test_verdict_is_right(name: str) -> None:
    found = compared(name)

    verdict = decide(found.defects, found.unexplained, CompareOptions()).verdict
    assert verdict == ("failed" if truth(PAIRS / f"{name}.truth.json")["changes"] else "passed"), found.defects


def test_changes_are_named() -> None:
    changes = touched = 0
    for name in PAIR_NAMES:
        boxes = [box for defect in compared(name).defects for box in (defect.reference_box, defect.actual_box) if box]
        for change in truth(PAIRS / f"{name}.truth.json")["changes"]:
            changes += 1
            touched += any(overlap(box, side).area_px for side in sides(change) for box in boxes)

    assert touched / changes >= CHANGES_FLOOR, f"{touched} of {changes} changes named"


def test_page_under_a_new_banner_loses_none_of_its_changes() -> None:
    reference, actual = (
        picture(ROOT / "doc" / "demo" / "changed.reference.png"),
        picture(ROOT / "doc" / "demo" / "changed.actual.png"),
    )
    found = compare(reference, actual, analyze(reference, real_engines()), real_engines(), CompareOptions())
    texts = {(d.detail["before"], d.detail["after"]) for d in found.defects if d.type == "text_changed"}
    shift = next(d for d in found.defects if d.type == "layout_shift")

    assert found.unexplained == ()
    assert texts == {("Export", "Download"), ("$64.50", "$94.50")}
    assert {"added", "missing", "moved", "style_changed"} <= {defect.type for defect in found.defects}
    assert (shift.detail["dx"], shift.detail["dy"], shift.cause_id) == (0, 62, found.defects[0].id)


def meeting(wanted: dict[str, Any], seen: tuple[Element, ...]) -> Element | None:
    return next((one for one in seen if meets(wanted, one)), None)


def meets(wanted: dict[str, Any], one: Element) -> bool:
    return bool(one.kind == wanted["kind"] and iou(one.box, Box(**wanted["box"])) >= 0.5)


def sides(change: dict[str, Any]) -> list[Box]:
    return [Box(**change[side]) for side in ("reference_box", "actual_box") if change[side]]
