"""What moved with a block without being an element: its background, borders and badges."""

from collections.abc import Sequence

import numpy as np

from vision.boxes import clipped
from vision.difference.alignment import carried
from vision.difference.defects.scene import MOVED_PX, Mask, Scene
from vision.difference.defects.transfers import Transfers
from vision.difference.reach import Reach
from vision.difference.regions import find_regions, is_blank
from vision.types import Box, Picture

# Letters of which less shows are not told from others.
LEAST_SEEN_PX = 6


def with_reaches(laid: Picture, scene: Scene, transfers: Transfers) -> Picture:
    """The laid reference, with what moved along with each block at its new place, and nothing where it was."""
    if not transfers.reaches or scene.moved_px < MOVED_PX:
        return laid
    drawn = laid.copy()
    landed = np.zeros(scene.changed.shape, np.bool_)
    lost = _stand_still(scene, transfers)
    for reach in transfers.reaches:
        place = reach.landing.slices()
        went = reach.move.went_along(reach.box) & ~lost[place]
        np.copyto(drawn[place], scene.actual[place], where=went[..., None])
        landed[place] |= went
    left = _left(scene, transfers.reaches) & scene.changed & ~landed & ~lost
    for region in find_regions(left):
        if is_blank(scene.actual, region, scene.laid):
            here = left[region.slices()]
            drawn[region.slices()][here] = scene.actual[region.slices()][here]
    return drawn


def cut_at_the_end(scene: Scene, reaches: Sequence[Reach]) -> list[Box]:
    """What came into the picture at its lower end (of the actual) behind blocks that went up from there, and of which so little
    shows that nobody could say what it is.
    """
    height = scene.actual.shape[0]
    if scene.reference.shape != scene.actual.shape:
        return []
    ends = [one.box for one in reaches if one.box.bottom == height and one.move.way[0] == 0 and one.move.way[1] < 0]
    pieces = (
        [box for box in find_regions(scene.changed) if box.bottom == height and box.height < LEAST_SEEN_PX]
        if ends
        else []
    )
    return [box for box in pieces if any(box.x >= end.x and box.right <= end.right for end in ends)]


def _stand_still(scene: Scene, transfers: Transfers) -> Mask:
    """Where things were that moved with no block: their changes are reported separately."""
    lost = np.zeros(scene.changed.shape, np.bool_)
    for box in transfers.lost:
        place = carried(box, scene.alignment)
        if place is not None:
            lost[_inside(place, lost).slices()] = True
    return lost


def _left(scene: Scene, reaches: tuple[Reach, ...]) -> Mask:
    """Where the blocks were."""
    left = np.zeros(scene.changed.shape, np.bool_)
    for reach in reaches:
        place = carried(reach.box, scene.alignment)
        if place is not None:
            left[_inside(place, left).slices()] = True
    return left


def _inside(box: Box, mask: Mask) -> Box:
    return clipped(box, mask.shape[1], mask.shape[0])
