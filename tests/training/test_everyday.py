"""Everyday pairs: each kind has its operation, the truth names what the pixels show, and turning a pair turns its truth."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("playwright", reason="rendering pages needs requirements-training.txt")

from training.browser import Browser
from training.everyday.__main__ import tried
from training.everyday.kinds import KINDS
from training.everyday.making import OPERATIONS, Pair, check, turned
from training.everyday.pixels import AFTER, NotHere
from training.everyday.screens import SCREENS, make_screen
from training.everyday.seen import Seen
from training.everyday.truth import changes_of

STORED = Path(__file__).resolve().parents[1] / "data" / "pairs" / "everyday"
BY_NAME = {kind.name: kind for kind in KINDS}


def test_every_kind_has_its_operation_and_its_screens() -> None:
    names = set(re.findall(r"^    (\w+): ", OPERATIONS, flags=re.MULTILINE))
    names |= set(re.findall(r" (\w+): moveState", OPERATIONS))
    names |= set(re.findall(r"(\w+): (?:swapped|reorder|inserted|removed|dialog|rewrite|styled)\(", OPERATIONS))
    for kind in KINDS:
        assert kind.operation in names, kind.name
        assert set(kind.screens) <= set(SCREENS)
        assert not kind.after or kind.after in AFTER


def test_a_seed_makes_one_screen_in_two_themes() -> None:
    page, twin = make_screen("ledger", 3)
    assert (page, twin) == make_screen("ledger", 3)
    assert page != make_screen("ledger", 4)[0]
    assert ("color-scheme:dark" in page.html) != ("color-scheme:dark" in twin)


def test_every_kind_is_stored() -> None:
    stored = {path.name.removesuffix(".truth.json").removesuffix("-back") for path in STORED.glob("*.truth.json")}
    assert {kind.name for kind in KINDS} == stored


def test_stored_truths_are_whole() -> None:
    for path in STORED.glob("*.truth.json"):
        truth = json.loads(path.read_text(encoding="utf-8"))
        is_change = bool(truth["changes"])
        assert truth["verdicts"]["strict"] == ("failed" if is_change else "passed"), path.name
        assert is_change != truth["category"].startswith(("nc_", "cropped_ground")), path.name
        for change in truth["changes"]:
            assert change["reference_box"] or change["actual_box"], path.name


def at(x: int, y: int, **more: object) -> dict[str, object]:
    return {
        "id": more.pop("id"),
        "kind": "button",
        "text": "",
        "box": {"x": x, "y": y, "width": 40, "height": 20},
    } | more


def seen(*elements: dict[str, object]) -> Seen:
    truth = {"elements": list(elements), "width": 300, "height": 200}
    rects = {}
    for element in elements:
        box: dict[str, int] = element["box"]  # type: ignore[assignment]
        rects[str(element["id"])] = [box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]]
    places = {"rects": rects, "parents": {}, "puts": [], "column": [], "painted": list(rects)}
    return Seen.of(truth, places)


def test_what_went_is_missing_and_what_closed_up_has_moved() -> None:
    before = seen(at(0, 0, id="a"), at(50, 0, id="b"), at(100, 0, id="c"))
    after = seen(at(0, 0, id="b"), at(50, 0, id="c"))
    changes, others = changes_of({"out": ["a"]}, before, after)
    assert [(c["type"], c["reference_box"]["x"]) for c in changes] == [("missing", 0), ("moved", 50), ("moved", 100)]
    assert [[c["type"] for c in listed] for listed in others] == [["missing", "layout_shift"]]


def test_three_that_were_pushed_are_one_shift() -> None:
    before = seen(*(at(0, 30 * row, id=str(row)) for row in range(4)))
    after = seen(at(0, 0, id="0"), *(at(0, 30 * row + 12, id=str(row)) for row in range(1, 4)))
    changes, _ = changes_of({}, before, after)
    assert [(c["type"], c["vector"], c["elements"]) for c in changes] == [("layout_shift", [0, 12], 3)]


def test_pixels_that_no_change_names_are_refused() -> None:
    reference = np.zeros((60, 60, 3), np.uint8)
    actual = reference.copy()
    actual[10:20, 10:20] = actual[40:50, 40:50] = 200
    named = {
        "type": "added",
        "kind": None,
        "reference_box": None,
        "actual_box": {"x": 8, "y": 8, "width": 14, "height": 14},
    }
    with pytest.raises(NotHere, match="outside"):
        check(reference, actual, [named], [], 2)
    actual[40:50, 40:50] = 0
    check(reference, actual, [named], [], 2)
    with pytest.raises(NotHere, match="does not show"):
        check(reference, reference, [named], [], 2)


def test_a_pair_turned_twice_is_itself() -> None:
    path = STORED / "row_inserted.truth.json"
    truth = json.loads(path.read_text(encoding="utf-8"))
    first, second = np.zeros((2, 2, 3), np.uint8), np.ones((2, 2, 3), np.uint8)
    once = turned(Pair(first, second, truth))
    assert [change["type"] for change in once.truth["changes"]] == ["missing", "layout_shift"]
    assert once.reference is second
    assert turned(once).truth["changes"] == truth["changes"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["button_removed", "dialog_dimmed", "nc_caret", "cropped_content"])
def test_a_pair_is_made_whose_truth_the_pixels_bear_out(browser: Browser, name: str) -> None:
    pair = tried(browser, BY_NAME[name], 900, is_small=True)
    assert pair is not None
    assert bool(pair.truth["changes"]) != name.startswith("nc_")
    assert pair.reference.shape[2] == 3
