"""Small changes: an edge, a mark, a number, a colour. Each has one entry with its own name, and none passes."""

from collections.abc import Sequence

import numpy as np
import pytest

from tests.vision.drawn import INK, WHITE, Page
from tests.vision.scripted import BlindReader, ColourDetector, compared
from vision.difference.alignment import laid_over
from vision.difference.defects import Scene, decide
from vision.difference.defects.pairs import classify_pair
from vision.difference.matching import Pair, Thing
from vision.elements.analysis import Engines
from vision.types import (
    Alignment,
    AlignmentKind,
    Band,
    Box,
    CompareOptions,
    Comparison,
    Element,
    Kind,
    MatchLevel,
    Picture,
    Verdict,
)

SHADE, CREAM, RED, SKY = (229, 229, 235), (247, 240, 230), (200, 30, 30), (60, 94, 136)
CARD = Box(60, 90, 420, 220)


def page(*, card: tuple[int, int, int] = WHITE, border: tuple[int, int, int] | None = None, bar_y: int = 340) -> Page:
    drawn = Page(640, 400, SHADE)
    drawn.text(60, 30, "Orders of this week", 24)
    drawn.frame(CARD, border or card, card, radius=1)
    for line in range(5):
        drawn.text(80, 110 + 36 * line, f"Order {line} was sent to the customer on Monday", 14)
    drawn.block(Box(60, bar_y, 420, 6), (215, 216, 224))
    drawn.block(Box(60, bar_y, 130, 6), SKY)
    return drawn


def verdict(found: Comparison, level: MatchLevel = MatchLevel.STRICT) -> Verdict:
    return decide(found.defects, found.unexplained, CompareOptions(level)).verdict


def types(found: Comparison) -> list[str]:
    assert not found.unexplained
    return [str(defect.type) for defect in found.defects]


@pytest.mark.parametrize("colour", [(209, 209, 219), (180, 180, 180), INK])
def test_a_border_around_a_card_is_seen_although_the_grounds_it_parts_differ(colour: tuple[int, int, int]) -> None:
    found = compared(page().picture, page(border=colour).picture)

    assert types(found) == ["style_changed"]
    assert verdict(found) is Verdict.FAILED


@pytest.mark.parametrize("by_px", [1, -1])
def test_a_bar_painted_a_pixel_further_on_is_noise(by_px: int) -> None:
    assert verdict(compared(page().picture, page(bar_y=340 + by_px).picture)) is Verdict.PASSED


def longer(picture: Picture, by_px: int) -> Picture:
    return np.vstack([picture, np.repeat(picture[-1:], by_px, axis=0)])


@pytest.mark.parametrize("level", [MatchLevel.STRICT, MatchLevel.CONTENT, MatchLevel.LAYOUT])
@pytest.mark.parametrize("by_px", [40, 95])
def test_a_page_that_became_longer_by_ground_alone_fails_either_way_round(by_px: int, level: MatchLevel) -> None:
    short, options = page().picture, CompareOptions(level)
    long = longer(short, by_px)

    grown, cut = compared(short, long, options=options), compared(long, short, options=options)

    assert (types(grown), types(cut)) == (["added"], ["missing"])
    assert grown.defects[0].actual_box == cut.defects[0].reference_box == Box(0, 400, 640, by_px)
    assert verdict(grown, level) is verdict(cut, level) is Verdict.FAILED


@pytest.mark.parametrize("by_px", [1, 15])
def test_ground_of_less_than_a_scroll_bar_at_the_end_is_the_windows_size(by_px: int) -> None:
    short = page().picture

    assert verdict(compared(longer(short, by_px), short)) is Verdict.PASSED
    exact = CompareOptions(MatchLevel.EXACT)
    assert verdict(compared(longer(short, by_px), short, options=exact), MatchLevel.EXACT) is Verdict.FAILED


