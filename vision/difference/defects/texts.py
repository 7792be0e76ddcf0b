"""Decides for a line of text: other letters, or the same letters in another style?"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vision.boxes import clipped, grown, iou, overlap, union
from vision.difference.alignment import traced
from vision.difference.conservation import ink_ratio
from vision.difference.defects.colours import is_one_colour, style_draft
from vision.difference.defects.drafts import distance_px, moved_pair, other_picture, pair_draft
from vision.difference.defects.readings import SAME_READING, common_beginning, likeness, read_line
from vision.difference.defects.scene import FRAMED_KINDS, MIN_WORD, OTHER_LETTER, RESIZED_PX, SAME_PLACE, Mask, Scene
from vision.difference.matching import Pair, Thing, look_alike
from vision.difference.noise import unlikeness
from vision.difference.regions import find_button, ground_colour, ink_mask, tight_box
from vision.types import Box, Defect, DefectType, Picture

# Lines of one size that correlate less are not the same line, re-rendered: another weight, slant or text.
SAME_LINE_LOOK = 0.7
# The greatest height of an underline.
LINE_PX = 4
# The same for columns aligned at their lines' starts or ends, off by half a pixel at most: kept letters leave up to
# 0.07, the first changed one more than 0.1.
KEPT_LETTER = 0.085
# From this share of unchanged columns on, at a line's start and end, a word in it changed; another weight or slant
# changes nearly every letter.
KEPT_COLUMNS = 0.25
# Lines with equal readings still differ if this share of the columns is the same and one differs this much.
KEPT_PIECE = 0.5
PLAINLY_UNLIKE = 0.13
# Re-rendering keeps the ink of a line to this share.
KEPT_INK = 0.04
# Text has at least this many gaps between letters; a bar or a knob has none. A frame's own lines are this thick.
LEAST_GAPS = 2
FRAME_PX = 4


def classify_text(scene: Scene, pair: Pair, before: Box, after: Box) -> Defect:
    if _is_read_elsewhere(scene, pair, before, after):
        return moved_pair(scene, pair, before, after)
    if overlap(before, after).area_px and _are_one_line_high(before, after):
        line = union((before, after))
        before_end = _end_of_line(line, before, [scene.stood[at] for at in scene.stood.near(line)])
        after_end = _end_of_line(line, after, [element.box for element in scene.near_actual(line)])
        before, after = tight_box(scene.laid, before_end), tight_box(scene.actual, after_end)
    texts = texts_of(scene, pair, before, after)
    changed = letters_differ(scene, before, after, texts)
    before, after = _framed_line(scene, before, after)
    if changed:
        return text_draft(scene, pair, before, after, texts)
    draft = style_draft(scene, pair, before, after)
    if texts[0] == texts[1] and len(texts[0]) >= MIN_WORD and is_line_painted_again(scene, before, after):
        return replace(draft, detail={"aspect": "colour"})
    return draft


def is_line_painted_again(scene: Scene, before: Box, after: Box) -> bool:
    """Is it a re-rendered line: the same reading, the same ink, and a fit to half a pixel in both directions?"""
    if any(
        abs(a - b) > 1 for a, b in ((before.width, after.width), (before.height, after.height), (before.x, after.x))
    ):
        return False
    place = union((before, after))
    one, two = scene.laid[place.slices()], scene.actual[place.slices()]
    ratio = ink_ratio(scene.laid, scene.actual, clipped(grown(place, 3), scene.laid.shape[1], scene.laid.shape[0]))
    kept = ratio is not None and abs(ratio - 1) <= KEPT_INK
    return kept and float(unlikeness(one, two, fitted=False).max()) < PLAINLY_UNLIKE


def _end_of_line(line: Box, own: Box, others: Iterable[Box]) -> Box:
    """The line up to the next thing in it: when a text became shorter, its neighbour came closer."""
    starts = [box.x for box in others if box.x >= own.right and overlap(box, line).area_px]
    return replace(line, width=min([line.right, *starts]) - line.x)


def _are_one_line_high(before: Box, after: Box) -> bool:
    low, high = sorted((before.height, after.height))
    return high <= 1.6 * low + RESIZED_PX


def _is_read_elsewhere(scene: Scene, pair: Pair, before: Box, after: Box) -> bool:
    """Are these the same words at another place? Letters between pixels are drawn differently."""
    if (
        distance_px(before, after) < scene.moved_px
        or max(abs(before.width - after.width), abs(before.height - after.height)) > RESIZED_PX
    ):
        return False
    one, two = scene.laid[before.slices()], scene.actual[after.slices()]
    if look_alike(one, two) < SAME_LINE_LOOK and float(column_residue(one, two, from_end=False).max()) > PLAINLY_UNLIKE:
        return False
    texts = texts_of(scene, pair, before, after)
    return len(texts[0]) >= MIN_WORD and texts[0] == texts[1] and is_one_colour(scene, before, after)


def _framed_line(scene: Scene, before: Box, after: Box) -> tuple[Box, Box]:
    """The button around a line in its middle, detected or not: the line is its text."""
    frames = find_button(scene.laid, before), find_button(scene.actual, after)
    if frames[0] is None or frames[1] is None or iou(frames[0], frames[1]) < SAME_PLACE:
        return before, after
    return frames[0], frames[1]


def letters_differ(scene: Scene, before: Box, after: Box, texts: tuple[str, str]) -> bool:
    """Are the letters different, rather than the same in another colour, weight or slant?"""
    if _is_only_a_line(scene.changed[union((before, after)).slices()]):
        return False
    one, two = on_common_rows(scene, before, after)
    if texts[0] == texts[1] and sum(letter.isalnum() for letter in texts[0]) >= MIN_WORD:
        return _one_piece_differs(one, two)
    in_place = (before.y, before.height) == (after.y, after.height)
    alike = float(column_residue(one, two, from_end=False).max()) < (OTHER_LETTER if in_place else KEPT_LETTER)
    if alike and abs(before.width - after.width) <= 1:
        return False
    if _kept_columns(one, two) >= KEPT_COLUMNS:
        return True
    if not all(_is_readable(text) for text in texts):
        return not _same_words(glyphs(scene.laid, before), glyphs(scene.actual, after))
    if texts[0] != texts[1] and _keeps_first_words(glyphs(scene.laid, before), glyphs(scene.actual, after)):
        return True
    # If all letters changed, it is style only if both readings are one text
    return likeness(*texts) < SAME_READING


def _is_readable(text: str) -> bool:
    return sum(letter.isalnum() for letter in text) >= 2


def _is_only_a_line(changed: Mask) -> bool:
    """Was only an underline or strike-through added or removed: a few rows of pixels, most of the text's width?"""
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if not len(rows):
        return False
    return int(rows[-1] - rows[0]) < LINE_PX and len(columns) > 0.6 * changed.shape[1]


