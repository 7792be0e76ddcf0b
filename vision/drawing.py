"""Pictures for people: what was found in a screenshot, what changed between two, and where their pixels differ.

Coordinates stay those of the screenshot drawn on; what needs room of its own (the legend) is added below it. The number on a
defect's box is the number in its id, which lists repeat.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, cast

import cv2
import numpy as np

from vision.boxes import Rows, clipped, grown, overlap, share_inside
from vision.difference.alignment import carried, laid_over
from vision.types import (
    Alignment,
    Box,
    Defect,
    DefectType,
    Element,
    Kind,
    Noise,
    Picture,
    Unexplained,
)

Colour = tuple[int, int, int]
"""Blue, green, red."""


def _rgb(code: str) -> Colour:
    red, green, blue = bytes.fromhex(code)
    return blue, green, red


DEFECT_COLOURS: Final[dict[DefectType, Colour]] = {
    DefectType.MISSING: _rgb("d1242f"),
    DefectType.ADDED: _rgb("1a7f37"),
    DefectType.MOVED: _rgb("0969da"),
    DefectType.RESIZED: _rgb("8250df"),
    DefectType.TEXT_CHANGED: _rgb("e16f00"),
    DefectType.STYLE_CHANGED: _rgb("0b8a8f"),
    DefectType.IMAGE_CHANGED: _rgb("9a6700"),
    DefectType.LAYOUT_SHIFT: _rgb("57606a"),
}
UNEXPLAINED_COLOUR: Final = _rgb("cf00c8")
NOISE_COLOUR: Final = _rgb("8fa8bf")
KIND_COLOURS: Final[dict[Kind, Colour]] = {
    Kind.BUTTON: _rgb("0969da"),
    Kind.INPUT: _rgb("1a7f37"),
    Kind.SELECT: _rgb("0b8a8f"),
    Kind.CHECKBOX: _rgb("8250df"),
    Kind.RADIO: _rgb("bf3989"),
    Kind.SWITCH: _rgb("9a6700"),
    Kind.IMAGE: _rgb("57606a"),
    Kind.ICON: _rgb("d1242f"),
    Kind.LABEL: _rgb("e16f00"),
}

_WHITE: Final[Colour] = (255, 255, 255)
_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
# A picture is drawn with thicker strokes from this width on, so that it reads when it is shown smaller.
_PLAIN_WIDTH_PX: Final = 1600
_DASH_PX: Final = 6
_HATCH_PX: Final = 8


def draw_annotated(picture: Picture, elements: Sequence[Element]) -> Picture:
    """The screenshot with a box around each element in its kind's colour, and a legend of the kinds below."""
    canvas = _Canvas.of(picture.copy())
    for element in elements:
        canvas.outline(element.box, KIND_COLOURS[element.kind])
    for element in elements:
        canvas.tag(element.box, element.id.removeprefix("e"), KIND_COLOURS[element.kind], 0.8)
    counts = Counter(element.kind for element in elements)
    return canvas.with_legend([(kind.value, counts[kind], KIND_COLOURS[kind]) for kind in Kind if counts[kind]])


def draw_diff(
    reference: Picture,
    actual: Picture,
    defects: Sequence[Defect],
    noise: Sequence[Noise],
    unexplained: Sequence[Unexplained],
    alignment: Alignment,
) -> Picture:
    """The actual in pale grey; what changed stands out in its own colours, in a numbered frame of its defect type's colour.

    A dashed frame is where something was in the reference, an arrow leads from there to where it is now. What is missing is
    shown where it would stand now: its surroundings may have been pushed. Noise has a thin frame of its own outside of
    defects, what nothing explains is hatched. Where the reference is larger, the canvas is as large as both.
    """
    pale = _pale(_grown(actual, reference.shape))
    canvas = _Canvas.of(pale)
    for one in defects:
        if one.actual_box and one.type is not DefectType.LAYOUT_SHIFT:
            canvas.restore(actual, one.actual_box)
    for one in defects:
        if one.type is DefectType.MISSING and one.reference_box:
            place = _would_stand(one.reference_box, alignment)
            canvas.ghost(reference, one.reference_box, place, DEFECT_COLOURS[one.type])
    beside = _beside_defects(noise, defects)
    for spot in beside:
        canvas.outline(spot.box, NOISE_COLOUR)
    for rest in unexplained:
        canvas.hatch(rest.actual_box or _would_stand(rest.reference_box, alignment), UNEXPLAINED_COLOUR)
    _draw_defects(canvas, [_placed(one, alignment) for one in defects])
    return canvas.with_legend(_legend(defects, beside, unexplained))


