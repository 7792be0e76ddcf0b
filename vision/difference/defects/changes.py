"""Pairs the things of both pictures by place and look, and reports those without a partner."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from vision.boxes import Rows, clipped, grown, in_one_row, iou, share_inside, shared_px, union
from vision.difference.alignment import traced
from vision.difference.colour import commonest, delta_e
from vision.difference.containers import panel_around
from vision.difference.defects.colours import SAME_FILL_DELTA_E, style_draft
from vision.difference.defects.drafts import draft_of, moved_draft
from vision.difference.defects.hunt import Hunt, by_rows, is_piece
from vision.difference.defects.pairs import HIGHEST_BADGE_PX, classify_pair
from vision.difference.defects.presence import is_recoloured
from vision.difference.defects.readings import likeness
from vision.difference.defects.scene import (
    ACTION_KINDS,
    FRAMED_KINDS,
    RESIZED_PX,
    SAME_PLACE,
    SPECK_PX,
    TEXT_KINDS,
    Scene,
)
from vision.difference.matching import Pair, Thing, differs_all_along, drawn_box, match_things
from vision.difference.regions import (
    FRAME_LEVELS,
    find_regions,
    ground_colour,
    ink_mask,
    is_blank,
    is_framed,
    tight_box,
)
from vision.types import Box, Defect, DefectType, Kind, Picture

# A card moved with its contents if they explain all but this share of its changed pixels.
CARRIER_LEFT = 0.3
# A frame is still there if less than this share of its ink changed.
STILL_SHARE = 0.3
# Texts less alike than this, one of them this many times as long, are two texts.
OTHER_READING = 0.4
OTHER_LENGTH = 1.6
# An unchanged start of a line has at least this many times its height: a few letters.
KEPT_START = 3
# A sign in a line or control is at most this share of its width.
SIGN_SHARE = 0.25
# An addition or removal in a line is not a letter or a stop if it has this share of the line's height in both
# directions.
OWN_THING_HEIGHT = 0.8


def find_changed(hunt: Hunt) -> None:
    """Reports the rest: pairs by place and look, and things without a partner."""
    before, after = hunt.touched()
    before, after = before + _starts_of(after, before, hunt.before), after + _starts_of(before, after, hunt.after)
    before, after = _without_oversights(hunt, before, after)
    matched = match_things(hunt.scene.laid, hunt.scene.actual, before, after)
    for pair in matched.pairs:
        carrier = _carrier_of_moved(hunt, pair)
        hunt.drafts += [carrier] if carrier else _told(hunt, pair)
    lines = _lines_still_drawn(hunt, matched.only_before, matched.only_after)
    for pair in lines:
        hunt.drafts += _told(hunt, pair)
    told = {thing for pair in lines for thing in (pair.before, pair.after)}
    only_before, only_after = (
        [t for t in things if t not in told] for things in (matched.only_before, matched.only_after)
    )
    for thing in _drawn(hunt, only_before, hunt.scene.laid):
        box = _with_badge(hunt, thing, hunt.scene.laid, hunt.scene.actual)
        hunt.drafts.append(
            draft_of(DefectType.MISSING, traced(box, hunt.scene.alignment), None, thing.kind, thing.text)
        )
    for thing in _drawn(hunt, only_after, hunt.scene.actual):
        box = _with_badge(hunt, thing, hunt.scene.actual, hunt.scene.laid)
        hunt.drafts.append(draft_of(DefectType.ADDED, None, box, thing.kind, thing.text))


def _told(hunt: Hunt, pair: Pair) -> list[Defect]:
    if _is_as_it_was(hunt, pair):
        return []
    sign = _recoloured_sign(hunt, pair)
    draft = style_draft(hunt.scene, sign, sign.before.box, sign.after.box) if sign else classify_pair(hunt.scene, pair)
    if draft is not None and _shows_nothing(draft) and _nothing_changed_in(hunt, draft):
        return []
    if draft is None or (_shows_nothing(draft) and _was_painted_again(hunt, draft)):
        hunt.is_noise(pair.after.box)
        return []
    _own_badge(hunt, pair, draft)
    _own_ring(hunt, pair, draft)
    return _one_or_two(draft)


def _recoloured_sign(hunt: Hunt, pair: Pair) -> Pair | None:
    """The single small sign in a line or control that changed its colour, if nothing else changed there: a status dot."""
    whole = hunt.inside(union((pair.before.box, pair.after.box)))
    if pair.before.kind not in TEXT_KINDS:
        return None
    left, top, width, height = cv2.boundingRect(hunt.left[whole.slices()].view(np.uint8))
    sign = Box(whole.x + left, whole.y + top, width, height)
    is_sign = min(width, height) >= SPECK_PX and max(width, height) <= SIGN_SHARE * whole.width
    if not is_sign or not OTHER_LENGTH > width / height > 1 / OTHER_LENGTH or not is_recoloured(hunt.scene, sign):
        return None
    return Pair(Thing(sign), Thing(sign), 1.0)


def _is_as_it_was(hunt: Hunt, pair: Pair) -> bool:
    """Is it unchanged, pixel for pixel, and the change beside it?"""
    place = hunt.inside(pair.before.box).slices()
    return pair.before.box == pair.after.box and np.array_equal(hunt.scene.laid[place], hunt.scene.actual[place])


def _own_badge(hunt: Hunt, pair: Pair, draft: Defect) -> None:
    """A badge is as wide as its number: its edges belong to the number's change."""
    if draft.type is not DefectType.TEXT_CHANGED or draft.kind in FRAMED_KINDS or draft.actual_box is None:
        return
    sides = (hunt.scene.laid, hunt.inside(pair.before.box)), (hunt.scene.actual, draft.actual_box)
    panels = [panel_around(picture, [tight_box(picture, words)]) for picture, words in sides]
    badges = [pair.before.box, pair.after.box, *(panel for panel in panels if panel)]
    hunt.explain(*(box for box in badges if _is_badge_of(box, draft.actual_box)))


