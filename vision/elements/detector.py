"""Who finds the elements of a picture (`Detector`, `load_detector`), and what every engine shares: tiles and rivals."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import best_of_rivals, clipped
from vision.types import Box, Detection, Kind, Picture

# Part of every detector's version: raise it when this file, snapping.py, frames.py, fields.py or toggles.py makes other boxes
# of the same weights.
REVISION: Final = 3
# Research on dense pages: 300 (the usual limit) cuts them off.
MAX_DETECTIONS: Final = 1000
# What is seen as faintly as this still counts where its outline is drawn (vision/elements/fields.py, vision/elements/toggles.py).
FAINTEST: Final = 0.03
FRAMED_KINDS: Final = (Kind.BUTTON, Kind.INPUT, Kind.SELECT)
OUTLINED_KINDS: Final = (*FRAMED_KINDS, Kind.CHECKBOX, Kind.RADIO, Kind.ICON)
# Of two boxes of one kind that share this much, one is the other. Elements of one kind hardly ever overlap on a screen.
RIVAL_IOU: Final = 0.5
# A page higher than this is cut, where nothing crosses the cut; where something always does, tiles overlap by this much.
MAX_TILE_WIDTH: Final = 1920
MAX_TILE_HEIGHT: Final = 1280
TILE_OVERLAP_PX: Final = 224
# A step of this many levels between neighbours is an edge; a row without one is quiet.
_EDGE_STEP: Final = 10


class Detector(Protocol):
    """Finds elements. `version` names weights and code: it is part of an analysis' key."""

    version: str

    def detect(self, picture: Picture) -> list[Detection]:
        """What is seen in the picture, surest first, at most MAX_DETECTIONS."""
        ...


class DetectorUnavailable(RuntimeError):
    """The detector cannot be used."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a network says of one tile, in pixels of the picture: edges (n, 4), scores (n,), kinds (n,) as places in `Kind`."""

    edges: NDArray[np.float32]
    scores: NDArray[np.float32]
    kinds: NDArray[np.int64]


def load_detector(weights: Path, threads: int) -> Detector:
    """The detector of a weights file: .onnx runs in onnxruntime, .pt in ultralytics. Opens no connection.

    Raises DetectorUnavailable with what to do about it: no such file, damaged, of another shape, with kinds we do not know.
    """
    if not weights.is_file():
        raise DetectorUnavailable(
            f"There is no weights file {weights}. Set DETECTOR_WEIGHTS to an .onnx or .pt file, "
            "or leave it out to use models/detector.onnx."
        )
    match weights.suffix.lower():
        case ".onnx":
            from vision.engines.onnx import OnnxDetector

            return OnnxDetector(weights, threads)
        case ".pt":
            from vision.engines.ultralytics import UltralyticsDetector

            return UltralyticsDetector(weights, threads)
        case other:
            raise DetectorUnavailable(
                f"DETECTOR_WEIGHTS names {weights.name}; weights end in .onnx or .pt, not in '{other}'."
            )


def version_of(weights: Path) -> str:
    """Changes with the weights and with the code that makes boxes of them."""
    return f"{hashlib.sha256(weights.read_bytes()).hexdigest()[:12]}-{REVISION}"


def kinds_of(names: Mapping[int, str], weights: Path) -> NDArray[np.int64]:
    """For each class of a network its place in `Kind`."""
    known = {str(kind): place for place, kind in enumerate(Kind)}
    if unknown := sorted({name for name in names.values() if name.lower() not in known}):
        raise DetectorUnavailable(
            f"The weights {weights} know classes that are no kinds of element: {', '.join(unknown[:5])}. "
            f"Train with these names: {', '.join(known)}."
        )
    return np.array([known[names[index].lower()] for index in sorted(names)], np.int64)


def worth_a_look(scores: NDArray[np.float32], kinds: NDArray[np.int64], min_confidence: float) -> NDArray[np.bool_]:
    """Which candidates to keep: the sure ones, and faint ones for which an outline may speak."""
    outlined = np.isin(kinds, [place for place, kind in enumerate(Kind) if kind in OUTLINED_KINDS])
    return np.asarray(scores >= np.where(outlined, min(FAINTEST, min_confidence), min_confidence), np.bool_)


