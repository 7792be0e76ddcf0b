"""A whole page's text in another typeface or colour: one cause, reported once, before single lines are compared.

Each such line keeps its words and background, and all its letters have other shapes, or the same shapes in another
colour. If most lines of a page changed alike, the page changed. What a wider typeface pushed follows from it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vision.boxes import clipped, gap, grown, in_one_row, union
from vision.difference.alignment import carried, traced
from vision.difference.colour import delta_e, hex_of
from vision.difference.conservation import GROUND_LEVELS
from vision.difference.containers import panel_around
from vision.difference.defects.colours import ink_colour
from vision.difference.defects.drafts import draft_of, parts_of, place_of, without
from vision.difference.defects.fates import SAME_SHAPES, Fate, Line, is_same_text, lines_of, other_shapes
from vision.difference.defects.grouped_styles import AREA_SHARE, FONT_STEP_PX, MIN_THINGS, RULE_PX, follows_font
from vision.difference.defects.hunt import Hunt
from vision.difference.defects.overlays import find_blocks, hidden_by_blocks
from vision.difference.defects.pairs import HIGHEST_BADGE_PX
from vision.difference.defects.rewrapped import rewrapped_lines, says_the_same
from vision.difference.defects.scene import (
    EXPLAINED_REACH_PX,
    TEXT_KINDS,
    Mask,
    Scene,
)
from vision.difference.matching import Thing
from vision.difference.page_restyles import find_page_restyle
from vision.difference.regions import find_regions, ground_colour
from vision.types import Box, Defect, DefectType, Element, Kind


@dataclass(frozen=True, slots=True)
class Lettering:
    """The `fate` that most lines of a page share; `lines` are these and those they touched. `owned` marks the changed
    pixels (of the actual) that this explains; `others` are things without words that took the new text colour, in the
    actual. `rewrapped` are lines of the reference and of the actual whose words went to other lines.
    """

    fate: Fate
    lines: tuple[Line, ...]
    owned: Mask
    others: tuple[Box, ...] = ()
    rewrapped: tuple[tuple[Element, ...], tuple[Element, ...]] = ((), ())


def find_lettering(scene: Scene) -> Lettering | None:
    """None where the lines of the page have no fate in common, or where more than the lettering explains it."""
    lines = lines_of(scene)
    counts = Counter(line.fate for line in lines)
    fate = max((Fate.INK, Fate.FACE), key=lambda one: counts[one])
    if counts[fate] < MIN_THINGS or not _is_of_the_page(scene, fate, lines):
        return None
    if fate is Fate.INK and _is_page_restyled(scene):
        return None
    return _in_another_face(scene, lines) if fate is Fate.FACE else _in_another_ink(scene, _members(lines))


def _members(lines: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.fate is not Fate.KEPT and is_same_text(line))


def _is_of_the_page(scene: Scene, fate: Fate, lines: Sequence[Line]) -> bool:
    """Do most lines share it? In another typeface the words of a text go to other lines. Then most of the lines that are
    still there, or begin as they did, have to share it, and the page has to say the same.
    """
    alike = sum(line.fate is fate for line in lines)
    texts = [e for e in scene.reference_elements if e.kind in TEXT_KINDS and e.text]
    if alike >= AREA_SHARE * len(texts):
        return True
    compared = {line.before.id for line in lines if line.fate is not Fate.OTHER}
    said = {e.text for e in scene.actual_elements}
    still_there = sum(e.id in compared or e.text in said for e in texts)
    return fate is Fate.FACE and alike >= AREA_SHARE * still_there and says_the_same(scene)


def _in_another_face(scene: Scene, lines: Sequence[Line]) -> Lettering:
    members = _members(lines)
    known = [line for line in lines if line in members or line.fate is Fate.KEPT]
    gone, come = rewrapped_lines(scene, {line.before.id for line in known}, {line.after.id for line in known})
    owned = _pixels_of(scene, members)
    for box in (*(carried(line.box, scene.alignment) or line.box for line in gone), *(line.box for line in come)):
        owned[_within(grown(box, EXPLAINED_REACH_PX), owned).slices()] = True
    return Lettering(Fate.FACE, members, owned, rewrapped=(gone, come))


def _in_another_ink(scene: Scene, members: tuple[Line, ...]) -> Lettering:
    owned = _pixels_of(scene, members)
    others = _that_took_the_ink(scene, members, owned)
    for box in others:
        owned[_within(grown(box, 1), owned).slices()] = True
    return Lettering(Fate.INK, members, owned, tuple(others))


def _is_page_restyled(scene: Scene) -> bool:
    """Did the whole page fade or darken, apart from what a dialog hides?"""
    hunt = Hunt.of(scene)
    find_blocks(hunt)
    return find_page_restyle(scene.laid, scene.actual, hunt.left, hidden_by_blocks(hunt)) is not None


def without_lettering(scene: Scene, lettering: Lettering | None) -> Scene:
    """The scene without the changed pixels that the lettering explains."""
    return scene if lettering is None else replace(scene, changed=scene.changed & ~lettering.owned)


def with_lettering(scene: Scene, lettering: Lettering | None, drafts: Sequence[Defect]) -> list[Defect]:
    """The list with one entry for the page's lettering, and without what follows from it."""
    if lettering is None:
        return list(drafts)
    gone, come = lettering.rewrapped
    stood = [*(line.before for line in lettering.lines), *gone]
    stands = [*(line.after for line in lettering.lines), *come]
    area = union([*(line.box for line in stands), *lettering.others])
    follows = [
        d for d in drafts if lettering.fate is Fate.FACE and _follows(d, scene, [line.box for line in (*gone, *come)])
    ]
    before = union([*(line.box for line in stood), *(traced(box, scene.alignment) for box in lettering.others)])
    things = [Thing(line.box, line.kind, line.text) for line in stood]
    things += [Thing(traced(box, scene.alignment)) for box in lettering.others]
    detail: dict[str, Any] = {"aspect": lettering.fate.value, "area": True, "elements": parts_of(things)}
    detail |= {"found_by": "find_lettering"} | (_inks(scene, lettering) if lettering.fate is Fate.INK else {})
    whole = draft_of(DefectType.STYLE_CHANGED, before, area, None, "", detail)
    return [*without(drafts, follows), whole]


