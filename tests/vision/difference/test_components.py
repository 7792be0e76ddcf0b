"""Screenshots of two sizes: components that grew, lines that were edited a little, paragraphs that were wrapped again."""

from dataclasses import replace

import numpy as np
import pytest

from tests.vision.difference.test_marks_and_bars import scene as blank_scene
from tests.vision.real_engines import seen, told
from tests.vision.scenes import LIGHT, Part, Scene
from vision.difference.alignment import align, cut_lines
from vision.difference.defects.paragraphs import MOST_LINES, find_wrapped
from vision.difference.one_canvas import LARGEST_PX, on_one_canvas
from vision.messages import defect_message
from vision.types import Box, DefectType, Element, Kind, Picture


def ground(width: int, height: int) -> Picture:
    return np.full((height, width, 3), 250, np.uint8)


def button(width: int) -> Picture:
    picture = ground(width + 32, 60)
    picture[14:46, 16 : 16 + width] = (200, 90, 30)
    picture[25:35, 30:50:3] = 255
    return picture


def test_component_that_grew_past_the_old_edge_is_laid_on_the_larger_canvas() -> None:
    canvas = on_one_canvas(button(70), button(140))

    assert canvas is not None and [picture.shape for picture in canvas] == [(60, 172, 3)] * 2
    assert (canvas[0][:, 102:] == 250).all()


@pytest.mark.parametrize("swapped", [False, True])
def test_strip_of_bare_ground_needs_no_canvas(swapped: bool) -> None:
    pair = [button(70), np.hstack([button(70), ground(40, 60)])]

    assert on_one_canvas(*(pair[::-1] if swapped else pair)) is None


def test_picture_that_does_not_end_with_bare_ground_is_not_continued() -> None:
    shorter = button(140)[:, :100]

    assert on_one_canvas(shorter, button(140)) is None


def test_pages_are_not_laid_on_one_canvas() -> None:
    side = int(LARGEST_PX**0.5)
    page = ground(side, side)
    page[:20] = 0

    assert on_one_canvas(ground(side, 40), np.vstack([page, page])) is None


def test_a_cut_through_letters_is_told_from_one_along_the_side_of_a_card() -> None:
    card = ground(200, 160)
    card[20:140, 20], card[20:140, 180] = 0, 0
    card[70:80, 60:90:4] = 0
    card[75, 60:90] = 0
    cuts = cut_lines(card)

    assert cuts[72:75].all() and not cuts[50:68].any() and not cuts[84:110].any()


def test_strip_is_not_taken_out_of_the_middle_of_a_line() -> None:
    longer, shorter = ground(300, 120), ground(300, 100)
    rng = np.random.default_rng(1)
    longer[40:64, 40:260] = rng.integers(0, 255, (24, 220, 1))
    shorter[30:54, 40:260] = rng.integers(0, 255, (24, 220, 1))

    assert not any(box.y < 64 and box.bottom > 40 for box in align(longer, shorter).removed)


def test_badge_that_grew_with_its_number_is_one_change_of_text() -> None:
    def page(number: str, width: int) -> Scene:
        badge = Part("panel", Box(120, 20, width, 22), ground=(225, 29, 72))
        words = Part("text", Box(128, 22, width - 12, 18), number, ink=(255, 255, 255), size=13)
        label = Part("text", Box(24, 22, 60, 18), "Inbox", ink=LIGHT["ink"])
        return Scene(300, 64, LIGHT["page"], (label, badge, words))

    found = seen(page("3", 24).picture(), page("128", 42).picture())

    assert [defect.type for defect in found.defects] == [DefectType.TEXT_CHANGED], told(found)
    assert not found.unexplained


def paragraph(*lines: str, width: int = 420) -> Scene:
    parts = [
        Part("text", Box(24, 24 + 22 * at, width - 48, 18), line, ink=LIGHT["ink"]) for at, line in enumerate(lines)
    ]
    return Scene(width, 160, LIGHT["page"], tuple(parts))


def test_paragraph_wrapped_otherwise_is_one_entry() -> None:
    before = paragraph(
        "The parcel goes to the courier", "in the evening and arrives with", "you on the next working day"
    )
    after = paragraph(
        "The parcel goes to the courier in", "the evening and arrives with you", "on the next working day"
    )
    found = seen(before.picture(), after.picture())

    assert [defect.type for defect in found.defects] == [DefectType.RESIZED], told(found)


def test_list_whose_lines_changed_is_no_paragraph_that_was_wrapped() -> None:
    before = paragraph("Order 1041 was sent to Moscow", "Order 1042 was sent to Riga", "Order 1043 was sent to Perm")
    after = paragraph("Order 1041 was sent to Moscow", "Order 1077 was sent to Oslo", "Order 1078 was sent to Kyiv")
    found = seen(before.picture(), after.picture())

    assert [defect.type for defect in found.defects] == [DefectType.TEXT_CHANGED] * 2, told(found)


def lines(*texts: str) -> tuple[Element, ...]:
    boxes = [Box(20, 20 + 22 * at, 8 * len(text), 18) for at, text in enumerate(texts)]
    return tuple(Element(f"e{box.y}", Kind.LABEL, box, text, 0.9) for box, text in zip(boxes, texts, strict=True))


@pytest.mark.parametrize(("count", "found"), [(MOST_LINES, 1), (MOST_LINES + 1, 0)])
def test_what_has_more_lines_than_a_paragraph_is_a_list(count: int, found: int) -> None:
    letters = np.random.default_rng(1).choice(list("abcdefghijklmnopqrstuvwxyz"), (2 * count, 2, 9))
    words = [f"{''.join(one)} {''.join(other)}" for one, other in letters]
    before = lines(*(" ".join(words[at : at + 2]) for at in range(0, 2 * count, 2)))
    after = lines(words[0], *(" ".join(words[at : at + 2]) for at in range(1, 2 * count - 1, 2)))

    assert len(find_wrapped(replace(blank_scene(), reference_elements=before, actual_elements=after))) == found


def test_lines_that_were_read_a_little_otherwise_are_the_same_lines() -> None:
    before = lines(
        "Orders go to the courier today", "Get business mail at company.com", "Love mail, but not the address?"
    )
    after = lines("Get business mail at cornpany.com", "Love mail, but n0t the address?")

    assert find_wrapped(replace(blank_scene(), reference_elements=before, actual_elements=after)) == []


def test_long_texts_are_quoted_from_where_they_differ() -> None:
    words = "The parcel goes to the courier in the evening and you get a message with its number as soon as it leaves "
    texts = words + "our store in Riga", words + "our store in Oslo"
    at = len(words) + len("our store in ")
    detail = {"before": texts[0], "after": texts[1], "span": {"before": [at, at + 4], "after": [at, at + 4]}}
    box = Box(0, 0, 10, 10)

    message = defect_message(DefectType.TEXT_CHANGED, None, texts[0], box, box, detail, "en")

    assert "Riga" in message and "Oslo" in message and len(message) < 200
