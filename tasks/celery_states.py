"""Celery's own task states, which AsyncResult reads: copies of the rows, written in the background.

The rows are the truth. Telling Celery may neither fail nor delay a task, so a thread does it, the newest words win when it
cannot keep up, and a result backend that is away is left alone for a while.
"""

import logging
import queue
import threading
import time
from typing import Any

from celery import Task
from celery.result import AsyncResult

log = logging.getLogger(__name__)

_KEPT = 1000
_REST_SECONDS = 5.0


class TaskFailed(Exception):
    """What AsyncResult gives for a failed task: its sentence, never a traceback."""


def tell(task: Task, task_id: str, state: str, meta: Any) -> None:
    """Queues a call of `task.update_state`."""
    _teller.tell(task, task_id, str(state), meta)


def ask(task_id: str) -> str | None:
    """AsyncResult's state; None if the result backend does not answer."""
    return _teller.ask(task_id)


def flush(seconds: float) -> None:
    """Waits until all queued states have been written, or the time is up."""
    _teller.flush(seconds)


class _Teller:
    def __init__(self) -> None:
        self._words: queue.Queue[tuple[Task, str, str, Any]] = queue.Queue(_KEPT)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._resting_until = 0.0

    def tell(self, task: Task, task_id: str, state: str, meta: Any) -> None:
        self._start()
        while True:
            try:
                return self._words.put_nowait((task, task_id, state, meta))
            except queue.Full:
                self._drop_oldest()

    def ask(self, task_id: str) -> str | None:
        if time.monotonic() < self._resting_until:
            return None
        try:
            return str(AsyncResult(task_id).state)
        except Exception as error:
            self._rest(error)
            return None

    def flush(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self._words.unfinished_tasks and time.monotonic() < deadline:
            time.sleep(0.01)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._pass_on, name="celery-states", daemon=True)
                self._thread.start()

    def _pass_on(self) -> None:
        while True:
            task, task_id, state, meta = self._words.get()
            try:
                if time.monotonic() >= self._resting_until:
                    task.update_state(task_id=task_id, state=state, meta=meta)
            except Exception as error:
                self._rest(error)
            finally:
                self._words.task_done()

    def _drop_oldest(self) -> None:
        try:
            self._words.get_nowait()
            self._words.task_done()
        except queue.Empty:
            return

    def _rest(self, error: Exception) -> None:
        self._resting_until = time.monotonic() + _REST_SECONDS
        log.warning("Celery's result backend is away (%s); the rows answer for it.", type(error).__name__)


_teller = _Teller()
