"""A bubble, chip or tag is as wide as its words: if its width changed, its words changed."""

import numpy as np
from numpy.typing import NDArray

from vision.boxes import overlap
from vision.difference.colour import commonest, delta_e
from vision.difference.defects.colours import SAME_FILL_DELTA_E
from vision.difference.defects.frames import inner_text, stands_in
from vision.difference.defects.hunt import Hunt
from vision.difference.defects.texts import is_written, text_draft, texts_of
from vision.difference.matching import Pair, Thing
from vision.difference.regions import is_framed
from vision.types import Box, Kind, Picture

# Sides closer than this are the same side.
SAME_SIDE_PX = 1
# One line of words is at most this share of the panel's height.
LINE_SHARE = 0.75


def find_worded_panels(hunt: Hunt) -> None:
    if hunt.restyle is not None:
        return
    before, after = hunt.touched()
    frames = [thing for thing in after if _may_hold_words(hunt.scene.actual, thing)]
    for one in before:
        other = next((frame for frame in frames if _is_one_panel(hunt, one.box, frame.box)), None)
        if other is not None and _may_hold_words(hunt.scene.laid, one):
            _tell_words(hunt, one.box, other.box)


def _may_hold_words(picture: Picture, thing: Thing) -> bool:
    return thing.kind is None and thing.box.width > thing.box.height and is_framed(picture, thing.box)


def _is_one_panel(hunt: Hunt, one: Box, other: Box) -> bool:
    """Are they one panel: the same rows, the same start, end or middle, the same fill, and another width?"""
    if one.width == other.width or abs(one.y - other.y) > SAME_SIDE_PX or abs(one.bottom - other.bottom) > SAME_SIDE_PX:
        return False
    starts, ends = one.x - other.x, one.right - other.right
    if min(abs(starts), abs(ends), abs(starts + ends)) > SAME_SIDE_PX or not overlap(one, other).area_px:
        return False
    fills = (_fill(hunt.scene.laid, one), _fill(hunt.scene.actual, other))
    return delta_e(*fills) < SAME_FILL_DELTA_E


def _fill(picture: Picture, box: Box) -> NDArray[np.uint8]:
    return commonest(picture[box.slices()].reshape(-1, 3))


def _tell_words(hunt: Hunt, one: Box, other: Box) -> None:
    scene = hunt.scene
    words = inner_text(scene.laid, one), inner_text(scene.actual, other)
    if words[0] is None or words[1] is None:
        return
    lines = ((words[0], one, scene.laid), (words[1], other, scene.actual))
    if not all(line.height <= LINE_SHARE * box.height and is_written(drawn, line) for line, box, drawn in lines):
        return
    if stands_in(scene, words[0], other):
        return
    pair = Pair(Thing(words[0], Kind.LABEL), Thing(words[1], Kind.LABEL), 1.0)
    texts = texts_of(scene, pair, words[0], words[1])
    hunt.drafts.append(text_draft(scene, pair, words[0], words[1], texts))
    hunt.explain(one, other)
