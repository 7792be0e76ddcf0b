"""Leases by name: for upkeep, which one process at a time does, and for each live worker."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.orm import Session

from store import clock
from store.session import insert_if_new
from store.tables import Lock, new_id

# What the names of worker processes' leases begin with. A worker's holder is its name; that of its sight is the mark of the
# artifact store it reads (store/blobs.py): workers that read another one than the API does would fail at every task.
WORKERS = "worker "
SIGHTS = "sees "
BLIND = "unusable"
# And how far its machine's clock is ahead of the database's, in seconds.
CLOCKS = "clock "
_HOLDER_LENGTH = 36  # characters of a column


def acquire(session: Session, name: str, holder: str, seconds: float, at: datetime | None = None) -> bool:
    """Takes or renews the lease; False while another holder has it."""
    at = at or clock.now(session)
    until = at + timedelta(seconds=seconds)
    if insert_if_new(session, Lock, name=name, holder=holder, until=until):
        return True
    free = or_(Lock.holder == holder, Lock.until < at)
    done = session.execute(update(Lock).where(Lock.name == name, free).values(holder=holder, until=until))
    assert isinstance(done, CursorResult)
    return done.rowcount > 0


def once_every(session: Session, name: str, seconds: float) -> bool:
    """True for one caller in that many seconds, in any process; the first time after one such period."""
    at = clock.now(session)
    until = at + timedelta(seconds=seconds)
    if insert_if_new(session, Lock, name=name, holder=new_id(), until=until):
        return False
    done = session.execute(update(Lock).where(Lock.name == name, Lock.until < at).values(until=until))
    assert isinstance(done, CursorResult)
    return done.rowcount > 0


def place_in_row(session: Session, name: str, seconds: float, at: datetime) -> datetime:
    """Takes the next free time slot; slots are `seconds` apart."""
    insert_if_new(session, Lock, name=name, holder=new_id(), until=at)
    row = session.get_one(Lock, name, with_for_update=True, populate_existing=True)
    place = max(at, row.until)
    row.until = place + timedelta(seconds=seconds)
    session.flush()
    return place


def free_not_before(session: Session, name: str, at: datetime) -> None:
    """No slot is given out before that time."""
    session.execute(update(Lock).where(Lock.name == name, Lock.until < at).values(until=at))


def release(session: Session, name: str, holder: str) -> None:
    session.execute(delete(Lock).where(Lock.name == name, Lock.holder == holder))


def release_all(session: Session, name: str) -> None:
    """Releases the leases of that holder."""
    session.execute(delete(Lock).where(Lock.name == name))


def live(session: Session, prefix: str) -> Sequence[Lock]:
    """The leases in force whose names start with `prefix`."""
    in_force = select(Lock).where(Lock.name.startswith(prefix, autoescape=True), Lock.until >= clock.now(session))
    return session.scalars(in_force.order_by(Lock.name)).all()


def worker_name(nodename: str) -> str:
    """The name as its lease stores it: the end of a long name, which has the machine's name."""
    return nodename[-_HOLDER_LENGTH:]


def workers(session: Session, host: str | None = None) -> tuple[str, ...]:
    """The names of the live workers, or of those on one machine."""
    ending = worker_name(f"@{host}") if host else ""
    return tuple(lease.holder for lease in live(session, WORKERS) if lease.holder.endswith(ending))


def clock_offsets(session: Session) -> dict[str, float]:
    """Worker -> how far its machine's clock is ahead of the database's, in seconds."""
    ahead = {lease.name.removeprefix(CLOCKS): float(lease.holder) for lease in live(session, CLOCKS)}
    named = {lease.name.removeprefix(WORKERS): lease.holder for lease in live(session, WORKERS)}
    return {named[process]: seconds for process, seconds in ahead.items() if process in named}


def drop_lapsed(session: Session, prefix: str) -> None:
    session.execute(delete(Lock).where(Lock.name.startswith(prefix, autoescape=True), Lock.until < clock.now(session)))
