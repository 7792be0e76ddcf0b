"""Engines with scripted answers: they see colours and count ink, so what they say depends on the pixels alone."""

from collections.abc import Sequence

import cv2
import numpy as np

from tests.vision.drawn import BLUE, Colour
from vision.difference.comparison import compare
from vision.elements.analysis import Engines, analyze
from vision.types import Box, CompareOptions, Comparison, Detection, Kind, Picture


class ColourDetector:
    """Calls every block of one of these colours an element of the kind that goes with it."""

    version = "colours-1"

    def __init__(self, kinds: dict[Colour, Kind] | None = None) -> None:
        self._kinds = {BLUE: Kind.BUTTON} if kinds is None else kinds
        self.seen_px: list[int] = []

    def detect(self, picture: Picture) -> list[Detection]:
        self.seen_px.append(picture.shape[0] * picture.shape[1])
        return [Detection(kind, box, 0.9) for colour, kind in self._kinds.items() for box in _blocks(picture, colour)]


class BlindReader:
    """Can read nothing."""

    name = "none"
    version = "none"

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        return ["" for _ in boxes]


class TableReader:
    """Reads what it was told stands at a place of the page (by the box's middle), whichever picture it is shown."""

    name = "table"
    version = "table-1"

    def __init__(self, *tables: tuple[Picture, dict[Box, str]]) -> None:
        self._tables = tables

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        table = next((table for shown, table in self._tables if np.array_equal(shown, picture)), {})
        return [next((text for place, text in table.items() if _holds(place, box)), "") for box in boxes]


def blind_engines() -> Engines:
    return Engines(ColourDetector({}), BlindReader())


def compared(
    reference: Picture, actual: Picture, engines: Engines | None = None, options: CompareOptions | None = None
) -> Comparison:
    engines = engines or blind_engines()
    return compare(reference, actual, analyze(reference, engines), engines, options or CompareOptions())


def _blocks(picture: Picture, colour: Colour) -> list[Box]:
    mask = (picture == np.array(colour[::-1])).all(axis=2).astype(np.uint8)
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed)
    return [Box(*(int(value) for value in row[:4])) for row in stats[1:] if row[4] >= 40]


def _holds(place: Box, box: Box) -> bool:
    x, y = box.x + box.width // 2, box.y + box.height // 2
    return place.x <= x < place.right and place.y <= y < place.bottom
