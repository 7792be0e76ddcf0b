"""Asks about background work: one task's state, waiting for it, stopping it; the queue; the broker."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

import store.tasks
import store.workers
from config import settings
from store import clock, tables
from store.session import read, write
from store.states import FINAL, TaskState
from store.tables import new_id
from store.visibility import Projects
from tasks import builds, celery_states
from tasks.celery_app import app
from tasks.task_runner import Mode
from tasks.threads import for_waiter, in_thread
from tasks.waiting import until_final

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """A task as a client sees it. `result` holds ids only (analysis_id, artifact_id, annotated_artifact_id, comparison_id,
    testcase_id, reference_id: those that apply); what they point at is read from the store."""

    task_id: str
    name: str
    state: TaskState
    ready: bool
    mode: Mode
    subject_id: str
    testcase_id: str | None
    stage: str | None
    percent: int | None
    result: Mapping[str, str] | None
    error_type: str | None
    error_message: str | None
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunningTask:
    task_id: str
    name: str
    stage: str | None
    percent: int | None
    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """`depth`: tasks that wait to be run; `workers`: names of the worker processes seen lately (none in sync mode)."""

    mode: Mode
    depth: int
    oldest_waiting_seconds: float
    workers: tuple[str, ...]
    running: tuple[RunningTask, ...]


async def wait_for(task_id: str, seconds: float) -> TaskStatus:
    """The task as soon as it is ready, or as it is after `seconds`. Neither a thread nor a session is held meanwhile.

    Raises TaskNotFound.
    """
    status = await for_waiter(_read, task_id)  # the row alone: a hundred who wait need not have Celery asked
    if status.ready or seconds <= 0:
        return status
    await until_final(task_id, seconds)
    return await for_waiter(_read, task_id)


async def get_task(task_id: str) -> TaskStatus:
    """The task now. Raises TaskNotFound."""
    return await in_thread(_get_task, task_id)


async def cancel(task_id: str) -> TaskStatus:
    """Revokes a waiting task; asks a running one to stop at its next stage. Raises TaskNotFound, TaskFinished."""
    return await in_thread(_cancel, task_id)


async def queue_status(of: Projects = None) -> QueueStatus:
    """How much waits, who works, what runs of these projects; from rows alone, so it answers while Redis is away."""
    return await in_thread(_queue_status, of)


async def broker_state() -> str:
    """`not_used` (sync mode), `ok` or `unreachable`; answers within two seconds."""
    if settings().tasks_force_sync:
        return "not_used"
    return "ok" if await in_thread(_broker_answers) else "unreachable"


async def results_state() -> str:
    """The same of the result backend, which has a copy of what the rows say."""
    if settings().tasks_force_sync:
        return "not_used"
    return "ok" if await in_thread(_results_answer) else "unreachable"


def _read(task_id: str) -> TaskStatus:
    with read() as session:
        return _status(store.tasks.get(session, task_id))


def _get_task(task_id: str) -> TaskStatus:
    status = _read(task_id)
    if not status.ready:
        # Celery is asked, the row decides: it is written first, and Celery's copy may be behind, lost or expired.
        said = celery_states.ask(task_id)
        if said is not None and said != status.state:
            log.debug("Task %s: Celery says %s, the row %s.", task_id, said, status.state)
    return status


def _status(row: tables.Task) -> TaskStatus:
    return TaskStatus(
        task_id=row.id,
        name=row.name,
        state=row.state,
        ready=row.state in FINAL,
        mode=Mode(row.mode),
        subject_id=row.subject_id,
        testcase_id=row.testcase_id,
        stage=row.stage,
        percent=row.percent,
        result=row.result,
        error_type=row.error_type if row.state in (TaskState.FAILURE, TaskState.RETRY) else None,
        error_message=row.error_message if row.state in (TaskState.FAILURE, TaskState.RETRY) else None,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


def _cancel(task_id: str) -> TaskStatus:
    with write() as session:
        task = store.tasks.request_cancel(session, task_id)
        if task.state in FINAL:
            builds.task_ended(session, task_id)
        return _status(task)


def _queue_status(of: Projects) -> QueueStatus:
    with read() as session:
        at = clock.now(session)
        depth, since = store.tasks.waiting(session)
        workers = store.workers.names(session)
        running = tuple(
            RunningTask(row.id, row.name, row.stage, row.percent, row.started_at)
            for row in store.tasks.running(session, projects=of)
        )
    mode = Mode.SYNC if settings().tasks_force_sync else Mode.ASYNC
    waited = max(0.0, (at - since).total_seconds()) if since else 0.0
    return QueueStatus(mode, depth, waited, workers, running)


def _broker_answers() -> bool:
    try:
        with app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=1)
            return True
    except (OperationalError, RedisError, OSError):
        return False


def _results_answer() -> bool:
    """The state of an id that was never given out: any answer will do."""
    return celery_states.ask(new_id()) is not None
