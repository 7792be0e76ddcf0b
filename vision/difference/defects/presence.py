"""Finds additions and removals: places that are blank in one picture and drawn in the other."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from vision.boxes import grown, iou, share_inside
from vision.difference.alignment import traced
from vision.difference.colour import commonest
from vision.difference.defects.account import unexplained
from vision.difference.defects.colours import colours_between
from vision.difference.defects.drafts import came_or_went, draft_of
from vision.difference.defects.hunt import Hunt, by_rows, is_borne_out
from vision.difference.defects.scene import (
    OTHER_LETTER,
    PART_SHARE,
    SAME_PLACE,
    SCROLL_BAR_MAX_PX,
    SPECK_PX,
    TEXT_KINDS,
    Mask,
    Scene,
)
from vision.difference.glyphs import find_glyph
from vision.difference.matching import SAME_LOOK, Thing, drawn_box, look_alike
from vision.difference.noise import unlikeness
from vision.difference.regions import find_regions, find_things, ground_colour, ink_mask, is_blank
from vision.types import Box, Defect, DefectType, Picture

# A moved edge or a shadow leaves less than this.
MIN_LEFT_PX = 6
# A smaller thing may be a letter or a mark; a row this many times as high as a thing in it is not a line of text.
MIN_THING_PX = 10
ROW_GROWTH = 1.5
# A dot without a number in it is no larger.
LARGEST_DOT_PX = 12
# Things further from a region than this are not considered as its owner.
NEAR_PX = 8


def find_scroll_bar(hunt: Hunt) -> None:
    """An added or removed scroll bar: a strip along the right edge, of nearly the whole height, with its pale track."""
    bar = _scroll_bar(hunt.scene, hunt.left)
    if bar is None:
        return
    drawn = _upright(hunt.scene.actual, bar) > _upright(hunt.scene.laid, bar)
    boxes = (None, bar) if drawn else (traced(bar, hunt.scene.alignment), None)
    type_ = DefectType.ADDED if drawn else DefectType.MISSING
    hunt.drafts.append(draft_of(type_, boxes[0], boxes[1], None, "", {"part": "scrollbar"}))
    hunt.explain(bar)


def without_scroll_bar(scene: Scene) -> Scene:
    """The scene without the changed pixels of a scroll bar, so that nothing near it includes them."""
    bar = _scroll_bar(scene, scene.changed)
    if bar is None:
        return scene
    changed = scene.changed.copy()
    changed[bar.slices()] = False
    return replace(scene, changed=changed)


def _scroll_bar(scene: Scene, left: Mask) -> Box | None:
    height, width = left.shape
    if width < 4 * SCROLL_BAR_MAX_PX:
        return None
    strip = scene.differing[:, -SCROLL_BAR_MAX_PX:]
    beside = scene.differing[:, -2 * SCROLL_BAR_MAX_PX : -SCROLL_BAR_MAX_PX]
    columns = np.flatnonzero(strip.any(axis=0))
    is_alone = strip.any(axis=1).mean() >= 0.95 and beside.any(axis=1).mean() <= 0.2
    if not is_alone or not left[:, -SCROLL_BAR_MAX_PX:].any():
        return None
    start = width - SCROLL_BAR_MAX_PX + int(columns[0])
    return Box(start, 0, width - start, height)


def _upright(picture: Picture, bar: Box) -> float:
    """How much a strip looks like a scroll bar: uniform along its length, in the colours of a track and a thumb, and
    distinct from the page. A strip of one colour is a margin.
    """
    part, beside = picture[bar.slices()], picture[bar.y : bar.bottom, bar.x - 1]
    if (part == part[0, 0]).all():
        return 0.0
    rows = (2, part.shape[0] // 2, part.shape[0] - 3)
    alike = float(np.mean([(part == part[row]).all(axis=2).mean() for row in rows]))
    return alike * float((part[:, 0] != beside).any(axis=1).mean())


def find_come_and_gone(hunt: Hunt) -> None:
    """Regions that are blank in one picture, unless they are only part of a thing that both have."""
    scene, before, after = hunt.scene, by_rows(hunt.before), by_rows(hunt.after)
    for region in find_regions(hunt.left):
        if np.count_nonzero(hunt.left[region.slices()]) < SPECK_PX:
            continue
        near = grown(region, NEAR_PX)
        is_empty, was_empty = is_blank(scene.actual, region, scene.laid), is_blank(scene.laid, region, scene.actual)
        if not (is_empty or was_empty) or _fills_a_figure(scene, region):
            continue
        if is_empty and was_empty:  # a pale fill is in the picture where it differs more from its surroundings
            is_empty = _contrast(scene.laid, region) >= _contrast(scene.actual, region)
        if is_empty:
            _come_or_gone(hunt, region, DefectType.MISSING, before(near), after(near))
        else:
            _come_or_gone(hunt, region, DefectType.ADDED, after(near), before(near))


def find_badges(hunt: Hunt) -> None:
    """Small filled figures that only one picture has, though what they lie on is no blank ground: a dot on an icon's corner."""
    scene, before, after = hunt.scene, by_rows(hunt.before), by_rows(hunt.after)
    for region in find_regions(hunt.left):
        if is_blank(scene.laid, region, scene.actual) or is_blank(scene.actual, region, scene.laid):
            continue  # find_come_and_gone asks more of these
        stood, stands = _figure(scene.laid, region), _figure(scene.actual, region)
        if stands and _is_laid_over(stands, region, stood, before(region)):
            _tell(hunt, stands, DefectType.ADDED, after(region))
        elif stood and _is_laid_over(stood, region, stands, after(region)):
            _tell(hunt, stood, DefectType.MISSING, before(region))


