"""Watches tasks during a fault: a thread polls their states, as an impatient client does."""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from store.errors import TaskNotFound
from store.tasks import FINAL
from tasks.ask import TaskStatus, get_task

ASKED_EVERY_SECONDS = 0.1
ENDED_ASKED_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What the service said of a task."""

    state: str
    ready: bool
    has_result: bool


class Unanswered(Exception):
    """The service said that it cannot answer now, which is allowed."""


class WrongAnswer(Exception):
    """The service gave an answer that it may never give, whatever is away."""


@dataclass
class Watch:
    """`lies`: answers that were taken back or contradict themselves."""

    ask: Callable[[str], Seen | None]
    said: dict[str, Seen] = field(default_factory=dict)
    lies: list[str] = field(default_factory=list)
    slowest_seconds: float = 0.0
    unanswered: int = 0
    _accepted: list[str] = field(default_factory=list)
    _looked_at: dict[str, float] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Watch":
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(10)

    def add(self, task_id: str) -> None:
        self._accepted.append(task_id)

    @property
    def accepted(self) -> tuple[str, ...]:
        return tuple(self._accepted)

    def wait_final(self, seconds: float) -> list[str]:
        """Waits until every task has ended. Returns those that have not."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self._open():
            time.sleep(ASKED_EVERY_SECONDS / 2)
        return self._open()

    def wait_for(self, task_id: str, seconds: float) -> Seen | None:
        """The task once it has ended; None if it has not."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if task_id in self.said and self.said[task_id].ready:
                return self.said[task_id]
            time.sleep(ASKED_EVERY_SECONDS / 2)
        return None

    def _open(self) -> list[str]:
        return [task_id for task_id in self._accepted if task_id not in self.said or not self.said[task_id].ready]

    def _run(self) -> None:
        while not self._stop.wait(ASKED_EVERY_SECONDS):
            for task_id in self.accepted:
                ended = task_id in self.said and self.said[task_id].ready
                if not ended or time.monotonic() > self._looked_at[task_id] + ENDED_ASKED_EVERY_SECONDS:
                    self._look(task_id)

    def _look(self, task_id: str) -> None:
        began = self._looked_at[task_id] = time.monotonic()
        try:
            now = self.ask(task_id)
        except Unanswered:
            self.unanswered += 1
            return
        except WrongAnswer as wrong:
            self.lies.append(f"{task_id}: {wrong}")
            return
        finally:
            self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - began)
        before = self.said.get(task_id)
        if now is None:
            self.lies.append(f"{task_id}: was accepted and is unknown now")
            return
        if before and before.ready and now != before:
            self.lies.append(f"{task_id}: had ended ({before}), and now it says {now}")
        if now.ready != (now.state in FINAL) or now.has_result != (now.state == "SUCCESS"):
            self.lies.append(f"{task_id}: contradicts itself: {now}")
        self.said[task_id] = now


def ask_here(task_id: str) -> Seen | None:
    """Asks `tasks.ask` in this process."""
    try:
        return seen(asyncio.run(get_task(task_id)))
    except TaskNotFound:
        return None
    except Exception as error:  # the database is away: the API says 503
        raise Unanswered from error


def seen(status: TaskStatus) -> Seen:
    return Seen(status.state, status.ready, bool(status.result))
