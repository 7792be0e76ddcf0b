"""What a changed line is said to read: words that a reader is sure of, and nothing if it guesses."""

from collections.abc import Sequence

import pytest

from tests.vision.drawn import INK, WHITE, Page
from tests.vision.scripted import blind_engines, compared
from vision.difference.alignment import align
from vision.difference.defects import Scene, classify_defects
from vision.difference.defects.readings import read_line
from vision.difference.noise import judge_difference
from vision.types import Box, Comparison, Element, Kind, MatchLevel, Picture

SKY, SHADE = (10, 124, 255), (233, 235, 240)


def scene(
    before: Picture, after: Picture, elements: Sequence[Sequence[Element]], readings: Sequence[str] = ()
) -> Scene:
    """`readings` are what the reader says of a line, one after the other, then nothing."""
    left = list(readings)
    judged = judge_difference(before, after, MatchLevel.STRICT)
    return Scene(
        before, after, before, align(before, after, True), judged.real, judged.differing,
        tuple(elements[0]), tuple(elements[1]), lambda _, boxes: [left.pop(0) if left else "" for _ in boxes],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("readings", "told"),
    [
        (("Shopping cart", "Shopping cart", "Shoping cart"), "Shopping cart"),
        (("Shopping cart", "Shopping carf", "Shopplng cart"), "Shopping cart"),
        (("al Jo", "3", "uosL"), ""),
        (("l", "l", "l"), ""),
    ],
    ids=["agreed", "nearly agreed", "guesses", "too few letters"],
)
def test_a_line_says_what_its_readings_agree_on(readings: tuple[str, ...], told: str) -> None:
    drawn = Page(300, 60)
    box = drawn.text(20, 20, "Shopping baskets", 16)
    picture = drawn.picture

    assert read_line(scene(picture, picture, ((), ()), readings), picture, box, "") == told


def test_a_sign_far_behind_a_word_does_not_make_it_unreadable() -> None:
    """The arrow of a drop-down."""
    drawn = Page(300, 60)
    drawn.text(20, 20, "Oslo", 12)
    drawn.block(Box(270, 24, 8, 4), INK)
    picture = drawn.picture

    assert read_line(scene(picture, picture, ((), ()), ["Oslo"] * 3), picture, Box(20, 20, 260, 12), "") == "Oslo"


def bubble(words: str, width: int, *, from_left: bool = True) -> Picture:
    drawn = Page(640, 240, WHITE)
    drawn.frame(Box(40, 20, 300, 60), SHADE, SHADE, radius=28)
    box = Box(60 if from_left else 600 - width, 110, width, 90)
    drawn.frame(box, SKY, SKY, radius=40)
    drawn.text(box.x + 30, box.y + 24, words, 30, WHITE)
    return drawn.picture


def only(found: Comparison) -> str:
    assert not found.unexplained
    (defect,) = found.defects
    return str(defect.type)


@pytest.mark.parametrize("from_left", [True, False])
@pytest.mark.parametrize("width", [300, 262])
def test_a_bubble_as_wide_as_its_words_has_other_words(width: int, from_left: bool) -> None:
    pictures = (
        bubble("See you at five", 280, from_left=from_left),
        bubble("Meet us by noon", width, from_left=from_left),
    )

    assert only(compared(*pictures, blind_engines())) == "text_changed"


def test_a_bubble_that_became_wider_around_the_same_words_says_what_it_said() -> None:
    found = compared(bubble("See you at five", 280), bubble("See you at five", 320), blind_engines())

    assert "text_changed" not in {str(defect.type) for defect in found.defects}


def test_a_sign_at_the_end_of_a_line_named_with_it_on_one_side_is_a_change_of_the_line() -> None:
    pictures, sides = [], []
    for sign, is_seen in (("&", False), ("%", True)):
        drawn = Page(400, 80)
        words = drawn.text(20, 30, "Standing desk", 15)
        drawn.text(words.right + 6, 30, sign, 15)
        box = Box(words.x, words.y, words.width + 6 + 14, words.height) if is_seen else words
        sides.append((Element("e1", Kind.LABEL, box, "Standing desk", 0.9),))
        pictures.append(drawn.picture)

    (defect,) = classify_defects(scene(pictures[0], pictures[1], sides)).defects

    assert (str(defect.type), defect.text) == ("text_changed", "Standing desk")
    assert defect.actual_box is not None and defect.actual_box.x == pytest.approx(20, abs=2)


def test_a_ring_whose_corners_cut_into_a_pill_is_the_pills_look() -> None:
    box, around = Box(60, 40, 90, 34), Box(55, 35, 100, 44)

    def pill(*, ring: bool) -> Picture:
        drawn = Page(300, 120, SHADE)
        if ring:
            drawn.frame(around, INK, INK, radius=18)
            drawn.frame(Box(around.x + 2, around.y + 2, around.width - 4, around.height - 4), SHADE, SHADE, radius=17)
        drawn.frame(box, SKY, SKY, radius=17)
        drawn.text(box.x + 20, box.y + 7, "Send", 14, WHITE)
        return drawn.picture

    named = [(Element("e1", Kind.BUTTON, place, "Send", 0.9),) for place in (box, around)]
    found = classify_defects(scene(pill(ring=False), pill(ring=True), named))

    assert [str(defect.type) for defect in found.defects] == ["style_changed"]
    assert not found.unexplained


def test_an_icon_that_changed_its_look_with_the_words_behind_it_is_one_entry() -> None:
    def entry(ink: tuple[int, int, int]) -> Picture:
        drawn = Page(300, 90, (60, 90, 200))
        drawn.frame(Box(20, 30, 14, 14), ink, (60, 90, 200), radius=6)
        drawn.text(44, 28, "Dashboard", 14, ink)
        return drawn.picture

    icon = Element("e1", Kind.ICON, Box(20, 30, 14, 14), "", 0.9)
    words = Element("e2", Kind.LABEL, Box(44, 28, 72, 17), "Dashboard", 0.9)
    before, after = entry((170, 186, 236)), entry(WHITE)

    (defect,) = classify_defects(scene(before, after, [(icon, words)] * 2)).defects

    assert (str(defect.type), defect.text, defect.actual_box and defect.actual_box.x) == (
        "style_changed",
        "Dashboard",
        20,
    )
