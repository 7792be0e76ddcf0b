"""A task's life: claim its row, work without a transaction, record in one short one.

However it ends, the row says so first. A task whose process dies says nothing: its lease runs out and `tasks/upkeep.py`
puts it back.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

from celery import Task
from celery.exceptions import Ignore
from celery.worker import state as worker_state
from sqlalchemy.orm import Session

import store.tasks
from config import settings
from store import schema
from store.errors import DATABASE_AWAY
from store.session import write
from store.states import TaskState
from store.tables import new_id
from store.tasks import ClaimLost
from tasks import builds, celery_states
from tasks.celery_states import TaskFailed
from tasks.endings import LOST, Outdated, Revoked, TimeLimitExceeded, explain
from tasks.logs import about

log = logging.getLogger(__name__)

T = TypeVar("T")
OnStage = Callable[[str], None]
Record = Callable[[Session], dict[str, str]]

STUCK_EXIT_STATUS = 70  # EX_SOFTWARE
RETRY_SECONDS = 2.0  # then 4, 8, ...
_INSIST_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0)  # a database that is away for a few seconds costs no second inference


def perform(
    task: Task,
    stages: Sequence[str],
    work: Callable[[OnStage], Record],
    failed: Callable[[Session], None] = lambda session: None,
) -> dict[str, str]:
    """Works for the row whose id is the task's, and gives the result's ids.

    `work` looks at pixels and holds no session; what it gives back writes all it found, in the transaction that also ends
    the task (it may run twice and must leave the same rows). `failed` writes what a FAILURE leaves, in the same way.
    Raises Ignore if there is nothing to do, or another version's process has to do it; TaskFailed where the row says FAILURE
    or RETRY.
    """
    run = _Run(task, stages)
    with about(task_id=str(task.request.id)), run.claimed():
        try:
            record = work(run.reach)
            result = insist(lambda: run.succeed(record))
        except (Revoked, ClaimLost) as stop:
            run.stop(stop)
            raise Ignore from stop
        except Exception as error:
            if (
                worker_state.should_terminate
            ):  # in a solo worker that is made to end Celery's own signal handler raises it
                run.give_back()
                raise Ignore from error
            sentence = run.fail(error, failed)
            raise TaskFailed(sentence) from None
        except BaseException:
            run.give_back()
            raise
    return result


def insist(step: Callable[[], T]) -> T:
    """Tries a short transaction again while the database is away for a moment."""
    for seconds in _INSIST_SECONDS:
        try:
            return step()
        except LOST:
            time.sleep(seconds)
    return step()


class _Run:
    """One attempt at a task."""

    def __init__(self, task: Task, stages: Sequence[str]) -> None:
        self._task = task
        self._id = str(task.request.id)
        self._token = new_id()
        self._stages = stages
        self._deadline = time.monotonic() + settings().task_time_limit_seconds
        self._attempt = 0

    @contextmanager
    def claimed(self) -> Iterator[None]:
        try:
            row = insist(self._claim)
        except Outdated:
            log.warning("Task %s is left for a process of the database's version.", self._id)
            raise Ignore from None
        if row is None:
            log.info("Task %s: nothing to do (it is gone, done, or another process has it).", self._id)
            raise Ignore
        self._attempt = row.attempt
        self._tell(TaskState.STARTED, None)
        with _heartbeat(self._id, self._token, self._deadline, is_workers=not self._task.request.is_eager):
            yield

    def reach(self, stage: str) -> None:
        """Notes the stage; raises to stop the work where it was revoked, takes too long or is no longer ours."""
        if time.monotonic() > self._deadline:
            raise TimeLimitExceeded(str(TimeLimitExceeded.__doc__))
        percent = 100 * self._stages.index(stage) // len(self._stages) if stage in self._stages else 0
        self._tell(TaskState.PROGRESS, {"stage": stage, "percent": percent})
        try:
            with write() as session:
                asked_to_stop = store.tasks.progress(session, self._id, self._token, stage, percent)
        except DATABASE_AWAY:
            log.warning("Task %s: its progress could not be written; the work goes on.", self._id)
            return
        if asked_to_stop:
            raise Revoked

    def succeed(self, record: Record) -> dict[str, str]:
        with write() as session:
            result = record(session)
            store.tasks.finish(session, self._id, self._token, TaskState.SUCCESS, result=result)
            builds.task_ended(session, self._id)
        self._tell(TaskState.SUCCESS, result)
        return result

    def stop(self, why: Exception) -> None:
        if isinstance(why, ClaimLost):
            log.warning("Task %s: its lease was lost; what it found is dropped.", self._id)
            return
        with write() as session:
            store.tasks.finish(session, self._id, self._token, TaskState.REVOKED)
            builds.task_ended(session, self._id)
        self._tell(TaskState.REVOKED, None)

    def fail(self, error: Exception, failed: Callable[[Session], None]) -> str:
        """Ends the task, or gives it back to be tried again where what failed may be back by then."""
        kind, sentence = explain(error)
        if kind == "InternalError":
            log.exception("Task %s failed.", self._id)
        else:
            log.warning("Task %s, attempt %d: %s", self._id, self._attempt, sentence)
        try:
            state = insist(lambda: self._end(error, kind, sentence, failed))
            self._tell(state, TaskFailed(sentence))
        except (ClaimLost, *LOST) as also:
            log.warning("Task %s: its end could not be written (%s); upkeep will see to it.", self._id, also)
        return sentence

    def _end(self, error: Exception, kind: str, sentence: str, failed: Callable[[Session], None]) -> TaskState:
        again = isinstance(error, LOST) and self._attempt < settings().task_max_attempts
        with write() as session:
            if not schema.fits(session):  # then that may be why it failed, and a newer process is the one to say so
                store.tasks.release(session, self._id, self._token)
                return TaskState.PENDING
            if again:
                seconds = RETRY_SECONDS * 2 ** (self._attempt - 1)
                store.tasks.retry_later(session, self._id, self._token, seconds, kind, sentence)
                return TaskState.RETRY
            store.tasks.finish(
                session, self._id, self._token, TaskState.FAILURE, error_type=kind, error_message=sentence
            )
            failed(session)
            builds.task_ended(session, self._id)
            return TaskState.FAILURE

    def give_back(self) -> None:
        """The process is being stopped in the middle of it."""
        try:
            with write() as session:
                store.tasks.release(session, self._id, self._token)
        except Exception:
            log.warning("Task %s could not be given back; it comes back when its lease ends.", self._id)

    def _claim(self) -> Any:
        with write() as session:
            if not schema.fits(session):
                raise Outdated
            current = settings()
            return store.tasks.claim(
                session, self._id, self._token, current.task_lease_seconds, current.task_max_attempts
            )

    def _tell(self, state: TaskState, meta: Any) -> None:
        celery_states.tell(self._task, self._id, state, meta)


@contextmanager
def _heartbeat(task_id: str, token: str, deadline: float, is_workers: bool) -> Iterator[None]:
    """Renews the lease in a thread, until the block ends or the time limit has passed. A worker whose block goes on long after
    that is stuck in native code, and ends: the row is another's by then, and who looks after workers starts a new one."""
    done = threading.Event()
    beat = partial(copy_context().run, _beat, task_id, token, deadline, done, is_workers)
    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _beat(task_id: str, token: str, deadline: float, done: threading.Event, is_workers: bool) -> None:
    lease_seconds = settings().task_lease_seconds
    while not done.wait(lease_seconds / 4) and time.monotonic() < deadline:
        try:
            with write() as session:
                if not store.tasks.renew(session, task_id, token, lease_seconds):
                    return
        except LOST:
            log.warning("Task %s: its lease could not be renewed; trying again.", task_id)
    if is_workers and not done.wait(lease_seconds + settings().upkeep_period_seconds):
        log.critical("Task %s is long over its time limit and cannot be reached: this worker ends.", task_id)
        os._exit(STUCK_EXIT_STATUS)
