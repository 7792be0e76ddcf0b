"""The front door to the background work: hand something in, wait for it, ask about it, stop it."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any, TypeVar

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from sqlalchemy.orm import Session

import store.tasks
from config import settings
from store import idempotency, locks, projects, tables
from store.errors import StillSubmitting
from store.idempotency import Once
from store.session import read, write
from store.tables import new_id, now
from store.visibility import Projects
from tasks import states
from tasks.celery_app import app
from tasks.logs import about
from tasks.requests import AnalyzeReference, Request, digest
from tasks.submission import Planned, forget_pictures, insert, keep_pictures
from tasks.task_runner import Mode, Overloaded, QueueFull, Unavailable, has_room, run_task_with_fallback
from tasks.waiting import until_final

log = logging.getLogger(__name__)

T = TypeVar("T")

_SHORT_THREADS = 16  # publishing, reading a row, asking Celery for a state: milliseconds each, a second with Redis hung
_FIRST_REQUEST_SECONDS = 1.5  # by then it is known, as a rule, whether the first of two same requests was taken in


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a client gets at once. `ids`: those of comparison_id, testcase_id, reference_id that the request has made or uses."""

    task_id: str
    state: str
    mode: Mode
    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """A task as a client sees it. `result` holds ids only (analysis_id, artifact_id, annotated_artifact_id, comparison_id,
    testcase_id, reference_id: those that apply); what they point at is read from the store."""

    task_id: str
    name: str
    state: str
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


async def submit(request: Request, caller: str = "", key: str | None = None) -> Ticket:
    """Stores the request's rows, commits, then starts its task; in sync and fallback mode it returns when that has ended.
    A `key` that this caller has sent before with the same request gives the ticket of then, and nothing is started.

    Raises task_runner.Overloaded, QueueFull or BrokerUnavailable (no row or blob of the request is left then), and store errors.
    A caller that is cancelled leaves a task behind that runs to its end.
    """
    with about(project=_project(request)):
        return await _in_thread(_submit, request, None if key is None else Once(caller, key, digest(request)))


async def wait_for(task_id: str, seconds: float) -> TaskStatus:
    """The task as soon as it is ready, or as it is after `seconds`. Neither a thread nor a session is held meanwhile.

    Raises TaskNotFound.
    """
    status = await _in_thread(_read, task_id)  # the row alone: a hundred who wait need not have Celery asked
    if status.ready or seconds <= 0:
        return status
    await until_final(task_id, seconds)
    return await _in_thread(_read, task_id)


async def get_task(task_id: str) -> TaskStatus:
    """The task now. Raises TaskNotFound."""
    return await _in_thread(_get_task, task_id)


async def cancel(task_id: str) -> TaskStatus:
    """Revokes a waiting task; asks a running one to stop at its next stage. Raises TaskNotFound, TaskFinished."""
    return await _in_thread(_cancel, task_id)


async def queue_status(of: Projects = None) -> QueueStatus:
    """How much waits, who works, what runs of these projects; from rows alone, so it answers while Redis is away."""
    return await _in_thread(_queue_status, of)


async def broker_state() -> str:
    """`not_used` (sync mode), `ok` or `unreachable`; answers within two seconds."""
    if settings().tasks_force_sync:
        return "not_used"
    return "ok" if await _in_thread(_broker_answers) else "unreachable"


async def results_state() -> str:
    """The same of the result backend, which has a copy of what the rows say."""
    if settings().tasks_force_sync:
        return "not_used"
    return "ok" if await _in_thread(_results_answer) else "unreachable"


def _project(request: Request) -> str | None:
    return None if isinstance(request, AnalyzeReference) else request.labels.project


def _submit(request: Request, once: Once | None) -> Ticket:
    mode = Mode.SYNC if settings().tasks_force_sync else Mode.ASYNC
    if once and (earlier := _earlier(once)):
        return earlier
    if mode is Mode.SYNC and not has_room():
        raise Overloaded
    if mode is Mode.ASYNC and _queue_is_full():
        raise QueueFull
    task_id = new_id()
    try:
        planned = _insert(request, task_id, mode, once)
    except _Overtaken:
        return _submit(request, once)
    try:
        done = run_task_with_fallback(planned.task, planned.subject_id, task_id=task_id)
    except Unavailable:
        if not _taken_back(task_id, planned):  # its message got through after all, and somebody works on it
            return Ticket(task_id, "STARTED", Mode.ASYNC, planned.ids)
        raise
    # A worker may have begun; what the ticket is for is to ask. One read less that could fail after all is said and done.
    state = _state_of(task_id) if done.is_sync else "PENDING"
    return Ticket(task_id, state, done.mode, planned.ids)


