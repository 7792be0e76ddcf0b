"""Reports a chart or drawing with several changed pieces as one changed picture."""

from collections.abc import Sequence

from vision.boxes import Rows, clipped, share_inside, union
from vision.difference.alignment import carried
from vision.difference.defects.drafts import draft_of, without
from vision.difference.defects.scene import HAIRLINE_PX, Scene
from vision.difference.identity import is_same_way
from vision.difference.matching import look_alike
from vision.groups import clusters
from vision.types import Box, Defect, DefectType, Kind

# A drawing has at least this many changed pieces, each at most this far from the next.
LEAST_PIECES = 3
PIECE_GAP_PX = 32
PIECES = frozenset(
    {
        DefectType.ADDED,
        DefectType.MISSING,
        DefectType.MOVED,
        DefectType.RESIZED,
        DefectType.STYLE_CHANGED,
        DefectType.IMAGE_CHANGED,
    }
)


def drawings_of(scene: Scene, drafts: Sequence[Defect]) -> list[Defect]:
    """The list, with neighbouring nameless pieces as one changed picture: bars that grew and shrank, or a line instead
    of bars. A block whose pieces were all added, removed or moved together is not one.
    """
    told = list(drafts)
    pieces = [d for d in drafts if _is_piece(d)]
    words = Rows(e.box for e in scene.actual_elements if e.text and e.kind not in (Kind.IMAGE, Kind.ICON))
    places = [_place(d, scene) for d in pieces]
    for group in clusters(places, PIECE_GAP_PX):
        boxes = set(group)
        members = [d for d, place in zip(pieces, places, strict=True) if place in boxes]
        whole = clipped(union(group), scene.actual.shape[1], scene.actual.shape[0])
        holds_words = any(share_inside(words[at], whole) > 0.5 for at in words.near(whole))
        if len(members) >= LEAST_PIECES and _are_told_apart(members) and not holds_words:
            told = [*without(told, members), _as_picture(scene, members, whole)]
    return told


def _is_piece(draft: Defect) -> bool:
    if draft.kind not in (None, Kind.IMAGE) or draft.text or draft.type not in PIECES:
        return False
    if any(draft.detail.get(note) for note in ("parts", "part", "area", "covered", "block", "traded")):
        return False
    return all(min(box.width, box.height) > HAIRLINE_PX for box in (draft.reference_box, draft.actual_box) if box)


def _place(draft: Defect, scene: Scene) -> Box:
    """Its boxes after and before."""
    stood = draft.reference_box and (carried(draft.reference_box, scene.alignment) or draft.reference_box)
    return union(box for box in (stood, draft.actual_box) if box)


def _are_told_apart(members: Sequence[Defect]) -> bool:
    """Did the pieces change in different ways: grow, shrink or show something else, move differently, appear and
    disappear? What one push moved, or brought in or out, did not.
    """
    types = {d.type for d in members}
    ways = [(d.detail["dx"], d.detail["dy"]) for d in members if d.type is DefectType.MOVED]
    return (
        any(not is_same_way(ways[0], way) for way in ways)
        or bool(types & {DefectType.RESIZED, DefectType.IMAGE_CHANGED})
        or {DefectType.ADDED, DefectType.MISSING} <= types
    )


def _as_picture(scene: Scene, members: Sequence[Defect], whole: Box) -> Defect:
    before = union(d.reference_box for d in members if d.reference_box)
    look = look_alike(scene.laid[whole.slices()], scene.actual[whole.slices()])
    detail = {"similarity": round(look, 3), "found_by": "drawings_of"}
    return draft_of(DefectType.IMAGE_CHANGED, before, whole, Kind.IMAGE, "", detail)
