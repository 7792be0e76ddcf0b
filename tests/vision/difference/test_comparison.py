"""Whole comparisons: what must hold for any two pictures."""

import time
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from tests.vision.drawn import BLUE, Page
from tests.vision.scripted import BlindReader, ColourDetector, blind_engines, compared
from vision.difference.comparison import compare, identical
from vision.difference.defects import decide
from vision.elements.analysis import Engines, analyze
from vision.types import Box, CompareOptions, Defect, Kind, MatchLevel, Picture, Verdict

Edit = Callable[[Page], object]


def page(*edits: Edit, height: int = 480) -> Picture:
    """A settings page; each edit draws over it."""
    drawn = Page(640, height)
    drawn.text(24, 16, "Account settings", 24)
    for line, words in enumerate(["Your profile is public", "Two people follow you", "Last seen on Friday"]):
        drawn.text(24, 70 + 26 * line, words, 14)
    drawn.input(Box(24, 170, 260, 40), "name@example.org")
    drawn.button(Box(24, 230, 120, 40), "Save")
    drawn.button(Box(160, 230, 120, 40), "Cancel", (108, 117, 125))
    drawn.photo(Box(360, 70, 220, 160), seed=4)
    for line in range(5):
        drawn.text(24, 300 + 26 * line, f"Footer line number {line} of {line * 31}", 13)
    for edit in edits:
        edit(drawn)
    return drawn.picture


def blank(box: Box) -> Edit:
    return lambda drawn: drawn.block(box, (255, 255, 255))


BADGE = Box(310, 300, 60, 24)
EDITS: dict[str, Edit] = {
    "a badge came": lambda drawn: drawn.block(BADGE, (200, 30, 30)),
    "a button went": blank(Box(160, 230, 120, 40)),
    "a word changed": lambda drawn: (
        blank(Box(24, 70, 300, 22))(drawn),
        drawn.text(24, 70, "Your profile is secret", 14),
    ),
    "a button turned green": lambda drawn: drawn.button(Box(24, 230, 120, 40), "Save", (20, 140, 60)),
    "another photo": lambda drawn: drawn.photo(Box(360, 70, 220, 160), seed=9),
}


@pytest.mark.parametrize("level", list(MatchLevel))
def test_a_picture_equals_itself(level: MatchLevel) -> None:
    picture, options = page(), CompareOptions(level)
    stored = analyze(picture, blind_engines())

    found = compare(picture, picture.copy(), stored, blind_engines(), options)

    assert found == identical(stored, options)
    assert (found.ssim, found.changed_ratio, found.coverage.element_coverage) == (1.0, 0.0, 1.0)
    assert decide(found.defects, found.unexplained, options).verdict is Verdict.PASSED


@pytest.mark.parametrize("name", EDITS)
def test_a_change_fails_and_every_real_pixel_is_accounted_for(name: str) -> None:
    reference, actual = page(), page(EDITS[name])

    found = compared(reference, actual)

    assert decide(found.defects, found.unexplained, CompareOptions()).verdict is Verdict.FAILED
    inside = np.zeros(actual.shape[:2], np.bool_)
    for box in (
        boxes_of(found.defects) + [one.actual_box for one in found.unexplained] + [one.box for one in found.noise]
    ):
        if box is not None:
            inside[max(0, box.y - 4) : box.bottom + 4, max(0, box.x - 4) : box.right + 4] = True
    assert ((reference != actual).any(axis=2) <= inside).all()


@pytest.mark.parametrize("name", EDITS)
def test_swapping_the_pictures_swaps_missing_and_added(name: str) -> None:
    swapped = {"missing": "added", "added": "missing"}
    forth, back = compared(page(), page(EDITS[name])), compared(page(EDITS[name]), page())

    def told(defects: tuple[Defect, ...], turned: bool) -> set[tuple[str, Box | None, Box | None]]:
        if turned:
            return {(swapped.get(d.type, d.type), d.actual_box, d.reference_box) for d in defects}
        return {(d.type, d.reference_box, d.actual_box) for d in defects}

    assert told(forth.defects, turned=False) == told(back.defects, turned=True)


@pytest.mark.parametrize("name", EDITS)
def test_looking_only_where_pixels_changed_finds_what_looking_everywhere_finds(name: str) -> None:
    engines = Engines(ColourDetector({BLUE: Kind.BUTTON, (108, 117, 125): Kind.BUTTON}), BlindReader())
    actual = page(EDITS[name])

    found = compared(page(), actual, engines).actual_analysis.elements
    full = analyze(actual, engines).elements

    assert [(e.kind, e.box) for e in found] == [(e.kind, e.box) for e in full]


def test_a_small_change_does_not_have_the_whole_page_looked_at_again() -> None:
    detector = ColourDetector()
    engines = Engines(detector, BlindReader())
    reference, actual = page(height=1600), page(EDITS["a badge came"], height=1600)
    stored = analyze(reference, engines)
    detector.seen_px.clear()

    compare(reference, actual, stored, engines, CompareOptions())

    assert 0 < sum(detector.seen_px) < 0.35 * 640 * 1600


def test_a_banner_is_one_cause_and_what_it_pushed_one_consequence() -> None:
    reference = page()
    banner = np.full((44, 640, 3), (120, 220, 250), np.uint8)
    actual = np.vstack([reference[:60], banner, reference[60:-44]])

    found = compared(reference, actual)

    added, shift = found.defects
    assert (added.type, added.actual_box) == ("added", Box(0, 60, 640, 44))
    assert (shift.type, shift.cause_id, shift.detail["dy"]) == ("layout_shift", added.id, 44)
    assert len(shift.detail["elements"]) >= 3


