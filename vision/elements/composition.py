"""Combines detections and lines of text: `distinct` chooses between rivals, `compose` finds each thing's text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from vision.boxes import Rows, iou, share_inside
from vision.elements.field_sides import parted_at_sides
from vision.elements.repeated_signs import parted_from_signs
from vision.elements.small_pictures import named_by_colours
from vision.elements.text_lines import place_lines
from vision.types import FRAMED_KINDS, Box, Detection, Kind, Picture

# Glyphs that the line finder confuses with letters.
_GLYPHS: Final = (Kind.ICON, Kind.CHECKBOX, Kind.RADIO, Kind.SWITCH)
_ENTRIES: Final = (Kind.INPUT, Kind.SELECT)

# Two detections of any kind that share this much are one element; the more certain one stays.
_SAME_IOU: Final = 0.6
# A line belongs to a field, picture or glyph with this share of it inside.
_INSIDE: Final = 0.6
# A sign takes the place of a glyph or label with this share of it inside.
_SIGN_SHARE: Final = 0.3
# A glyph this certain, or a picture this small (an avatar, a logo), is hidden from the line finder, which would join
# its neighbours.
_SURE: Final = 0.4
_SMALL_PICTURE_PX: Final = 80
_SEVERAL_ASPECT: Final = 1.5
# A field or picture less certain than this does not suppress a more certain label: a wrong one would suppress many. On
# the development screens 7.8 % of all characters were wrong with 0.45, 8.2 % with 0.35, 10.2 % with 0.25.
TRUSTED: Final = 0.45
# A thing is part of another with this share of it inside.
_PART: Final = 0.75
# A control holds fewer labels side by side than this: a value, its unit.
_STRIP_LABELS: Final = 3
# The confidence of a label found by its ink only: the reader decides (reading.py).
_UNCONFIRMED_CONFIDENCE: Final = 0.3
# The confidence of a sign in a row of equal ones, which the network may have missed.
_SIGN_CONFIDENCE: Final = 0.6
_SQUARE_ASPECT: Final = 1.3
# Interfaces show at most 270 things a megapixel (69 screens, the densest a page of Django's admin).
_MOST_THINGS, _MOST_THINGS_PER_MEGAPIXEL = 1_000, 600
# A word is about this many times wider than high: reading takes 2 ms for each such piece of a line.
_WORD_ASPECT: Final = 3
_TOO_MANY: Final = (
    "The picture shows {found} things and lines of text, more than an interface of its size: "
    "the {left_out} that are least sure were left out."
)


@dataclass(frozen=True, slots=True)
class Found:
    """An element before it is read: `lines` are the places of its text; `confirmed`: the detector found it."""

    kind: Kind
    box: Box
    confidence: float
    lines: tuple[Box, ...] = ()
    confirmed: bool = True


def distinct(detections: Sequence[Detection]) -> list[Detection]:
    """One detection for each thing, the most certain first, without strips that look like controls and without icons in
    fields.
    """
    ordered = sorted(detections, key=lambda one: -one.confidence)
    rows = Rows(one.box for one in ordered)
    kept: set[int] = set()
    for index, one in enumerate(ordered):
        surer = (other for other in rows.near(one.box) if other in kept)
        if not any(iou(one.box, ordered[other].box) >= _SAME_IOU for other in surer):
            kept.add(index)
    things = _without_strips([ordered[index] for index in sorted(kept)])
    fields = _trusted_fields(things)
    return [one for one in things if one.kind is not Kind.ICON or not _is_held(one.box, fields, _PART)]


def compose(picture: Picture, seen: Sequence[Detection]) -> list[Found]:
    """The things of a picture; lines become the text of fields, or labels."""
    fields = [one.box for one in seen if one.kind in FRAMED_KINDS]
    labels = parted_at_sides(picture, [one for one in seen if one.kind is Kind.LABEL], fields)
    lines = place_lines(picture, [one.box for one in labels], _trusted_fields(seen), _without_text(seen))
    owned = [replace(label, box=line) for label, line in zip(labels, lines.owned, strict=True) if line is not None]
    free = [Detection(Kind.LABEL, line, 0.0) for line in lines.free]
    signs, written = _parted_from_signs(picture, owned + free)
    things = _with_signs([one for one in seen if one.kind is not Kind.LABEL], signs)
    return _combined(named_by_colours(picture, things), written)


def bounded(found: Sequence[Found], picture: Picture) -> tuple[list[Found], tuple[str, ...]]:
    """The largest and most certain things, as many as an interface of this size can show, and a sentence if there were
    more: reading a texture line by line would take minutes.
    """
    most = round(max(_MOST_THINGS, _MOST_THINGS_PER_MEGAPIXEL * picture.shape[0] * picture.shape[1] / 1e6))
    kept: list[Found] = []
    room = most
    for one in sorted(found, key=lambda one: (-one.confidence, -one.box.area_px)):
        if room <= 0:
            break
        kept.append(replace(one, lines=one.lines[:room]))
        room -= max(1, sum(_cost(line) for line in one.lines))
    left_out = len(found) - len(kept)
    return kept, (_TOO_MANY.format(found=len(found), left_out=left_out),) if left_out else ()


def _cost(line: Box) -> int:
    """The cost of reading a line, relative to a word."""
    return 1 + line.width // (_WORD_ASPECT * line.height)


def _without_strips(seen: Sequence[Detection]) -> list[Detection]:
    """Without headers, table rows and tool bars detected as one control: they contain other controls, or many labels
    side by side.
    """
    rows = Rows(one.box for one in seen)
    return [
        one
        for one in seen
        if one.kind not in FRAMED_KINDS or not _is_strip(one, [seen[at] for at in rows.near(one.box)])
    ]


def _is_strip(one: Detection, near: Sequence[Detection]) -> bool:
    held = [other for other in near if other is not one and share_inside(other.box, one.box) >= _PART]
    rivals = FRAMED_KINDS if one.kind is Kind.BUTTON else _ENTRIES  # a field may contain its button
    smaller = (other for other in held if other.kind in rivals and other.box.area_px < one.box.area_px)
    if any(other.confidence >= TRUSTED for other in smaller):
        return True
    labels = sorted((other.box for other in held if other.kind is Kind.LABEL), key=lambda box: box.x)
    beside = sum(_is_right_of(second, first) for first, second in pairwise(labels))
    return beside + 1 >= _STRIP_LABELS


def _is_right_of(box: Box, other: Box) -> bool:
    return box.x > other.right and max(box.y, other.y) < min(box.bottom, other.bottom)


def _trusted_fields(seen: Sequence[Detection]) -> list[Box]:
    return [one.box for one in seen if one.kind in FRAMED_KINDS and one.confidence >= TRUSTED]


def _is_held(box: Box, holders: Sequence[Box], share: float) -> bool:
    return any(share_inside(box, holder) >= share for holder in holders)


def _without_text(seen: Sequence[Detection]) -> list[Box]:
    """Boxes without letters: certain glyphs and small pictures, unless the detector also sees a label there, or several
    touch each other, since the line finder makes one line of them (repeated_signs.py).
    """
    labels = Rows(one.box for one in seen if one.kind is Kind.LABEL)
    blank = [one.box for one in seen if one.confidence >= _SURE and _is_wordless(one) and not _is_several(one)]
    return [box for box in blank if not any(share_inside(labels[at], box) >= _INSIDE for at in labels.near(box))]


def _is_wordless(one: Detection) -> bool:
    small = max(one.box.width, one.box.height) <= _SMALL_PICTURE_PX
    return one.kind in _GLYPHS or (one.kind is Kind.IMAGE and small)


def _is_several(one: Detection) -> bool:
    return one.kind is Kind.ICON and one.box.width > _SEVERAL_ASPECT * one.box.height


def _parted_from_signs(picture: Picture, lines: Sequence[Detection]) -> tuple[list[Box], list[Detection]]:
    """The signs of rows of equal signs, and the lines without them."""
    signs: list[Box] = []
    written: list[Detection] = []
    for line in lines:
        row, rest = parted_from_signs(picture, [line.box])
        signs += row
        written += [Detection(Kind.LABEL, box, 0.0) for box in rest] if row else [line]
    return signs, written


def _with_signs(seen: Sequence[Detection], signs: Sequence[Box]) -> list[Detection]:
    """The detections, with an icon for each sign outside fields in place of what the network found there."""
    free = [sign for sign in signs if not _is_held(sign, _trusted_fields(seen), _PART)]
    kept = [one for one in seen if one.kind not in _GLYPHS or not _is_held(one.box, free, _SIGN_SHARE)]
    return kept + [Detection(Kind.ICON, sign, _SIGN_CONFIDENCE) for sign in free]


def _combined(things: Sequence[Detection], lines: Sequence[Detection]) -> list[Found]:
    """Things and lines as one list. A line less certain than its field is the field's text, not a label."""
    fields = [one for one in things if one.kind in FRAMED_KINDS]
    others = [one for one in things if one.kind not in FRAMED_KINDS]
    inside, labels = _parted(_without_grounds(lines, things), fields)
    found = [
        Found(one.kind, one.box, one.confidence, _words_of(written))
        for one, written in zip(fields, inside, strict=True)
    ]
    found += [Found(one.kind, one.box, one.confidence) for one in others]
    glyphs = [one.box for one in others if one.kind in _GLYPHS and one.confidence >= _SURE]
    pictures = [one.box for one in others if one.kind is Kind.IMAGE and one.confidence >= TRUSTED]
    return found + [
        _as_label(line) for line in labels if line.confidence or not _is_held(line.box, glyphs + pictures, _INSIDE)
    ]


