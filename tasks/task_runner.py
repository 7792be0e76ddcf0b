"""Three ways to run a task: sync (here, at once), async (a worker, through Redis), fallback (here, since Redis is away)."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent import futures
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache, partial
from typing import Any

from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from sqlalchemy.exc import DatabaseError, InterfaceError

import store.tasks
from config import settings
from store import clock
from store.errors import TaskNotFound
from store.session import patience, read, write
from store.states import FINAL, Dispatch, TaskState
from store.tables import new_id

log = logging.getLogger(__name__)

_BROKER_REST_SECONDS = 5.0
_RETRY_LONGEST_SECONDS = 30.0
_LOOK_SECONDS = 1.0
# What a publish raises when Redis is away: kombu's, redis-py's own (the result backend's), RuntimeError (measured), sockets'.
_AWAY = (OperationalError, RedisError, RuntimeError, OSError)


class Mode(StrEnum):
    SYNC = "sync"
    ASYNC = "async"
    FALLBACK = "fallback"


class Unavailable(Exception):
    """The service cannot take this now; try again after `retry_after_seconds`."""

    retry_after_seconds: float = 5

    def __str__(self) -> str:
        return str(type(self).__doc__)


class Overloaded(Unavailable):
    """This process already runs SYNC_SLOTS tasks. Try again in a few seconds."""


class QueueFull(Unavailable):
    """QUEUE_LIMIT tasks already wait for a worker. Try again in half a minute, or start more workers."""

    retry_after_seconds = 30


class BrokerUnavailable(Unavailable):
    """The queue cannot be reached, and running without it is switched off (TASKS_FALLBACK_TO_SYNC=0). Try again later."""


class NotPublished(Exception):
    """The message was not accepted by the broker; after a time-out (`may_arrive`) it may still arrive."""

    def __init__(self, may_arrive: bool) -> None:
        super().__init__(str(type(self).__doc__))
        self.may_arrive = may_arrive


@dataclass(frozen=True, slots=True)
class TaskExecutionResult:
    """How a task was started: with `is_sync` it has ended (sync and fallback mode), else its message has been sent."""

    mode: Mode
    task_id: str
    is_sync: bool


def run_task_with_fallback(task: Any, *args: Any, task_id: str | None = None, **kwargs: Any) -> TaskExecutionResult:
    """Runs `task` or sends it to a worker, depending on the settings and the broker. Blocks, so call it in a thread.

    `task_id` names the row the task works for. Raises Overloaded or BrokerUnavailable; then nothing has been started here.
    """
    task_id = task_id or new_id()
    if settings().tasks_force_sync:
        return _run_here(Mode.SYNC, Dispatch.NOT_SENT, task, task_id, args, kwargs)
    try:
        publish(task, task_id, args, kwargs)
    except NotPublished as lost:
        if not settings().tasks_fallback_to_sync:
            raise BrokerUnavailable from lost
        return _run_here(
            Mode.FALLBACK, Dispatch.UNKNOWN if lost.may_arrive else Dispatch.NOT_SENT, task, task_id, args, kwargs
        )
    try:
        _note(task_id, Mode.ASYNC, Dispatch.SENT)
    except (DatabaseError, InterfaceError) as error:
        # This failure is not reported: the message has left. Should the row read `not_sent` for it, upkeep sends another.
        log.warning("Task %s was sent, and its row could not say so (%s).", task_id, type(error).__name__)
    return TaskExecutionResult(Mode.ASYNC, task_id, is_sync=False)


def publish(task: Any, task_id: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Sends a task's message. Raises NotPublished within about a second, at once while the broker is known to be away."""
    if not _breaker.may_try():
        raise NotPublished(may_arrive=False)
    try:
        task.apply_async(args=tuple(args), kwargs=dict(kwargs), task_id=task_id)
    except _AWAY as error:
        _breaker.opened()
        log.warning("The queue cannot be reached (%s).", type(error).__name__)
        raise NotPublished(may_arrive=_timed_out(error)) from None
    _breaker.closed()


