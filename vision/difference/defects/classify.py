"""From two pictures to the list of defects: the steps, the most certain first.

Identity before place: moved things are found by their content, and the reference is redrawn with everything at its new
place; what still differs has changed. One cause before many effects: a page or panel in other colours, a border, or a
block laid over the page gets its pixels before single elements are compared.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from vision.boxes import Rows, clipped, grown, iou
from vision.difference.alignment import carried
from vision.difference.defects.account import matched_ids, text_lines, unexplained
from vision.difference.defects.bars import find_bars
from vision.difference.defects.blocks import beyond_the_shift, only_pushed, put_in_or_out, remains_of
from vision.difference.defects.carried_along import cut_at_the_end, with_reaches
from vision.difference.defects.changes import find_changed
from vision.difference.defects.drawings import drawings_of
from vision.difference.defects.edited_lines import drafts_of, find_edited_lines
from vision.difference.defects.entries import entries_of
from vision.difference.defects.fates import Fate
from vision.difference.defects.gathering import blocks_of, in_controls, lines_of
from vision.difference.defects.grouped_styles import restyled_together
from vision.difference.defects.grouping import exchanged, grouped
from vision.difference.defects.hunt import Hunt
from vision.difference.defects.jitter import without_jitter
from vision.difference.defects.lettering import Lettering, find_lettering, with_lettering, without_lettering
from vision.difference.defects.listing import inside_pictures, numbered, with_causes, with_places, without_repeats
from vision.difference.defects.marks import with_marks
from vision.difference.defects.moves import find_landed, find_slid
from vision.difference.defects.outlines import find_outlines
from vision.difference.defects.overlays import find_blocks, find_shadows
from vision.difference.defects.paragraphs import drafts_of_wrapped, find_wrapped, without_wrapped
from vision.difference.defects.pictures import find_other_pictures
from vision.difference.defects.presence import (
    find_badges,
    find_come_and_gone,
    find_scroll_bar,
    what_is_left,
    without_scroll_bar,
)
from vision.difference.defects.restyled import restyle_page, restyle_panels, restyle_remains
from vision.difference.defects.scene import Found, Scene
from vision.difference.defects.spacing import closed_up, respaced
from vision.difference.defects.transfers import Transfers, find_transfers
from vision.difference.defects.worded_panels import find_worded_panels
from vision.difference.defects.wording import with_words
from vision.difference.identity import Match
from vision.difference.redrawn import with_bands, with_moved
from vision.types import Box, Defect, DefectType

# Each finder marks the pixels it explains; the next one sees the rest.
FINDERS: tuple[Callable[[Hunt], None], ...] = (
    find_scroll_bar,
    find_blocks,
    restyle_page,
    find_shadows,
    restyle_remains,
    find_worded_panels,
    find_bars,
    find_badges,
    restyle_panels,
    find_outlines,
    find_come_and_gone,
    find_slid,
    find_other_pictures,
    find_landed,
    find_changed,
)
# A moved thing's own edges, painted between two pixels, reach this far around it.
EDGE_PX = 3
# The box of an addition or removal may be off by this much on each side.
BOX_ERROR_PX = 2
# From this size on, the inside of a nameless moved area is compared again; something in it may have changed as well.
LARGE_AREA_PX = 40_000


def classify_defects(scene: Scene) -> Found:
    """Every defect between two pictures, numbered in reading order, and the unexplained rest."""
    hunt = _only_restyled(scene)
    if hunt is not None:
        return _concluded(hunt, scene, _listed(hunt), None)
    page, noise = without_jitter(scene)
    lettering = find_lettering(page)
    wrapped = find_wrapped(page) if lettering is None else []
    page = without_wrapped(without_lettering(page, lettering), wrapped)
    transfers = find_transfers(without_scroll_bar(page))
    scene = without_wrapped(without_lettering(_with_transfers(page, transfers), lettering), wrapped)
    hunt = Hunt.of(scene)
    hunt.tell("find_transfers", transfers.drafts)
    is_other_face = lettering is not None and lettering.fate is Fate.FACE
    edited = [] if is_other_face else find_edited_lines(page, transfers.matches)
    hunt.tell("find_wrapped", drafts_of_wrapped(wrapped))
    hunt.tell("find_edited_lines", drafts_of(page, edited))
    blocks = put_in_or_out(page, [*transfers.matches, *edited], transfers.reaches)
    hunt.tell("put_in_or_out", blocks)
    hunt.explain(*remains_of(page, blocks), *transfers.marks, *_places_of(page, edited))
    _without_displaced(hunt, page, transfers)
    for piece in cut_at_the_end(scene, transfers.reaches):
        hunt.own(piece)
    for finder in FINDERS:
        hunt.run(finder)
    found = _concluded(hunt, page, _listed(hunt), lettering)
    return replace(found, noise=(*noise, *found.noise))


def _only_restyled(scene: Scene) -> Hunt | None:
    """A hunt in which one change of the page's colours explains every changed pixel; then no other finder has to run.
    None if there is a block on the page: its words would count as small remains of the change.
    """
    hunt = Hunt.of(scene)
    for finder in (restyle_page, restyle_remains):
        hunt.run(finder)
    if not hunt.drafts or hunt.left.any():
        return None
    blocks = Hunt.of(scene)
    blocks.run(find_blocks)
    return None if blocks.drafts else hunt


def _concluded(hunt: Hunt, page: Scene, listed: tuple[list[Defect], Scene], lettering: Lettering | None) -> Found:
    drafts, left = listed
    told = _gathered(hunt, page, with_lettering(page, lettering, drafts))
    told = with_words(page, inside_pictures(told, page))
    height, width = page.actual.shape[:2]
    defects = numbered(with_causes(with_places(told, width, height)))
    left_over = unexplained(left, [*defects, *drafts])
    lines = text_lines(hunt.scene, defects)
    return Found(defects, left_over, matched_ids(page, defects), lines, tuple(hunt.noise))


def _places_of(page: Scene, edited: Sequence[Match]) -> list[Box]:
    """The old and new places of lines."""
    stood = (carried(match.before.box, page.alignment) for match in edited)
    return [*(match.after.box for match in edited), *(box for box in stood if box is not None)]


def _listed(hunt: Hunt) -> tuple[list[Defect], Scene]:
    """All drafts, and the scene with the unexplained pixels."""
    pushed = [draft for draft in hunt.drafts if _was_only_moved(draft)]
    others = [draft for draft in hunt.drafts if not _was_only_moved(draft)]
    drafts = exchanged(hunt.scene, only_pushed(pushed, others) + others)
    left = replace(hunt.scene, changed=hunt.scene.changed & ~hunt.explained)
    drafts += [replace(d, detail=d.detail | {"found_by": "what_is_left"}) for d in what_is_left(left, drafts)]
    return drafts, left


def _was_only_moved(draft: Defect) -> bool:
    is_move = draft.type is DefectType.MOVED and draft.detail["found_by"] == "find_transfers"
    return is_move and not draft.detail.get("traded")


def _gathered(hunt: Hunt, page: Scene, drafts: list[Defect]) -> list[Defect]:
    """One entry for one cause: joins pieces to their line or control, restyled things to an area, parts to a block."""
    scene = hunt.scene
    drafts = with_marks(page, drafts)
    drafts = entries_of(scene, restyled_together(scene, in_controls(scene, lines_of(scene, drafts))))
    drafts = drawings_of(scene, without_repeats(drafts))
    told = [beyond_the_shift(draft, page) for draft in grouped(drafts, page)]
    gone = Rows(d.reference_box for d in told if d.type is DefectType.MISSING and d.reference_box)
    came = Rows(d.actual_box for d in told if d.type is DefectType.ADDED and d.actual_box)
    stayed = [e.box for e in scene.actual_elements if not came.hold(e.box, BOX_ERROR_PX)]
    remained = [e.box for e in scene.reference_elements if not gone.hold(e.box, BOX_ERROR_PX)]
    told = blocks_of(told, stayed, DefectType.ADDED)
    return closed_up(scene, respaced(scene, blocks_of(told, remained, DefectType.MISSING)))


def _without_displaced(hunt: Hunt, page: Scene, transfers: Transfers) -> None:
    """Without the remains of displaced things, which are already reported."""
    for draft in (d for d in transfers.drafts if d.detail.get("displaced")):
        box = draft.actual_box or (draft.reference_box and carried(draft.reference_box, page.alignment))
        if box is None:
            continue
        hunt.explain(box)
        side = hunt.after if draft.actual_box else hunt.before
        side[:] = [t for t in side if not (t.text == draft.text and iou(t.box, box) > 0.5)]


def _with_transfers(scene: Scene, transfers: Transfers) -> Scene:
    """The scene with everything that moved at its new place."""
    if not transfers.matches:
        return scene
    laid = with_moved(scene.laid, scene.reference, scene.alignment, transfers.matches)
    laid = with_reaches(laid, scene, transfers)
    judged = scene.judge(laid, scene.actual)
    changed = judged.real.copy()
    height, width = changed.shape
    for match in transfers.matches:
        if match.before.kind is not None or match.before.box.area_px <= LARGE_AREA_PX:
            changed[clipped(grown(match.after.box, EDGE_PX), width, height).slices()] = False
    alignment = with_bands(scene.alignment, transfers.matches)
    return replace(scene, laid=laid, changed=changed, differing=judged.differing, alignment=alignment)
