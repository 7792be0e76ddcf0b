"""Scores elements and texts of annotated screenshots.

  python -m bench.score.screens --truth DIR --pred DIR               predictions NAME.json: {"elements": [...]}
  python -m bench.score.screens --truth DIR --url http://HOST:PORT   asks the service, one screenshot after another
  python -m bench.score.screens --truth DIR --self-test              truth against itself, then against a spoilt copy

- A prediction matches a true element of its own kind, one to one, most confident first, at the given IoU. AP is the
  area under the precision envelope at 101 recall points. mAP is the mean over the kinds that occur at least --min-count
  times (20) in the truth; core-3 is button, input, label. mAP50-95: IoU 0.50 to 0.95 by 0.05.
- F1 takes the predictions with a confidence of at least --conf (0.25; without one it is 1) over all kinds together.
- "ignore" boxes of the truth (insides of pictures and charts, range sliders, list boxes, lone punctuation): a prediction
  that matches nothing and lies at least half in one of them does not count. A prediction of kind image does, if the ignored
  box is an image of the truth itself.
- Text: true labels, buttons and inputs with at least one letter or digit. Matching by IoU of at least 0.5 whatever the
  kind, one to one, largest IoU first (the same kind counts 0.05 more). An unmatched element counts all its characters as
  wrong, and no element counts more errors than it has characters. Compared after NFKC, with one form of white space, dash,
  quote and apostrophe; letter case counts.
"""

import argparse
import json
import math
import random
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from bench.score import service
from bench.score.texts import comparable, edits, script_of_text

KINDS = ("button", "input", "select", "checkbox", "radio", "switch", "image", "icon", "label")
CORE = ("button", "input", "label")
IOUS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
F1_IOUS = (0.5, 0.75, 0.9)
TEXT_ROWS = ("all", "latin", "cyrillic", "label", "button", "input", "matched only")
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rules:
    min_count: int = 20
    confidence: float = 0.25
    ious: Sequence[float] = IOUS
    agnostic: bool = False


@dataclass
class Page:
    """One screenshot. `iou`: of each prediction (rows) with each true element; `skip`: predictions in ignored areas."""

    name: str
    truth: list[Any]
    found: list[Any]
    kinds: NDArray[np.object_]
    found_kinds: NDArray[np.object_]
    confidence: Floats
    iou: Floats
    skip: Flags
    seconds: float | None = None

    @classmethod
    def of(cls, name: str, truth: Any, prediction: Any, seconds: float | None = None) -> "Page":
        elements = truth["elements"]
        found = [one for one in prediction.get("elements", []) if one.get("kind") in KINDS]
        kinds, found_kinds = (np.array([one["kind"] for one in ones], object) for ones in (elements, found))
        confidence = np.array([1.0 if one.get("confidence") is None else one["confidence"] for one in found], float)
        boxes, places = _boxes(elements), _boxes(found)
        ignored = _boxes([{"box": box} for box in truth.get("ignore", [])])
        pictures = (_iou(ignored, boxes[kinds == "image"]) >= 0.9).any(1)
        inside = _share_inside(places, ignored) >= 0.5
        skip = (inside & ~(pictures[None, :] & (found_kinds == "image")[:, None])).any(1)
        return cls(name, elements, found, kinds, found_kinds, confidence, _iou(places, boxes), skip, seconds)

    def without(self, kinds: Sequence[str]) -> "Page":
        """The page without true elements of these kinds; predictions on one of them do not count."""
        keep = ~np.isin(self.kinds, list(kinds))
        truth = [one for one, kept in zip(self.truth, keep, strict=True) if kept]
        skip = self.skip | (self.iou[:, ~keep] >= 0.5).any(1)
        iou = self.iou[:, keep]
        return Page(
            self.name, truth, self.found, self.kinds[keep], self.found_kinds, self.confidence, iou, skip, self.seconds
        )

    def match(self, iou: float, chosen: Flags, wanted: Flags, any_kind: bool = False) -> list[tuple[float, bool]]:
        """For each chosen prediction that counts its confidence and whether it hits a wanted element."""
        used: set[int] = set()
        out = []
        order = np.flatnonzero(chosen)
        for index in order[np.argsort(-self.confidence[order], kind="stable")]:
            fits = wanted & (self.iou[index] >= iou)
            if not any_kind:
                fits &= self.kinds == self.found_kinds[index]
            free = [int(place) for place in np.flatnonzero(fits) if place not in used]
            if free:
                used.add(max(free, key=lambda place: (self.iou[index, place], place)))
                out.append((float(self.confidence[index]), True))
            elif not self.skip[index]:
                out.append((float(self.confidence[index]), False))
        return out


