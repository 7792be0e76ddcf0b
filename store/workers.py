"""The live workers: each reports itself every few seconds, and a row that is not renewed runs out."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from store import clock
from store.session import insert_if_new
from store.tables import Worker


def report(
    session: Session,
    worker_id: str,
    name: str,
    *,
    artifact_store: str | None,
    clock_offset_seconds: float,
    seconds: float,
) -> None:
    """Says for `seconds` that the worker is live. `artifact_store` is the mark of the store that it reads
    (`store/blobs.py`), None if it cannot use it. Rows that have run out are deleted."""
    at = clock.now(session)
    told = {
        "name": name,
        "artifact_store": artifact_store,
        "clock_offset_seconds": clock_offset_seconds,
        "live_until": at + timedelta(seconds=seconds),
    }
    own = session.execute(update(Worker).where(Worker.id == worker_id).values(**told).returning(Worker.id))
    if own.first() is None:
        insert_if_new(session, Worker, id=worker_id, **told)
    # Rows that are locked are being renewed: two workers that are late must not wait for each other.
    late = select(Worker.id).where(Worker.live_until < at, Worker.id != worker_id).with_for_update(skip_locked=True)
    session.execute(delete(Worker).where(Worker.id.in_(late)))


def remove(session: Session, worker_id: str) -> None:
    session.execute(delete(Worker).where(Worker.id == worker_id))


def live(session: Session) -> Sequence[Worker]:
    """The live workers by name."""
    return session.scalars(
        select(Worker).where(Worker.live_until >= clock.now(session)).order_by(Worker.name, Worker.id)
    ).all()


def names(session: Session, host: str | None = None) -> tuple[str, ...]:
    """The names of the live workers, or of those on one machine."""
    return tuple(worker.name for worker in live(session) if host is None or worker.name.endswith(f"@{host}"))


def clock_offsets(session: Session) -> dict[str, float]:
    """Worker -> how far its machine's clock is ahead of the database's, in seconds."""
    return {worker.name: worker.clock_offset_seconds for worker in live(session)}


def artifact_stores(session: Session) -> set[str | None]:
    """The marks of the artifact stores that live workers read; None stands for one that cannot be used."""
    return {worker.artifact_store for worker in live(session)}
