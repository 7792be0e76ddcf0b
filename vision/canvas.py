"""A picture to draw on: frames, dashes, arrows, hatches, numbers and words. `vision/drawing.py` decides what is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, cast

import cv2
import numpy as np

from vision.boxes import clipped, grown, overlap
from vision.types import Box, Picture

Colour = tuple[int, int, int]
"""Blue, green, red."""

WHITE: Final[Colour] = (255, 255, 255)
INK: Final[Colour] = (47, 41, 36)
# From this width on strokes are thicker, so that the picture is readable when it is reduced.
_PLAIN_WIDTH_PX: Final = 1600
_DASH_PX: Final = 6
_HATCH_PX: Final = 8
_TAG_PX, _WORDS_PX, _HEAD_PX = 12, 14, 17
_BOLD: Final = 600

LegendLine = tuple[str, int, Colour]
"""Words, how many (0: no number), and the colour of the swatch."""


def rgb(code: str) -> Colour:
    """A colour written as `rrggbb`."""
    red, green, blue = bytes.fromhex(code)
    return blue, green, red


def text_width(words: str, size_px: int, weight: int = 400) -> int:
    """How wide the words are, in pixels."""
    _, _, width, _ = cv2.getTextSize((0, 0), words, (0, 0), _font(), size_px, weight)
    return int(width)


def shortened(words: str, size_px: int, room_px: int) -> str:
    """The words in one line, cut at the end if they are too wide."""
    line = " ".join(words.split())
    if text_width(line, size_px) <= room_px:
        return line
    while line and text_width(f"{line}…", size_px) > room_px:
        line = line[:-1]
    return f"{line}…"


@cache
def _font() -> Any:
    """OpenCV's own, which has Latin and Cyrillic letters."""
    return cv2.FontFace("sans")


