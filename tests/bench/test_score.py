"""The scorers: the truth is perfect, and each rule also says no."""

import json
import random
from typing import Any

import pytest

from bench.score import cases, everyday, lines, pairs, screens
from bench.score.texts import comparable, edits, wrong_chars
from config import ROOT

PAIRS = {path.name: json.loads(path.read_text("utf-8")) for path in (ROOT / "tests/data/pairs").glob("*.truth.json")}
PAGES = {path.stem: json.loads(path.read_text("utf-8")) for path in (ROOT / "tests/data/pages").glob("*.json")}


def box(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "width": width, "height": height}


MOVED = {
    "category": "x",
    "changes": [{"type": "moved", "reference_box": box(10, 10, 40, 20), "actual_box": box(90, 10, 40, 20)}],
}


def said(type_: str, place: dict[str, int], **more: Any) -> Any:
    return {"type": type_, "reference_box": place, "actual_box": None, "detail": {}, "message": type_, **more}


def test_the_truth_of_the_pairs_scores_perfectly() -> None:
    rows = [pairs.score_pair(truth, pairs.as_result(truth)) for truth in PAIRS.values()]

    assert len(rows) > 5
    assert pairs.imperfect(pairs.summary(rows, [])) == {}


@pytest.mark.parametrize(
    ("result", "found", "typed", "right"),
    [
        (said("moved", box(10, 10, 40, 20)), 1, 1.0, 1),
        (said("layout_shift", box(10, 10, 40, 20)), 1, 0.5, 1),
        (said("missing", box(10, 10, 40, 20)), 1, 0.0, 1),
        (said("moved", box(5, 5, 55, 55)), 1, 1.0, 1),
        (said("moved", box(0, 0, 300, 300)), 0, 0.0, 0),
        (said("moved", box(12, 12, 6, 6)), 0, 0.0, 1),
        (said("moved", box(300, 300, 40, 20)), 0, 0.0, 0),
    ],
    ids=["exact", "its kin", "another type", "covers it", "far too large", "a part of it", "elsewhere"],
)
def test_a_defect_of_a_pair_counts_by_type_and_place(result: Any, found: int, typed: float, right: int) -> None:
    row = pairs.score_pair(MOVED, {"verdict": "failed", "defects": [result]})

    assert (row["ok"], row["found"], row["typed"], row["right"]) == (True, found, typed, right)


def test_a_pair_without_a_result_found_nothing() -> None:
    row = pairs.score_pair(MOVED, None)

    assert (row["ok"], row["found"], row["missed"]) == (False, 0, ["moved"])


def test_the_truth_of_an_everyday_change_scores_perfectly_and_clutter_does_not() -> None:
    result = everyday.as_result(MOVED)
    cluttered = {"defects": result["defects"], "unexplained": [{}, {}]}

    assert everyday.told_well(everyday.score(MOVED, result))
    assert not everyday.told_well(everyday.score(MOVED, cluttered))


def test_half_of_the_parts_are_enough_and_the_best_alternative_counts() -> None:
    parts = [box(x, 10, 20, 20) for x in (0, 100, 200, 300)]
    whole = {"type": "style_changed", "reference_box": box(0, 0, 400, 400), "actual_box": None, "parts": parts}
    truth = {"category": "x", "changes": MOVED["changes"], "alternatives": [[whole]]}

    two, one = ([said("style_changed", part) for part in parts[:count]] for count in (2, 1))

    assert everyday.score(truth, {"defects": two, "unexplained": []})["typed"] == 1
    assert everyday.score(truth, {"defects": one, "unexplained": []})["typed"] == 0


def test_the_truth_of_the_screens_scores_perfectly_and_a_spoilt_copy_worse() -> None:
    assert screens.self_test(PAGES, screens.Rules(min_count=5))


def test_a_prediction_in_an_ignored_area_does_not_count() -> None:
    label = {"kind": "label", "box": box(0, 0, 50, 10), "text": "a"}
    loose = {"kind": "label", "box": box(100, 100, 20, 10), "text": "b"}
    prediction = {"elements": [label, loose]}

    strict = screens.Page.of("x", {"elements": [label]}, prediction)
    ignoring = screens.Page.of("x", {"elements": [label], "ignore": [box(90, 90, 50, 50)]}, prediction)

    assert screens.f1([strict], 0.5, 0.25)["precision"] == 0.5
    assert screens.f1([ignoring], 0.5, 0.25)["precision"] == 1


def test_edits_are_the_levenshtein_distance_and_are_charged_by_script() -> None:
    dice = random.Random(3)
    texts = ["".join(dice.choice("aб1 ") for _ in range(dice.randrange(8))) for _ in range(60)]

    assert (edits("kitten", "sitting"), edits("", "ab")) == (3, 2)
    assert [(a, b) for a in texts for b in texts[:10] if wrong_chars(a, b).total() != edits(a, b)] == []
    assert dict(wrong_chars("Вход 12", "Bход 13!")) == {"cyrillic": 1, "digits": 1, "other": 1}


def test_texts_are_compared_with_one_form_of_dash_quote_and_space() -> None:
    assert comparable("\u201cA\u201d \u2013\u00a0b\u00ad") == '"A" - b'


def test_the_best_reading_near_a_line_counts() -> None:
    line = {"box": box(0, 0, 100, 20), "text": "Сохранить"}
    elements = [{"box": box(0, 0, 100, 20), "text": "Сохр"}, {"box": box(0, 2, 100, 20), "text": "Сохранить"}]

    assert lines.line_errors(line, elements).total() == 0
    assert lines.line_errors(line, []).total() == len("Сохранить")


def case(changes: Any = None, **more: Any) -> Any:
    return {"name": "x", "expected": {"verdict": "failed", "changes": changes, **more}}


def answer(*defects: Any, verdict: str = "failed") -> Any:
    return {"verdict": verdict, "defects": list(defects), "unexplained": [], "coverage": {}}


SIZES = ((200, 100), (200, 100))
BUTTON = said("missing", box(10, 10, 40, 20), element={"kind": "button", "text": "OK"})


@pytest.mark.parametrize(
    ("judged", "got", "wrong"),
    [
        (case([BUTTON]), answer(BUTTON), []),
        (case([BUTTON]), answer(verdict="passed"), ["verdict passed"]),
        (case([BUTTON]), answer(said("moved", box(10, 10, 40, 20), detail={"dx": 3})), ["not reported: missing None"]),
        (case([BUTTON]), answer(BUTTON, said("added", box(150, 60, 20, 20))), ["too much: added"]),
        (case([BUTTON]), answer(BUTTON, said("added", box(150, 60, 20, 20), cause_id="d1")), []),
        (case([BUTTON]), answer(BUTTON, said("moved", box(10, 10, 40, 20))), ["moved by nothing: moved"]),
        (case([{"type": "missing"}]), answer(said("missing", box(190, 90, 40, 20))), ["box outside: missing"]),
        (case(missing=["Cancel"]), answer(BUTTON), ["missing is ['Cancel'], reported ['OK']"]),
        (case(true_changes=1), answer(BUTTON, BUTTON, BUTTON), ["3 entries and 0 unexplained for 1 change(s)"]),
    ],
)
def test_a_case_is_right_or_says_what_is_wrong(judged: Any, got: Any, wrong: list[str]) -> None:
    found = cases.faults(judged, got, SIZES)

    assert len(found) == len(wrong)
    assert all(sentence.startswith(start) for sentence, start in zip(found, wrong, strict=True))