def _as_label(line: Detection) -> Found:
    confidence = _UNCONFIRMED_CONFIDENCE + (1 - _UNCONFIRMED_CONFIDENCE) * line.confidence
    return Found(Kind.LABEL, line.box, confidence, (line.box,), confirmed=line.confidence > 0)


def _without_grounds(lines: Sequence[Detection], seen: Sequence[Detection]) -> list[Detection]:
    """Without "lines" twice as high as a field or picture inside them: those are the background between things."""
    things = [one.box for one in seen if one.kind in (*FRAMED_KINDS, Kind.IMAGE) and one.confidence >= TRUSTED]
    return [line for line in lines if line.confidence or not any(_towers_over(line.box, thing) for thing in things)]


def _towers_over(line: Box, thing: Box) -> bool:
    return line.height >= 2 * thing.height and share_inside(thing, line) >= _PART


def _parted(lines: Sequence[Detection], fields: Sequence[Detection]) -> tuple[list[list[Box]], list[Detection]]:
    """Lines by the smallest field that contains them, and the labels: lines in no field, or in one that is too
    uncertain.
    """
    inside: list[list[Box]] = [[] for _ in fields]
    labels = []
    rows = Rows(field.box for field in fields)
    for line in lines:
        holders = [index for index in rows.near(line.box) if share_inside(line.box, fields[index].box) >= _INSIDE]
        holder = min(holders, key=lambda index: fields[index].box.area_px, default=None)
        if holder is None or (line.confidence > fields[holder].confidence and fields[holder].confidence < TRUSTED):
            labels.append(line)
        else:
            inside[holder].append(line.box)
    return inside, labels


def _words_of(lines: Sequence[Box]) -> tuple[Box, ...]:
    """A field's lines without its arrow, icon and grip: square things beside a wide line."""
    wide = tuple(line for line in lines if line.width > _SQUARE_ASPECT * line.height)
    return wide or tuple(lines)
