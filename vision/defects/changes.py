"""Things of both sides paired by place and look, and what stays alone."""

from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np

from vision.alignment import traced
from vision.boxes import share_inside, union
from vision.defects.drafts import draft_of, moved_draft
from vision.defects.hunt import Hunt
from vision.defects.pairs import classify_pair
from vision.defects.scene import FRAMED_KINDS, SPECK_PX
from vision.matching import Pair, Thing, match_things
from vision.regions import tight_box
from vision.types import Defect, DefectType

# A card moved with its contents when they explain all but this share of the pixels that changed in it.
CARRIER_LEFT = 0.3
# Two texts less alike than this, one this many times as long as the other, are two texts.
OTHER_READING = 0.4
OTHER_LENGTH = 1.6


def find_changed(hunt: Hunt) -> None:
    """The rest: things of both sides paired by place and look, and what stays alone."""
    before, after = hunt.touched()
    matched = match_things(hunt.scene.laid, hunt.scene.actual, before, after)
    for pair in matched.pairs:
        carrier = _carrier_of_moved(hunt, pair)
        hunt.drafts += [carrier] if carrier else _one_or_two(classify_pair(hunt.scene, pair))
    for thing in _drawn(hunt, matched.only_before):
        box = tight_box(hunt.scene.laid, thing.box)
        hunt.drafts.append(
            draft_of(DefectType.MISSING, traced(box, hunt.scene.alignment), None, thing.kind, thing.text)
        )
    for thing in _drawn(hunt, matched.only_after):
        box = tight_box(hunt.scene.actual, thing.box)
        hunt.drafts.append(draft_of(DefectType.ADDED, None, box, thing.kind, thing.text))


def _carrier_of_moved(hunt: Hunt, pair: Pair) -> Defect | None:
    """A card whose contents moved, which is nearly all that changed in it, moved with them."""
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
    """Another text of quite another length that shares nothing with the first is no change of it: one went, one came."""
    before, after = draft.reference_box, draft.actual_box
    if draft.type is not DefectType.TEXT_CHANGED or draft.kind in FRAMED_KINDS or before is None or after is None:
        return [draft]
    texts = draft.detail["before"], draft.detail["after"]
    unlike = all(texts) and SequenceMatcher(None, *texts, autojunk=False).ratio() < OTHER_READING
    if not unlike or max(before.width, after.width) < OTHER_LENGTH * min(before.width, after.width):
        return [draft]
    gone = draft_of(DefectType.MISSING, before, None, draft.kind, texts[0])
    return [gone, draft_of(DefectType.ADDED, None, after, draft.kind, texts[1])]


def _drawn(hunt: Hunt, things: Sequence[Thing]) -> list[Thing]:
    """Without specks: too few changed pixels to have come or gone by themselves."""
    return [t for t in things if np.count_nonzero(hunt.left[hunt.inside(t.box).slices()]) >= SPECK_PX]
