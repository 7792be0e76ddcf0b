"""A box that is nearly right becomes exactly right where something is drawn, and stays where nothing is."""

import cv2
import numpy as np
import pytest

from tests.vision.drawn import Page
from vision.boxes import iou
from vision.elements.snapping import snap
from vision.types import Box, Detection, Kind, Picture

OFF = [(0, 0, 0, 0), (2, -1, -1, 2), (-3, 2, 3, -2), (-2, -2, 3, 3)]


def snapped(picture: Picture, kind: Kind, box: Box) -> Box:
    [detection] = snap(picture, [Detection(kind, box, 0.8)])
    return detection.box


def moved(box: Box, off: tuple[int, int, int, int]) -> Box:
    """The box with each side (left, top, right, bottom) off by this many pixels."""
    left, top, right, bottom = off
    return Box(box.x + left, box.y + top, box.width + right - left, box.height + bottom - top)


@pytest.mark.parametrize("off", OFF)
@pytest.mark.parametrize("kind", [Kind.INPUT, Kind.SELECT])
def test_a_framed_field_ends_at_the_outside_of_its_border(kind: Kind, off: tuple[int, int, int, int]) -> None:
    page = Page()
    box = page.input(Box(80, 60, 300, 38), "anna@example.com")
    assert snapped(page.picture, kind, moved(box, off)) == box


@pytest.mark.parametrize(("left", "right"), [(0, -300), (40, -250), (220, 0), (150, -150)])
def test_a_wide_field_seen_in_part_goes_on_to_where_its_lines_end(left: int, right: int) -> None:
    page = Page()
    page.input(Box(20, 60, 6, 38), "")
    box = page.frame(Box(40, 60, 560, 38), radius=8)
    page.text(60, 70, "14 Harbour Lane")
    assert snapped(page.picture, Kind.INPUT, moved(box, (left, 0, right, 0))) == box


def test_fields_that_touch_stay_two() -> None:
    page = Page()
    field = page.input(Box(40, 60, 300, 38), "search")
    page.button(Box(340, 60, 60, 38), "Go")
    assert snapped(page.picture, Kind.INPUT, moved(field, (0, 0, -120, 0))) == field


def test_a_part_of_a_frame_does_not_grow_over_the_part_that_was_seen_beside_it() -> None:
    page = Page()
    whole = page.frame(Box(40, 60, 200, 30))
    left, right = Box(40, 60, 80, 30), Box(121, 60, 119, 30)
    alone = snap(page.picture, [Detection(Kind.BUTTON, right, 0.8)])
    both = snap(page.picture, [Detection(Kind.BUTTON, box, 0.8) for box in (left, right)])
    assert [one.box for one in alone] == [whole]
    assert [one.box for one in both] == [left, right]


@pytest.mark.parametrize("off", OFF)
def test_a_filled_button_ends_where_its_fill_ends(off: tuple[int, int, int, int]) -> None:
    page = Page()
    box = page.button(Box(120, 90, 140, 40), "Save changes")
    assert snapped(page.picture, Kind.BUTTON, moved(box, off)) == box


@pytest.mark.parametrize("off", OFF)
def test_a_photo_ends_at_its_own_edge_not_at_one_inside_it(off: tuple[int, int, int, int]) -> None:
    page = Page()
    box = page.block(Box(100, 50, 260, 180), (40, 60, 90))
    page.block(Box(110, 58, 100, 60), (240, 200, 40))
    assert snapped(page.picture, Kind.IMAGE, moved(box, off)) == box


@pytest.mark.parametrize("off", [(0, 0, 0, 0), (1, -1, -1, 1), (-2, 1, 2, -1)])
@pytest.mark.parametrize("size", [13, 16, 24])
def test_a_radio_ends_where_its_ring_ends(size: int, off: tuple[int, int, int, int]) -> None:
    picture = np.full((80, 200, 3), 255, np.uint8)
    cv2.circle(picture, (60, 40), size // 2, (120, 120, 120), 1)
    cv2.putText(picture, "Monthly", (80, 45), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (20, 20, 20), 1, cv2.LINE_AA)
    box = Box(60 - size // 2, 40 - size // 2, size // 2 * 2 + 1, size // 2 * 2 + 1)
    assert snapped(picture, Kind.RADIO, moved(box, off)) == box


def test_a_label_keeps_its_box() -> None:
    page = Page()
    box = moved(page.text(40, 40, "Delivery address"), (2, 1, -3, 2))
    assert snapped(page.picture, Kind.LABEL, box) == box


@pytest.mark.parametrize("kind", list(Kind))
def test_where_nothing_is_drawn_nothing_moves(kind: Kind) -> None:
    box = Box(100, 100, 60, 40)
    assert snapped(Page().picture, kind, box) == box


@pytest.mark.parametrize("kind", list(Kind))
def test_a_box_at_the_pictures_edge_stays_in_the_picture(kind: Kind) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (60, 90, 3), dtype=np.uint8)
    for box in (Box(0, 0, 20, 20), Box(70, 40, 20, 20), Box(0, 0, 90, 60), Box(30, 0, 3, 3)):
        after = snapped(picture, kind, box)
        assert after.x >= 0 and after.y >= 0 and after.right <= 90 and after.bottom <= 60 and after.area_px > 0


def test_snapping_twice_changes_nothing_more() -> None:
    page = Page()
    box = page.button(Box(120, 90, 140, 40), "Save changes")
    once = snapped(page.picture, Kind.BUTTON, moved(box, (-2, 1, 2, -1)))
    assert snapped(page.picture, Kind.BUTTON, once) == once
    assert iou(once, box) == 1
