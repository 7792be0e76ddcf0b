import threading

import pytest
from sqlalchemy import select

from config import Settings
from store import analyses, artifacts, comparisons, projects, session, tables, testcases
from store.errors import BadCursor, DuplicateTestCase, ReferenceNotFound, TestCaseBusy, TestCaseNotFound
from tests.store import made


def test_name_is_taken_once_in_a_project_and_variant(store: Settings) -> None:
    with session.write() as writing:
        made.a_testcase(writing, "start page", "mobile")
        made.a_testcase(writing, "start page", "desktop")
        testcases.create(writing, projects.get_or_create(writing, "other"), "start page", "mobile")
        with pytest.raises(DuplicateTestCase, match=r"'start page' with the variant 'mobile'.*project 'default'"):
            made.a_testcase(writing, "start page", "mobile")
        made.a_testcase(writing, "plain page")
        with pytest.raises(DuplicateTestCase, match=r"'plain page' without a variant is already"):
            made.a_testcase(writing, "plain page")
        assert len(testcases.list_page(writing).items) == 4, "the transaction goes on after the refusal"


def test_project_is_made_once_however_many_ask_at_once(store: Settings) -> None:
    ids: list[str] = []

    def ask() -> None:
        with session.write() as writing:
            ids.append(projects.get_or_create(writing, "shop").id)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1


def test_rename_changes_what_was_named_and_refuses_what_is_taken(store: Settings) -> None:
    with session.write() as writing:
        made.a_testcase(writing, "taken")
        testcase_id = made.a_testcase(writing, "old", "mobile").id
    with session.write() as writing:
        renamed = testcases.rename(writing, testcase_id, name="new")
        assert (renamed.name, renamed.variant) == ("new", "mobile")
    with session.write() as writing:
        with pytest.raises(DuplicateTestCase, match="'taken'"):
            testcases.rename(writing, testcase_id, name="taken", variant="")
        assert testcases.get(writing, testcase_id).name == "new"


def test_list_pages_through_everything_newest_first_while_more_is_added(store: Settings) -> None:
    with session.write() as writing:
        names = [made.a_testcase(writing, f"page {number}").name for number in range(7)]
    seen: list[str] = []
    cursor = None
    while True:
        with session.write() as writing:
            part = testcases.list_page(writing, cursor, limit=3)
            made.a_testcase(writing, f"added after {len(seen)}")
        seen += [testcase.name for testcase in part.items]
        cursor = part.next_cursor
        if cursor is None:
            break
    assert seen == names[::-1]


def test_rows_of_the_same_moment_are_all_listed(store: Settings) -> None:
    moment = tables.now()
    with session.write() as writing:
        for number in range(5):
            made.a_testcase(writing, f"page {number}").created_at = moment
    with session.read() as reading:
        first = testcases.list_page(reading, limit=2)
        second = testcases.list_page(reading, first.next_cursor, limit=2)
        third = testcases.list_page(reading, second.next_cursor, limit=2)
    assert len({testcase.id for part in (first, second, third) for testcase in part.items}) == 5
    assert third.next_cursor is None


def test_list_is_filtered_by_project_name_and_variant(store: Settings) -> None:
    with session.write() as writing:
        made.a_testcase(writing, "a", "mobile")
        made.a_testcase(writing, "b", "mobile")
        testcases.create(writing, projects.get_or_create(writing, "shop"), "a", "")
    with session.read() as reading:
        assert len(testcases.list_page(reading, name="a").items) == 2
        assert len(testcases.list_page(reading, variant="mobile").items) == 2
        assert [one.variant for one in testcases.list_page(reading, project="shop", name="a").items] == [""]
        assert testcases.list_page(reading, project="unknown").items == []


@pytest.mark.parametrize("cursor", ["", "x", "é", "W10", "WzEsMl0", "WyIyMDI2LTAxLTAxIiwgImEiXQ", "bnVsbA"])
def test_cursor_of_another_make_is_refused(store: Settings, cursor: str) -> None:
    with session.read() as reading, pytest.raises(BadCursor):
        testcases.list_page(reading, cursor)


def test_new_reference_supersedes_the_one_before_and_keeps_it(store: Settings) -> None:
    with session.write() as writing:
        testcase, first = made.a_referenced_testcase(writing)
        second = testcases.set_reference(writing, testcase.id, made.a_picture(writing, b"second").id)
        other = testcases.set_reference(writing, testcase.id, made.a_picture(writing, b"third").id, "feature")
    with session.read() as reading:
        current = testcases.current_reference(reading, testcase.id)
        on_feature = testcases.current_reference(reading, testcase.id, "feature")
        assert current and current.id == second.id
        assert on_feature and on_feature.id == other.id
        assert testcases.current_reference(reading, testcase.id, "nowhere") is None
        assert {row.id for row in testcases.references(reading, testcase.id)} == {first.id, second.id, other.id}
        assert testcases.reference(reading, first.id).superseded_at == second.created_at