def _is_badge_of(badge: Box, words: Box) -> bool:
    return badge.height <= HIGHEST_BADGE_PX and badge.width <= words.width + 2 * HIGHEST_BADGE_PX


def _with_badge(hunt: Hunt, thing: Thing, drawn: Picture, other: Picture) -> Box:
    """The box of the addition or removal: for words in a badge that was added or removed too, the badge."""
    box = drawn_box(drawn, thing)
    badge = panel_around(drawn, [box])
    if badge is None or not _is_badge_of(badge, box):
        return box
    fills = [commonest(picture[badge.slices()].reshape(-1, 3)) for picture in (drawn, other)]
    if delta_e(*fills) < SAME_FILL_DELTA_E:
        return box
    hunt.explain(badge)
    return badge


def _own_ring(hunt: Hunt, pair: Pair, draft: Defect) -> None:
    """A ring around a control that was detected as its frame belongs to the control's change."""
    box = draft.actual_box
    if (
        draft.type is DefectType.STYLE_CHANGED
        and box
        and all(share_inside(box, t.box) == 1 for t in (pair.before, pair.after))
    ):
        hunt.explain(pair.before.box, pair.after.box)


def _was_painted_again(hunt: Hunt, draft: Defect) -> bool:
    """Is it a re-rendered line of text, or a thing whose edges all differ a little? A corner that became round differs
    in a few places.
    """
    if draft.kind is Kind.LABEL or draft.actual_box is None:
        return True
    place = hunt.inside(draft.actual_box).slices()
    return differs_all_along(hunt.scene.laid[place], hunt.scene.actual[place])


def _shows_nothing(draft: Defect) -> bool:
    """Are these the same shapes in the same colours, so that a person sees no change?"""
    return (
        draft.type is DefectType.STYLE_CHANGED
        and draft.detail.get("aspect") == "colour"
        and "before" not in draft.detail
    )


def _nothing_changed_in(hunt: Hunt, draft: Defect) -> bool:
    """Is the change beside it?"""
    return draft.actual_box is not None and not hunt.scene.changed[hunt.inside(draft.actual_box).slices()].any()


def _starts_of(lines: Sequence[Thing], known: Sequence[Thing], elements: Sequence[Thing]) -> list[Thing]:
    """Labels without a changed pixel whose continuation exists on the other side: a word was written behind them."""
    places = Rows(thing.box for thing in known)
    labels = [line for line in lines if line.kind is Kind.LABEL]
    longer = by_rows([t for t in labels if not any(iou(t.box, places[at]) > 0 for at in places.near(t.box))])
    return [e for e in elements if e.kind is Kind.LABEL and any(is_piece(e, line) for line in longer(grown(e.box, 2)))]


