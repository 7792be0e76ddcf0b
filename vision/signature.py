"""The signature of a change: equal for the same change in many screenshots, wherever on the page it stands.

It is made of the stored defects without a cause: type, kind, texts or colours, rounded differences of place and size.
If these say too little (no text, another picture, unexplained pixels), a hash of the changed piece is added, reduced to
8 x 8 coarse colours, so that rendering noise does not change it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import cv2
import numpy as np

from vision.types import Box, Defect, DefectType, Picture, Unexplained

_SIDE: Final = 8
_COLOUR_STEP: Final = 32  # of a piece's pixels: 8 levels of each channel
_HEX_STEP: Final = 8  # of a colour that a defect names
_PIXEL_STEP: Final = 2  # differences of place and size are rounded to this many pixels
_TELLING_KEYS: Final = ("before", "after", "aspect", "part")


def change_signature(
    defects: Sequence[Defect], unexplained: Sequence[Unexplained], reference: Picture, actual: Picture
) -> str | None:
    """64 hexadecimal digits; None if nothing counts. `reference` and `actual` are BGR pictures of uint8."""
    causes = [defect for defect in defects if defect.cause_id is None]
    # A pushed block differs on every page: it only counts if it is the only change.
    telling = [defect for defect in causes if defect.type is not DefectType.LAYOUT_SHIFT] or causes
    facts = {_written(_of_defect(defect, reference, actual)) for defect in telling}
    facts |= {_written(_pieces(area.reference_box, area.actual_box, reference, actual)) for area in unexplained}
    return sha256("\n".join(sorted(facts)).encode()).hexdigest() if facts else None


def _of_defect(defect: Defect, reference: Picture, actual: Picture) -> list[Any]:
    said = {key: _told(defect.detail[key]) for key in _TELLING_KEYS if defect.detail.get(key)}
    moved = {key: _rounded(defect.detail[key]) for key in ("dx", "dy", "dw", "dh") if defect.detail.get(key)}
    pieces = [] if _tells_enough(defect, said) else _pieces(defect.reference_box, defect.actual_box, reference, actual)
    return [defect.type.value, defect.kind.value if defect.kind else "", defect.text, said, moved, pieces]


def _tells_enough(defect: Defect, said: Mapping[str, Any]) -> bool:
    if defect.type in (DefectType.IMAGE_CHANGED, DefectType.LAYOUT_SHIFT):
        return defect.type is DefectType.LAYOUT_SHIFT
    if defect.type in (DefectType.TEXT_CHANGED, DefectType.STYLE_CHANGED):
        return {"before", "after"} <= said.keys()
    return bool(defect.text) and defect.type in (DefectType.MOVED, DefectType.RESIZED)


def _pieces(reference_box: Box | None, actual_box: Box | None, reference: Picture, actual: Picture) -> list[str]:
    pairs = ((reference, reference_box), (actual, actual_box))
    return [_coarse(picture, box) if box else "" for picture, box in pairs]


def _coarse(picture: Picture, box: Box) -> str:
    piece = picture[box.slices()]
    if not piece.size:
        return ""
    small = cv2.resize(piece, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    return (np.asarray(small, np.uint8) // _COLOUR_STEP).tobytes().hex()


def _told(value: Any) -> Any:
    """A text as it is; a colour coarser than a rendering's noise."""
    if isinstance(value, str) and re.fullmatch("#[0-9a-f]{6}", value):
        return [round(int(value[at : at + 2], 16) / _HEX_STEP) for at in (1, 3, 5)]
    return value


def _rounded(pixels: float) -> int:
    return _PIXEL_STEP * round(pixels / _PIXEL_STEP)


def _written(facts: Any) -> str:
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str)
