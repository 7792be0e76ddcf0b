"""The front door to the background work: hand something in, wait for it, ask about it, stop it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks.requests import Request
from tasks.task_runner import Mode


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


async def submit(request: Request) -> Ticket:
    """Stores the request's rows, commits, then starts its task; in sync and fallback mode it returns when that has ended.

    Raises task_runner.Overloaded or BrokerUnavailable (no row or blob of the request is left then), and store errors.
    """
    raise NotImplementedError


async def wait_for(task_id: str, seconds: float) -> TaskStatus:
    """The task as soon as it is ready, or as it is after `seconds`. Neither a thread nor a session is held meanwhile.

    Raises store.tasks.TaskNotFound.
    """
    raise NotImplementedError


async def get_task(task_id: str) -> TaskStatus:
    """The task now. Raises store.tasks.TaskNotFound."""
    raise NotImplementedError


async def cancel(task_id: str) -> TaskStatus:
    """Revokes a waiting task; asks a running one to stop at its next stage. Raises TaskNotFound, TaskFinished."""
    raise NotImplementedError


async def queue_status() -> QueueStatus:
    """How much waits, who works, what runs; from rows alone, so it answers while Redis is away."""
    raise NotImplementedError


async def broker_state() -> str:
    """`not_used` (sync mode), `ok` or `unreachable`; answers within two seconds."""
    raise NotImplementedError