def _follows(draft: Defect, scene: Scene, rewrapped: Sequence[Box]) -> bool:
    """Can another typeface cause this: other shapes, longer lines, things pushed a little or out of the picture, words a
    reader no longer reads, rules where the text ends now? Lines whose words went to other lines (`rewrapped`) push things
    any distance, and leave their ends behind.
    """
    box = place_of(draft)
    if draft.kind is None and min(box.width, box.height) <= RULE_PX:
        return True
    if draft.type is DefectType.STYLE_CHANGED:
        return draft.kind is not Kind.IMAGE and draft.detail.get("aspect") == "shape"
    if draft.type in (DefectType.MISSING, DefectType.ADDED):
        is_cut = draft.type is DefectType.MISSING and box.bottom + FONT_STEP_PX >= scene.reference.shape[0]
        return bool(is_cut) or (draft.kind is None and any(_continues(box, line) for line in rewrapped))
    if rewrapped and draft.type in (DefectType.MOVED, DefectType.LAYOUT_SHIFT):
        return not draft.detail.get("traded")
    nameless = draft.type is DefectType.TEXT_CHANGED and draft.kind is None
    return nameless or follows_font(draft, box)


def _continues(box: Box, line: Box) -> bool:
    return in_one_row(box, line) and gap(box, line) <= line.height


def _inks(scene: Scene, lettering: Lettering) -> dict[str, Any]:
    """The commonest text colour before, and its new colour."""
    pairs = [_ink_pair(scene, line) for line in lettering.lines if line.fate is Fate.INK]
    (before, after), _ = Counter((hex_of(one), hex_of(two)) for one, two in pairs).most_common(1)[0]
    distance = next(delta_e(one, two) for one, two in pairs if (hex_of(one), hex_of(two)) == (before, after))
    return {"before": before, "after": after, "delta_e": round(distance, 1)}


def _ink_pair(scene: Scene, line: Line) -> tuple[Any, Any]:
    return ink_colour(scene.reference, line.written[0]), ink_colour(scene.actual, line.written[1])


def _pixels_of(scene: Scene, lines: Sequence[Line]) -> Mask:
    """The pixels of the lines before and after, with the frames and badges around them."""
    owned = np.zeros_like(scene.changed)
    for line in lines:
        stood = carried(line.before.box, scene.alignment) or line.after.box
        places = [stood, line.after.box, line.written[1]]
        places += _badges(scene, stood, line.after.box)
        for box in places:
            owned[_within(grown(box, EXPLAINED_REACH_PX), owned).slices()] = True
    return owned


def _badges(scene: Scene, stood: Box, stands: Box) -> list[Box]:
    """The badge around one short line; it is as wide as its text."""
    sides = (scene.laid, _within(stood, scene.changed)), (scene.actual, _within(stands, scene.changed))
    panels = [panel_around(picture, [box]) for picture, box in sides if box.area_px]
    return [box for box in panels if box and box.height <= HIGHEST_BADGE_PX and box.width <= 2 * stands.width]


def _within(box: Box, mask: Mask) -> Box:
    return clipped(box, mask.shape[1], mask.shape[0])


def _that_took_the_ink(scene: Scene, lines: Sequence[Line], owned: Mask) -> list[Box]:
    """Icons and marks that kept their shapes and whose colour came at least halfway to one of the new text colours."""
    inks = {hex_of(after): after for _, after in (_ink_pair(scene, line) for line in lines if line.fate is Fate.INK)}
    return [
        region
        for region in find_regions(scene.changed & ~owned)
        if _keeps_its_shape(scene, region) and any(_came_nearer(scene, region, ink) for ink in inks.values())
    ]


def _keeps_its_shape(scene: Scene, region: Box) -> bool:
    grounds = ground_colour(scene.laid, region), ground_colour(scene.actual, region)
    if float(np.abs(grounds[0] - grounds[1]).max()) >= GROUND_LEVELS:
        return False
    return other_shapes(scene.laid[region.slices()], scene.actual[region.slices()]) <= SAME_SHAPES


def _came_nearer(scene: Scene, region: Box, ink: Any) -> bool:
    before, after = (ink_colour(picture, region) for picture in (scene.laid, scene.actual))
    return delta_e(after, ink) <= 0.5 * delta_e(before, ink)
