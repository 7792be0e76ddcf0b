"""Compare every pair of a folder and write each result as JSON: `python -m bench.pairs PAIRS OUT`.

PAIRS holds NAME.reference.png and NAME.actual.png; OUT gets NAME.json with the verdict and the defects.
"""

import argparse
import json
import sys
import time
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vision.difference.comparison import compare
from vision.difference.defects import decide
from vision.elements.analysis import Engines, analyze
from vision.engines.load import load_reader
from vision.image import ImageLimits, decode
from vision.types import CompareOptions, Comparison, Detection, MatchLevel, Picture

LIMITS = ImageLimits(max_bytes=200_000_000, max_pixels=200_000_000)


class NoDetector:
    """Sees nothing: what the comparison does from pixels and lines of text alone."""

    version = "none"

    def detect(self, picture: Picture) -> list[Detection]:
        return []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--detector", default="models/detector.onnx", help="weights, or none: pixels and lines of text alone"
    )
    parser.add_argument("--reader", default="etalon")
    parser.add_argument("--level", default="strict", choices=[level.value for level in MatchLevel])
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    engines = Engines(_detector(arguments.detector), load_reader(arguments.reader, 2, ("en", "ru")))
    options = CompareOptions(MatchLevel(arguments.level))
    for truth in sorted(arguments.pairs.glob(f"{arguments.only}*.truth.json")):
        name = truth.name.removesuffix(".truth.json")
        try:
            result = _compared(arguments.pairs, name, engines, options)
        except Exception:
            print(name, traceback.format_exc(limit=-3), file=sys.stderr)
            continue
        (arguments.out / f"{name}.json").write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")


def _detector(weights: str) -> Any:
    if weights == "none":
        return NoDetector()
    from vision.elements.detector import load_detector

    return load_detector(Path(weights), 2)


def _compared(folder: Path, name: str, engines: Engines, options: CompareOptions) -> dict[str, Any]:
    reference, actual = (
        decode((folder / f"{name}.{side}.png").read_bytes(), LIMITS) for side in ("reference", "actual")
    )
    analysis = analyze(reference, engines)
    started = time.perf_counter()
    found = compare(reference, actual, analysis, engines, options)
    return _as_json(found, options) | {"seconds": time.perf_counter() - started}


def _as_json(found: Comparison, options: CompareOptions) -> dict[str, Any]:
    decision = decide(found.defects, found.unexplained, options)
    whole = asdict(found)
    whole.pop("actual_analysis")
    return whole | {"verdict": decision.verdict, "rule": decision.rule}


if __name__ == "__main__":
    main()
