"""A queue that is as long as it may be takes nothing more, and says when to come back."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

import store.tasks
from config import Settings
from store.session import read, write
from store.tables import new_id
from store.tasks import as_many_wait
from tasks.submit import submit
from tasks.task_runner import QueueFull
from tests.tasks.asked import files, pair
from tests.tasks.conftest import apply_settings


def test_a_full_queue_takes_no_more_and_keeps_nothing(sync_mode: pytest.MonkeyPatch, store: Settings) -> None:
    sync_mode.setenv("TASKS_FORCE_SYNC", "0")
    sync_mode.setenv("QUEUE_LIMIT", "2")
    apply_settings()
    _add("PENDING", "RETRY", "STARTED", "PROGRESS", "SUCCESS", "FAILURE")
    with pytest.raises(QueueFull) as refused:
        asyncio.run(submit(pair()))
    assert refused.value.retry_after_seconds >= 1
    assert files(store) == []


def test_only_tasks_that_wait_fill_the_queue(store: Settings) -> None:
    _add("PENDING", "STARTED", "PROGRESS", "SUCCESS", "FAILURE", "REVOKED")
    with read() as session:
        assert as_many_wait(session, 1) and not as_many_wait(session, 2)


@pytest.mark.parametrize(
    "look",
    [
        store.tasks.waiting,
        store.tasks.running,
        lambda session: store.tasks.as_many_wait(session, 10),
        lambda session: store.tasks.due(session, 5, 30, 100),
        lambda session: store.tasks.put_back_stuck(session, 3, 300),
    ],
    ids=["waiting", "running", "as_many_wait", "due", "put_back_stuck"],
)
def test_looking_for_open_tasks_reads_an_index_not_every_task(
    store: Settings, look: Callable[[Session], object]
) -> None:
    with read() as session:
        said: list[tuple[str, object]] = []
        event.listen(session.get_bind(), "before_cursor_execute", lambda *call: said.append((call[2], call[3])))
        look(session)
        statement, values = said[-1]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    assert "ix_tasks_open" in str(plan)


def _add(*states: str) -> None:
    with write() as session:
        for state in states:
            task = store.tasks.add(session, task_id=new_id(), name="x", subject_id="y", mode="async")
            task.state = state
