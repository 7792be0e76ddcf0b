"""Analyses one picture: finds its elements and lines, and reads them. Start with `analyze`."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from vision.boxes import in_reading_order
from vision.elements.composition import bounded, compose, distinct
from vision.elements.detector import Detector, load_detector
from vision.elements.leftover_signs import with_signs
from vision.elements.reading import read
from vision.engines.load import load_reader
from vision.engines.types import Judge, TextReader
from vision.types import Analysis, Element, Picture, Size


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines of a process: loaded once, and safe to use from several threads. `glyphs` names the signs that the
    detector and the reader miss; None if there is no network for it.
    """

    detector: Detector
    reader: TextReader
    glyphs: Judge | None = None


def load_engines(
    weights: Path, threads: int, reader: str, languages: Sequence[str], detector_engine: str = "onnxruntime"
) -> Engines:
    """The engines that the settings name. Raises DetectorUnavailable or ReaderUnavailable with what to do about it."""
    detector = load_detector(weights, threads, detector_engine)
    return Engines(detector, load_reader(reader, threads, languages), detector.glyphs)


def ignore(stage: str) -> None:
    """The default `on_stage`: does nothing."""


def analyze(picture: Picture, engines: Engines, on_stage: Callable[[str], None] = ignore) -> Analysis:
    """The elements of a picture in reading order, ids "e1", "e2", ...

    `on_stage` is called with "detect" and "read" as each stage begins; an exception it raises stops the analysis.
    """
    timings_ms: dict[str, float] = {}
    on_stage("detect")
    with _timed(timings_ms, "detect"):
        seen = distinct(engines.detector.detect(picture))
    with _timed(timings_ms, "lines"):
        found, limits = bounded(compose(picture, seen), picture)
    on_stage("read")
    with _timed(timings_ms, "read"):
        elements = with_signs(picture, read(found, picture, engines.reader), engines.glyphs)
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
