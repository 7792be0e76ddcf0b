"""Lines: a border added around a card, a focus ring, a removed rule. Nothing but a thin outline changed."""

from collections.abc import Sequence

import cv2
import numpy as np

from vision.boxes import clipped, grown, iou, share_inside, union
from vision.difference.alignment import traced
from vision.difference.defects.colours import colours_between
from vision.difference.defects.drafts import draft_of
from vision.difference.defects.hunt import Hunt, Near, by_rows
from vision.difference.defects.scene import FRAMED_KINDS, PICTURES, Mask
from vision.difference.glyphs import MAX_GLYPH_PX
from vision.difference.matching import Thing
from vision.difference.regions import (
    FRAME_CLOSED,
    edge_energy,
    find_regions,
    ground_colour,
    has_ink,
    is_blank,
    is_closed,
)
from vision.types import Box, DefectType, Kind, Picture

# A rule is at most this thick, and at least this long.
THICKEST_PX = 3
SHORTEST_PX = 24
# An underline is at most this far below its text's box.
UNDERLINE_PX = 6
# Inside an outline at most this many pixels changed as well.
HOLLOW_PX = 8
# What covers an outline leaves at least this share of its sides.
LEAST_SIDE = 0.3
# A border with its rounded corners lies within this of the edge.
RING_PX = 5
# A change of more of the box than this is a fill.
MOST_OF_RING = 0.5


def find_outlines(hunt: Hunt) -> None:
    sides, lines = (by_rows(hunt.before), by_rows(hunt.after)), _labels(hunt)
    for region in _joined_rings(hunt.left, find_regions(hunt.left)):
        changed = _touching_the_edge(hunt.left[region.slices()])
        if (
            _is_ring(changed)
            and _is_hollow(changed)
            and _is_one_outline(hunt, region)
            and not _came_or_resized(hunt, region, [near(region) for near in sides])
        ):
            _outline(hunt, region, [thing for near in sides for thing in near(region)])
            hunt.own(region, changed) if _holds_more(hunt.left[region.slices()], changed) else hunt.explain(region)
        elif _is_rule(region, changed):
            _rule(hunt, region, _underlined(lines(region), region))


def _touching_the_edge(changed: Mask) -> Mask:
    """The changed pixels connected to those along the sides: what else changed in a card is not part of its border."""
    if changed.mean() > MOST_OF_RING or max(changed.shape) <= MAX_GLYPH_PX:
        return changed
    labels = cv2.connectedComponents(changed.view(np.uint8))[1]
    ends = (labels[:RING_PX], labels[-RING_PX:], labels[:, :RING_PX], labels[:, -RING_PX:])
    border = np.unique(np.concatenate([end.ravel() for end in ends]))
    return np.asarray(np.isin(labels, border[border > 0]))


def _holds_more(left: Mask, ring: Mask) -> bool:
    return bool(np.count_nonzero(left & ~ring) > HOLLOW_PX)


def _labels(hunt: Hunt) -> Near:
    """Looks up the labels that a rule may underline or strike through."""
    labels = [thing for thing in hunt.before if thing.kind is Kind.LABEL]
    reach = max([UNDERLINE_PX, *(thing.box.height for thing in labels)])
    near = by_rows(labels)
    return lambda rule: near(Box(rule.x, rule.y - reach, rule.width, rule.height + reach))


def _joined_rings(left: Mask, regions: list[Box]) -> list[Box]:
    """The regions, with the upper and lower part of one outline joined if a picture as wide as its card separates them."""
    joined: list[Box] = []
    for region in sorted(regions, key=lambda box: (box.x, box.right, box.y)):
        above = joined[-1] if joined else None
        if above and (above.x, above.right) == (region.x, region.right) and above.bottom < region.y:
            whole = union((above, region))
            if _is_ring(left[whole.slices()]) and _is_hollow(left[whole.slices()]):
                joined[-1] = whole
                continue
        joined.append(region)
    return joined


def _is_ring(changed: Mask) -> bool:
    """Is an outline closed, or drawn at its top and bottom and along part of its sides?"""
    if is_closed(changed):
        return True
    height, width = changed.shape
    if min(height, width) < SHORTEST_PX:
        return False
    across = slice(width // 4, width - width // 4)
    ends = changed[:RING_PX, across], changed[-RING_PX:, across]
    if any(np.median(np.count_nonzero(end, axis=0)) > THICKEST_PX for end in ends):
        return False  # a fill that grew at its top and bottom
    sides = changed[:, :RING_PX], changed[:, -RING_PX:]
    closed = all(end.any(axis=0).mean() > FRAME_CLOSED for end in ends)
    return closed and all(side.any(axis=1).mean() > LEAST_SIDE for side in sides)


def _is_one_outline(hunt: Hunt, region: Box) -> bool:
    """Were sides only added, or only removed? If one frame lost what another got, it is not one outline."""
    ways = {_way_of(hunt, _changed_part(hunt.left, side)) for side in _sides(region)}
    return len(ways - {"both"}) <= 1


def _changed_part(left: Mask, side: Box) -> Box:
    """The longest stretch of a side that changed."""
    is_upright = side.height > side.width
    lines = left[side.slices()].any(axis=1 if is_upright else 0)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], lines, [False]))))
    if not len(edges):
        return side
    start, stop = max(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True), key=lambda run: run[1] - run[0])
    if is_upright:
        return Box(side.x, side.y + start, side.width, stop - start)
    return Box(side.x + start, side.y, stop - start, side.height)


def _sides(box: Box) -> list[Box]:
    deep = min(3, box.width, box.height)
    across, down = Box(box.x, box.y, box.width, deep), Box(box.x, box.y, deep, box.height)
    return [across, down, across.shifted(0, box.height - deep), down.shifted(box.width - deep, 0)]


