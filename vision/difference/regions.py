"""Finds where things changed, and what is there, from pixels alone.

Works without a detector: ink is what differs from the colour around it; a thing is connected ink.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.blobs import boxes_of_blobs, label_blobs, near_boxes
from vision.boxes import Rows, clipped, grown, overlap, share_inside, union
from vision.types import Box, Picture

# Changed pixels this close are one region: letters of a word across, a letter and its accent down.
JOIN_ACROSS_PX = 7
JOIN_DOWN_PX = 3
# Regions of one line of text are joined across gaps up to this share of their height (the space between two words).
WORD_GAP = 0.7
MAX_WORD_GAP_PX = 32
# The greatest height of a line of text.
MAX_LINE_PX = 96
# Ink differs from the background by more than this many levels in some channel.
INK_LEVELS = 20
# A flat background has one colour to this many levels.
FLAT_LEVELS = 2
# A background (the page's, a card, a photo behind everything) covers more than this share of the page.
GROUND_SHARE = 0.2
# A frame's line may be pale (#dddfeb on white is 32 levels in no channel); corners are left out, small gaps allowed.
FRAME_LEVELS = 6
FRAME_CLOSED = 0.85
MIN_FRAME_PX = 10
# A side that two buttons share belongs to one of them: it is this far outside the other's box.
SHARED_SIDE_PX = 2
# A fill with text in its middle is a button if it differs from its surroundings this clearly and is at most this wide;
# card headers and footers are wider or paler.
MAX_BUTTON_PX = 480
BUTTON_LEVELS = 48
# A place is blank if its content is this close to the colour around it (research: <0.08 of the range) or has less than
# this share of the other side's edges.
BLANK_LEVELS = 12
BLANK_EDGE_SHARE = 0.15
# An edge along more than this share of a box's outline makes it a separate thing.
SEAM_SHARE = 0.1
# How far around a region things are searched.
LOOK_AROUND_PX = 48
# A thing that continues further than this is the background of the page or of a card.
LOOK_FAR_PX = 1200

Mask = NDArray[np.bool_]


def find_regions(changed: Mask) -> list[Box]:
    """The boxes of changed pixels that belong together, largest first."""
    boxes = near_boxes(changed, JOIN_ACROSS_PX, JOIN_DOWN_PX)
    return sorted(joined_lines(boxes), key=lambda box: -box.area_px)


def joined_lines(boxes: list[Box]) -> list[Box]:
    """Joins boxes in one line of text with no more than a word's gap between them."""
    joined = Rows()
    for box in sorted(boxes, key=lambda box: (box.x, box.y)):
        mate = next((index for index in joined.near(box) if _same_line(joined[index], box)), None)
        if mate is not None:
            box = union((joined.take(mate), box))
        joined.add(box)
    return list(joined)


def _same_line(first: Box, second: Box) -> bool:
    gap = max(first.x, second.x) - min(first.right, second.right)
    if gap > MAX_WORD_GAP_PX:  # most pairs end here
        return False
    shared = min(first.bottom, second.bottom) - max(first.y, second.y)
    low, high = sorted((first.height, second.height))
    return high <= MAX_LINE_PX and shared >= 0.6 * low and high <= 2.5 * low and gap <= WORD_GAP * high


def ground_colour(picture: Picture, box: Box, reach: int = 2) -> NDArray[np.int16]:
    """The commonest colour of the ring around a box (BGR)."""
    outer = clipped(grown(box, reach), picture.shape[1], picture.shape[0])
    ring = list(_around(outer, overlap(outer, box))) or [outer]
    colours = np.concatenate([picture[side.slices()].reshape(-1, 3) for side in ring])
    if (colours == colours[0]).all():
        return np.asarray(colours[0], dtype=np.int16)
    blue, green, red = (colours >> 3).astype(np.uint16).T
    coarse = blue | green << 5 | red << 10
    return _median_colour(colours[coarse == _commonest(coarse)])


