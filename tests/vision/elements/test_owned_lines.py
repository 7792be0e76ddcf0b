"""A label that a network sees is a line; ink only says where the line ends, and nothing cuts it or joins it to its neighbour."""

import cv2
import numpy as np
import pytest

from tests.vision.drawn import INK, Page, iou
from vision.boxes import union
from vision.elements.text_lines import place_lines
from vision.types import Box


def test_a_line_whose_letters_are_as_straight_as_rules_stays_whole() -> None:
    """Hinted type: the tops and feet of neighbouring letters make one straight edge."""
    page = Page()
    for left in range(40, 190, 6):
        page.block(Box(left, 60, 5, 1), INK)
        page.block(Box(left, 68, 5, 1), INK)
        page.block(Box(left, 61, 1, 7), INK)
    page.block(Box(40, 60, 150, 1), INK)
    page.block(Box(40, 68, 150, 1), INK)
    label = Box(40, 57, 150, 15)
    (line,) = place_lines(page.picture, [label]).owned
    assert line is not None and iou(line, label) > 0.9


def test_a_label_without_any_ink_keeps_its_box() -> None:
    page = Page()
    label = Box(40, 60, 90, 18)
    assert place_lines(page.picture, [label]).owned == (label,)


def test_a_label_seen_in_part_grows_to_the_end_of_its_line() -> None:
    page = Page()
    whole = page.text(40, 60, "The network saw only so much of this long line", 16)
    part = Box(whole.x, whole.y, whole.width // 2, whole.height)
    lines = place_lines(page.picture, [part])
    assert lines.owned[0] is not None and iou(lines.owned[0], whole) > 0.85
    assert lines.free == ()


def test_a_label_that_ends_within_a_word_has_the_whole_word() -> None:
    page = Page()
    first = page.text(40, 60, "Extracting", 16)
    last = page.text(first.right + 24, 60, "everything", 16)
    seen = Box(first.x, first.y, last.x + last.width // 3 - first.x, first.height)
    lines = place_lines(page.picture, [seen])
    assert lines.owned[0] is not None and lines.owned[0].right >= last.right - 2
    assert lines.free == ()


def test_a_wall_between_two_words_parts_them() -> None:
    for wall, owned in ((True, 1), (False, 2)):
        page = Page()
        first = page.text(40, 60, "Amount", 24)
        second = page.text(first.right + 6, 60, "1,200", 24)
        if wall:
            page.block(Box(first.right + 3, 52, 1, 50), INK)
        (line,) = place_lines(page.picture, [first]).owned
        assert line is not None
        assert (line.right > second.x) is (owned == 2)


def test_pieces_of_one_label_are_one_line() -> None:
    page = Page()
    whole = page.text(40, 60, "Notifications about deliveries", 16)
    first = Box(whole.x, whole.y, whole.width * 2 // 3, whole.height)
    second = Box(whole.x + whole.width // 2, whole.y, whole.width // 2, whole.height)
    owned = [line for line in place_lines(page.picture, [first, second]).owned if line is not None]
    assert len(owned) == 1
    assert iou(owned[0], whole) > 0.85


def test_of_two_labels_in_one_place_the_surer_owns_the_line() -> None:
    page = Page()
    words = page.text(40, 60, "Shipping", 16)
    first, second = place_lines(page.picture, [words, words.shifted(2, 1)]).owned
    assert first is not None and second is None


def test_the_border_of_a_field_is_no_part_of_its_text() -> None:
    page = Page()
    field = Box(40, 60, 78, 24)
    page.block(field, (200, 120, 40))
    cv2.rectangle(page.picture, (field.x, field.y), (field.right - 1, field.bottom - 1), (20, 20, 20), 1)
    words = page.text(field.x + 8, field.y + 2, "Cancel", 14, (255, 255, 255))
    (line,) = place_lines(page.picture, fields=[field]).free
    assert line.x > field.x + 3 and line.right < field.right - 3
    assert iou(line, words) > 0.6


def test_each_label_has_one_place_and_no_line_is_given_twice() -> None:
    rng = np.random.default_rng(5)
    page = Page()
    drawn = [
        page.text(30 + 200 * column, 30 + 40 * row, "Row and column", 15) for row in range(6) for column in range(3)
    ]
    labels = [box.shifted(*rng.integers(-2, 3, 2).tolist()) for box in drawn]
    lines = place_lines(page.picture, labels)
    assert all(line is not None and iou(line, box) > 0.7 for line, box in zip(lines.owned, drawn, strict=True))
    assert lines.free == ()


def cells(rule: tuple[int, int, int] | None) -> tuple[Page, Box, Box]:
    """Two words of one row of a table, with the rule between its columns."""
    page = Page()
    first = page.text(40, 60, "2025-10-23", 18)
    second = page.text(first.right + 9, 60, "grain", 18)
    if rule:
        page.block(Box(first.right + 4, 40, 1, 60), rule)
    return page, first, second


def test_a_faint_rule_between_two_cells_parts_them() -> None:
    ground = int(Page().picture[0, 0, 0])
    page, first, second = cells((ground - 8,) * 3)
    for labels in ([first], [union([first, second])]):
        lines = place_lines(page.picture, labels)
        (owned,) = lines.owned
        assert owned is not None and iou(owned, first) > 0.8
        assert len(lines.free) == 1 and iou(lines.free[0], second) > 0.6


def test_compression_noise_makes_no_rule() -> None:
    page, first, second = cells(None)
    packed = cv2.imencode(".jpg", page.picture, [cv2.IMWRITE_JPEG_QUALITY, 60])[1]
    whole = union([first, second])
    lines = place_lines(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8), [whole])
    assert lines.owned[0] is not None and iou(lines.owned[0], whole) > 0.8
    assert lines.free == ()


def test_a_stroke_a_space_away_from_two_labels_makes_them_one_line() -> None:
    page = Page()
    first = page.text(40, 60, "home", 16)
    stroke = page.block(Box(first.right + 4, first.y + 4, 3, 14), INK)
    second = page.text(stroke.right + 4, 60, "harbour", 16)
    [line] = [line for line in place_lines(page.picture, [first, second]).owned if line is not None]
    assert line.x <= first.x + 1 and line.right >= second.right - 2


@pytest.mark.parametrize(("sign", "owned"), [("dot", 1), ("bar", 2)])
def test_a_dot_between_two_labels_makes_them_one_line_and_a_bar_does_not(sign: str, owned: int) -> None:
    page = Page()
    first = page.text(40, 60, "Powered by Etalon", 16)
    middle = first.y + first.height // 2
    mark = Box(first.right + 6, middle - 1, 3, 3) if sign == "dot" else Box(first.right + 6, middle - 8, 2, 16)
    page.block(mark, INK)
    second = page.text(mark.right + 6, 60, "Queries took 18 ms", 16)
    lines = [line for line in place_lines(page.picture, [first, second]).owned if line is not None]
    assert len(lines) == owned
    if sign == "dot":
        assert iou(lines[0], union([first, second])) > 0.85
