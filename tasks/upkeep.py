"""Requeues stuck tasks, ends those out of attempts, and sends unsent messages. It runs in every process, one at a time."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from celery import current_app
from celery.worker import state as worker_state
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

import store.tasks
from config import settings
from store import clock, idempotency, leases, notifications, periodic_jobs, retention, schema, tables
from store.errors import SchemaMismatch
from store.session import read, write
from store.states import Dispatch, TaskState
from store.tables import new_id
from tasks import builds, memory, task_runner, worker_reports
from tasks.celery_terms import DEFAULT_QUEUE, NOTIFICATION_QUEUE
from tasks.comparison import compare_reference_with_actual
from tasks.notifications import channels, outbox
from tasks.task_runner import Mode, NotPublished, Overloaded

log = logging.getLogger(__name__)

_LEASE = "upkeep"
_CLEANUP = "cleanup"
_HOLDER = new_id()
_AT_ONCE = 100
_GRACE_SECONDS = 5.0  # the process that inserted a row is about to send or run it
_LEASE_ROUNDS = (
    3  # a process that does the upkeep goes on with it; another takes over three rounds after it fell silent
)
_LOST_ROUNDS = 3  # a message that no worker took in this many rounds is lost, if its queue is empty
_LOST_ANYWAY_ROUNDS = 60  # ... and so it is then, while fewer wait in the queue than there should
_NEVER_SECONDS = 10 * 365 * 24 * 3600.0
_NOTIFIED_AGAIN_ROUNDS = 6
_STARTING = "notifications due"
_STATES_DROPPED_EVERY_SECONDS = 6 * 3600.0
_CLEANUP_EVERY_SECONDS = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Done:
    """What one round did, in numbers of rows."""

    put_back: int = 0
    ended: int = 0
    sent: int = 0
    notified: int = 0
    concluded: int = 0


def run_once() -> Done | None:
    """One round; None if another process holds the lease."""
    if not _take_lease():
        return None
    put_back, ended = _end_stuck()
    _drop_expired_states()
    _clean_up_once_a_day()
    concluded = _conclude_builds()
    # What is put back is sent in the same round.
    return Done(put_back, ended, _send_tasks(), _send_notifications(), concluded)


@contextmanager
def running(worker: str | None = None, takes_tasks: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """A thread that does a round every UPKEEP_PERIOD_SECONDS: around the API's lifespan, and in every worker.

    `worker` is a worker's name; its thread also reports that the worker is live, while it `takes_tasks`.
    """
    stop = threading.Event()
    thread = threading.Thread(target=_run, args=(worker, takes_tasks, stop), name="upkeep", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)
        _leave(worker)


def _run(worker: str | None, takes_tasks: Callable[[], bool], stop: threading.Event) -> None:
    """Ends, and ends its worker, where a newer Etalon has changed the database meanwhile: its code no longer knows the rows."""
    while True:
        try:
            if not _fits():
                _give_up(worker)
                return
            if worker and takes_tasks():
                worker_reports.report(worker, _lease_seconds())
            done = run_once()
            if done and done != Done():
                log.info("Upkeep: %s.", done)
        except Exception as error:
            # The database or Redis may be away for a while: the next round is the retry. Nothing may end this thread.
            log.warning("Upkeep could not do its round (%s: %s).", type(error).__name__, str(error).split("\n")[0])
        memory.release()
        if stop.wait(settings().upkeep_period_seconds):
            return


def _fits() -> bool:
    with read() as session:
        return schema.fits(session)


def _give_up(worker: str | None) -> None:
    try:
        schema.check(settings().database)
    except SchemaMismatch as mismatch:
        log.critical("%s %s", mismatch, "This worker ends." if worker else "Start this process again.")
    if worker:
        # It exits after its task; its supervisor restarts it with the new files.
        worker_state.should_stop = 1


def _end_stuck() -> tuple[int, int]:
    current = settings()
    with write() as session:
        back, ended = store.tasks.put_back_stuck(session, current.task_max_attempts, current.task_time_limit_seconds)
        for task in ended:
            if task.state == TaskState.FAILURE and task.name == compare_reference_with_actual.name:
                outbox.comparison_failed(session, task.subject_id)
        for task in sorted(ended, key=lambda one: one.id):
            builds.task_ended(session, task.id)
        notifications.end_lost(session, clock.now(session), channels.repeatable())
    return len(back), len(ended)


def _conclude_builds() -> int:
    with write() as session:
        return builds.conclude_left(session, settings().build_idle_minutes)


def _send_tasks() -> int:
    grace = min(_GRACE_SECONDS, settings().upkeep_period_seconds)
    with read() as session:
        waiting, _ = store.tasks.waiting(session)
    lost_after = _lost_after(DEFAULT_QUEUE, _LOST_ROUNDS, waiting)
    with read() as session:
        due = store.tasks.due(session, grace, lost_after, _AT_ONCE)
    return sum(_start_task(task) for task in due)


def _send_notifications() -> int:
    if _runs(_STARTING):
        return 0
    grace = timedelta(seconds=min(_GRACE_SECONDS, settings().upkeep_period_seconds))
    with read() as session:
        due = notifications.due(session, clock.now(session) - grace, _AT_ONCE)
    again_seconds = _lost_after(NOTIFICATION_QUEUE, _NOTIFIED_AGAIN_ROUNDS, len(due)) if due else 0.0
    fresh = [notification_id for notification_id in due if _not_started_lately(notification_id, again_seconds)]
    return len(fresh) if fresh and _in_background(_STARTING, lambda: _start_notifications(fresh)) else 0


def _start_notifications(notification_ids: Sequence[str]) -> None:
    """As far apart as their channel takes them."""
    for notification_id in notification_ids:
        with read() as session:
            name = notifications.get(session, notification_id).channel
        if channels.is_known(name):  # otherwise a newer version's: that one sends it
            outbox.start(notification_id, name)
            time.sleep(channels.by_name(name).seconds_apart())


def _drop_expired_states() -> None:
    """Deletes Celery's old states in a database: Redis expires its own, and there is no beat to delete these."""
    global _states_dropped_at
    if time.monotonic() - _states_dropped_at > _STATES_DROPPED_EVERY_SECONDS:
        _states_dropped_at = time.monotonic()
        _in_background("celery-states-cleanup", lambda: current_app.backend.cleanup())


