"""Finds moved things: on blank background, over something else, or a little further on."""

import cv2

from vision.boxes import grown, overlap, share_inside
from vision.difference.alignment import traced
from vision.difference.defects.drafts import distance_px, moved_draft
from vision.difference.defects.hunt import Hunt
from vision.difference.defects.scene import MOVED_PX
from vision.difference.matching import Thing, find_again, look_alike
from vision.difference.regions import find_regions
from vision.difference.similarity import grey
from vision.types import Box, DefectType, Picture

# How far a region is searched for a slide within itself, and how alike it must be there.
SLIDE_REACH_PX = 24
SLID_LOOK = 0.9
# Larger regions are searched at reduced size first. A slid region correlates there by far more than this.
LARGE_PX = 250_000
ROUGH_LOOK = 0.4
# On a page with more additions, removals and changes than this, single things are not searched for.
MAX_SEARCHES = 400


def find_landed(hunt: Hunt) -> None:
    """Missing things that may now lie over something else, searched for in the changed pixels."""
    scene, landings = hunt.scene, find_regions(hunt.left)
    drafts = [draft for draft in hunt.drafts if draft.type in (DefectType.MISSING, DefectType.ADDED)]
    if len(drafts) * len(landings) > MAX_SEARCHES:
        return
    for draft in drafts:
        away = draft.type is DefectType.MISSING
        box = draft.reference_box if away else draft.actual_box
        assert box is not None
        one, other = (scene.reference, scene.actual) if away else (scene.actual, scene.laid)
        place = find_again(one, box, other, landings)
        if place is None or (not away and overlap(place, box).area_px):
            continue  # outside the reference, `laid` is the actual: a thing would be found at its own place
        hunt.drafts.remove(draft)
        source, target = (box, place) if away else (traced(place, scene.alignment), box)
        hunt.drafts.append(moved_draft(Thing(source, draft.kind, draft.text), source, target))
        hunt.explain(place)


def find_slid(hunt: Hunt) -> None:
    """Regions whose content moved a little over a background that did not move (a gradient, a photo)."""
    scene = hunt.scene
    for region in find_regions(hunt.left):
        core = grown(region, -SLIDE_REACH_PX)
        if core.width < SLIDE_REACH_PX or core.height < SLIDE_REACH_PX:
            continue
        if core.area_px > LARGE_PX and not _may_have_slid(scene.laid, scene.actual, core):
            continue
        found = find_again(scene.laid, core, scene.actual, [core])
        if found is None or not MOVED_PX <= distance_px(core, found) <= SLIDE_REACH_PX:
            continue
        dx, dy = found.x - core.x, found.y - core.y
        before = overlap(region, region.shifted(-dx, -dy))
        if look_alike(scene.laid[before.slices()], scene.actual[before.shifted(dx, dy).slices()]) < SLID_LOOK:
            continue
        things = [t for t in hunt.before if share_inside(t.box, before) > 0.8] or [Thing(before)]
        hunt.drafts += [moved_draft(t, traced(t.box, scene.alignment), t.box.shifted(dx, dy)) for t in things]
        hunt.explain(region)


def _may_have_slid(laid: Picture, actual: Picture, core: Box) -> bool:
    """A search at a quarter of the size costs 250 times less: what hardly correlates there did not move nearby."""
    around = grown(core, SLIDE_REACH_PX)
    small, window = (
        cv2.resize(grey(picture[box.slices()]), None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
        for picture, box in ((laid, core), (actual, around))
    )
    return float(cv2.matchTemplate(window, small, cv2.TM_CCOEFF_NORMED).max()) > ROUGH_LOOK
