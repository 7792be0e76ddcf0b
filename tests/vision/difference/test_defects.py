"""Each kind of change gets its own name, numbers and weight; the verdict follows the policy."""

from collections.abc import Callable

import pytest

from tests.vision.drawn import BLUE, GREY, INK, WHITE, Page
from tests.vision.scripted import BlindReader, ColourDetector, TableReader, compared
from vision.difference.defects import Scene, classify_defects, decide, severity_of
from vision.difference.defects.readings import in_one_alphabet
from vision.elements.analysis import Engines
from vision.types import (
    Alignment,
    Band,
    Box,
    CompareOptions,
    Defect,
    DefectType,
    Detection,
    Element,
    Kind,
    MatchLevel,
    Picture,
    Severity,
    Unexplained,
    Verdict,
)

Draw = Callable[[Page], object]
FIELD, BUTTON, GLYPH, PHOTO = Box(40, 120, 240, 40), Box(40, 190, 120, 40), Box(40, 250, 16, 16), Box(360, 60, 200, 160)


def page(**instead: Draw) -> Picture:
    """A form whose parts can be drawn otherwise, or not at all."""
    parts: dict[str, Draw] = {
        "title": lambda p: p.text(40, 20, "Your order", 26),
        "label": lambda p: p.text(40, 90, "Delivery address", 14),
        "field": lambda p: p.input(FIELD, "Main street 5"),
        "button": lambda p: p.button(BUTTON, "Order"),
        "glyph": lambda p: p.frame(GLYPH, (90, 90, 90), radius=3),
        "beside": lambda p: p.text(64, 248, "Remember me", 14),
        "photo": lambda p: p.photo(PHOTO, seed=4),
    }
    drawn = Page(640, 320)
    for draw in (parts | instead).values():
        draw(drawn)
    return drawn.picture


def nothing(_: Page) -> None:
    """The part is not there."""


def checked(drawn: Page) -> None:
    drawn.frame(GLYPH, BLUE, BLUE, 3)
    drawn.block(Box(45, 256, 6, 4), (255, 255, 255))


CHANGES: list[tuple[str, dict[str, Draw], str, Box | None]] = [
    ("a button is gone", {"button": nothing}, "missing", BUTTON),
    ("a field is gone with its text", {"field": nothing}, "missing", FIELD),
    ("a photo is gone", {"photo": nothing}, "missing", PHOTO),
    ("a glyph is gone beside its text", {"glyph": nothing}, "missing", GLYPH),
    ("a label moved", {"label": lambda p: p.text(52, 94, "Delivery address", 14)}, "moved", None),
    ("a photo moved", {"photo": lambda p: p.photo(Box(366, 69, 200, 160), seed=4)}, "moved", PHOTO),
    ("a glyph moved", {"glyph": lambda p: p.frame(Box(36, 250, 16, 16), (90, 90, 90), radius=3)}, "moved", GLYPH),
    ("a field is wider", {"field": lambda p: p.input(Box(40, 120, 280, 40), "Main street 5")}, "resized", FIELD),
    ("a button is higher", {"button": lambda p: p.button(Box(40, 184, 120, 52), "Order")}, "resized", BUTTON),
    ("a letter changed", {"label": lambda p: p.text(40, 90, "Delivery addrees", 14)}, "text_changed", None),
    ("a button's text changed", {"button": lambda p: p.button(BUTTON, "Cancel")}, "text_changed", BUTTON),
    (
        "a label turned red",
        {"label": lambda p: p.text(40, 90, "Delivery address", 14, (200, 20, 20))},
        "style_changed",
        None,
    ),
    ("a button turned green", {"button": lambda p: p.button(BUTTON, "Order", (20, 140, 60))}, "style_changed", BUTTON),
    ("a box was ticked", {"glyph": checked}, "style_changed", GLYPH),
    ("another photo", {"photo": lambda p: p.photo(PHOTO, seed=8)}, "image_changed", PHOTO),
]


