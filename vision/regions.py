"""Where things changed, and what can be told from pixels alone about what stands there.

Works without any detection: ink is what differs from the colour around it; a thing is ink that holds together.
"""

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vision.boxes import clipped, grown, overlap, share_inside, union
from vision.similarity import grey
from vision.types import Box, Picture

# Changed pixels this near to each other are one region: letters of a word across, a letter and its accent down.
JOIN_ACROSS_PX = 7
JOIN_DOWN_PX = 3
# Regions of one line of text are joined across gaps up to this share of their height (the space between two words).
WORD_GAP = 0.7
MAX_WORD_GAP_PX = 32
# Ink differs from the ground by more than this many levels in some channel.
INK_LEVELS = 20
# The page's ground, a card, a photo behind everything: larger than this share of the page.
GROUND_SHARE = 0.2
# A frame's line may be pale (#dddfeb on white is 32 levels in no channel); corners are left out, small gaps allowed.
FRAME_LEVELS = 12
FRAME_CLOSED = 0.85
MIN_FRAME_PX = 10
MAX_GLYPH_PX = 64
# What text stands in the middle of is a button when it is filled in another colour than its surroundings, this clearly, and no
# wider than this; card heads and footers are wider or paler.
MAX_BUTTON_PX = 480
BUTTON_LEVELS = 48
# A place is blank when what it holds stays this near to the colour around it (vision research: <0.08 of the range)
# or has less than this share of the other side's edges.
BLANK_LEVELS = 12
BLANK_EDGE_SHARE = 0.15
# A seam along more than this share of a box's outline makes it a thing of its own.
SEAM_SHARE = 0.1
# How far around a region its things are looked for.
LOOK_AROUND_PX = 48
# A thing that runs on further than this is the page's or a card's ground, not a thing.
LOOK_FAR_PX = 1200

Mask = NDArray[np.bool_]


def find_regions(changed: Mask) -> list[Box]:
    """Boxes of changed pixels that belong together, largest first."""
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    if not len(rows):
        return []
    top, left = int(rows[0]), int(columns[0])
    part = changed[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1]
    kernel = np.ones((2 * JOIN_DOWN_PX + 1, 2 * JOIN_ACROSS_PX + 1), np.uint8)
    _, labels = cv2.connectedComponents(cv2.dilate(part.astype(np.uint8), kernel))
    found = ndimage.find_objects(np.where(part, labels, 0))
    boxes = [_box_of_slices(*slices).shifted(left, top) for slices in found if slices is not None]
    return sorted(joined_lines(boxes), key=lambda box: -box.area_px)


def _box_of_slices(rows: slice, columns: slice) -> Box:
    return Box(columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)


