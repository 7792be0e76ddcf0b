"""Machines with wrong clocks: all processes use the database's."""

import asyncio

import pytest
from fastapi import Response
from sqlalchemy import text

from api import health
from harness.clocks import can_be_wrong, set_by, wrong_by
from harness.waiting import wait_until
from store import clock, session
from tests.faults.conftest import SOLO, Service, move_to, on_postgresql
from tests.faults.test_processes import workers

pytestmark = [pytest.mark.slow, pytest.mark.alone]
can_be_set = pytest.mark.skipif(not can_be_wrong(), reason="faketime is not installed")

LIED_ABOUT = (-300.0, 300.0)


def clock_part() -> str:
    return asyncio.run(health.ready(Response())).parts["clock"].detail


@can_be_set
@pytest.mark.parametrize("seconds", [-300.0, -0.3, 0.3, 300.0])
def test_a_worker_whose_clock_is_wrong_works_at_once_and_is_named(
    service: Service, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    with on_postgresql(service, monkeypatch):
        worker = service.start_worker(*SOLO, **wrong_by(seconds))
        wait_until(workers, 20, "it was never seen")
        for _ in range(3):
            ticket = service.submit()
            assert service.watch.wait_for(ticket.task_id, 60), worker.said()
            assert service.attempts(ticket) == 1
        service.check()
        assert "nothing to do" not in worker.said()
        if seconds in LIED_ABOUT:
            wait_until(lambda: f"is {seconds:+.1f} s off" in clock_part(), 20, clock_part)
        else:
            assert clock_part() == "as the database's"


@can_be_set
def test_a_clock_that_is_set_forward_and_back_while_tasks_run_loses_nothing(service: Service) -> None:
    """As NTP sets it, with SQLite: the worker and its upkeep go by their machine's clock. (An API under libfaketime hangs.)"""
    file = service.folder / "clock"
    file.write_text("+0")
    worker = service.start_worker(*SOLO, SLOW_SECONDS="1", **set_by(file))
    for engine_calls, ahead in ((1, "+300"), (3, "+295")):
        ticket = service.submit()
        service.wait_for_engine_call(engine_calls)
        file.write_text(ahead)
        assert service.watch.wait_for(ticket.task_id, 60), worker.said()
    service.submit()
    service.check()


@can_be_set
def test_a_worker_whose_clock_is_set_while_it_works_notices_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = service.folder / "clock"
    file.write_text("+0")
    with on_postgresql(service, monkeypatch):
        service.start_worker(*SOLO, SLOW_SECONDS="1", **set_by(file))
        for engine_calls, ahead in ((1, "+3600"), (3, "-3600")):
            ticket = service.submit()
            service.wait_for_engine_call(engine_calls)
            file.write_text(ahead)
            assert service.watch.wait_for(ticket.task_id, 60)
            assert service.attempts(ticket) == 1
        service.check()


def test_the_databases_time_is_the_one_that_counts(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite the machine's, on PostgreSQL the server's; neither stands still in a transaction."""
    with on_postgresql(service, monkeypatch):
        _clock_runs()
    move_to(monkeypatch, service.folder, DATABASE_URL=f"sqlite:///{service.folder}/other.db")
    _clock_runs()


def _clock_runs() -> None:
    with session.read() as reading:
        first = clock.now(reading)
        reading.execute(text("SELECT 1"))
        assert first < clock.now(reading)
        assert abs(clock.offset(reading).total_seconds()) < 1
