"""Cuts each defect out of both pages, under its sentence: for chats, where a page is too long for a picture."""

from collections.abc import Sequence
from typing import Final, cast

import cv2
import numpy as np

from vision.boxes import clipped, grown
from vision.canvas import INK, WHITE, Canvas, Colour, shortened
from vision.difference.alignment import traced, would_stand
from vision.drawing import DEFECT_COLOURS, Heading, finished
from vision.messages import defect_message
from vision.types import Alignment, Box, Defect, Picture
from vision.words import MORE, Language

_WIDTH: Final = 900
_SIDE: Final = (426, 280)  # a crop is made to fit into this, in pixels
_GAP: Final = 16
_AROUND: Final = 40  # pixels of the page around the defect
_WORDS_PX: Final = 15


def draw_crops(
    reference: Picture,
    actual: Picture,
    defects: Sequence[Defect],
    alignment: Alignment,
    heading: Heading,
    language: Language = "en",
    most: int = 10,
) -> Picture:
    """At most this many defects, causes only, in their order: the sentence, below it the reference's part and the actual's."""
    causes = [one for one in defects if one.cause_id is None]
    rows = [_row(reference, actual, one, alignment, language) for one in causes[:most]]
    if len(causes) > most:
        rows.append(_line(MORE[language].format(len(causes) - most)))
    sheet = np.concatenate([*rows, np.full((_GAP, _WIDTH, 3), 255, np.uint8)])
    return finished(Canvas(sheet, 1), heading, [], language)


def _row(reference: Picture, actual: Picture, defect: Defect, alignment: Alignment, language: Language) -> Picture:
    words = defect_message(
        defect.type, defect.kind, defect.text, defect.reference_box, defect.actual_box, defect.detail, language
    )
    top = Canvas(np.full((_WORDS_PX + 2 * _GAP, _WIDTH, 3), 255, np.uint8), 1)
    top.tag(Box(_GAP, _GAP - 2, 0, 0), defect.id.removeprefix("d"), DEFECT_COLOURS[defect.type])
    left = top.tags[-1].right + 8
    top.write(shortened(words, _WORDS_PX, _WIDTH - left - _GAP), left, _WORDS_PX + _GAP - 3, INK, _WORDS_PX, 500)
    colour = DEFECT_COLOURS[defect.type]
    parts = zip((reference, actual), _parts(defect, alignment), strict=True)
    sides = [_crop(picture, box, colour) for picture, box in parts]
    height = max(side.shape[0] for side in sides)
    strip = np.full((height, _WIDTH, 3), WHITE, np.uint8)
    for side, x in zip(sides, (_GAP, _WIDTH - _GAP - _SIDE[0]), strict=True):
        strip[: side.shape[0], x : x + side.shape[1]] = side
    return np.concatenate([top.pixels, strip])


def _parts(defect: Defect, alignment: Alignment) -> tuple[Box, Box]:
    """Where to cut each picture: at the defect, or where it would be in the other one."""
    was, now = defect.reference_box, defect.actual_box
    if was and now:
        return was, now
    if was:
        return was, would_stand(was, alignment)
    assert now is not None
    return traced(now, alignment), now


def _crop(picture: Picture, box: Box, colour: Colour) -> Picture:
    height, width = picture.shape[:2]
    part = clipped(grown(box, _AROUND), width, height)
    if not part.area_px:
        part = Box(0, 0, min(width, _SIDE[0]), min(height, 60))
    cut = Canvas(picture[part.slices()].copy(), 1)
    cut.outline(box.shifted(-part.x, -part.y), colour, 2)
    scale = min(_SIDE[0] / part.width, _SIDE[1] / part.height, 1.0)
    size = max(1, round(part.width * scale)), max(1, round(part.height * scale))
    return cast("Picture", cv2.resize(cut.pixels, size, interpolation=cv2.INTER_AREA))


def _line(words: str) -> Picture:
    canvas = Canvas(np.full((_WORDS_PX + 2 * _GAP, _WIDTH, 3), 255, np.uint8), 1)
    canvas.write(words, _GAP, _WORDS_PX + _GAP - 3, INK, _WORDS_PX)
    return canvas.pixels
