"""Tables with stripes: rows that came or went, and how the work grows with their number."""

import sys
from collections.abc import Sequence
from types import FrameType

import pytest

from tests.vision.drawn import Colour, Page
from tests.vision.scripted import blind_engines, compared
from vision.difference.comparison import compare
from vision.elements.analysis import analyze
from vision.types import Box, CompareOptions, Comparison, DefectType, Picture

ROW_PX = 32
TOP_PX = 60
WORDS = (
    "Harvest",
    "Meadow",
    "Lantern",
    "Quarry",
    "Timber",
    "Walnut",
    "Copper",
    "Orchard",
    "Granite",
    "Juniper",
    "Saddle",
)
PALE: Sequence[Colour] = ((255, 255, 255), (245, 247, 250))
BLUE: Sequence[Colour] = ((255, 255, 255), (207, 226, 255))
DARK: Sequence[Colour] = ((22, 24, 29), (34, 38, 46))

Row = tuple[str, str, str]


def rows(count: int) -> list[Row]:
    """No two alike, though their words repeat."""
    return [(f"{7 * at + 1003}", f"{WORDS[at % 11]} {WORDS[at * 3 % 7]}", f"{at * 37 % 900}.50") for at in range(count)]


def table(held: Sequence[Row], stripes: Sequence[Colour] = PALE, chosen: int = -1, height: int = 0) -> Picture:
    ink: Colour = (240, 240, 240) if max(stripes[0]) < 128 else (33, 37, 41)
    drawn = Page(560, height or TOP_PX + ROW_PX * len(held) + 40, stripes[0])
    drawn.text(20, 16, "Orders of the month", 22, ink)
    for at, row in enumerate(held):
        top = TOP_PX + ROW_PX * at
        drawn.block(Box(20, top, 520, ROW_PX), (255, 232, 163) if at == chosen else stripes[at % 2])
        for x, words in zip((32, 150, 420), row, strict=True):
            drawn.text(x, top + 6, words, 15, ink)
    return drawn.picture


def told(found: Comparison) -> list[tuple[DefectType, bool]]:
    """The types in order, each with whether it follows from another."""
    return [(defect.type, defect.cause_id is not None) for defect in found.defects]


@pytest.mark.parametrize(("stripes", "at"), [(PALE, 0), (PALE, 4), (BLUE, 4)], ids=["first", "pale", "blue"])
def test_row_that_went_from_a_striped_table_is_missing_and_pushes_the_others(
    stripes: Sequence[Colour], at: int
) -> None:
    held = rows(12)

    found = compared(table(held, stripes), table(held[:at] + held[at + 1 :], stripes))

    assert told(found) == [(DefectType.MISSING, False), (DefectType.LAYOUT_SHIFT, True)]
    assert found.unexplained == ()
    went = found.defects[0].reference_box
    assert went is not None and abs(went.y + went.height / 2 - (TOP_PX + ROW_PX * (at + 0.5))) <= 8


@pytest.mark.parametrize("stripes", [PALE, DARK], ids=["pale", "dark"])
def test_row_that_came_into_a_striped_table_is_added_and_pushes_the_others(stripes: Sequence[Colour]) -> None:
    held = rows(12)

    found = compared(table(held[:5] + held[6:], stripes), table(held, stripes))

    assert told(found) == [(DefectType.ADDED, False), (DefectType.LAYOUT_SHIFT, True)]
    assert found.unexplained == ()


def test_chosen_row_is_no_stripe_though_a_row_above_it_went() -> None:
    held = rows(12)

    found = compared(table(held, (PALE[0], PALE[0]), 6), table(held[:2] + held[3:], (PALE[0], PALE[0]), 6))

    assert sum(defect.type is DefectType.STYLE_CHANGED for defect in found.defects) == 2


# -- how the work grows --------------------------------------------------------------------------------------------------------


def calls(reference: Picture, actual: Picture) -> int:
    """How many functions a comparison calls: the same on any machine, busy or not."""
    stored, engines, count = analyze(reference, blind_engines()), blind_engines(), 0

    def counted(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(counted)
    try:
        compare(reference, actual, stored, engines, CompareOptions())
    finally:
        sys.setprofile(None)
    return count


def changed(held: list[Row], change: str) -> list[Row]:
    match change:
        case "a row went":
            return held[:3] + held[4:]
        case "a word more in each row":
            return [(number, f"{name} Ltd", price) for number, name, price in held]
        case _:
            return held[::-1]


@pytest.mark.parametrize("change", ["a row went", "a word more in each row", "reversed"])
def test_twice_the_rows_are_about_twice_the_work(change: str) -> None:
    short, long = rows(16), rows(32)

    once, twice = (calls(table(held), table(changed(held, change))) for held in (short, long))

    assert twice <= 2.6 * once