def _way_of(hunt: Hunt, side: Box) -> str:
    """Which picture has more ink along a side."""
    before, after = (
        edge_energy(picture, _with_edges(side, picture)) for picture in (hunt.scene.laid, hunt.scene.actual)
    )
    if min(before, after) >= 0.4 * max(before, after):
        return "both"
    return "came" if after > before else "went"


def _with_edges(box: Box, picture: Picture) -> Box:
    return clipped(grown(box, 1), picture.shape[1], picture.shape[0])


def _came_or_resized(hunt: Hunt, region: Box, near: Sequence[Sequence[Thing]]) -> bool:
    """The frame of a control that was added, removed or resized: more than its outline changed. An empty frame that was
    added or removed is a thing, not a border.
    """
    if _is_empty(hunt, region) and _came_or_went(hunt, region):
        return True
    sides = [[t for t in things if t.kind in FRAMED_KINDS and iou(t.box, region) > 0.5] for things in near]
    if bool(sides[0]) != bool(sides[1]):
        return _came_or_went(hunt, region)
    return bool(sides[0]) and not any(_is_one_size(a.box, b.box) for a in sides[0] for b in sides[1])


def _came_or_went(hunt: Hunt, region: Box) -> bool:
    scene = hunt.scene
    return is_blank(scene.actual, region, scene.laid) or is_blank(scene.laid, region, scene.actual)


def _is_empty(hunt: Hunt, region: Box) -> bool:
    """Is nothing drawn inside, in either picture?"""
    inside = grown(region, -RING_PX)
    pictures = (hunt.scene.laid, hunt.scene.actual)
    return not inside.area_px or not any(
        has_ink(picture, inside, ground_colour(picture, inside)) for picture in pictures
    )


def _is_one_size(one: Box, other: Box) -> bool:
    return abs(one.width - other.width) <= 8 and abs(one.height - other.height) <= 8 and iou(one, other) > 0.7


def _is_hollow(changed: Mask) -> bool:
    height, width = changed.shape
    deep = max(3, min(8, min(height, width) // 6))
    inside = changed[deep:-deep, deep:-deep]
    return bool(inside.size and np.count_nonzero(inside) <= HOLLOW_PX)


def _is_rule(region: Box, changed: Mask) -> bool:
    low, long = sorted((region.width, region.height))
    return low <= THICKEST_PX and long >= SHORTEST_PX and bool(changed.mean() > 0.6)


def _outline(hunt: Hunt, region: Box, near: Sequence[Thing]) -> None:
    """The change of a border, named after the element or panel that it surrounds."""
    scene = hunt.scene
    owner = _owner(near, region)
    box = owner.box if owner else region
    detail = colours_between(scene, region) | {"aspect": "outline"}
    kind, text = (owner.kind, owner.text) if owner else (None, "")
    hunt.drafts.append(draft_of(DefectType.STYLE_CHANGED, traced(box, scene.alignment), box, kind, text, detail))


def _owner(near: Sequence[Thing], region: Box) -> Thing | None:
    """The element directly inside the outline, if both pictures have it."""
    fitting = [t for t in near if t.kind in FRAMED_KINDS and _fits(t.box, region)]
    fitting += [t for t in near if t.kind in PICTURES and _fits(t.box, region) and _surrounds(region, t.box)]
    return max(fitting, key=lambda thing: iou(thing.box, region), default=None)


def _surrounds(ring: Box, box: Box) -> bool:
    """Does the ring run along all sides of the box? A ring around a chart and its heading belongs to the card."""
    sides = (ring.x - box.x, ring.y - box.y, ring.right - box.right, ring.bottom - box.bottom)
    return max(abs(side) for side in sides) <= RING_PX


def _fits(box: Box, region: Box) -> bool:
    return share_inside(box, grown(region, 3)) > 0.95 and iou(box, region) > 0.5


def _underlined(labels: Sequence[Thing], rule: Box) -> Thing | None:
    """The line of text that a rule underlines or strikes through, or the tab that it marks."""
    lines = [t for t in labels if t.box.y <= rule.y]
    near = [t for t in lines if rule.y <= t.box.bottom + UNDERLINE_PX]
    own = next((t for t in near if rule.x >= t.box.x - 4 and rule.right <= t.box.right + 4), None)
    return own or next((t for t in lines if _is_mark_of(rule, t.box)), None)


def _is_mark_of(rule: Box, text: Box) -> bool:
    """Is the line as wide as the text and its padding, equal on both sides, and no further below than a line?"""
    left, right = text.x - rule.x, rule.right - text.right
    is_padding = min(left, right) >= 0 and abs(left - right) <= UNDERLINE_PX and max(left, right) <= 2 * text.height
    return is_padding and rule.y <= text.bottom + text.height


def _rule(hunt: Hunt, region: Box, text: Thing | None) -> None:
    """A change of a line under or through a text, or of a rule."""
    scene = hunt.scene
    if text is not None:
        detail = colours_between(scene, region) | {"aspect": "shape"}
        draft = draft_of(
            DefectType.STYLE_CHANGED, traced(text.box, scene.alignment), text.box, text.kind, text.text, detail
        )
    elif is_blank(scene.laid, region, scene.actual):
        draft = draft_of(DefectType.ADDED, None, region, None, "", {"part": "line"})
    elif is_blank(scene.actual, region, scene.laid):
        draft = draft_of(DefectType.MISSING, traced(region, scene.alignment), None, None, "", {"part": "line"})
    else:
        return
    hunt.drafts.append(draft)
    hunt.explain(region)
