"""Pictures for people: what was found in a screenshot, what changed between two, and where their pixels differ.

They travel alone, into chats and reports: a heading says what they show, words are in the reader's language. Coordinates stay
those of the screenshot, below the heading. The number on a defect's frame is the number in its id, which lists repeat.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

import cv2
import numpy as np

from vision.boxes import Rows, share_inside
from vision.canvas import INK, Canvas, Colour, LegendLine, padded, rgb
from vision.difference.alignment import carried, laid_over, would_stand
from vision.types import (
    Alignment,
    AlignmentKind,
    Box,
    Defect,
    DefectType,
    Element,
    Kind,
    Noise,
    Picture,
    Unexplained,
)
from vision.words import KINDS, LEFT_RIGHT, NO_DIFFERENCES, NOT_COUNTED, TYPES, UNEXPLAINED, VERDICTS, Language

DEFECT_COLOURS: Final[dict[DefectType, Colour]] = {
    DefectType.MISSING: rgb("d1242f"),
    DefectType.ADDED: rgb("1a7f37"),
    DefectType.MOVED: rgb("0969da"),
    DefectType.RESIZED: rgb("8250df"),
    DefectType.TEXT_CHANGED: rgb("e16f00"),
    DefectType.STYLE_CHANGED: rgb("0b8a8f"),
    DefectType.IMAGE_CHANGED: rgb("9a6700"),
    DefectType.LAYOUT_SHIFT: rgb("57606a"),
}
UNEXPLAINED_COLOUR: Final = rgb("cf00c8")
NOISE_COLOUR: Final = rgb("8fa8bf")
KIND_COLOURS: Final[dict[Kind, Colour]] = {
    Kind.BUTTON: rgb("0969da"),
    Kind.INPUT: rgb("1a7f37"),
    Kind.SELECT: rgb("0b8a8f"),
    Kind.CHECKBOX: rgb("8250df"),
    Kind.RADIO: rgb("bf3989"),
    Kind.SWITCH: rgb("9a6700"),
    Kind.IMAGE: rgb("57606a"),
    Kind.ICON: rgb("d1242f"),
    Kind.LABEL: rgb("e16f00"),
}
_VERDICT_COLOURS: Final = {"passed": rgb("1a7f37"), "failed": rgb("d1242f")}
_DARK_BELOW: Final = 96  # a page whose median grey (0..255) is lower stays dark


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a picture: the verdict, the test case's name, size and date in the reader's language."""

    verdict: str | None = None
    name: str = ""
    about: str = ""


_NONE: Final = Heading()


def draw_annotated(picture: Picture, elements: Sequence[Element], language: Language = "en") -> Picture:
    """The screenshot with a box around each element in its kind's colour, and a legend of the kinds below."""
    canvas = Canvas.of(picture.copy())
    for element in elements:
        canvas.outline(element.box, KIND_COLOURS[element.kind])
    for element in elements:
        canvas.tag(element.box, element.id.removeprefix("e"), KIND_COLOURS[element.kind])
    counts = Counter(element.kind for element in elements)
    return canvas.with_legend(
        [(KINDS[kind][language], counts[kind], KIND_COLOURS[kind]) for kind in Kind if counts[kind]]
    )


