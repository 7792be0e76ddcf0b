"""Blocks laid over the page, or removed from it: dialogs, menus, toasts and banners with their contents."""

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import grown, iou, overlap, share_inside, union
from vision.difference.alignment import traced
from vision.difference.colour import Codes, colour_codes, common_codes
from vision.difference.defects.drafts import came_or_went, draft_of, parts_of
from vision.difference.defects.hunt import Hunt
from vision.difference.defects.scene import FRAMED_KINDS, PICTURES, Mask
from vision.difference.matching import Thing
from vision.difference.similarity import channel_step, grey
from vision.types import Box, Defect, DefectType, Picture

# A block is at least this large; smaller things are elements.
MIN_BLOCK_PX = 2400
MIN_BLOCK_SIDE_PX = 24
# A block is at most this share of the picture; its ground is at least this share of it, and one of the commonest colours there.
LARGEST_BLOCK = 0.6
GROUND_SHARE = 0.4
MOST_GROUNDS = 12
# At least one tile of this size in a block has this share of its background.
TILE_PX = MIN_BLOCK_SIDE_PX // 2
TILE_SHARE = 0.3
# A side is an edge if the colour changes by this many levels along this share of it.
STEP_LEVELS = 3
ENDS_SHARE = 0.75
BORDER_PX = 2
# A thing with a smaller changed share is unchanged.
UNCHANGED_SHARE = 0.02
# Two blurred things this alike are the same.
SAME_SHAPES = 0.8
# A block's shadow reaches this far, and changes slowly: within this blur, to so many levels.
SHADOW_PX = 64
SHADOW_BLUR_PX = 4.0
SHADOW_LEVELS = 10

Block = tuple[Box, DefectType]
"""An area, and whether it came or went."""


def find_blocks(hunt: Hunt) -> None:
    """Flat areas with text and an outline that only one picture has: dialogs, menus, toasts, bars."""
    scene = hunt.scene
    actual, laid = colour_codes(scene.actual), colour_codes(scene.laid)
    came, went = _flat_areas(actual, laid), _flat_areas(laid, actual)
    found = [(box, DefectType.ADDED) for box in came if _is_laid_on(scene.actual, scene.laid, box)]
    found += [(box, DefectType.MISSING) for box in went if _is_laid_on(scene.laid, scene.actual, box)]
    new = {block: _net_new(hunt, *block) for block in found}
    hidden = {block for block in found if _is_under_another(block, [other for other in found if new[other] > 0])}
    for box, type_ in sorted(found, key=lambda block: (block in hidden, -new[block], -block[0].area_px)):
        if not any(overlap(box, other).area_px for other in hunt.new_places):
            lay_over(hunt, box, type_)


def _is_under_another(block: Block, others: list[Block]) -> bool:
    """What one picture has where the other has a larger block is covered by that block, however much stands on it."""
    return any(type_ is not block[1] and share_inside(block[0], box) == 1 and box != block[0] for box, type_ in others)


def _flat_areas(codes: Codes, others: Codes) -> list[Box]:
    """The boxes of connected pixels of one exact colour that fill most of their box, and stacks of them. A colour that
    fills the same pixels in the other picture is left out, though text on a block may hide some of its background.
    """
    boxes = []
    for code in common_codes(codes, MIN_BLOCK_PX, MOST_GROUNDS):
        flat = codes == code
        if not np.array_equal(flat, others == code):
            boxes += _boxes_of(flat)
    return boxes + _stacks(boxes)


def _boxes_of(flat: Mask) -> list[Box]:
    """Connected areas as large as a block that fill enough of their boxes."""
    if not _fills_anything(flat):
        return []
    stats = cv2.connectedComponentsWithStats(flat.view(np.uint8), connectivity=4)[2][1:]
    _, _, width, height, count = stats.T
    area = width * height
    is_block = (area >= MIN_BLOCK_PX) & (area <= LARGEST_BLOCK * flat.size)
    is_block &= (np.minimum(width, height) >= MIN_BLOCK_SIDE_PX) & (count >= GROUND_SHARE * area)
    return [Box(*row) for row in stats[is_block, :4].tolist()]


