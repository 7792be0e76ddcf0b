"""What is drawn can be found again: colours by type, numbers by id, the screenshot's own pixels where they matter."""

import numpy as np
import pytest

from tests.vision.drawn import Page
from vision.crops import draw_crops
from vision.drawing import (
    DEFECT_COLOURS,
    KIND_COLOURS,
    NOISE_COLOUR,
    UNEXPLAINED_COLOUR,
    Heading,
    draw_annotated,
    draw_diff,
    draw_heatmap,
    draw_side_by_side,
)
from vision.types import (
    Alignment,
    Band,
    Box,
    Defect,
    DefectType,
    Element,
    Kind,
    Noise,
    Picture,
    Severity,
    Unexplained,
)

BOX = Box(100, 80, 120, 40)
IN_PLACE = Alignment("identity", (Band(Box(0, 0, 640, 400), 0, 0),))


def test_every_kind_and_type_has_a_colour_of_its_own() -> None:
    assert set(KIND_COLOURS) == set(Kind)
    assert set(DEFECT_COLOURS) == set(DefectType)
    colours = [*DEFECT_COLOURS.values(), NOISE_COLOUR, UNEXPLAINED_COLOUR]
    assert len(set(colours)) == len(colours)
    assert len(set(KIND_COLOURS.values())) == len(Kind)


def test_annotated_picture_frames_each_element_and_leaves_its_inside_alone() -> None:
    page = _page()
    drawn = draw_annotated(page, [Element("e1", Kind.BUTTON, BOX, "Pay", 0.9)])
    assert _has(drawn[: len(page)], KIND_COLOURS[Kind.BUTTON])
    assert np.array_equal(drawn[BOX.slices()], page[BOX.slices()])
    assert drawn.shape[0] > page.shape[0]
    assert drawn.shape[1] == page.shape[1]


@pytest.mark.parametrize("type", DefectType)
def test_diff_shows_each_defect_in_its_type_s_colour(type: DefectType) -> None:
    reference_box = None if type is DefectType.ADDED else BOX
    actual_box = None if type is DefectType.MISSING else BOX.shifted(40, 60)
    drawn = _diff(Defect("d1", type, Severity.MAJOR, reference_box, actual_box))
    assert _has(drawn[:400], DEFECT_COLOURS[type])
    others = set(DEFECT_COLOURS.values()) - {DEFECT_COLOURS[type]}
    assert not any(_has(drawn, other) for other in others)


def test_diff_is_grey_but_for_what_changed() -> None:
    page = _page()
    unchanged = _diff()[: len(page)]
    assert (unchanged == unchanged[:, :, :1]).all()
    changed = _diff(Defect("d1", DefectType.STYLE_CHANGED, Severity.MINOR, BOX, BOX))
    assert np.array_equal(changed[BOX.slices()], page[BOX.slices()])


def test_two_defects_have_two_different_numbers() -> None:
    first, second = (_diff(Defect(name, DefectType.ADDED, Severity.MINOR, None, BOX)) for name in ("d1", "d2"))
    beside = Box(BOX.x - 40, BOX.y, 36, BOX.height)
    assert not np.array_equal(first[beside.slices()], second[beside.slices()])


def test_noise_and_unexplained_have_their_own_colours() -> None:
    page = _page()
    drawn = draw_diff(
        page, page, [], [Noise("antialiasing", BOX, 9)], [Unexplained(None, BOX.shifted(0, 100), 9)], IN_PLACE
    )
    assert _has(drawn[:400], NOISE_COLOUR)
    assert _has(drawn[BOX.shifted(0, 100).slices()], UNEXPLAINED_COLOUR)


@pytest.mark.parametrize(("type", "drawn"), [(DefectType.STYLE_CHANGED, False), (DefectType.LAYOUT_SHIFT, True)])
def test_noise_is_left_out_of_a_defect_s_frame_but_not_of_what_was_pushed(type: DefectType, drawn: bool) -> None:
    speck = Noise("antialiasing", Box(BOX.x + 30, BOX.y + 10, 8, 8), 9)
    picture = draw_diff(_page(), _page(), [Defect("d1", type, Severity.MINOR, BOX, BOX)], [speck], [], IN_PLACE)
    assert _has(picture, NOISE_COLOUR) == drawn


