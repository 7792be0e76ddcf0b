"""Stores notifications in the transaction of the result they report, and sends them after its commit."""

import logging
import queue
import threading
import time
from dataclasses import dataclass, field

from celery import current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from config import settings
from store import clock, notifications
from store.session import read
from store.states import BuildVerdict, NotificationState
from store.tables import Build, Notification, new_id
from tasks import task_runner
from tasks.notifications import channels
from tasks.notifications.channel import Channel, Event, Happened
from vision.types import Verdict

log = logging.getLogger(__name__)

LONGEST_COUNTDOWN_SECONDS = 60  # what waits longer is left to upkeep


def comparison_judged(session: Session, comparison_id: str, verdict: Verdict) -> None:
    passed = verdict is Verdict.PASSED
    _report(session, Event(Happened.COMPARISON_JUDGED, comparison_id=comparison_id, passed=passed))


def comparison_failed(session: Session, comparison_id: str) -> None:
    """The comparison could not be made."""
    _report(session, Event(Happened.COMPARISON_FAILED, comparison_id=comparison_id))


def build_opened(session: Session, build: Build) -> None:
    _report(session, Event(Happened.BUILD_OPENED, build))


def build_concluded(session: Session, build: Build) -> None:
    """Stores it once for each channel that shows no state, whatever happens to the build's shots later."""
    if build.opened_at is None:  # only labels have made it: its comparisons are reported one by one
        return
    passed = build.verdict is BuildVerdict.PASSED
    _report(session, Event(Happened.BUILD_CONCLUDED, build, passed=passed))


def build_reviewed(session: Session, build: Build) -> None:
    """Approvals changed its verdict."""
    _report(session, Event(Happened.BUILD_REVIEWED, build))


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


def _report(session: Session, event: Event) -> None:
    """Stores a notification for each channel that reports the event."""
    for channel in channels.every():
        if channel.is_on() and channel.wants(session, event):
            _send_after_commit(session, _stored(session, channel, event))


def _stored(session: Session, channel: Channel, event: Event) -> Notification:
    now = clock.now(session)
    if event.build is not None and channel.shows_state:
        return notifications.again(session, event.build.id, channel.name, now)
    build_id = event.build.id if event.build is not None else None
    subject = {"comparison_id": event.comparison_id, "build_id": build_id}
    return notifications.ensure(session, channel.name, now, channel.seconds_apart(), **subject)


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
