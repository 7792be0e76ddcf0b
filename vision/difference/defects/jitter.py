"""Removes jitter, which is not a move: edges and letters painted between pixels after a push, and things one pixel
further on.
"""

from dataclasses import replace

import cv2
import numpy as np

from vision.boxes import clipped, grown
from vision.difference.defects.scene import MOVED_PX, Scene
from vision.difference.matching import drawn_between
from vision.difference.noise import FAINT_LEVELS
from vision.difference.regions import find_regions
from vision.types import Box, Noise, NoiseReason

# The margin around a region, so that an edge can be found a pixel further on.
ROOM_PX = 3
# A region of more than this share of the page is more than jitter.
LARGEST_SHARE = 0.25
# Mean colours over a window of a letter's size that differ by less are the same; a hairline that moved by a pixel comes
# close to it.
WINDOW_PX = 9
COLOUR_LEVELS = 24
# After a move by one pixel, as much is uncovered as is covered, to this share.
CONSERVED = 0.1


def without_jitter(scene: Scene) -> tuple[Scene, tuple[Noise, ...]]:
    """The scene without changed regions that only moved by one pixel, or between pixels in a pushed part of the page;
    and those regions.
    """
    if scene.moved_px < MOVED_PX:
        return scene, ()
    pushed = any((band.dx, band.dy) != (scene.alignment.dx, scene.alignment.dy) for band in scene.alignment.bands)
    changed, noise = scene.changed.copy(), []
    for region in find_regions(scene.changed):
        if region.area_px >= LARGEST_SHARE * changed.size:
            continue
        if _stands_a_pixel_further(scene, region) or (pushed and _is_jitter(scene, region)):
            noise.append(Noise(NoiseReason.JITTER, region, int(np.count_nonzero(changed[region.slices()]))))
            changed[region.slices()] = False
    return replace(scene, changed=changed), tuple(noise)


def _stands_a_pixel_further(scene: Scene, region: Box) -> bool:
    """Is it the same, one pixel further on? What only grew by a pixel is still in its place: its ink is not conserved."""
    height, width = scene.changed.shape
    after = scene.actual[region.slices()].astype(np.int16)
    step = after - scene.laid[region.slices()]
    if np.abs(step.sum(axis=(0, 1))).max() > CONSERVED * np.abs(step).sum(axis=(0, 1)).max():
        return False
    places = [region.shifted(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if (dx, dy) != (0, 0)]
    inside = (place for place in places if clipped(place, width, height) == place)
    return any(int(np.abs(after - scene.laid[place.slices()]).max()) <= FAINT_LEVELS for place in inside)


def _is_jitter(scene: Scene, region: Box) -> bool:
    place = clipped(grown(region, ROOM_PX), scene.changed.shape[1], scene.changed.shape[0])
    one, two = scene.laid[place.slices()], scene.actual[place.slices()]
    means = (cv2.blur(part, (WINDOW_PX, WINDOW_PX)).astype(np.int16) for part in (one, two))
    return int(np.abs(np.subtract(*means)).max()) < COLOUR_LEVELS and drawn_between(one, two)
