"""Etalon as the benches call it: chosen engines, files in, a comparison out."""

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import cv2

from config import Settings
from vision.difference.comparison import compare, identical
from vision.difference.defects import decide
from vision.elements.analysis import Engines, analyze, load_engines
from vision.image import ImageLimits, decode, decode_both
from vision.scanlines import same_scanlines
from vision.types import Analysis, CompareOptions, Comparison, Picture, Verdict

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "models" / "detector.onnx"
# What the service uses when nothing is set.
READER = str(Settings.model_fields["ocr_engine"].default)
LANGUAGES = ("en", "ru")
LIMITS = ImageLimits(max_bytes=200_000_000, max_pixels=200_000_000)


@dataclass(frozen=True, slots=True)
class Etalon:
    """`analysis_of` analyses each reference once, as the service does; `compare` uses that analysis."""

    engines: Engines
    options: CompareOptions = field(default_factory=CompareOptions)
    name: str = "Etalon"
    stored: dict[Path, Analysis] = field(default_factory=dict)

    @property
    def version(self) -> str:
        return f"detector {self.engines.detector.version}, {self.engines.reader.name}"

    def prepare(self, reference: Path) -> None:
        self.analysis_of(reference)

    def analysis_of(self, reference: Path) -> Analysis:
        if reference not in self.stored:
            self.stored[reference] = analyze(read_picture(reference), self.engines)
        return self.stored[reference]

    def compare(self, reference: Path, actual: Path) -> Comparison:
        """Compares as a worker does: equal bytes, or equal pixels compressed differently, are not even decoded."""
        analysis = self.analysis_of(reference)
        data = reference.read_bytes(), actual.read_bytes()
        if sha256(data[0]).digest() == sha256(data[1]).digest():
            return identical(analysis, self.options)
        if same_scanlines(*data):
            return identical(analysis, self.options)
        return compare(*decode_both(*data, LIMITS), analysis, self.engines, self.options)

    def differs(self, reference: Path, actual: Path) -> bool:
        found = self.compare(reference, actual)
        return decide(found.defects, found.unexplained, self.options).verdict is Verdict.FAILED


def load_etalon(threads: int, reader: str, weights: Path = WEIGHTS) -> Etalon:
    """Raises DetectorUnavailable, ReaderUnavailable."""
    cv2.setNumThreads(threads)
    return Etalon(load_engines(weights, threads, reader, LANGUAGES))


def read_picture(path: Path) -> Picture:
    return decode(path.read_bytes(), LIMITS)