def test_boxes_beyond_the_picture_are_drawn_without_complaint() -> None:
    tall, short = _page(), _page()[:100]
    beyond = [
        Defect("d1", DefectType.MISSING, Severity.MAJOR, Box(600, 350, 100, 100), None),
        Defect("d2", DefectType.MOVED, Severity.MAJOR, Box(-20, -20, 30, 30), Box(900, 900, 30, 30)),
    ]
    rest = [Unexplained(Box(0, 390, 99, 99), None, 9)]
    assert draw_diff(tall, short, beyond, [], rest, IN_PLACE).shape[0] > len(tall)
    assert draw_side_by_side(tall, short, beyond).shape[1] > 2 * tall.shape[1]
    assert draw_diff(np.zeros((2, 2, 3), np.uint8), np.zeros((3, 2, 3), np.uint8), beyond, [], rest, IN_PLACE).ndim == 3


def test_what_is_missing_on_a_pushed_page_is_shown_where_it_would_stand() -> None:
    pushed = Alignment("shifted_rows", (Band(Box(0, 0, 640, 370), 0, 30),), inserted=(Box(0, 0, 640, 30),))
    gone = Defect("d1", DefectType.MISSING, Severity.MAJOR, BOX, None)
    blank = Page().picture
    in_place, moved_on = (draw_diff(_page(), blank, [gone], [], [], how)[:400] for how in (IN_PLACE, pushed))
    inside = Box(BOX.x + 20, BOX.y + 8, BOX.width - 40, BOX.height - 16)
    assert np.array_equal(moved_on[inside.shifted(0, 30).slices()], in_place[inside.slices()])
    assert _colourful(moved_on[BOX.y - 25 : BOX.y]) == 0


def test_heat_is_where_aligned_pixels_differ() -> None:
    reference = _page()
    actual = np.roll(reference, 30, axis=0)
    actual[200:220, 300:330] = (0, 0, 255)
    bands = (Band(Box(0, 0, 640, 370), 0, 30),)
    aligned = draw_heatmap(reference, actual, Alignment("shifted_rows", bands, inserted=(Box(0, 0, 640, 30),)))
    in_place = draw_heatmap(reference, actual, IN_PLACE)
    assert _colourful(aligned[200:220, 300:330]) == 1
    assert _colourful(aligned[230:]) == 0
    assert _colourful(in_place[80:180]) > _colourful(aligned[80:180]) == 0
    assert _colourful(aligned[:30]) == 1


def test_heatmap_of_a_scaled_picture_has_the_actual_s_size() -> None:
    reference, actual = _page(), np.repeat(np.repeat(_page(), 2, axis=0), 2, axis=1)
    drawn = draw_heatmap(reference, actual, Alignment("scale", (Band(Box(0, 0, 640, 400), 0, 0),), scale=2.0))
    assert drawn.shape == actual.shape


def test_side_by_side_shows_a_missing_element_on_the_left_only() -> None:
    page = _page()
    drawn = draw_side_by_side(page, page, [Defect("d1", DefectType.MISSING, Severity.MAJOR, BOX, None)])
    assert _has(drawn[:400, :640], DEFECT_COLOURS[DefectType.MISSING])
    assert np.array_equal(drawn[:400, -640:], page)


def test_what_was_pushed_there_before_it_moved_is_dashed_where_the_page_carried_it() -> None:
    """The page went down by 100 px: a button that went along stands still, and no dashes are at its old coordinates."""
    pushed = Alignment("shifted_rows", (Band(Box(0, 0, 640, 300), 0, 100),), inserted=(Box(0, 0, 640, 100),))
    moved = Defect("d1", DefectType.MOVED, Severity.MAJOR, BOX, BOX.shifted(60, 100), detail={"dx": 60, "dy": 0})

    drawn = draw_diff(_page(), Page().picture, [moved], [], [], pushed)

    assert _has(drawn[BOX.y + 90 : BOX.y + 150, BOX.x - 4 : BOX.x + 4], DEFECT_COLOURS[DefectType.MOVED])
    assert not _has(drawn[BOX.y - 10 : BOX.y + 60], DEFECT_COLOURS[DefectType.MOVED])


