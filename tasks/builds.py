"""What happens to a build in the background: it is concluded, and whoever wants to know is told."""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from store import builds, shots
from store.tables import Build


def task_ended(session: Session, task_id: str) -> None:
    """Call it in the transaction that ends the task: the last one concludes its build."""
    builds.task_ended(session, task_id)


def finalize(session: Session, build_id: str, shard: int | None = None, expected: Sequence[str] | None = None) -> None:
    """No more shots come, from that shard or from all. Raises BuildNotFound, UnknownShard, TooManyExpected."""
    builds.finalize(session, build_id, shard, expected)


def conclude_left(session: Session, idle_minutes: float) -> int:
    """Concludes builds that nobody else has: those whose last task's end went unnoticed, and those left open."""
    return len(builds.conclude_left(session, builds.idle_moment(session, idle_minutes)))


def verdicts_changed(session: Session, changed: Collection[Build]) -> None:
    """A review has given these concluded builds another verdict."""


def judged_again(session: Session, comparison_id: str) -> None:
    """A comparison may have another verdict now: so may the build that shows it."""
    verdicts_changed(session, builds.reviewed(session, shots.builds_of(session, [comparison_id], [])))