def test_a_menu_entry_that_goes_lets_the_next_come_up_by_two_moves() -> None:
    reference = page()
    actual = reference.copy()
    actual[326:428] = 255
    actual[326:402] = reference[352:428]

    types = [defect.type for defect in compared(reference, actual).defects]

    assert types.count("missing") == 1 and "text_changed" not in types


def test_ignored_regions_hold_back_what_lies_in_them_and_nothing_else() -> None:
    reference, actual = page(), page(EDITS["a badge came"], EDITS["a word changed"])

    found = compared(reference, actual, options=CompareOptions(ignore_regions=(Box(300, 290, 80, 44),)))

    assert [defect.type for defect in found.defects] == ["text_changed"]
    assert [(one.defect.type, one.reason) for one in found.ignored] == [("added", "ignore_region")]
    assert found.coverage.area_coverage < 1.0


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("a badge came", {"exact", "strict", "content", "layout"}),
        ("a word changed", {"exact", "strict", "content"}),
        ("another photo", {"exact", "strict", "content"}),
        ("a button turned green", {"exact", "strict"}),
    ],
)
def test_each_level_fails_for_what_it_is_for(name: str, levels: set[str]) -> None:
    failed = set()
    for level in MatchLevel:
        options = CompareOptions(level)
        found = compared(page(), page(EDITS[name]), options=options)
        if decide(found.defects, found.unexplained, options).verdict is Verdict.FAILED:
            failed.add(level.value)

    assert failed == levels


@pytest.mark.parametrize("stage", ["align", "similarity", "analyze", "match", "classify"])
def test_work_stops_at_any_stage_that_is_told_to(stage: str) -> None:
    class Stopped(Exception):
        pass

    def stop(reached: str) -> None:
        if reached == stage:
            raise Stopped

    reference = page()
    with pytest.raises(Stopped):
        compare(
            reference,
            page(EDITS["a badge came"]),
            analyze(reference, blind_engines()),
            blind_engines(),
            CompareOptions(),
            stop,
        )


def test_extra_rows_at_the_end_are_reported_and_not_cropped_away() -> None:
    reference = page()
    extra = Page(640, 80)
    extra.text(24, 20, "A footer that was not there", 14)

    found = compared(reference, np.vstack([reference, extra.picture]))

    assert [defect.type for defect in found.defects] == ["added"]
    assert found.defects[0].actual_box == Box(0, 480, 640, 80)


def test_a_denser_screenshot_is_the_same_page_and_its_boxes_are_its_own() -> None:
    reference, other = page(), page(EDITS["a badge came"])
    twice = {
        name: np.asarray(cv2.resize(p, None, fx=2, fy=2), dtype=np.uint8)
        for name, p in (("s", reference), ("o", other))
    }

    same, changed = compared(reference, twice["s"]), compared(reference, twice["o"])

    assert not same.defects and not same.unexplained
    assert changed.alignment.kind == "scale"
    (badge,) = changed.defects
    assert badge.actual_box is not None and abs(badge.actual_box.x - 2 * BADGE.x) <= 4


def test_tiny_pictures_are_compared_without_similarity() -> None:
    white, black = np.full((4, 5, 3), 255, np.uint8), np.zeros((4, 5, 3), np.uint8)

    found = compared(white, black)

    assert found.ssim is None
    assert decide(found.defects, found.unexplained, CompareOptions()).verdict is Verdict.FAILED


@pytest.mark.parametrize("seed", range(12))
def test_any_two_pictures_can_be_compared(seed: int) -> None:
    random = np.random.default_rng(seed)
    shapes = [tuple(int(side) for side in random.integers(2, 130, 2)) for _ in range(2)]
    reference, actual = (random.integers(0, 256, (*shape, 3), dtype=np.uint8) for shape in shapes)

    found = compared(reference, actual)

    assert decide(found.defects, found.unexplained, CompareOptions()).verdict is Verdict.FAILED
    assert 0 <= found.changed_ratio <= 1 and 0 <= found.unexplained_ratio <= 1
    for box in boxes_of(found.defects):
        assert box is None or box.area_px > 0


def plain(height: int, width: int, shade: int) -> Picture:
    return np.full((height, width, 3), shade, np.uint8)


def with_blocks(height: int, width: int, step: int) -> Picture:
    picture = plain(height, width, 255)
    for y in range(8, height - 8, step):
        for x in range(8, width - 8, step):
            picture[y : y + 6, x : x + 6] = (30, 30, 200)
    return picture


@pytest.mark.parametrize(
    ("reference", "actual"),
    [
        (plain(20_000, 2, 255), plain(2, 20_000, 0)),
        (plain(4000, 1280, 255), plain(4000, 1280, 40)),
        (plain(720, 1280, 255), with_blocks(720, 1280, 26)),
        (with_blocks(720, 1280, 26), with_blocks(720, 1280, 27)),
    ],
    ids=["two lines", "one colour", "1300 specks come", "1300 specks move"],
)
def test_pictures_made_to_be_expensive_are_compared_in_time(reference: Picture, actual: Picture) -> None:
    began = time.process_time()

    found = compared(reference, actual)

    assert decide(found.defects, found.unexplained, CompareOptions()).verdict is Verdict.FAILED
    assert time.process_time() - began < 20


def boxes_of(defects: tuple[Defect, ...]) -> list[Box | None]:
    return [box for defect in defects for box in (defect.reference_box, defect.actual_box)]
