"""Merges the detections of a picture's tiles: of rivals the most certain."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vision.boxes import best_of_rivals, clipped
from vision.elements.tiles import TILE_OVERLAP_PX
from vision.engines.types import Candidates
from vision.types import FRAMED_KINDS, Box, Detection, Kind, Picture

# Research on dense pages: 300 (the usual limit) cuts them off.
MAX_DETECTIONS: Final = 1000
# A candidate this uncertain still counts if its outline is drawn (fields.py, toggles.py).
_FAINTEST: Final = 0.03
# The most candidates of a tile; noise has more.
_MOST_CANDIDATES: Final = 10_000
_OUTLINED_KINDS: Final = (*FRAMED_KINDS, Kind.CHECKBOX, Kind.RADIO, Kind.ICON)
# Of two boxes of one kind that share this much, one is the other. Elements of one kind hardly ever overlap on a screen.
RIVAL_IOU: Final = 0.5


def merged(found: Sequence[tuple[Box, Candidates]], picture: Picture, min_confidence: float) -> list[Detection]:
    """The detections of all tiles, the most certain first, without things cut by a tile's edge and without rivals."""
    height, width = picture.shape[:2]
    parts = [_whole_ones(tile, _worth_a_look(tile, seen, min_confidence), width) for tile, seen in found]
    edges = np.concatenate([part.edges for part in parts])
    scores = np.concatenate([part.scores for part in parts])
    kinds = np.concatenate([part.kinds for part in parts])
    kept = [
        int(index)
        for kind in np.unique(kinds)
        for index in np.flatnonzero(kinds == kind)[
            best_of_rivals(edges[kinds == kind], scores[kinds == kind], RIVAL_IOU, MAX_DETECTIONS)
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
    """Of detections of one kind that share more than RIVAL_IOU, the most certain; snapping may have made two boxes
    equal.
    """
    kept = []
    for kind in {one.kind for one in detections}:
        rivals = [one for one in detections if one.kind == kind]
        edges = np.array([(one.box.x, one.box.y, one.box.right, one.box.bottom) for one in rivals], np.float32)
        scores = np.array([one.confidence for one in rivals], np.float32)
        kept += [rivals[index] for index in best_of_rivals(edges, scores, RIVAL_IOU)]
    return sorted(kept, key=lambda one: (-one.confidence, one.box.y, one.box.x))


def _worth_a_look(tile: Box, seen: Candidates, min_confidence: float) -> Candidates:
    """The certain candidates, and uncertain ones that a drawn outline may confirm, in pixels of the picture."""
    outlined = np.isin(seen.kinds, [place for place, kind in enumerate(Kind) if kind in _OUTLINED_KINDS])
    kept = np.flatnonzero(seen.scores >= np.where(outlined, min(_FAINTEST, min_confidence), min_confidence))
    kept = kept[np.argsort(-seen.scores[kept], kind="stable")[:_MOST_CANDIDATES]]
    moved = seen.edges[kept] + np.array([tile.x, tile.y, tile.x, tile.y], np.float32)
    return Candidates(moved, seen.scores[kept], seen.kinds[kept])


def _whole_ones(tile: Box, found: Candidates, width: int) -> Candidates:
    """Without what touches a tile's edge that another tile overlaps: that tile sees more of it."""
    left, _top, right, _bottom = found.edges.T
    whole = np.ones(len(found.scores), bool)
    if tile.x > 0:
        whole &= left > tile.x + 2
    if tile.right < width:
        whole &= right < tile.right - 2
    # A box longer than the overlap is whole in no tile: pieces are better than nothing.
    whole |= (right - left) >= TILE_OVERLAP_PX
    return Candidates(found.edges[whole], found.scores[whole], found.kinds[whole])


def _box(edges: NDArray[np.float32], width: int, height: int) -> Box:
    left, top, right, bottom = (round(float(edge)) for edge in edges)
    return clipped(Box(left, top, right - left, bottom - top), width, height)
