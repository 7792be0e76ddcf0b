"""Loads the engines that the settings name. Each is imported only when it is used. Opens no connection."""

from collections.abc import Sequence
from pathlib import Path

from vision.engines.types import DetectorUnavailable, Network, ReaderUnavailable, TextReader
from vision.types import Box, Picture


def load_network(weights: Path, threads: int, engine: str = "onnxruntime") -> Network:
    """The network of a weights file: .onnx runs in onnxruntime or OpenVINO (`engine`), .pt in ultralytics.

    Raises DetectorUnavailable with what to do: no such file, damaged, of another shape, unknown kinds, engine not installed.
    """
    if not weights.is_file():
        raise DetectorUnavailable(
            f"There is no weights file {weights}. Set DETECTOR_WEIGHTS to an .onnx or .pt file, "
            "or leave it out to use models/detector.onnx."
        )
    match weights.suffix.lower(), engine:
        case ".onnx", "onnxruntime":
            from vision.engines.onnx import OnnxNetwork

            return OnnxNetwork(weights, threads)
        case ".onnx", "openvino":
            from vision.engines.openvino import OpenVinoNetwork

            return OpenVinoNetwork(weights, threads)
        case ".pt", _:
            from vision.engines.ultralytics import UltralyticsNetwork

            return UltralyticsNetwork(weights, threads)
        case ".onnx", other:
            raise DetectorUnavailable(
                f"There is no detector engine {other!r}: DETECTOR_ENGINE is onnxruntime or openvino."
            )
        case other, _:
            raise DetectorUnavailable(
                f"DETECTOR_WEIGHTS names {weights.name}; weights end in .onnx or .pt, not in '{other}'."
            )


def load_reader(engine: str, threads: int, languages: Sequence[str]) -> TextReader:
    """The reader that `OCR_ENGINE` names. Raises ReaderUnavailable with what to do about it."""
    match engine:
        case "none":
            return NoReader()
        case "etalon":
            from vision.engines.ctc import CtcReader

            return CtcReader(threads)
        case "rapidocr":
            from vision.engines.rapidocr import RapidOcrReader

            return RapidOcrReader(threads)
        case "easyocr":
            from vision.engines import easyocr

            return easyocr.load(threads, languages)
    raise ReaderUnavailable(f"There is no text engine {engine!r}: OCR_ENGINE is etalon, rapidocr, easyocr or none.")


class NoReader:
    """Reads nothing: for people who compare pixels only."""

    name = "none"
    version = "none"

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        return [""] * len(boxes)
