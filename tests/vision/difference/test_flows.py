"""What only follows from another change: entries that close up, rows and columns of one table, what scrolls under a header."""

import numpy as np

from tests.vision.drawn import Page
from tests.vision.scripted import compared
from vision.difference.defects.grouping import grouped
from vision.difference.defects.scene import Scene
from vision.difference.identity import Match
from vision.difference.matching import Thing
from vision.difference.permutations import find_permutations
from vision.types import Alignment, AlignmentKind, Band, Box, Comparison, Defect, DefectType, Kind, Picture, Severity

CARD = (200, 150)


def place(at: int) -> Box:
    """The cell of a grid of four columns."""
    return Box(20 + 240 * (at % 4), 20 + 200 * (at // 4), *CARD)


def went(steps: dict[int, int]) -> list[Match]:
    """Entries of the grid that went from one cell to another."""
    return [Match(Thing(place(one), Kind.IMAGE), Thing(place(other), Kind.IMAGE)) for one, other in steps.items()]


def test_grid_that_closes_up_is_in_its_old_order() -> None:
    closed_up = went({at: at - 1 for at in range(2, 8)})
    assert find_permutations(closed_up) == ([], closed_up)


def test_grid_that_makes_room_is_in_its_old_order() -> None:
    made_room = went({at: at + 1 for at in range(1, 7)})
    assert find_permutations(made_room) == ([], made_room)


def test_cards_that_swapped_are_in_another_order() -> None:
    groups, rest = find_permutations(went({1: 6, 6: 1}))
    assert len(groups) == 1
    assert rest == []


def moved(box: Box, dx: int, dy: int) -> Defect:
    detail = {"dx": dx, "dy": dy}
    return Defect(
        "", DefectType.MOVED, Severity.MAJOR, box, box.shifted(dx, dy), Kind.LABEL, str(box), None, detail
    )  # fmt: skip


def empty_scene() -> Scene:
    blank = np.full((400, 600, 3), 255, np.uint8)
    nothing = np.zeros((400, 600), np.bool_)
    page = Alignment(AlignmentKind.IDENTITY, (Band(Box(0, 0, 600, 400), 0, 0),))
    return Scene(blank, blank, blank, page, nothing, nothing, (), (), lambda picture, boxes: ["" for _ in boxes])


def test_cell_whose_row_and_column_both_moved_belongs_to_both() -> None:
    column = [moved(Box(200, y, 60, 18), -30, 0) for y in (20, 50)]
    row = [moved(Box(x, 140, 60, 18), 0, -32) for x in (20, 100)]
    told = grouped([*column, *row, moved(Box(200, 140, 60, 18), -30, -32)], empty_scene())

    assert sorted((d.type, d.detail["dx"], d.detail["dy"]) for d in told) == [
        (DefectType.LAYOUT_SHIFT, -30, 0),
        (DefectType.LAYOUT_SHIFT, 0, -32),
    ]


def test_thing_that_went_both_ways_alone_is_told_once() -> None:
    told = grouped([moved(Box(200, 140, 60, 18), -30, -32), moved(Box(20, 140, 60, 18), 0, -32)], empty_scene())
    assert [d.type for d in told] == [DefectType.MOVED] * 2


def types(found: Comparison) -> list[DefectType]:
    return [defect.type for defect in found.defects]


def scrolled(by_px: int) -> Picture:
    """The view of a long page through a window, under a header that stands still."""
    long = Page(640, 900)
    long.block(Box(40, 80, 360, 200), (120, 72, 30))
    for at in range(16):
        long.text(40, 300 + 36 * at, f"Paragraph {at} of the story, {at * at} words", 15)
    view = long.picture[by_px : by_px + 400].copy()
    header = Page(640, 56, (30, 30, 46))
    header.text(20, 16, "The daily", 20, (255, 255, 255))
    view[:56] = header.picture
    return view


def test_what_scrolled_under_a_header_is_not_missing() -> None:
    assert types(compared(scrolled(0), scrolled(60))) == [DefectType.LAYOUT_SHIFT]


def half_a_pixel_lower(picture: Picture) -> Picture:
    light = picture.astype(np.int16)
    return np.asarray((light + np.roll(light, 1, axis=0)) // 2, dtype=np.uint8)


def test_notice_as_wide_as_its_column_is_added_whole() -> None:
    page = Page(640, 400)
    for at in range(9):
        page.text(140, 30 + 40 * at, f"Entry {at} of the list and its {7 * at} words", 15)
    before = page.picture
    column = before[:, 120:520]
    notice = Page(400, 24, (207, 226, 255))
    notice.text(14, 4, "Scheduled work on Sunday", 13)
    after = before.copy()
    after[:, 120:520] = np.concatenate((column[:144], notice.picture, half_a_pixel_lower(column)[144:-24]))

    [added, shift] = compared(before, after).defects
    assert (added.type, added.actual_box) == (DefectType.ADDED, Box(120, 144, 400, 24))
    assert (shift.type, shift.cause_id) == (DefectType.LAYOUT_SHIFT, added.id)
