"""Small pictures among what was taken for icons (`named_by_colours`): a sign has few colours, a logo or a photo has many."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from vision.types import Box, Detection, Kind, Picture

# Pictures count from 32 px; their ink may be a little less.
_LEAST_PX: Final = 28
# Colours are counted in steps of so many levels. Of 538 icons of this size on rendered pages 20 have so many, of 606 pictures
# 196; on the development screens 0 of 16 icons and 25 of 39 pictures.
_COLOUR_STEP, _LEAST_COLOURS = 16, 64
# What each channel's step counts for in a colour's number.
_PLACES: Final = np.array([1 << 8, 1 << 4, 1])


def named_by_colours(picture: Picture, seen: Sequence[Detection]) -> list[Detection]:
    """The detections, an icon of many colours as an image."""
    return [replace(one, kind=Kind.IMAGE) if _is_picture(picture, one) else one for one in seen]


def _is_picture(picture: Picture, one: Detection) -> bool:
    is_large = one.kind is Kind.ICON and min(one.box.width, one.box.height) >= _LEAST_PX
    return is_large and _colours_in(picture, one.box) >= _LEAST_COLOURS


def _colours_in(picture: Picture, box: Box) -> int:
    steps = (picture[box.slices()] // _COLOUR_STEP).astype(np.int32)
    return len(np.unique(steps.reshape(-1, 3) @ _PLACES))
