"""Coverage counts what was compared, and only that."""

from vision.difference.coverage import measure_coverage
from vision.types import Alignment, Band, Box, Element, Kind, KindCoverage, Size

SIZE = Size(100, 200)
WHOLE = Alignment("identity", (Band(Box(0, 0, 100, 200), 0, 0),))
LINES = {"pixels": 1, "read": 0, "unreadable": 0}


def element(number: int, kind: Kind = Kind.LABEL) -> Element:
    return Element(f"e{number}", kind, Box(0, 10 * number, 50, 8), "text", 1.0)


def test_a_page_compared_with_itself_is_covered_whole() -> None:
    elements = [element(1), element(2, Kind.BUTTON)]

    coverage = measure_coverage(elements, elements, {"e1", "e2"}, SIZE, WHOLE, (), LINES)

    assert (coverage.matched, coverage.element_coverage, coverage.area_coverage) == (2, 1.0, 1.0)
    assert coverage.by_kind == {Kind.BUTTON: KindCoverage(1, 1, 1), Kind.LABEL: KindCoverage(1, 1, 1)}


def test_an_element_without_counterpart_is_not_covered() -> None:
    coverage = measure_coverage([element(1), element(2)], [element(1)], {"e1"}, SIZE, WHOLE, (), LINES)

    assert coverage.element_coverage == 0.5
    assert coverage.matched_reference_ids == ("e1",)


def test_rows_that_were_taken_out_and_regions_to_ignore_are_not_covered() -> None:
    halved = Alignment("shifted_rows", (Band(Box(0, 0, 100, 100), 0, 0),))

    assert measure_coverage([], [], (), SIZE, halved, (), LINES).area_coverage == 0.5
    assert measure_coverage([], [], (), SIZE, halved, (Box(0, 0, 50, 300),), LINES).area_coverage == 0.25


def test_where_there_is_nothing_to_cover_all_is_covered() -> None:
    assert measure_coverage([], [], (), SIZE, WHOLE, (), LINES).element_coverage == 1.0