class _Overtaken(Exception):
    """The same request was sent twice at once, and the other one was first."""


def _earlier(once: Once) -> Ticket | None:
    """The ticket of the request that came before with that key. Waits a moment for one that is being taken in just now."""
    deadline = time.monotonic() + _FIRST_REQUEST_SECONDS
    while True:
        try:
            with read() as session:
                found = idempotency.earlier(session, once)
                return _ticket_of(session, found) if found else None
        except StillSubmitting:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.05)


def _ticket_of(session: Session, found: tables.IdempotencyKey) -> Ticket:
    task = store.tasks.get(session, found.task_id)
    return Ticket(task.id, task.state, Mode(task.mode), found.ids)


def _queue_is_full() -> bool:
    with read() as session:
        return store.tasks.as_many_wait(session, settings().queue_limit)


def _insert(request: Request, task_id: str, mode: Mode, once: Once | None) -> Planned:
    keep_pictures(request)
    try:
        with write() as session:
            if once and not idempotency.claim(session, once, task_id):
                raise _Overtaken
            planned = insert(session, request, task_id, mode)
            if once:
                idempotency.complete(session, once, planned.ids)
            return planned
    except Exception:
        forget_pictures(request)
        raise


def _taken_back(task_id: str, planned: Planned) -> bool:
    with write() as session:
        if not store.tasks.close_unstarted(session, task_id):
            return False
        planned.take_back(session)
        store.tasks.delete(session, task_id)
        projects.remove_unused(session, planned.project_id)
    return True


def _state_of(task_id: str) -> str:
    with read() as session:
        return store.tasks.get(session, task_id).state


def _read(task_id: str) -> TaskStatus:
    with read() as session:
        return _status(store.tasks.get(session, task_id))


def _get_task(task_id: str) -> TaskStatus:
    status = _read(task_id)
    if not status.ready:
        # Celery is asked, the row decides: it is written first, and Celery's copy may be behind, lost or expired.
        said = states.ask(task_id)
        if said is not None and said != status.state:
            log.debug("Task %s: Celery says %s, the row %s.", task_id, said, status.state)
    return status


def _status(row: tables.Task) -> TaskStatus:
    return TaskStatus(
        task_id=row.id,
        name=row.name,
        state=row.state,
        ready=row.state in store.tasks.FINAL,
        mode=Mode(row.mode),
        subject_id=row.subject_id,
        testcase_id=row.testcase_id,
        stage=row.stage,
        percent=row.percent,
        result=row.result,
        error_type=row.error_type if row.state in ("FAILURE", "RETRY") else None,
        error_message=row.error_message if row.state in ("FAILURE", "RETRY") else None,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


def _cancel(task_id: str) -> TaskStatus:
    with write() as session:
        return _status(store.tasks.request_cancel(session, task_id))


def _queue_status(of: Projects) -> QueueStatus:
    with read() as session:
        depth, since = store.tasks.waiting(session)
        workers = locks.workers(session)
        running = tuple(
            RunningTask(row.id, row.name, row.stage, row.percent, row.started_at)
            for row in store.tasks.running(session, projects=of)
        )
    mode = Mode.SYNC if settings().tasks_force_sync else Mode.ASYNC
    waited = max(0.0, (now() - since).total_seconds()) if since else 0.0
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
    return states.ask(new_id()) is not None


async def _in_thread(function: Callable[..., T], *args: Any) -> T:
    """Threads of our own: SYNC_SLOTS long runs and a burst of short ones never use up the web framework's."""
    loop = asyncio.get_running_loop()
    known = copy_context()  # which request it is for: the log says so there too
    return await loop.run_in_executor(_threads(settings().sync_slots), partial(known.run, function, *args))


@cache
def _threads(sync_slots: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(sync_slots + _SHORT_THREADS, thread_name_prefix="tasks")
