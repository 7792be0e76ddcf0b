"""From two pictures to the list: the steps in the order that explains the surest first."""

from vision.difference.defects.account import matched_ids, text_lines, unexplained
from vision.difference.defects.blocks import beyond_the_shift, only_pushed, pushed_by_bands, put_in_or_out
from vision.difference.defects.changes import find_changed
from vision.difference.defects.grouping import exchanged, grouped
from vision.difference.defects.hunt import Hunt
from vision.difference.defects.jitter import without_jitter
from vision.difference.defects.listing import numbered, with_causes, without_repeats
from vision.difference.defects.moves import find_landed, find_moved, find_slid
from vision.difference.defects.pictures import find_other_pictures
from vision.difference.defects.presence import find_come_and_gone, find_scroll_bar, what_is_left
from vision.difference.defects.scene import Found, Scene


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
