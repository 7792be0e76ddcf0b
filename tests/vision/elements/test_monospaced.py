"""Pieces of a line of code become one line; words that only stand near to each other stay apart."""

from collections.abc import Sequence

from tests.vision.drawn import Page
from vision.boxes import union
from vision.elements.monospaced import joined_code
from vision.engines.types import Reading
from vision.types import Box, Element, Kind, Picture

SIZE: int = 16


class Spells:
    """Reads "one line", whatever it is shown, and remembers where."""

    name = version = "scripted"

    def __init__(self) -> None:
        self.asked: list[Box] = []

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        return ["one line" for _ in boxes]

    def read_and_fit(self, picture: Picture, boxes: Sequence[Box]) -> list[Reading]:
        self.asked += boxes
        return [Reading("one line", box, 0.9) for box in boxes]


def code(page: Page, text: str, x: int, pitch: int = 10) -> list[Element]:
    """Letters each in a cell of their own, and a label for each word."""
    labels = []
    for place, letter in enumerate(text):
        if letter != " ":
            width = page.text(0, -100, letter, SIZE).width
            page.text(x + place * pitch + (pitch - width) // 2, 40, letter, SIZE)
    start = 0
    for word in text.split():
        start = text.index(word, start)
        labels.append(label(Box(x + start * pitch + 1, 40, len(word) * pitch - 2, 20), word))
        start += len(word)
    return [one for one in labels if len(one.text) > 1]


def label(box: Box, text: str) -> Element:
    return Element("", Kind.LABEL, box, text, 0.8, 0.9)


def test_words_of_code_a_space_apart_are_one_line() -> None:
    page = Page()
    words = code(page, "select title by author", 40)
    [line] = joined_code(page.picture, words, Spells())
    assert (line.text, line.box) == ("one line", union(one.box for one in words))


def test_a_sign_between_two_words_of_code_goes_into_the_line() -> None:
    page = Page()
    words = code(page, "name = hello", 40)
    sign = Element("", Kind.ICON, Box(92, 48, 7, 6), "", 0.6)
    [line] = joined_code(page.picture, [words[0], sign, words[1]], Spells())
    assert line.kind is Kind.LABEL and line.box == union(one.box for one in words)


def test_words_of_other_faces_stay_apart() -> None:
    page = Page()
    first = page.text(40, 40, "Deliveries", SIZE)
    second = page.text(first.right + 9, 40, "Customers", SIZE)
    words = [label(first, "Deliveries"), label(second, "Customers")]
    reader = Spells()
    assert joined_code(page.picture, words, reader) == words
    assert reader.asked == []


def test_a_line_between_two_columns_of_code_parts_them() -> None:
    page = Page()
    words = code(page, "title   books", 40)
    page.block(Box(105, 30, 1, 40), (0, 0, 0))
    assert joined_code(page.picture, words, Spells()) == words
