"""Blocks laid over the page, or taken from it: a dialog, a menu, a toast, a banner, with everything in them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.blobs import blob_boxes
from vision.boxes import clipped, grown, iou, share_inside, union
from vision.difference.alignment import traced
from vision.difference.colour import commonest
from vision.difference.containers import panel_around
from vision.difference.defects.drafts import came_or_went, draft_of, parts_of
from vision.difference.defects.hunt import Hunt
from vision.difference.defects.scene import FRAMED_KINDS, PICTURES
from vision.difference.matching import Thing
from vision.difference.regions import FLAT_LEVELS, find_regions, ink_mask
from vision.groups import clusters
from vision.types import Box, Defect, DefectType, Kind, Picture

# A block is at least this large; smaller things are elements.
MIN_BLOCK_PX = 2400
MIN_BLOCK_SIDE_PX = 24
# Entries of a menu stand this near to each other; one new thing alone is no block.
CLUSTER_GAP_PX = 40
MIN_ENTRIES, MOST_ENTRIES = 2, 200
# A block's shadow reaches this far.
SHADOW_PX = 28
SHADOW_LEVELS = 72


def find_overlays(hunt: Hunt) -> None:
    """Changed regions that have a frame or a ground of their own in one picture only, and elements in it."""
    for region in find_regions(hunt.left):
        if region.area_px < MIN_BLOCK_PX or min(region.width, region.height) < MIN_BLOCK_SIDE_PX:
            continue
        scene = hunt.scene
        before, after = panel_in(scene.laid, region), panel_in(scene.actual, region)
        if after and not (before and iou(before, after) > 0.5):
            lay_over(hunt, after, DefectType.ADDED, region)
        elif before and not (after and iou(before, after) > 0.5):
            lay_over(hunt, before, DefectType.MISSING, region)


def find_new_panels(hunt: Hunt) -> None:
    """Panels that hold things only one picture has: a menu over a page of the same colour shows by its entries and its edges."""
    if hunt.is_restyled:
        return  # everything behind the block changed; what the restyle does not predict was looked at already
    for type_, things, others, one, two in (
        (DefectType.ADDED, hunt.after, hunt.before, hunt.scene.actual, hunt.scene.laid),
        (DefectType.MISSING, hunt.before, hunt.after, hunt.scene.laid, hunt.scene.actual),
    ):
        new = [t.box for t in things if _is_new(hunt, t, others)]
        for cluster in clusters(new, CLUSTER_GAP_PX):
            if len(cluster) < MIN_ENTRIES or len(cluster) > MOST_ENTRIES:
                continue
            panel = panel_around(one, cluster)
            if panel is None or panel.area_px < MIN_BLOCK_PX or min(panel.width, panel.height) < MIN_BLOCK_SIDE_PX:
                continue
            there = panel_around(two, cluster)
            if there is None or iou(there, panel) < 0.7:
                lay_over(hunt, panel, type_, grown(panel, SHADOW_PX))


def _is_new(hunt: Hunt, thing: Thing, others: list[Thing]) -> bool:
    if thing.kind in (Kind.IMAGE, Kind.ICON) or hunt.left[hunt.inside(thing.box).slices()].mean() < 0.03:
        return False
    return not any(iou(thing.box, other.box) > 0.5 for other in others)


def lay_over(hunt: Hunt, region: Box, type_: DefectType, reach: Box | None = None) -> bool:
    """A block with something in it, which one picture has. `reach` is what its shadow covers as well."""
    things, others = (hunt.after, hunt.before) if type_ is DefectType.ADDED else (hunt.before, hunt.after)
    inside = [thing for thing in things if _is_in(thing, region)]
    if len([t for t in inside if t.kind not in PICTURES]) < 1 or _is_one_control(inside, region):
        return False
    if any(_persists(t, inside) for t in others if _is_in(t, region)):
        return False
    place = traced(region, hunt.scene.alignment) if type_ is DefectType.MISSING else region
    hunt.drafts.append(came_or_went(type_, place, [t for t in inside if t.box != region]))
    _explain_partly_hidden(hunt, others, region)
    covered = [t for t in others if _is_in(t, region) and hunt.left[hunt.inside(t.box).slices()].mean() > 0.02]
    if covered:
        hunt.drafts.append(_covered(hunt, type_, covered))
    hunt.explain(region)
    if reach is not None:
        _explain_shadow(hunt, reach)
    hunt.before = [thing for thing in hunt.before if not _is_in(thing, region)]
    hunt.after = [thing for thing in hunt.after if not _is_in(thing, region)]
    hunt.left_places.append(region)
    hunt.new_places.append(region)
    return True


def _explain_partly_hidden(hunt: Hunt, things: list[Thing], region: Box) -> None:
    """What stands partly under the block changed only by that."""
    for thing in things:
        if (
            thing.kind is not Kind.IMAGE
            and 0.02 < share_inside(thing.box, region) <= 0.7
            and thing.box.area_px < region.area_px
        ):
            hunt.explain(thing.box)


def _explain_shadow(hunt: Hunt, reach: Box) -> None:
    """Around the block, what only became darker or lighter, softly."""
    place = hunt.inside(reach).slices()
    step = np.abs(hunt.scene.actual[place].astype(np.int16) - hunt.scene.laid[place]).max(axis=2)
    soft = step < SHADOW_LEVELS
    hunt.explained[place] |= soft & hunt.left[place]
    hunt.left[place] &= ~soft


def _persists(thing: Thing, others: list[Thing]) -> bool:
    """Is the very thing on the other side as well, by its words?"""
    same = [o.box for o in others if len(thing.text) > 2 and thing.text == o.text]
    return any(
        iou(thing.box, b) > 0.3 or max(share_inside(thing.box, b), share_inside(b, thing.box)) > 0.8 for b in same
    )


def _covered(hunt: Hunt, type_: DefectType, things: list[Thing]) -> Defect:
    """What the block hides, or hid: one entry that follows from it."""
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


def panel_in(picture: Picture, region: Box) -> Box | None:
    """The area of one flat ground that fills most of a region and ends on at least three sides (or at the picture's edge)."""
    ground = commonest(picture[region.slices()].reshape(-1, 3))
    flat = ~ink_mask(picture, region, ground.astype(np.int16), FLAT_LEVELS)
    closed = cv2.morphologyEx(flat.view(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 25), np.uint8))
    closed = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((8, 8), np.uint8))
    boxes = [box.shifted(region.x, region.y) for box in blob_boxes(np.asarray(closed, np.uint8))]
    best = max(boxes, key=lambda box: box.area_px, default=None)
    if best is None or best.area_px < MIN_BLOCK_PX or best.area_px < 0.4 * region.area_px:
        return None
    if flat[best.shifted(-region.x, -region.y).slices()].mean() < 0.5:
        return None
    return best if _ends_on_sides(picture, best, ground) >= 3 else None


def _ends_on_sides(picture: Picture, box: Box, ground: NDArray[np.uint8]) -> int:
    height, width = picture.shape[:2]
    lines = (
        Box(box.x, box.y - 2, box.width, 2), Box(box.x, box.bottom, box.width, 2),
        Box(box.x - 2, box.y, 2, box.height), Box(box.right, box.y, 2, box.height),
    )  # fmt: skip
    ends = 0
    for line in lines:
        inside = clipped(line, width, height)
        if not inside.area_px:
            ends += 1
            continue
        step = np.abs(picture[inside.slices()].astype(np.int16) - ground).max(axis=2).max(axis=int(line.width == 2))
        ends += bool(np.mean(step >= 3) > 0.75)
    return ends
