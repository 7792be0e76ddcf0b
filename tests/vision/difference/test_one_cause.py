"""Parts that changed together are one entry: a chosen row or card, a step, a badge, a chart, columns that were spaced anew."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.vision.difference.test_marks_and_bars import scene
from tests.vision.drawn import BLUE, INK, WHITE, Page
from tests.vision.scripted import compared
from vision.difference.defects.drafts import draft_of, moved_draft
from vision.difference.defects.drawings import drawings_of
from vision.difference.defects.entries import entries_of
from vision.difference.defects.scene import Scene
from vision.difference.defects.signs import is_other_sign, keeps_its_sign
from vision.difference.defects.spacing import respaced
from vision.difference.glyphs import find_glyph
from vision.difference.matching import Thing
from vision.messages import defect_message
from vision.types import Box, Defect, DefectType, Kind, Picture, Severity

CHOSEN, OTHER = "#00695c", "#90a4ae"
DISC, NAME = Box(60, 40, 28, 28), Box(50, 76, 48, 12)


def recoloured(box: Box, before: str, after: str, kind: Kind | None = None, text: str = "") -> Defect:
    detail = {"before": before, "after": after, "delta_e": 40.0, "aspect": "colour"}
    return draft_of(DefectType.STYLE_CHANGED, box, box, kind, text, detail)


def step(at: int, before: str, after: str) -> list[Defect]:
    right = 120 * at
    return [
        recoloured(DISC.shifted(right, 0), before, after),
        recoloured(NAME.shifted(right, 0), before, after, Kind.LABEL, f"Step {at}"),
    ]


def test_number_and_name_of_a_step_are_one_entry_of_each_step() -> None:
    drafts = [*step(0, CHOSEN, OTHER), *step(1, OTHER, CHOSEN)]

    told = entries_of(scene(()), drafts)

    assert [(d.text, d.actual_box) for d in told] == [
        ("Step 0", Box(50, 40, 48, 48)),
        ("Step 1", Box(170, 40, 48, 48)),
    ]


def test_words_between_that_stayed_part_two_changes_of_one_row() -> None:
    one, middle, other = Box(20, 40, 40, 14), Box(80, 40, 40, 14), Box(140, 40, 40, 14)
    drafts = [recoloured(box, CHOSEN, OTHER, Kind.LABEL, "Word") for box in (one, other)]

    assert len(entries_of(scene([one, middle, other]), drafts)) == 2
    assert len(entries_of(scene([one, other]), drafts)) == 1


def test_labels_of_a_form_in_another_ink_are_no_chosen_rows() -> None:
    boxes = [Box(20 + 200 * column, 40 + 60 * row, 40, 14) for row in range(3) for column in range(2)]
    drafts = [recoloured(box, CHOSEN, OTHER, Kind.LABEL, "Word") for box in boxes]

    assert entries_of(scene(boxes), drafts) == drafts
    assert len(entries_of(scene(boxes[:4]), drafts[:4])) == 2


def test_coloured_edge_belongs_to_its_notice_and_keeps_its_weight() -> None:
    notice = recoloured(Box(24, 40, 300, 44), "#eef6fe", "#fff3e6", Kind.LABEL, "Read this")
    edge = recoloured(Box(20, 40, 4, 44), "#4c9be8", "#e8994c")

    (told,) = entries_of(scene(()), [notice, edge])

    assert (told.actual_box, told.severity) == (Box(20, 40, 304, 44), Severity.MAJOR)
    assert told.detail["before"] == "#eef6fe"


def test_border_of_a_card_lists_what_else_in_it_changed() -> None:
    border = recoloured(Box(20, 20, 200, 120), CHOSEN, OTHER)
    border.detail["aspect"] = "outline"
    button = recoloured(Box(40, 90, 120, 32), CHOSEN, OTHER, Kind.BUTTON, "Choose")

    (told,) = entries_of(scene(()), [border, button])

    assert [part["text"] for part in told.detail["elements"]] == ["Choose"]


def bars(*fates: DefectType) -> list[Defect]:
    boxes = [Box(40 + 40 * at, 60, 24, 60) for at in range(len(fates))]
    return [
        draft_of(fate, *((box, None) if fate is DefectType.MISSING else (None, box)), None, "")
        for fate, box in zip(fates, boxes, strict=True)
    ]


def test_bars_of_which_some_went_and_others_came_are_one_chart() -> None:
    went, came = DefectType.MISSING, DefectType.ADDED

    (told,) = drawings_of(scene(()), bars(went, came, went))

    assert (told.type, told.kind) == (DefectType.IMAGE_CHANGED, Kind.IMAGE)


@pytest.mark.parametrize("words", [(), (Box(60, 80, 60, 12),)])
def test_pieces_that_all_went_or_hold_words_are_no_chart(words: Sequence[Box]) -> None:
    went, came = DefectType.MISSING, DefectType.ADDED
    drafts = bars(went, came, went) if words else bars(went, went, went)

    assert drawings_of(scene(words), drafts) == drafts


def picture_moved(x: int, dx: int, dy: int = 0) -> Defect:
    box = Box(x, 80, 60, 60)
    return moved_draft(Thing(box, Kind.IMAGE), box, box.shifted(dx, dy))


def test_pictures_that_one_push_moved_are_no_chart_though_a_pixel_apart() -> None:
    gone = draft_of(DefectType.MISSING, Box(20, 80, 60, 60), None, Kind.IMAGE, "")
    drafts = [gone, picture_moved(90, -69), picture_moved(160, -70)]

    assert drawings_of(scene(()), drafts) == drafts


def test_bars_taken_for_pictures_of_which_one_shows_something_else_are_one_chart() -> None:
    other = draft_of(DefectType.IMAGE_CHANGED, Box(230, 80, 60, 60), Box(230, 80, 60, 60), Kind.IMAGE, "")

    (told,) = drawings_of(scene(()), [picture_moved(90, -70), picture_moved(160, -70, -1), other])

    assert (told.type, told.actual_box) == (DefectType.IMAGE_CHANGED, Box(20, 79, 270, 61))


def moved(x: int, dx: int) -> Defect:
    box = Box(x, 40, 50, 14)
    return moved_draft(Thing(box, Kind.LABEL, "Word"), box, box.shifted(dx, 0))


def test_columns_that_went_different_ways_are_spaced_anew() -> None:
    drafts = [moved(40, 4), moved(140, 9), moved(260, 15)]

    (told,) = respaced(scene(()), drafts)

    assert (told.type, told.detail["order"], len(told.detail["elements"])) == (DefectType.LAYOUT_SHIFT, "respaced", 3)
    sentence = defect_message(told.type, None, "", told.reference_box, told.actual_box, told.detail, "en")
    assert sentence == "The entries of a row or table (3 elements) are spaced differently"


def test_what_went_one_way_is_not_spaced_anew() -> None:
    drafts = [moved(40, 9), moved(140, 9), moved(260, 9)]

    assert respaced(scene(()), drafts) == drafts


def figure(fill: tuple[int, int, int], ink: tuple[int, int, int], words: str) -> Picture:
    page = Page(120, 80)
    page.button(Box(40, 20, 30, 30), words, fill, ink)
    return page.picture


def test_filled_disc_with_the_same_number_keeps_its_sign() -> None:
    whole = scene_of(figure(BLUE, WHITE, "2"), figure((230, 230, 230), INK, "2"))
    other = scene_of(figure(BLUE, WHITE, "2"), figure((230, 230, 230), INK, "5"))

    assert keeps_its_sign(whole, Box(40, 20, 30, 30), Box(40, 20, 30, 30))
    assert not keeps_its_sign(other, Box(40, 20, 30, 30), Box(40, 20, 30, 30))


def test_another_face_in_the_same_ink_is_another_sign_and_a_tick_is_none() -> None:
    box = Box(40, 20, 30, 30)
    faces = scene_of(framed("A"), framed("W"))
    ticked = scene_of(framed(""), framed("x"))

    assert is_other_sign(faces, box, box, framed=True)
    assert not is_other_sign(ticked, box, box, framed=True)


def framed(words: str) -> Picture:
    page = Page(120, 80)
    page.frame(Box(40, 20, 30, 30), INK)
    if words:
        page.text(48, 22, words, 18)
    return page.picture


def scene_of(before: Picture, after: Picture) -> Scene:
    return replace(scene(()), reference=before, laid=before, actual=after)


def test_badge_over_the_end_of_a_word_is_found_by_its_fill() -> None:
    page = Page(200, 80)
    page.text(30, 30, "Alerts", 22)
    badge = Box(80, 20, 26, 18)
    page.frame(badge, (220, 53, 69), (220, 53, 69), 6)

    found = find_glyph(page.picture, Box(78, 19, 22, 20))

    assert found is not None
    assert max(abs(a - b) for a, b in zip(_sides(found), _sides(badge), strict=True)) <= 2


def _sides(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.right, box.bottom


def test_pale_button_that_grew_is_wider_and_nothing_went() -> None:
    pages = []
    for width in (100, 130):
        page = Page(400, 200, (245, 245, 245))
        page.text(40, 30, "Your accounts", 20)
        page.block(Box(40, 90, width, 36), (233, 233, 233))
        page.text(58, 98, "History", 15)
        pages.append(page.picture)

    types = {d.type for d in compared(*pages).defects}

    assert DefectType.MISSING not in types
    assert types
