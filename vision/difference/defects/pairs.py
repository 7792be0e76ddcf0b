"""Classifies the change of a thing that both pictures have."""

from dataclasses import replace

import cv2
import numpy as np

from vision.boxes import clipped, grown, iou, overlap, share_inside, union
from vision.difference.alignment import traced
from vision.difference.defects.colours import style_draft
from vision.difference.defects.drafts import distance_px, moved_pair, other_picture, pair_draft
from vision.difference.defects.frames import changed_inside, classify_framed, inner_text
from vision.difference.defects.pictures import colour_count
from vision.difference.defects.scene import (
    FRAMED_KINDS,
    MIN_PICTURE_PX,
    MIN_WORD,
    PICTURE_COLOURS,
    PICTURES,
    RESIZED_PX,
    SAME_PLACE,
    TOGGLES,
    Scene,
)
from vision.difference.defects.signs import is_other_sign, keeps_its_sign, same_shape, written_in
from vision.difference.defects.texts import classify_text, text_draft, texts_of
from vision.difference.matching import MOVED_LOOK, Pair, Thing, drawn_box, look_alike, painted_again, same_content
from vision.difference.regions import ground_colour, ink_mask, is_closed, is_framed, is_tab, tight_box, tight_frame
from vision.types import Box, Defect, DefectType, Kind, Picture

# A nameless framed figure at most this wide is a checkbox, radio button or switch: it contains no text.
LARGEST_TOGGLE_PX = 56
# A detected toggle wider than this and longer than a switch is a narrow field: it may contain text.
WIDEST_SWITCH_PX = 64
LONGEST_SWITCH = 2.6
# A frame is this much higher than its letters.
MIN_FRAME_ROOM_PX = 8
# A focus ring is this close to what it surrounds.
RING_PX = 3
# Larger frames are panels or pictures.
TALLEST_CONTROL_PX = 80
# The largest badge with a number.
HIGHEST_BADGE_PX, WIDEST_BADGE_PX = 32, 64
# From this correlation on it is the same picture in other colours.
SAME_PICTURE = 0.95


def classify_pair(scene: Scene, pair: Pair) -> Defect | None:
    """The defect of a thing that both pictures have; None if it was only re-rendered."""
    kind = pair.before.kind or pair.after.kind
    if kind in TOGGLES and any(_is_narrow_field(thing.box) for thing in (pair.before, pair.after)):
        kind = Kind.INPUT
        pair = replace(pair, before=replace(pair.before, kind=kind), after=replace(pair.after, kind=kind))
    before, after = _settled(scene, _drawn_box(scene, pair.before), drawn_box(scene.actual, pair.after))
    if _has_no_words(kind, before) and painted_again(scene.laid, scene.actual, before, after):
        return None
    if _is_nudged(scene, before, after):
        return None
    if same_content(scene.laid, scene.actual, before, after):
        if distance_px(before, after) >= scene.moved_px:
            return moved_pair(scene, pair, before, after)
        # A wide field correlates with itself whatever digit changed in it.
        if kind in TOGGLES or kind in PICTURES:
            return _looks_other(scene, pair, before, after)
    frame = _frame_that_came(scene, before, after) or _frame_of_words(scene, pair, before, after)
    if frame is not None:
        return style_draft(scene, pair, frame, frame)
    other_size = abs(before.width - after.width) > RESIZED_PX or abs(before.height - after.height) > RESIZED_PX
    size = {"dw": after.width - before.width, "dh": after.height - before.height}
    framed = kind is None and is_framed(scene.laid, before) and is_framed(scene.actual, after)
    if kind is None:
        kind = _guess_kind(scene, before, after, framed)
    if kind in {None, Kind.ICON, *TOGGLES} and (read := _as_line(scene, pair, before, after)) is not None:
        return read
    if kind in TOGGLES or kind in PICTURES:
        look = look_alike(scene.laid[before.slices()], scene.actual[after.slices()])
        if other_size and kind is Kind.SWITCH and _shares_an_end(before, after):
            whole = union((before, after))
            return style_draft(scene, pair, whole, whole)
        if other_size and (kind in TOGGLES or look >= MOVED_LOOK):
            return pair_draft(scene, DefectType.RESIZED, pair, before, after, size)
        if kind is Kind.ICON and (same_shape(scene, before, after) or keeps_its_sign(scene, before, after)):
            return style_draft(scene, pair, before, after)
        if kind in PICTURES and look < SAME_PICTURE:
            return other_picture(scene, pair, before, after, look)
        return _looks_other(scene, pair, before, after)
    if framed and pair.before.kind is None and pair.after.kind is None and _is_no_control(before):
        pair = Pair(replace(pair.before, kind=Kind.IMAGE), pair.after, pair.look)
        look = look_alike(scene.laid[before.slices()], scene.actual[after.slices()])
        if look >= SAME_PICTURE:
            return style_draft(scene, pair, before, after)
        return other_picture(scene, pair, before, after, look)
    if kind in FRAMED_KINDS or (framed and max(before.width, after.width) > LARGEST_TOGGLE_PX):
        return classify_framed(scene, pair, before, after, size if other_size else None)
    if kind is Kind.LABEL:
        return classify_text(scene, pair, before, after)
    if _is_drawing(before) and _is_drawing(after):
        look = look_alike(scene.laid[before.slices()], scene.actual[after.slices()])
        if look < MOVED_LOOK:
            pair = Pair(replace(pair.before, kind=Kind.IMAGE), pair.after, pair.look)
            return other_picture(scene, pair, before, after, look)
    if other_size:
        return pair_draft(scene, DefectType.RESIZED, pair, before, after, size)
    if kind is None and is_other_sign(scene, before, after, framed):
        look = look_alike(scene.laid[before.slices()], scene.actual[after.slices()])
        return other_picture(scene, pair, before, after, look)
    return style_draft(scene, pair, before, after)


