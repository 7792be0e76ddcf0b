"""What a detector sees and what the line finder finds become one list of elements with their text."""

from collections.abc import Sequence

import pytest

from tests.vision.drawn import Page, iou
from vision.elements.analysis import Engines, analyze
from vision.engines.load import load_reader
from vision.types import Box, Detection, Element, Kind, Picture


class ScriptedDetector:
    """Sees what it was told to."""

    version = "scripted 1"

    def __init__(self, *detections: Detection) -> None:
        self._detections = list(detections)

    def detect(self, picture: Picture) -> list[Detection]:
        return self._detections


class ScriptedReader:
    """Reads each box as the words that were drawn nearest to it."""

    name = "scripted"
    version = "scripted 1"

    def __init__(self, *drawn: tuple[Box, str]) -> None:
        self._drawn = drawn

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        return [self._nearest(box) for box in boxes]

    def _nearest(self, box: Box) -> str:
        place, words = max(self._drawn, key=lambda one: iou(box, one[0]), default=(box, ""))
        return words if iou(box, place) > 0.2 else ""


def test_elements_come_in_reading_order_with_their_text() -> None:
    page = Page()
    button = page.button(Box(300, 200, 120, 40), "Save")
    heading = page.text(30, 20, "Profile settings", 24)
    second = page.text(300, 100, "Email address", 16)
    first = page.text(30, 100, "Your name", 16)
    detector = ScriptedDetector(Detection(Kind.BUTTON, button, 0.9), Detection(Kind.LABEL, heading, 0.8))
    reader = ScriptedReader(
        (heading, "Profile settings"), (first, "Your name"), (second, "Email address"), (Box(341, 208, 38, 22), "Save")
    )
    elements = analyze(page.picture, Engines(detector, reader)).elements
    assert [(one.id, one.kind, one.text) for one in elements] == [
        ("e1", Kind.LABEL, "Profile settings"),
        ("e2", Kind.LABEL, "Your name"),
        ("e3", Kind.LABEL, "Email address"),
        ("e4", Kind.BUTTON, "Save"),
    ]
    assert 0.8 < elements[0].confidence < 1
    assert elements[3].box == button


def test_a_line_in_a_field_is_its_text_and_no_label() -> None:
    page = Page()
    field = page.input(Box(40, 60, 300, 40), "anna@example.org")
    detections = [
        Detection(Kind.INPUT, field, 0.9),
        Detection(Kind.LABEL, Box(52, 70, 130, 20), 0.7),
        Detection(Kind.ICON, Box(310, 70, 20, 20), 0.7),
    ]
    reader = ScriptedReader((Box(52, 70, 130, 20), "anna@example.org"))
    elements = analyze(page.picture, Engines(ScriptedDetector(*detections), reader)).elements
    assert [(one.kind, one.text) for one in elements] == [(Kind.INPUT, "anna@example.org")]


def test_the_arrow_of_a_select_is_not_read() -> None:
    page = Page()
    field = page.input(Box(40, 60, 300, 40), "Most relevant")
    arrow = page.text(310, 70, "v", 16)
    reader = ScriptedReader((Box(52, 70, 105, 20), "Most relevant"), (arrow, "v"))
    elements = _elements(page, ScriptedDetector(Detection(Kind.SELECT, field, 0.9)), reader)
    assert [one.text for one in elements] == ["Most relevant"]


def test_one_thing_seen_as_two_kinds_is_the_surer_one() -> None:
    page = Page()
    box = page.frame(Box(40, 60, 300, 40))
    detector = ScriptedDetector(
        Detection(Kind.INPUT, box, 0.6),
        Detection(Kind.SELECT, Box(41, 60, 299, 40), 0.8),
        Detection(Kind.INPUT, box, 0.3),
    )
    assert [one.kind for one in _elements(page, detector)] == [Kind.SELECT]


def test_an_icon_is_not_a_label_and_is_cut_off_its_neighbour() -> None:
    page = Page()
    icon = page.block(Box(40, 52, 16, 16), (90, 90, 90))
    words = page.text(60, 50, "Notifications", 16)
    elements = _elements(
        page, ScriptedDetector(Detection(Kind.ICON, icon, 0.8)), ScriptedReader((words, "Notifications"))
    )
    assert [(one.kind, one.text) for one in elements] == [(Kind.ICON, ""), (Kind.LABEL, "Notifications")]
    assert elements[1].box.x >= icon.right


def test_two_detected_labels_part_a_line_and_one_joins_its_pieces() -> None:
    page = Page()
    left, right = page.text(40, 50, "Inbox", 16), page.text(86, 50, "Drafts", 16)
    far, near = page.text(40, 150, "Total", 16), page.text(120, 150, "42.00", 16)
    whole = Box(far.x, far.y, near.right - far.x, far.height)
    detector = ScriptedDetector(*(Detection(Kind.LABEL, box, 0.8) for box in (left, right, whole)))
    found = [one.box for one in _elements(page, detector)]
    assert [round(max(iou(box, other) for other in found), 1) >= 0.7 for box in (left, right, whole)] == [True] * 3
    assert len(found) == 3