def _beside_defects(noise: Sequence[Noise], defects: Sequence[Defect]) -> list[Noise]:
    """Noise that no defect is drawn over: inside its frame it would hide the change. What was pushed is as large as the page."""
    frames = Rows(one.actual_box for one in defects if one.actual_box and one.type is not DefectType.LAYOUT_SHIFT)
    return [spot for spot in noise if not any(_mostly_in(spot.box, frames[at]) for at in frames.near(spot.box))]


def _mostly_in(spot: Box, frame: Box) -> bool:
    return share_inside(spot, frame) > 0.5


def _placed(defect: Defect, alignment: Alignment) -> Defect:
    if defect.actual_box:
        return defect
    return replace(defect, reference_box=_would_stand(defect.reference_box, alignment))


def _would_stand(box: Box | None, alignment: Alignment) -> Box | None:
    return (carried(box, alignment) or box) if box else None


def draw_heatmap(reference: Picture, actual: Picture, alignment: Alignment) -> Picture:
    """How far each pixel is from the reference's that lies on it: black to yellow over the dimmed actual; what was inserted
    has no counterpart and is tinted green."""
    if alignment.kind == "scale":
        size = actual.shape[1], actual.shape[0]
        laid = cast("Picture", cv2.resize(reference, size, interpolation=cv2.INTER_AREA))
    else:
        laid = laid_over(reference, actual, alignment)
    difference = cv2.absdiff(laid, actual).max(axis=2)
    # Small differences matter as much as large ones: the square root lifts them into sight.
    strength = np.sqrt(np.arange(256) / 255)
    heat = cv2.applyColorMap(cv2.LUT(difference, (strength * 255).astype(np.uint8)), cv2.COLORMAP_INFERNO)
    dimmed = (_pale(actual) * 0.3).astype(np.uint8)
    drawn = np.where(difference[:, :, None] > 0, np.maximum(heat, dimmed), dimmed).astype(np.uint8)
    canvas = _Canvas.of(drawn)
    for box in alignment.inserted:
        canvas.tint(box, DEFECT_COLOURS[DefectType.ADDED])
    return canvas.pixels


def draw_side_by_side(reference: Picture, actual: Picture, defects: Sequence[Defect]) -> Picture:
    """Reference left, actual right, each defect's frame and number on the side or sides where it is."""
    left, right = _Canvas.of(reference.copy()), _Canvas.of(actual.copy())
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
    joined = np.concatenate([_grown(left.pixels, (height, 0)), gap, _grown(right.pixels, (height, 0))], axis=1)
    sides = ("left reference, right actual", 0, _rgb("24292f"))
    return _Canvas(joined, left.unit).with_legend([sides, *_legend(defects, (), ())])


def _draw_defects(canvas: "_Canvas", defects: Sequence[Defect]) -> None:
    """Large frames first, then numbers, so that nothing small is covered."""
    for one in sorted(defects, key=lambda one: -_shown_box(one).area_px):
        colour = DEFECT_COLOURS[one.type]
        gone = one.actual_box is None
        if one.reference_box and (gone or one.type in (DefectType.MOVED, DefectType.RESIZED)):
            canvas.dashes(one.reference_box, colour)
        if one.actual_box:
            canvas.outline(one.actual_box, colour, 2)
        if one.type in (DefectType.MOVED, DefectType.LAYOUT_SHIFT):
            canvas.arrow(one.reference_box, one.actual_box, colour)
    for one in defects:
        canvas.tag(_shown_box(one), _number(one), DEFECT_COLOURS[one.type])


def _shown_box(defect: Defect) -> Box:
    return defect.actual_box or defect.reference_box or Box(0, 0, 0, 0)