@dataclass(slots=True)
class Canvas:
    """Boxes may be partly or completely outside the picture. `unit` is the width of a thin stroke."""

    pixels: Picture
    unit: int
    tags: list[Box] = field(default_factory=list)

    @classmethod
    def of(cls, picture: Picture) -> "Canvas":
        return cls(np.ascontiguousarray(picture), max(1, round(picture.shape[1] / _PLAIN_WIDTH_PX)))

    def outline(self, box: Box | None, colour: Colour, strokes: int = 1) -> None:
        """Draws `strokes` nested frames."""
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

    def seam(self, box: Box, colour: Colour) -> None:
        """A line with two ends where the box was removed: at its upper side, or its left one for a column."""
        across = box.width >= box.height
        first = box.x, box.y
        last = (box.right, box.y) if across else (box.x, box.bottom)
        cv2.line(self.pixels, first, last, colour, 2 * self.unit)
        end = 5 * self.unit
        for x, y in (first, last):
            reach = (0, end) if across else (end, 0)
            cv2.line(self.pixels, (x - reach[0], y - reach[1]), (x + reach[0], y + reach[1]), colour, 2 * self.unit)

    def arrow(self, source: Box, target: Box, colour: Colour) -> None:
        """An arrow from one frame to the other, outside both, so that it covers no text. None if they overlap."""
        first, last = self._ends(source, target)
        length = float(np.hypot(last[0] - first[0], last[1] - first[1]))
        if length >= 3:
            tip = min(0.5, 8 * self.unit / length)
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

    def ghost(self, picture: Picture, box: Box, place: Box, colour: Colour) -> None:
        """Draws what was removed here, faintly: the picture's pixels in the box."""
        dx, dy = place.x - box.x, place.y - box.y
        area = self._inside(clipped(box, picture.shape[1], picture.shape[0]).shifted(dx, dy))
        if area is not None:
            part = self.pixels[area.slices()]
            part[:] = (part * 0.4 + picture[area.shifted(-dx, -dy).slices()] * 0.6).astype(np.uint8)
            self.tint(area, colour)

    def tag(self, box: Box | None, words: str, colour: Colour) -> None:
        """White words on the colour, beside the box and not over another tag if possible."""
        if not box or not words:
            return
        size = _TAG_PX * self.unit
        label = Box(0, 0, text_width(words, size, _BOLD) + 8 * self.unit, size + 4 * self.unit)
        place = self._free_place(box, label)
        self.tags.append(place)
        corner = place.right - 1, place.bottom - 1
        cv2.rectangle(self.pixels, (place.x, place.y), corner, colour, cv2.FILLED)
        self.write(words, place.x + 4 * self.unit, place.bottom - 4 * self.unit, WHITE, size, _BOLD)

    def write(self, words: str, x: int, y: int, colour: Colour, size_px: int, weight: int = 400) -> None:
        """Writes words with the first letter at (x, y)."""
        cv2.putText(self.pixels, words, (x, y), colour, _font(), size_px, weight)

    def with_heading(self, bold: str, colour: Colour, plain: str) -> Picture:
        """The picture with a strip above: a few words in bold and colour, others after them, cut to fit."""
        if not bold and not plain:
            return self.pixels
        size, pad = _HEAD_PX * self.unit, 10 * self.unit
        width = max(self.pixels.shape[1], 160)
        strip = Canvas(np.full((size + 2 * pad, width, 3), 255, np.uint8), self.unit)
        strip.pixels[-self.unit :] = 200
        begin = pad + (text_width(bold, size, _BOLD) + pad if bold else 0)
        strip.write(shortened(bold, size, width - 2 * pad), pad, pad + size - 3 * self.unit, colour, size, _BOLD)
        strip.write(shortened(plain, size, max(width - begin - pad, 0)), begin, pad + size - 3 * self.unit, INK, size)
        return np.concatenate([strip.pixels, padded(self.pixels, (0, width))])

    def with_legend(self, lines: Sequence[LegendLine]) -> Picture:
        """The picture with a strip below: a swatch, a name and a count for each line."""
        size, row = _WORDS_PX * self.unit, 26 * self.unit
        width = max(self.pixels.shape[1], 160)
        entries: list[tuple[int, int, str, Colour]] = []
        x, y = 10 * self.unit, 0
        for name, count, colour in lines:
            words = f"{name} {count}" if count else name
            length = text_width(words, size) + 38 * self.unit
            if x + length > width and x > 10 * self.unit:
                x, y = 10 * self.unit, y + row
            entries.append((x, y, words, colour))
            x += length
        strip = Canvas(np.full((y + row, width, 3), 255, np.uint8), self.unit)
        strip.pixels[: self.unit] = 200
        for x, y, words, colour in entries:
            top, side = y + 7 * self.unit, 12 * self.unit
            cv2.rectangle(strip.pixels, (x, top), (x + side, top + side), colour, cv2.FILLED)
            room = width - x - 18 * self.unit
            strip.write(shortened(words, size, room), x + 18 * self.unit, y + 18 * self.unit, INK, size)
        return np.concatenate([padded(self.pixels, (0, width)), strip.pixels])

    def _ends(self, source: Box, target: Box) -> tuple[tuple[int, int], tuple[int, int]]:
        a, b = self._middle(source), self._middle(target)
        gap = 6 * self.unit
        if not overlap(grown(source, gap), target).area_px:
            return _edge_towards(source, b), _edge_towards(target, a)
        if abs(b[0] - a[0]) >= abs(b[1] - a[1]):
            below = max(source.bottom, target.bottom) + gap
            return (a[0], below), (b[0], below)
        beside = max(source.right, target.right) + gap
        return (beside, a[1]), (beside, b[1])

    def _free_place(self, box: Box, tag: Box) -> Box:
        """A place left of the box, above it, right of it or below; at its corner only if none of these is inside the
        picture.
        """
        gap = 3 * self.unit
        tries = (
            (box.x - tag.width - gap, box.y),
            (box.x, box.y - tag.height - gap),
            (box.right + gap, box.y),
            (box.right - tag.width, box.y - tag.height - gap),
            (box.x, box.bottom + gap),
        )
        places = [tag.shifted(x, y) for x, y in tries]
        inside = [place for place in places if self._kept_in(place) == place] or [self._kept_in(places[1])]
        free = [place for place in inside if not any(overlap(place, other).area_px for other in self.tags)]
        return (free or inside)[0]

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
        """The frame's corners around the box, not over it, and inside the picture: a frame must not hide the pixel it
        marks.
        """
        height, width = self.pixels.shape[:2]
        first = max(box.x - self.unit, 0), max(box.y - self.unit, 0)
        return first, (min(box.right, width - 1), min(box.bottom, height - 1))

    def _middle(self, box: Box) -> tuple[int, int]:
        return box.x + box.width // 2, box.y + box.height // 2


def padded(picture: Picture, shape: tuple[int, ...]) -> Picture:
    """White below and to the right, up to `shape`'s height and width where the picture is smaller."""
    down, right = max(shape[0] - picture.shape[0], 0), max(shape[1] - picture.shape[1], 0)
    if not down and not right:
        return picture
    return cast("Picture", cv2.copyMakeBorder(picture, 0, down, 0, right, cv2.BORDER_CONSTANT, value=WHITE))


def _edge_towards(box: Box, point: tuple[int, int]) -> tuple[int, int]:
    """Where the line from the box's middle to the point leaves the box."""
    middle = box.x + box.width / 2, box.y + box.height / 2
    dx, dy = point[0] - middle[0], point[1] - middle[1]
    reach = min(box.width / 2 / max(abs(dx), 1e-9), box.height / 2 / max(abs(dy), 1e-9), 1.0)
    return round(middle[0] + dx * reach), round(middle[1] + dy * reach)
