"""Joins pictures detected in pieces: things on white, drawings, large images wider than a network's reach."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vision.boxes import clipped, grown, share_inside, union
from vision.colours import apart_from, ground_of
from vision.types import Box, Detection, Kind, Picture

# Pictures do not overlap on a screen: with this share of one in another both are one, with the larger share it is part
# of it.
_JOINED, _PART = 0.25, 0.8
# A detection less than half as certain does not enlarge another: an uncertain box around a gallery included all of it.
_AS_SURE = 0.5
# Ink differs from its background by this much, and a network's box ends this close to it.
_INK_STEP, _NEAR_PX = 16, 4


def whole_pictures(picture: Picture, seen: Sequence[Detection]) -> list[Detection]:
    """The detections, without pictures inside more certain ones; overlapping pictures of similar confidence are joined.

    A box that only adds empty background to a more certain one is left out.
    """
    whole: list[Detection] = []
    for one in sorted((one for one in seen if one.kind is Kind.IMAGE), key=lambda one: -one.confidence):
        whole = _joined(picture, whole, one)
    return [one for one in seen if one.kind is not Kind.IMAGE] + whole


def _joined(picture: Picture, whole: list[Detection], one: Detection) -> list[Detection]:
    """`one` is less certain than all in `whole`."""
    met = [other for other in whole if _overlap(one.box, other.box) >= _JOINED]
    if any(share_inside(one.box, other.box) >= _PART or _is_margin(picture, one.box, other.box) for other in met):
        return whole
    pieces = [other for other in met if one.confidence >= _AS_SURE * other.confidence]
    if not pieces:
        return [*whole, one]
    box = union([one.box, *(piece.box for piece in pieces)])
    return [other for other in whole if other not in pieces] + [replace(pieces[0], box=box)]


def _is_margin(picture: Picture, outer: Box, inner: Box) -> bool:
    """Whether everything in the outer box is in the inner one."""
    part = picture[outer.slices()]
    ground = ground_of(np.concatenate((part[0], part[-1], part[:, 0], part[:, -1])))
    ink = apart_from(part, ground) >= _INK_STEP
    kept = clipped(grown(inner, _NEAR_PX).shifted(-outer.x, -outer.y), outer.width, outer.height)
    ink[kept.slices()] = False
    return not ink.any()


def _overlap(first: Box, second: Box) -> float:
    return max(share_inside(first, second), share_inside(second, first))
