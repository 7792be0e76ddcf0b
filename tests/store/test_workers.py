"""Workers that report themselves."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError

from sqlalchemy import update

from config import Settings
from store import clock, workers
from store.session import read, write
from store.tables import Worker


def report(worker_id: str, seconds: float, meet: Barrier | None = None) -> None:
    with write() as session:
        workers.report(session, worker_id, worker_id, artifact_store=None, clock_offset_seconds=0.0, seconds=seconds)
        if meet:
            with suppress(BrokenBarrierError):
                meet.wait(1)


def names() -> tuple[str, ...]:
    with read() as session:
        return workers.names(session)


def test_a_worker_is_there_while_it_reports_itself(store: Settings) -> None:
    report("a@one", 60)
    report("a@one", 60)
    report("b@two", 60)
    assert names() == ("a@one", "b@two")
    report("b@two", -1)
    assert names() == ("a@one",)


def test_two_workers_that_are_late_at_once_do_not_wait_for_each_other(store: Settings) -> None:
    """Each finds the other's row run out, and its own being deleted."""
    for worker_id in ("a", "b"):
        report(worker_id, 60)
    with write() as session:
        session.execute(update(Worker).values(live_until=clock.now(session) - timedelta(seconds=1)))
    meet = Barrier(2)
    with ThreadPoolExecutor(2) as both:
        for done in [both.submit(report, worker_id, 60, meet) for worker_id in ("a", "b")]:
            done.result(30)
    assert set(names()) <= {"a", "b"} and names()
    report("a", 60)
    report("b", 60)
    assert names() == ("a", "b")
