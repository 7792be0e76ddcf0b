"""From two pictures to the list: the steps in the order that explains the surest first."""

from vision.defects.account import matched_ids, text_lines, unexplained
from vision.defects.blocks import beyond_the_shift, only_pushed, pushed_by_bands, put_in_or_out
from vision.defects.changes import find_changed
from vision.defects.grouping import exchanged, grouped
from vision.defects.hunt import Hunt
from vision.defects.jitter import without_jitter
from vision.defects.listing import numbered, with_causes, without_repeats
from vision.defects.moves import find_landed, find_moved, find_slid
from vision.defects.pictures import find_other_pictures
from vision.defects.presence import find_come_and_gone, find_scroll_bar, what_is_left
from vision.defects.scene import Found, Scene


def classify_defects(scene: Scene) -> Found:
    """Every defect between two pictures, numbered in reading order, and what no defect explains."""
    scene, noise = without_jitter(scene)
    hunt = Hunt.of(scene)
    hunt.drafts += put_in_or_out(scene)
    find_scroll_bar(hunt)
    find_moved(hunt)
    find_come_and_gone(hunt)
    find_slid(hunt)
    find_other_pictures(hunt)
    find_landed(hunt)
    find_changed(hunt)
    drafts = exchanged(scene, only_pushed(pushed_by_bands(scene), hunt.drafts) + hunt.drafts)
    drafts += what_is_left(scene, drafts)
    told = [beyond_the_shift(draft, scene) for draft in grouped(without_repeats(drafts), scene)]
    defects = numbered(with_causes(told))
    return Found(defects, unexplained(scene, defects), matched_ids(scene, defects), text_lines(scene, defects), noise)