def on_common_rows(scene: Scene, before: Box, after: Box) -> tuple[Picture, Picture]:
    """Two lines, cut to their common rows if they share a baseline: a letter's descender makes a box higher."""
    if abs(before.bottom - after.bottom) <= before.height // 2 and abs(before.y - after.y) <= before.height // 2:
        top, bottom = min(before.y, after.y), max(before.bottom, after.bottom)
        before = Box(before.x, top, before.width, bottom - top)
        after = Box(after.x, top, after.width, bottom - top)
    return scene.laid[before.slices()], scene.actual[after.slices()]


def column_residue(one: Picture, two: Picture, from_end: bool, fitted: bool = True) -> NDArray[np.float32]:
    """The residue of each column of two lines, aligned at their starts or ends."""
    height, width = min(one.shape[0], two.shape[0]), min(one.shape[1], two.shape[1])
    if from_end:
        return unlikeness(one[:height, -width:], two[:height, -width:], fitted)[::-1]
    return unlikeness(one[:height, :width], two[:height, :width], fitted)


def _kept_columns(one: Picture, two: Picture) -> float:
    """The share of columns that stay the same from the start, and from the end: as painted, or in another colour (which
    cannot be fitted well if only a part of the line is alike).
    """
    kept = []
    for fitted in (False, True):
        start = _unlike_from(column_residue(one, two, from_end=False, fitted=fitted))
        end = _unlike_from(column_residue(one, two, from_end=True, fitted=fitted))
        kept.append((start + end) / max(one.shape[1], two.shape[1], 1))
    return float(min(1.0, max(kept)))


