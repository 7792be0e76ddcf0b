"""Buttons, fields and drop-downs: classifies a change of the frame's size, of the text in it, or of its look."""

from typing import Any

import numpy as np

from vision.boxes import grown, union
from vision.difference.alignment import traced
from vision.difference.colour import commonest
from vision.difference.defects.colours import is_one_colour, style_draft
from vision.difference.defects.drafts import distance_px, moved_pair, pair_draft
from vision.difference.defects.scene import OTHER_LETTER, RESIZED_PX, Mask, Scene
from vision.difference.defects.texts import glyphs, letters_differ, text_draft, texts_of
from vision.difference.matching import Pair, Thing, find_again
from vision.difference.noise import unlikeness
from vision.types import Box, Defect, DefectType, Picture

# A lower frame contains no text; its sides are this thick.
LOWEST_FRAME_PX = 16
FRAME_SIDE_PX = 2
# Text in a frame differs from its fill by this much (placeholders are pale).
FRAME_INK_LEVELS = 32


def classify_framed(scene: Scene, pair: Pair, before: Box, after: Box, size: dict[str, Any] | None) -> Defect:
    """The defect of a changed button, field or drop-down: frame size, text or look."""
    if size is None and not changed_inside(scene, after):
        return style_draft(scene, pair, before, after)
    inner = _inner_text_before(scene, pair.before, before), inner_text(scene.actual, after)
    if size is None and inner[0] and inner[1] and not scene.changed[union((inner[0], inner[1])).slices()].any():
        return style_draft(scene, pair, before, after)
    texts = texts_of(scene, pair, inner[0] or before, inner[1] or after)
    same_text = bool(texts[0]) and texts[0] == texts[1]
    if size is not None and (inner[0] is None or same_text or _only_stands_elsewhere(scene, inner, after)):
        return pair_draft(scene, DefectType.RESIZED, pair, before, after, size)
    if same_text and _stands_elsewhere(scene, before, after):
        return moved_pair(scene, pair, before, after)
    if inner[0] and inner[1] and not letters_differ(scene, inner[0], inner[1], texts):
        if size is not None:
            return pair_draft(scene, DefectType.RESIZED, pair, before, after, size)
        return style_draft(scene, pair, before, after)
    if inner[0] or inner[1]:
        return text_draft(scene, pair, before, after, texts)
    return style_draft(scene, pair, before, after)


def _stands_elsewhere(scene: Scene, before: Box, after: Box) -> bool:
    """The same glyphs at another place in the same colours: between pixels they are drawn differently."""
    return distance_px(before, after) >= scene.moved_px and is_one_colour(scene, before, after)


def changed_inside(scene: Scene, box: Box) -> bool:
    """Did anything change where text can be? A frame too low for a margin around its text is checked to its edges."""
    if min(box.width, box.height) < LOWEST_FRAME_PX:
        return bool(scene.changed[grown(box, -FRAME_SIDE_PX).slices()].any())
    return bool((scene.changed[box.slices()] & _room_for_text(box.width, box.height)).any())


def _room_for_text(width: int, height: int) -> Mask:
    """The inside of an outline whose corners are rounded as far as they can be."""
    radius = min(width, height) / 2
    rows, columns = np.mgrid[0:height, 0:width]
    off_x = np.maximum(0, np.maximum(radius - columns, columns - (width - 1 - radius)))
    off_y = np.maximum(0, np.maximum(radius - rows, rows - (height - 1 - radius)))
    return np.asarray(np.hypot(off_x, off_y) <= radius - 4)


def _only_stands_elsewhere(scene: Scene, inner: tuple[Box | None, Box | None], after: Box) -> bool:
    """Does the frame contain the same text as before, and nothing else?"""
    if inner[0] is None or inner[1] is None:
        return inner[0] is inner[1]
    written_px = [
        int(np.count_nonzero(glyphs(picture, box).any(axis=0)))
        for picture, box in ((scene.laid, inner[0]), (scene.actual, inner[1]))
    ]
    return abs(written_px[0] - written_px[1]) <= RESIZED_PX and stands_in(scene, inner[0], after)


def stands_in(scene: Scene, text: Box, after: Box) -> bool:
    """Is all the frame's text still in it, perhaps elsewhere? (Its icon at the end, its text at the start.)"""
    crops = _split_by_gaps(scene.laid, text)
    found = [(crop, find_again(scene.laid, crop, scene.actual, [after])) for crop in crops]
    return all(
        place is not None
        and float(unlikeness(scene.laid[crop.slices()], scene.actual[place.slices()]).max()) < OTHER_LETTER
        for crop, place in found
    )


def _split_by_gaps(picture: Picture, box: Box) -> list[Box]:
    ink = glyphs(picture, box)
    columns = np.flatnonzero(ink.any(axis=0))
    if not len(columns):
        return [box]
    breaks = np.flatnonzero(np.diff(columns) > 1.5 * box.height)
    starts = [columns[0], *(columns[at + 1] for at in breaks)]
    stops = [*(columns[at] for at in breaks), columns[-1]]
    return [
        Box(box.x + int(start), box.y, int(stop - start) + 1, box.height)
        for start, stop in zip(starts, stops, strict=True)
    ]


def _inner_text_before(scene: Scene, thing: Thing, before: Box) -> Box | None:
    """The inner text as the reference has it: another thing may cover a part of it now."""
    if scene.standing_element(thing.element_id, thing.box) is None:
        return inner_text(scene.laid, before)
    source = traced(before, scene.alignment)
    inner = inner_text(scene.reference, source)
    return inner and inner.shifted(before.x - source.x, before.y - source.y)


def inner_text(picture: Picture, box: Box) -> Box | None:
    """The box of the text inside a frame, found against the frame's own colour."""
    room = _room_for_text(box.width, box.height)
    part = picture[box.slices()]
    if not room.any():
        return None
    ink = room & (np.abs(part.astype(np.int16) - commonest(part[room])).max(axis=2) > FRAME_INK_LEVELS)
    if not ink.any():
        return None
    rows, columns = np.nonzero(ink)
    left, top = int(columns.min()), int(rows.min())
    return Box(box.x + left, box.y + top, int(columns.max()) - left + 1, int(rows.max()) - top + 1)
