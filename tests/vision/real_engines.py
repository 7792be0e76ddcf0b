"""The shipped networks, loaded once for all tests of a process, and comparisons by them."""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from vision.difference.comparison import compare
from vision.difference.defects import decide
from vision.elements.analysis import Engines, analyze, load_engines
from vision.types import Box, CompareOptions, Comparison, MatchLevel, Picture, Verdict

ROOT = Path(__file__).resolve().parents[2]
# Where pytest runs a process for each core, a second thread mostly waits, and costs as much as it works: onnxruntime spins.
THREADS = 1 if "PYTEST_XDIST_WORKER" in os.environ else 2


@cache
def real_engines() -> Engines:
    return load_engines(ROOT / "models" / "detector.onnx", THREADS, "etalon", ("en", "ru"))


def seen(
    reference: Picture, actual: Picture, level: MatchLevel = MatchLevel.STRICT, engines: Engines | None = None
) -> Comparison:
    engines = engines or real_engines()
    return compare(reference, actual, analyze(reference, engines), engines, CompareOptions(level))


def verdict(found: Comparison) -> Verdict:
    return decide(found.defects, found.unexplained, CompareOptions(found.match_level)).verdict


def passes(found: Comparison) -> bool:
    return verdict(found) is Verdict.PASSED


def fails(found: Comparison) -> bool:
    return verdict(found) is Verdict.FAILED


def told(found: Comparison) -> str:
    """What was found, a line each, for the message of a failed assertion."""
    lines = [
        f"{d.id} {d.type.value} {d.kind} {d.text!r} {_box(d.reference_box)} -> {_box(d.actual_box)} after {d.cause_id} {d.detail}"
        for d in found.defects
    ]
    lines += [f"unexplained {_box(one.actual_box or one.reference_box)}" for one in found.unexplained]
    lines += [f"noise {one.reason} {_box(one.box)}" for one in found.noise]
    return "\n" + "\n".join(lines)


def boxes(defects: Sequence[Any]) -> list[Box]:
    return [box for one in defects for box in (one.reference_box, one.actual_box) if box is not None]


def _box(box: Box | None) -> tuple[int, int, int, int] | None:
    return box and (box.x, box.y, box.width, box.height)