def _one_piece_differs(one: Picture, two: Picture) -> bool:
    """Are most columns of two lines the same and some clearly not: a sign that the reader does not know, such as an
    emoji? Another weight or slant changes all columns.
    """
    start, end = (column_residue(one, two, from_end=from_end, fitted=False) for from_end in (False, True))
    kept = _unlike_from(start) + _unlike_from(end)
    return kept >= KEPT_PIECE * max(one.shape[1], two.shape[1]) and float(start.max()) > PLAINLY_UNLIKE


def _unlike_from(residue: NDArray[np.float32]) -> int:
    unlike = np.flatnonzero(residue > KEPT_LETTER)
    return int(unlike[0]) if len(unlike) else len(residue)


def _same_words(one: Mask, two: Mask) -> bool:
    """Do two (unreadable) lines have equally many words, at the same shares of their width?"""
    first, second = _word_starts(one), _word_starts(two)
    if len(first) != len(second) or len(first) < 2:
        return False
    return max(abs(a - b) for a, b in zip(first, second, strict=True)) < 0.02


def _keeps_first_words(one: Mask, two: Mask) -> bool:
    """Do two lines of different lengths start with words of the same widths? Then they have one typeface and size."""
    if abs(one.shape[1] - two.shape[1]) <= RESIZED_PX:
        return False
    first, second = ([share * ink.shape[1] for share in _word_starts(ink)] for ink in (one, two))
    return len(first) > 1 and len(second) > 1 and abs(first[0] - second[0]) <= 1


def _word_starts(ink: Mask) -> list[float]:
    """Where words start, as shares of the line's width: after gaps wider than a fifth of its height."""
    columns = np.flatnonzero(ink.any(axis=0))
    gaps = np.flatnonzero(np.diff(columns) > max(2, 0.2 * ink.shape[0]))
    return [float(columns[gap + 1]) / ink.shape[1] for gap in gaps]


def glyphs(picture: Picture, box: Box) -> Mask:
    return ink_mask(picture, box, ground_colour(picture, box), 48)


def texts_of(scene: Scene, pair: Pair, before: Box, after: Box) -> tuple[str, str]:
    source = traced(before, scene.alignment)
    return (
        read_line(scene, scene.reference, source, _known_text(pair.before, before)),
        read_line(scene, scene.actual, after, _known_text(pair.after, after)),
    )


def _known_text(thing: Thing, box: Box) -> str:
    """The known text, if it was read in the same box."""
    return thing.text if iou(thing.box, box) > SAME_PLACE or thing.kind in FRAMED_KINDS else ""


def text_draft(scene: Scene, pair: Pair, before: Box, after: Box, texts: tuple[str, str]) -> Defect:
    if not any(texts) and not (is_written(scene.laid, before) or is_written(scene.actual, after)):
        if pair.before.kind is None and pair.after.kind is None:
            return style_draft(scene, pair, before, after)
        if FRAMED_KINDS & {pair.before.kind, pair.after.kind}:
            look = look_alike(scene.laid[before.slices()], scene.actual[after.slices()])
            return other_picture(scene, pair, before, after, look)
    if texts[0] == texts[1]:
        texts = texts[0], ""  # other letters with the same reading: the new text is unknown
    detail = {"before": texts[0], "after": texts[1], "span": span_of(*texts)}
    return pair_draft(scene, DefectType.TEXT_CHANGED, pair, before, after, detail)


def is_written(picture: Picture, box: Box) -> bool:
    """Does the ink in a box, without its frame, consist of letters?"""
    inner = grown(box, -FRAME_PX) if min(box.width, box.height) > 4 * FRAME_PX else box
    columns = np.flatnonzero(glyphs(picture, inner).any(axis=0))
    return int(np.count_nonzero(np.diff(columns) > 1)) >= LEAST_GAPS


def span_of(before: str, after: str) -> dict[str, list[int]]:
    """The first and last + 1 changed character in each text."""
    start = common_beginning(before, after)
    rest = min(len(before), len(after)) - start
    pairs = zip(reversed(before), reversed(after), strict=False)
    end = next((i for i, (a, b) in enumerate(pairs) if a != b or i >= rest), rest)
    return {"before": [start, len(before) - end], "after": [start, len(after) - end]}
