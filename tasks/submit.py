"""Submits a request: its rows are stored and committed, then its task is started."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

import store.tasks
from config import settings
from store import idempotency, projects, tables
from store.errors import StillSubmitting
from store.idempotency import Once
from store.session import read, write
from store.states import TaskState
from store.submissions import forget_pictures, keep_pictures
from store.tables import new_id
from tasks import celery_app  # noqa: F401 a task can be sent only once the application is configured
from tasks.logs import about
from tasks.request_rows import Planned, insert, uploads
from tasks.requests import AnalyzeReference, Request, digest
from tasks.task_runner import Mode, Overloaded, QueueFull, Unavailable, has_room, run_task_with_fallback
from tasks.threads import for_upload

_FIRST_REQUEST_SECONDS = 1.5  # by then it is known, as a rule, whether the first of two same requests was taken in


@dataclass(frozen=True, slots=True)
class Ticket:
    """A client's immediate answer. `ids`: those of comparison_id, testcase_id, reference_id that the request has made or uses."""

    task_id: str
    state: TaskState
    mode: Mode
    ids: Mapping[str, str]


async def submit(request: Request, caller: str = "", key: str | None = None) -> Ticket:
    """Stores the request's rows, commits, then starts its task; in sync and fallback mode it returns when that has ended.
    A `key` that this caller has sent before with the same request gives the ticket of then, and nothing is started.

    Raises task_runner.Overloaded, QueueFull or BrokerUnavailable (no row or blob of the request is left then), and store errors.
    A caller that is cancelled leaves a task behind that runs to its end.
    """
    with about(project=_project(request)):
        return await for_upload(_submit, request, None if key is None else Once(caller, key, digest(request)))


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
        done = run_task_with_fallback(planned.task, planned.stored.subject_id, task_id=task_id)
    except Unavailable:
        if not _taken_back(task_id, planned):  # its message arrived after all, and a worker has it
            return Ticket(task_id, TaskState.STARTED, Mode.ASYNC, planned.stored.ids)
        raise
    # A worker may have begun; what the ticket is for is to ask. One read less that could fail after all is said and done.
    state = _state_of(task_id) if done.is_sync else TaskState.PENDING
    return Ticket(task_id, state, done.mode, planned.stored.ids)


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
    keep_pictures(uploads(request))
    try:
        with write() as session:
            if once and not idempotency.claim(session, once, task_id):
                raise _Overtaken
            planned = insert(session, request, task_id, mode)
            if once:
                idempotency.complete(session, once, planned.stored.ids)
            return planned
    except Exception:
        forget_pictures(uploads(request))
        raise


def _taken_back(task_id: str, planned: Planned) -> bool:
    with write() as session:
        if not store.tasks.close_unstarted(session, task_id):
            return False
        planned.stored.take_back(session)
        store.tasks.delete(session, task_id)
        projects.remove_unused(session, planned.stored.project_id)
    return True


def _state_of(task_id: str) -> TaskState:
    with read() as session:
        return store.tasks.get(session, task_id).state
