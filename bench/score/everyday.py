"""Scores explanations of everyday changes (theme, dialog, swapped rows, another active tab, ...) against truth from the DOM.

  python -m bench.score.everyday FOLDER --url http://127.0.0.1:PORT [--levels strict,content,layout] [--json FILE]
                                 [--only CATEGORY ...]
  python -m bench.score.everyday FOLDER --self-test           the truth, scored as if it were the result

FOLDER holds NAME.reference.png, NAME.actual.png and NAME.truth.json: {"category", "changes", "alternatives"?, "verdicts"}.
A change may carry "parts", the boxes of the elements that the one entry stands for. Of `changes` and `alternatives` the
list that scores best counts.

verdict    the verdict at each level that "verdicts" names.
recall     a change is found if an entry's box meets its box on the same side (IoU of at least 0.3, or 70 % of it covered by
           at most four times its size), or if at least half of its parts lie in entries that meet it nowhere else.
typed      found by an entry of its type; moved and layout_shift count half for each other.
precision  an entry is right if 30 % of one of its boxes lies in a true box or part grown by 4 px. Consequences (cause_id)
           weigh half. Every `unexplained` area is a wrong entry.
clutter    entries (consequences at half) and unexplained areas for each true change: median and 90th percentile.
told well  every change found and typed, at most 1.5 entries for each, at least 99 % of them right.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from bench.score import service
from bench.score.boxes import Rect, area, credit, grown, lies_in, overlap, rect, sides, stands_for

LIMIT_SECONDS = 600
Row = dict[str, Any]


def main() -> None:
    arguments = _arguments()
    levels, rows = arguments.levels.split(","), []
    for path in sorted(Path(arguments.pairs).glob("*.truth.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        if not arguments.only or truth["category"] in arguments.only:
            name = path.name.removesuffix(".truth.json")
            rows.append(_row(arguments, name, truth, _wanted(truth, levels)))
    if not rows:
        sys.exit(f"no pairs in {arguments.pairs}")
    found = summary(rows, levels)
    for key, value in found.items():
        print(f"{key:16s} {value:.3f}" if isinstance(value, float) else f"{key:16s} {value}")
    _show_categories(rows)
    if arguments.json:
        text = json.dumps({"summary": found, "pairs": rows}, indent=1)
        Path(arguments.json).write_text(text, encoding="utf-8")
    if arguments.self_test:
        sys.exit(not (found["typed"] > 0.999 and found["precision"] > 0.999))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--url")
    source.add_argument("--self-test", action="store_true")
    parser.add_argument("--levels", default="strict,content,layout")
    parser.add_argument("--json")
    parser.add_argument("--only", nargs="*")
    return parser.parse_args()


def _wanted(truth: Any, levels: list[str]) -> dict[str, str]:
    """The right verdict at each level; the strict level comes first."""
    named = {level: verdict for level, verdict in (truth.get("verdicts") or {}).items() if level in levels}
    return {"strict": "failed" if truth["changes"] else "passed"} | named


def _row(arguments: argparse.Namespace, name: str, truth: Any, wanted: dict[str, str]) -> Row:
    row: Row = {"name": name, "category": truth["category"], "levels": {}, "seconds": 0.0, "result": True}
    if arguments.self_test:
        return row | score(truth, as_result(truth)) | {"levels": dict.fromkeys(wanted, True)}
    for level, verdict in wanted.items():
        began = time.monotonic()
        got = _ask(arguments, name, level)
        if level == "strict":
            row |= {"seconds": time.monotonic() - began, "result": got is not None}
            row |= score(truth, got or {"defects": [], "unexplained": []})
        row["levels"][level] = got is not None and got["verdict"] == verdict
    return row


def _ask(arguments: argparse.Namespace, name: str, level: str) -> Any:
    """The comparison; None if there is no result."""
    reference, actual = (Path(arguments.pairs) / f"{name}.{side}.png" for side in ("reference", "actual"))
    with service.client(arguments.url) as http:
        try:
            return service.compare(http, reference, actual, {"match_level": level}, LIMIT_SECONDS)
        except service.NoResult:
            return None


def as_result(truth: Any) -> Any:
    """The comparison that would be exactly right."""
    return {"defects": [{**change, "cause_id": None} for change in truth["changes"]], "unexplained": []}


def score(truth: Any, result: Any) -> Row:
    """The counts of the list of changes that fits best."""
    lists = [truth["changes"], *truth.get("alternatives", [])]
    return max((judged(changes, result["defects"], len(result["unexplained"])) for changes in lists), key=_quality)


def judged(changes: list[Any], entries: list[Any], unexplained: int) -> Row:
    """`n` true changes, how many were `found` and `typed`; how many entries were `right`, of how many `said`."""
    found = typed = 0.0
    for change in changes:
        credits = [credit(change["type"], one["type"]) for one in entries if stands_for(sides(change), sides(one))]
        parts = parts_credit(change, entries)
        if credits or parts is not None:
            found += 1
            typed += max([*credits, parts or 0.0])
    places = [grown(box, 4) for change in changes for box in _all_boxes(change)]
    right = sum(_weight(one) for one in entries if lies_in(sides(one), places))
    said = sum(_weight(one) for one in entries) + unexplained
    return {"n": len(changes), "found": found, "typed": typed, "right": right, "said": said}


def parts_credit(change: Any, entries: list[Any]) -> float | None:
    """The best credit of a type whose entries hold at least half of the change's parts; None if no type's do."""
    parts = [rect(part) for part in change.get("parts") or []]
    if len(parts) < 2:
        return None
    credits = []
    for kind in {one["type"] for one in entries}:
        boxes = [box for one in entries if one["type"] == kind for box in sides(one).values()]
        held = sum(any(_holds(box, part, kind == change["type"]) for box in boxes) for part in parts)
        if 2 * held >= len(parts):
            credits.append(credit(change["type"], kind))
    return max(credits, default=None)


def _holds(box: Rect, part: Rect, same_type: bool) -> bool:
    """An entry of another type may be at most four times as large as the part."""
    return overlap(part, box) >= 0.5 * area(part) and (same_type or area(box) <= 4 * max(area(part), 1))


def _all_boxes(change: Any) -> list[Rect]:
    return [*sides(change).values(), *(rect(part) for part in change.get("parts") or [])]


def _weight(entry: Any) -> float:
    return 0.5 if entry.get("cause_id") else 1.0


def _quality(one: Row) -> float:
    typed, found = (one[name] / one["n"] if one["n"] else 1.0 for name in ("typed", "found"))
    precision = one["right"] / one["said"] if one["said"] else 1.0
    return (typed + 0.5 * found) * (0.5 + precision)


def summary(rows: list[Row], levels: list[str]) -> Row:
    changed, still = [row for row in rows if row["n"]], [row for row in rows if not row["n"]]
    clutter, seconds = [row["said"] / row["n"] for row in changed], [row["seconds"] for row in rows]
    verdicts = {level: [row["levels"][level] for row in rows if level in row["levels"]] for level in levels}
    return {
        "pairs": len(rows),
        "no_result": sum(not row["result"] for row in rows),
        **{f"verdict_{level}": float(np.mean(known)) for level, known in verdicts.items() if known},
        "false_alarms": float(np.mean([not row["levels"]["strict"] for row in still])) if still else None,
        "missed": float(np.mean([not row["levels"]["strict"] for row in changed])) if changed else None,
        "recall": _sum("found", changed) / _sum("n", changed),
        "typed": _sum("typed", changed) / _sum("n", changed),
        "precision": _sum("right", rows) / max(1e-9, _sum("said", rows)),
        "clutter_p50": float(np.median(clutter)),
        "clutter_p90": float(np.percentile(clutter, 90)),
        "told_well": float(np.mean([told_well(row) for row in changed])),
        "seconds_p50": float(np.median(seconds)),
        "seconds_max": max(seconds),
    }


def told_well(row: Row) -> bool:
    right = row["right"] >= 0.99 * row["said"]
    return bool(row["typed"] >= row["n"] - 1e-9 and row["said"] <= 1.5 * row["n"] and right)


def _sum(name: str, rows: list[Row]) -> Any:
    return sum(row[name] for row in rows)


def _show_categories(rows: list[Row]) -> None:
    groups = defaultdict(list)
    for row in rows:
        groups[row["category"]].append(row)
    print(f"\n{'category':24s} pairs  verdicts%  recall%  typed%  prec.%  clutter  told well")
    for name, own in sorted(groups.items()):
        verdicts = 100 * np.mean([right for row in own for right in row["levels"].values()])
        line = f"{name:24s} {len(own):5d}  {verdicts:9.0f}"
        if count := _sum("n", own):
            precision = 100 * _sum("right", own) / max(1e-9, _sum("said", own))
            line += f"  {100 * _sum('found', own) / count:7.0f}  {100 * _sum('typed', own) / count:6.0f}"
            line += f"  {precision:6.0f}  {_sum('said', own) / count:7.2f}  {sum(map(told_well, own)):4d}"
        print(line)


if __name__ == "__main__":
    main()
