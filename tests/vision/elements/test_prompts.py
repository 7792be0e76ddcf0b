"""What asks for an entry in a frame of its own is a field, whatever saw it; an entry of a menu is not."""

import pytest

from tests.vision.drawn import Page
from vision.elements.prompts import with_prompted_fields
from vision.types import Box, Element, Kind


def label(box: Box, text: str) -> Element:
    return Element("", Kind.LABEL, box, text, 0.8, 0.9)


@pytest.mark.parametrize("text", ["Ask a question…", "Search...", "Введите сообщение…"])
def test_a_prompt_above_the_tools_of_a_chat_is_a_field(text: str) -> None:
    page = Page()
    page.frame(Box(40, 60, 300, 90))
    line = page.text(52, 74, text)
    tool = label(page.text(70, 116, "Model"), "Model")
    field, other = with_prompted_fields(page.picture, [label(line, text), tool])
    assert (field.kind, field.text, other) == (Kind.INPUT, text, tool)
    assert field.box.x <= line.x and field.box.right > 320 and field.box.bottom < tool.box.y


def test_a_frame_of_one_line_is_the_field() -> None:
    page = Page()
    frame = page.frame(Box(40, 60, 300, 44))
    line = page.text(52, 72, "Search the documents…")
    [field] = with_prompted_fields(page.picture, [label(line, "Search the documents…")])
    assert (field.kind, field.box) == (Kind.INPUT, frame)


def test_entries_of_a_menu_stay_labels() -> None:
    page = Page()
    page.frame(Box(40, 60, 300, 130))
    entries = [label(page.text(52, 70 + 30 * at, text), text) for at, text in enumerate(("Copy", "Paste", "Find…"))]
    assert with_prompted_fields(page.picture, entries) == entries


@pytest.mark.parametrize("text", ["Ask questions about your data", "Search", "Loading…"])
def test_other_words_stay_labels(text: str) -> None:
    page = Page()
    page.frame(Box(40, 60, 300, 44))
    words = [label(page.text(52, 72, text), text)]
    assert with_prompted_fields(page.picture, words) == words


def test_a_prompt_on_the_page_itself_stays_a_label() -> None:
    page = Page()
    words = [label(page.text(52, 72, "Search…"), "Search…")]
    assert with_prompted_fields(page.picture, words) == words
