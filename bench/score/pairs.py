"""Scores comparisons of screenshot pairs against the truth of what changed.

  python -m bench.score.pairs FOLDER --results DIR            DIR/NAME.json, one comparison for each pair
  python -m bench.score.pairs FOLDER --url http://127.0.0.1:PORT [--save DIR] [--level strict]
  python -m bench.score.pairs FOLDER --self-test              the truth, scored as if it were the result

FOLDER holds NAME.reference.png, NAME.actual.png and NAME.truth.json.

verdict    a pair with changes must be `failed`, one without `passed`.
recall     a true change is found if a defect's box meets the truth's box on the same side: IoU of at least 0.3, or 70 % of
           it covered by at most four times its size. A block (kind null, with "parts") is also found if at least half of
           its parts are.
typed      found, and the type is right; moved and layout_shift count half for each other.
touched    a right defect lies in one of the change's boxes, whatever its size.
precision  a defect is right if at least 30 % of one of its boxes lies in a true box grown by 4 px. On pairs without
           changes every defect is wrong.
spam       defects for each true change.
Pairs of the category missing_style (hundreds of small changes) count for the verdict and have a row of their own, but no
part in the totals of recall, precision, text and spam.
"""

import argparse
import json
import math
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from bench.score import service
from bench.score.boxes import Rect, credit, grown, lies_in, rect, sides, stands_for
from bench.score.texts import one_line

APART = {"missing_style"}
Row = dict[str, Any]
# Figures that are 1 where the result is the truth itself.
PERFECT = (
    *("verdict_accuracy", "recall", "typed_recall", "touched", "precision", "typed_precision", "f1", "typed_f1"),
    *("text_exact", "spam_median"),
)


def main() -> None:
    arguments = _arguments()
    rows, seconds, errors = [], [], []
    for name, truth in _truths(Path(arguments.pairs), arguments.only):
        try:
            result, took = _result(arguments, name, truth)
        except (OSError, service.NoResult, httpx.HTTPError) as error:
            result, took = None, None
            errors.append(f"{name}: {type(error).__name__} {str(error)[:200]}")
        rows.append(score_pair(truth, result) | {"name": name})
        seconds += [took] if took else []
    if not rows:
        sys.exit(f"no pairs in {arguments.pairs}")
    found = summary(rows, seconds)
    show(found)
    if arguments.show_missed:
        for row in rows:
            if row["missed"] or not row["ok"]:
                print(row["name"], row["verdict"], "missed:", ",".join(row["missed"]) or "-")
    print("".join(f"! {error}\n" for error in errors), end="", file=sys.stderr)
    if arguments.json:
        text = json.dumps({"summary": found, "pairs": rows}, ensure_ascii=False, indent=1)
        Path(arguments.json).write_text(text, encoding="utf-8")
    if arguments.self_test:
        wrong = imperfect(found)
        print("\nself test:", f"FAILED {wrong}" if wrong else "passed")
        sys.exit(bool(wrong))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--results", help="a folder with a comparison for each pair")
    source.add_argument("--url", help="of a running service")
    source.add_argument("--self-test", action="store_true")
    parser.add_argument("--save", help="keep the service's answers in this folder")
    parser.add_argument("--level", default="strict")
    parser.add_argument("--limit", type=float, default=180, help="seconds to wait for one pair")
    parser.add_argument("--only", help="comma-separated categories or noise kinds")
    parser.add_argument("--json", help="write the summary and each pair's row here")
    parser.add_argument("--show-missed", action="store_true")
    return parser.parse_args()


