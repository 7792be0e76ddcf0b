"""What this process sees with: one detector and one reader, built once from the settings."""

import threading

import cv2

from config import settings
from vision.elements.analysis import Engines, load_engines

_lock = threading.Lock()
_engines: Engines | None = None


def engines() -> Engines:
    """This process's engines; built at the first call, so call it at start: broken weights raise DetectorUnavailable or
    ReaderUnavailable with a sentence."""
    global _engines
    with _lock:
        if _engines is None:
            _engines = _load()
        return _engines


def use(engines: Engines | None) -> None:
    """Puts `engines` in the place of those the settings name; None goes back to them. For tests and benchmarks."""
    global _engines
    with _lock:
        _engines = engines


def versions(engines: Engines) -> dict[str, str]:
    """What a comparison says it was made with."""
    return {"detector": engines.detector.version, "reader": engines.reader.version, "ocr_engine": engines.reader.name}


def _load() -> Engines:
    current = settings()
    cv2.setNumThreads(current.vision_threads)  # OpenCV's own bound is every core, for each worker of the machine
    return load_engines(
        current.detector_weights,
        current.vision_threads,
        current.ocr_engine,
        current.easyocr_langs,
        current.detector_engine,
    )