def test_a_grid_of_dots_in_another_colour_is_one_change_of_colour() -> None:
    def dots(colour: tuple[int, int, int]) -> Picture:
        drawn = page()
        for row in range(3):
            for column in range(12):
                drawn.frame(Box(300 + 16 * column, 350 + 16 * row, 10, 10), colour, colour, radius=5)
        return drawn.picture

    found = compared(dots(INK), dots(RED))

    assert types(found) == ["style_changed"]
    assert found.defects[0].detail["aspect"] == "colour"
    assert found.defects[0].actual_box == Box(300, 350, 186, 42)


@pytest.mark.parametrize("down_px", [0, 1])
def test_words_in_another_colour_are_seen_also_a_pixel_further_on(down_px: int) -> None:
    before, after = page(), page()
    before.text(500, 200, "Documents", 14, SKY)
    after.text(500, 200 + down_px, "Documents", 14, INK)

    assert types(compared(before.picture, after.picture)) == ["style_changed"]


def tabs(chosen: int) -> Picture:
    drawn = Page(640, 200)
    for at, words in enumerate(("Documents", "Members", "Statement", "Schedule")):
        line = drawn.text(40 + 130 * at, 60 - (at == chosen), words, 15, SKY if at == chosen else INK)
        if at == chosen:
            drawn.block(Box(line.x - 10, 88, line.width + 20, 2), SKY)
    return drawn.picture


@pytest.mark.parametrize("chosen", [1, 3])
def test_the_mark_under_a_tab_is_its_state_and_no_line_that_came(chosen: int) -> None:
    found = compared(tabs(0), tabs(chosen))

    assert types(found) == ["style_changed", "style_changed"]


RING = (40, 41, 42)