def _fills_anything(flat: Mask) -> bool:
    """Is there a tile with as much of a colour as the fullest tile of a block? Text colours have none: this is far
    faster than finding connected areas.
    """
    filled = cv2.blur(flat.view(np.uint8) * np.uint8(255), (TILE_PX, TILE_PX), borderType=cv2.BORDER_CONSTANT)
    return int(np.asarray(filled).max()) >= 255 * TILE_SHARE


def _stacks(boxes: list[Box]) -> list[Box]:
    """Stacked areas of one width: a menu with a chosen entry, a dialog with a header."""
    stacks: list[list[Box]] = []
    for box in sorted(boxes, key=lambda one: one.y):
        mate = next((one for one in stacks if _goes_on(one[-1], box)), None)
        if mate is None:
            stacks.append([box])
        else:
            mate.append(box)
    return [union(stack) for stack in stacks if len(stack) > 1]


def _goes_on(above: Box, below: Box) -> bool:
    gaps = (above.x - below.x, above.right - below.right, above.bottom - below.y)
    return max(abs(gap) for gap in gaps) <= BORDER_PX


def _is_laid_on(picture: Picture, other: Picture, box: Box) -> bool:
    """Does the area end at its sides in this picture, and not in the other? Sides at the picture's edge do not count;
    one of three or four may coincide with a line of the page.
    """
    page = Box(0, 0, picture.shape[1], picture.shape[0])
    asked = [side for side in _sides(box) if overlap(side.outer, page) == side.outer]
    new = sum(side.steps(picture) > ENDS_SHARE and side.steps(other) < ENDS_SHARE for side in asked)
    return new >= max(1, len(asked) - (len(asked) > 2))


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of an area, its round corners aside: the outermost line outside, and the way in."""

    outer: Box
    way: tuple[int, int]

    def steps(self, picture: Picture) -> float:
        """Share of the side where the colour steps within the border's width."""
        lines = [self.outer.shifted(at * self.way[0], at * self.way[1]) for at in range(BORDER_PX + 2)]
        parts = np.stack([picture[line.slices()] for line in lines])
        return float(np.mean(channel_step(parts.max(axis=0), parts.min(axis=0)) >= STEP_LEVELS))