def main() -> None:
    arguments = _arguments()
    truths = _truths(Path(arguments.truth), arguments.only)
    rules = Rules(arguments.min_count, arguments.conf, IOUS[:1] if arguments.fast else IOUS, arguments.agnostic)
    if arguments.self_test:
        sys.exit(not self_test(truths, rules))
    pages = []
    for name, truth in truths.items():
        try:
            prediction, seconds = _prediction(arguments, name)
        except (OSError, service.NoResult, httpx.HTTPError) as error:
            print(f"lost: {name}: {error}", file=sys.stderr)
            prediction, seconds = {"elements": []}, None
        pages.append(Page.of(name, truth, prediction, seconds))
    found = score(pages, rules)
    show(found)
    if arguments.by_framework:
        found["by_framework"] = _by_framework(pages, rules)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--truth", required=True)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--pred")
    source.add_argument("--url")
    source.add_argument("--self-test", action="store_true")
    parser.add_argument("--conf", type=float, default=0.25)
    parser.add_argument("--min-count", type=int, default=20)
    parser.add_argument("--by-framework", action="store_true")
    parser.add_argument("--only", default="", help="only names that start with this")
    parser.add_argument("--save", help="keep the service's answers in this folder")
    parser.add_argument("--json", help="write the figures here")
    parser.add_argument("--agnostic", action="store_true", help="also F1 whatever the kind, labels left out")
    parser.add_argument("--fast", action="store_true", help="AP at IoU 0.5 only")
    parser.add_argument("--limit", type=float, default=300, help="seconds for one screenshot")
    return parser.parse_args()


def _truths(folder: Path, only: str) -> dict[str, Any]:
    paths = [path for path in sorted(folder.glob("*.json")) if path.with_suffix(".png").exists()]
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths if path.stem.startswith(only)}
    if not found:
        sys.exit(f"no NAME.png with NAME.json in {folder}")
    return found


def _prediction(arguments: argparse.Namespace, name: str) -> tuple[Any, float | None]:
    """The analysis and how many seconds it took. Raises NoResult, HTTPError, OSError."""
    if arguments.pred:
        prediction = json.loads((Path(arguments.pred) / f"{name}.json").read_text(encoding="utf-8"))
        return prediction, prediction.get("seconds")
    with service.client(arguments.url) as http:
        began = time.monotonic()
        prediction = service.analyze(http, Path(arguments.truth) / f"{name}.png", arguments.limit)
        seconds = time.monotonic() - began
    if arguments.save:
        Path(arguments.save).mkdir(parents=True, exist_ok=True)
        text = json.dumps(prediction, ensure_ascii=False)
        (Path(arguments.save) / f"{name}.json").write_text(text, encoding="utf-8")
    return prediction, seconds


def score(pages: Sequence[Page], rules: Rules) -> dict[str, Any]:
    count = {kind: sum(int((page.kinds == kind).sum()) for page in pages) for kind in KINDS}
    ap = {kind: [average_precision(pages, kind, iou) for iou in rules.ious] for kind in KINDS if count[kind]}
    frequent = [kind for kind in ap if count[kind] >= rules.min_count]
    found: dict[str, Any] = {
        "screenshots": len(pages),
        "elements": count,
        "ap50": {kind: values[0] for kind, values in ap.items()},
        "map50": _mean([ap[kind][0] for kind in frequent]),
        "map50_95": _mean([_mean(ap[kind]) for kind in frequent]) if len(rules.ious) > 1 else None,
        "core3_map50": _mean([ap[kind][0] for kind in CORE if kind in ap]),
        "f1": {str(iou): f1(pages, iou, rules.confidence) for iou in F1_IOUS},
        "text": text_errors(pages, rules.confidence),
    }
    if rules.agnostic:
        others = [page.without(("label",)) for page in pages]
        values = {str(iou): f1(others, iou, rules.confidence, any_kind=True) for iou in (0.5, 0.9)}
        found["agnostic_f1_without_labels"] = values
    if seconds := [page.seconds for page in pages if page.seconds is not None]:
        middle, late = (float(np.percentile(seconds, share)) for share in (50, 95))
        found["seconds"] = {"p50": middle, "p95": late, "mean": float(np.mean(seconds))}
    return found


