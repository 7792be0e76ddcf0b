"""Finds areas in other colours: the page, panels, rows, and the fills of controls."""

from dataclasses import replace

import numpy as np

from vision.boxes import grown, iou, overlap, share_inside
from vision.difference.alignment import traced
from vision.difference.colour import commonest
from vision.difference.defects.drafts import draft_of, parts_of
from vision.difference.defects.hunt import OWN_REACH_PX, Hunt
from vision.difference.defects.overlays import hidden_by_blocks, lay_over
from vision.difference.defects.pairs import HIGHEST_BADGE_PX, WIDEST_BADGE_PX
from vision.difference.defects.scene import FRAMED_KINDS, PICTURES, SAME_LETTERS, TOGGLES, Scene
from vision.difference.defects.signs import keeps_its_sign
from vision.difference.glyphs import MAX_GLYPH_PX
from vision.difference.matching import Thing
from vision.difference.noise import FAINT_LEVELS, unlikeness
from vision.difference.page_restyles import find_page_restyle, looks_restyled
from vision.difference.regions import find_regions, is_blank
from vision.difference.restyles import (
    Restyle,
    coincides,
    find_panels,
    joined_panels,
    stacked_rows,
    striped_rows,
)
from vision.types import Box, DefectType, Kind

# On a restyled page, a smaller panel is part of the page.
LEAST_PANEL_PX = 4000
# A tab, a menu entry or a badge is at most this many times as high as its text.
HIGHEST_ENTRY = 4
# A higher frame is a panel, whatever a detector calls it.
HIGHEST_CONTROL_PX = 64
# Up to this many panels with one pair of colours are reported one by one; rows of a table are joined from this many on.
MOST_PANELS = 4
LEAST_ROWS = 3
# Beside a panel this many columns are checked.
BESIDE_PX = 3
# Inside an area, a thing has its own change if this share of its pixels did not change like the background.
OWN_CHANGE = 0.05


def restyle_page(hunt: Hunt) -> None:
    found = find_page_restyle(hunt.scene.laid, hunt.scene.actual, hunt.left, hidden_by_blocks(hunt))
    if found is not None:
        _restyled(hunt, found)
        hunt.restyle = found


def restyle_remains(hunt: Hunt) -> None:
    """Pixels that a page's restyle does not predict exactly, but whose shapes show through it: on a gradient, in
    pictures.
    """
    scene, found = hunt.scene, hunt.restyle
    if found is None:
        return
    for region in find_regions(hunt.left):
        if looks_restyled(scene.laid, scene.actual, region, found.blur_px):
            hunt.own(region)
    for picture in [t.box for t in hunt.before if t.kind is Kind.IMAGE]:
        box = hunt.inside(picture)
        for block in hunt.new_places:
            box = _largest_side(box, block)
        if box.area_px and looks_restyled(scene.laid, scene.actual, box, found.blur_px):
            hunt.own(hunt.inside(grown(picture, 2)))


def _largest_side(box: Box, block: Box) -> Box:
    """The largest part of a box above, below, left or right of a block."""
    if not overlap(box, block).area_px:
        return box
    sides = (
        Box(box.x, box.y, box.width, max(0, block.y - box.y)),
        Box(box.x, block.bottom, box.width, max(0, box.bottom - block.bottom)),
        Box(box.x, box.y, max(0, block.x - box.x), box.height),
        Box(block.right, box.y, max(0, box.right - block.right), box.height),
    )
    return max(sides, key=lambda side: side.area_px)


def restyle_panels(hunt: Hunt) -> None:
    scene = hunt.scene
    panels: list[Restyle] = []
    taken: list[Box] = []
    controls = [t for t in (*hunt.before, *hunt.after) if t.kind in FRAMED_KINDS | TOGGLES]
    controls = [t for t in controls if t.box.height <= HIGHEST_CONTROL_PX]
    pictures = [t.box for t in (*hunt.before, *hunt.after) if t.kind is Kind.IMAGE]
    for found in find_panels(scene.laid, scene.actual, hunt.left):
        panel = _with_letters(hunt, found)
        if hunt.restyle and panel.box.area_px < LEAST_PANEL_PX:
            continue
        if any(share_inside(panel.box, grown(box, 3)) > 0.8 for box in (*pictures, *taken)):
            continue
        if _is_gone_or_new(scene, panel.box) or _is_end_of_badge(scene, panel.box):
            continue
        control = next((t for t in controls if coincides(panel.box, [t.box])), None)
        if control is not None:
            taken += [panel.box] if _restyled_control(hunt, panel, control) else []
            continue
        if any(share_inside(panel.box, grown(t.box, 3)) > 0.8 for t in controls):
            continue
        if max(panel.box.width, panel.box.height) <= MAX_GLYPH_PX and keeps_its_sign(scene, panel.box, panel.box):
            taken.append(panel.box)
            panels.append(panel)
            continue
        new, gone, kept = _in_panel(hunt, panel)
        if new and not kept:
            taken += [panel.box] if lay_over(hunt, panel.box, DefectType.ADDED) else []
        elif gone and not kept:
            taken += [panel.box] if lay_over(hunt, panel.box, DefectType.MISSING) else []
        elif (label := _only_label(hunt, panel.box)) is not None:
            taken += [panel.box] if _restyled_control(hunt, panel, label) else []
        elif panel.owned_in(panel.box).sum() >= 0.7 * hunt.left[panel.box.slices()].sum():
            panels.append(panel)
            taken.append(panel.box)
    for panel in joined_panels(striped_rows(stacked_rows(panels, LEAST_ROWS)), MOST_PANELS):
        _restyled(hunt, panel)


