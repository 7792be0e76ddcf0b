"""Stores notifications in the transaction of the result they report, and sends them after its commit."""

import logging
import queue
import threading
import time
from dataclasses import dataclass, field

from celery import current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from config import TelegramNotify, settings
from store import clock, comparisons, notifications
from store.session import read
from store.states import BuildVerdict, NotificationState
from store.tables import Build, Notification, new_id
from tasks import task_runner
from tasks.notifications import channels
from vision.types import Verdict

log = logging.getLogger(__name__)

LONGEST_COUNTDOWN_SECONDS = 60  # what waits longer is left to upkeep


def comparison_judged(session: Session, comparison_id: str, verdict: Verdict) -> None:
    """Stores a notification of the comparison's verdict, if the settings want one."""
    if verdict is not Verdict.PASSED or settings().telegram_notify is not TelegramNotify.NOT_PASSED:
        _tell_of_comparison(session, comparison_id)


def comparison_failed(session: Session, comparison_id: str) -> None:
    """Stores a notification that the comparison could not be made. These are always sent."""
    _tell_of_comparison(session, comparison_id)


def build_opened(session: Session, build: Build) -> None:
    """Channels that show commit states show that it runs."""
    _show_commit(session, build)


def build_concluded(session: Session, build: Build) -> None:
    """Stores one notification of the build's verdict for each channel, whatever happens to its shots later."""
    if build.opened_at is None:  # only labels have made it: its comparisons are told one by one
        return
    passed_is_told = settings().telegram_notify is not TelegramNotify.NOT_PASSED
    if channels.TELEGRAM.is_on() and (passed_is_told or build.verdict is not BuildVerdict.PASSED):
        _ensure(session, channels.TELEGRAM, build_id=build.id)
    if channels.WEBHOOK.is_on():
        _ensure(session, channels.WEBHOOK, build_id=build.id)
    _show_commit(session, build)


def build_reviewed(session: Session, build: Build) -> None:
    """Approvals changed its verdict: channels that show commit states show the new one."""
    _show_commit(session, build)


def start(notification_id: str, channel: str) -> None:
    """Sends one notification: through a worker, or in this process in sync mode."""
    task = current_app.tasks[channels.by_name(channel).task_name]
    if not settings().tasks_force_sync:
        try:
            return task_runner.publish(task, new_id(), (notification_id,), {})
        except task_runner.NotPublished:
            log.info("The queue is away; notification %s is sent from here.", notification_id)
    task.apply(args=(notification_id,))
    return None


def _tell_of_comparison(session: Session, comparison_id: str) -> None:
    if not channels.TELEGRAM.is_on():
        return
    told_with_build = comparisons.is_of_opened_build(session, comparison_id)
    if not told_with_build or settings().telegram_notify is TelegramNotify.EACH:
        _ensure(session, channels.TELEGRAM, comparison_id=comparison_id)


def _show_commit(session: Session, build: Build) -> None:
    channel = channels.of_commit(session, build)
    if channel and build.commit:
        row = notifications.again(session, build.id, channel.name, clock.now(session))
        _send_after_commit(session, row)


def _ensure(session: Session, channel: channels.Channel, **subject: str) -> None:
    row = notifications.ensure(session, channel.name, clock.now(session), channel.seconds_apart(), **subject)
    _send_after_commit(session, row)


def _send_after_commit(session: Session, row: Notification) -> None:
    """By another thread: neither a result nor an answer waits for a channel."""
    waiting = [row.id]

    def committed(done: Session) -> None:
        if not done.in_nested_transaction():  # the release of a savepoint is announced as a commit too
            for notification_id in waiting:
                _sender.add(notification_id)
            waiting.clear()

    event.listen(session, "after_commit", committed)


@dataclass(slots=True)
class _Sender:
    """A thread that starts notifications as soon as they are due."""

    _waiting: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def add(self, notification_id: str) -> None:
        self._waiting.put(notification_id)
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="notifications", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            notification_id = self._waiting.get()
            try:
                self._start(notification_id)
            except Exception:
                log.exception("The notification %s was not sent; upkeep will try again.", notification_id)
                time.sleep(1)

    def _start(self, notification_id: str) -> None:
        with read() as session:
            row = notifications.get(session, notification_id)
            wait = (row.next_attempt_at - clock.now(session)).total_seconds()
        if (
            row.state == NotificationState.PENDING and wait < LONGEST_COUNTDOWN_SECONDS
        ):  # what comes later is left to upkeep
            time.sleep(max(0.0, wait))
            start(row.id, row.channel)


_sender = _Sender()
