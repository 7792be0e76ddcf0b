"""A whole page's text in another typeface or colour: one cause, reported once, before single lines are compared.

Each such line keeps its words and background, and all its letters have other shapes, or the same shapes in another
colour. If most lines of a page changed alike, the page changed. What a wider typeface pushed follows from it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from vision.boxes import Rows, clipped, gap, grown, iou, union
from vision.difference.alignment import carried, traced
from vision.difference.colour import delta_e, hex_of
from vision.difference.conservation import GROUND_LEVELS
from vision.difference.containers import panel_around
from vision.difference.defects.colours import SAME_FILL_DELTA_E, ink_colour
from vision.difference.defects.drafts import draft_of, parts_of, place_of, without
from vision.difference.defects.frames import inner_text
from vision.difference.defects.grouped_styles import AREA_SHARE, FONT_STEP_PX, MIN_THINGS, RULE_PX, follows_font
from vision.difference.defects.hunt import Hunt
from vision.difference.defects.overlays import find_blocks, hidden_by_blocks
from vision.difference.defects.pairs import HIGHEST_BADGE_PX
from vision.difference.defects.readings import SAME_READING, likeness
from vision.difference.defects.scene import (
    EXPLAINED_REACH_PX,
    FRAMED_KINDS,
    OTHER_LETTER,
    TEXT_KINDS,
    Mask,
    Scene,
)
from vision.difference.matching import Thing
from vision.difference.noise import unlikeness
from vision.difference.page_restyles import find_page_restyle
from vision.difference.regions import find_regions, ground_colour, tight_box
from vision.types import Box, Defect, DefectType, Element, Kind, Picture

# From this share of its columns on, a line has other shapes. The median over a page is at most 0.12 if the page was
# only re-rendered, and at least 0.85 in another typeface.
OTHER_SHAPES = 0.5
SAME_SHAPES = 0.1
# Another typeface keeps the text colour's distance from its background to this share; a blur does not.
SHARP_SHARE = 0.5


class Fate(StrEnum):
    """What happened to a line of text; the values are those of `detail.aspect`."""

    KEPT = "kept"
    INK = "colour"
    FACE = "font"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on both sides; `written` are the boxes of its letters in the reference and in the actual."""

    before: Element
    after: Element
    written: tuple[Box, Box]
    fate: Fate


@dataclass(frozen=True, slots=True)
class Lettering:
    """The `fate` that most lines of a page share; `lines` are these and those they touched. `owned` marks the changed
    pixels (of the actual) that this explains; `others` are things without words that took the new text colour, in the
    actual.
    """

    fate: Fate
    lines: tuple[Line, ...]
    owned: Mask
    others: tuple[Box, ...]


def find_lettering(scene: Scene) -> Lettering | None:
    """None if the lines share no fate, or if something larger explains it."""
    lines = _lines_of(scene)
    count = sum(e.kind in TEXT_KINDS and bool(e.text) for e in scene.reference_elements)
    fate, alike = (
        Counter(line.fate for line in lines if line.fate in (Fate.INK, Fate.FACE)).most_common(1)[0]
        if any(line.fate in (Fate.INK, Fate.FACE) for line in lines)
        else (Fate.OTHER, 0)
    )
    if alike < max(MIN_THINGS, AREA_SHARE * count):
        return None
    if fate is Fate.INK and _is_page_restyled(scene):
        return None
    members = [line for line in lines if line.fate is not Fate.KEPT and _is_same_text(line)]
    owned = _pixels_of(scene, members)
    others = _that_took_the_ink(scene, members, owned) if fate is Fate.INK else []
    for box in others:
        owned[_within(grown(box, 1), owned).slices()] = True
    return Lettering(fate, tuple(members), owned, tuple(others))


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
    area = union([*(line.after.box for line in lettering.lines), *lettering.others])
    follows = [d for d in drafts if lettering.fate is Fate.FACE and _follows(d)]
    stood = (traced(box, scene.alignment) for box in lettering.others)
    before = union([*(line.before.box for line in lettering.lines), *stood])
    things = [Thing(line.before.box, line.before.kind, line.before.text) for line in lettering.lines]
    things += [Thing(traced(box, scene.alignment)) for box in lettering.others]
    detail: dict[str, Any] = {"aspect": lettering.fate.value, "area": True, "elements": parts_of(things)}
    detail |= {"found_by": "find_lettering"} | (_inks(scene, lettering) if lettering.fate is Fate.INK else {})
    whole = draft_of(DefectType.STYLE_CHANGED, before, area, None, "", detail)
    return [*without(drafts, follows), whole]


def _follows(draft: Defect) -> bool:
    """Can another typeface cause this: other shapes, longer lines, things pushed a little, words misread, rules that
    end with the text?
    """
    box = place_of(draft)
    if draft.kind is None and min(box.width, box.height) <= RULE_PX:
        return True
    if draft.type is DefectType.STYLE_CHANGED:
        return draft.kind is not Kind.IMAGE and draft.detail.get("aspect") == "shape"
    nameless = draft.type is DefectType.TEXT_CHANGED and draft.kind is None
    return nameless or follows_font(draft, box)