def has_room() -> bool:
    """Whether a slot is free right now. Only a hint: the slot itself is taken later."""
    slots = _slots(settings().sync_slots)
    if not slots.acquire(blocking=False):
        return False
    slots.release()
    return True


@contextmanager
def slot() -> Iterator[None]:
    """One of the SYNC_SLOTS of this process. Raises Overloaded if all are taken."""
    slots = _slots(settings().sync_slots)
    if not slots.acquire(blocking=False):
        raise Overloaded
    try:
        yield
    finally:
        slots.release()


def run_eagerly(task: Any, task_id: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Runs a task in this thread until it has ended, its retries included. The caller holds a slot."""
    with patience(None):  # a request's is not the task's, which has a time limit of its own
        task.apply(args=tuple(args), kwargs=dict(kwargs), task_id=task_id)
        while _wait_for_retry(task_id):
            task.apply(args=tuple(args), kwargs=dict(kwargs), task_id=task_id)


def _run_here(
    mode: Mode, dispatch: Dispatch, task: Any, task_id: str, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> TaskExecutionResult:
    with ExitStack() as held:
        held.enter_context(slot())
        _note(task_id, mode, dispatch)
        ended = _in_thread(task_id, partial(run_eagerly, task, task_id, args, kwargs), held.pop_all())
    _wait_for_end(task_id, ended)
    return TaskExecutionResult(mode, task_id, is_sync=True)


def _in_thread(task_id: str, work: Callable[[], None], held: ExitStack) -> "Future[None]":
    """Of its own, so that who waits for the task can leave when its time is over. The slot is the thread's, until it ends."""
    ended: Future[None] = Future()

    def run() -> None:
        try:
            with held:
                work()
        except BaseException as error:
            ended.set_exception(error)
        else:
            ended.set_result(None)

    threading.Thread(target=copy_context().run, args=(run,), name=f"task {task_id}", daemon=True).start()
    return ended


def _wait_for_end(task_id: str, ended: "Future[None]") -> None:
    """Native code cannot be stopped in this process. Once the row says that the task is over its time limit (upkeep writes that)
    no client waits for it any longer."""
    limit = time.monotonic() + settings().task_time_limit_seconds
    while not futures.wait([ended], timeout=_LOOK_SECONDS).done:
        if time.monotonic() > limit and _is_final(task_id):
            log.error("Task %s is over its time limit and cannot be stopped here: it keeps its slot.", task_id)
            return
    ended.result()


def _is_final(task_id: str) -> bool:
    with read() as session:
        return store.tasks.get(session, task_id).state in FINAL


def _note(task_id: str, mode: Mode, dispatch: Dispatch) -> None:
    with write() as session:
        store.tasks.mark_dispatched(session, task_id, mode, dispatch)


def _wait_for_retry(task_id: str) -> bool:
    """Sleeps until the row's next attempt; False if there is none to wait for."""
    try:
        with read() as session:
            row = store.tasks.get(session, task_id)
            wait = row.run_after - clock.now(session)
    except TaskNotFound:
        return False
    if row.state != TaskState.RETRY or wait > timedelta(seconds=_RETRY_LONGEST_SECONDS):
        return False
    time.sleep(max(0.0, wait.total_seconds()))
    return True


def _timed_out(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, TimeoutError) or "timeout" in type(error).__name__.lower() or "Timeout" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


@cache
def _slots(count: int) -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(count)


class _Breaker:
    """While the broker is away one caller in five seconds tries it; the others hear at once that it is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away = False
        self._next_try = 0.0

    def may_try(self) -> bool:
        with self._lock:
            if not self._away:
                return True
            if time.monotonic() < self._next_try:
                return False
            self._next_try = time.monotonic() + _BROKER_REST_SECONDS
            return True

    def opened(self) -> None:
        with self._lock:
            self._away = True
            self._next_try = time.monotonic() + _BROKER_REST_SECONDS

    def closed(self) -> None:
        with self._lock:
            self._away = False


_breaker = _Breaker()


def forget_broker() -> None:
    """Forgets that the broker was away, so the next publish tries it."""
    _breaker.closed()
