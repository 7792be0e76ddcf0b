"""Pictures seen in pieces: things on a white ground, drawings, heroes wider than a network's reach."""

from collections.abc import Sequence
from dataclasses import replace

from vision.boxes import share_inside, union
from vision.types import Detection, Kind

# Pictures never overlap on a screen: with this share of one in another both are one, with the larger share it is a part of it.
_JOINED, _PART = 0.25, 0.8


def whole_pictures(seen: Sequence[Detection]) -> list[Detection]:
    """The detections, with no picture in a picture and those that overlap made one."""
    whole: list[Detection] = []
    for one in sorted((one for one in seen if one.kind is Kind.IMAGE), key=lambda one: -one.box.area_px):
        whole = _joined(whole, one)
    return [one for one in seen if one.kind is not Kind.IMAGE] + whole


def _joined(whole: list[Detection], one: Detection) -> list[Detection]:
    met = [other for other in whole if share_inside(one.box, other.box) >= _JOINED]
    if not met:
        return [*whole, one]
    if any(share_inside(one.box, other.box) >= _PART for other in met):
        return whole
    sureness = max(other.confidence for other in (one, *met))
    joined = replace(one, box=union([one.box, *(other.box for other in met)]), confidence=sureness)
    return [other for other in whole if other not in met] + [joined]
