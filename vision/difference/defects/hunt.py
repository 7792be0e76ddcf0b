"""Keeps the unexplained changed pixels, and the things that they touch, for the finders."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import cv2
import numpy as np

from vision.boxes import Rows, clipped, grown, iou, share_inside, shared_px
from vision.difference.defects.scene import (
    ACTION_KINDS,
    EXPLAINED_REACH_PX,
    FRAMED_KINDS,
    MAX_LINE_GROWTH,
    PART_SHARE,
    PICTURE_DENSITY,
    SAME_PLACE,
    SPECK_PX,
    Mask,
    Scene,
)
from vision.difference.glyphs import find_glyph
from vision.difference.matching import Thing, drawn_box
from vision.difference.regions import (
    FRAME_LEVELS,
    SHARED_SIDE_PX,
    find_regions,
    find_things,
    ground_colour,
    ink_mask,
    is_blank,
    is_closed,
    is_framed,
    is_tab,
    side_depth,
)
from vision.difference.restyles import Restyle
from vision.elements.fields import is_part
from vision.types import Box, Defect, Kind, Noise, NoiseReason, Picture

# A piece belongs to a line if the gap to it is at most this many of the line's heights.
LINE_GAP = 1.7
# A "line" higher than this with hardly a letter is the edge of a picture or a button.
HEADING_PX = 48
# A frame of changed pixels is a button or a field up to this size; beyond, a row or a card with things in it.
LARGEST_FRAME_PX = (480, 96)
HOLLOW_SHARE = 0.02
# A field or button higher than this may be a card taken for one: what is written in it speaks for itself.
TALLEST_CONTROL_PX = 80
# Pixels this close to an element belong to it: an underline, a focus ring, what a snapped box missed.
OWN_REACH_PX = 3


Near = Callable[[Box], list[Thing]]


def by_rows(things: Sequence[Thing]) -> Near:
    """Looks up the things that may touch a box, in their order."""
    rows = Rows(thing.box for thing in things)
    return lambda box: [things[index] for index in rows.near(box)]


@dataclass(slots=True)
class Hunt:
    """The unexplained changed pixels, and the things of both pictures (in the actual's coordinates)."""

    scene: Scene
    left: Mask
    before: list[Thing]
    after: list[Thing]
    drafts: list[Defect]
    # Changed pixels that are explained, by an entry or as noise.
    explained: Mask
    # The old and new places of moved things: their ink is not searched again.
    left_places: list[Box] = field(default_factory=list)
    new_places: list[Box] = field(default_factory=list)
    noise: list[Noise] = field(default_factory=list)
    restyle: Restyle | None = None

    @classmethod
    def of(cls, scene: Scene) -> "Hunt":
        before = [Thing(box, e.kind, e.text, e.id) for e, box in scene.standing]
        after = [Thing(e.box, e.kind, e.text, e.id) for e in scene.actual_elements]
        nothing = np.zeros_like(scene.changed)
        before, after = (
            _words_for_frames(scene, scene.laid, before, after),
            _words_for_frames(scene, scene.actual, after, before),
        )
        return cls(scene, scene.changed.copy(), _whole_lines(before), _whole_lines(after), [], nothing)

    def explain(self, *boxes: Box) -> None:
        """Marks the changed pixels in these boxes (of the actual) as explained."""
        for box in boxes:
            place = self.inside(grown(box, EXPLAINED_REACH_PX)).slices()
            self.left[place] = False
            self.explained[place] = True

    def own(self, place: Box, mask: Mask | None = None) -> None:
        """Marks the changed pixels of a place, or those in `mask`, as explained, and no pixel around it."""
        here = place.slices()
        owned = self.left[here] & mask if mask is not None else self.left[here]
        self.explained[here] |= owned
        self.left[here] &= ~owned

    def is_noise(self, box: Box) -> None:
        """Marks the difference here as noise."""
        place = self.inside(grown(box, EXPLAINED_REACH_PX))
        self.noise.append(Noise(NoiseReason.FONT_RENDERING, place, int(np.count_nonzero(self.left[place.slices()]))))
        self.own(place)

    def tell(self, finder: str, drafts: Iterable[Defect]) -> None:
        """Adds drafts to the list, each with the name of the step that made it."""
        self.drafts += [replace(draft, detail=draft.detail | {"found_by": finder}) for draft in drafts]

    def run(self, finder: Callable[["Hunt"], None]) -> None:
        """Runs a finder; the drafts it adds get its name."""
        earlier = list(self.drafts)
        known = {id(draft) for draft in earlier}
        finder(self)
        name = finder.__name__
        self.drafts = [
            draft if id(draft) in known else replace(draft, detail={"found_by": name} | draft.detail)
            for draft in self.drafts
        ]

    def inside(self, box: Box) -> Box:
        return clipped(box, self.left.shape[1], self.left.shape[0])

    def touched(self) -> tuple[list[Thing], list[Thing]]:
        """The elements and other ink that unexplained pixels touch, before and after."""
        regions = find_regions(self.left)
        if not regions:
            return [], []
        elements = by_rows([*self.before, *self.after])
        laid, actual = self.scene.laid, self.scene.actual
        stood = [thing for thing in self.before if _meets(self.left, thing.box) and self._stood(thing)]
        stands = [thing for thing in self.after if _meets(self.left, thing.box) and is_borne_out(thing, actual)]
        before = _touched(self.left, laid, actual, stood, regions, elements)
        after = _touched(self.left, actual, laid, stands, regions, elements)
        return _elsewhere(before, self.left_places), _elsewhere(after, self.new_places)

    def _stood(self, thing: Thing) -> bool:
        """Do the pixels confirm a thing of the reference, though another may cover a part of its place now?"""
        if is_borne_out(thing, self.scene.laid):
            return True
        element = self.scene.standing_element(thing.element_id, thing.box)
        return element is not None and is_borne_out(replace(thing, box=element.box), self.scene.reference)


def _elsewhere(things: list[Thing], told: Sequence[Box]) -> list[Thing]:
    rows = Rows(told)
    near = ((thing, (rows[index] for index in rows.near(grown(thing.box, 3)))) for thing in things)
    return [thing for thing, boxes in near if not any(share_inside(thing.box, grown(box, 3)) > 0.7 for box in boxes)]


def _words_for_frames(scene: Scene, picture: Picture, things: list[Thing], others: list[Thing]) -> list[Thing]:
    """Without frames that are separate words in the other picture, or words in the foot of a card, and with those words: the
    detector took a row of entries for one control in one picture.
    """
    near = by_rows(others)
    told: list[Thing] = []
    for thing in things:
        words = _words_instead(scene, picture, thing, near(thing.box)) if thing.kind in FRAMED_KINDS else []
        told += [replace(word, element_id=None) for word in words] or [thing]
    return told


def _words_instead(scene: Scene, picture: Picture, frame: Thing, others: Sequence[Thing]) -> list[Thing]:
    """At least two labels of the other picture inside a frame with the same text and little change, or too far apart
    for one line: a row of a table. Empty if the other picture has a frame too.
    """
    if any(other.kind in FRAMED_KINDS and iou(other.box, frame.box) > SAME_PLACE for other in others):
        return []
    words = [t for t in others if t.kind is Kind.LABEL and share_inside(t.box, frame.box) > PART_SHARE]
    if words and is_part(picture, frame.box):
        return words
    in_order = sorted((word.box for word in words), key=lambda box: box.x)
    if any(right.x - left.right > LINE_GAP * left.height for left, right in pairwise(in_order)):
        return words
    if not all(word.text and word.text in frame.text for word in words):
        return []
    place = clipped(frame.box, scene.changed.shape[1], scene.changed.shape[0]).slices()
    is_kept = len(words) >= 2 and float(scene.changed[place].mean()) < HOLLOW_SHARE * 10
    return words if is_kept else []


def _whole_lines(things: list[Thing]) -> list[Thing]:
    """Without labels that are only part of another: the old line, carried, or the new line, found again."""
    labels = by_rows([thing for thing in things if thing.kind is Kind.LABEL])
    near = ((thing, labels(grown(thing.box, 2))) for thing in things)
    return [t for t, others in near if t.kind is not Kind.LABEL or not any(is_piece(t, other) for other in others)]


def is_piece(thing: Thing, line: Thing) -> bool:
    longer = line.box.width > thing.box.width and line.box.height <= MAX_LINE_GROWTH * thing.box.height
    return longer and share_inside(thing.box, grown(line.box, 2)) > 0.8


def _touched(
    left: Mask, picture: Picture, other: Picture, things: list[Thing], regions: list[Box], elements: Near
) -> list[Thing]:
    """Each changed pixel belongs to the smallest element around it; for the others the ink is searched."""
    unowned = left.copy()
    owners: list[Thing] = []
    things = [t for t in things if not _is_brushed(left, t)]
    near = by_rows(things)
    for region in regions:
        glyph = find_glyph(picture, region) or _drawn_by_changes(left, picture, region)
        if glyph is not None and not any(iou(glyph, thing.box) > SAME_PLACE for thing in near(glyph)):
            owners.append(Thing(glyph))
            unowned[clipped(grown(glyph, 2), left.shape[1], left.shape[0]).slices()] = False
    # Pixels inside a thing belong to it before pixels near it belong to another.
    owned: set[Thing] = set(owners)
    for reach in (0, OWN_REACH_PX):
        for thing in sorted(
            things, key=lambda thing: (thing not in owned, _meets_a_frame(thing, near), thing.box.area_px)
        ):
            here = unowned[clipped(grown(thing.box, reach), left.shape[1], left.shape[0]).slices()]
            if here.any() and (thing.kind is not Kind.IMAGE or here.mean() > PICTURE_DENSITY / 2):
                owners += [] if thing in owned else [thing]
                owned.add(thing)
                here[...] = False
    open_ = [part for region in regions if (part := _set_part(unowned, region)) is not None]
    found = [Thing(box) for part in open_ for box in find_things(picture, part)]
    found = [thing for thing in found if not (owners and _is_group(thing, elements))]
    found_near, owners_near = by_rows(found), by_rows(owners)
    owners = [_whole_line(owner, found_near, owners_near, picture, other) for owner in owners]
    return [_named(thing, near(thing.box)) for thing in owners + new_things(found, owners)]


def _meets_a_frame(thing: Thing, near: Near) -> bool:
    """Does a label's box reach over the side of a field or button that it stands outside of? That side is the field's."""
    if thing.kind is not Kind.LABEL:
        return False
    frames = (other.box for other in near(thing.box) if other.kind in FRAMED_KINDS)
    return any(0 < shared_px(thing.box, frame) < 0.5 * thing.box.area_px for frame in frames)


def _set_part(mask: Mask, box: Box) -> Box | None:
    """The box of the set pixels in a box."""
    left, top, width, height = cv2.boundingRect(mask[box.slices()].view(np.uint8))
    return Box(box.x + left, box.y + top, width, height) if width else None


def _is_group(ink: Thing, elements: Near) -> bool:
    """Buttons side by side, seen as one: each is a thing of its own."""
    around = grown(ink.box, 2)
    inside = [e.box for e in elements(around) if e.kind in ACTION_KINDS and share_inside(e.box, around) > 0.8]
    parts = [box for box in inside if box.area_px < PART_SHARE * ink.box.area_px]
    return any(
        max(share_inside(one, other), share_inside(other, one)) < 1 - PART_SHARE for one in parts for other in parts
    )


def _whole_line(owner: Thing, found: Near, owners: Near, picture: Picture, other: Picture) -> Thing:
    """A label that continues beyond its known end: something was written behind it, where nothing was."""
    if owner.kind is not Kind.LABEL:
        return owner
    for thing in found(grown(owner.box, 2)):
        line = thing.box
        if line.width <= owner.box.width or line.height > MAX_LINE_GROWTH * owner.box.height:
            continue
        if share_inside(owner.box, grown(line, 2)) <= 0.8:
            continue
        alone = sum(share_inside(one.box, grown(line, 2)) > 0.8 for one in owners(grown(line, 2))) == 1
        behind = Box(owner.box.right + 1, line.y, max(0, line.right - owner.box.right - 1), line.height)
        stood = behind.area_px and not is_blank(other, behind, picture)
        if alone and not stood and not is_framed(picture, line):
            return replace(owner, box=line, text="")
    return owner


def _drawn_by_changes(left: Mask, picture: Picture, region: Box) -> Box | None:
    """The region itself, if the changed pixels form a frame that is drawn here: another border, of one button in a row."""
    low, narrow = region.height <= LARGEST_FRAME_PX[1], region.width <= LARGEST_FRAME_PX[0]
    changed = left[region.slices()]
    if not (low and narrow and is_closed(changed) and _is_hollow(changed)):
        return None
    return region if is_closed(ink_mask(picture, region, ground_colour(picture, region), FRAME_LEVELS)) else None


def _is_hollow(changed: Mask) -> bool:
    """Is the inside of the frame free of changed pixels?"""
    edge = 2 * side_depth(changed)
    inside = changed[edge:-edge, edge:-edge]
    return bool(inside.size and inside.mean() <= HOLLOW_SHARE)


def _meets(left: Mask, box: Box) -> bool:
    return bool(left[clipped(grown(box, OWN_REACH_PX), left.shape[1], left.shape[0]).slices()].any())


def _is_brushed(left: Mask, thing: Thing) -> bool:
    """Does the end of something beside a control only touch its box, at a round corner?"""
    if thing.kind not in FRAMED_KINDS:
        return False
    height, width = left.shape
    inside, around = (
        int(np.count_nonzero(left[clipped(box, width, height).slices()]))
        for box in (thing.box, grown(thing.box, 2 * SPECK_PX))
    )
    return 0 < inside < SPECK_PX and around > SPECK_PX * inside


def _named(thing: Thing, things: Sequence[Thing]) -> Thing:
    """Ink named after the element in the same place."""
    if thing.kind is not None:
        return thing
    best = max(things, key=lambda other: iou(other.box, thing.box), default=None)
    return best if best is not None and iou(best.box, thing.box) > 0.7 else thing


def is_borne_out(thing: Thing, picture: Picture) -> bool:
    """Do the pixels confirm the detector? A frame must have sides there; otherwise the ink counts."""
    if thing.kind is None:
        return True
    if thing.kind is Kind.LABEL:
        return thing.box.height < HEADING_PX or len(thing.text) > 2
    if thing.kind in FRAMED_KINDS and thing.box.height > TALLEST_CONTROL_PX:
        return False
    box = drawn_box(picture, thing)
    if is_framed(picture, box):
        return True
    # Buttons in a row share their sides, so a side may be closed by a neighbour.
    around = clipped(grown(box, SHARED_SIDE_PX), picture.shape[1], picture.shape[0])
    closed = is_closed(ink_mask(picture, around, ground_colour(picture, box), FRAME_LEVELS))
    return closed or is_tab(picture, box)


def new_things(found: Iterable[Thing], owners: Sequence[Thing]) -> list[Thing]:
    """Ink without an element, without duplicates."""
    kept: list[Thing] = []
    rows = Rows(owner.box for owner in owners)
    for thing in found:
        near = [rows[index] for index in rows.near(grown(thing.box, 3))]
        if not any(iou(thing.box, box) > 0.5 or share_inside(thing.box, grown(box, 3)) > 0.7 for box in near):
            kept.append(thing)
            rows.add(thing.box)
    return kept
