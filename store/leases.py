"""Leases by name: one process at a time does the upkeep, one listens to the Telegram chat."""

from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, or_, update
from sqlalchemy.orm import Session

from store import clock
from store.session import insert_if_new
from store.tables import Lease


def acquire(session: Session, name: str, holder: str, seconds: float, at: datetime | None = None) -> bool:
    """Takes or renews the lease; False while another holder has it."""
    at = at or clock.now(session)
    until = at + timedelta(seconds=seconds)
    if insert_if_new(session, Lease, name=name, holder=holder, until=until):
        return True
    free = or_(Lease.holder == holder, Lease.until < at)
    done = session.execute(update(Lease).where(Lease.name == name, free).values(holder=holder, until=until))
    assert isinstance(done, CursorResult)
    return done.rowcount > 0


def release(session: Session, name: str, holder: str) -> None:
    """Ends the lease if `holder` has it."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