def _box_of(rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Box:
    left, top = int(columns.min()), int(rows.min())
    return Box(left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1)


def joined_lines(boxes: list[Box]) -> list[Box]:
    """Boxes that stand in one line of text with no more than a word's gap between them, as one."""
    joined: list[Box] = []
    for box in sorted(boxes, key=lambda box: (box.x, box.y)):
        mate = next((other for other in joined if _same_line(other, box)), None)
        if mate is not None:
            joined.remove(mate)
            box = union((mate, box))
        joined.append(box)
    return joined


def _same_line(first: Box, second: Box) -> bool:
    shared = min(first.bottom, second.bottom) - max(first.y, second.y)
    low, high = sorted((first.height, second.height))
    gap = max(first.x, second.x) - min(first.right, second.right)
    return shared >= 0.6 * low and high <= 2.5 * low and gap <= min(MAX_WORD_GAP_PX, WORD_GAP * high)


def ground_colour(picture: Picture, box: Box, reach: int = 2) -> NDArray[np.int16]:
    """The commonest colour of the ring around a box (BGR)."""
    outer = clipped(grown(box, reach), picture.shape[1], picture.shape[0])
    part = picture[outer.slices()]
    ring = np.ones(part.shape[:2], np.bool_)
    inner = box.shifted(-outer.x, -outer.y)
    ring[max(0, inner.y) : inner.bottom, max(0, inner.x) : inner.right] = False
    colours = part[ring] if ring.any() else part.reshape(-1, 3)
    coarse = (colours >> 3).astype(np.int64) @ np.array([1, 32, 1024])
    commonest = np.bincount(coarse).argmax()
    return np.asarray(np.median(colours[coarse == commonest], axis=0), dtype=np.int16)


def ink_mask(picture: Picture, box: Box, ground: NDArray[np.int16], levels: int = INK_LEVELS) -> Mask:
    """Which pixels of the box differ from the ground."""
    return np.asarray(np.abs(picture[box.slices()].astype(np.int16) - ground).max(axis=2) > levels)


def tight_box(picture: Picture, box: Box) -> Box:
    """The box of the ink inside, against the colour around; the box itself where there is none."""
    ink = ink_mask(picture, box, ground_colour(picture, box))
    if not ink.any():
        return box
    rows, columns = np.nonzero(ink)
    return _box_of(rows, columns).shifted(box.x, box.y)


def trimmed(picture: Picture, box: Box) -> Box | None:
    """The box without the uniform rows and columns at its edges; None where nothing is left."""
    if not box.area_px:
        return None
    part = picture[box.slices()].astype(np.int16)
    ground = np.median(part[:, 0], axis=0) if _uniform(part[:, 0]) else np.median(part.reshape(-1, 3), axis=0)
    ink = np.abs(part - ground).max(axis=2) > BLANK_LEVELS
    if not ink.any():
        return None
    rows, columns = np.nonzero(ink)
    return _box_of(rows, columns).shifted(box.x, box.y)


def _uniform(line: NDArray[np.int16]) -> bool:
    return int((line.max(axis=0) - line.min(axis=0)).max()) <= BLANK_LEVELS


def edge_energy(picture: Picture, box: Box) -> float:
    """Sum of absolute steps between neighbouring pixels in the box: how much is drawn there."""
    light = grey(picture[box.slices()]).astype(np.int16)
    return float(np.abs(np.diff(light, axis=0)).sum() + np.abs(np.diff(light, axis=1)).sum())


def is_blank(picture: Picture, box: Box, other: Picture) -> bool:
    """Is nothing drawn here, while something is in the other picture at the same place?"""
    if not ink_mask(picture, box, ground_colour(picture, box), BLANK_LEVELS).any():
        return True
    return edge_energy(picture, box) < BLANK_EDGE_SHARE * edge_energy(other, box) and _goes_on_around(picture, box)


def _goes_on_around(picture: Picture, box: Box) -> bool:
    """Is there no edge along the box's sides: a gradient or a photo that runs through, not a picture of its own?"""
    height, width = picture.shape[:2]
    inner, outer = clipped(box, width, height), clipped(grown(box, 1), width, height)
    part = picture[outer.slices()].astype(np.int16)
    top, left = inner.y - outer.y, inner.x - outer.x
    steps = []
    if top:
        steps.append(np.abs(part[1] - part[0]))
    if left:
        steps.append(np.abs(part[:, 1] - part[:, 0]))
    if outer.bottom > inner.bottom:
        steps.append(np.abs(part[-1] - part[-2]))
    if outer.right > inner.right:
        steps.append(np.abs(part[:, -1] - part[:, -2]))
    return bool(steps) and float(np.mean(np.concatenate(steps).max(axis=1) > BLANK_LEVELS)) < SEAM_SHARE


def find_things(picture: Picture, region: Box, look_around_px: int = LOOK_AROUND_PX) -> list[Box]:
    """Boxes of the ink that a region touches: a word, a line of text, a framed field, a filled button, an image."""
    height, width = picture.shape[:2]
    window = clipped(grown(region, look_around_px), width, height)
    inside = clipped(region, width, height)
    if not inside.area_px:
        return []
    ink = ink_mask(picture, window, ground_colour(picture, inside))
    reach = max(3, min(15, int(0.4 * region.height)))
    spread = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 2 * (reach // 2) + 1), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(spread, connectivity=8)
    core = inside.shifted(-window.x, -window.y)
    touched = np.unique(labels[core.slices()][ink[core.slices()]])
    boxes = [Box(*(int(value) for value in stats[index, :4])).shifted(window.x, window.y) for index in touched if index]
    cut = [box for box in boxes if _runs_out(box, window, width, height)]
    if cut and 0 < look_around_px < LOOK_FAR_PX:
        return find_things(picture, region, 3 * look_around_px)
    held = [overlap(box, inside) if box in cut or _is_ground(box, inside, width * height) else box for box in boxes]
    frames = [box for box in held if box.area_px and is_framed(picture, box)]
    return _outermost(frames + joined_lines([box for box in held if box.area_px and box not in frames]))


def _is_ground(box: Box, region: Box, page_px: int) -> bool:
    """Is this what the page stands on rather than a thing on the page?"""
    return box.area_px > GROUND_SHARE * page_px and box.area_px > 1.5 * region.area_px


def is_framed(picture: Picture, box: Box) -> bool:
    """Does a closed outline or a fill reach all four sides of this (tight) box, corners aside? Letters never do."""
    if min(box.width, box.height) < MIN_FRAME_PX:
        return False
    ink = ink_mask(picture, box, ground_colour(picture, box), FRAME_LEVELS)
    skip_x, skip_y = box.width // 4, box.height // 4
    deep = max(2, min(box.width, box.height) // 10)  # a pill's ends are round as far as the middle
    across, down = slice(skip_x, box.width - skip_x), slice(skip_y, box.height - skip_y)
    sides = (ink[:deep, across], ink[-deep:, across], ink[down, :deep].T, ink[down, -deep:].T)
    return all(bool(side.any(axis=0).mean() > FRAME_CLOSED) for side in sides) and _ends_here(picture, box)


def _ends_here(picture: Picture, box: Box) -> bool:
    """Is the line just outside each side mostly ground? A box drawn too small around a fill has more of the fill there."""
    height, width = picture.shape[:2]
    ground = ground_colour(picture, box)
    across, down = (box.x + box.width // 4, box.width // 2), (box.y + box.height // 4, box.height // 2)
    lines = (
        Box(across[0], box.y - 2, across[1], 1),
        Box(across[0], box.bottom + 1, across[1], 1),
        Box(box.x - 2, down[0], 1, down[1]),
        Box(box.right + 1, down[0], 1, down[1]),
    )
    outside = [line for line in lines if clipped(line, width, height) == line]
    return all(bool(ink_mask(picture, line, ground, FRAME_LEVELS).mean() < 0.5) for line in outside)


def find_button(picture: Picture, text: Box) -> Box | None:
    """The fill a line of text stands in the middle of; None where it stands on the page, in a row or in a card."""
    height = picture.shape[0]
    ground = ground_colour(picture, text)
    reach = max(2 * text.height, 40)
    column = max(0, text.x - 1)
    top = _run_of(picture[max(0, text.y - reach) : text.y, column][::-1], ground)
    bottom = _run_of(picture[text.bottom : text.bottom + reach, column], ground)
    if top >= min(reach, text.y) or bottom >= min(reach, height - text.bottom):
        return None
    first, last = text.y - top, text.bottom + bottom
    left, right = text.x, text.right
    for row in (first + (last - first) // 5, last - 1 - (last - first) // 5, (first + last) // 2):
        left -= _run_of(picture[row, max(0, left - MAX_BUTTON_PX) : left][::-1], ground)
        right += _run_of(picture[row, right : right + MAX_BUTTON_PX], ground)
    inner = Box(left, first, right - left, last - first)
    if inner.height > 4 * text.height or inner.width > MAX_BUTTON_PX or abs(text.x - left - (right - text.right)) > 6:
        return None
    if np.abs(ground_colour(picture, inner) - ground).max() < BUTTON_LEVELS:
        return None
    return inner if is_framed(picture, inner) else None


def _run_of(line: NDArray[np.uint8], ground: NDArray[np.int16]) -> int:
    """How many pixels from the start have the ground's colour."""
    other = np.flatnonzero(np.abs(line.astype(np.int16) - ground).max(axis=1) > FRAME_LEVELS)
    return int(other[0]) if len(other) else len(line)


def find_glyph(picture: Picture, region: Box) -> Box | None:
    """The small framed figure a region touches (a checkbox, a radio, a switch), even where a text stands beside it."""
    height, width = picture.shape[:2]
    inside = clipped(region, width, height)
    if not inside.area_px or max(inside.width, inside.height) > MAX_GLYPH_PX:
        return None
    window = clipped(grown(inside, MAX_GLYPH_PX), width, height)
    ink = ink_mask(picture, window, ground_colour(picture, inside, 3), FRAME_LEVELS)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    boxes = [Box(*(int(value) for value in row[:4])).shifted(window.x, window.y) for row in stats[1:]]
    around = [box for box in boxes if share_inside(region, grown(box, 3)) > 0.7 and _is_glyph(picture, box)]
    return min(around, key=lambda box: box.area_px, default=None)


def _is_glyph(picture: Picture, box: Box) -> bool:
    fits = max(box.width, box.height) <= MAX_GLYPH_PX and 0.8 <= box.width / box.height <= 2.6
    return fits and is_framed(picture, box)


def _runs_out(box: Box, window: Box, width: int, height: int) -> bool:
    """Does the thing go on outside the window (not counting the picture's own edges)?"""
    return (
        (box.x == window.x > 0)
        or (box.y == window.y > 0)
        or (box.right == window.right < width)
        or (box.bottom == window.bottom < height)
    )


def _outermost(boxes: list[Box]) -> list[Box]:
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda box: -box.area_px):
        if not any(share_inside(box, other) > 0.8 for other in kept):
            kept.append(box)
    return kept