def _without_oversights(hunt: Hunt, before: list[Thing], after: list[Thing]) -> tuple[list[Thing], list[Thing]]:
    """A frame that is named on one side only but drawn as it was on the other too is both sides': a detector overlooks things.
    What was taken for a thing of its own in it belongs to it."""
    scene = hunt.scene
    frames = [t for t in before if _stands_still(scene, scene.laid, t, after) and _ends_as_before(scene, t)]
    frames += [t for t in after if _stands_still(scene, scene.actual, t, before) and _ended_as_now(scene, t)]
    for frame in frames:
        copy = replace(frame, text="", element_id=None)
        before = [*_not_in(frame, before), frame if frame in before else copy]
        after = [*_not_in(frame, after), frame if frame in after else copy]
    return before, after


def _stands_still(scene: Scene, picture: Picture, thing: Thing, others: Sequence[Thing]) -> bool:
    if thing.kind not in ACTION_KINDS or any(_is_same_or_part(other, thing) for other in others):
        return False
    return _is_still_drawn(scene, picture, thing)


def _is_same_or_part(other: Thing, frame: Thing) -> bool:
    """Does another thing stand in the frame's place, or one of its kind within it: a field that is wider now?"""
    within = other.kind is frame.kind and share_inside(other.box, frame.box) > 0.8
    return within or iou(frame.box, other.box) > SAME_PLACE


def _ends_as_before(scene: Scene, thing: Thing) -> bool:
    """Does the actual still have the frame's end? A shorter button ends elsewhere."""
    stood = scene.standing_element(thing.element_id, thing.box)
    picture, box = (scene.reference, stood.box) if stood else (scene.laid, thing.box)
    own = drawn_box(picture, replace(thing, box=box))
    here = own.shifted(thing.box.x - box.x, thing.box.y - box.y)
    return is_framed(scene.actual, here) or not is_framed(picture, own)


def _ended_as_now(scene: Scene, thing: Thing) -> bool:
    box = drawn_box(scene.actual, thing)
    return is_framed(scene.laid, box) or not is_framed(scene.actual, box)


def _lines_still_drawn(hunt: Hunt, before: Sequence[Thing], after: Sequence[Thing]) -> list[Pair]:
    """Labels without a partner that are mostly, or at their start, drawn in both pictures: words at their end were
    added or removed.
    """
    if not before and not after:
        return []
    scene, regions = hunt.scene, Rows(find_regions(hunt.left))
    gone = [t for t in before if _is_line_with_changes(hunt, t, regions) and _is_partly_drawn(hunt, scene.laid, t)]
    come = [t for t in after if _is_line_with_changes(hunt, t, regions) and _is_partly_drawn(hunt, scene.actual, t)]
    pairs = [Pair(t, _line_at(hunt, t, after, scene.actual), 1.0) for t in gone]
    paired = {pair.after for pair in pairs}
    return pairs + [Pair(_line_at(hunt, t, before, scene.laid), t, 1.0) for t in come if t not in paired]


def _line_at(hunt: Hunt, line: Thing, others: Sequence[Thing], picture: Picture) -> Thing:
    """The label without a partner in the place of a line, or else the ink there."""
    labels = [t for t in others if t.kind is Kind.LABEL and shared_px(t.box, line.box) and in_one_row(t.box, line.box)]
    ink = Thing(tight_box(picture, hunt.inside(line.box)), line.kind)
    return max(labels, key=lambda t: shared_px(t.box, line.box), default=ink)


def _is_line_with_changes(hunt: Hunt, thing: Thing, regions: Rows) -> bool:
    if thing.kind is not Kind.LABEL or np.count_nonzero(hunt.left[hunt.inside(thing.box).slices()]) < SPECK_PX:
        return False
    return not any(_is_thing_of_its_own(hunt.scene, regions[at], thing) for at in regions.near(thing.box))


