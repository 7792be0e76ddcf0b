"""Small drawn pictures: flat backgrounds, real letters (Pillow's own scalable font), exact places."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vision.types import Box, Picture

Colour = tuple[int, int, int]
"""Red, green, blue, as people write colours; the picture itself is BGR."""

WHITE: Colour = (255, 255, 255)
INK: Colour = (33, 37, 41)
GREY: Colour = (222, 226, 230)
BLUE: Colour = (13, 110, 253)


class Page:
    """A page to draw on: `page.text(20, 20, "Hello")`, then `page.picture`."""

    def __init__(self, width: int = 640, height: int = 400, background: Colour = WHITE) -> None:
        self._image = Image.new("RGB", (width, height), background)
        self._draw = ImageDraw.Draw(self._image)

    @property
    def picture(self) -> Picture:
        return np.ascontiguousarray(np.asarray(self._image)[:, :, ::-1])

    def paste(self, picture: Picture) -> None:
        """Takes over what was drawn on `picture` by other means."""
        self._image.paste(Image.fromarray(np.ascontiguousarray(picture[:, :, ::-1])))

    def text(self, x: int, y: int, words: str, size: int = 16, colour: Colour = INK) -> Box:
        """Draws a line whose content area begins at (x, y); returns the line's box as a browser would give it."""
        font = ImageFont.load_default(size)
        assert isinstance(font, ImageFont.FreeTypeFont)
        self._draw.text((x, y), words, fill=colour, font=font)
        ascent, descent = font.getmetrics()
        return Box(x, y, round(font.getlength(words)), ascent + descent)

    def block(self, box: Box, fill: Colour = BLUE) -> Box:
        self._draw.rectangle(_corners(box), fill=fill)
        return box

    def frame(self, box: Box, colour: Colour = GREY, fill: Colour = WHITE, radius: int = 4) -> Box:
        self._draw.rounded_rectangle(_corners(box), radius, fill=fill, outline=colour, width=1)
        return box

    def button(self, box: Box, words: str, fill: Colour = BLUE, colour: Colour = WHITE) -> Box:
        self._draw.rounded_rectangle(_corners(box), 4, fill=fill)
        self._centred(box, words, colour)
        return box

    def input(self, box: Box, words: str, colour: Colour = INK) -> Box:
        self.frame(box)
        self.text(box.x + 12, box.y + (box.height - 20) // 2, words, 16, colour)
        return box

    def photo(self, box: Box, seed: int = 0) -> Box:
        """Smooth random colours: nothing in it looks like text or a control."""
        small = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
        self._image.paste(
            Image.fromarray(small).resize((box.width, box.height), Image.Resampling.BICUBIC), (box.x, box.y)
        )
        return box

    def _centred(self, box: Box, words: str, colour: Colour) -> None:
        font = ImageFont.load_default(16)
        centre = box.x + box.width / 2, box.y + box.height / 2
        self._draw.text(centre, words, fill=colour, font=font, anchor="mm")


def iou(first: Box, second: Box) -> float:
    width = min(first.right, second.right) - max(first.x, second.x)
    height = min(first.bottom, second.bottom) - max(first.y, second.y)
    shared = max(width, 0) * max(height, 0)
    return shared / (first.area_px + second.area_px - shared)


def best_iou(box: Box, candidates: Sequence[Box]) -> float:
    return max((iou(box, candidate) for candidate in candidates), default=0.0)


def _corners(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.right - 1, box.bottom - 1
