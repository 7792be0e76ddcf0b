"""Judges single cases: each is right, or the command says what is wrong.

  python -m bench.score.cases FOLDER --url http://127.0.0.1:PORT [--only NAME ...] [--json FILE]

FOLDER holds NAME.reference.*, NAME.actual.* and expected.json. A case is right if
- the verdict is the expected one (with the case's options);
- each listed box is reported with its type (IoU of at least 0.3, or 70 % covered, on a shared side), and no defect lies
  mostly (70 %) outside all listed boxes grown by 8 px, consequences (cause_id) not counted;
- of listed missing texts exactly those are reported as missing, and no text as changed;
- without boxes, at most twice as many entries are reported as there are true changes (defects without a cause_id, and
  unexplained areas);
- nothing is reported that is no change (equal texts, equal colours, a move by 0 px), no box lies outside its picture, and
  no more elements are matched than either side has.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from bench.score import service
from bench.score.boxes import SIDES, Rect, area, grown, meets, overlap, sides

LIMIT_SECONDS = 600


def main() -> None:
    arguments = _arguments()
    folder, rows = Path(arguments.folder), []
    with service.client(arguments.url) as http:
        for case in json.loads((folder / "expected.json").read_text(encoding="utf-8")):
            if arguments.only and case["name"] not in arguments.only:
                continue
            wrong = _judge(http, folder, case)
            rows.append({"name": case["name"], "wrong": wrong})
            print(f"WRONG {case['name']}: {'; '.join(wrong[:4])}" if wrong else f"right {case['name']}")
    right = sum(not row["wrong"] for row in rows)
    print(f"right {right} of {len(rows)}")
    if arguments.json:
        text = json.dumps({"right": right, "of": len(rows), "rows": rows}, ensure_ascii=False, indent=1)
        Path(arguments.json).write_text(text, encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--url", required=True)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--json")
    return parser.parse_args()


def _judge(http: Any, folder: Path, case: Any) -> list[str]:
    if case["expected"].get("verdict") not in ("passed", "failed"):
        return []
    reference, actual = (next(folder.glob(f"{case['pair']}.{side}.*")) for side in ("reference", "actual"))
    sizes = tuple(Image.open(path).size for path in (reference, actual))
    try:
        got = service.compare(http, reference, actual, _options(case), LIMIT_SECONDS)
    except service.NoResult as error:
        return [f"no result: {error}"]
    return faults(case, got, sizes)


def _options(case: Any) -> dict[str, Any]:
    options = dict(case.get("options") or {})
    if options.pop("ignore", None):
        boxes = [change.get("reference_box") for change in case.get("ignore_boxes", [])]
        options["ignore_regions"] = [box for box in boxes if box]
    return options


def faults(case: Any, got: Any, sizes: tuple[tuple[int, int], ...]) -> list[str]:
    """What is wrong with a comparison; `sizes`: (width, height) of reference and actual."""
    want = case["expected"]
    found = [] if got["verdict"] == want["verdict"] else [f"verdict {got['verdict']}"]
    for defect in got["defects"]:
        found += [*_outside(defect, sizes), *_no_change(defect)]
    found += [*_missing(want, got), *_matched(got)]
    if "passed" in (want["verdict"], got["verdict"]):
        return found
    changes = want.get("changes")
    boxed = changes and all(sides(change) for change in changes)
    found += _boxed(changes, got) if boxed else _counted(want, changes or [], got)
    return found


def _outside(defect: Any, sizes: tuple[tuple[int, int], ...]) -> Iterator[str]:
    boxes = sides(defect)
    for side, (width, height) in zip(SIDES, sizes, strict=True):
        left, top, right, bottom = boxes.get(side, (0, 0, 0, 0))
        if left < 0 or top < 0 or right > width or bottom > height:
            yield f"box outside: {defect['message']}"


def _no_change(defect: Any) -> Iterator[str]:
    detail, kind = defect["detail"], defect["type"]
    equal = detail.get("before") and detail.get("before") == detail.get("after")
    if kind == "text_changed" and equal:
        yield f"equal texts: {defect['message']}"
    if kind == "style_changed" and equal and detail.get("aspect") == "colour":
        yield f"equal colours: {defect['message']}"
    if kind == "moved" and not detail.get("dx") and not detail.get("dy"):
        yield f"moved by nothing: {defect['message']}"


def _missing(want: Any, got: Any) -> Iterator[str]:
    if "missing" not in want:
        return
    gone = [(one["element"] or {}).get("text", "") for one in got["defects"] if one["type"] == "missing"]
    if sorted(gone) != sorted(want["missing"]):
        yield f"missing is {want['missing']}, reported {sorted(gone)}"
    if any(one["type"] == "text_changed" for one in got["defects"]):
        yield "a text that only went elsewhere is reported as changed"


def _matched(got: Any) -> Iterator[str]:
    cover = got.get("coverage") or {}
    if cover and cover["matched"] > min(cover["reference_elements"], cover["actual_elements"]):
        yield "more matched than there are"


def _boxed(changes: list[Any], got: Any) -> Iterator[str]:
    for change in changes:
        hits = [one for one in got["defects"] if _stands_for(sides(change), sides(one))]
        either = "/" in change["type"] or " or " in change["type"]
        if not hits or not (either or any(one["type"] == change["type"] for one in hits)):
            yield f"not reported: {change['type']} {change.get('kind')} ({[one['type'] for one in hits]})"
    for one in [*_causes(got), *({"message": "unexplained", **area_} for area_ in got["unexplained"])]:
        places = {side: [sides(change)[side] for change in changes if side in sides(change)] for side in SIDES}
        if not any(_mostly_in(box, places[side]) for side, box in sides(one).items()):
            yield f"too much: {one['message']}"


def _counted(want: Any, changes: list[Any], got: Any) -> Iterator[str]:
    true = want.get("true_changes") or max(1, len(changes))
    causes, unexplained = len(_causes(got)), len(got["unexplained"])
    if causes + unexplained > 2 * true:
        yield f"{causes} entries and {unexplained} unexplained for {true} change(s)"
    words = {word for change in changes for word in change["type"].replace("/", " ").split()}
    types = {word for word in words if "_" in word or word in ("missing", "added", "moved", "resized")}
    if types and not types & {one["type"] for one in got["defects"]}:
        yield f"none of {sorted(types)} reported"


def _causes(got: Any) -> list[Any]:
    return [one for one in got["defects"] if not one.get("cause_id")]


def _stands_for(truth: dict[str, Rect], found: dict[str, Rect]) -> bool:
    return any(side in found and (meets(box, found[side]) or _is_ink(box, found[side])) for side, box in truth.items())


def _is_ink(truth: Rect, found: Rect) -> bool:
    """Lies inside, as what is written in a cell does, and is not tiny."""
    tall = found[3] - found[1] >= 0.2 * (truth[3] - truth[1])
    return overlap(truth, found) >= 0.9 * area(found) > 0 and tall and area(found) >= 0.01 * area(truth)


def _mostly_in(box: Rect, places: list[Rect]) -> bool:
    return any(overlap(box, grown(place, 8)) >= 0.3 * area(box) for place in places)


if __name__ == "__main__":
    main()
