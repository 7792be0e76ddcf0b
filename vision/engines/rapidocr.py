"""RapidOCR as a text reader: its recogniser only, with the weights that lie in its wheel. Opens no connection.

The wheel's PP-OCRv6 knows Latin and Chinese letters, digits and punctuation; it knows no Cyrillic.
"""

import hashlib
import logging
from collections.abc import Sequence
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from vision.engines.types import ReaderUnavailable
from vision.types import Box, Picture

# Height of the network's input, and room around the letters (share of the line's height; it was trained with some).
_HEIGHT_PX: Final = 48
_MARGIN: Final = 0.08
# Lines of like width go through together; each batch is as wide as its widest line.
_BATCH: Final = 8
_NARROWEST_PX: Final = 64


class RapidOcrReader:
    """Reads lines with RapidOCR's recogniser; one reader may serve several threads."""

    name = "rapidocr"

    def __init__(self, threads: int) -> None:
        weights = _wheel_weights()
        self._engine = _engine(weights, threads)
        short_hash = hashlib.sha256(weights.read_bytes()).hexdigest()[:8]
        self.version = f"rapidocr {package_version('rapidocr')} {weights.stem} {short_hash}"

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        """One text for each box, "" where nothing can be read or the box lies outside the picture."""
        crops = [_crop(picture, box) for box in boxes]
        legible = [index for index, crop in enumerate(crops) if crop is not None]
        texts = [""] * len(boxes)
        if legible:
            found = self._engine.recognize_txt([crops[index] for index in legible])
            for index, text in zip(legible, found.txts, strict=True):
                texts[index] = str(text).strip()
        return texts


def _wheel_weights() -> Path:
    try:
        import rapidocr
    except ImportError as error:
        raise ReaderUnavailable("rapidocr is not installed: pip install -r ops/requirements/engines.txt.") from error
    folder = Path(rapidocr.__file__).parent / "models"
    found = sorted(folder.glob("*_rec_*.onnx"))
    if not found:
        raise ReaderUnavailable(f"RapidOCR's weights are missing from {folder}: install rapidocr again.")
    return found[0]


def _engine(weights: Path, threads: int) -> Any:
    from rapidocr import RapidOCR

    settings = {
        "Global.log_level": "critical",
        "EngineConfig.onnxruntime.intra_op_num_threads": threads,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        "Rec.model_path": str(weights),  # named, so that it never looks for anything to download
        "Rec.rec_batch_num": _BATCH,
        "Rec.rec_img_shape": [3, _HEIGHT_PX, _NARROWEST_PX],
    }
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    engine = RapidOCR(params=settings)
    engine.recognize_txt(
        [np.full((_HEIGHT_PX, _NARROWEST_PX, 3), 255, np.uint8)]
    )  # loads the weights now, not at the first read
    return engine


def _crop(picture: Picture, box: Box) -> Picture | None:
    """The box and a little room around it, at the network's height: cubic, because small letters blur otherwise."""
    margin = max(1, round(_MARGIN * box.height))
    top, left = max(box.y - margin, 0), max(box.x - margin, 0)
    cut = picture[top : max(box.bottom + margin, 0), left : max(box.right + margin, 0)]
    if min(cut.shape[:2]) < 2:
        return None
    width = max(1, round(cut.shape[1] * _HEIGHT_PX / cut.shape[0]))
    return cv2.resize(cut, (width, _HEIGHT_PX), interpolation=cv2.INTER_CUBIC).astype(picture.dtype)
