"""What stands apart and looks like a sign is an icon, though neither detector nor reader tells of it."""

import cv2
import numpy as np
import pytest

from tests.vision.drawn import INK, Page, iou
from tests.vision.elements.test_glyph_views import Says
from vision.elements.leftover_signs import with_signs
from vision.engines.looks import GLYPHS, LooksNetwork
from vision.types import Box, Element, Kind, Picture

SIGN = Box(300, 52, 14, 14)


def page_with_a_cross(known: bool = True) -> tuple[Picture, list[Element]]:
    page = Page()
    words = page.text(40, 50, "Filters")
    picture = page.picture.copy()
    for start, end in (((0, 0), (13, 13)), ((0, 13), (13, 0))):
        points = [(SIGN.x + x, SIGN.y + y) for x, y in (start, end)]
        cv2.line(picture, points[0], points[1], INK[::-1], 2)
    return picture, [Element("", Kind.LABEL, words, "Filters", 0.9)] if known else []


def test_a_sign_that_nobody_tells_of_is_an_icon() -> None:
    picture, elements = page_with_a_cross()
    [label, sign] = with_signs(picture, elements, Says(icon=0.9))
    assert label == elements[0]
    assert (sign.kind, sign.confidence) == (Kind.ICON, pytest.approx(0.72))
    assert iou(sign.box, SIGN) > 0.6


def test_what_does_not_look_like_a_sign_stays_left_over() -> None:
    picture, elements = page_with_a_cross()
    assert with_signs(picture, elements, Says(icon=0.6, other=0.4)) == elements
    assert with_signs(picture, elements, None) == elements


def test_a_sign_takes_the_place_of_the_unread_line_around_it() -> None:
    picture, elements = page_with_a_cross()
    unread = Element("", Kind.LABEL, Box(298, 50, 18, 18), "×", 0.5)
    assert [one.kind for one in with_signs(picture, [*elements, unread], Says(icon=0.9))] == [Kind.LABEL, Kind.ICON]
    kept = with_signs(picture, [*elements, unread], Says(other=0.9))
    assert kept == [*elements, unread]


@pytest.mark.parametrize("kind", [Kind.ICON, Kind.CHECKBOX, Kind.RADIO])
def test_an_unread_line_is_the_sign_that_it_more_likely_is_than_not_where_its_ink_is(kind: Kind) -> None:
    picture, elements = page_with_a_cross()
    unread = Element("", Kind.LABEL, Box(297, 48, 20, 22), "", 0.5)
    [label, sign] = with_signs(picture, [*elements, unread], Says(**{str(kind): 0.6, "label": 0.4}))
    assert (label, sign.kind, sign.text, sign.confidence) == (elements[0], kind, "", 0.5)
    assert sign.box == Box(SIGN.x - 1, SIGN.y - 1, SIGN.width + 2, SIGN.height + 2)  # as wide as the cross is drawn
    assert with_signs(picture, [*elements, unread], Says(**{str(kind): 0.4, "label": 0.6})) == [*elements, unread]


def test_what_belongs_to_an_element_and_what_the_edge_cuts_is_never_asked_about() -> None:
    page = Page()
    words = page.text(40, 50, "x")
    page.block(Box(620, 200, 20, 16))
    judge = Says(icon=0.9)
    elements = [Element("", Kind.LABEL, words, "x", 0.9)]
    assert with_signs(page.picture, elements, judge) == elements
    assert judge.shown == 0


def test_the_shipped_network_sees_a_cross_and_no_sign_in_a_rule() -> None:
    picture, elements = page_with_a_cross()
    cv2.line(picture, (40, 200), (600, 200), (200, 200, 200), 1)
    found = with_signs(picture, elements, LooksNetwork(GLYPHS, 1))
    assert [iou(one.box, SIGN) > 0.6 for one in found[1:]] == [True]


def test_the_parts_of_a_sign_are_one() -> None:
    picture = np.full((100, 200, 3), 255, np.uint8)
    for row in range(3):
        cv2.rectangle(picture, (80, 40 + 5 * row), (95, 41 + 5 * row), (60, 60, 60), -1)
    [sign] = with_signs(picture, [], Says(icon=0.9))
    assert sign.box == Box(80, 40, 16, 12)
