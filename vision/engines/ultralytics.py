"""The detector through ultralytics: for weights (.pt) of a user's own. Heavy, imported only when asked for."""

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from vision.elements.detector import (
    FAINTEST,
    Candidates,
    DetectorUnavailable,
    kinds_of,
    merged,
    tiles,
    version_of,
    worth_a_look,
)
from vision.elements.fields import located
from vision.engines.onnx import MIN_CONFIDENCE, STRIDE
from vision.types import Box, Detection, Picture


class UltralyticsDetector:
    """Any ultralytics detection network with our kinds, run by torch on the CPU."""

    def __init__(self, weights: Path, threads: int, min_confidence: float = MIN_CONFIDENCE) -> None:
        self._network = _open(weights, threads)
        self._kinds = kinds_of(self._network.names, weights)
        self._min_confidence = min_confidence
        self.version = version_of(weights)

    def detect(self, picture: Picture) -> list[Detection]:
        """Elements of a BGR picture, where they are drawn; surest first."""
        found = [(tile, self._look(picture, tile)) for tile in tiles(picture)]
        return located(picture, merged(found, picture), self._min_confidence)

    def _look(self, picture: Picture, tile: Box) -> Candidates:
        part = np.ascontiguousarray(picture[tile.slices()])
        side = -(-max(part.shape[:2]) // STRIDE) * STRIDE
        [answer] = self._network.predict(
            part,
            imgsz=side,
            conf=min(FAINTEST, self._min_confidence),
            iou=0.6,
            max_det=1000,
            device="cpu",
            verbose=False,
            save=False,
        )
        boxes = answer.boxes
        edges = boxes.xyxy.numpy().astype(np.float32) + np.array([tile.x, tile.y, tile.x, tile.y], np.float32)
        scores, kinds = boxes.conf.numpy().astype(np.float32), self._kinds[boxes.cls.numpy().astype(np.int64)]
        sure = worth_a_look(scores, kinds, self._min_confidence)
        return Candidates(edges[sure], scores[sure], kinds[sure])


def _open(weights: Path, threads: int) -> Any:
    offline()
    try:
        import torch
        from ultralytics.models import YOLO
    except ImportError as fault:
        raise DetectorUnavailable(
            f"DETECTOR_WEIGHTS names {weights.name}, which needs torch and ultralytics: "
            "pip install -r requirements/engines.txt, or export it to .onnx."
        ) from fault
    torch.set_num_threads(threads)
    try:
        network = YOLO(str(weights), task="detect")
        network.fuse()
    except Exception as fault:  # unpickling can fail in any way
        raise DetectorUnavailable(
            f"The weights {weights} cannot be read: the file is damaged or of another ultralytics version."
        ) from fault
    return network


def offline() -> None:
    """To be called before ultralytics is imported: it otherwise asks the network for updates and fonts, installs packages and
    writes settings into the home folder."""
    os.environ.setdefault("YOLO_OFFLINE", "true")
    os.environ.setdefault("YOLO_AUTOINSTALL", "false")
    os.environ.setdefault("YOLO_VERBOSE", "false")
    os.environ.setdefault("YOLO_CONFIG_DIR", tempfile.mkdtemp(prefix="etalon-ultralytics-"))
