"""A submission that is refused because the queue is away leaves nothing: no row, no file, no project, no idempotency key."""

import asyncio

import pytest
from sqlalchemy import func, select

from config import Settings
from harness.waiting import free_port
from store.session import read
from store.tables import Table
from tasks.requests import AnalyzeScreenshot, ComparePair, CreateTestCase, Labels, Request
from tasks.submit import submit
from tasks.task_runner import BrokerUnavailable
from tests.tasks.asked import CHANGED, files, upload
from tests.tasks.conftest import apply_settings

NEW = Labels(project="never seen before")
REQUESTS = [
    AnalyzeScreenshot(upload(CHANGED[0]), NEW),
    ComparePair(upload(CHANGED[0]), upload(CHANGED[1]), labels=NEW),
    CreateTestCase("start page", upload(CHANGED[0]), NEW),
]


@pytest.fixture
def queue_is_away(sync_mode: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in {"TASKS_FORCE_SYNC": "0", "TASKS_FALLBACK_TO_SYNC": "0", "REDIS_PORT": str(free_port())}.items():
        sync_mode.setenv(name, value)
    apply_settings()
    return sync_mode


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda one: type(one).__name__)
def test_nothing_is_left_and_the_same_request_can_come_again(
    queue_is_away: pytest.MonkeyPatch, store: Settings, request_: Request
) -> None:
    with pytest.raises(BrokerUnavailable):
        asyncio.run(submit(request_, "", "word"))
    assert rows() == {} and files(store) == []

    queue_is_away.setenv("TASKS_FORCE_SYNC", "1")
    apply_settings()
    ticket = asyncio.run(submit(request_, "", "word"))
    assert ticket.state == "SUCCESS"
    assert rows()["projects"] == rows()["tasks"] == rows()["idempotency_keys"] == 1


def test_a_project_that_is_used_stays(queue_is_away: pytest.MonkeyPatch) -> None:
    queue_is_away.setenv("TASKS_FORCE_SYNC", "1")
    apply_settings()
    asyncio.run(submit(REQUESTS[0]))
    queue_is_away.setenv("TASKS_FORCE_SYNC", "0")
    apply_settings()
    with pytest.raises(BrokerUnavailable):
        asyncio.run(submit(REQUESTS[1]))
    assert rows()["projects"] == rows()["tasks"] == 1


def rows() -> dict[str, int]:
    """How many rows each table has, of those that have any."""
    with read() as session:
        counted = {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in Table.metadata.tables.items()
            if name not in ("counts", "leases", "periodic_jobs")
        }
    return {name: count for name, count in counted.items() if count}
