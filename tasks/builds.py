"""Background work on builds: concludes them and sends their notifications."""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from store import builds, reviews, shots
from store.reviews import Said
from store.states import Decision
from store.tables import Build
from tasks.notifications import outbox


def opened(session: Session, build: Build) -> None:
    """It was opened just now."""
    outbox.build_opened(session, build)


def task_ended(session: Session, task_id: str) -> None:
    """Call it in the transaction that ends the task: the last one concludes its build."""
    concluded = builds.task_ended(session, task_id)
    if concluded:
        outbox.build_concluded(session, concluded)


def finalize(session: Session, build_id: str, shard: int | None = None, expected: Sequence[str] | None = None) -> None:
    """No more shots come, from that shard or from all. Raises BuildNotFound, UnknownShard, TooManyExpected."""
    if builds.finalize(session, build_id, shard, expected):
        outbox.build_concluded(session, builds.get(session, build_id))


def conclude_left(session: Session, idle_minutes: float) -> int:
    """Concludes builds that were missed: those whose last task ended unnoticed, and those left open."""
    concluded = builds.conclude_left(session, builds.idle_moment(session, idle_minutes))
    for build in concluded:
        outbox.build_concluded(session, build)
    return len(concluded)


def review(
    session: Session,
    decision: Decision,
    comparison_ids: Collection[str],
    reference_ids: Collection[str] = (),
    by: str | None = None,
    comment: str = "",
    build_id: str | None = None,
) -> Said:
    """Approves or rejects comparisons and pending references, as far as that can be done."""
    return _followed(session, reviews.say(session, decision, comparison_ids, reference_ids, by, comment, build_id))


def review_one(
    session: Session, decision: Decision, comparison_id: str, by: str | None = None, comment: str = ""
) -> Said:
    """Approves or rejects a comparison.
    Raises ComparisonNotFound, NoTestCase, NotCompared, ReferenceSuperseded, AlreadyApproved."""
    return _followed(session, reviews.say_of_one(session, decision, comparison_id, by, comment))


def undo(session: Session, review_id: str, by: str | None = None) -> Said:
    """Takes a review back. Raises ReviewNotFound, AlreadyUndone."""
    return _followed(session, reviews.undo(session, review_id, by))


def judged_again(session: Session, comparison_id: str) -> None:
    """A comparison may have another verdict now: so may the build that shows it."""
    for build in builds.reviewed(session, shots.builds_of(session, [comparison_id], [])):
        outbox.build_reviewed(session, build)


def _followed(session: Session, said: Said) -> Said:
    for build in said.changed:
        outbox.build_reviewed(session, build)
    return said