def draw_diff(
    reference: Picture,
    actual: Picture,
    defects: Sequence[Defect],
    noise: Sequence[Noise],
    unexplained: Sequence[Unexplained],
    alignment: Alignment,
    heading: Heading = _NONE,
    language: Language = "en",
) -> Picture:
    """The actual in pale grey; changes are in their own colours, in a numbered frame of their defect type's colour.

    A dashed frame is where something was in the reference, carried by the page's own shift, and an arrow leads from
    there to where it is now. What is missing is shown faintly where it would stand; what was taken out with the place
    it stood in is a seam. `noise` is framed thinly beside defects (an empty sequence leaves it out); what nothing
    explains is hatched. Where the reference is larger, the canvas is as large as both.
    """
    canvas = Canvas.of(_pale(padded(actual, reference.shape)))
    for one in defects:
        if one.actual_box and one.type is not DefectType.LAYOUT_SHIFT:
            canvas.restore(actual, one.actual_box)
    for one in defects:
        if one.type is DefectType.MISSING and one.reference_box and not _taken_out(one, alignment):
            place = _stands(one.reference_box, alignment)
            canvas.ghost(reference, one.reference_box, place, DEFECT_COLOURS[one.type])
    beside = _beside_defects(noise, defects)
    for spot in beside:
        canvas.outline(spot.box, NOISE_COLOUR)
    for rest in unexplained:
        canvas.hatch(
            rest.actual_box or (rest.reference_box and _stands(rest.reference_box, alignment)), UNEXPLAINED_COLOUR
        )
    _draw_defects(canvas, defects, alignment)
    return finished(canvas, heading, _legend(defects, beside, unexplained, language), language)


def draw_heatmap(reference: Picture, actual: Picture, alignment: Alignment) -> Picture:
    """The difference of each pixel from the reference, black to yellow over the dimmed actual; inserted areas have no
    counterpart and are tinted green.
    """
    if alignment.kind == AlignmentKind.SCALE:
        size = actual.shape[1], actual.shape[0]
        laid = cast("Picture", cv2.resize(reference, size, interpolation=cv2.INTER_AREA))
    else:
        laid = laid_over(reference, actual, alignment)
    difference = cv2.absdiff(laid, actual).max(axis=2)
    # Small differences matter as much as large ones: the square root lifts them into sight.
    strength = np.sqrt(np.arange(256) / 255)
    heat = cv2.applyColorMap(cv2.LUT(difference, (strength * 255).astype(np.uint8)), cv2.COLORMAP_INFERNO)
    dimmed = (_light(actual) * 0.3).astype(np.uint8)
    drawn = np.where(difference[:, :, None] > 0, np.maximum(heat, dimmed), dimmed).astype(np.uint8)
    canvas = Canvas.of(drawn)
    for box in alignment.inserted:
        canvas.tint(box, DEFECT_COLOURS[DefectType.ADDED])
    return canvas.pixels


def draw_side_by_side(
    reference: Picture,
    actual: Picture,
    defects: Sequence[Defect],
    heading: Heading = _NONE,
    language: Language = "en",
) -> Picture:
    """Reference left, actual right, each defect's frame and number on the side or sides where it is."""
    left, right = Canvas.of(reference.copy()), Canvas.of(actual.copy())
    for canvas, boxes in (
        (left, [one.reference_box for one in defects]),
        (right, [one.actual_box for one in defects]),
    ):
        for one, box in zip(defects, boxes, strict=True):
            canvas.outline(box, DEFECT_COLOURS[one.type], 2)
        for one, box in zip(defects, boxes, strict=True):
            canvas.tag(box, _number(one), DEFECT_COLOURS[one.type])
    height = max(len(reference), len(actual))
    gap = np.full((height, 12 * left.unit, 3), 120, np.uint8)
    joined = np.concatenate([padded(left.pixels, (height, 0)), gap, padded(right.pixels, (height, 0))], axis=1)
    sides = (LEFT_RIGHT[language], 0, INK)
    return finished(Canvas(joined, left.unit), heading, [sides, *_legend(defects, (), (), language)], language)


def finished(canvas: Canvas, heading: Heading, legend: Sequence[LegendLine], language: Language) -> Picture:
    """The canvas's picture, with the heading above and the legend below."""
    below = Canvas(canvas.with_legend(legend) if legend else canvas.pixels, canvas.unit)
    verdict = VERDICTS[heading.verdict][language] if heading.verdict else ""
    about = " · ".join(part for part in (heading.name, heading.about) if part)
    return below.with_heading(verdict, _VERDICT_COLOURS.get(heading.verdict or "", INK), about)