def test_a_row_that_was_taken_out_is_a_seam_and_hides_nothing_of_its_successor() -> None:
    page = _page()
    bands = (Band(Box(0, 0, 640, 80), 0, 0), Band(Box(0, 140, 640, 260), 0, -60))
    taken = Alignment("shifted_rows", bands, removed=(Box(0, 80, 640, 60),))
    row = Defect("d1", DefectType.MISSING, Severity.MAJOR, Box(40, 80, 560, 60), None)

    drawn = draw_diff(page, page, [row], [], [], taken)

    assert _has(drawn[76:84], DEFECT_COLOURS[DefectType.MISSING])
    assert _colourful(drawn[90:140, 60:600]) == 0


def test_an_arrow_goes_beside_what_it_is_about() -> None:
    moved = Defect("d1", DefectType.MOVED, Severity.MAJOR, BOX, BOX.shifted(-20, 0), detail={"dx": -20, "dy": 0})

    drawn = _diff(moved)

    inside = Box(BOX.x + 10, BOX.y + 8, BOX.width - 40, BOX.height - 16)
    assert np.array_equal(drawn[inside.slices()], _page()[inside.slices()])


def test_a_dark_page_stays_dark_and_a_light_one_light() -> None:
    light, dark = (draw_diff(page, page, [], [], [], IN_PLACE)[:400] for page in (_page(), 255 - _page()))
    assert np.median(dark) < 60
    assert np.median(light) > 200


def test_a_number_stands_beside_its_frame() -> None:
    drawn = _diff(Defect("d7", DefectType.TEXT_CHANGED, Severity.MAJOR, BOX, BOX))
    beside = Box(BOX.x - 30, BOX.y, 26, BOX.height)
    assert _has(drawn[beside.slices()], DEFECT_COLOURS[DefectType.TEXT_CHANGED])
    assert np.array_equal(drawn[BOX.slices()], _page()[BOX.slices()])


def test_a_heading_says_in_either_language_what_the_picture_shows() -> None:
    heading = Heading("failed", "Корзина", "640 × 400 px")
    pictures = [draw_diff(_page(), _page(), [], [], [], IN_PLACE, heading, language) for language in ("en", "ru")]
    strip = len(pictures[0]) - len(_diff())
    assert strip > 20
    assert not np.array_equal(pictures[0][:strip], pictures[1][:strip])
    assert np.array_equal(pictures[0][strip:][:400], _diff()[:400])


def test_crops_show_causes_only_and_say_how_many_are_left_out() -> None:
    page = _page()
    found = [Defect(f"d{at}", DefectType.STYLE_CHANGED, Severity.MINOR, BOX, BOX) for at in range(1, 13)]
    consequence = Defect("d13", DefectType.MOVED, Severity.MINOR, BOX, BOX, cause_id="d1")

    all_of_them = draw_crops(page, page, [*found, consequence], IN_PLACE, Heading("failed"), most=12)
    ten = draw_crops(page, page, [*found, consequence], IN_PLACE, Heading("failed"))

    assert len(ten) < len(all_of_them)
    assert np.array_equal(page, _page())


def _page() -> Picture:
    page = Page()
    page.button(BOX, "Place order")
    return page.picture


def _diff(*defects: Defect) -> Picture:
    return draw_diff(_page(), _page(), defects, [], [], IN_PLACE)


def _has(picture: Picture, colour: tuple[int, int, int]) -> bool:
    return bool((picture == np.array(colour, np.uint8)).all(axis=2).any())


def _colourful(picture: Picture) -> float:
    """The share of pixels that are not grey."""
    return float((picture != picture[:, :, :1]).any(axis=2).mean())
