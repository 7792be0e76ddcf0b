"""A label does not cross the side of a field: a detection that does is two labels."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from vision.boxes import Rows
from vision.elements.ink import edges_of
from vision.types import Box, Detection, Picture

# A line is in a field with at least this share of its rows.
_LEVEL: Final = 0.6
# More of the label than this (in its heights) must be on each side of the cut: its ends may be slightly wrong.
_LEAST: Final = 0.5
# The line of a field's side is at most this far from the side of its box.
_NEAR_PX: Final = 2


def parted_at_sides(picture: Picture, labels: Sequence[Detection], fields: Sequence[Box]) -> list[Detection]:
    """The labels; one that crosses a drawn side of a field is cut there."""
    near = Rows(fields)
    parted: list[Detection] = []
    for label in labels:
        places = sorted({side for at in near.near(label.box) for side in _crossed(picture, label.box, near[at])})
        ends = pairwise((label.box.x, *places, label.box.right))
        parted += [replace(label, box=Box(left, label.box.y, right - left, label.box.height)) for left, right in ends]
    return parted


def _crossed(picture: Picture, label: Box, field: Box) -> list[int]:
    rows = min(label.bottom, field.bottom) - max(label.y, field.y)
    if rows < _LEVEL * label.height:
        return []
    room = _LEAST * label.height
    sides = (side for side in (field.x, field.right) if label.x + room < side < label.right - room)
    return [side for side in sides if _is_drawn(picture, field, side)]


def _is_drawn(picture: Picture, field: Box, side: int) -> bool:
    """Is there a vertical line as high as the field? (Its corners may be round.)"""
    corner = field.height // 4
    rows = slice(field.y + corner, field.bottom - corner)
    part = picture[rows, max(side - _NEAR_PX - 1, 0) : side + _NEAR_PX + 2]
    return bool(part.size) and bool((edges_of(part) > 0).all(axis=0).any())