def _truths(folder: Path, only: str | None) -> Iterator[tuple[str, Any]]:
    for path in sorted(folder.glob("*.truth.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        if not only or {truth["category"], truth.get("noise")} & set(only.split(",")):
            yield path.name.removesuffix(".truth.json"), truth


def _result(arguments: argparse.Namespace, name: str, truth: Any) -> tuple[Any, float | None]:
    """The comparison and how many seconds it took. Raises NoResult, HTTPError, OSError."""
    if arguments.self_test:
        return as_result(truth), None
    if arguments.results:
        result = json.loads((Path(arguments.results) / f"{name}.json").read_text(encoding="utf-8"))
        return result, result.get("seconds") or (result.get("timings_ms") or {}).get("total", 0) / 1000 or None
    reference, actual = (Path(arguments.pairs) / f"{name}.{side}.png" for side in ("reference", "actual"))
    with service.client(arguments.url) as http:
        began = time.monotonic()
        result = service.compare(http, reference, actual, {"match_level": arguments.level}, arguments.limit)
        seconds = time.monotonic() - began
    if arguments.save:
        Path(arguments.save).mkdir(parents=True, exist_ok=True)
        text = json.dumps({**result, "seconds": seconds}, ensure_ascii=False)
        (Path(arguments.save) / f"{name}.json").write_text(text, encoding="utf-8")
    return result, seconds


def as_result(truth: Any) -> Any:
    """The comparison that would be exactly right."""
    defects = [
        {
            "type": change["type"],
            "reference_box": change.get("reference_box"),
            "actual_box": change.get("actual_box"),
            "detail": {name: change[name] for name in ("before", "after") if name in change},
        }
        for change in truth["changes"]
    ]
    return {"verdict": "failed" if defects else "passed", "defects": defects}


def score_pair(truth: Any, result: Any) -> Row:
    """One pair's counts; `result` None: there was none."""
    changes, defects = truth["changes"], (result or {}).get("defects") or []
    boxes = [sides(defect) for defect in defects]
    verdict, want = (result or {}).get("verdict"), "failed" if changes else "passed"
    row: Row = {"category": truth["category"], "noise": truth.get("noise"), "verdict": verdict, "want": want}
    row |= {"ok": verdict == want, "n_truth": len(changes), "n_defects": len(defects)}
    credits = [_credit(defect, changes) for defect in defects]
    row |= {"right": sum(one is not None for one in credits), "right_typed": sum(one or 0.0 for one in credits)}
    right = [box for box, one in zip(boxes, credits, strict=True) if one is not None]
    hits = [_hits(change, defects, boxes) for change in changes]
    row["found"] = sum(found for found, _ in hits)
    row["typed"] = sum(typed for _, typed in hits)
    row["touched"] = sum(any(lies_in(box, _places(change)) for box in right) for change in changes)
    row["missed"] = [change["type"] for change, (found, _) in zip(changes, hits, strict=True) if not found]
    return row | _texts(changes, defects, boxes)


def _credit(defect: Any, changes: list[Any]) -> float | None:
    """The best credit of the changes that the defect lies in; None: it lies in none."""
    return max(
        (credit(one["type"], defect.get("type")) for one in changes if lies_in(sides(defect), _places(one))),
        default=None,
    )


def _places(change: Any) -> list[Rect]:
    return [grown(box, 4) for box in sides(change).values()]


def _hits(change: Any, defects: list[Any], boxes: list[dict[str, Rect]]) -> tuple[bool, float]:
    """Whether the change was found, and the credit for the type."""
    own = sides(change)
    found, typed = _best(change, own, defects, boxes)
    if change.get("parts") and (not found or typed < 1):
        side = next(iter(own))
        parts = [_best(change, {side: rect(part)}, defects, boxes) for part in change["parts"]]
        found = found or 2 * sum(hit for hit, _ in parts) >= len(parts)
        typed = 1.0 if 2 * sum(score == 1 for _, score in parts) >= len(parts) else typed
    return found, typed


def _best(change: Any, place: dict[str, Rect], defects: list[Any], boxes: list[dict[str, Rect]]) -> tuple[bool, float]:
    hits = [defect for defect, box in zip(defects, boxes, strict=True) if stands_for(place, box)]
    return bool(hits), max((credit(change["type"], one.get("type")) for one in hits), default=0.0)


def _texts(changes: list[Any], defects: list[Any], boxes: list[dict[str, Rect]]) -> Row:
    row = {"texts": 0, "texts_found": 0, "texts_exact": 0}
    for change in changes:
        if change["type"] == "text_changed":
            hits = [one for one, box in zip(defects, boxes, strict=True) if stands_for(sides(change), box)]
            same = [one.get("detail") or {} for one in hits if one.get("type") == "text_changed"]
            row["texts"] += 1
            row["texts_found"] += bool(same)
            row["texts_exact"] += any(
                all(one_line(one.get(side)) == one_line(change[side]) for side in ("before", "after")) for one in same
            )
    return row


def summary(rows: list[Row], seconds: list[float]) -> dict[str, Any]:
    changed, still = _split(rows, lambda row: row["want"] == "failed")
    _, core = _split(changed, lambda row: row["category"] in APART)
    found = {
        "pairs": len(rows),
        "change_pairs": len(changed),
        "nochange_pairs": len(still),
        "no_result": sum(row["verdict"] is None for row in rows),
        "verdict_accuracy": _share("ok", rows),
        "balanced_accuracy": (_share("ok", changed) + _share("ok", still)) / 2,
        "false_alarm_rate": _mean(row["verdict"] == "failed" for row in still),
        "missed_change_rate": _mean(not row["ok"] for row in changed),
        "recall": _share("found", core, "n_truth"),
        "typed_recall": _share("typed", core, "n_truth"),
        "touched": _share("touched", core, "n_truth"),
        "precision_change_pairs": _share("right", core, "n_defects"),
        "typed_precision_change_pairs": _share("right_typed", core, "n_defects"),
        "precision": _ratio(_sum("right", core), _sum("n_defects", core + still)),
        "typed_precision": _ratio(_sum("right_typed", core), _sum("n_defects", core + still)),
        "texts": _sum("texts", core),
        "text_found": _share("texts_found", core, "texts"),
        "text_exact": _share("texts_exact", core, "texts"),
    }
    found["f1"] = _f1(found["precision"], found["recall"])
    found["typed_f1"] = _f1(found["typed_precision"], found["typed_recall"])
    spam = [row["n_defects"] / row["n_truth"] for row in core] or [math.nan]
    found |= {"spam_median": float(np.median(spam)), "spam_p90": float(np.percentile(spam, 90))}
    found["defects_per_nochange_pair"] = _share("n_defects", still)
    if seconds:
        found |= {f"seconds_p{at}": float(np.percentile(seconds, at)) for at in (50, 95)}
    found["categories"] = {name: _category(own) for name, own in _by("category", changed)}
    found["noise"] = {name: _noise(own) for name, own in _by("noise", still)}
    return found


def _category(rows: list[Row]) -> Row:
    return {
        "pairs": len(rows),
        "failed": _share("ok", rows),
        "changes": _sum("n_truth", rows),
        "recall": _share("found", rows, "n_truth"),
        "typed_recall": _share("typed", rows, "n_truth"),
        "touched": _share("touched", rows, "n_truth"),
        "precision": _share("right", rows, "n_defects"),
        "spam": float(np.median([row["n_defects"] / row["n_truth"] for row in rows])),
    }


def _noise(rows: list[Row]) -> Row:
    alarms = _mean(row["verdict"] == "failed" for row in rows)
    return {"pairs": len(rows), "false_alarms": alarms, "defects": _share("n_defects", rows)}


def _split(rows: list[Row], condition: Callable[[Row], bool]) -> tuple[list[Row], list[Row]]:
    return [row for row in rows if condition(row)], [row for row in rows if not condition(row)]


def _by(name: str, rows: list[Row]) -> list[tuple[str, list[Row]]]:
    groups = defaultdict(list)
    for row in rows:
        groups[row[name] or "?"].append(row)
    return sorted(groups.items())


def _sum(name: str, rows: list[Row]) -> Any:
    return sum(row[name] for row in rows)


def _share(name: str, rows: list[Row], of: str | None = None) -> float:
    """The sum of `name` for each pair, or for each unit of `of`; NaN of nothing."""
    return _ratio(_sum(name, rows), _sum(of, rows) if of else len(rows))


def _mean(facts: Iterable[bool]) -> float:
    counted = list(facts)
    return _ratio(sum(counted), len(counted))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def _f1(precision: float, recall: float) -> float:
    known = [0.0 if math.isnan(value) else value for value in (precision, recall)]
    return 2 * known[0] * known[1] / sum(known) if sum(known) else 0.0


def show(found: dict[str, Any]) -> None:
    share = {name: _percent(value) for name, value in found.items() if isinstance(value, float)}
    print(
        f"pairs {found['pairs']} ({found['change_pairs']} with changes, {found['nochange_pairs']} without), "
        f"no result for {found['no_result']}\n"
        f"verdict accuracy      {share['verdict_accuracy']} %   balanced {share['balanced_accuracy']} %\n"
        f"false alarms          {share['false_alarm_rate']} % of the pairs without changes   "
        f"({found['defects_per_nochange_pair']:.2f} defects a pair)\n"
        f"missed (passed)       {share['missed_change_rate']} % of the pairs with changes\n"
        f"recall                {share['recall']} %   typed {share['typed_recall']} %   touched {share['touched']} %\n"
        f"precision             {share['precision']} %   typed {share['typed_precision']} %   (pairs with changes alone: "
        f"{share['precision_change_pairs']} %, typed {share['typed_precision_change_pairs']} %)\n"
        f"F1                    {share['f1']} %   typed {share['typed_f1']} %\n"
        f"defects per change    median {found['spam_median']:.2f}, p90 {found['spam_p90']:.2f}\n"
        f"text before/after     exact {share['text_exact']} %   reported as text_changed {share['text_found']} %   "
        f"of {found['texts']}"
    )
    if "seconds_p50" in found:
        print(f"seconds a pair        p50 {found['seconds_p50']:.2f}   p95 {found['seconds_p95']:.2f}")
    _show_tables(found)


def _show_tables(found: dict[str, Any]) -> None:
    head = ("failed%", "changes", "recall%", "typed%", "touched%", "prec.%", "spam")
    print(f"\n{'category':18}{'pairs':>6}" + "".join(f"{name:>9}" for name in head))
    for name, one in found["categories"].items():
        shares = [_percent(one[key]) for key in ("failed", "recall", "typed_recall", "touched", "precision")]
        cells = [shares[0], str(one["changes"]), *shares[1:], f"{one['spam']:.2f}"]
        note = "   (not in the totals)" if name in APART else ""
        print(f"{name:18}{one['pairs']:6}" + "".join(f"{cell:>9}" for cell in cells) + note)
    print(f"\n{'no change':18}{'pairs':>6}{'alarms%':>9}{'defects':>9}")
    for name, one in found["noise"].items():
        print(f"{name:18}{one['pairs']:6}{_percent(one['false_alarms']):>9}{one['defects']:9.2f}")


def _percent(value: float) -> str:
    return "    -" if math.isnan(value) else f"{100 * value:5.1f}"


def imperfect(found: dict[str, Any]) -> dict[str, float]:
    """The figures of the truth's own score that are not perfect."""
    wrong = {name: found[name] for name in PERFECT if abs(found[name] - 1) > 1e-9}
    wrong |= {"false_alarm_rate": found["false_alarm_rate"]} if found["false_alarm_rate"] > 0 else {}
    recalls = {f"recall of {name}": one["recall"] for name, one in found["categories"].items()}
    return wrong | {name: recall for name, recall in recalls.items() if recall != 1}


if __name__ == "__main__":
    main()
