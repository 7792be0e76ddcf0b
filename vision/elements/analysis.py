"""One picture's elements: what a detector sees, where text stands, what it says. Read `analyze` first."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from vision.boxes import in_reading_order
from vision.elements.composition import bounded, compose, distinct
from vision.elements.detector import Detector
from vision.elements.reading import read
from vision.engines.types import TextReader
from vision.types import Analysis, Element, Picture, Size


@dataclass(frozen=True, slots=True)
class Engines:
    """What a process sees with: both are loaded once and may serve several threads."""

    detector: Detector
    reader: TextReader


def ignore(stage: str) -> None:
    """The `on_stage` of callers that do not ask."""


def analyze(picture: Picture, engines: Engines, on_stage: Callable[[str], None] = ignore) -> Analysis:
    """The elements of a picture in reading order, ids "e1", "e2", ...

    `on_stage` hears "detect" and "read" as each begins; what it raises ends the analysis and comes through.
    """
    timings_ms: dict[str, float] = {}
    on_stage("detect")
    with _timed(timings_ms, "detect"):
        seen = distinct(engines.detector.detect(picture))
    with _timed(timings_ms, "lines"):
        found, limits = bounded(compose(picture, seen), picture)
    on_stage("read")
    with _timed(timings_ms, "read"):
        elements = read(found, picture, engines.reader)
    size = Size(picture.shape[1], picture.shape[0])
    return Analysis(size, _in_order(elements), engines.detector.version, engines.reader.name, timings_ms, limits)


@contextmanager
def _timed(timings_ms: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    timings_ms[stage] = round((time.perf_counter() - started) * 1000, 1)


def _in_order(elements: Sequence[Element]) -> tuple[Element, ...]:
    order = in_reading_order([element.box for element in elements])
    return tuple(replace(elements[index], id=f"e{place}") for place, index in enumerate(order, 1))
