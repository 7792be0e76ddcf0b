"""Describes a change of look: which colours, how far apart, and whether the shapes stayed."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.boxes import clipped, grown, union
from vision.difference.colour import commonest, delta_e, hex_of
from vision.difference.conservation import GROUND_LEVELS, ink_ratio
from vision.difference.defects.drafts import pair_draft
from vision.difference.defects.scene import OTHER_LETTER, Scene
from vision.difference.matching import LINE_INK, Pair
from vision.difference.noise import unlikeness
from vision.difference.regions import ground_colour
from vision.types import Box, Defect, DefectType, Kind, Picture

# Fills closer than this (CIE 1976) are one colour: the least noticeable difference.
SAME_FILL_DELTA_E = 2.3
# The middle of a stroke is at least this share of the way from the background to its strongest pixel.
STRONGEST_INK = 0.8


def style_draft(scene: Scene, pair: Pair, before: Box, after: Box) -> Defect:
    aspect = _aspect(scene, before, after)
    is_line = Kind.LABEL in (pair.before.kind, pair.after.kind)
    colours = _inks(scene, before, after) if is_line else None
    if not colours and not (aspect == "shape" and colours is not None):
        colours = _colours(scene, before, after)
    detail = (colours or {}) | {"aspect": aspect}
    return pair_draft(scene, DefectType.STYLE_CHANGED, pair, before, after, detail)


def _aspect(scene: Scene, before: Box, after: Box) -> str:
    """`colour` if the shapes stayed, `shape` if weight, slant, outline or state differ as well."""
    if abs(before.width - after.width) > 1 or abs(before.height - after.height) > 1:
        return "shape"
    width, height = min(before.width, after.width), min(before.height, after.height)
    one = scene.laid[Box(before.x, before.y, width, height).slices()]
    two = scene.actual[Box(after.x, after.y, width, height).slices()]
    return "colour" if float(unlikeness(one, two).max()) < OTHER_LETTER else "shape"


def _inks(scene: Scene, before: Box, after: Box) -> dict[str, Any] | None:
    """The text colours of a line on one background, since most of its changed pixels may be edges of letters. None if
    the background changed.
    """
    step = np.abs(ground_colour(scene.laid, before) - ground_colour(scene.actual, after)).max()
    one, two = ink_colour(scene.laid, before), ink_colour(scene.actual, after)
    return _told(one, two) if step < GROUND_LEVELS else None


def _told(one: NDArray[np.uint8], two: NDArray[np.uint8]) -> dict[str, Any]:
    """Two colours as entries of `detail`; {} if they are the same."""
    if delta_e(one, two) < 1.0:
        return {}
    return {"before": hex_of(one), "after": hex_of(two), "delta_e": round(delta_e(one, two), 1)}


def _colours(scene: Scene, before: Box, after: Box) -> dict[str, Any]:
    """The commonest colour of the changed pixels before and after, and their distance (CIE 1976)."""
    place = union((before, after))
    changed = scene.changed[place.slices()]
    if not changed.any():
        changed = np.ones_like(changed)
    one, two = (commonest(picture[place.slices()][changed]) for picture in (scene.laid, scene.actual))
    if delta_e(one, two) < 1.0 and not _keeps_its_ink(scene, place):
        # For letters that also moved by a pixel, most changed pixels are background beside their strokes.
        one, two = (ink_colour(picture, place) for picture in (scene.laid, scene.actual))
    return _told(one, two)


def _keeps_its_ink(scene: Scene, place: Box) -> bool:
    """Is there as much ink as before, of the same colour? Re-rendering keeps both."""
    around = clipped(grown(place, 3), scene.laid.shape[1], scene.laid.shape[0])
    ratio = ink_ratio(scene.laid, scene.actual, around)
    return ratio is None or LINE_INK[0] <= ratio <= LINE_INK[1]


def ink_colour(picture: Picture, place: Box) -> NDArray[np.uint8]:
    """The colour furthest from the background, of at least a few pixels."""
    pixels = picture[place.slices()].reshape(-1, 3)
    apart = np.abs(pixels.astype(np.int16) - ground_colour(picture, place)).max(axis=1)
    return np.asarray(np.median(pixels[apart >= STRONGEST_INK * apart.max()], axis=0), dtype=np.uint8)


def colours_between(scene: Scene, box: Box) -> dict[str, Any]:
    return _colours(scene, box, box)


def is_one_colour(scene: Scene, before: Box, after: Box) -> bool:
    """Is the commonest colour of two boxes the same to the eye?"""
    one, two = (
        commonest(picture[box.slices()].reshape(-1, 3))
        for picture, box in ((scene.laid, before), (scene.actual, after))
    )
    return delta_e(one, two) < SAME_FILL_DELTA_E
