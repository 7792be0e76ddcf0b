"""What is drawn around a field and in it says where it ends and of which kind it is; a network need only suspect it."""

import cv2
import numpy as np
import pytest

from tests.vision.drawn import INK, Page
from vision.elements.fields import has_arrow, located
from vision.types import Box, Detection, Kind, Picture

FIELD = Box(40, 60, 420, 40)
PART = Box(60, 61, 200, 38)


def seen(page: Page, *detections: Detection) -> list[tuple[Kind, Box]]:
    return [(one.kind, one.box) for one in located(page.picture, detections, 0.2)]


def with_arrow(box: Box) -> Page:
    page = Page()
    page.input(box, "Most relevant")
    x, y = box.right - 24, box.y + box.height // 2 - 2
    for step in range(5):
        page.block(Box(x + step, y + step, 2, 2), INK)
        page.block(Box(x + 9 - step, y + step, 2, 2), INK)
    return page


def test_a_field_seen_faintly_and_in_part_is_its_whole_frame() -> None:
    page = Page()
    page.input(FIELD, "anna@example.org")
    assert seen(page, Detection(Kind.INPUT, PART, 0.1)) == [(Kind.INPUT, FIELD)]


def test_what_is_seen_faintly_and_has_no_frame_is_nothing() -> None:
    page = Page()
    page.text(60, 70, "anna@example.org")
    assert seen(page, Detection(Kind.INPUT, PART, 0.1)) == []


def test_a_field_that_ends_in_an_arrow_is_a_select_and_one_that_does_not_is_an_input() -> None:
    assert seen(with_arrow(FIELD), Detection(Kind.INPUT, FIELD, 0.8)) == [(Kind.SELECT, FIELD)]
    page = Page()
    page.input(FIELD, "Most relevant")
    assert seen(page, Detection(Kind.SELECT, FIELD, 0.8)) == [(Kind.INPUT, FIELD)]


@pytest.mark.parametrize("field", [0.05, 0.4])
def test_a_frame_with_words_at_its_left_is_a_field_where_a_network_wavers(field: float) -> None:
    page = Page()
    page.input(FIELD, "Search")
    kinds = [kind for kind, _ in seen(page, Detection(Kind.BUTTON, FIELD, 0.6), Detection(Kind.INPUT, FIELD, field))]
    assert kinds == [Kind.INPUT if field == 0.4 else Kind.BUTTON]


def test_a_frame_with_words_in_its_middle_stays_a_button() -> None:
    page = Page()
    page.button(FIELD, "Create an account")
    detections = Detection(Kind.BUTTON, FIELD, 0.6), Detection(Kind.INPUT, FIELD, 0.4)
    assert seen(page, *detections) == [(Kind.BUTTON, FIELD)]


def test_the_strip_between_two_fields_is_no_field() -> None:
    page = Page()
    first, second = page.input(FIELD, "Anna"), page.input(Box(40, 130, 420, 40), "Lind")
    page.text(42, 105, "Last name")
    strip = Detection(Kind.INPUT, Box(40, 100, 420, 30), 0.6)
    sure = [Detection(Kind.INPUT, box, 0.7) for box in (first, second)]
    assert seen(page, strip, *sure) == [(Kind.INPUT, first), (Kind.INPUT, second)]


def test_the_cell_of_a_table_and_a_card_of_text_are_no_fields() -> None:
    page = Page(640, 400)
    upper, lower = page.frame(Box(40, 60, 420, 40)), page.frame(Box(40, 99, 420, 40))
    page.text(52, 70, "Office")
    card = page.frame(Box(40, 180, 420, 80))
    page.text(60, 196, "Three colleagues commented", 16)
    page.text(60, 222, "on the plan for the spring", 16)
    assert seen(page, *(Detection(Kind.INPUT, box, 0.2) for box in (upper, lower, card))) == []


def test_a_card_of_text_with_a_grip_is_a_text_area() -> None:
    page = Page()
    area = page.frame(Box(40, 60, 420, 80), radius=0)
    page.text(60, 76, "Three colleagues commented", 16)
    page.text(60, 102, "on the plan for the spring", 16)
    for step in range(9):
        page.block(Box(area.right - 3 - step, area.bottom - 11 + step, 1, 1), INK)
    for step in range(4):
        page.block(Box(area.right - 3 - step, area.bottom - 6 + step, 1, 1), INK)
    assert seen(page, Detection(Kind.INPUT, area, 0.2)) == [(Kind.INPUT, area)]


@pytest.mark.parametrize(
    ("sign", "is_arrow"),
    [
        ("chevron", True),
        ("triangle", True),
        ("both", None),
        ("calendar", False),
        ("clock", False),
        ("eye", False),
        ("", False),
    ],
)
def test_arrows_are_told_from_other_signs(sign: str, is_arrow: bool | None) -> None:
    assert has_arrow(drawn(sign)[:, :, 0] > 128) is is_arrow


def drawn(sign: str) -> Picture:
    picture = np.zeros((36, 300, 3), np.uint8)
    white = (255, 255, 255)
    match sign:
        case "chevron":
            cv2.polylines(picture, [np.array([[272, 14], [278, 20], [284, 14]])], False, white, 2, cv2.LINE_AA)
        case "triangle":
            cv2.fillPoly(picture, [np.array([[272, 15], [284, 15], [278, 22]])], white)
        case "both":
            cv2.fillPoly(picture, [np.array([[272, 20], [282, 20], [277, 25]])], white)
            cv2.fillPoly(picture, [np.array([[272, 15], [282, 15], [277, 10]])], white)
        case "calendar":
            cv2.rectangle(picture, (270, 10), (284, 24), white, 1)
            cv2.line(picture, (270, 14), (284, 14), white, 1)
        case "clock":
            cv2.circle(picture, (277, 18), 7, white, 1, cv2.LINE_AA)
            cv2.line(picture, (277, 18), (277, 14), white, 1)
        case "eye":
            cv2.ellipse(picture, (277, 18), (9, 5), 0, 0, 360, white, 1, cv2.LINE_AA)
            cv2.circle(picture, (277, 18), 2, white, -1)
    return picture


def test_a_bar_of_links_is_no_field_however_sure_a_network_is() -> None:
    page = Page()
    bar = page.frame(Box(40, 60, 560, 40))
    for place, words in enumerate(("Shop", "Sale", "Stores", "Help", "Contact")):
        page.text(60 + 110 * place, 70, words)
    [one] = located(page.picture, [Detection(Kind.INPUT, bar, 0.9)], 0.2)
    assert one.confidence < 0.9


@pytest.mark.parametrize("kind", [Kind.INPUT, Kind.BUTTON])
def test_the_head_of_a_card_is_no_field_and_no_button(kind: Kind) -> None:
    page = Page()
    page.frame(Box(40, 60, 420, 240), radius=0)
    page.frame(Box(40, 60, 420, 41), fill=(248, 248, 248), radius=0)
    page.text(56, 70, "Orders of the week")
    for row in range(4):
        page.text(56, 120 + 40 * row, "Keyboard, black")
    assert seen(page, Detection(kind, Box(40, 60, 420, 41), 0.5)) == []