def _beside_defects(noise: Sequence[Noise], defects: Sequence[Defect]) -> list[Noise]:
    """Noise outside all defects: inside a defect's frame it would hide the change. A pushed area is as large as the
    page and does not count.
    """
    frames = Rows(one.actual_box for one in defects if one.actual_box and one.type is not DefectType.LAYOUT_SHIFT)
    return [spot for spot in noise if not any(_mostly_in(spot.box, frames[at]) for at in frames.near(spot.box))]


def _mostly_in(spot: Box, frame: Box) -> bool:
    return share_inside(spot, frame) > 0.5


def _draw_defects(canvas: Canvas, defects: Sequence[Defect], alignment: Alignment) -> None:
    """Large frames first, then numbers, so that nothing small is covered."""
    placed = [_placed(one, alignment) for one in defects]
    for one in sorted(placed, key=lambda one: -_shown_box(one).area_px):
        colour = DEFECT_COLOURS[one.type]
        was, now = one.reference_box, one.actual_box
        if was and now is None:
            (canvas.seam if _taken_out(_named(defects, one.id), alignment) else canvas.dashes)(was, colour)
        if now and one.type is DefectType.LAYOUT_SHIFT:
            canvas.dashes(now, colour)
        elif now:
            canvas.outline(now, colour, 2)
        if was and now and one.type in (DefectType.MOVED, DefectType.RESIZED) and was != now:
            canvas.dashes(was, colour)
        if was and now and one.type is DefectType.MOVED:
            canvas.arrow(was, now, colour)
    for one in placed:
        canvas.tag(_shown_box(one), _number(one), DEFECT_COLOURS[one.type])


def _placed(defect: Defect, alignment: Alignment) -> Defect:
    """With its reference's box moved to its place in the actual."""
    if defect.reference_box is None:
        return defect
    return replace(defect, reference_box=_stands(defect.reference_box, alignment))


def _stands(box: Box, alignment: Alignment) -> Box:
    """In the actual's pixels."""
    laid, scale = would_stand(box, alignment), alignment.scale
    if scale == 1.0:
        return laid
    return Box(round(laid.x * scale), round(laid.y * scale), round(laid.width * scale), round(laid.height * scale))


def _taken_out(defect: Defect, alignment: Alignment) -> bool:
    """Whether its place was removed too, so that something after it is there now."""
    if defect.actual_box is not None or defect.reference_box is None or not alignment.bands:
        return False
    return carried(defect.reference_box, alignment) is None


def _named(defects: Sequence[Defect], defect_id: str) -> Defect:
    return next(one for one in defects if one.id == defect_id)


def _shown_box(defect: Defect) -> Box:
    return defect.actual_box or defect.reference_box or Box(0, 0, 0, 0)


def _number(defect: Defect) -> str:
    return defect.id.removeprefix("d")


def _legend(
    defects: Sequence[Defect], noise: Sequence[Noise], unexplained: Sequence[Unexplained], language: Language
) -> list[LegendLine]:
    counts = Counter(one.type for one in defects)
    lines = [(TYPES[one][language], counts[one], DEFECT_COLOURS[one]) for one in DefectType if counts[one]]
    if unexplained:
        lines.append((UNEXPLAINED[language], len(unexplained), UNEXPLAINED_COLOUR))
    if noise:
        lines.append((NOT_COUNTED[language], len(noise), NOISE_COLOUR))
    return lines or [(NO_DIFFERENCES[language], 0, DEFECT_COLOURS[DefectType.ADDED])]


def _pale(picture: Picture) -> Picture:
    """Grey with little contrast, so that frames of any colour stand out: light, or dark where the page is."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    if np.median(grey) >= _DARK_BELOW:
        return _light(picture)
    return cast("Picture", cv2.cvtColor(cv2.convertScaleAbs(grey, alpha=0.35, beta=18), cv2.COLOR_GRAY2BGR))


def _light(picture: Picture) -> Picture:
    grey = cv2.convertScaleAbs(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), alpha=0.35, beta=165)
    return cast("Picture", cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
