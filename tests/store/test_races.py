"""Two things at once, on both databases: two reviewers, and a cleanup while people review."""

from datetime import timedelta

from config import Settings
from store import artifacts, clock, comparisons, retention, reviews, session, tables, testcases
from store.errors import AlreadyApproved, ComparisonNotFound
from tests.store import made
from tests.store.at_once import at_once

ROUNDS = 12


def test_of_an_approval_and_a_rejection_at_once_the_approval_stands(store: Settings) -> None:
    """A rejection may be followed by an approval, and after an approval it is refused."""
    for number in range(ROUNDS):
        with session.write() as writing:
            testcase = made.a_testcase(writing, f"page {number}")
            reference = testcases.set_reference(writing, testcase.id, made.a_picture(writing, b"r%d" % number).id)
            row = made.a_compared(writing, reference, b"a%d" % number)

        def approve(comparison_id: str = row.id) -> None:
            with session.write() as writing:
                reviews.approve(writing, comparison_id, "Ann")

        def reject(comparison_id: str = row.id) -> None:
            with session.write() as writing:
                reviews.reject(writing, comparison_id, "Ben")

        refused = at_once(approve, reject)
        with session.read() as reading:
            assert comparisons.get(reading, row.id).review == "approved"
            assert len(testcases.references(reading, testcase.id)) == 2
        assert {type(one) for one in refused} <= {AlreadyApproved}


def test_what_is_approved_while_a_cleanup_runs_keeps_its_picture(store: Settings) -> None:
    """Every comparison has expired: each is either deleted, or approved with its picture kept."""
    ids = []
    for number in range(ROUNDS):
        with session.write() as writing:
            testcase = made.a_testcase(writing, f"page {number}")
            reference = testcases.set_reference(writing, testcase.id, made.a_picture(writing, b"r%d" % number).id)
            ids.append((testcase.id, made.a_compared(writing, reference, b"a%d" % number).id))
    with session.read() as reading:
        later = clock.now(reading) + timedelta(days=3)
    approved: list[str] = []

    def approve_all() -> None:
        for testcase_id, comparison_id in ids:
            try:
                with session.write() as writing:
                    reviews.approve(writing, comparison_id, "Ann")
                approved.append(testcase_id)
            except ComparisonNotFound:
                continue

    assert at_once(approve_all, lambda: retention.cleanup(retention.Limits(days=1), at=later)) == []
    retention.cleanup(retention.Limits(days=1), at=later)
    with session.read() as reading:
        for testcase_id, _ in ids:
            current = testcases.current_reference(reading, testcase_id)
            assert current is not None
            kept = artifacts.load(reading, current.artifact_id)
            assert artifacts.blob_store().read(str(kept.sha256)).startswith(b"a" if testcase_id in approved else b"r")
        assert reading.query(tables.Comparison).count() == 0