@pytest.mark.parametrize(("change", "type_", "box"), [case[1:] for case in CHANGES], ids=[case[0] for case in CHANGES])
def test_one_change_is_one_defect_of_its_type(change: dict[str, Draw], type_: str, box: Box | None) -> None:
    found = compared(page(), page(**change))

    assert [defect.type for defect in found.defects] == [type_]
    assert not found.unexplained
    if box is not None:
        assert near(found.defects[0].reference_box, box)


@pytest.mark.parametrize(("change", "type_"), [case[1:3] for case in CHANGES], ids=[case[0] for case in CHANGES])
def test_defects_carry_the_numbers_their_type_promises(change: dict[str, Draw], type_: str) -> None:
    promised = {
        "moved": {"dx", "dy"},
        "resized": {"dw", "dh"},
        "text_changed": {"before", "after", "span"},
        "style_changed": {"before", "after", "delta_e", "aspect"},
        "image_changed": {"similarity"},
    }

    (defect,) = compared(page(), page(**change)).defects

    assert promised.get(type_, set()) <= defect.detail.keys()


def test_a_shift_is_given_to_the_pixel() -> None:
    found = compared(page(), page(label=lambda p: p.text(52, 94, "Delivery address", 14)))

    assert {key: found.defects[0].detail[key] for key in ("dx", "dy")} == {"dx": 12, "dy": 4}


def test_a_changed_text_is_told_with_its_span() -> None:
    before, after = page(), page(label=lambda p: p.text(40, 90, "Delivery addrees", 14))
    place = Box(30, 84, 200, 28)
    reader = TableReader((before, {place: "Delivery address"}), (after, {place: "Delivery addrees"}))

    (defect,) = compared(before, after, Engines(ColourDetector({}), reader)).defects

    assert (defect.detail["before"], defect.detail["after"]) == ("Delivery address", "Delivery addrees")
    assert defect.detail["span"] == {"before": [14, 15], "after": [14, 15]}


def test_colours_are_told_as_people_write_them() -> None:
    (defect,) = compared(page(), page(button=lambda p: p.button(BUTTON, "Order", (20, 140, 60)))).defects

    assert (defect.detail["before"], defect.detail["after"]) == ("#0d6efd", "#148c3c")
    assert defect.detail["delta_e"] > 50


@pytest.mark.parametrize(
    ("change", "aspect"),
    [
        ({"button": lambda p: p.button(BUTTON, "Order", (20, 140, 60))}, "colour"),
        ({"label": lambda p: p.text(40, 90, "Delivery address", 14, (200, 20, 20))}, "colour"),
        ({"glyph": checked}, "shape"),
    ],
    ids=["green button", "red label", "ticked box"],
)
def test_only_another_colour_is_ignored_at_content(change: dict[str, Draw], aspect: str) -> None:
    (defect,) = compared(page(), page(**change)).defects
    at_content = compared(page(), page(**change), options=CompareOptions(MatchLevel.CONTENT))

    assert defect.detail["aspect"] == aspect
    assert (len(at_content.defects), len(at_content.ignored)) == ((0, 1) if aspect == "colour" else (1, 0))


def test_a_detected_element_gives_its_name() -> None:
    engines = Engines(ColourDetector({BLUE: Kind.BUTTON}), BlindReader())

    (defect,) = compared(page(), page(button=nothing), engines).defects

    assert (defect.type, defect.kind, defect.severity) == ("missing", "button", "critical")


def test_a_label_pushed_over_a_field_is_moved_and_the_field_is_not() -> None:
    over = page(
        title=nothing, beside=lambda p: (p.text(64, 248, "Remember me", 14), p.text(150, 150, "Your order", 26))
    )

    types = sorted(defect.type for defect in compared(page(), over).defects)

    assert types == ["moved"]


def test_an_underlined_label_changed_its_style() -> None:
    def underlined(drawn: Page) -> None:
        line = drawn.text(40, 90, "Delivery address", 14)
        drawn.block(Box(line.x, line.bottom - 2, line.width, 1), INK)

    assert [defect.type for defect in compared(page(), page(label=underlined)).defects] == ["style_changed"]


