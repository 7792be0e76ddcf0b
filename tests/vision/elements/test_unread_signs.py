"""A sign at the end of a line that no letter was read in is an icon; whatever was read stays in the line."""

import cv2
import pytest

from tests.vision.drawn import INK, Page, iou
from vision.elements.analysis import Engines, analyze
from vision.elements.unread_signs import parted_from_unread
from vision.engines.ctc import CtcReader
from vision.types import Box, Detection, Kind, Picture


class Sees:
    """A detector that sees one label in any picture."""

    version = "scripted"

    def __init__(self, label: Box) -> None:
        self._label = label

    def detect(self, picture: Picture) -> list[Detection]:
        return [Detection(Kind.LABEL, self._label, 0.9)]


def page_with_gear(words: Box, page: Page, x: int, colour: tuple[int, int, int] = (190, 120, 20)) -> Box:
    """Draws a ring with a hole beside the words, in blue."""
    picture = page.picture
    middle = (x + 7, words.y + words.height // 2)
    cv2.circle(picture, middle, 6, colour, 2, cv2.LINE_AA)
    cv2.circle(picture, middle, 2, colour, -1, cv2.LINE_AA)
    page.paste(picture)
    return Box(x - 1, middle[1] - 8, 17, 17)


@pytest.mark.parametrize("at_end", [True, False])
def test_a_sign_without_a_letter_in_it_is_parted_from_its_word(at_end: bool) -> None:
    page = Page()
    words = page.text(80, 60, "arrived", 16)
    gear = page_with_gear(words, page, words.right + 6 if at_end else words.x - 22)
    line = Box(
        min(words.x, gear.x), words.y, abs(gear.x - words.x) + 16 if at_end else words.right - gear.x, words.height
    )
    parted = parted_from_unread(page.picture, line, (words.x + 5, words.right - 5))
    [sign] = parted.signs
    assert iou(sign, gear) > 0.8
    assert iou(parted.words, words) > 0.85


def test_a_word_that_was_read_to_its_ends_is_left_alone() -> None:
    page = Page()
    words = page.text(80, 60, "arrived o", 16)
    assert parted_from_unread(page.picture, words, (words.x + 5, words.right - 5)).signs == ()


def test_two_things_nobody_read_are_words_of_another_script_and_no_signs() -> None:
    page = Page()
    words = page.text(80, 60, "arrived", 16)
    first = page_with_gear(words, page, words.right + 6)
    second = page_with_gear(words, page, first.right + 6)
    line = Box(words.x, words.y, second.right - words.x, words.height)
    assert parted_from_unread(page.picture, line, (words.x + 5, words.right - 5)).signs == ()


def test_a_sign_of_several_colours_is_an_emoji_and_stays_in_its_text() -> None:
    page = Page()
    words = page.text(80, 60, "arrived", 16)
    gear = page_with_gear(words, page, words.right + 6)
    page.block(Box(gear.x + 2, gear.y + 2, gear.width - 4, gear.height // 2), (250, 200, 30))
    line = Box(words.x, words.y, gear.right - words.x, words.height)
    assert parted_from_unread(page.picture, line, (words.x + 5, words.right - 5)).signs == ()


def test_a_sign_in_the_words_colour_is_a_letter_that_the_reader_does_not_know() -> None:
    page = Page()
    words = page.text(80, 60, "arrived", 16)
    gear = page_with_gear(words, page, words.right + 6, INK[::-1])
    line = Box(words.x, words.y, gear.right - words.x, words.height)
    assert parted_from_unread(page.picture, line, (words.x + 5, words.right - 5)).signs == ()


def test_the_analysis_shows_a_gear_behind_a_column_s_name_as_an_icon() -> None:
    page = Page()
    words = page.text(80, 60, "arrived", 16)
    gear = page_with_gear(words, page, words.right + 6)
    label = Box(words.x, words.y, gear.right - words.x, words.height)
    found = analyze(page.picture, Engines(Sees(label), CtcReader(1)))
    assert [(one.kind, one.text) for one in found.elements] == [(Kind.LABEL, "arrived"), (Kind.ICON, "")]
    assert iou(found.elements[1].box, gear) > 0.8
