"""Machines with wrong clocks: all processes use the database's."""

import asyncio
import shutil
import subprocess
from pathlib import Path

import pytest
from fastapi import Response
from sqlalchemy import text

from api import health
from harness.waiting import wait_until
from store import clock, session
from tests.faults.conftest import SOLO, Service, move_to, on_postgresql
from tests.faults.test_processes import workers

pytestmark = pytest.mark.slow

LIED_ABOUT = (-300.0, 300.0)


def wrong_by(seconds: float) -> dict[str, str]:
    """The environment of a process whose clock is wrong."""
    if not shutil.which("faketime"):
        pytest.skip("faketime is not installed")
    command = ["faketime", "-f", "+0", "printenv", "LD_PRELOAD"]
    library = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    sleeps = str(Path(__file__).parent / "skewed")  # its sitecustomize.py
    faked = {"FAKETIME": f"{seconds:+g}", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return {"LD_PRELOAD": library, "PYTHONPATH": sleeps, **faked}


def clock_part() -> str:
    return asyncio.run(health.ready(Response())).parts["clock"].detail


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
