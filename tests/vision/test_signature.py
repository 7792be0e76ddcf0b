"""The same change has the same signature wherever it stands; another change has another one."""

from dataclasses import replace

import numpy as np
import pytest

from vision.signature import change_signature
from vision.types import Box, Defect, DefectType, Kind, Picture, Severity, Unexplained


def a_page(seed: int = 0) -> Picture:
    """A white page with a header of its own colours, and below it whatever the seed makes."""
    page = np.full((400, 300, 3), 255, np.uint8)
    page[:40] = (200, 120, 40)
    page[10:30, 20:120] = (20, 20, 200)
    page[100:] = np.random.default_rng(seed).integers(0, 255, (300, 300, 3), np.uint8)
    return page


def a_defect(type_: DefectType, was: Box | None, now: Box | None, **more: object) -> Defect:
    return replace(Defect("d1", type_, Severity.MAJOR, was, now, Kind.BUTTON, "Buy"), **more)


HEADER = Box(20, 10, 100, 20)
GONE = a_defect(DefectType.MISSING, HEADER, None)


def test_same_change_on_two_pages_is_one() -> None:
    assert change_signature([GONE], [], a_page(1), a_page(2)) == change_signature([GONE], [], a_page(3), a_page(4))


def test_place_on_the_page_does_not_count() -> None:
    lower = a_page()
    lower[60:100] = lower[:40].copy()
    moved = replace(GONE, reference_box=Box(20, 70, 100, 20))
    assert change_signature([GONE], [], a_page(), a_page()) == change_signature([moved], [], lower, a_page())


def test_a_rendering_of_a_level_more_or_less_does_not_count() -> None:
    noisy = np.clip(a_page().astype(int) + 1, 0, 255).astype(np.uint8)
    assert change_signature([GONE], [], a_page(), a_page()) == change_signature([GONE], [], noisy, a_page())


@pytest.mark.parametrize(
    "other",
    [
        replace(GONE, type=DefectType.ADDED, reference_box=None, actual_box=HEADER),
        replace(GONE, kind=Kind.LABEL),
        replace(GONE, text="Sell"),
        a_defect(DefectType.MOVED, HEADER, HEADER.shifted(0, 10), detail={"dx": 0, "dy": 10}),
        a_defect(DefectType.TEXT_CHANGED, HEADER, HEADER, detail={"before": "Buy", "after": "Sell"}),
    ],
)
def test_another_change_is_another(other: Defect) -> None:
    assert change_signature([GONE], [], a_page(), a_page()) != change_signature([other], [], a_page(), a_page())


def test_same_words_on_another_looking_element_are_another_change() -> None:
    dark = a_page()
    dark[HEADER.slices()] = 0
    assert change_signature([GONE], [], a_page(), a_page()) != change_signature([GONE], [], dark, a_page())


def test_deltas_of_a_pixel_are_the_same_and_of_ten_are_not() -> None:
    def moved(by: int) -> str | None:
        one = a_defect(DefectType.MOVED, HEADER, HEADER.shifted(0, by), detail={"dx": 0, "dy": by})
        return change_signature([one], [], a_page(), a_page())

    assert moved(20) == moved(21) != moved(30)


def test_what_follows_and_what_was_pushed_do_not_count_beside_their_cause() -> None:
    pushed = a_defect(DefectType.LAYOUT_SHIFT, Box(0, 100, 300, 200), Box(0, 120, 300, 200), detail={"dy": 20}, id="d2")
    follows = replace(GONE, id="d3", cause_id="d1", text="Other")
    alone = change_signature([GONE], [], a_page(1), a_page(1))
    assert change_signature([GONE, pushed, follows], [], a_page(2), a_page(2)) == alone
    assert change_signature([pushed], [], a_page(1), a_page(1)) == change_signature([pushed], [], a_page(2), a_page(2))


def test_unexplained_pixels_are_told_by_how_they_look() -> None:
    area = Unexplained(None, Box(0, 0, 300, 40), 9)
    signature = change_signature([], [area], a_page(1), a_page(2))
    assert signature == change_signature([], [area], a_page(3), a_page(4))
    assert signature != change_signature([], [Unexplained(None, Box(0, 150, 300, 40), 9)], a_page(1), a_page(2))


def test_nothing_has_no_signature() -> None:
    assert change_signature([], [], a_page(), a_page()) is None
