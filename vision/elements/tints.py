"""A notice, an active entry or a tag may look like a field; its fill tells: it is coloured, on a page that is not."""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import clipped, grown
from vision.colours import ground_of
from vision.types import Box, Detection, Kind, Picture

# Of 120 fields on 85 screens none is more coloured than its surroundings by more than 3 (CIE Lab, 8 bits a channel). A browser
# gives the fields it filled in 8.
_TINT: Final = 9
# The active entry of a menu is no wider than this many times its height; notices are.
_WIDEST: Final = 7
# The confidence of a tinted field is multiplied by this.
_TINTED: Final = 0.25
# Borders and shadows are no wider than this.
_EDGE_PX: Final = 3


def judged_by_tint(picture: Picture, one: Detection) -> Detection:
    """The detection; as a button if it is a field more coloured than what is around it, or less certain if it is wide."""
    if one.kind not in (Kind.INPUT, Kind.SELECT) or not is_tinted(picture, one.box):
        return one
    if one.box.width <= _WIDEST * one.box.height:
        return replace(one, kind=Kind.BUTTON)
    return replace(one, confidence=_TINTED * one.confidence)


def is_tinted(picture: Picture, box: Box) -> bool:
    """Whether the fill of a box is more coloured than the lines above and below it."""
    height, width = picture.shape[:2]
    inside, around = clipped(grown(box, -_EDGE_PX), width, height), clipped(grown(box, _EDGE_PX + 1), width, height)
    ends = [picture[at : at + 1, around.x : around.right] for at in (around.y, around.bottom - 1)]
    if not inside.area_px or around.height <= box.height:
        return False
    return _chroma(picture[inside.slices()]) - _chroma(np.concatenate(ends)) >= _TINT


def _chroma(part: NDArray[np.uint8]) -> float:
    """The distance of the ground's colour from grey (CIE Lab, 8 bits a channel)."""
    colour = ground_of(part).astype(np.uint8).reshape(1, 1, 3)
    lab = cv2.cvtColor(colour, cv2.COLOR_BGR2LAB)[0, 0].astype(float)
    return float(np.hypot(lab[1] - 128, lab[2] - 128))