def _with_letters(hunt: Hunt, panel: Restyle) -> Restyle:
    """The panel including the letters on it, if most of them changed colour with it: a chosen row, white on blue."""
    things = [t for t in hunt.before if share_inside(t.box, panel.box) > 0.8 and t.kind not in PICTURES]
    inked = [hunt.inside(t.box) for t in things if _own_change(hunt, panel, t) >= OWN_CHANGE]
    kept = [box for box in inked if box.area_px and _keeps_its_letters(hunt.scene, box)]
    if not kept or 2 * len(kept) <= len(things):
        return panel
    owned = panel.owned.copy()
    for box in kept:
        own = overlap(grown(box, OWN_REACH_PX), panel.place)
        owned[own.shifted(-panel.place.x, -panel.place.y).slices()] |= hunt.left[own.slices()]
    return replace(panel, owned=owned)


def _keeps_its_letters(scene: Scene, box: Box) -> bool:
    return float(unlikeness(scene.laid[box.slices()], scene.actual[box.slices()]).max()) <= SAME_LETTERS


def _only_label(hunt: Hunt, box: Box) -> Thing | None:
    """The single line of text that fills a small panel in both pictures: a tab, a menu entry, a badge."""
    sides = [[t for t in things if share_inside(t.box, box) > 0.8] for things in (hunt.before, hunt.after)]
    if not all(len(side) == 1 and side[0].kind is Kind.LABEL for side in sides):
        return None
    label = sides[0][0]
    return label if box.height <= HIGHEST_ENTRY * label.box.height else None


def _is_gone_or_new(scene: Scene, box: Box) -> bool:
    """Is it blank in one picture? Then it was added or removed, and is reported as such."""
    return is_blank(scene.actual, box, scene.laid) or is_blank(scene.laid, box, scene.actual)


def _is_end_of_badge(scene: Scene, box: Box) -> bool:
    """The part by which a badge became wider or narrower with its number: both pictures have one colour before it and
    the other one behind it.
    """
    if box.height > HIGHEST_BADGE_PX or box.width > WIDEST_BADGE_PX:
        return False
    width = scene.actual.shape[1]
    ends = [Box(x, box.y, BESIDE_PX, box.height) for x in (box.x - BESIDE_PX, box.right)]
    if any(end.x < 0 or end.right > width for end in ends):
        return False
    pages = scene.laid, scene.actual
    fills = [commonest(page[box.slices()].reshape(-1, 3)).astype(np.int16) for page in pages]
    sides = [[commonest(page[end.slices()].reshape(-1, 3)).astype(np.int16) for page in pages] for end in ends]
    return any(
        all(
            int(np.abs(seen - fill).max()) <= FAINT_LEVELS
            for side, fill in zip(sides, order, strict=True)
            for seen in side
        )
        for order in (fills, fills[::-1])
    )


def _in_panel(hunt: Hunt, panel: Restyle) -> tuple[int, int, int]:
    """How many things in a panel were added, removed, and stayed."""
    before, after = ([t for t in side if share_inside(t.box, panel.box) > 0.8] for side in (hunt.before, hunt.after))
    stays = [t for t in before if _own_change(hunt, panel, t) < OWN_CHANGE]
    gone = [t for t in before if t not in stays and not any(iou(t.box, o.box) > 0.5 for o in after)]
    changed = [t for t in after if _own_change(hunt, panel, t) >= OWN_CHANGE]
    new = [t for t in changed if not any(iou(t.box, o.box) > 0.5 for o in before)]
    return len(new), len(gone), len(stays)


def _own_change(hunt: Hunt, panel: Restyle, thing: Thing) -> float:
    """The share of a thing's pixels that did not change like the panel's background."""
    box = hunt.inside(thing.box)
    return float((hunt.left[box.slices()] & ~panel.owned_in(box)).mean())


def _restyled_control(hunt: Hunt, panel: Restyle, control: Thing) -> bool:
    """A control whose fill changed, with the same words in it."""
    scene, box = hunt.scene, hunt.inside(panel.box)
    inner = hunt.inside(grown(box, -3))
    if not inner.area_px:
        return False
    if not _keeps_its_letters(scene, inner):
        return False
    detail = {"before": panel.before, "after": panel.after, "delta_e": round(panel.delta_e, 1), "aspect": "colour"}
    place = control.box if iou(control.box, box) > 0.6 else box
    before = traced(place, scene.alignment)
    hunt.drafts.append(draft_of(DefectType.STYLE_CHANGED, before, place, control.kind, control.text, detail))
    hunt.explain(place, box)
    return True


def _restyled(hunt: Hunt, found: Restyle) -> None:
    scene = hunt.scene
    inside = [t for t in hunt.before if share_inside(t.box, found.box) > 0.8]
    inside = [t for t in inside if found.owned_in(hunt.inside(t.box)).any()]
    detail = {"before": found.before, "after": found.after, "delta_e": round(found.delta_e, 1), "aspect": "colour"}
    detail |= {"elements": parts_of(inside), "area": True}
    if found.blur_px:
        detail["blur_px"] = found.blur_px
    before = traced(found.box, scene.alignment)
    hunt.drafts.append(draft_of(DefectType.STYLE_CHANGED, before, found.box, None, "", detail))
    hunt.own(found.place, found.owned)