_states_dropped_at = time.monotonic()


def _clean_up_once_a_day() -> None:
    """In the background: deleting thousands of pictures takes longer than a round."""
    with write() as session:
        ours = periodic_jobs.take(session, _CLEANUP, _CLEANUP_EVERY_SECONDS)
    if ours:
        _in_background("cleanup", _clean_up)


def _clean_up() -> None:
    log.info("Cleanup: %s", retention.cleanup(retention.Limits.of(settings())))
    with write() as session:
        idempotency.delete_older(session, clock.now(session) - timedelta(hours=settings().idempotency_hours))


def _start_task(task: tables.Task) -> bool:
    """Sends it to a worker; runs it here if there is none to send it to, and where there is room."""
    known = current_app.tasks.get(task.name)
    if not settings().tasks_force_sync:
        try:
            # By its name, so that tasks that only a newer version knows are sent as well.
            task_runner.publish(known or current_app.signature(task.name), task.id, (task.subject_id,), {})
        except NotPublished:
            if not settings().tasks_fallback_to_sync:
                return False
        else:
            _note(task.id, Mode.ASYNC, Dispatch.SENT)
            return True
    if not known:
        log.warning("Task %s is one this version does not know (%s).", task.id, task.name)
        return False
    return task_runner.has_room() and _in_background(task.id, lambda: _run_here(task))


def _run_here(task: tables.Task) -> None:
    try:
        with task_runner.slot():
            _note(task.id, Mode.SYNC if settings().tasks_force_sync else Mode.FALLBACK, Dispatch.NOT_SENT)
            task_runner.run_eagerly(current_app.tasks[task.name], task.id, (task.subject_id,), {})
    except Overloaded:
        log.info("Task %s waits for the next round: no slot is free.", task.id)


def _not_started_lately(notification_id: str, again_seconds: float) -> bool:
    """Once in a while: its message may be waiting for a worker, and then another would only be one more."""
    at = time.monotonic()
    for known, started in list(_notified.items()):
        if at - started > again_seconds:
            del _notified[known]
    with read() as session:
        key = f"{notification_id} {notifications.get(session, notification_id).attempt}"
    if key in _notified:
        return False
    _notified[key] = at
    return True


_notified: dict[str, float] = {}


def _in_background(name: str, work: Callable[[], None]) -> bool:
    """In a thread of its own: a long task does not keep the next round from being done. One thread a name."""
    if _runs(name):
        return False
    threading.Thread(target=_guarded, args=(name, work), name=name, daemon=True).start()
    return True


def _runs(name: str) -> bool:
    return any(thread.name == name for thread in threading.enumerate())


def _guarded(name: str, work: Callable[[], None]) -> None:
    try:
        work()
    except Exception as error:
        log.warning("Upkeep could not run %s (%s); the next round tries again.", name, type(error).__name__)


def _note(task_id: str, mode: Mode, dispatch: Dispatch) -> None:
    with write() as session:
        store.tasks.mark_dispatched(session, task_id, mode, dispatch)


def _lost_after(queue: str, rounds: int, wanted: int) -> float:
    """The age at which a message that no worker took counts as lost: low while its queue is empty, infinite while it holds
    at least `wanted` messages. Otherwise, without workers, each round would add messages until Redis is full."""
    count = _messages_in(queue)
    if count == 0:
        return settings().upkeep_period_seconds * rounds
    if count is not None and count >= wanted:
        return _NEVER_SECONDS
    return settings().upkeep_period_seconds * _LOST_ANYWAY_ROUNDS


def _messages_in(queue: str) -> int | None:
    """None if unknown: then no message counts as lost yet."""
    if settings().tasks_force_sync:
        return 0
    try:
        with current_app.connection_for_write() as connection, connection.channel() as channel:
            return int(channel.queue_declare(queue).message_count)
    except (OperationalError, RedisError, OSError):
        return None


def _take_lease() -> bool:
    with write() as session:
        return leases.acquire(session, _LEASE, _HOLDER, _lease_seconds())


def _lease_seconds() -> float:
    return _LEASE_ROUNDS * settings().upkeep_period_seconds


def _leave(worker: str | None) -> None:
    try:
        with write() as session:
            leases.release(session, _LEASE, _HOLDER)
        if worker:
            worker_reports.withdraw()
    except Exception as error:
        log.info("The leases could not be given back (%s); they run out.", type(error).__name__)
