"""Three ways to run a task: sync (here, at once), async (a worker, through Redis), fallback (here, since Redis is away)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Mode(StrEnum):
    SYNC = "sync"
    ASYNC = "async"
    FALLBACK = "fallback"


class Unavailable(Exception):
    """The service cannot take this now; `retry_after_seconds` says when to ask again."""

    retry_after_seconds: float = 5


class Overloaded(Unavailable):
    """As many tasks run in this process as it may run at once (SYNC_SLOTS). Try again in a few seconds."""


class BrokerUnavailable(Unavailable):
    """The queue cannot be reached, and running without it is switched off (TASKS_FALLBACK_TO_SYNC=0). Try again later."""


@dataclass(frozen=True, slots=True)
class TaskExecutionResult:
    """How a task was started: with `is_sync` it has ended (sync and fallback mode), else its message has been sent."""

    mode: Mode
    task_id: str
    is_sync: bool


def run_task_with_fallback(task: Any, *args: Any, **kwargs: Any) -> TaskExecutionResult:
    """Runs `task` or sends it, as the settings and the broker have it. Blocks: the caller is in a thread.

    `task_id=` names the row the task works for. Raises Overloaded or BrokerUnavailable; then nothing has been started.
    """
    raise NotImplementedError
