"""The interfaces of engines: a network that finds elements (`Network`), and a reader of lines (`TextReader`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from vision.types import Box, Kind, Picture


class DetectorUnavailable(RuntimeError):
    """The detector cannot be used."""


class ReaderUnavailable(RuntimeError):
    """The text engine cannot be used."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """A network's raw detections: `edges` (n, 4) as left, top, right, bottom in pixels of the given picture, `scores`
    (n,) 0..1, `kinds` (n,) as indices in `Kind`.
    """

    edges: NDArray[np.float32]
    scores: NDArray[np.float32]
    kinds: NDArray[np.int64]


class Judge(Protocol):
    """A network that classifies things by their looks. `digest` changes with its weights."""

    digest: str

    def judge(self, views: NDArray[np.uint8], measures: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, classes): how likely each of n things is of each class. Given are views (n, height, width, 3), BGR, and measures
        (n, several), as `frame_views` and `glyph_views` make them."""
        ...


@dataclass(frozen=True, slots=True)
class Judges:
    """The networks that classify drawn frames, and signs and small pictures; None if there is none."""

    frames: Judge | None = None
    glyphs: Judge | None = None


class Network(Protocol):
    """A network that finds elements. `digest` changes with its weights and with the engine that runs it."""

    digest: str
    fixed_size: tuple[int, int] | None
    """Height and width of the only picture it takes; None if it takes any."""

    def look(self, part: Picture) -> Candidates:
        """Every candidate in a BGR picture, overlapping ones too."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A line's `text` ("" where nothing can be read), its content area, and the probability of the letter that the reader is
    least sure of (0..1; None if the reader does not say). `letters` are the columns of the picture in which the first and
    the last letter stand, within a few pixels; None if nothing was read."""

    text: str
    box: Box
    confidence: float | None
    letters: tuple[int, int] | None = None


class TextReader(Protocol):
    """Reads the text in boxes of a picture. `version` names engine, package and weights: it is part of an analysis' key."""

    name: str
    version: str

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        """One text for each box, "" where nothing can be read."""
        ...


@runtime_checkable
class FittingReader(TextReader, Protocol):
    """A reader that also says where a line's content area is, and how sure it is of each text."""

    def read_and_fit(self, picture: Picture, boxes: Sequence[Box]) -> list[Reading]:
        """One reading for each box; the box itself where nothing can be read."""
        ...


def kinds_of(names: dict[int, str], weights: str) -> NDArray[np.int64]:
    """For each class of a network its place in `Kind`. Raises DetectorUnavailable if a name is no kind."""
    known = {str(kind): place for place, kind in enumerate(Kind)}
    if unknown := sorted({name for name in names.values() if name.lower() not in known}):
        raise DetectorUnavailable(
            f"The weights {weights} know classes that are no kinds of element: {', '.join(unknown[:5])}. "
            f"Train with these names: {', '.join(known)}."
        )
    return np.array([known[names[index].lower()] for index in sorted(names)], np.int64)
