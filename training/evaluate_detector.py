"""`python -m training.evaluate_detector --pages DIR`: what the detector finds on annotated pages, AP by kind and IoU.

Counts as bench/score/screens.py does: one to one, most confident first, within a kind; ignored areas do not count.
`--out DIR` writes the predictions as NAME.json for `score_screens.py --pred`.
"""

import argparse
import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from vision.boxes import iou, share_inside
from vision.elements.detector import NetworkDetector
from vision.elements.fields import located
from vision.engines.load import load_network
from vision.engines.looks import load_judges
from vision.types import Box, Detection, Kind

ROOT = Path(__file__).resolve().parent.parent
IOUS = (0.5, 0.75, 0.9)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, default=ROOT / "training" / ".work" / "pages" / "held_out")
    parser.add_argument("--weights", type=Path, default=ROOT / "models" / "detector.onnx")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--limit", type=int, default=100_000)
    parser.add_argument("--min-confidence", type=float, default=0.02)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    judges = load_judges(asked.threads)
    detector = NetworkDetector(load_network(asked.weights, asked.threads), asked.min_confidence, judges)
    raw, snapped, seconds = [], [], []
    for path in sorted(asked.pages.glob("*.png"))[: asked.limit]:
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
        truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        began = time.perf_counter()
        found = detector.look(picture)
        seconds.append(time.perf_counter() - began)
        raw.append((found, truth))
        snapped.append((located(picture, found, asked.min_confidence, judges.frames), truth))
        if asked.out:
            write(asked.out / f"{path.stem}.json", snapped[-1][0])
    report("network alone", raw)
    report("snapped and framed", snapped)
    print(f"{len(seconds)} pages, median {np.median(seconds) * 1000:.0f} ms")
    return 0


def write(path: Path, found: list[Detection]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    elements = [
        {"kind": str(one.kind), "box": asdict(one.box), "text": "", "confidence": one.confidence} for one in found
    ]
    path.write_text(json.dumps({"elements": elements}), encoding="utf-8")


def report(title: str, pages: list[tuple[list[Detection], dict[str, Any]]]) -> None:
    print(
        f"\n{title:<16}{'in truth':>10}"
        + "".join(f"{f'AP{int(limit * 100)}':>8}" for limit in IOUS)
        + "   best F1 at IoU 0.5"
    )
    columns = []
    for kind in Kind:
        count = sum(element["kind"] == kind for _, truth in pages for element in truth["elements"])
        if not count:
            continue
        hits = [matches(kind, pages, limit) for limit in IOUS]
        points = [average_precision(flags, count) for _, flags in hits]
        confidence, score = best_f1(*hits[0], count)
        columns.append(points)
        print(
            f"{kind:<16}{count:>10}"
            + "".join(f"{point:8.3f}" for point in points)
            + f"   {score:.3f} at {confidence:.2f}"
        )
    print(f"{'mean':<26}" + "".join(f"{point:8.3f}" for point in np.mean(columns, axis=0)), flush=True)


def matches(
    kind: Kind, pages: list[tuple[list[Detection], dict[str, Any]]], limit: float
) -> tuple[np.ndarray, np.ndarray]:
    """Confidences and hits of all detections of a kind, surest first."""
    flags: list[tuple[float, bool]] = []
    for found, truth in pages:
        wanted = [Box(**element["box"]) for element in truth["elements"] if element["kind"] == kind]
        ignored = [Box(**box) for box in truth.get("ignore", [])]
        for one in (seen for seen in found if seen.kind == kind):
            best = max(range(len(wanted)), key=lambda index: iou(wanted[index], one.box), default=None)
            if best is not None and iou(wanted[best], one.box) >= limit:
                wanted.pop(best)
                flags.append((one.confidence, True))
            elif not any(share_inside(one.box, box) >= 0.5 for box in ignored):
                flags.append((one.confidence, False))
    flags.sort(key=lambda flag: -flag[0])
    return np.array([flag[0] for flag in flags]), np.array([flag[1] for flag in flags], bool)


def average_precision(flags: np.ndarray, count: int) -> float:
    """The area under the precision envelope at 101 recall points."""
    if not len(flags):
        return 0.0
    hits = np.cumsum(flags)
    precision = np.maximum.accumulate((hits / np.arange(1, len(flags) + 1))[::-1])[::-1]
    recall = hits / count
    places = np.searchsorted(recall, np.linspace(0, 1, 101))
    return float(np.mean([precision[place] if place < len(precision) else 0.0 for place in places]))


def best_f1(confidences: np.ndarray, flags: np.ndarray, count: int) -> tuple[float, float]:
    if not len(flags):
        return 0.0, 0.0
    hits = np.cumsum(flags)
    scores = 2 * hits / (np.arange(1, len(flags) + 1) + count)
    best = int(scores.argmax())
    return float(confidences[best]), float(scores[best])


if __name__ == "__main__":
    sys.exit(main())