def _figure(picture: Picture, region: Box) -> Box | None:
    """The figure with a fill of its own at a region: a dot if the region is as small as one and half filled."""
    if max(region.width, region.height) > LARGEST_DOT_PX or min(region.width, region.height) < MIN_LEFT_PX:
        return find_glyph(picture, region)
    fill, ground = commonest(picture[region.slices()].reshape(-1, 3)), ground_colour(picture, region)
    own = ink_mask(picture, region, ground) & ~ink_mask(picture, region, fill.astype(np.int16))
    return region if own.mean() > 0.5 else find_glyph(picture, region)


def _is_laid_over(figure: Box, region: Box, other: Box | None, things: Sequence[Thing]) -> bool:
    """Is the figure all that changed, with nothing of the other picture's `things` within it?"""
    held = any(share_inside(thing.box, grown(figure, 2)) > PART_SHARE for thing in things)
    return iou(figure, region) > SAME_PLACE and not held and (other is None or iou(other, figure) < SAME_PLACE)


def _fills_a_figure(scene: Scene, region: Box) -> bool:
    """Does the region fill a small figure that both pictures have? Then the figure's state changed: a box was ticked."""
    stood = find_glyph(scene.laid, region)
    if stood is None or iou(stood, region) <= SAME_PLACE:
        return False
    stands = find_glyph(scene.actual, region)
    return stands is not None and iou(stood, stands) > SAME_PLACE


def _contrast(picture: Picture, box: Box) -> int:
    """The distance of a box's colour from the colour around it, in levels."""
    own = commonest(picture[box.slices()].reshape(-1, 3)).astype(np.int16)
    return int(np.abs(own - ground_colour(picture, box)).max())


def what_is_left(scene: Scene, drafts: Sequence[Defect]) -> list[Defect]:
    """Unexplained pixels that are drawn in one picture only, or in other colours: a nameless thing was added, removed
    or recoloured.
    """
    told = []
    for one in unexplained(scene, drafts):
        region = one.actual_box
        if region is None or one.area_px < SPECK_PX or min(region.width, region.height) < MIN_LEFT_PX:
            continue
        if is_blank(scene.actual, region, scene.laid):
            told.append(draft_of(DefectType.MISSING, traced(region, scene.alignment), None, None, ""))
        elif is_blank(scene.laid, region, scene.actual):
            told.append(draft_of(DefectType.ADDED, None, region, None, ""))
        elif is_recoloured(scene, region):
            detail = colours_between(scene, region) | {"aspect": "colour"}
            before = traced(region, scene.alignment)
            told.append(draft_of(DefectType.STYLE_CHANGED, before, region, None, "", detail))
    return told


def is_recoloured(scene: Scene, box: Box) -> bool:
    """Do both pictures have the same shapes here, in other colours?"""
    one, two = scene.laid[box.slices()], scene.actual[box.slices()]
    if is_blank(scene.laid, box, scene.actual) or is_blank(scene.actual, box, scene.laid):
        return False
    return abs(look_alike(one, two)) >= SAME_LOOK and float(unlikeness(one, two).max()) < OTHER_LETTER


def _come_or_gone(hunt: Hunt, region: Box, type_: DefectType, things: Sequence[Thing], others: Sequence[Thing]) -> None:
    """`things` are near the region in the picture that has it drawn, `others` in the one that has it blank."""
    scene = hunt.scene
    picture = scene.laid if type_ is DefectType.MISSING else scene.actual
    if not _is_part(region, picture, things) and not _decorates(region, others):
        _tell(hunt, region, type_, things)


def _tell(hunt: Hunt, region: Box, type_: DefectType, things: Sequence[Thing]) -> None:
    inside = [thing for thing in things if share_inside(thing.box, grown(region, 4)) > 0.7]
    inside = inside or [thing for thing in things if iou(thing.box, region) > 0.4]
    place = traced(region, hunt.scene.alignment) if type_ is DefectType.MISSING else region
    hunt.drafts.append(came_or_went(type_, place, inside))
    hunt.explain(region)


def _is_part(region: Box, picture: Picture, things: Sequence[Thing]) -> bool:
    """Is the region only a piece of something larger, such as the end of a line?"""
    around = [thing for thing in things if share_inside(region, grown(thing.box, 2)) > 0.7]
    whole = [drawn_box(picture, thing) for thing in around if is_borne_out(thing, picture)]
    if not whole:
        found = find_things(picture, region)
        whole = (
            [box for box in found if not _stands_beside(region, box)]
            if min(region.width, region.height) >= MIN_THING_PX
            else found
        )
        if found and not whole:
            return False
    return bool(whole) and all(region.area_px < PART_SHARE * box.area_px for box in whole)


def _stands_beside(region: Box, row: Box) -> bool:
    """Is this a small thing in a row of larger ones (an icon beside a picture) rather than a letter of a line?"""
    return row.height > ROW_GROWTH * region.height


def _decorates(region: Box, others: Sequence[Thing]) -> bool:
    """Is it a thin line under or through a text that both pictures have? It belongs to the text."""
    if region.height > 4:
        return False
    return any(
        thing.kind in TEXT_KINDS
        and thing.box.y <= region.y <= thing.box.bottom + 6
        and region.x >= thing.box.x - 4
        and region.right <= thing.box.right + 4
        for thing in others
    )