def test_letters_in_a_picture_are_labels_only_where_the_detector_agrees() -> None:
    page = Page()
    photo = page.photo(Box(20, 20, 500, 300))
    words = page.text(60, 100, "Summer sale", 28)
    image = Detection(Kind.IMAGE, photo, 0.9)
    assert [one.kind for one in _elements(page, ScriptedDetector(image))] == [Kind.IMAGE]
    both = _elements(page, ScriptedDetector(image, Detection(Kind.LABEL, words, 0.8)))
    assert [one.kind for one in both] == [Kind.IMAGE, Kind.LABEL]


def test_a_symbol_that_nobody_saw_and_nobody_can_read_is_dropped() -> None:
    page = Page()
    page.text(40, 40, "×", 24)
    page.text(40, 140, "A line without a reader", 16)
    elements = _elements(page, ScriptedDetector())
    assert [(one.kind, one.text) for one in elements] == [(Kind.LABEL, "")]
    assert elements[0].box.y > 100


def test_stages_are_told_and_what_a_listener_raises_ends_the_analysis() -> None:
    heard: list[str] = []
    engines = Engines(ScriptedDetector(), ScriptedReader())
    analysis = analyze(Page().picture, engines, heard.append)
    assert heard == ["detect", "read"]
    assert set(analysis.timings_ms) == {"detect", "lines", "read"}
    assert (analysis.elements, analysis.detector, analysis.ocr_engine) == ((), "scripted 1", "scripted")

    def revoke(stage: str) -> None:
        raise InterruptedError(stage)

    with pytest.raises(InterruptedError, match="detect"):
        analyze(Page().picture, engines, revoke)


def test_a_drawn_page_is_read_through_the_real_reader() -> None:
    page = Page()
    button = page.button(Box(40, 120, 160, 44), "Place order")
    page.text(40, 60, "Order summary", 24)
    engines = Engines(ScriptedDetector(Detection(Kind.BUTTON, button, 0.9)), load_reader("rapidocr", 1, ["en"]))
    assert [one.text for one in analyze(page.picture, engines).elements] == ["Order summary", "Place order"]


def _elements(page: Page, detector: ScriptedDetector, reader: ScriptedReader | None = None) -> tuple[Element, ...]:
    return analyze(page.picture, Engines(detector, reader or ScriptedReader())).elements


def test_a_breadcrumb_is_parted_where_the_detector_sees_its_links() -> None:
    page = Page()
    first = page.text(40, 50, "Inbox", 16)
    page.text(first.right + 6, 50, "/", 16)
    second = page.text(first.right + 17, 50, "Drafts", 16)
    detector = ScriptedDetector(*(Detection(Kind.LABEL, box, 0.8) for box in (first, second)))
    assert [
        iou(box, other.box) > 0.8 for box, other in zip((first, second), _elements(page, detector), strict=True)
    ] == [
        True,
        True,
    ]


def test_a_doubtful_field_that_says_a_sentence_is_its_label() -> None:
    page = Page()
    field = page.input(Box(40, 60, 300, 40), "Your order is here.")
    reader = ScriptedReader((Box(52, 70, 150, 20), "Your order is here."))
    doubtful, sure = (
        [one.kind for one in _elements(page, ScriptedDetector(Detection(Kind.INPUT, field, confidence)), reader)]
        for confidence in (0.5, 0.9)
    )
    assert (doubtful, sure) == ([Kind.LABEL], [Kind.INPUT])


def test_doubtful_buttons_of_one_size_in_a_column_may_say_sentences() -> None:
    page = Page()
    cards = [page.input(Box(40, 60 + 60 * place, 300, 40), "Where is my order?") for place in range(2)]
    reader = ScriptedReader(*((Box(52, box.y + 10, 150, 20), "Where is my order?") for box in cards))
    alone, several = (
        [
            one.kind
            for one in _elements(page, ScriptedDetector(*(Detection(Kind.BUTTON, box, 0.5) for box in seen)), reader)
        ]
        for seen in (cards[:1], cards)
    )
    assert Kind.BUTTON not in alone
    assert several == [Kind.BUTTON] * 2


def test_stars_seen_as_one_wide_icon_are_icons_of_their_own() -> None:
    page = Page()
    stars = [page.block(Box(40 + 20 * place, 52, 16, 16), (255, 193, 7)) for place in range(5)]
    wide = Detection(Kind.ICON, Box(40, 52, 36, 16), 0.6)
    found = _elements(page, ScriptedDetector(wide))
    assert [(one.kind, iou(one.box, star) > 0.8) for one, star in zip(found, stars, strict=True)] == [
        (Kind.ICON, True)
    ] * 5


def test_what_towers_over_a_sure_picture_is_no_line_of_text() -> None:
    page = Page()
    heading = page.text(30, 20, "Profile", 48)
    thing = Box(heading.x + heading.width // 3, heading.y + 4, 40, heading.height // 2 - 2)
    kinds = [
        [
            one.kind
            for one in analyze(
                page.picture, Engines(ScriptedDetector(*seen), ScriptedReader((heading, "Profile")))
            ).elements
        ]
        for seen in ([], [Detection(Kind.BUTTON, thing, 0.9)])
    ]
    assert kinds == [[Kind.LABEL], [Kind.BUTTON]]
