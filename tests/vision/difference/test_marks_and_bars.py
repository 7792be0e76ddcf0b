"""The mark of the chosen entry, the filling of a bar, an outline behind a picture."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.vision.drawn import BLUE, GREY, INK, WHITE, Page
from tests.vision.scripted import compared
from vision.difference.defects.drafts import draft_of
from vision.difference.defects.grouped_styles import restyled_together
from vision.difference.defects.marks import with_marks
from vision.difference.defects.scene import Scene
from vision.types import Alignment, Band, Box, Comparison, Defect, DefectType, Element, Kind, Picture

TABS = [Box(40, 20, 40, 18), Box(120, 20, 52, 18), Box(210, 20, 46, 18)]
PAGE = Box(0, 0, 400, 200)


def scene(entries: Sequence[Box] = TABS) -> Scene:
    """A row of entries, with words in each; the pixels are not asked."""
    drawn = Page(PAGE.width, PAGE.height).picture
    elements = tuple(Element(f"e{at}", Kind.LABEL, box, f"Tab {at}", 1.0) for at, box in enumerate(entries))
    nothing = np.zeros(drawn.shape[:2], np.bool_)
    still = Alignment("identity", (Band(PAGE, 0, 0),))
    return Scene(
        drawn, drawn, drawn, still, nothing, nothing, elements, elements, lambda picture, boxes: ["" for _ in boxes]
    )


def line(type_: DefectType, box: Box) -> Defect:
    return draft_of(type_, *((box, None) if type_ is DefectType.MISSING else (None, box)), None, "")


def under(tab: Box) -> Box:
    return Box(tab.x - 8, tab.bottom + 6, tab.width + 16, 2)


@pytest.mark.parametrize(("left", "chosen"), [(0, 1), (2, 0), (1, 2)])
def test_line_that_went_from_one_tab_to_another_is_a_state_of_each(left: int, chosen: int) -> None:
    drafts = [line(DefectType.MISSING, under(TABS[left])), line(DefectType.ADDED, under(TABS[chosen]))]

    told = with_marks(scene(), drafts)

    assert sorted(d.text for d in told) == sorted([f"Tab {left}", f"Tab {chosen}"])
    assert all(d.type is DefectType.STYLE_CHANGED and d.detail["aspect"] == "state" for d in told)


def test_push_by_the_mark_itself_belongs_to_the_state() -> None:
    bars = [Box(30, 16, 3, 26), Box(110, 16, 3, 26)]
    pushed = draft_of(DefectType.MOVED, TABS[0], TABS[0].shifted(-3, 0), Kind.LABEL, "Tab 0", {"dx": -3, "dy": 0})

    told = with_marks(scene(), [line(DefectType.MISSING, bars[0]), line(DefectType.ADDED, bars[1]), pushed])

    assert [d.type for d in told] == [DefectType.STYLE_CHANGED] * 2


@pytest.mark.parametrize(
    "came",
    [
        pytest.param(Box(20, 100, 56, 2), id="in another row and column"),
        pytest.param(Box(0, 44, 400, 2), id="a rule as wide as the page"),
        pytest.param(Box(112, 44, 68, 12), id="no line"),
    ],
)
def test_what_is_no_mark_of_an_entry_is_told_as_it_was(came: Box) -> None:
    drafts = [line(DefectType.MISSING, under(TABS[0])), line(DefectType.ADDED, came)]

    assert with_marks(scene(), drafts) == drafts


def test_rule_that_goes_with_its_row_is_no_mark() -> None:
    rule = draft_of(DefectType.MOVED, under(TABS[0]), under(TABS[0]).shifted(0, 40), None, "", {"dx": 0, "dy": 40})
    row = draft_of(
        DefectType.MOVED, Box(300, 90, 60, 18), Box(300, 130, 60, 18), Kind.LABEL, "Row", {"dx": 0, "dy": 40}
    )

    assert with_marks(scene(), [rule, row]) == [rule, row]


# -- bars -----------------------------------------------------------------------------------------------------------------


def bar(filled: int, track: tuple[int, int, int]) -> Picture:
    drawn = Page(480, 240)
    drawn.text(40, 30, "Space on this device", 18)
    drawn.block(Box(40, 80, 300, 10), track)
    drawn.block(Box(40, 80, filled, 10), BLUE)
    drawn.text(40, 130, "The rest is free for one more year", 14)
    return drawn.picture


@pytest.mark.parametrize("track", [GREY, WHITE])
@pytest.mark.parametrize(("before", "after"), [(120, 210), (210, 120), (60, 84)])
def test_filling_of_a_bar_is_longer_or_shorter(before: int, after: int, track: tuple[int, int, int]) -> None:
    [told] = _told(compared(bar(before, track), bar(after, track)))

    assert (told.type, told.detail["dw"], told.detail["part"]) == (DefectType.RESIZED, after - before, "bar")
    assert told.reference_box == Box(40, 80, before, 10)
    assert told.actual_box == Box(40, 80, after, 10)


def test_row_of_which_a_part_is_tinted_is_no_bar() -> None:
    def row(tinted: bool) -> Picture:
        drawn = Page(480, 240, GREY)
        drawn.block(Box(40, 80, 300, 90), BLUE)
        if tinted:
            drawn.block(Box(250, 110, 90, 20), WHITE)
        return drawn.picture

    assert not any(d.detail.get("part") == "bar" for d in compared(row(False), row(True)).defects)


# -- outlines, drawings, colours ----------------------------------------------------------------------------------------


def card(border: tuple[int, int, int]) -> Picture:
    """A card with a picture as wide as itself, which parts its outline."""
    drawn = Page(480, 320)
    drawn.frame(Box(60, 40, 160, 220), border, WHITE, radius=1)
    drawn.block(Box(60, 60, 160, 90), (60, 140, 90))
    drawn.text(76, 180, "Green kettle", 16, INK)
    return drawn.picture


@pytest.mark.parametrize("back", [False, True])
def test_outline_that_a_picture_parts_is_one_outline(back: bool) -> None:
    pair = [card(WHITE), card((120, 120, 120))]
    [told] = _told(compared(*(pair[::-1] if back else pair)))

    assert (told.type, told.kind, told.detail["aspect"]) == (DefectType.STYLE_CHANGED, None, "outline")
    assert told.actual_box == Box(60, 40, 160, 220)


def test_chart_of_other_values_is_another_picture() -> None:
    def chart(*values: int) -> Picture:
        drawn = Page(480, 320)
        for at, value in enumerate(values):
            drawn.block(Box(80 + 26 * at, 260 - value, 26, value), BLUE)
        return drawn.picture

    [told] = _told(compared(chart(40, 150, 90, 180, 60, 120), chart(170, 60, 140, 50, 130, 90)))

    assert told.type is DefectType.IMAGE_CHANGED


def _told(found: Comparison) -> Sequence[Defect]:
    assert not found.unexplained
    return found.defects


def test_entries_that_traded_their_colours_are_told_one_by_one() -> None:
    """Two rows of a list, each with two words: the chosen one's colour went to the other."""
    chosen, other = "#f0a35e", "#f3e9e0"
    boxes = [Box(40, 40 + 30 * row, 60, 14).shifted(160 * column, 0) for row in (0, 1) for column in (0, 1)]
    ways = [(chosen, other), (chosen, other), (other, chosen), (other, chosen)]
    drafts = [
        draft_of(DefectType.STYLE_CHANGED, box, box, Kind.LABEL, "Row", _colours(*way))
        for box, way in zip(boxes, ways, strict=True)
    ]

    assert restyled_together(scene(boxes), drafts) == drafts
    one_way = [replace(draft, detail=_colours(chosen, other)) for draft in drafts]
    assert len(restyled_together(scene(boxes), one_way)) == 1


def _colours(before: str, after: str) -> dict[str, object]:
    return {"before": before, "after": after, "delta_e": 40.0, "aspect": "colour"}


def test_line_that_is_longer_under_the_next_tab_is_a_state_too() -> None:
    size = {"dw": 12, "dh": 0}
    longer = draft_of(DefectType.RESIZED, under(TABS[0]), under(TABS[1]), None, "", size)

    assert [d.detail["aspect"] for d in with_marks(scene(), [longer])] == ["state", "state"]