def test_defects_are_numbered_from_top_to_bottom() -> None:
    found = compared(page(), page(label=nothing, button=nothing, title=nothing))

    assert [defect.id for defect in found.defects] == ["d1", "d2", "d3"]
    tops = [defect.reference_box.y for defect in found.defects if defect.reference_box]
    assert tops == sorted(tops)


@pytest.mark.parametrize(
    ("type_", "kind", "detail", "severity"),
    [
        (DefectType.MISSING, Kind.BUTTON, {}, "critical"),
        (DefectType.MISSING, Kind.LABEL, {}, "major"),
        (DefectType.MISSING, Kind.ICON, {}, "minor"),
        (DefectType.TEXT_CHANGED, Kind.LABEL, {}, "major"),
        (DefectType.MOVED, Kind.BUTTON, {"dx": 3, "dy": 0}, "minor"),
        (DefectType.MOVED, Kind.BUTTON, {"dx": 0, "dy": -40}, "major"),
        (DefectType.STYLE_CHANGED, Kind.LABEL, {"delta_e": 5.0}, "minor"),
        (DefectType.STYLE_CHANGED, Kind.CHECKBOX, {"delta_e": 5.0}, "major"),
    ],
)
def test_severity_follows_what_a_user_loses(
    type_: DefectType, kind: Kind, detail: dict[str, float], severity: str
) -> None:
    assert severity_of(type_, kind, detail) == severity


def minor(number: int = 1, severity: Severity = Severity.MINOR) -> Defect:
    return Defect(f"d{number}", DefectType.MOVED, severity, Box(0, 0, 5, 5), Box(5, 0, 5, 5))


@pytest.mark.parametrize(
    ("defects", "unexplained", "level", "fail_on", "verdict", "rule"),
    [
        ([], 0, "strict", "minor", "passed", "no_defects"),
        ([minor()], 0, "strict", "minor", "failed", "severity"),
        ([minor()], 0, "strict", "major", "passed", "below_fail_on"),
        ([minor(severity=Severity.CRITICAL)], 0, "layout", "major", "failed", "severity"),
        ([], 1, "strict", "critical", "failed", "unexplained"),
        ([], 1, "exact", "minor", "failed", "unexplained"),
        ([], 1, "content", "minor", "passed", "no_defects"),
        ([], 1, "layout", "minor", "passed", "no_defects"),
    ],
)
def test_the_verdict_and_the_rule_that_decided_it(
    defects: list[Defect], unexplained: int, level: str, fail_on: str, verdict: str, rule: str
) -> None:
    rest = [Unexplained(Box(0, 0, 9, 9), Box(0, 0, 9, 9), 40)] * unexplained

    decision = decide(defects, rest, CompareOptions(MatchLevel(level), (), Severity(fail_on)))

    assert (decision.verdict, decision.rule) == (Verdict(verdict), rule)


def near(found: Box | None, wanted: Box) -> bool:
    if found is None:
        return False
    sides = (found.x - wanted.x, found.y - wanted.y, found.right - wanted.right, found.bottom - wanted.bottom)
    return max(abs(side) for side in sides) <= 2


def test_a_field_with_a_red_frame_changed_its_style() -> None:
    def marked(drawn: Page) -> None:
        drawn.frame(FIELD, (200, 30, 30))
        drawn.text(52, 130, "Main street 5", 16)

    assert [defect.type for defect in compared(page(), page(field=marked)).defects] == ["style_changed"]


def test_a_button_recoloured_in_red_on_grey_is_not_gone() -> None:
    """Light alone does not show red letters on grey."""

    def menu(words: str, colour: tuple[int, int, int]) -> Picture:
        drawn = Page(320, 120, (54, 59, 69))
        drawn.text(40, 40, words, 16, colour)
        return drawn.picture

    types = [defect.type for defect in compared(menu("Tables", WHITE), menu("Copy", (170, 20, 30))).defects]

    assert types and not {"missing", "added"} & set(types)