def _sides(box: Box) -> list[_Side]:
    x, y = box.x + box.width // 8, box.y + box.height // 4
    across, down = box.width - 2 * (box.width // 8), box.height - 2 * (box.height // 4)
    return [
        _Side(Box(x, box.y - BORDER_PX, across, 1), (0, 1)),
        _Side(Box(x, box.bottom + BORDER_PX - 1, across, 1), (0, -1)),
        _Side(Box(box.x - BORDER_PX, y, 1, down), (1, 0)),
        _Side(Box(box.right + BORDER_PX - 1, y, 1, down), (-1, 0)),
    ]


def lay_over(hunt: Hunt, region: Box, type_: DefectType) -> bool:
    """A block with something in it, which one picture has."""
    inside, others = _inside(hunt, region, type_)
    if all(t.kind in PICTURES for t in inside) or _is_one_control(inside, region):
        return False
    if _net_new(hunt, region, type_) <= 0:
        return False
    place = traced(region, hunt.scene.alignment) if type_ is DefectType.MISSING else region
    draft = came_or_went(type_, place, [t for t in inside if t.box != region])
    hunt.drafts.append(replace(draft, detail=draft.detail | {"block": True}))
    covered = [t for t in others if _changed_share(hunt, t) > UNCHANGED_SHARE]
    if covered:
        hunt.drafts.append(_covered(hunt, type_, covered))
    hunt.explain(region)
    hunt.before = [thing for thing in hunt.before if not _is_in(thing, region)]
    hunt.after = [thing for thing in hunt.after if not _is_in(thing, region)]
    hunt.left_places.append(region)
    hunt.new_places.append(region)
    return True


def _inside(hunt: Hunt, region: Box, type_: DefectType) -> tuple[list[Thing], list[Thing]]:
    """The things in a region of the picture that may have a block there, and those of the other picture."""
    before, after = ([t for t in things if _is_in(t, region)] for things in (hunt.before, hunt.after))
    return (after, before) if type_ is DefectType.ADDED else (before, after)


def _net_new(hunt: Hunt, region: Box, type_: DefectType) -> int:
    """The number of a block's new things less those in both pictures; one may by chance look or read like what it
    covers.
    """
    inside, others = _inside(hunt, region, type_)
    told = [t for t in inside if t.kind not in PICTURES]
    return sum(-1 if _shows_on_both(hunt, t) or _persists(t, others) else 1 for t in told)


def find_shadows(hunt: Hunt) -> None:
    """The shadow around a block: pixels that became darker or lighter by a smoothly changing factor."""
    scene, restyle = hunt.scene, hunt.restyle
    drawn, target = (scene.laid, scene.actual) if restyle is None else (restyle.drawn, restyle.target)
    for block in list(hunt.new_places):
        place = hunt.inside(grown(block, SHADOW_PX))
        if drawn is not None and target is not None:
            free = np.ones((place.height, place.width), np.float32)
            for other in hunt.new_places:
                free[_within(place, other)] = 0
            hunt.own(place, _shaded(drawn[place.slices()], target[place.slices()], free))


def hidden_by_blocks(hunt: Hunt) -> Mask:
    """The pixels under a block, and under most of its shadow."""
    hidden = hunt.explained.copy()
    for block in hunt.new_places:
        hidden[hunt.inside(grown(block, SHADOW_PX // 2)).slices()] = True
    return hidden


def _within(place: Box, box: Box) -> tuple[slice, slice]:
    return overlap(place, grown(box, BORDER_PX)).shifted(-place.x, -place.y).slices()


def _shaded(drawn: Picture, target: Picture, free: NDArray[np.float32]) -> Mask:
    """Where the second picture is the first times the mean factor around."""
    one, two = (picture.astype(np.float32) + 1 for picture in (drawn, target))
    means = [cv2.GaussianBlur(picture * free[..., None], (0, 0), SHADOW_BLUR_PX) for picture in (one, two)]
    factor = means[1].sum(axis=2) / np.maximum(means[0].sum(axis=2), 1e-3)
    return np.asarray(np.abs(one * factor[..., None] - two).max(axis=2) <= SHADOW_LEVELS)


def _changed_share(hunt: Hunt, thing: Thing) -> float:
    return float(hunt.left[hunt.inside(thing.box).slices()].mean())


def _shows_on_both(hunt: Hunt, thing: Thing) -> bool:
    """Is the thing in both pictures, unchanged or blurred, dimmed or inverted?"""
    if _changed_share(hunt, thing) < UNCHANGED_SHARE:
        return True
    place = hunt.inside(grown(thing.box, 4)).slices()
    one, two = (_shapes(picture[place]) for picture in (hunt.scene.laid, hunt.scene.actual))
    return abs(float((one * two).sum())) > SAME_SHAPES * math.sqrt(float((one * one).sum() * (two * two).sum()))


def _shapes(picture: Picture) -> NDArray[np.float32]:
    """The light between a fine and a coarse blur, without letters' edges and the background's slope."""
    light = grey(picture).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(light, (0, 0), 4.0) - cv2.GaussianBlur(light, (0, 0), 12.0), np.float32)


def _persists(thing: Thing, others: list[Thing]) -> bool:
    """Is the same thing, by its words, in the other picture as well?"""
    same = [o.box for o in others if len(thing.text) > 2 and thing.text == o.text]
    return any(
        iou(thing.box, b) > 0.3 or max(share_inside(thing.box, b), share_inside(b, thing.box)) > 0.8 for b in same
    )


def _covered(hunt: Hunt, type_: DefectType, things: list[Thing]) -> Defect:
    """The things that the block hides, or hid: one entry that follows from it."""
    box = union(thing.box for thing in things)
    parts = parts_of(things)
    if type_ is DefectType.ADDED:
        gone = traced(box, hunt.scene.alignment)
        return draft_of(DefectType.MISSING, gone, None, None, "", {"parts": parts, "covered": True})
    return draft_of(DefectType.ADDED, None, box, None, "", {"parts": parts, "covered": True})


def _is_one_control(inside: list[Thing], region: Box) -> bool:
    return any(t.kind in FRAMED_KINDS and share_inside(region, grown(t.box, 4)) > 0.8 for t in inside)


def _is_in(thing: Thing, region: Box) -> bool:
    return share_inside(thing.box, grown(region, 2)) > 0.7
