"""The changed pixels nobody has explained yet, and the things they touch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vision.alignment import carried
from vision.boxes import clipped, grown, iou, share_inside
from vision.defects.scene import EXPLAINED_REACH_PX, PICTURE_DENSITY, SAME_PLACE, Mask, Scene
from vision.matching import Thing
from vision.regions import find_glyph, find_regions, find_things, is_framed, tight_box
from vision.types import Box, Defect, Kind, Picture

# A "line" higher than this with hardly a letter in it is the edge of a picture or a button.
HEADING_PX = 48
# Pixels this near to an element are its own: an underline, a focus ring, what a snapped box missed.
OWN_REACH_PX = 3


@dataclass(slots=True)
class Hunt:
    """The changed pixels nobody has explained yet, and the things on both sides (in the actual's coordinates)."""

    scene: Scene
    left: Mask
    before: list[Thing]
    after: list[Thing]
    drafts: list[Defect]

    @classmethod
    def of(cls, scene: Scene) -> "Hunt":
        places = [(element, carried(element.box, scene.alignment)) for element in scene.reference_elements]
        before = [Thing(box, e.kind, e.text, e.id) for e, box in places if box is not None]
        after = [Thing(e.box, e.kind, e.text, e.id) for e in scene.actual_elements]
        return cls(scene, scene.changed.copy(), before, after, [])

    def explain(self, *boxes: Box) -> None:
        """The changed pixels in these boxes (of the actual) are accounted for."""
        for box in boxes:
            self.left[self.inside(grown(box, EXPLAINED_REACH_PX)).slices()] = False

    def inside(self, box: Box) -> Box:
        return clipped(box, self.left.shape[1], self.left.shape[0])

    def touched(self) -> tuple[list[Thing], list[Thing]]:
        """Elements and other ink that unexplained pixels touch, before and after."""
        regions = find_regions(self.left)
        return (
            _touched(self.left, self.scene.laid, self.before, regions),
            _touched(self.left, self.scene.actual, self.after, regions),
        )


def _touched(left: Mask, picture: Picture, things: list[Thing], regions: list[Box]) -> list[Thing]:
    """Each changed pixel belongs to the smallest element around it; what belongs to none is looked for in the ink."""
    unowned = left.copy()
    owners: list[Thing] = []
    things = [thing for thing in things if _meets(left, thing.box) and is_borne_out(thing, picture)]
    for region in regions:
        glyph = find_glyph(picture, region)
        if glyph is not None and not any(iou(glyph, thing.box) > SAME_PLACE for thing in things):
            owners.append(Thing(glyph))
            unowned[clipped(grown(glyph, 2), left.shape[1], left.shape[0]).slices()] = False
    for thing in sorted(things, key=lambda thing: thing.box.area_px):
        here = unowned[clipped(grown(thing.box, OWN_REACH_PX), left.shape[1], left.shape[0]).slices()]
        if here.any() and (thing.kind is not Kind.IMAGE or here.mean() > PICTURE_DENSITY / 2):
            owners.append(thing)
            here[...] = False
    found = [Thing(box) for region in regions if unowned[region.slices()].any() for box in find_things(picture, region)]
    return [_named(thing, things) for thing in owners + new_things(found, owners)]


def _meets(left: Mask, box: Box) -> bool:
    return bool(left[clipped(grown(box, OWN_REACH_PX), left.shape[1], left.shape[0]).slices()].any())


def _named(thing: Thing, things: Sequence[Thing]) -> Thing:
    """Ink with the name of the element that stands in the same place."""
    if thing.kind is not None:
        return thing
    best = max(things, key=lambda other: iou(other.box, thing.box), default=None)
    return best if best is not None and iou(best.box, thing.box) > 0.7 else thing


def is_borne_out(thing: Thing, picture: Picture) -> bool:
    """Do the pixels say what the detector says? A frame it claims has to have sides there; else ink speaks for itself."""
    if thing.kind is None:
        return True
    if thing.kind is Kind.LABEL:
        return thing.box.height < HEADING_PX or len(thing.text) > 2
    return is_framed(picture, tight_box(picture, thing.box))


def new_things(found: Iterable[Thing], owners: Sequence[Thing]) -> list[Thing]:
    """Ink that is no element's, once."""
    kept: list[Thing] = []
    for thing in found:
        others = [*owners, *kept]
        if not any(iou(thing.box, o.box) > 0.5 or share_inside(thing.box, grown(o.box, 3)) > 0.7 for o in others):
            kept.append(thing)
    return kept