def _number(defect: Defect) -> str:
    return defect.id.removeprefix("d")


LegendLine = tuple[str, int, Colour]


def _legend(defects: Sequence[Defect], noise: Sequence[Noise], unexplained: Sequence[Unexplained]) -> list[LegendLine]:
    counts = Counter(one.type for one in defects)
    lines = [(one.value.replace("_", " "), counts[one], DEFECT_COLOURS[one]) for one in DefectType if counts[one]]
    if unexplained:
        lines.append(("unexplained", len(unexplained), UNEXPLAINED_COLOUR))
    if noise:
        lines.append(("noise, not counted", len(noise), NOISE_COLOUR))
    return lines or [("no differences", 0, DEFECT_COLOURS[DefectType.ADDED])]


def _pale(picture: Picture) -> Picture:
    """Grey and light, dark pages too: frames of any colour stand out on it."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    light = cv2.convertScaleAbs(grey, alpha=0.35, beta=165)
    return cast("Picture", cv2.cvtColor(light, cv2.COLOR_GRAY2BGR))


def _grown(picture: Picture, shape: tuple[int, ...]) -> Picture:
    """White below and to the right, up to `shape`'s height and width where the picture is smaller."""
    down, right = max(shape[0] - picture.shape[0], 0), max(shape[1] - picture.shape[1], 0)
    if not down and not right:
        return picture
    return cast("Picture", cv2.copyMakeBorder(picture, 0, down, 0, right, cv2.BORDER_CONSTANT, value=_WHITE))


