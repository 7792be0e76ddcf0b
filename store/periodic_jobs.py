"""Jobs that one process does once in a while, whichever asks first."""

from datetime import timedelta

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from store import clock
from store.session import insert_if_new
from store.tables import PeriodicJob


def take(session: Session, name: str, every_seconds: float) -> bool:
    """True for one caller in `every_seconds`, in any process; for the first time after one such period."""
    at = clock.now(session)
    due_at = at + timedelta(seconds=every_seconds)
    if insert_if_new(session, PeriodicJob, name=name, due_at=due_at):
        return False
    due = update(PeriodicJob).where(PeriodicJob.name == name, PeriodicJob.due_at < at)
    done = session.execute(due.values(due_at=due_at))
    assert isinstance(done, CursorResult)
    return done.rowcount > 0
