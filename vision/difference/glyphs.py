"""Small figures with an outline or a fill of their own: a checkbox, a radio button, a switch, a badge."""

import numpy as np

from vision.blobs import blob_boxes
from vision.boxes import clipped, grown, share_inside
from vision.difference.colour import commonest
from vision.difference.regions import FRAME_LEVELS, Mask, ground_colour, ink_mask, is_closed, is_framed
from vision.types import Box, Picture

MAX_GLYPH_PX = 64


def find_glyph(picture: Picture, region: Box) -> Box | None:
    """The small framed figure that a region touches, even where a text stands beside it or under it."""
    height, width = picture.shape[:2]
    inside = clipped(region, width, height)
    if not inside.area_px or max(inside.width, inside.height) > MAX_GLYPH_PX:
        return None
    window = clipped(grown(inside, MAX_GLYPH_PX), width, height)
    ink = ink_mask(picture, window, ground_colour(picture, inside, 3), FRAME_LEVELS)
    boxes = [box.shifted(window.x, window.y) for box in blob_boxes(ink.view(np.uint8))]
    around = [box for box in boxes if share_inside(region, grown(box, 3)) > 0.7 and _is_glyph(picture, box)]
    return min(around, key=lambda box: box.area_px, default=None) or _find_fill(picture, inside, window, ink)


def _find_fill(picture: Picture, region: Box, window: Box, ink: Mask) -> Box | None:
    """Finds the figure by its fill: where it overlaps a line's end or an icon, their ink is one blob."""
    colour = commonest(picture[region.slices()].reshape(-1, 3)).astype(np.int16)
    fill = ink & ~ink_mask(picture, window, colour, FRAME_LEVELS)
    boxes = [box for box in blob_boxes(fill.view(np.uint8)) if _has_size(box) and is_closed(fill[box.slices()])]
    placed = (box.shifted(window.x, window.y) for box in boxes)
    around = [box for box in placed if share_inside(region, grown(box, 3)) > 0.7]
    return min(around, key=lambda box: box.area_px, default=None)


def _is_glyph(picture: Picture, box: Box) -> bool:
    return _has_size(box) and is_framed(picture, box)


def _has_size(box: Box) -> bool:
    return max(box.width, box.height) <= MAX_GLYPH_PX and 0.8 <= box.width / box.height <= 2.6
