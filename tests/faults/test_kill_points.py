"""The API dies between any two steps of an upload."""

import subprocess
import sys
from contextlib import nullcontext

import pytest
from sqlalchemy import select

from config import ROOT
from harness import databases
from harness.invariants import broken_rows
from harness.waiting import wait_until
from store import retention, tables
from store.session import read
from store.tasks import FINAL
from tests.faults.conftest import SOLO, Service, on_postgresql
from tests.faults.test_store import in_two_hours

pytestmark = [pytest.mark.slow, pytest.mark.alone]


@pytest.mark.parametrize("kind", databases.KINDS)
def test_an_upload_whose_process_dies_at_any_step_is_whole_or_nothing(
    service: Service, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with on_postgresql(service, monkeypatch) if kind == "postgresql" else nullcontext():
        command = [sys.executable, "-m", "harness.killed_submissions"]
        steps = int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120).stdout)
        assert steps > 15
        worker = service.start_worker(*SOLO)
        wait_until(lambda: states() and set(states().values()) <= set(FINAL), 60, worker.said)
        retention.cleanup(retention.Limits(), at=in_two_hours())
        assert 1 < len(states()) < steps, "some had committed, some had not"
        assert broken_rows(list(states()), dict.fromkeys(states(), "failed")) == []


def states() -> dict[str, str]:
    with read() as session:
        return {row.id: row.state for row in session.scalars(select(tables.Task))}
