"""Finds another picture in the same place, from pixels alone."""

import cv2
import numpy as np

from vision.boxes import grown, iou, share_inside, union
from vision.difference.alignment import traced
from vision.difference.defects.drafts import draft_of
from vision.difference.defects.hunt import Hunt, by_rows
from vision.difference.defects.scene import (
    ACTION_KINDS,
    MIN_PICTURE_PX,
    PICTURE_COLOURS,
    PICTURE_DENSITY,
    PICTURES,
    SAME_PLACE,
    Scene,
)
from vision.difference.matching import Thing, look_alike
from vision.difference.regions import find_regions, is_blank
from vision.types import Box, DefectType, Kind, Picture

SMALL_PICTURE_PX = 24
SMALL_PICTURE_COLOURS = 12
# The two pictures correlate no better than this.
PICTURE_LOOK = 0.7
# A change in a line of text is at most this many lines high.
LINE_GROWTH = 1.5
# Things this close to a region may own it.
REACH_PX = 4

Sides = tuple[list[Thing], list[Thing]]
"""The things near a region, before and after."""


def find_other_pictures(hunt: Hunt) -> None:
    """Regions that are full of ink in both pictures, in many colours, and hardly alike: another picture in the same
    place.
    """
    near_before, near_after = by_rows(hunt.before), by_rows(hunt.after)
    for changed in find_regions(hunt.left):
        near = grown(changed, REACH_PX)
        sides = near_before(near), near_after(near)
        if _is_control(sides, changed) or _is_line_of_text(sides, changed):
            continue
        pictures = _pictures_at(sides, changed)
        region = hunt.inside(union([changed, *pictures]))
        density = float(hunt.left[changed.slices()].mean())
        if _shows_other_picture(hunt.scene, region, density, bool(pictures)):
            named = max(sides[0], key=lambda thing: iou(thing.box, region), default=None)
            same = named is not None and named.kind in PICTURES and iou(named.box, region) > SAME_PLACE
            kind = named.kind if named is not None and same else Kind.IMAGE
            look = look_alike(hunt.scene.laid[region.slices()], hunt.scene.actual[region.slices()])
            before = traced(region, hunt.scene.alignment)
            hunt.drafts.append(
                draft_of(DefectType.IMAGE_CHANGED, before, region, kind, "", {"similarity": round(look, 3)})
            )
            hunt.explain(region)


def _is_control(sides: Sides, region: Box) -> bool:
    """Is it a control in both pictures? A switch or field has states, with its shadow and ring."""
    boxes = ((thing.box for thing in things if thing.kind in ACTION_KINDS) for things in sides)
    return all(any(iou(box, region) > SAME_PLACE for box in near) for near in boxes)


def _pictures_at(sides: Sides, region: Box) -> list[Box]:
    """The boxes of a picture that is named so on both sides, which may have few colours; empty where there is none."""
    boxes = [[t.box for t in things if t.kind is Kind.IMAGE and iou(t.box, region) > SAME_PLACE] for things in sides]
    return boxes[0] + boxes[1] if all(boxes) else []


def _is_line_of_text(sides: Sides, region: Box) -> bool:
    """Is it text over a picture, read in both pictures? Then the text changed."""
    lines = ((t.box for t in things if t.kind is Kind.LABEL and t.text) for things in sides)
    return all(any(_is_of_line(region, line) for line in near) for near in lines)


def _is_of_line(region: Box, line: Box) -> bool:
    return region.height <= LINE_GROWTH * line.height and (
        share_inside(line, grown(region, REACH_PX)) > 0.8 or share_inside(region, grown(line, REACH_PX)) > 0.8
    )


def _shows_other_picture(scene: Scene, region: Box, density: float, is_picture: bool) -> bool:
    crops = scene.laid[region.slices()], scene.actual[region.slices()]
    if min(region.width, region.height) < SMALL_PICTURE_PX or density < PICTURE_DENSITY:
        return False
    small = max(region.width, region.height) < 2 * MIN_PICTURE_PX
    colours = max(colour_count(crop) for crop in crops)
    square = 0.6 <= region.width / region.height <= 1.7
    if any(is_blank(one, region, other) for one, other in ((scene.laid, scene.actual), (scene.actual, scene.laid))):
        return False
    enough = (square and colours > SMALL_PICTURE_COLOURS and density > 0.5) if small else colours > PICTURE_COLOURS
    return (is_picture or enough) and look_alike(*crops) < PICTURE_LOOK


def colour_count(crop: Picture) -> int:
    """How many coarse colours (16 levels a channel) at least 4 pixels have."""
    pixels = cv2.calcHist([np.ascontiguousarray(crop)], [0, 1, 2], None, [16, 16, 16], [0, 256, 0, 256, 0, 256])
    return int(np.count_nonzero(np.asarray(pixels) >= 4))
