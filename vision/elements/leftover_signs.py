"""Finds signs that both the detector and the reader miss (`with_signs`): ink outside every element, or in a short line
without a readable letter, that looks like a sign: angles, sort arrows, a gear.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.boxes import best_of_rivals, grown, overlap, share_inside
from vision.elements.glyph_views import CLASSES, looks_of
from vision.elements.ink import blank, edges_of
from vision.elements.snapping import snap
from vision.engines.types import Judge
from vision.types import Box, Detection, Element, Kind, Picture

# The sides of a sign; smaller ink is dust, larger ink a border or background.
_LEAST_PX, _MOST_PX = 5, 64
_ASPECT: Final = 2.2
# Parts of a sign are this close: three dots, bars and arrows.
_GAPS_PX: Final = (1, 5)
# Edges of known elements reach this far beyond their boxes.
_BEYOND_PX: Final = 2
# The most leftovers of a page; a texture has more.
_MOST: Final = 150
# The least probability of a sign that only this network sees, and the factor on its confidence.
_SURE, _ALONE = 0.8, 0.8
_RIVAL_IOU: Final = 0.2
# What a line in which nothing was read may be.
_SIGNS: Final = (Kind.ICON, Kind.CHECKBOX, Kind.RADIO)
# An unread line is the sign in it if it overlaps this share of the sign.
_INSIDE: Final = 0.6


def with_signs(picture: Picture, elements: Sequence[Element], judge: Judge | None) -> list[Element]:
    """The elements, with leftover signs added, each in place of the unread line around it; unchanged without a judge."""
    if judge is None:
        return list(elements)
    unread = [one for one in elements if _is_unread(one)]
    read = [one for one in elements if not _is_unread(one)]
    signs = _signs(picture, [one.box for one in read], judge)
    left = [one for one in unread if not any(_stands_in(sign.box, one.box) for sign in signs)]
    return read + _named(picture, left, judge) + signs


def _is_unread(one: Element) -> bool:
    return one.kind is Kind.LABEL and not any(letter.isalnum() for letter in one.text)


def _stands_in(sign: Box, line: Box) -> bool:
    return share_inside(sign, line) >= _INSIDE


def _named(picture: Picture, unread: Sequence[Element], judge: Judge) -> list[Element]:
    """The lines in which nothing was read; what looks more like a sign or a check box than not is one, where its ink is."""
    inked = snap(picture, [Detection(Kind.ICON, one.box, one.confidence) for one in unread])
    looks = looks_of(picture, [one.box for one in inked], judge)
    kinds = [next((kind for kind in _SIGNS if look[CLASSES.index(kind)] > 0.5), None) for look in looks]
    return [
        line if kind is None else Element("", kind, one.box, "", line.confidence)
        for line, one, kind in zip(unread, inked, kinds, strict=True)
    ]


def _signs(picture: Picture, known: Sequence[Box], judge: Judge) -> list[Element]:
    boxes = _blobs(picture, known)
    looks = looks_of(picture, boxes, judge)
    icon = looks[:, CLASSES.index(Kind.ICON)]
    likely = np.flatnonzero(icon >= _SURE)
    edges = np.array([(box.x, box.y, box.right, box.bottom) for box in boxes], np.float32).reshape(-1, 4)[likely]
    kept = likely[best_of_rivals(edges, icon[likely], _RIVAL_IOU)].tolist()
    return [Element("", Kind.ICON, boxes[at], "", _ALONE * float(icon[at])) for at in kept]


def _blobs(picture: Picture, known: Sequence[Box]) -> list[Box]:
    """Separate ink that does not reach the picture's edges, the largest first; the parts of a sign together and each
    alone.
    """
    edges = edges_of(picture)
    blank(edges, [grown(box, _BEYOND_PX) for box in known])
    inner = grown(Box(0, 0, picture.shape[1], picture.shape[0]), -_BEYOND_PX)
    found = {box: None for gap in _GAPS_PX for box in _joined(edges, gap) if overlap(box, inner) == box}
    return sorted(found, key=lambda box: -box.area_px)[:_MOST]


def _joined(edges: NDArray[np.uint8], gap: int) -> list[Box]:
    """The boxes of ink connected across a gap and of a sign's size; contours take a tenth of the time of connected
    areas.
    """
    joined = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8)) if gap > 1 else edges
    outlines, nesting = cv2.findContours(joined, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    holders = [] if nesting is None else nesting[0][:, 3].tolist()
    whole = [outline for outline, holder in zip(outlines, holders, strict=True) if holder < 0]
    # an edge is marked at the second of the two pixels that differ
    boxes = (Box(x, y, width - 1, height - 1) for x, y, width, height in map(cv2.boundingRect, whole))
    return [box for box in boxes if _may_be_a_sign(box)]


def _may_be_a_sign(box: Box) -> bool:
    shorter, longer = sorted((box.width, box.height))
    return shorter >= _LEAST_PX - 1 and _LEAST_PX <= longer <= min(_MOST_PX, _ASPECT * shorter)
