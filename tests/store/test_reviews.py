"""What people say: approvals that make references, rejections, many at once, and taking them back."""

import threading

import pytest
from sqlalchemy import select

from config import Settings
from store import comparisons, reviews, session, tables, testcases
from store.errors import AlreadyApproved, AlreadyUndone, Conflict, NotCompared, NoTestCase, ReferenceSuperseded
from tests.store import made


def test_approved_picture_becomes_the_reference_and_history_stays(store: Settings) -> None:
    with session.write() as writing:
        testcase, first = made.a_referenced_testcase(writing)
        earlier = made.a_compared(writing, first, b"earlier")
        row = made.a_compared(writing, first)
    with session.write() as writing:
        reviews.approve(writing, row.id, "Ann")
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


def test_approval_writes_the_reference_of_the_branch_it_was_made_on(store: Settings) -> None:
    with session.write() as writing:
        testcase, plain = made.a_referenced_testcase(writing)
        feature = testcases.set_reference(writing, testcase.id, made.a_picture(writing, b"f").id, "feature")
        reviews.approve(writing, made.a_compared(writing, feature, branch="feature").id)
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
            assert reviews.approve(writing, row.id).review == "approved"
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
                reviews.approve(writing, comparison_id)
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
            reviews.approve(writing, comparison_id)
    with session.read() as reading:
        assert set(reading.scalars(select(tables.Comparison.review))) == {"unreviewed"}
        assert len(testcases.references(reading, testcase.id)) == 2


def test_rejection_changes_no_reference_and_may_be_followed_by_an_approval(store: Settings) -> None:
    with session.write() as writing:
        testcase, reference = made.a_referenced_testcase(writing)
        row = made.a_compared(writing, reference)
    with session.write() as writing:
        rejected = reviews.reject(writing, row.id, "Ben")
        assert (rejected.review, rejected.reviewed_by) == ("rejected", "Ben")
        assert len(testcases.references(writing, testcase.id)) == 1
    with session.write() as writing:
        reviews.approve(writing, row.id)
    with session.write() as writing, pytest.raises(AlreadyApproved):
        reviews.reject(writing, row.id)


def test_rejection_needs_a_verdict_but_no_test_case(store: Settings) -> None:
    with session.write() as writing:
        assert reviews.reject(writing, made.a_compared(writing).id).review == "rejected"
        with pytest.raises(NotCompared):
            reviews.reject(writing, made.a_comparison(writing).id)


def test_what_was_compared_with_the_main_line_is_approved_on_its_branch_and_promoted_later(store: Settings) -> None:
    with session.write() as writing:
        testcase, plain = made.a_referenced_testcase(writing)
        row = made.a_compared(writing, plain, branch="feature")
        reviews.approve(writing, row.id, "Ann")
        assert testcases.reference_for(writing, testcase.id, "feature").artifact_id == row.actual_artifact_id
        assert testcases.reference_for(writing, testcase.id, "other").id == plain.id

        testcases.promote(writing, testcase.id, "feature", "Ben")

        promoted = testcases.reference_for(writing, testcase.id, None)
        assert (promoted.artifact_id, promoted.approved_by) == (row.actual_artifact_id, "Ben")
        assert testcases.promote(writing, testcase.id, "feature").id == promoted.id


def test_undone_approval_gives_the_reference_before_back(store: Settings) -> None:
    with session.write() as writing:
        testcase, first = made.a_referenced_testcase(writing)
        row = made.a_compared(writing, first)
        said = reviews.say(writing, "approved", [row.id], by="Ann", comment="looks right")
        assert said.review_id
    with session.write() as writing:
        undone = reviews.undo(writing, said.review_id, "Ben")
        assert undone.done == (row.id,)
    with session.write() as writing:
        assert comparisons.get(writing, row.id).review == "unreviewed"
        current = testcases.current_reference(writing, testcase.id)
        assert current and current.id == first.id
        [review] = reviews.list_page(writing, testcase_id=testcase.id).items
        assert (review.what, review.by, review.comment, review.undone_by) == ("approved", "Ann", "looks right", "Ben")
        with pytest.raises(AlreadyUndone):
            reviews.undo(writing, said.review_id)


def test_approval_whose_reference_was_replaced_since_cannot_be_undone(store: Settings) -> None:
    with session.write() as writing:
        testcase, first = made.a_referenced_testcase(writing)
        said = reviews.say(writing, "approved", [made.a_compared(writing, first).id])
        newer = testcases.set_reference(writing, testcase.id, made.a_picture(writing, b"newer").id)
        [(_, refusal)] = reviews.undo(writing, str(said.review_id)).refused
        current = testcases.current_reference(writing, testcase.id)
    assert "replaced since" in str(refusal)
    assert current and current.id == newer.id


def test_same_picture_as_the_new_reference_is_approved_without_another(store: Settings) -> None:
    with session.write() as writing:
        testcase, first = made.a_referenced_testcase(writing)
        ids = [made.a_compared(writing, first, b"same").id for _ in range(2)]
        assert reviews.say(writing, "approved", ids).refused == ()
        assert len(testcases.references(writing, testcase.id)) == 2


def test_pending_reference_becomes_current_by_approval_only_and_is_pending_again_after_undo(store: Settings) -> None:
    with session.write() as writing:
        testcase = made.a_testcase(writing)
        pending = testcases.add_pending(writing, testcase.id, made.a_picture(writing).id)
        assert testcases.usable_reference(writing, testcase.id, None) is None
        said = reviews.say(writing, "approved", [], [pending.id], by="Ann")
        assert testcases.reference_for(writing, testcase.id, None).id == pending.id
        late = testcases.add_pending(writing, testcase.id, made.a_picture(writing, b"late").id)
        [(_, refusal)] = reviews.say(writing, "approved", [], [late.id]).refused
        assert isinstance(refusal, ReferenceSuperseded)
        reviews.undo(writing, str(said.review_id))
        assert testcases.usable_reference(writing, testcase.id, None) is None
