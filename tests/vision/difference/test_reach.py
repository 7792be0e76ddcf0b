"""What moved takes along what stands around it, and only that."""

from collections.abc import Sequence

import numpy as np
import pytest

from tests.vision.drawn import GREY, WHITE, Colour, Page
from tests.vision.scripted import compared
from vision.difference.identity import Match
from vision.difference.matching import Thing, same_content
from vision.difference.reach import Move, find_reaches
from vision.types import Box, DefectType, Kind, Picture

PALE, GREEN = (240, 240, 240), (36, 143, 89)
ROWS = (
    ("Ada Brandt", "London", "Beta"),
    ("Boris Novak", "Paris", "Pending"),
    ("Clara Meyer", "Porto", "Beta"),
    ("David Stone", "London", "In stock"),
)


def table(rows: Sequence[tuple[str, str, str]]) -> Picture:
    """A striped table with a badge at the end of each row; the stripes stay where they are."""
    page = Page(640, 260)
    for at, (name, city, state) in enumerate(rows):
        top = 40 + 40 * at
        page.block(Box(20, top, 600, 40), (WHITE, PALE)[at % 2])
        page.text(30, top + 12, name, 14)
        page.text(250, top + 12, city, 14)
        width = page.text(470, top + 12, state, 14).width
        page.frame(Box(462, top + 9, width + 16, 22), GREEN, GREEN, 6)
        page.text(470, top + 12, state, 14, WHITE)
    return page.picture


def cards(first: int, second: int) -> Picture:
    """Two cards with a photo, a name and the same words in both."""
    page = Page(640, 300)
    for left, one in ((20, first), (340, second)):
        page.frame(Box(left, 20, 260, 220))
        page.photo(Box(left + 12, 32, 236, 100), seed=one)
        page.text(left + 12, 145, ("Desk lamp", "Wall clock")[one], 16)
        page.text(left + 12, 170, ("12 pieces", "70 pieces")[one], 16)
        page.button(Box(left + 12, 195, 120, 32), "Add to cart")
    return page.picture


def test_rows_in_another_order_are_one_entry_whatever_repeats_in_them() -> None:
    found = compared(table(ROWS), table([ROWS[at] for at in (3, 0, 2, 1)]))

    assert [(d.type, d.detail.get("order")) for d in found.defects] == [(DefectType.LAYOUT_SHIFT, "reordered")]
    assert not found.unexplained


def test_cards_that_swapped_are_an_entry_each_with_their_photos() -> None:
    found = compared(cards(0, 1), cards(1, 0))

    assert [d.type for d in found.defects] == [DefectType.MOVED] * 2
    assert {d.detail["dx"] for d in found.defects} == {320, -320}
    assert not found.unexplained


def test_what_goes_where_something_else_moved_in_is_missing() -> None:
    before, after = Page(640, 200), Page(640, 200)
    for page, names in ((before, ("Enter", "Remove")), (after, ("Remove",))):
        for at, name in enumerate(names):
            page.frame(Box(40 + 100 * at, 80, 90, 36), GREY, (250, 250, 250), 12)
            page.text(56 + 100 * at, 88, name, 16)

    found = compared(before.picture, after.picture)

    assert {DefectType.MISSING, DefectType.MOVED} == {d.type for d in found.defects}


def test_a_block_reaches_to_what_did_not_go_along() -> None:
    before, after = Page(400, 300), Page(400, 300)
    for page, top in ((before, 100), (after, 160)):
        page.text(40, top, "Goes along", 16)
        page.block(Box(200, top, 60, 16), GREEN)
        page.text(40, 20, "Stays", 16)
    move = Move(before.picture, after.picture, (0, 60), np.zeros(3, np.int16))

    (box,) = {box.y: box for box in move.reach(Box(40, 100, 60, 16))}.values()

    assert box.x == 0 and box.right == 400 and box.y < 100 < 116 < box.bottom
    assert box.y > 38, "the line that stayed is not in it"


def test_a_box_that_ends_below_the_page_is_not_looked_for() -> None:
    before, after = Page(640, 260), Page(640, 260)
    total = before.text(30, 40, "Total", 14)
    landed = after.text(30, 242, "Total", 14)
    cut = Thing(Box(landed.x, landed.y, landed.width, 260 - landed.y + 1), Kind.LABEL, "Sum")
    moved = Match(Thing(total, Kind.LABEL, "Total"), Thing(landed, Kind.LABEL, "Total"))

    settled, _ = find_reaches(before.picture, after.picture, [moved], [cut], [])

    assert settled == [moved]


def test_nothing_moved_reaches_nowhere() -> None:
    picture = cards(0, 1)

    assert find_reaches(picture, picture, [], [], []) == ([], [])


@pytest.mark.parametrize(("colour", "is_same"), [(WHITE, True), ((255, 160, 160), False)])
def test_ink_keeps_its_colour_on_a_lighter_stripe(colour: Colour, is_same: bool) -> None:
    one, other = Page(200, 60, (16, 20, 23)), Page(200, 60, (43, 56, 64))
    box = one.text(20, 20, "Olivia Bennett", 16)
    one.text(20, 20, "Olivia Bennett", 16, WHITE)
    other.text(20, 20, "Olivia Bennett", 16, colour)

    assert same_content(one.picture, other.picture, box, box) is is_same
