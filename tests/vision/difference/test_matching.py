"""The same thing is found on both sides, wherever it stands."""

import cv2
import numpy as np
import pytest

from tests.vision.drawn import BLUE, GREY, INK, Page
from vision.difference.identity import match_by_identity
from vision.difference.matching import (
    Sketch,
    Thing,
    drawn_between,
    find_again,
    look_alike,
    match_things,
    same_content,
)
from vision.types import Box, Kind


def test_a_thing_in_its_place_is_matched_though_it_looks_otherwise() -> None:
    before, after = Page(), Page()
    one, other = before.button(Box(50, 50, 120, 40), "Send"), after.button(Box(50, 50, 120, 40), "Buy", (200, 30, 30))

    matched = match_things(before.picture, after.picture, [Thing(one)], [Thing(other)])

    assert [(pair.before.box, pair.after.box) for pair in matched.pairs] == [(one, other)]


def test_things_apart_that_look_different_are_no_pair() -> None:
    before, after = Page(), Page()
    one, other = before.button(Box(50, 50, 120, 40), "Send"), after.block(Box(400, 300, 30, 90), GREY)

    matched = match_things(before.picture, after.picture, [Thing(one)], [Thing(other)])

    assert not matched.pairs
    assert [thing.box for thing in (*matched.only_before, *matched.only_after)] == [one, other]


def test_crossed_neighbours_are_told_apart_by_content() -> None:
    before, after = Page(), Page()
    first, second = Box(50, 50, 120, 40), Box(50, 100, 120, 40)
    before.button(first, "Send")
    before.button(second, "Cancel", GREY, INK)
    after.button(second, "Send")
    after.button(first, "Cancel", GREY, INK)
    things = [Thing(first), Thing(second)]

    equal = match_by_identity(before.picture, after.picture, things, things)

    assert {(match.before.box, match.after.box) for match in equal} == {(first, second), (second, first)}


def test_ids_of_one_side_say_nothing_of_the_other() -> None:
    before, after = Page(), Page()
    weather, search = before.text(40, 60, "Weather", 16), before.text(300, 60, "Search", 16)
    framed = after.frame(Box(30, 52, search.width + 20, search.height + 16), radius=1)
    after.text(40, 60, "Search", 16)
    other_weather = after.text(300, 60, "Weather", 16)
    ones = [Thing(weather, Kind.LABEL, "Weather", "e1"), Thing(search, Kind.LABEL, "Search", "e2")]
    others = [Thing(framed, Kind.BUTTON, "Search", "e1"), Thing(other_weather, Kind.LABEL, "Weather", "e2")]

    equal = match_by_identity(before.picture, after.picture, ones, others)

    assert {(match.before.element_id, match.after.element_id) for match in equal} == {("e1", "e2"), ("e2", "e1")}


def test_the_nearest_of_equal_things_is_the_same_thing() -> None:
    before, after = Page(), Page()
    start = before.block(Box(50, 50, 20, 20), BLUE)
    near, far = after.block(Box(60, 50, 20, 20), BLUE), after.block(Box(300, 50, 20, 20), BLUE)

    equal = match_by_identity(before.picture, after.picture, [Thing(start)], [Thing(far), Thing(near)])

    assert [match.after.box for match in equal] == [near]


def test_another_colour_is_another_content() -> None:
    before, after = Page(), Page()
    box = before.button(Box(50, 50, 120, 40), "Send")
    after.button(box, "Send", (13, 160, 80))

    assert look_alike(before.picture[box.slices()], after.picture[box.slices()]) > 0.9
    assert not same_content(before.picture, after.picture, box, box)


def test_a_text_pushed_over_a_field_is_found_again() -> None:
    before, after = Page(), Page()
    text = before.text(40, 40, "Forgot your password?", 16)
    after.input(Box(200, 200, 300, 44), "")
    after.text(230, 186, "Forgot your password?", 16)

    found = find_again(before.picture, text, after.picture, [Box(230, 190, text.width, 14)])

    assert found is not None
    assert (abs(found.x - 230), abs(found.y - 186)) <= (1, 1)


