"""The input of all finders (`Scene`), and the groups of element kinds that the rules use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vision.boxes import Rows
from vision.difference.alignment import carried
from vision.difference.noise import Judged, judge_difference
from vision.types import Alignment, Box, Defect, DefectType, Element, Kind, MatchLevel, Noise, Picture, Unexplained

# "Another place (2 px or more)" (doc/contract.md); one pixel of jitter is noise.
MOVED_PX = 2
# Residue (noise.py) above which two lines of one size, after fitting their colours, have different letters: between the
# smallest typing error measured (0.09) and another colour's smoothing (0.03).
OTHER_LETTER = 0.06
# Above this residue a recoloured panel, button or disc has different letters.
SAME_LETTERS = 0.12
# A nameless thing is a picture if it is this large in both pictures and has this many coarse colours in one: buttons
# with a gradient have up to 41, illustrations and photos from 55 on.
MIN_PICTURE_PX = 32
PICTURE_COLOURS = 48
# If a picture changes, at least this share of its region's pixels change.
PICTURE_DENSITY = 0.25
# A smaller change of a side is not another size: boxes are only exact to a pixel.
RESIZED_PX = 2
# Equal readings of fewer letters do not prove that nothing changed.
MIN_WORD = 3
# A box that covers less of a thing than this is a piece of it.
PART_SHARE = 0.6
# A line of text is no higher than this many times a part of it (a letter's tail); what is higher is what it stands on.
MAX_LINE_GROWTH = 1.6
# A line of words on a tag or a notice is no higher.
LARGEST_LINE_PX = 32
# Borders and dividers between things.
HAIRLINE_PX = 2
# Boxes with this IoU are one place.
SAME_PLACE = 0.5
# Fewer changed pixels than this are a speck of something near, not an addition or removal.
SPECK_PX = 8
# The widest scroll bar a desktop browser draws.
SCROLL_BAR_MAX_PX = 20
# Pixels this close to a defect's box belong to it: shadows, outlines, smoothing.
EXPLAINED_REACH_PX = 4

TEXT_KINDS = frozenset({Kind.LABEL, Kind.BUTTON, Kind.INPUT, Kind.SELECT})
FRAMED_KINDS = frozenset({Kind.BUTTON, Kind.INPUT, Kind.SELECT})
TOGGLES = frozenset({Kind.CHECKBOX, Kind.RADIO, Kind.SWITCH})
ACTION_KINDS = FRAMED_KINDS | TOGGLES
PICTURES = frozenset({Kind.IMAGE, Kind.ICON})
GEOMETRY = frozenset(
    {DefectType.MISSING, DefectType.ADDED, DefectType.MOVED, DefectType.RESIZED, DefectType.LAYOUT_SHIFT}
)

Mask = NDArray[np.bool_]
Read = Callable[[Picture, list[Box]], list[str]]


def judge_strictly(laid: Picture, actual: Picture) -> Judged:
    return judge_difference(laid, actual, MatchLevel.STRICT)


@dataclass(frozen=True)
class Scene:
    """The input of all finders. From `moved_px` on a shift is a defect. `laid` is the reference laid over the actual;
    `changed` marks the pixels a person sees differ, `differing` all differing ones, both of the actual's size. Elements
    have the coordinates of their own picture.
    """

    reference: Picture
    actual: Picture
    laid: Picture
    alignment: Alignment
    changed: Mask
    differing: Mask
    reference_elements: tuple[Element, ...]
    actual_elements: tuple[Element, ...]
    read: Read
    judge: Callable[[Picture, Picture], Judged] = judge_strictly
    moved_px: int = MOVED_PX

    @cached_property
    def standing(self) -> tuple[tuple[Element, Box], ...]:
        """The reference's elements, each with its place in the actual by the alignment; without removed ones."""
        places = ((element, carried(element.box, self.alignment)) for element in self.reference_elements)
        return tuple((element, place) for element, place in places if place is not None)

    @cached_property
    def _standing_by_id(self) -> dict[str | None, tuple[Element, Box]]:
        return {element.id: (element, place) for element, place in self.standing}

    def standing_element(self, element_id: str | None, box: Box) -> Element | None:
        """The reference's element with this id, if `box` (of the actual) is exactly where the alignment puts it."""
        element, place = self._standing_by_id.get(element_id, (None, None))
        return element if place == box else None

    @cached_property
    def near_reference(self) -> Callable[[Box], list[Element]]:
        """Looks up the reference's elements that may touch a box of the reference, in their order."""
        return _by_rows(self.reference_elements)

    @cached_property
    def near_actual(self) -> Callable[[Box], list[Element]]:
        """The same for the actual's elements."""
        return _by_rows(self.actual_elements)

    @cached_property
    def repainted_share(self) -> float:
        """The share of the page's pixels that changed, 0..1."""
        return float(self.changed.mean())

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The texts of the reference."""
        return tuple(element.text for element in self.reference_elements)

    @cached_property
    def stood(self) -> Rows:
        """The places of the reference's elements in the actual."""
        return Rows(place for _, place in self.standing)


def _by_rows(elements: Sequence[Element]) -> Callable[[Box], list[Element]]:
    rows = Rows(element.box for element in elements)
    return lambda box: [elements[at] for at in rows.near(box)]


@dataclass(frozen=True, slots=True)
class Found:
    defects: tuple[Defect, ...]
    unexplained: tuple[Unexplained, ...]
    matched_ids: frozenset[str]
    text_lines: dict[str, int]
    noise: tuple[Noise, ...] = ()
