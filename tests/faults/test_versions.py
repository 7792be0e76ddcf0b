"""Workers of another version: what they do not know they leave alone, and one that knows does it."""

import subprocess
import sys
import time

import pytest
from sqlalchemy import text

from config import ROOT
from harness.waiting import wait_until
from store.session import write
from tasks.celery_app import app
from tests.faults.conftest import SOLO, Service

pytestmark = [pytest.mark.slow, pytest.mark.alone]

OLD = "harness.old_worker_app"


def test_a_task_that_a_worker_does_not_know_waits_for_one_that_does(service: Service) -> None:
    old = service.start_worker(*SOLO, module=OLD)
    tickets = [service.submit() for _ in range(2)]
    wait_until(lambda: "Received unregistered task" in old.said(), 20, old.said)
    time.sleep(2)  # rounds of the old worker's upkeep
    assert [service.watch.said[ticket.task_id].state for ticket in tickets] == ["PENDING", "PENDING"]
    service.start_worker(*SOLO)
    service.check()
    assert [service.attempts(ticket) for ticket in tickets] == [1, 1]


def test_a_message_with_an_unknown_argument_is_replaced_by_one_from_its_row(service: Service) -> None:
    ticket = service.submit()
    service.redis.client().flushall()
    app.send_task(
        "tasks.comparison.compare_reference_with_actual",
        (ticket.ids["comparison_id"],),
        {"colour": "red"},
        task_id=ticket.task_id,
    )
    worker = service.start_worker(*SOLO)
    service.check()
    assert "colour" in worker.said()
    assert service.attempts(ticket) == 1


def test_a_worker_older_than_the_schema_touches_nothing_and_ends(service: Service) -> None:
    old = service.start_worker(*SOLO)
    newest = migrated_to("from the future")
    ticket = service.submit()
    wait_until(lambda: old.process and old.process.poll() is not None, 20, old.said)
    assert service.attempts(ticket) == 0
    assert "newer Etalon" in old.said()
    migrated_to(newest)
    service.start_worker(*SOLO)
    service.check()
    assert service.attempts(ticket) == 1


def test_a_worker_older_than_the_schema_does_not_start(service: Service) -> None:
    migrated_to("from the future")
    command = [sys.executable, "-m", "celery", "-A", "harness.worker_app", "worker", *SOLO]
    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=50)
    assert refused.returncode != 0
    assert "newer Etalon" in refused.stderr + refused.stdout


def migrated_to(revision: str) -> str:
    """Writes another revision into the database; gives the one that was there."""
    with write() as session:
        before = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        session.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    return str(before)