def radios(chosen: int, size: int = 40) -> Picture:
    drawn = Page(400, 300)
    for at in range(4):
        box = Box(40, 20 + 60 * at, size, size)
        drawn.frame(box, RING, RING, radius=size // 2)
        drawn.frame(Box(box.x + 2, box.y + 2, size - 4, size - 4), CREAM, CREAM, radius=size // 2 - 2)
        if at == chosen:
            dot = Box(box.x + size // 4, box.y + size // 4, size // 2, size // 2)
            drawn.frame(dot, INK, INK, radius=size // 4)
        drawn.text(100, box.y + size // 2 - 10, ("English", "Archive", "Sound", "Wi-Fi only")[at], 15)
    return drawn.picture


@pytest.mark.parametrize(("one", "other"), [(3, 0), (0, 1), (1, 2)])
def test_another_radio_button_that_is_chosen_moves_nothing(one: int, other: int) -> None:
    engines = Engines(ColourDetector({RING: Kind.RADIO}), BlindReader())

    found = compared(radios(one), radios(other), engines)

    assert types(found) == ["style_changed", "style_changed"]
    assert [d.kind for d in found.defects] == [Kind.RADIO, Kind.RADIO]


@pytest.mark.parametrize("gap_px", [0, 2])
def test_a_focus_ring_is_the_look_of_what_it_surrounds(gap_px: int) -> None:
    box = Box(260, 345, 110, 40)

    def focused(ring: bool) -> Picture:
        drawn = page()
        if ring:
            around = Box(
                box.x - gap_px - 2, box.y - gap_px - 2, box.width + 2 * gap_px + 4, box.height + 2 * gap_px + 4
            )
            drawn.frame(around, INK, INK, radius=22)
            drawn.frame(Box(around.x + 2, around.y + 2, around.width - 4, around.height - 4), SHADE, SHADE, radius=21)
        drawn.frame(box, SKY, SKY, radius=20)
        drawn.text(box.x + 30, box.y + 10, "Send now", 14, WHITE)
        return drawn.picture

    found = compared(focused(False), focused(True), Engines(ColourDetector({SKY: Kind.BUTTON}), BlindReader()))

    assert types(found) == ["style_changed"]


def row_of_signs(*, phone: bool) -> Picture:
    """Two addresses; before the second stands a sign, nearer to it than to the first."""
    drawn = Page(640, 120)
    drawn.text(40, 40, "Warehouse", 15)
    if phone:
        drawn.frame(Box(130, 42, 14, 14), INK, WHITE, radius=7)
    drawn.text(150, 40, "Telephone", 15)
    return drawn.picture


def test_a_sign_that_goes_from_before_words_changes_no_text() -> None:
    assert types(compared(row_of_signs(phone=True), row_of_signs(phone=False))) == ["missing"]
    assert types(compared(row_of_signs(phone=False), row_of_signs(phone=True))) == ["added"]


class DigitReader(BlindReader):
    """Reads one number in every box that holds ink of a number's colour, told apart by how wide it is."""

    def __init__(self, names: dict[int, str]) -> None:
        self._names = names

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        return [self._name(picture[box.slices()]) for box in boxes]

    def _name(self, part: Picture) -> str:
        ink = int(np.count_nonzero((part == np.array(RED[::-1])).all(axis=2)))
        return min(self._names.items(), key=lambda item: abs(item[0] - ink))[1] if ink else ""


def line(words: str) -> Picture:
    drawn = Page(640, 80)
    drawn.text(40, 30, words, 15)
    return drawn.picture


@pytest.mark.parametrize("more", ["and more", "and a few more words on the same line", "today"])
def test_words_written_behind_a_line_or_taken_from_its_end_change_its_text(more: str) -> None:
    short, long = line("Colleagues commented on this"), line(f"Colleagues commented on this {more}")

    for before, after in ((short, long), (long, short)):
        found = compared(before, after)
        assert types(found) == ["text_changed"]


def badge(words: str, width: int) -> Page:
    drawn = page()
    box = Box(600 - width, 120, width, 20)
    drawn.frame(box, (230, 215, 215), (230, 215, 215), radius=3)
    drawn.text(box.x + 6, 120, words, 14, RED)
    return drawn


@pytest.mark.parametrize(("words", "width"), [("8", 20), ("48", 28)])
def test_the_number_in_a_badge_is_the_text_that_changed(words: str, width: int) -> None:
    before, after = badge("9", 20).picture, badge(words, width).picture
    counts = {int((p == np.array(RED[::-1])).all(axis=2).sum()): w for p, w in ((before, "9"), (after, words))}

    found = compared(before, after, Engines(ColourDetector({}), DigitReader(counts)))

    assert types(found) == ["text_changed"]
    assert (found.defects[0].detail["before"], found.defects[0].detail["after"]) == ("9", words)
    box = found.defects[0].actual_box
    assert box is not None and box.width < width - 4


def test_a_button_that_a_push_takes_partly_out_of_the_picture_is_compared_as_far_as_it_can_be_seen() -> None:
    stood, landed = Page(), Page()
    stood.button(Box(400, 330, 120, 24), "1")
    landed.button(Box(400, 376, 120, 24), "7")
    button = Element("e1", Kind.BUTTON, Box(400, 330, 120, 24), "1", 0.9)
    push = Alignment(AlignmentKind.SHIFTED_ROWS, (Band(Box(0, 300, 640, 53), 0, 47),))
    laid = laid_over(stood.picture, landed.picture, push)
    changed = np.zeros(laid.shape[:2], np.bool_)
    changed[382:396, 450:470] = True  # its number; its edges differ by less than a person sees
    scene = Scene(
        stood.picture, landed.picture, laid, push, changed, changed, (button,), (), BlindReader().read
    )  # fmt: skip
    pair = Pair(Thing(Box(400, 377, 120, 24), button.kind, "1", "e1"), Thing(Box(400, 376, 120, 24), button.kind), 0.8)

    found = classify_pair(scene, pair)

    assert found is not None and found.actual_box is not None and found.actual_box.bottom <= 400