def _is_nudged(scene: Scene, before: Box, after: Box) -> bool:
    """Are these the same pixels, shifted by less than a move?"""
    if before == after or distance_px(before, after) >= scene.moved_px:
        return False
    return np.array_equal(scene.laid[before.slices()], scene.actual[after.slices()])


def _shares_an_end(before: Box, after: Box) -> bool:
    """Do the boxes share an end? If a switch's track is too pale to be found in one picture, only its knob is."""
    same_rows = max(abs(before.y - after.y), abs(before.bottom - after.bottom)) <= RESIZED_PX
    return same_rows and min(abs(before.x - after.x), abs(before.right - after.right)) <= RESIZED_PX


def _is_drawing(box: Box) -> bool:
    """Is it a drawing: too large for a control and not a line of text, such as a chart or an illustration in a few
    colours?
    """
    return min(box.width, box.height) > TALLEST_CONTROL_PX


def _drawn_box(scene: Scene, thing: Thing) -> Box:
    """The drawn box of a thing of the reference (in the actual's coordinates), though another thing may cover a part of
    it now.
    """
    element = scene.standing_element(thing.element_id, thing.box)
    if element is None or thing.kind not in FRAMED_KINDS:
        return drawn_box(scene.laid, thing)
    whole = drawn_box(scene.reference, replace(thing, box=element.box))
    landed = whole.shifted(thing.box.x - element.box.x, thing.box.y - element.box.y)
    return clipped(landed, scene.laid.shape[1], scene.laid.shape[0])  # a push moved a part of it out of the picture


def _looks_other(scene: Scene, pair: Pair, before: Box, after: Box) -> Defect:
    """A change of look: a picture in other colours, or a toggle as a whole, whatever changed in it."""
    toggle = next((thing.box for thing in (pair.before, pair.after) if thing.kind in TOGGLES), None)
    if toggle is None:
        return style_draft(scene, pair, before, after)
    draft = style_draft(scene, pair, before, after)
    return replace(draft, reference_box=traced(toggle, scene.alignment), actual_box=toggle)


def _has_no_words(kind: Kind | None, box: Box) -> bool:
    return kind in TOGGLES | PICTURES or (kind is None and min(box.width, box.height) >= MIN_PICTURE_PX)


def _is_no_control(box: Box) -> bool:
    return box.height > TALLEST_CONTROL_PX or box.width > 6 * TALLEST_CONTROL_PX


def _as_line(scene: Scene, pair: Pair, before: Box, after: Box) -> Defect | None:
    """A nameless badge or digit: a line of text if both pictures can be read and say different things. An icon with the
    same number changed its look.
    """
    if max(before.height, after.height) > HIGHEST_BADGE_PX or max(before.width, after.width) > WIDEST_BADGE_PX:
        return None
    places = before, after
    before, after = written_in(scene.laid, before), written_in(scene.actual, after)
    texts = texts_of(scene, pair, before, after)
    named = {pair.before.kind, pair.after.kind} - {None, Kind.LABEL}
    is_word = str.isdigit if named else str.isalnum
    if not all(text and is_word(text) for text in texts):
        return None
    if texts[0] == texts[1]:
        return style_draft(scene, pair, *places) if named else None
    as_label = Pair(
        replace(pair.before, kind=Kind.LABEL, text=texts[0]), replace(pair.after, kind=Kind.LABEL), pair.look
    )
    return text_draft(scene, as_label, before, after, texts)


def _is_narrow_field(box: Box) -> bool:
    return box.width > max(WIDEST_SWITCH_PX, LONGEST_SWITCH * box.height)