def test_what_is_gone_is_not_found_again() -> None:
    before, after = Page(), Page()
    text = before.text(40, 40, "Forgot your password?", 16)
    place = after.text(230, 186, "Another line of words", 16)

    assert find_again(before.picture, text, after.picture, [place]) is None


def test_a_pair_remembers_its_elements() -> None:
    page = Page()
    box = page.button(Box(50, 50, 120, 40), "Send")
    thing = Thing(box, Kind.BUTTON, "Send", "e7")

    assert match_things(page.picture, page.picture, [thing], [thing]).pairs[0].before.element_id == "e7"


@pytest.mark.parametrize(("words", "same"), [("Delivery address", True), ("Delivery addrees", False)])
def test_letters_that_fall_between_pixels_are_the_same_and_another_letter_is_not(words: str, same: bool) -> None:
    pictures = []
    for line in ("Delivery address", words):
        drawn = Page(200, 40)
        drawn.text(20, 10, line, 14)
        pictures.append(drawn.picture)
    half = np.asarray(
        cv2.warpAffine(pictures[1], np.array([[1, 0, 0.5], [0, 1, 0.5]], np.float32), (200, 40)), np.uint8
    )

    assert drawn_between(pictures[0][4:36, 4:196], half[4:36, 4:196]) is same


def test_a_text_that_grew_is_matched_with_what_it_was() -> None:
    before, after = Page(320, 60), Page(320, 60)
    old = before.text(20, 20, "Comment", 14)
    new = after.text(20, 20, "Comment and more", 14)

    matched = match_things(before.picture, after.picture, [Thing(old, Kind.LABEL)], [Thing(new, Kind.LABEL)])

    assert [(pair.before.box, pair.after.box) for pair in matched.pairs] == [(old, new)]


def test_how_alike_two_pictures_look_is_their_correlation_however_tall_they_are() -> None:
    random = np.random.default_rng(3)
    one = random.integers(0, 256, (1300, 9, 3), dtype=np.uint8)
    other = one // 2 + random.integers(0, 128, one.shape, dtype=np.uint8)

    expected = np.corrcoef(*(cv2.cvtColor(part, cv2.COLOR_BGR2GRAY).ravel() for part in (one, other)))[0, 1]

    assert look_alike(one, other) == pytest.approx(expected, abs=1e-12)


def test_plain_pictures_look_alike_and_nothing_like_what_is_drawn() -> None:
    plain, drawn = np.full((40, 40, 3), 90, np.uint8), np.full((40, 40, 3), 90, np.uint8)
    drawn[10:20] = 0

    assert look_alike(plain, plain + 100) == 1
    assert look_alike(plain, drawn) == 0


@pytest.mark.parametrize("slide", [(0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.4, 0.6)])
@pytest.mark.parametrize("ground", [(255, 255, 255), (244, 246, 249)])
def test_a_sketch_takes_no_content_for_another_that_is_the_same(
    slide: tuple[float, float], ground: tuple[int, int, int]
) -> None:
    box = Box(30, 30, 120, 22)
    one, two = Page(200, 90), Page(200, 90, ground)
    for page in (one, two):
        page.text(34, 32, "Order 41 is paid", 14)
    moved = cv2.warpAffine(
        two.picture, np.array([[1, 0, slide[0]], [0, 1, slide[1]]], np.float32), (200, 90), borderMode=1
    )
    after = np.asarray(moved, np.uint8)

    if same_content(one.picture, after, box, box):
        assert Sketch.of(one.picture, box).may_be(Sketch.of(after, box))


def test_a_sketch_tells_other_words_apart() -> None:
    box = Box(30, 30, 120, 22)
    one, two = Page(200, 90), Page(200, 90)
    one.text(34, 32, "Order 41 is paid", 14)
    two.text(34, 32, "Parcel of Clara ", 14)

    assert not Sketch.of(one.picture, box).may_be(Sketch.of(two.picture, box))