def test_another_border_is_the_style_of_one_button_in_a_row() -> None:
    def row(colour: tuple[int, int, int]) -> Picture:
        drawn = Page(400, 120)
        for number, place in enumerate((Box(40, 40, 60, 36), Box(99, 40, 60, 36), Box(158, 40, 60, 36))):
            drawn.frame(place, GREY, radius=0)
            drawn.text(place.x + 24, 48, str(number), 16)
        drawn.frame(Box(99, 40, 60, 36), colour, radius=0)
        drawn.text(123, 48, "1", 16)
        return drawn.picture

    (defect,) = compared(row(GREY), row((220, 38, 38))).defects

    assert defect.type == "style_changed"
    assert near(defect.actual_box, Box(99, 40, 60, 36))


def test_a_frame_that_is_named_on_one_side_only_is_no_defect_of_its_own() -> None:
    """A detector that overlooks the field in the second picture: its text changed, and nothing is missing."""

    class Forgetful(ColourDetector):
        def detect(self, picture: Picture) -> list[Detection]:
            return [] if len(self.seen_px) else [*super().detect(picture), Detection(Kind.INPUT, FIELD, 0.9)]

    changed = page(field=lambda p: p.input(FIELD, "Main street 75"))
    (defect,) = compared(page(), changed, Engines(Forgetful({}), BlindReader())).defects

    assert (defect.type, defect.kind) == ("text_changed", Kind.INPUT)
    assert near(defect.reference_box, FIELD)


@pytest.mark.parametrize(
    ("text", "page_text", "told"),
    [
        ("НОМЕ", "Tables", "HOME"),
        ("HOME", "Столы", "НОМЕ"),
        ("Блокнот А5", "", "Блокнот A5"),
        ("Отчёт", "Tables", "Отчёт"),
    ],
)
def test_letters_that_two_alphabets_share_are_written_in_that_of_their_page(
    text: str, page_text: str, told: str
) -> None:
    assert in_one_alphabet(text, [page_text]) == told


def test_a_full_stop_that_goes_is_a_change_of_its_line() -> None:
    """The line is named on both sides, no changed pixel touches it on one of them, and most of it is drawn as it was."""
    pictures: list[Picture] = []
    elements: list[tuple[Element, ...]] = []
    for words in ("Choose how we reach you  .", "Choose how we reach you"):
        drawn = Page(320, 60)
        elements.append((Element("e1", Kind.LABEL, drawn.text(20, 20, words, 14), "", 1.0),))
        pictures.append(drawn.picture)
    differing = (pictures[0] != pictures[1]).any(axis=2)
    whole = Alignment("identity", (Band(Box(0, 0, 320, 60), 0, 0),))

    def unread(_: Picture, boxes: list[Box]) -> list[str]:
        return ["" for _ in boxes]

    scene = Scene(pictures[0], pictures[1], pictures[0], whole, differing, differing, elements[0], elements[1], unread)

    found = classify_defects(scene)

    assert [defect.type for defect in found.defects] == ["text_changed"]
    assert not found.unexplained


def test_an_icon_that_goes_from_a_line_named_with_it_is_missing() -> None:
    """The detector took the words and the icon for one label."""

    def line(icon: bool) -> Picture:
        drawn = Page(400, 80)
        drawn.text(20, 30, "Depot north", 16)
        drawn.text(160, 30, "Ext. 4410", 16)
        if icon:
            drawn.text(122, 24, "&", 24)
        return drawn.picture

    before, after = line(icon=True), line(icon=False)
    differing = (before != after).any(axis=2)
    whole = Alignment("identity", (Band(Box(0, 0, 400, 80), 0, 0),))
    named = (Element("e1", Kind.LABEL, Box(120, 28, 110, 22), "", 1.0),)

    def unread(_: Picture, boxes: list[Box]) -> list[str]:
        return ["" for _ in boxes]

    scene = Scene(before, after, before, whole, differing, differing, named, (), unread)

    (defect,) = classify_defects(scene).defects

    assert defect.type is DefectType.MISSING
    assert defect.reference_box is not None and 118 < defect.reference_box.x < defect.reference_box.right < 145


