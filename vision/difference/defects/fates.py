"""What happened to each line of a page's text: kept, in another colour, in another typeface, or anything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from vision.boxes import Rows, clipped, gap, grown, iou
from vision.difference.alignment import carried
from vision.difference.colour import delta_e
from vision.difference.conservation import GROUND_LEVELS
from vision.difference.defects.colours import SAME_FILL_DELTA_E, ink_colour
from vision.difference.defects.frames import inner_text
from vision.difference.defects.grouped_styles import FONT_STEP_PX
from vision.difference.defects.readings import SAME_READING, common_beginning, likeness
from vision.difference.defects.rewrapped import begin_alike
from vision.difference.defects.scene import FRAMED_KINDS, OTHER_LETTER, TEXT_KINDS, Scene
from vision.difference.noise import unlikeness
from vision.difference.regions import ground_colour, tight_box
from vision.types import Box, Element, Picture

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


def lines_of(scene: Scene) -> list[Line]:
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


def is_same_text(line: Line) -> bool:
    """The same words, as far as a reader can say, or the same shapes."""
    one, two = _letters(line.before.text), _letters(line.after.text)
    return line.fate in (Fate.KEPT, Fate.INK) or likeness(one, two) >= SAME_READING


def other_shapes(one: Picture, two: Picture) -> float:
    """The share of a line's columns with other shapes, whatever their colours."""
    height, width = min(one.shape[0], two.shape[0]), min(one.shape[1], two.shape[1])
    residues = [unlikeness(one[:height, :width], two[:height, :width], fitted) for fitted in (True, False)]
    return float(np.mean(np.minimum(*residues) > OTHER_LETTER))


def _partner(scene: Scene, element: Element, others: Sequence[Element], rows: Rows) -> Element | None:
    """The line near it that says the same, or begins alike; else what stands in its place."""
    place = carried(element.box, scene.alignment) or element.box
    near = [others[at] for at in rows.near(grown(place, FONT_STEP_PX)) if gap(rows[at], place) <= FONT_STEP_PX]
    same = [one for one in near if _letters(one.text) == _letters(element.text)]
    alike = same or [one for one in near if begin_alike(one.text, element.text)]
    if alike:
        return min(alike, key=lambda one: abs(one.box.x - place.x) + abs(one.box.y - place.y))
    return max((one for one in near if iou(one.box, place) > 0.3), key=lambda one: iou(one.box, place), default=None)


def _letters(text: str) -> str:
    return "".join(text.split()).casefold()


def _line(scene: Scene, before: Element, after: Element) -> Line:
    if _is_untouched(scene, before.box, after.box):
        return Line(before, after, (before.box, after.box), Fate.KEPT)
    written = _written(scene.reference, before), _written(scene.actual, after)
    return Line(before, after, written, _fate(scene, before, after, written))


def _is_untouched(scene: Scene, before: Box, after: Box) -> bool:
    one, two = scene.reference[before.slices()], scene.actual[after.slices()]
    return one.shape == two.shape and np.array_equal(one, two)


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
        other_shapes(one, two),
        [_ink_step(scene.reference, written[0]), _ink_step(scene.actual, written[1])],
    )
    if share <= SAME_SHAPES and abs(one.shape[1] - two.shape[1]) <= 1:
        inks = (ink_colour(scene.reference, written[0]), ink_colour(scene.actual, written[1]))
        return Fate.INK if delta_e(*inks) >= SAME_FILL_DELTA_E and _is_seen(scene, written[1]) else Fate.KEPT
    if min(steps) < SHARP_SHARE * max(steps):
        return Fate.OTHER
    if _letters(before.text) == _letters(after.text):
        return Fate.FACE if share >= OTHER_SHAPES else Fate.OTHER
    return _fate_of_beginnings(one, two, before.text, after.text)


def _fate_of_beginnings(one: Picture, two: Picture, before: str, after: str) -> Fate:
    """The fate of the letters that two lines begin with."""
    if not begin_alike(before, after):
        return Fate.OTHER
    count = common_beginning(before, after)
    share = other_shapes(
        *(line[:, : line.shape[1] * count // len(text)] for line, text in ((one, before), (two, after)))
    )
    return Fate.FACE if share >= OTHER_SHAPES else Fate.KEPT if share <= SAME_SHAPES else Fate.OTHER


def _ink_step(picture: Picture, box: Box) -> float:
    """The distance of a line's text colour from its background, in levels."""
    return float(np.abs(ink_colour(picture, box).astype(np.int16) - ground_colour(picture, box)).max())


def _is_seen(scene: Scene, box: Box) -> bool:
    """Is most of the difference in a line more than re-rendering can cause?"""
    place = clipped(box, scene.changed.shape[1], scene.changed.shape[0]).slices()
    return bool(2 * np.count_nonzero(scene.changed[place]) > np.count_nonzero(scene.differing[place]))
