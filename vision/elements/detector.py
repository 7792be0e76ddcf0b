"""Finds the elements of a picture (`Detector`): cuts it into tiles, runs a network on each, and fits the boxes to what
is drawn.
"""

from pathlib import Path
from typing import Final, Protocol

from vision.elements.fields import located
from vision.elements.merging import merged
from vision.elements.tiles import tiles
from vision.elements.version import version_of
from vision.engines.load import load_network
from vision.engines.looks import load_judges
from vision.engines.types import Judges, Network
from vision.types import Detection, Picture

# Less certain detections are not reported: the F1 of the kinds is best between 0.19 and 0.62 (models/detector.md's
# pages).
MIN_CONFIDENCE: Final = 0.2


class Detector(Protocol):
    """Finds elements. `version` names weights and code: it is part of an analysis' key."""

    version: str

    def detect(self, picture: Picture) -> list[Detection]:
        """The elements of the picture, the most certain first, at most MAX_DETECTIONS."""
        ...


def load_detector(weights: Path, threads: int, engine: str = "onnxruntime") -> "NetworkDetector":
    """The detector of a weights file. Raises DetectorUnavailable with what to do about it. Opens no connection."""
    return NetworkDetector(load_network(weights, threads, engine), judges=load_judges(threads))


class NetworkDetector:
    """Finds elements with a network."""

    def __init__(self, network: Network, min_confidence: float = MIN_CONFIDENCE, judges: Judges | None = None) -> None:
        self._network, self._judges = network, judges or Judges()
        self.glyphs = self._judges.glyphs
        self._min_confidence = min_confidence
        self.version = version_of(network, self._judges)

    def detect(self, picture: Picture) -> list[Detection]:
        """The elements of a BGR picture with boxes fitted to what is drawn, the most certain first."""
        return located(picture, self.look(picture), self._min_confidence, self._judges.frames)

    def look(self, picture: Picture) -> list[Detection]:
        """The network's own answer, not fitted."""
        found = [
            (tile, self._network.look(picture[tile.slices()])) for tile in tiles(picture, self._network.fixed_size)
        ]
        return merged(found, picture, self._min_confidence)