def test_one_digit_in_a_wide_button_is_another_text() -> None:
    """The whole button correlates with itself by more than 0.99: it is what is written in it that counts."""
    place = Box(40, 190, 360, 40)
    before = page(button=lambda p: p.button(place, "+7 900 000-00-00"))
    after = page(button=lambda p: p.button(place, "+7 900 003-00-00"))

    (defect,) = compared(before, after, Engines(ColourDetector(), BlindReader())).defects

    assert (defect.type, defect.kind) == ("text_changed", Kind.BUTTON)


def test_a_large_switch_that_is_turned_changed_its_style() -> None:
    """At twice the density a switch is as wide as a narrow field."""
    track = Box(40, 240, 74, 31)

    def turned(knob_x: int) -> Picture:
        def draw(drawn: Page) -> None:
            drawn.frame(track, BLUE, BLUE, 15)
            drawn.frame(Box(knob_x, 244, 23, 23), WHITE, WHITE, 11)

        return page(glyph=draw, beside=nothing, button=nothing)

    (defect,) = compared(turned(44), turned(87), Engines(ColourDetector({BLUE: Kind.SWITCH}), BlindReader())).defects

    assert (defect.type, defect.kind) == ("style_changed", Kind.SWITCH)


def test_a_text_read_alike_on_both_sides_changed_its_style() -> None:
    """Bold letters: the first and the last may well look as they did."""
    before, after = page(), page(label=lambda p: [p.text(40 + step, 90, "Delivery address", 14) for step in (0, 1)])
    place = Box(30, 84, 200, 28)
    reader = TableReader((before, {place: "Delivery address"}), (after, {place: "Delivery address"}))

    (defect,) = compared(before, after, Engines(ColourDetector({}), reader)).defects

    assert defect.type == "style_changed"


def test_a_neighbour_that_came_nearer_is_no_part_of_a_shorter_text() -> None:
    read: list[Box] = []

    def menu(words: str, next_x: int) -> Page:
        drawn = Page(400, 60)
        drawn.text(20, 20, words, 16)
        drawn.text(next_x, 20, "Contacts", 16)
        return drawn

    before, after = menu("Gift cards and more", 200).picture, menu("Gift cards", 140).picture
    labels = [Element(f"e{x}", Kind.LABEL, Box(x, 20, width, 19), "", 1.0) for x, width in ((20, 146), (200, 66))]
    others = [Element(f"e{x}", Kind.LABEL, Box(x, 20, width, 19), "", 1.0) for x, width in ((20, 74), (140, 66))]
    differing = (before != after).any(axis=2)
    whole = Alignment("identity", (Band(Box(0, 0, 400, 60), 0, 0),))

    def watch(picture: Picture, boxes: list[Box]) -> list[str]:
        read.extend(boxes if picture is after else [])
        return ["" for _ in boxes]

    found = classify_defects(
        Scene(before, after, before, whole, differing, differing, tuple(labels), tuple(others), watch)
    ).defects

    assert {defect.type for defect in found} == {DefectType.TEXT_CHANGED, DefectType.MOVED}
    assert all(box.right < 140 for box in read)


def test_a_short_text_in_the_place_of_a_long_one_is_a_change_of_it() -> None:
    before, after = page(), page(label=lambda p: p.text(40, 90, "Till", 14))
    place = Box(30, 84, 200, 28)
    reader = TableReader((before, {place: "Delivery address"}), (after, {place: "Till"}))

    (defect,) = compared(before, after, Engines(ColourDetector({}), reader)).defects

    assert (defect.type, defect.detail["before"], defect.detail["after"]) == (
        "text_changed",
        "Delivery address",
        "Till",
    )