def _commonest(values: NDArray[np.uint16]) -> np.uint16:
    """The value that most have; else the smallest of the commonest. A majority value is the median, which is found
    without sorting.
    """
    middle = np.partition(values, len(values) // 2)[len(values) // 2]
    if 2 * np.count_nonzero(values == middle) > len(values):
        return np.uint16(middle)
    kinds, counts = np.unique(values, return_counts=True)
    return np.uint16(kinds[counts.argmax()])


def _around(outer: Box, inner: Box) -> Iterator[Box]:
    """The parts of `outer` above, below, left and right of `inner`, which lies in it."""
    if not inner.area_px:
        return iter((outer,))
    sides = (
        Box(outer.x, outer.y, outer.width, inner.y - outer.y),
        Box(outer.x, inner.bottom, outer.width, outer.bottom - inner.bottom),
        Box(outer.x, inner.y, inner.x - outer.x, inner.height),
        Box(inner.right, inner.y, outer.right - inner.right, inner.height),
    )
    return (side for side in sides if side.area_px > 0)


def _median_colour(colours: NDArray[np.uint8]) -> NDArray[np.int16]:
    """Of at least one pixel; half a level is dropped."""
    if (colours == colours[0]).all():
        return np.asarray(colours[0], dtype=np.int16)
    middle = [(len(colours) - 1) // 2, len(colours) // 2]
    return np.asarray(np.partition(colours, middle, axis=0)[middle].astype(np.int16).sum(axis=0) // 2, dtype=np.int16)


def ink_mask(picture: Picture, box: Box, ground: NDArray[np.int16], levels: int = INK_LEVELS) -> Mask:
    """Which pixels of the box differ from the ground."""
    return np.asarray(_like_ground(picture, box, ground, levels) == 0)


def has_ink(picture: Picture, box: Box, ground: NDArray[np.int16], levels: int = INK_LEVELS) -> bool:
    """Does any pixel of the box differ from the ground?"""
    like = _like_ground(picture, box, ground, levels)
    return cv2.countNonZero(like) < like.size


def _like_ground(picture: Picture, box: Box, ground: NDArray[np.int16], levels: int) -> NDArray[np.uint8]:
    """255 where no channel is more than `levels` from the background's, else 0."""
    part = picture[box.slices()]
    if not part.size:
        return np.zeros(part.shape[:2], np.uint8)
    lowest, highest = (np.clip(ground + way, 0, 255).tolist() for way in (-levels, levels))
    return np.asarray(cv2.inRange(part, tuple(lowest), tuple(highest)), dtype=np.uint8)


def tight_box(picture: Picture, box: Box) -> Box:
    """The box of the ink inside, against the colour around; the box itself if there is none."""
    return _box_of(ink_mask(picture, box, ground_colour(picture, box)), box) or box


def tight_frame(picture: Picture, box: Box) -> Box:
    """The frame or fill in a box, even if paler than ink; `tight_box` if none is closed."""
    tight = tight_box(picture, box)
    pale = _box_of(ink_mask(picture, box, ground_colour(picture, box), FRAME_LEVELS), box)
    return pale if pale is not None and pale != tight and is_framed(picture, pale) else tight


def _box_of(ink: Mask, box: Box) -> Box | None:
    """The box of a box's ink."""
    left, top, width, height = cv2.boundingRect(ink.view(np.uint8))
    return Box(box.x + left, box.y + top, width, height) if width else None


def trimmed(picture: Picture, box: Box) -> Box | None:
    """The box without the uniform rows and columns at its edges; None where nothing is left."""
    if not box.area_px:
        return None
    part = picture[box.slices()]
    ground = _median_colour(part[:, 0]) if _uniform(part[:, 0]) else _median_colour(part.reshape(-1, 3))
    return _box_of(ink_mask(picture, box, ground, BLANK_LEVELS), box)


def standing_out(picture: Picture, box: Box) -> Box | None:
    """The part of a strip that differs from the lines just beside it: rules, shadows and backgrounds that only continue
    do not count. None if nothing differs.
    """
    height, width = picture.shape[:2]
    part = picture[box.slices()].astype(np.int16)
    if not part.size:
        return None
    runs_on = [picture[box.y : box.bottom, at : at + 1] for at in (box.x - 1, box.right) if 0 <= at < width]
    runs_on += [picture[at : at + 1, box.x : box.right] for at in (box.y - 1, box.bottom) if 0 <= at < height]
    own = np.ones(part.shape[:2], np.bool_)
    for line in runs_on:
        own &= np.abs(part - line).max(axis=2) > BLANK_LEVELS
    return _box_of(own, box) if runs_on else trimmed(picture, box)


def _uniform(line: NDArray[np.uint8]) -> bool:
    return int((line.max(axis=0) - line.min(axis=0)).max()) <= BLANK_LEVELS


def edge_energy(picture: Picture, box: Box) -> float:
    """Sum of absolute steps between neighbouring pixels in the box: how much is drawn there, in any colour (red on grey has
    hardly an edge in its light)."""
    part = picture[box.slices()]
    pairs = ((part[1:], part[:-1]), (part[:, 1:], part[:, :-1]))
    return sum(float(cv2.norm(one, other, cv2.NORM_L1)) for one, other in pairs if one.size)


def is_blank(picture: Picture, box: Box, other: Picture) -> bool:
    """Is nothing drawn here, while the other picture has something in the same place?"""
    if not has_ink(picture, box, ground_colour(picture, box), BLANK_LEVELS):
        return True
    return edge_energy(picture, box) < BLANK_EDGE_SHARE * edge_energy(other, box) and _goes_on_around(picture, box)


def _goes_on_around(picture: Picture, box: Box) -> bool:
    """Is there no edge along the box's sides, as in a gradient or photo that continues?"""
    height, width = picture.shape[:2]
    inner, outer = clipped(box, width, height), clipped(grown(box, 1), width, height)
    steps = [cv2.absdiff(outside, inside).reshape(-1, 3) for outside, inside in _sides(picture, outer, inner)]
    return bool(steps) and float(np.mean(np.concatenate(steps).max(axis=1) > BLANK_LEVELS)) < SEAM_SHARE


def _sides(picture: Picture, outer: Box, inner: Box) -> Iterator[tuple[Picture, Picture]]:
    """The lines just outside a box and just inside it, on the sides where the picture continues."""
    across, down = slice(outer.x, outer.right), slice(outer.y, outer.bottom)
    if inner.y > outer.y:
        yield picture[outer.y, across], picture[outer.y + 1, across]
    if inner.x > outer.x:
        yield picture[down, outer.x], picture[down, outer.x + 1]
    if outer.bottom > inner.bottom:
        yield picture[outer.bottom - 1, across], picture[outer.bottom - 2, across]
    if outer.right > inner.right:
        yield picture[down, outer.right - 1], picture[down, outer.right - 2]


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
    _, labels = label_blobs(np.asarray(spread, dtype=np.uint8))
    core = inside.shifted(-window.x, -window.y).slices()
    touched = np.flatnonzero(np.bincount(labels[core][ink[core]]))
    boxes = [box.shifted(window.x, window.y) for box in boxes_of_blobs(labels, touched)]
    cut = {box for box in boxes if _runs_out(box, window, width, height)}
    if cut and 0 < look_around_px < LOOK_FAR_PX:
        return find_things(picture, region, 3 * look_around_px)
    held = [overlap(box, inside) if box in cut or _is_ground(box, inside, width * height) else box for box in boxes]
    drawn = [box for box in held if box.area_px]
    framed = {box: is_framed(picture, box) for box in drawn}
    frames, rest = ([box for box in drawn if framed[box] is closed] for closed in (True, False))
    return _outermost(frames + joined_lines(rest))


def _is_ground(box: Box, region: Box, page_px: int) -> bool:
    """Is this the page's background rather than a thing on it?"""
    return box.area_px > GROUND_SHARE * page_px and box.area_px > 1.5 * region.area_px


def is_framed(picture: Picture, box: Box) -> bool:
    """Does a closed outline or a fill reach all four sides of this (tight) box, corners aside? Letters never do."""
    if min(box.width, box.height) < MIN_FRAME_PX:
        return False
    ground = ground_colour(picture, box)
    skip_x, skip_y = box.width // 4, box.height // 4
    deep = max(2, min(box.width, box.height) // 10)  # a pill's ends are round as far as the middle
    across, down = box.width - 2 * skip_x, box.height - 2 * skip_y
    sides = (
        (Box(box.x + skip_x, box.y, across, deep), 0),
        (Box(box.x + skip_x, box.bottom - deep, across, deep), 0),
        (Box(box.x, box.y + skip_y, deep, down), 1),
        (Box(box.right - deep, box.y + skip_y, deep, down), 1),
    )
    masks = ((ink_mask(picture, side, ground, FRAME_LEVELS), axis) for side, axis in sides)
    return all(bool(mask.any(axis=axis).mean() > FRAME_CLOSED) for mask, axis in masks) and _ends_here(picture, box)


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


def is_closed(ink: Mask) -> bool:
    """Does ink run along all four sides, corners aside?"""
    return all(_closed_sides(ink))


def is_tab(picture: Picture, box: Box) -> bool:
    """Is there an outline that is open below and stands on a line, which runs on at one of its sides at least?"""
    height, width = picture.shape[:2]
    ground = ground_colour(picture, box)
    outline = ink_mask(picture, clipped(grown(box, SHARED_SIDE_PX), width, height), ground, FRAME_LEVELS)
    if _closed_sides(outline) != (True, False, True, True):
        return False
    foot, reach = box.bottom - SHARED_SIDE_PX, box.height // 2
    lines = (Box(x, foot, reach, 2 * SHARED_SIDE_PX) for x in (box.x - reach, box.right))
    beside = [ink_mask(picture, clipped(line, width, height), ground, FRAME_LEVELS) for line in lines]
    return any(bool(ink.size and ink.any(axis=0).all() and not ink.all(axis=0).any()) for ink in beside)


def _closed_sides(ink: Mask) -> tuple[bool, bool, bool, bool]:
    """Does ink run along the top, the bottom, the left and the right, corners aside?"""
    height, width = ink.shape
    if min(height, width) < MIN_FRAME_PX:
        return False, False, False, False
    deep = side_depth(ink)
    across, down = slice(width // 4, width - width // 4), slice(height // 4, height - height // 4)
    sides = (ink[:deep, across], ink[-deep:, across], ink[down, :deep].T, ink[down, -deep:].T)
    top, bottom, left, right = (bool(side.any(axis=0).mean() > FRAME_CLOSED) for side in sides)
    return top, bottom, left, right


def side_depth(ink: Mask) -> int:
    height, width = int(ink.shape[0]), int(ink.shape[1])
    return max(SHARED_SIDE_PX + 1, min(height, width) // 10)


def find_button(picture: Picture, text: Box) -> Box | None:
    """The filled button around a line of text in its middle; None for text on the page, in a row or in a card."""
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
    """How many pixels from the start have the background's colour."""
    other = np.flatnonzero(np.abs(line.astype(np.int16) - ground).max(axis=1) > FRAME_LEVELS)
    return int(other[0]) if len(other) else len(line)


def _runs_out(box: Box, window: Box, width: int, height: int) -> bool:
    """Does the thing continue outside the window (not counting the picture's own edges)?"""
    return (
        (box.x == window.x > 0)
        or (box.y == window.y > 0)
        or (box.right == window.right < width)
        or (box.bottom == window.bottom < height)
    )


def _outermost(boxes: list[Box]) -> list[Box]:
    kept = Rows()
    for box in sorted(boxes, key=lambda box: -box.area_px):
        if not any(share_inside(box, kept[index]) > 0.8 for index in kept.near(box)):
            kept.add(box)
    return list(kept)
