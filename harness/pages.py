"""Pages of any size, the same on every machine: the rendered pages of tests/data/pages side by side, and changes to them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from config import ROOT
from vision.elements.text_lines import find_text_lines
from vision.image import ImageLimits, decode
from vision.types import Box, Picture, Size

PAGES: Final = ROOT / "tests" / "data" / "pages"
FULL_HD: Final = Size(1920, 1080)
LONG: Final = Size(1280, 8000)
# Every page has a field of this size: about as dense as a real page, 60 to 130 elements on Full HD.
FIELD: Final = Size(960, 720)
_BACKGROUND: Final = 250
_LIMITS: Final = ImageLimits(max_bytes=5_000_000, max_pixels=5_000_000)


@dataclass(frozen=True, slots=True)
class PairFiles:
    reference: Path
    actual: Path


def page(size: Size, first: int = 0) -> Picture:
    """Pages in rows, starting with page number `first`, cut at the edges."""
    parts = [decode(path.read_bytes(), _LIMITS) for path in sorted(PAGES.glob("*.png"))]
    canvas = np.full((size.height, size.width, 3), _BACKGROUND, np.uint8)
    fields = [(x, y) for y in range(0, size.height, FIELD.height) for x in range(0, size.width, FIELD.width)]
    for number, (x, y) in enumerate(fields):
        part = parts[(first + number) % len(parts)][: size.height - y, : size.width - x]
        canvas[y : y + part.shape[0], x : x + part.shape[1]] = part
    return canvas


def with_a_word_gone(picture: Picture) -> Picture:
    """The right part of the wide text line nearest to the centre, painted over with its background."""
    height, width = picture.shape[:2]
    lines = find_text_lines(picture)
    wide = [line for line in lines if line.width >= 5 * line.height] or lines or [Box(0, 0, width, height)]
    line = min(wide, key=lambda box: abs(box.x + box.width / 2 - width / 2) + abs(box.y + box.height / 2 - height / 2))
    changed = picture.copy()
    changed[line.y : line.bottom, line.x + line.width * 6 // 10 : line.right] = picture[line.y, max(line.x - 1, 0)]
    return changed


def with_a_part_changed(picture: Picture, share: float) -> Picture:
    """A rectangle in the centre, `share` of the area (0..1), shows another page with inverted colours."""
    height, width = picture.shape[:2]
    other = 255 - page(Size(width, height), first=5)
    part_height, part_width = round(height * share**0.5), round(width * share**0.5)
    y, x = (height - part_height) // 2, (width - part_width) // 2
    changed = picture.copy()
    changed[y : y + part_height, x : x + part_width] = other[y : y + part_height, x : x + part_width]
    return changed


def saved(picture: Picture, path: Path, compression: int = 3) -> Path:
    ok, data = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, compression])
    assert ok
    path.write_bytes(data.tobytes())
    return path