def _frame_that_came(scene: Scene, before: Box, after: Box) -> Box | None:
    """A thing that has an outline in one picture and is unchanged inside: letters in a frame, a button in a focus ring."""
    inner, outer = sorted((before, after), key=lambda box: box.area_px)
    if inner == outer or share_inside(inner, outer) <= 0.9:
        return None
    if _is_ringed(scene, inner, outer):
        return inner
    if outer.height >= inner.height + MIN_FRAME_ROOM_PX:
        came = not scene.changed[inner.slices()].any() and is_closed(scene.changed[outer.slices()])
        return outer if came else None
    around = clipped(grown(outer, RING_PX), scene.changed.shape[1], scene.changed.shape[0])
    left, top, width, height = cv2.boundingRect(scene.changed[around.slices()].view(np.uint8))
    ring = Box(around.x + left, around.y + top, width, height)
    hollow = share_inside(inner, ring) == 1 and not changed_inside(scene, inner)
    return inner if hollow and is_closed(scene.changed[ring.slices()]) else None


def _frame_of_words(scene: Scene, pair: Pair, before: Box, after: Box) -> Box | None:
    """The frame, if one picture has a frame or fill around words that are alone in the other: another state."""
    texts = pair.before.text, pair.after.text
    if len(texts[0]) < MIN_WORD or texts[0] != texts[1]:
        return None
    if before.area_px > after.area_px:
        drawn, outer, inner, picture = traced(before, scene.alignment), before, after, scene.reference
    else:
        drawn, outer, inner, picture = after, after, before, scene.actual
    words = inner_text(picture, drawn) if is_framed(picture, drawn) or is_tab(picture, drawn) else None
    if words is None or outer.height < inner.height + MIN_FRAME_ROOM_PX or share_inside(inner, outer) < 1:
        return None
    return outer if iou(words.shifted(outer.x - drawn.x, outer.y - drawn.y), inner) > SAME_PLACE else None


def _is_ringed(scene: Scene, inner: Box, outer: Box) -> bool:
    """Was only a ring added or removed around a control that both pictures have? Its round corners may overlap the
    control's box.
    """
    if not (is_framed(scene.laid, inner) and is_framed(scene.actual, inner)):
        return False
    return is_closed(scene.changed[outer.slices()]) and not changed_inside(scene, inner)


def _settled(scene: Scene, before: Box, after: Box) -> tuple[Box, Box]:
    """Different boxes need different pixels: two edges with no change between them are one edge, detected twice.

    A recoloured frame changes as a whole, so its changed pixels give its box better than a detector.
    """
    if before == after:
        return before, after
    # A neighbour's line can make a frame wider, not smaller.
    frame = min(before, after, key=lambda box: box.area_px)
    if iou(before, after) > 0.5 and all(_is_whole_frame(one, frame) for one in (scene.laid, scene.actual)):
        return frame, frame
    place = clipped(union((before, after)), scene.changed.shape[1], scene.changed.shape[0])
    rows, columns = np.nonzero(scene.changed[place.slices()])
    if not len(rows):
        return before, after
    left, top = int(columns.min()) + place.x, int(rows.min()) + place.y
    region = Box(left, top, int(columns.max()) + place.x - left + 1, int(rows.max()) + place.y - top + 1)
    fills = tight_box(scene.laid, region) == region == tight_box(scene.actual, region)
    if fills and min(iou(region, before), iou(region, after)) > 0.5 and _is_frame_twice(scene, region):
        return region, region
    either = scene.changed[place.slices()].copy()
    either[overlap(overlap(before, after), place).shifted(-place.x, -place.y).slices()] = False
    if not either.any():
        smaller = min(before, after, key=lambda box: box.area_px)
        return smaller, smaller
    return before, after


def _is_whole_frame(picture: Picture, box: Box) -> bool:
    """Does a frame or fill end exactly at the sides of the box?"""
    return tight_frame(picture, box) == box and is_framed(picture, box)


def _is_frame_twice(scene: Scene, box: Box) -> bool:
    return is_framed(scene.laid, box) and is_framed(scene.actual, box)


def _guess_kind(scene: Scene, before: Box, after: Box, framed: bool) -> Kind | None:
    """Guesses a kind from pixels alone: a picture has many colours; a line of text is low, interrupted and of few
    colours.
    """
    crops = scene.laid[before.slices()], scene.actual[after.slices()]
    smallest = min(before.width, before.height, after.width, after.height)
    if smallest >= MIN_PICTURE_PX and max(colour_count(crop) for crop in crops) > PICTURE_COLOURS:
        return Kind.IMAGE
    broken_up = _is_broken_up(scene.laid, before) and _is_broken_up(scene.actual, after)
    if max(before.height, after.height) <= 64 and broken_up and not framed:
        return Kind.LABEL
    return None


def _is_broken_up(picture: Picture, box: Box) -> bool:
    ink = ink_mask(picture, box, ground_colour(picture, box))
    filled = ink.mean() if ink.size else 0.0
    return bool(0.02 < filled < 0.6)