def _is_thing_of_its_own(scene: Scene, region: Box, line: Thing) -> bool:
    """Is it a thing as high and as wide as the line is high: an icon beside the words, detected as part of them?"""
    squarish = region.width < OTHER_LENGTH * region.height
    if not squarish or not shared_px(region, line.box):
        return False
    return any(
        min(region.width, region.height) >= OWN_THING_HEIGHT * tight_box(drawn, line.box).height
        and is_blank(blank, region, drawn)
        for drawn, blank in ((scene.laid, scene.actual), (scene.actual, scene.laid))
    )


def _is_partly_drawn(hunt: Hunt, picture: Picture, line: Thing) -> bool:
    return _is_still_drawn(hunt.scene, picture, line) or _keeps_its_start(hunt, line)


def _keeps_its_start(hunt: Hunt, line: Thing) -> bool:
    """Are the first letters of a line unchanged?"""
    place = hunt.inside(line.box)
    changed = np.flatnonzero(hunt.scene.changed[place.slices()].any(axis=0))
    return bool(len(changed)) and int(changed[0]) >= KEPT_START * place.height


def _is_still_drawn(scene: Scene, picture: Picture, thing: Thing) -> bool:
    box = clipped(thing.box, scene.changed.shape[1], scene.changed.shape[0])
    ink = ink_mask(picture, box, ground_colour(picture, box), FRAME_LEVELS)
    return bool(ink.any()) and float(scene.changed[box.slices()][ink].mean()) < STILL_SHARE


def _not_in(frame: Thing, things: Sequence[Thing]) -> list[Thing]:
    """Without the frame itself, and without nameless ink and text in it."""
    return [
        thing
        for thing in things
        if thing != frame
        and not (thing.kind in (None, Kind.LABEL) and share_inside(thing.box, grown(frame.box, 2)) > 0.8)
    ]


def _carrier_of_moved(hunt: Hunt, pair: Pair) -> Defect | None:
    """A card moved with its contents if nearly all that changed in it is their move."""
    if pair.before.kind is not None:
        return None
    box = hunt.inside(union((pair.before.box, pair.after.box)))
    left, changed = (np.count_nonzero(mask[box.slices()]) for mask in (hunt.left, hunt.scene.changed))
    inside = [
        d for d in hunt.drafts if d.type is DefectType.MOVED and d.actual_box and share_inside(d.actual_box, box) > 0.8
    ]
    if not inside or left > CARRIER_LEFT * changed:
        return None
    dx, dy = inside[0].detail["dx"], inside[0].detail["dy"]
    return moved_draft(pair.before, traced(pair.before.box, hunt.scene.alignment), pair.before.box.shifted(dx, dy))


def _one_or_two(draft: Defect) -> list[Defect]:
    """A text of very different length that shares nothing with the old one and is placed differently is not an edit:
    one was removed, one added.
    """
    before, after = draft.reference_box, draft.actual_box
    if draft.type is not DefectType.TEXT_CHANGED or draft.kind in FRAMED_KINDS or before is None or after is None:
        return [draft]
    if _are_set_alike(before, after):
        return [draft]
    texts = draft.detail["before"], draft.detail["after"]
    unlike = all(texts) and likeness(*texts) < OTHER_READING
    if not unlike or max(before.width, after.width) < OTHER_LENGTH * min(before.width, after.width):
        return [draft]
    gone = draft_of(DefectType.MISSING, before, None, draft.kind, texts[0])
    return [gone, draft_of(DefectType.ADDED, None, after, draft.kind, texts[1])]


def _are_set_alike(one: Box, other: Box) -> bool:
    """Are they in one line, and aligned at their starts, ends or centres?"""
    starts, ends = one.x - other.x, one.right - other.right
    in_line = abs(2 * one.y + one.height - 2 * other.y - other.height) <= min(one.height, other.height)
    return in_line and min(abs(starts), abs(ends), abs(starts + ends) // 2) <= RESIZED_PX


def _drawn(hunt: Hunt, things: Sequence[Thing], picture: Picture) -> list[Thing]:
    """Without specks, which are too few pixels for an addition or removal, and without things drawn as before, perhaps
    in another colour.
    """
    return [
        thing
        for thing in things
        if np.count_nonzero(hunt.left[hunt.inside(thing.box).slices()]) >= SPECK_PX
        and not _is_still_drawn(hunt.scene, picture, thing)
        and not is_recoloured(hunt.scene, hunt.inside(thing.box))
    ]
