"""Leases by name: one process at a time does the upkeep, and each worker process keeps one to say that it is there."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from store.session import insert_if_new
from store.tables import Lock, now


def acquire(session: Session, name: str, holder: str, seconds: float, at: datetime | None = None) -> bool:
    """Takes or prolongs the lease; False while it is another's."""
    at = at or now()
    until = at + timedelta(seconds=seconds)
    if insert_if_new(session, Lock, name=name, holder=holder, until=until):
        return True
    free = or_(Lock.holder == holder, Lock.until < at)
    done = session.execute(update(Lock).where(Lock.name == name, free).values(holder=holder, until=until))
    assert isinstance(done, CursorResult)
    return done.rowcount > 0


def release(session: Session, name: str, holder: str) -> None:
    session.execute(delete(Lock).where(Lock.name == name, Lock.holder == holder))


def live(session: Session, prefix: str) -> Sequence[Lock]:
    """The leases in force whose names begin with `prefix`."""
    in_force = select(Lock).where(Lock.name.startswith(prefix, autoescape=True), Lock.until >= now())
    return session.scalars(in_force.order_by(Lock.name)).all()


def drop_lapsed(session: Session, prefix: str) -> None:
    session.execute(delete(Lock).where(Lock.name.startswith(prefix, autoescape=True), Lock.until < now()))
