"""Stored pairs and what is to be said of each: `NAME.expected.json` beside the pictures, a line a defect, reviewed like code.

An expectation is always what is right, by `NAME.truth.json` and by what defects are (doc/defects.md). Where the comparison says
something else, its pair stands in `KNOWN_WRONG` with the reason and is expected to fail. So a mend is noticed: the test then
fails as "XPASS(strict)", and the pair leaves the table.

`UPDATE=1 python -m pytest tests/vision/difference/test_golden_pairs.py` writes what is said now over every expectation that does
not hold, those in `KNOWN_WRONG` aside. Look at the two pictures and read the difference before you commit it: if what is said has
become worse, take the old expectation back.
"""

import os
from typing import Any

import pytest

from harness.golden import PAIRS, differences, expected, listed, names, pair, written
from tests.vision.real_engines import seen

KNOWN_WRONG = {
    "components/badge": "the label takes in a part of the badge that grew",
    "components/chips": "the new chip is called a part of the page, not a button",
    "everyday/accordion_opened": "the entry that the answer pushed out of the picture is told as a change of its own",
    "everyday/badge_counter": "the badge grew over a button, and its one digit is not read",
    "everyday/foreign_text": "letters are made up for a script that the reader does not know",
    "everyday/list_reordered": "the first entries are told as new, and the order in pieces",
    "everyday/text_wraps": "a line that the picture's edge cuts is read as other letters",
    "looks/chart": "bars that are taken for pictures: the box is that of the bars which moved, and a bar's top is left over",
    "resized": "the button's new box takes in its neighbour",
}  # fmt: skip

# These take longest, and run with the slow tests.
SLOW = {
    "everyday/column_inserted", "everyday/column_inserted-back", "everyday/dialog_blurred", "everyday/dialog_lightly",
    "everyday/font_fallback", "everyday/row_removed", "everyday/row_removed-back", "everyday/scroll_bar",
    "everyday/table_sorted", "everyday/text_greyed", "everyday/text_greyed-back", "everyday/theme_switch",
    "everyday/theme_switch-back", "everyday/toast", "everyday/typo", "moved",
}  # fmt: skip


def marked(name: str) -> Any:
    marks = [pytest.mark.slow] if name in SLOW else []
    wrong = [pytest.mark.xfail(reason=KNOWN_WRONG[name], strict=True)] if name in KNOWN_WRONG else []
    return pytest.param(name, marks=[*marks, *wrong])


@pytest.mark.parametrize("name", [marked(name) for name in names()])
def test_pair_is_explained_as_expected(name: str) -> None:
    said = listed(seen(*pair(name)))
    found = differences(expected(name), said)
    if found and name not in KNOWN_WRONG and os.environ.get("UPDATE"):
        (PAIRS / f"{name}.expected.json").write_text(written(said), encoding="utf-8")
        return

    assert found == [], "\n".join(found)


def test_every_pair_has_its_expectation() -> None:
    without = [name for name in names() if not (PAIRS / f"{name}.expected.json").is_file()]
    assert without == [], "run with UPDATE=1"


def test_every_pair_that_is_named_here_is_stored() -> None:
    assert KNOWN_WRONG.keys() | SLOW <= set(names())


BOXES = {"reference_box": [5, 7, 61, 40], "actual_box": [5, 7, 87, 40]}
SAID = {"id": "d1", "type": "resized", "kind": "button", "text": "Next"} | BOXES


def compared(*said: dict[str, Any], verdict: str = "failed", unexplained: tuple[list[int], ...] = ()) -> list[str]:
    wanted = {"verdict": "failed", "defects": [SAID], "unexplained": []}
    return differences(wanted, {"verdict": verdict, "defects": list(said), "unexplained": list(unexplained)})


def test_box_a_little_off_and_another_number_are_no_difference() -> None:
    assert compared(SAID | {"id": "d3", "actual_box": [4, 6, 90, 42]}) == []


@pytest.mark.parametrize(
    "other",
    [{"type": "moved"}, {"kind": "input"}, {"text": "Back"}, {"actual_box": [5, 7, 130, 40]}, {"elements": 4}],
    ids=lambda other: next(iter(other)),
)
def test_anything_else_is_a_difference_on_both_sides(other: dict[str, Any]) -> None:
    assert len(compared(SAID | other)) == 2


def test_missing_and_surplus_entries_causes_verdicts_and_unexplained_areas_are_differences() -> None:
    assert len(compared()) == 1
    assert len(compared(SAID, SAID)) == 1
    assert len(compared(SAID | {"cause": "d0"})) == 1
    assert len(compared(SAID, verdict="passed")) == 1
    assert len(compared(SAID, unexplained=([0, 0, 4, 4],))) == 1
