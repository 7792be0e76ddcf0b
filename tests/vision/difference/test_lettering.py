"""The lettering of a whole page in another typeface or ink is one entry; what changed beyond that has its own."""

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
import pytest

from tests.vision.drawn import Colour, Page
from vision.difference.alignment import align
from vision.difference.defects import Scene, classify_defects
from vision.difference.ignoring import set_aside
from vision.difference.noise import judge_difference
from vision.types import Box, CompareOptions, Defect, DefectType, Element, Kind, MatchLevel, Picture

LINES = {
    30: "Orders of this week",
    70: "Deliveries to the north",
    110: "Members and guests",
    150: "Reports for the board",
    190: "Settings and keys",
    230: "Questions we hear often",
}
OURS, FALLBACK = "Pillow's own", "OpenCV's own"
DARK, PALE = (32, 36, 40), (122, 126, 130)


def page(
    face: str = OURS, ink: Colour = DARK, lines: Mapping[int, str] = LINES, square_at: int = 300
) -> tuple[Picture, tuple[Element, ...]]:
    """A page with lines of text and a square, and the elements on it."""
    drawn, boxes = Page(420, 300, (250, 250, 250)), []
    drawn.block(Box(square_at, 60, 40, 40))
    for y, words in lines.items():
        boxes.append(drawn.text(20, y - 14, words, 15, ink) if face == OURS else _in_fallback(drawn, y, words, ink))
    elements = [Element(f"e{y}", Kind.LABEL, box, lines[y], 0.9) for y, box in zip(lines, boxes, strict=True)]
    return drawn.picture, tuple(elements)


def _in_fallback(drawn: Page, y: int, words: str, ink: Colour) -> Box:
    picture = drawn.picture
    cv2.putText(picture, words, (20, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, ink[::-1], 1, cv2.LINE_AA)
    drawn.paste(picture)
    (width, height), below = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 1)
    return Box(20, y - height, width, height + below)


def told(before: tuple[Picture, tuple[Element, ...]], after: tuple[Picture, tuple[Element, ...]]) -> list[Defect]:
    alignment = align(before[0], after[0], True)
    judged = judge_difference(before[0], after[0], MatchLevel.STRICT)
    scene = Scene(
        before[0], after[0], before[0], alignment, judged.real, judged.differing, before[1], after[1],
        lambda _, boxes: ["" for _ in boxes],
    )  # fmt: skip
    return list(classify_defects(scene).defects)


def finders(found: list[Defect]) -> set[str]:
    return {str(defect.detail.get("found_by")) for defect in found}


@pytest.mark.parametrize("faces", [(OURS, FALLBACK), (FALLBACK, OURS)])
def test_another_typeface_is_one_entry_with_every_line(faces: tuple[str, str]) -> None:
    (only,) = told(page(faces[0]), page(faces[1]))

    assert (only.type, only.detail["aspect"]) == (DefectType.STYLE_CHANGED, "font")
    assert [part["text"] for part in only.detail["elements"]] == list(LINES.values())


@pytest.mark.parametrize("inks", [(DARK, PALE), (PALE, DARK)])
def test_another_ink_is_one_entry_and_a_colour_alone(inks: tuple[Colour, Colour]) -> None:
    (only,) = told(page(ink=inks[0]), page(ink=inks[1]))

    assert (only.detail["aspect"], len(only.detail["elements"])) == ("colour", len(LINES))
    kept, _ = set_aside([only], CompareOptions(MatchLevel.CONTENT))
    assert not kept


@pytest.mark.parametrize("other", [{"face": FALLBACK}, {"ink": PALE}])
def test_what_changed_beyond_the_lettering_has_its_own_entry(other: dict[str, Any]) -> None:
    found = told(page(), page(**other, lines=LINES | {150: "Invoices nobody paid"}, square_at=220))

    types = sorted(str(defect.type) for defect in found)
    assert types == ["moved", "style_changed", "text_changed"]


def test_lines_that_traded_their_words_are_no_typeface() -> None:
    words = list(LINES.values())
    turned = dict(zip(LINES, words[1:] + words[:1], strict=True))

    assert "find_lettering" not in finders(told(page(), page(lines=turned)))


def test_a_page_out_of_focus_is_no_typeface() -> None:
    before, elements = page()
    blurred = np.asarray(cv2.GaussianBlur(before, (0, 0), 2.5), np.uint8)

    assert "find_lettering" not in finders(told((before, elements), (blurred, elements)))


PARAGRAPHS = [
    ("Orders of this week were sent", "to the north and to the south"),
    ("Members and guests may bring", "their own cups and their plates"),
    ("Reports for the board are due", "on the last Friday of the month"),
    ("Questions we hear often stand", "on the page with all the answers"),
]


def wrapped(by_words: int) -> dict[int, str]:
    """The paragraphs with so many words taken from each first line to the next."""
    lines = {}
    for at, paragraph in enumerate(PARAGRAPHS):
        first, rest = paragraph[0].split(), paragraph[1].split()
        kept = len(first) - by_words
        lines |= {30 + 64 * at: " ".join(first[:kept]), 54 + 64 * at: " ".join([*first[kept:], *rest])}
    return lines


def test_another_typeface_that_wraps_the_text_otherwise_is_one_entry() -> None:
    (only,) = told(page(lines=wrapped(0)), page(FALLBACK, lines=wrapped(2)))

    assert (only.detail["aspect"], len(only.detail["elements"])) == ("font", 2 * len(PARAGRAPHS))


def test_text_that_is_only_wrapped_otherwise_is_no_typeface() -> None:
    assert "find_lettering" not in finders(told(page(lines=wrapped(0)), page(lines=wrapped(2))))


def test_text_with_other_words_in_another_typeface_is_not_told_as_the_typeface_alone() -> None:
    other = {y: words if y % 64 == 30 else words[:6] + words[6:][::-1] for y, words in wrapped(0).items()}

    assert len(told(page(lines=wrapped(0)), page(FALLBACK, lines=other))) > 1


def test_a_page_that_was_pushed_far_is_no_typeface_though_a_few_lines_are_in_another() -> None:
    head = dict(list(LINES.items())[:4])
    rest = ["Cups and plates", "Trains to Porto", "Walnut shelves", "Coffee and tea", "Boats for rent", "Maps of Oslo",
            "Bread and salt", "Gardens at night"]  # fmt: skip
    reference = page(lines=head | dict(zip(range(160, 300, 16), rest, strict=False)))
    turned = page(FALLBACK, lines=head)
    moved = page(lines=dict(zip(range(160, 300, 16), rest[4:] + rest[:4], strict=False)))
    both = np.where(np.arange(300)[:, None, None] < 158, turned[0], moved[0]).astype(np.uint8)

    found = told(reference, (both, (*turned[1], *moved[1])))

    assert "find_lettering" not in finders(found)
