from dataclasses import replace

import pytest
from sqlalchemy import func, select

from config import Settings
from store import artifacts, comparisons, reviews, session, tables
from store.errors import ComparisonNotFound, NotCompared
from tests.store import made


def test_everything_that_was_found_comes_back(store: Settings) -> None:
    with session.write() as writing:
        row = made.a_compared(writing, branch="main", build="7", commit="c0ffee")
    with session.read() as reading:
        kept = comparisons.get(reading, row.id)
        assert comparisons.found(reading, row.id) == made.findings()
        assert comparisons.options(kept) == replace(made.OPTIONS, background="#ffffff")
        assert (kept.verdict, kept.rule, kept.review) == ("failed", "severity", "unreviewed")
        assert (kept.branch, kept.build, kept.commit, kept.testcase_id) == ("main", "7", "c0ffee", None)
        assert kept.versions == {"detector": "d1", "reader": "r1"}
        assert kept.finished_at is not None


def test_recorded_twice_leaves_the_same_rows(store: Settings) -> None:
    def rows() -> list[dict[str, object]]:
        with session.read() as reading:
            found = [*reading.scalars(select(tables.Defect)), *reading.scalars(select(tables.Comparison))]
            return [{column.key: getattr(row, column.key) for column in row.__mapper__.columns} for row in found]

    with session.write() as writing:
        comparison_id = made.a_compared(writing).id
    once = rows()
    with session.write() as writing:
        made.recorded(writing, comparison_id, made.findings())
    assert rows() == once
    assert len(once) == 4


def test_comparison_that_has_not_ended_has_no_findings(store: Settings) -> None:
    with session.write() as writing:
        row = made.a_comparison(writing)
        assert (row.verdict, comparisons.defects(writing, row.id), comparisons.noise(row)) == (None, (), ())
        with pytest.raises(NotCompared):
            comparisons.found(writing, row.id)


def test_list_is_filtered_by_every_field_it_names(store: Settings) -> None:
    with session.write() as writing:
        testcase, reference = made.a_referenced_testcase(writing)
        wanted = made.a_compared(writing, reference, branch="main", build="7", variant="mobile")
        other = made.a_comparison(writing, branch="other", build="8", variant="desktop")
        reviews.reject(writing, wanted.id)
    filters = {
        "project": "default",
        "testcase_id": testcase.id,
        "verdict": "failed",
        "review": "rejected",
        "branch": "main",
        "build": "7",
        "variant": "mobile",
    }
    with session.read() as reading:
        assert [row.id for row in comparisons.list_page(reading).items] == [other.id, wanted.id]
        for name, value in filters.items():
            rows = comparisons.list_page(reading, **{name: value}).items
            assert wanted.id in {row.id for row in rows}
            assert comparisons.list_page(reading, **{name: "something else"}).items == []


def test_comparison_taken_back_leaves_no_row_and_no_file_of_its_own(store: Settings) -> None:
    with session.write() as writing:
        _, reference = made.a_referenced_testcase(writing)
        row = made.a_comparison(writing, reference)
        drawn = artifacts.declare(writing, "diff", comparison_id=row.id)
        artifacts.fill(writing, drawn.id, b"drawn", 1, 1)
    with session.write() as writing:
        comparisons.remove(writing, row.id)
    with session.read() as reading:
        assert reading.scalars(select(tables.Artifact.id)).all() == [reference.artifact_id]
        assert reading.scalar(select(func.count()).select_from(tables.Comparison)) == 0
    assert len(list((store.data_dir / "artifacts").glob("??/*"))) == 1


def test_ad_hoc_pair_of_the_same_picture_is_taken_back_too(store: Settings) -> None:
    with session.write() as writing:
        row = made.a_comparison(writing, actual=b"reference")
    with session.write() as writing:
        comparisons.remove(writing, row.id)
    assert list((store.data_dir / "artifacts").glob("??/*")) == []


def test_what_is_not_there_is_not_found(store: Settings) -> None:
    with session.write() as writing:
        for ask in (comparisons.get, reviews.approve, reviews.reject, comparisons.found, comparisons.remove):
            with pytest.raises(ComparisonNotFound, match="There is no comparison nothing"):
                ask(writing, "nothing")
