"""What a change of look was: which colours, how far apart, and whether the shapes stayed."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import union
from vision.difference.defects.drafts import pair_draft
from vision.difference.defects.scene import OTHER_LETTER, Scene
from vision.difference.matching import Pair
from vision.difference.noise import unlikeness
from vision.types import Box, Defect, DefectType

# Fills nearer than this (CIE 1976) are one colour: the least difference that is noticed.
SAME_FILL_DELTA_E = 2.3


def style_draft(scene: Scene, pair: Pair, before: Box, after: Box) -> Defect:
    detail = _colours(scene, before, after) | {"aspect": _aspect(scene, before, after)}
    return pair_draft(scene, DefectType.STYLE_CHANGED, pair, before, after, detail)


def _aspect(scene: Scene, before: Box, after: Box) -> str:
    """`colour` where the shapes stayed, `shape` where weight, slant, outline or state differ as well."""
    if (before.width, before.height) != (after.width, after.height):
        return "shape"
    one, two = scene.laid[before.slices()], scene.actual[after.slices()]
    return "colour" if float(unlikeness(one, two).max()) < OTHER_LETTER else "shape"


def _colours(scene: Scene, before: Box, after: Box) -> dict[str, Any]:
    """The colour most of the changed pixels had and have, and how far apart they are (CIE 1976)."""
    place = union((before, after))
    changed = scene.changed[place.slices()]
    if not changed.any():
        changed = np.ones_like(changed)
    one, two = (commonest(picture[place.slices()][changed]) for picture in (scene.laid, scene.actual))
    return {"before": _hex(one), "after": _hex(two), "delta_e": round(delta_e(one, two), 1)}


def is_one_colour(scene: Scene, before: Box, after: Box) -> bool:
    """Is the commonest colour of two boxes the same to the eye?"""
    one, two = (
        commonest(picture[box.slices()].reshape(-1, 3))
        for picture, box in ((scene.laid, before), (scene.actual, after))
    )
    return delta_e(one, two) < SAME_FILL_DELTA_E


def commonest(colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    coarse = (colours >> 4).astype(np.int64) @ np.array([1, 16, 256])
    return np.asarray(np.median(colours[coarse == np.bincount(coarse).argmax()], axis=0), dtype=np.uint8)


def _hex(colour: NDArray[np.uint8]) -> str:
    blue, green, red = (int(value) for value in colour)
    return f"#{red:02x}{green:02x}{blue:02x}"


def delta_e(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> float:
    pixels = np.array([[one, two]], np.float32) / 255
    lab = cv2.cvtColor(pixels, cv2.COLOR_BGR2LAB)[0]
    return float(np.linalg.norm(lab[0] - lab[1]))