def average_precision(pages: Sequence[Page], kind: str, iou: float) -> float:
    wanted = sum(int((page.kinds == kind).sum()) for page in pages)
    rows = [row for page in pages for row in page.match(iou, page.found_kinds == kind, page.kinds == kind)]
    if not rows:
        return 0.0
    rows.sort(key=lambda row: -row[0])
    right = np.cumsum([hit for _, hit in rows])
    precision = np.maximum.accumulate((right / np.arange(1, len(right) + 1))[::-1])[::-1]
    places = np.searchsorted(right / wanted, np.linspace(0, 1, 101), side="left")
    return float(np.mean([precision[place] if place < len(precision) else 0.0 for place in places]))


def f1(pages: Sequence[Page], iou: float, confidence: float, any_kind: bool = False) -> dict[str, float]:
    rows = [
        row
        for page in pages
        for row in page.match(iou, page.confidence >= confidence, np.ones(len(page.truth), bool), any_kind)
    ]
    right, wanted = sum(hit for _, hit in rows), sum(len(page.truth) for page in pages)
    precision, recall = right / max(len(rows), 1), right / max(wanted, 1)
    value = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"f1": value, "precision": precision, "recall": recall}


def text_errors(pages: Sequence[Page], confidence: float) -> dict[str, dict[str, float]]:
    """Character error rate and share of exact texts: of all, by script, by kind, of matched elements."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])  # errors, characters, exact, elements
    for page in pages:
        wanted = [place for place, one in enumerate(page.truth) if _has_text(one)]
        pairs = _pairs(page, wanted, np.flatnonzero(page.confidence >= confidence))
        for place in wanted:
            true, matched = comparable(page.truth[place]["text"]), place in pairs
            read = comparable(page.found[pairs[place]].get("text")) if matched else ""
            errors = min(edits(true, read), len(true)) if matched else len(true)
            keys = ("all", script_of_text(true), page.truth[place]["kind"], *(["matched only"] if matched else []))
            for key in keys:
                added = (errors, len(true), matched and read == true, 1)
                counts[key] = [old + new for old, new in zip(counts[key], added, strict=True)]
    return {
        key: {"cer": errors / max(chars, 1), "exact": exact / max(elements, 1), "elements": elements, "chars": chars}
        for key, (errors, chars, exact, elements) in counts.items()
    }


def _has_text(element: Any) -> bool:
    return element["kind"] in CORE and any(char.isalnum() for char in element.get("text", ""))


def _pairs(page: Page, wanted: list[int], chosen: NDArray[np.intp]) -> dict[int, int]:
    """True element -> prediction, one to one, largest IoU first."""
    candidates = [
        (page.iou[index, place] + 0.05 * (page.found_kinds[index] == page.kinds[place]), int(index), place)
        for index in chosen
        for place in wanted
        if page.iou[index, place] >= 0.5
    ]
    pairs: dict[int, int] = {}
    for _, index, place in sorted(candidates, key=lambda one: -one[0]):
        if place not in pairs and index not in pairs.values():
            pairs[place] = index
    return pairs


def _boxes(elements: Sequence[Any]) -> Floats:
    """(n, 4): left, top, right, bottom."""
    rows = [[one["box"][name] for name in ("x", "y", "width", "height")] for one in elements]
    boxes = np.array(rows, float).reshape(-1, 4)
    boxes[:, 2:] += boxes[:, :2]
    return boxes


def _shared(first: Floats, second: Floats) -> Floats:
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    return np.clip(high - low, 0, None).prod(2)


def _areas(boxes: Floats) -> Floats:
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).prod(1))


def _iou(first: Floats, second: Floats) -> Floats:
    shared = _shared(first, second)
    return shared / np.maximum(_areas(first)[:, None] + _areas(second)[None] - shared, 1e-9)


def _share_inside(first: Floats, second: Floats) -> Floats:
    """The share of each of the first that lies in each of the second."""
    return _shared(first, second) / np.maximum(_areas(first)[:, None], 1e-9)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else math.nan


def show(found: dict[str, Any], title: str = "") -> None:
    if title:
        print(f"== {title}")
    print(f"{found['screenshots']} screenshots, {sum(found['elements'].values())} elements")
    print("AP50    " + "  ".join(f"{kind} {ap:.3f} ({found['elements'][kind]})" for kind, ap in found["ap50"].items()))
    all_ious = "-" if found["map50_95"] is None else f"{found['map50_95']:.3f}"
    print(f"mAP50 {found['map50']:.3f}   mAP50-95 {all_ious}   core-3 mAP50 {found['core3_map50']:.3f}")
    print("F1      " + _f1_line(found["f1"]))
    if "agnostic_f1_without_labels" in found:
        print("F1, any kind, labels left out  " + _f1_line(found["agnostic_f1_without_labels"]))
    for key in TEXT_ROWS:
        if row := found["text"].get(key):
            counts = f"{row['elements']} elements, {row['chars']} characters"
            print(f"text    {key:13s} CER {row['cer']:.4f}   exact {row['exact']:.3f}   {counts}")
    if "seconds" in found:
        print("seconds per screenshot  p50 {p50:.2f}  p95 {p95:.2f}  mean {mean:.2f}".format(**found["seconds"]))


def _f1_line(values: dict[str, Any]) -> str:
    return "  ".join(
        f"@{iou} {one['f1']:.3f} (P {one['precision']:.3f} R {one['recall']:.3f})" for iou, one in values.items()
    )


def _by_framework(pages: Sequence[Page], rules: Rules) -> dict[str, Any]:
    """Figures by what stands before `__` in the names."""
    groups = defaultdict(list)
    for page in pages:
        groups[page.name.split("__")[0]].append(page)
    found = {}
    for name, own in sorted(groups.items()):
        one = found[name] = score(own, Rules(1, rules.confidence, IOUS[:1]))
        cer = one["text"].get("all", {"cer": math.nan})["cer"]
        print(
            f"{name:20s} {one['screenshots']:3d} screenshots  mAP50 {one['map50']:.3f}  "
            f"core-3 {one['core3_map50']:.3f}  F1@0.5 {one['f1']['0.5']['f1']:.3f}  CER {cer:.3f}"
        )
    return found


def self_test(truths: dict[str, Any], rules: Rules) -> bool:
    """Whether the truth scores perfectly against itself, and clearly worse against a spoilt copy."""
    dice = random.Random(1)
    same = score([Page.of(name, truth, {"elements": truth["elements"]}) for name, truth in truths.items()], rules)
    spoilt = score([Page.of(name, truth, spoil(truth, dice)) for name, truth in truths.items()], rules)
    show(same, "truth against itself")
    show(spoilt, "truth against a spoilt copy")
    perfect = [
        same["map50"],
        *(one["f1"] for one in same["f1"].values()),
        *([same["map50_95"]] if same["map50_95"] else []),
    ]
    passed = min(perfect) > 0.9999 and same["text"]["all"]["cer"] == 0
    worse = spoilt["map50"] < same["map50"] - 0.1 and spoilt["f1"]["0.75"]["f1"] < 0.9
    passed &= worse and 0 < spoilt["text"]["all"]["cer"] < 1
    print("self-test:", "passed" if passed else "FAILED")
    return passed


def spoil(truth: Any, dice: random.Random) -> Any:
    """The truth with elements lost, moved, misread and of another kind."""
    out = []
    for one in truth["elements"]:
        if dice.random() < 0.1:
            continue
        box, text = dict(one["box"]), one.get("text", "")
        if dice.random() < 0.3:
            box["x"] += int(0.35 * box["width"]) + 1
        if dice.random() < 0.3 and text:
            place = dice.randrange(len(text))
            text = text[:place] + "#" + text[place + 1 :]
        kind = one["kind"] if dice.random() > 0.05 else dice.choice(KINDS)
        out.append({"kind": kind, "box": box, "text": text, "confidence": dice.random()})
    return {"elements": out}


if __name__ == "__main__":
    main()