def _inks(scene: Scene, lettering: Lettering) -> dict[str, Any]:
    """The commonest text colour before, and its new colour."""
    pairs = [_ink_pair(scene, line) for line in lettering.lines if line.fate is Fate.INK]
    (before, after), _ = Counter((hex_of(one), hex_of(two)) for one, two in pairs).most_common(1)[0]
    distance = next(delta_e(one, two) for one, two in pairs if (hex_of(one), hex_of(two)) == (before, after))
    return {"before": before, "after": after, "delta_e": round(distance, 1)}


def _ink_pair(scene: Scene, line: Line) -> tuple[Any, Any]:
    return ink_colour(scene.reference, line.written[0]), ink_colour(scene.actual, line.written[1])


def _is_same_text(line: Line) -> bool:
    """The same words, as far as a reader can say, or the same shapes."""
    one, two = _letters(line.before.text), _letters(line.after.text)
    return line.fate is not Fate.OTHER or likeness(one, two) >= SAME_READING


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
    return _other_shapes(scene.laid[region.slices()], scene.actual[region.slices()]) <= SAME_SHAPES


def _came_nearer(scene: Scene, region: Box, ink: Any) -> bool:
    before, after = (ink_colour(picture, region) for picture in (scene.laid, scene.actual))
    return delta_e(after, ink) <= 0.5 * delta_e(before, ink)


def _lines_of(scene: Scene) -> list[Line]:
    after = [e for e in scene.actual_elements if e.kind in TEXT_KINDS and e.text]
    rows = Rows(e.box for e in after)
    lines = []
    for element in scene.reference_elements:
        if element.kind not in TEXT_KINDS or not element.text:
            continue
        partner = _partner(scene, element, after, rows)
        if partner is not None:
            lines.append(_line(scene, element, partner))
    return lines


def _partner(scene: Scene, element: Element, others: Sequence[Element], rows: Rows) -> Element | None:
    place = carried(element.box, scene.alignment) or element.box
    near = [others[at] for at in rows.near(grown(place, FONT_STEP_PX)) if gap(rows[at], place) <= FONT_STEP_PX]
    alike = [one for one in near if _letters(one.text) == _letters(element.text)]
    if alike:
        return min(alike, key=lambda one: abs(one.box.x - place.x) + abs(one.box.y - place.y))
    return max((one for one in near if iou(one.box, place) > 0.3), key=lambda one: iou(one.box, place), default=None)


def _letters(text: str) -> str:
    return "".join(text.split()).casefold()


def _line(scene: Scene, before: Element, after: Element) -> Line:
    written = _written(scene.reference, before), _written(scene.actual, after)
    return Line(before, after, written, _fate(scene, before, after, written))


def _written(picture: Picture, element: Element) -> Box:
    box = clipped(element.box, picture.shape[1], picture.shape[0])
    if element.kind in FRAMED_KINDS:
        return inner_text(picture, box) or box
    return tight_box(picture, box)


def _fate(scene: Scene, before: Element, after: Element, written: tuple[Box, Box]) -> Fate:
    one, two = (picture[box.slices()] for picture, box in zip((scene.reference, scene.actual), written, strict=True))
    if not one.size or not two.size:
        return Fate.OTHER
    if one.shape == two.shape and np.array_equal(one, two):
        return Fate.KEPT
    grounds = ground_colour(scene.reference, written[0]), ground_colour(scene.actual, written[1])
    if float(np.abs(grounds[0] - grounds[1]).max()) >= GROUND_LEVELS:
        return Fate.OTHER
    share, steps = (
        _other_shapes(one, two),
        [_ink_step(scene.reference, written[0]), _ink_step(scene.actual, written[1])],
    )
    if share <= SAME_SHAPES and abs(one.shape[1] - two.shape[1]) <= 1:
        inks = (ink_colour(scene.reference, written[0]), ink_colour(scene.actual, written[1]))
        return Fate.INK if delta_e(*inks) >= SAME_FILL_DELTA_E and _is_seen(scene, written[1]) else Fate.KEPT
    is_sharp = min(steps) >= SHARP_SHARE * max(steps)
    if share >= OTHER_SHAPES and is_sharp and _letters(before.text) == _letters(after.text):
        return Fate.FACE
    return Fate.OTHER


def _ink_step(picture: Picture, box: Box) -> float:
    """The distance of a line's text colour from its background, in levels."""
    return float(np.abs(ink_colour(picture, box).astype(np.int16) - ground_colour(picture, box)).max())


def _is_seen(scene: Scene, box: Box) -> bool:
    """Is most of the difference in a line more than re-rendering can cause?"""
    place = _within(box, scene.changed).slices()
    return bool(2 * np.count_nonzero(scene.changed[place]) > np.count_nonzero(scene.differing[place]))


def _other_shapes(one: Picture, two: Picture) -> float:
    """The share of a line's columns with other shapes, whatever their colours."""
    height, width = min(one.shape[0], two.shape[0]), min(one.shape[1], two.shape[1])
    residues = [unlikeness(one[:height, :width], two[:height, :width], fitted) for fitted in (True, False)]
    return float(np.mean(np.minimum(*residues) > OTHER_LETTER))
