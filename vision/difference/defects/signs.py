"""Compares the sign in a small figure: a number in a disc, the face of an emoji, the tick of a box."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.blobs import blob_boxes
from vision.boxes import grown, overlap, union
from vision.difference.colour import commonest, delta_e
from vision.difference.defects.colours import SAME_FILL_DELTA_E, ink_colour
from vision.difference.defects.scene import RESIZED_PX, SAME_LETTERS, SPECK_PX, Scene
from vision.difference.defects.texts import glyphs
from vision.difference.noise import unlikeness
from vision.difference.regions import ink_mask
from vision.types import Box, Picture

# Two figures are the same if they share this much of their ink.
SAME_FIGURE = 0.7


def keeps_its_sign(scene: Scene, before: Box, after: Box) -> bool:
    """Is it the same number or sign in a disc or square that is filled in one picture only: a step that was done?"""
    one, two = _signs_in(scene.laid, before), _signs_in(scene.actual, after)
    if one is None or two is None or max(abs(one.width - two.width), abs(one.height - two.height)) > RESIZED_PX:
        return False
    return float(unlikeness(*_of_one_size(scene.laid[one.slices()], scene.actual[two.slices()])).max()) < SAME_LETTERS


def _of_one_size(one: NDArray[Any], two: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    height, width = min(one.shape[0], two.shape[0]), min(one.shape[1], two.shape[1])
    return one[:height, :width], two[:height, :width]


def is_other_sign(scene: Scene, before: Box, after: Box, framed: bool) -> bool:
    """Is it another figure in the same colour: an emoji, a symbol? (A frame that is empty in one picture only changed
    its state.)
    """
    if min(before.width, before.height, after.width, after.height) < SPECK_PX:
        return False
    inks = ink_colour(scene.laid, before), ink_colour(scene.actual, after)
    if delta_e(*inks) >= SAME_FILL_DELTA_E or same_shape(scene, before, after):
        return False
    is_state = _is_empty(scene.laid, before) or _is_empty(scene.actual, after) or keeps_its_sign(scene, before, after)
    return not (framed and is_state)


def _is_empty(picture: Picture, box: Box) -> bool:
    """Is the middle of a frame one colour?"""
    middle = Box(box.x + box.width // 4, box.y + box.height // 4, box.width // 2, box.height // 2)
    return not ink_mask(picture, middle, _own_colour(picture, box)).any()


def _own_colour(picture: Picture, box: Box) -> NDArray[np.int16]:
    return commonest(picture[box.slices()].reshape(-1, 3)).astype(np.int16)


def written_in(picture: Picture, box: Box) -> Box:
    """The box of the text in a badge, or the box itself if there is none."""
    return _signs_in(picture, box) or box


def _signs_in(picture: Picture, box: Box) -> Box | None:
    """The ink in a box that does not touch its edges."""
    ink = ink_mask(picture, box, _own_colour(picture, box))
    signs = [one.shifted(box.x, box.y) for one in blob_boxes(ink.view(np.uint8))]
    written = [sign for sign in signs if overlap(sign, grown(box, -1)) == sign]
    return union(written) if written else None


def same_shape(scene: Scene, before: Box, after: Box) -> bool:
    """Is it the same figure in another colour, with most of its ink in the same place?"""
    one, two = glyphs(scene.laid, before), glyphs(scene.actual, after)
    one, two = _of_one_size(one, two)
    either = np.count_nonzero(one | two)
    return bool(either and np.count_nonzero(one & two) >= SAME_FIGURE * either)