def tiles(picture: Picture, max_width: int = MAX_TILE_WIDTH, max_height: int = MAX_TILE_HEIGHT) -> list[Box]:
    """Boxes of at most this size that cover the picture, cut between rows that nothing crosses where there are such."""
    height, width = picture.shape[:2]
    rows = _cuts_at_quiet_rows(picture, max_height) if height > max_height else [(0, height)]
    columns = _overlapping(width, max_width)
    return [Box(left, top, right - left, bottom - top) for top, bottom in rows for left, right in columns]


def merged(found: list[tuple[Box, Candidates]], picture: Picture) -> list[Detection]:
    """The detections of all tiles: what a cut halved goes, of rivals the surest stays, surest first."""
    height, width = picture.shape[:2]
    parts = [_whole_ones(tile, candidates, width, height) for tile, candidates in found]
    edges = np.concatenate([part.edges for part in parts])
    scores = np.concatenate([part.scores for part in parts])
    kinds = np.concatenate([part.kinds for part in parts])
    kept = [
        int(index)
        for kind in np.unique(kinds)
        for index in np.flatnonzero(kinds == kind)[
            best_of_rivals(edges[kinds == kind], scores[kinds == kind], RIVAL_IOU)
        ]
    ]
    kept.sort(key=lambda index: -scores[index])
    every_kind = tuple(Kind)
    detections = [
        Detection(every_kind[kinds[index]], _box(edges[index], width, height), float(scores[index]))
        for index in kept[:MAX_DETECTIONS]
    ]
    return [detection for detection in detections if detection.box.area_px]


def without_rivals(detections: Sequence[Detection]) -> list[Detection]:
    """Of detections of one kind that share more than RIVAL_IOU the surest; snapping may have made two boxes one."""
    kept = []
    for kind in {one.kind for one in detections}:
        rivals = [one for one in detections if one.kind == kind]
        edges = np.array([(one.box.x, one.box.y, one.box.right, one.box.bottom) for one in rivals], np.float32)
        scores = np.array([one.confidence for one in rivals], np.float32)
        kept += [rivals[index] for index in best_of_rivals(edges, scores, RIVAL_IOU)]
    return sorted(kept, key=lambda one: (-one.confidence, one.box.y, one.box.x))


def _cuts_at_quiet_rows(picture: Picture, max_height: int) -> list[tuple[int, int]]:
    crossed = _edges_crossing(picture)
    cuts, top, height = [], 0, picture.shape[0]
    while height - top > max_height:
        latest = top + max_height
        quiet = np.flatnonzero(crossed[top + max_height // 2 : latest] == 0)
        if quiet.size:
            bottom = top + max_height // 2 + int(quiet[-1])
            cuts.append((top, bottom))
            top = bottom
        else:
            cuts.append((top, latest))
            top = latest - TILE_OVERLAP_PX
    return [*cuts, (top, height)]


def _edges_crossing(picture: Picture) -> NDArray[np.int64]:
    """For each row, how many steps there are along it: what stands in the row."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    steps = cv2.absdiff(grey[:, 1:], grey[:, :-1]) > _EDGE_STEP
    return np.asarray(np.count_nonzero(steps, axis=1), np.int64)


def _overlapping(length: int, longest: int) -> list[tuple[int, int]]:
    if length <= longest:
        return [(0, length)]
    count = -(-(length - TILE_OVERLAP_PX) // (longest - TILE_OVERLAP_PX))
    starts = np.linspace(0, length - longest, count).round().astype(int)
    return [(int(start), int(start) + longest) for start in starts]


def _whole_ones(tile: Box, found: Candidates, width: int, height: int) -> Candidates:
    """Without what touches an edge of the tile that another tile overlaps: that tile sees more of it."""
    left, _top, right, _bottom = found.edges.T
    whole = np.ones(len(found.scores), bool)
    if tile.x > 0:
        whole &= left > tile.x + 2
    if tile.right < width:
        whole &= right < tile.right - 2
    # A box longer than the overlap is whole in no tile: better in pieces than not at all.
    whole |= (right - left) >= TILE_OVERLAP_PX
    return Candidates(found.edges[whole], found.scores[whole], found.kinds[whole])


def _box(edges: NDArray[np.float32], width: int, height: int) -> Box:
    left, top, right, bottom = (round(float(edge)) for edge in edges)
    return clipped(Box(left, top, right - left, bottom - top), width, height)
