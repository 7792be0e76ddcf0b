import threading

import pytest
from sqlalchemy import func, select

from config import Settings
from store import artifacts, comparisons, session, tables, testcases
from store.errors import AlreadyApproved, ComparisonNotFound, Conflict, NotCompared, NoTestCase, ReferenceSuperseded
from tests.store import made


def test_everything_that_was_found_comes_back(store: Settings) -> None:
    with session.write() as writing:
        row = made.a_compared(writing, branch="main", build="7", commit="c0ffee")
    with session.read() as reading:
        kept = comparisons.get(reading, row.id)
        assert comparisons.found(reading, row.id) == made.findings()
        assert comparisons.options(kept) == made.OPTIONS
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


def test_approved_picture_becomes_the_reference_and_history_stays(store: Settings) -> None:
    with session.write() as writing:
        testcase, first = made.a_referenced_testcase(writing)
        earlier = made.a_compared(writing, first, b"earlier")
        row = made.a_compared(writing, first)
    with session.write() as writing:
        comparisons.approve(writing, row.id, "Ann")
    with session.read() as reading:
        current = testcases.current_reference(reading, testcase.id)
        assert current is not None
        assert (current.artifact_id, current.analysis_id) == (row.actual_artifact_id, row.actual_analysis_id)
        assert (current.approved_by, current.approved_at is None) == ("Ann", False)
        assert testcases.reference(reading, first.id).superseded_at == current.created_at
        for old in (comparisons.get(reading, earlier.id), comparisons.get(reading, row.id)):
            assert (old.reference_id, old.reference_artifact_id) == (first.id, first.artifact_id)
        assert comparisons.get(reading, row.id).review == "approved"
        assert comparisons.get(reading, earlier.id).review == "unreviewed"


def test_approval_stays_on_the_branch_of_the_reference_that_was_used(store: Settings) -> None:
    with session.write() as writing:
        testcase, plain = made.a_referenced_testcase(writing)
        feature = testcases.set_reference(writing, testcase.id, made.a_picture(writing, b"f").id, "feature")
        comparisons.approve(writing, made.a_compared(writing, feature).id)
        on_feature = testcases.current_reference(writing, testcase.id, "feature")
        on_plain = testcases.current_reference(writing, testcase.id)
    assert on_feature and on_feature.id != feature.id
    assert on_plain and on_plain.id == plain.id


def test_approving_twice_is_approving_once(store: Settings) -> None:
    with session.write() as writing:
        testcase, reference = made.a_referenced_testcase(writing)
        row = made.a_compared(writing, reference)
    for _ in range(2):
        with session.write() as writing:
            assert comparisons.approve(writing, row.id).review == "approved"
    with session.read() as reading:
        assert len(testcases.references(reading, testcase.id)) == 2


def test_of_two_comparisons_with_one_reference_only_the_first_is_approved(store: Settings) -> None:
    with session.write() as writing:
        testcase, reference = made.a_referenced_testcase(writing)
        ids = [made.a_compared(writing, reference, bytes([number])).id for number in range(6)]
    outcomes: list[str] = []

    def approve(comparison_id: str) -> None:
        try:
            with session.write() as writing:
                comparisons.approve(writing, comparison_id)
            outcomes.append("approved")
        except ReferenceSuperseded:
            outcomes.append("superseded")

    threads = [threading.Thread(target=approve, args=(comparison_id,)) for comparison_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved"] + ["superseded"] * 5
    with session.read() as reading:
        assert len(testcases.references(reading, testcase.id)) == 2


def test_approval_needs_a_test_case_a_verdict_and_an_unchanged_reference(store: Settings) -> None:
    with session.write() as writing:
        testcase, reference = made.a_referenced_testcase(writing)
        alone = made.a_compared(writing)
        unfinished = made.a_comparison(writing, reference)
        stale = made.a_compared(writing, reference)
        testcases.set_reference(writing, testcase.id, made.a_picture(writing, b"newer").id)
    refusals: list[tuple[str, type[Conflict]]] = [
        (alone.id, NoTestCase),
        (unfinished.id, NotCompared),
        (stale.id, ReferenceSuperseded),
    ]
    for comparison_id, refusal in refusals:
        with session.write() as writing, pytest.raises(refusal, match=comparison_id):
            comparisons.approve(writing, comparison_id)
    with session.read() as reading:
        assert set(reading.scalars(select(tables.Comparison.review))) == {"unreviewed"}
        assert len(testcases.references(reading, testcase.id)) == 2


def test_rejection_changes_no_reference_and_may_be_followed_by_an_approval(store: Settings) -> None:
    with session.write() as writing:
        testcase, reference = made.a_referenced_testcase(writing)
        row = made.a_compared(writing, reference)
    with session.write() as writing:
        rejected = comparisons.reject(writing, row.id, "Ben")
        assert (rejected.review, rejected.reviewed_by) == ("rejected", "Ben")
        assert len(testcases.references(writing, testcase.id)) == 1
    with session.write() as writing:
        comparisons.approve(writing, row.id)
    with session.write() as writing, pytest.raises(AlreadyApproved):
        comparisons.reject(writing, row.id)


def test_rejection_needs_a_verdict_but_no_test_case(store: Settings) -> None:
    with session.write() as writing:
        assert comparisons.reject(writing, made.a_compared(writing).id).review == "rejected"
        with pytest.raises(NotCompared):
            comparisons.reject(writing, made.a_comparison(writing).id)


def test_list_is_filtered_by_every_field_it_names(store: Settings) -> None:
    with session.write() as writing:
        testcase, reference = made.a_referenced_testcase(writing)
        wanted = made.a_compared(writing, reference, branch="main", build="7", variant="mobile")
        other = made.a_comparison(writing, branch="other", build="8", variant="desktop")
        comparisons.reject(writing, wanted.id)
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
        for ask in (comparisons.get, comparisons.approve, comparisons.reject, comparisons.found, comparisons.remove):
            with pytest.raises(ComparisonNotFound, match="There is no comparison nothing"):
                ask(writing, "nothing")