def test_references_set_at_the_same_time_leave_one_current(store: Settings) -> None:
    with session.write() as writing:
        testcase, _ = made.a_referenced_testcase(writing)

    def put(number: int) -> None:
        with session.write() as writing:
            testcases.set_reference(writing, testcase.id, made.a_picture(writing, bytes([number])).id)

    threads = [threading.Thread(target=put, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with session.read() as reading:
        rows = testcases.references(reading, testcase.id)
    assert len(rows) == 9
    assert [row.superseded_at is None for row in rows].count(True) == 1


def test_withdrawn_reference_leaves_the_one_before_current_and_no_picture(store: Settings) -> None:
    with session.write() as writing:
        testcase, first = made.a_referenced_testcase(writing)
        second = testcases.set_reference(writing, testcase.id, made.a_picture(writing, b"second").id)
    with session.write() as writing:
        testcases.withdraw_reference(writing, second.id)
    with session.read() as reading:
        current = testcases.current_reference(reading, testcase.id)
        assert current and current.id == first.id
        assert artifacts.load(reading, first.artifact_id).sha256
        assert len(reading.scalars(select(tables.Blob)).all()) == 1


def test_reference_withdrawn_after_another_took_its_place_leaves_that_one_current(store: Settings) -> None:
    with session.write() as writing:
        testcase, first = made.a_referenced_testcase(writing)
        second = testcases.set_reference(writing, testcase.id, made.a_picture(writing, b"second").id)
        third = testcases.set_reference(writing, testcase.id, made.a_picture(writing, b"third").id)
    with session.write() as writing:
        testcases.withdraw_reference(writing, second.id)
    with session.read() as reading:
        current = testcases.current_reference(reading, testcase.id)
        assert current and current.id == third.id
        assert testcases.reference(reading, first.id).superseded_at == third.created_at


@pytest.mark.parametrize("state", ["PENDING", "STARTED", "PROGRESS", "RETRY"])
def test_test_case_with_an_unfinished_task_is_not_deleted(store: Settings, state: str) -> None:
    with session.write() as writing:
        testcase, _ = made.a_referenced_testcase(writing)
        task = made.a_task(writing, testcase.id, state)
    with session.write() as writing, pytest.raises(TestCaseBusy, match=task.id):
        testcases.delete(writing, testcase.id)
    with session.read() as reading:
        assert testcases.get(reading, testcase.id)


@pytest.mark.parametrize("state", ["SUCCESS", "FAILURE", "REVOKED"])
def test_deleted_test_case_takes_its_references_and_their_pictures_along(store: Settings, state: str) -> None:
    with session.write() as writing:
        testcase, _ = made.a_referenced_testcase(writing)
        task = made.a_task(writing, testcase.id, state)
    with session.write() as writing:
        testcases.delete(writing, testcase.id)
    with session.read() as reading:
        assert [reading.scalars(select(table)).all() for table in (tables.Reference, tables.Artifact)] == [[], []]
        assert reading.get_one(tables.Task, task.id).testcase_id is None
    assert list((store.data_dir / "artifacts").glob("??/*")) == []


def test_comparisons_outlive_their_test_case_with_their_pictures(store: Settings) -> None:
    with session.write() as writing:
        testcase, reference = made.a_referenced_testcase(writing)
        comparison = made.a_compared(writing, reference)
    with session.write() as writing:
        testcases.delete(writing, testcase.id)
    with session.read() as reading:
        kept = comparisons.get(reading, comparison.id)
        assert (kept.testcase_id, kept.reference_id) == (None, None)
        for artifact_id in (kept.reference_artifact_id, kept.actual_artifact_id):
            assert artifacts.blob_store().read(str(artifacts.load(reading, artifact_id).sha256))


def test_coverage_tells_what_some_comparison_matched_and_what_none_did(store: Settings) -> None:
    with session.write() as writing:
        testcase, reference = made.a_referenced_testcase(writing)
        made.a_compared(writing, reference)
        before = testcases.covered_elements(writing, testcase.id)
        analyses.attach(writing, reference.id, analyses.record(writing, "r" * 64, made.an_analysis()))
        made.a_comparison(writing, reference)
        coverage = testcases.covered_elements(writing, testcase.id)
    assert (before.analysis_id, before.covered, before.never) == (None, (), ())
    assert [element.id for element in coverage.covered] == ["e1"]
    assert [element.id for element in coverage.never] == ["e2"]
    assert coverage.comparisons == 1, "one that is not finished covers nothing"


def test_coverage_counts_the_current_reference_and_its_analysis_only(store: Settings) -> None:
    with session.write() as writing:
        testcase, reference = made.a_referenced_testcase(writing)
        made.a_compared(writing, reference)
        newer_engines = analyses.record(writing, "r" * 64, made.an_analysis(), "newer")
        analyses.attach(writing, reference.id, newer_engines)
        assert testcases.covered_elements(writing, testcase.id).comparisons == 0
        testcases.set_reference(writing, testcase.id, made.a_picture(writing, b"next").id)
        assert testcases.covered_elements(writing, testcase.id).comparisons == 0


def test_what_is_not_there_is_not_found(store: Settings) -> None:
    with session.write() as writing:
        empty = made.a_testcase(writing).id
        for ask in (testcases.get, testcases.delete, testcases.rename, testcases.covered_elements):
            with pytest.raises(TestCaseNotFound, match="There is no test case nothing"):
                ask(writing, "nothing")
        with pytest.raises(TestCaseNotFound):
            testcases.set_reference(writing, "nothing", "nothing")
        with pytest.raises(ReferenceNotFound):
            testcases.covered_elements(writing, empty)