@dataclass(slots=True)
class _Canvas:
    """A picture to draw on; boxes may lie outside of it, wholly or in part. `unit` is a thin stroke's width."""

    pixels: Picture
    unit: int
    tags: list[Box] = field(default_factory=list)

    @classmethod
    def of(cls, picture: Picture) -> "_Canvas":
        return cls(np.ascontiguousarray(picture), max(1, round(picture.shape[1] / _PLAIN_WIDTH_PX)))

    def outline(self, box: Box | None, colour: Colour, strokes: int = 1) -> None:
        """`strokes` of them, one around the other."""
        for more in range(strokes if box else 0):
            first, last = self._corners(grown(cast("Box", box), more * self.unit))
            cv2.rectangle(self.pixels, first, last, colour, self.unit)

    def dashes(self, box: Box, colour: Colour) -> None:
        (left, top), (right, bottom) = self._corners(box)
        dash = _DASH_PX * self.unit
        for x in range(left, right, 2 * dash):
            for y in (top, bottom):
                cv2.line(self.pixels, (x, y), (min(x + dash, right), y), colour, self.unit)
        for y in range(top, bottom, 2 * dash):
            for x in (left, right):
                cv2.line(self.pixels, (x, y), (x, min(y + dash, bottom)), colour, self.unit)

    def arrow(self, source: Box | None, target: Box | None, colour: Colour) -> None:
        if source and target:
            first, last = (self._middle(box) for box in (source, target))
            length = max(float(np.hypot(last[0] - first[0], last[1] - first[1])), 1.0)
            tip = min(0.4, 8 * self.unit / length)
            cv2.arrowedLine(self.pixels, first, last, colour, self.unit, cv2.LINE_AA, tipLength=tip)

    def hatch(self, box: Box | None, colour: Colour) -> None:
        area = self._inside(box)
        if area is None or box is None:
            return
        rows, columns = np.ogrid[area.y : area.bottom, area.x : area.right]
        stripes = (rows + columns) % (_HATCH_PX * self.unit) < self.unit
        self.pixels[area.slices()][stripes] = colour
        self.outline(box, colour)

    def tint(self, box: Box | None, colour: Colour) -> None:
        area = self._inside(box)
        if area is not None:
            part = self.pixels[area.slices()]
            part[:] = (part * 0.7 + np.array(colour) * 0.3).astype(np.uint8)

    def restore(self, picture: Picture, box: Box) -> None:
        """The picture's own pixels, as they were."""
        area = self._inside(clipped(box, picture.shape[1], picture.shape[0]))
        if area is not None:
            self.pixels[area.slices()] = picture[area.slices()]

    def ghost(self, picture: Picture, box: Box, place: Box | None, colour: Colour) -> None:
        """What would stand at this place if it were not gone, faint: the picture's pixels in the box."""
        dx, dy = (place.x - box.x, place.y - box.y) if place else (0, 0)
        area = self._inside(clipped(box, picture.shape[1], picture.shape[0]).shifted(dx, dy))
        if area is not None:
            part = self.pixels[area.slices()]
            part[:] = (part * 0.4 + picture[area.shifted(-dx, -dy).slices()] * 0.6).astype(np.uint8)
            self.tint(area, colour)

    def tag(self, box: Box | None, words: str, colour: Colour, size: float = 1.0) -> None:
        """White words on the colour at the box's corner, where no other tag stands if there is such a place."""
        if not box or not words:
            return
        scale = 0.42 * size * self.unit
        (width, height), _ = cv2.getTextSize(words, _FONT, scale, self.unit)
        label = Box(0, 0, width + 6 * self.unit, height + 6 * self.unit)
        place = self._free_place(box, label)
        self.tags.append(place)
        corner = place.right - 1, place.bottom - 1
        cv2.rectangle(self.pixels, (place.x, place.y), corner, colour, cv2.FILLED)
        start = place.x + 3 * self.unit, place.bottom - 3 * self.unit
        cv2.putText(self.pixels, words, start, _FONT, scale, _WHITE, self.unit, cv2.LINE_AA)

    def with_legend(self, lines: Sequence[LegendLine]) -> Picture:
        """The picture with a strip below: a swatch, a name and a count for each line."""
        scale, row = 0.45 * self.unit, 26 * self.unit
        width = max(self.pixels.shape[1], 160)
        entries: list[tuple[int, int, str, Colour]] = []
        x, y = 10 * self.unit, 0
        for name, count, colour in lines:
            words = f"{name} {count}" if count else name
            length = cv2.getTextSize(words, _FONT, scale, self.unit)[0][0] + 38 * self.unit
            if x + length > width and x > 10 * self.unit:
                x, y = 10 * self.unit, y + row
            entries.append((x, y, words, colour))
            x += length
        strip = np.full((y + row, width, 3), 255, np.uint8)
        strip[: self.unit] = 200
        for x, y, words, colour in entries:
            top, side = y + 7 * self.unit, 12 * self.unit
            cv2.rectangle(strip, (x, top), (x + side, top + side), colour, cv2.FILLED)
            start = x + 18 * self.unit, y + 18 * self.unit
            cv2.putText(strip, words, start, _FONT, scale, _rgb("24292f"), self.unit, cv2.LINE_AA)
        return np.concatenate([_grown(self.pixels, (0, width)), strip])

    def _free_place(self, box: Box, tag: Box) -> Box:
        tries = (
            (box.x, box.y - tag.height),
            (box.right - tag.width, box.y - tag.height),
            (box.x, box.bottom),
            (box.x - tag.width, box.y),
            (box.right, box.y),
            (box.x, box.y),
        )
        places = [self._kept_in(tag.shifted(x, y)) for x, y in tries]
        free = [place for place in places if not any(overlap(place, other).area_px for other in self.tags)]
        return (free or places)[0]

    def _kept_in(self, box: Box) -> Box:
        height, width = self.pixels.shape[:2]
        x, y = max(0, min(box.x, width - box.width)), max(0, min(box.y, height - box.height))
        return Box(x, y, box.width, box.height)

    def _inside(self, box: Box | None) -> Box | None:
        if box is None:
            return None
        inside = clipped(box, self.pixels.shape[1], self.pixels.shape[0])
        return inside if inside.area_px else None

    def _corners(self, box: Box) -> tuple[tuple[int, int], tuple[int, int]]:
        """Around the box, not over it, and still in the picture: a frame must not hide the pixel it speaks of."""
        height, width = self.pixels.shape[:2]
        first = max(box.x - self.unit, 0), max(box.y - self.unit, 0)
        return first, (min(box.right, width - 1), min(box.bottom, height - 1))

    def _middle(self, box: Box) -> tuple[int, int]:
        return box.x + box.width // 2, box.y + box.height // 2
