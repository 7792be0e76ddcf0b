"""Tasks, claimed, renewed and ended by compare-and-set: however many messages there are, one run counts.

A process that works on a task holds its row by a token and a lease. Every later write checks the token: a process that
lost its lease (for example, it was suspended) cannot overwrite the one that took over. States have Celery's names.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Update, func, or_, select, update
from sqlalchemy import delete as delete_rows
from sqlalchemy.orm import Session

from store import clock, metrics
from store.clock import database_now
from store.errors import Conflict, TaskNotFound
from store.states import FINAL, OPEN, WAITING, Dispatch, TaskState
from store.tables import Task
from store.visibility import Projects, within


class TaskFinished(Conflict):
    """The task {0} has ended already ({1}), so it cannot be stopped."""


class ClaimLost(Conflict):
    """The task {0} is no longer this process's: its lease ran out, or it has ended."""


def add(
    session: Session,
    *,
    task_id: str,
    name: str,
    subject_id: str,
    mode: str,
    testcase_id: str | None = None,
    project_id: str | None = None,
) -> Task:
    task = Task(id=task_id, name=name, subject_id=subject_id, mode=mode, testcase_id=testcase_id, project_id=project_id)
    session.add(task)
    session.flush()
    return task


def get(session: Session, task_id: str) -> Task:
    """Raises TaskNotFound."""
    task = session.get(Task, task_id, populate_existing=True)
    if task is None:
        raise TaskNotFound(task_id)
    return task


def claim(session: Session, task_id: str, token: str, lease_seconds: float, max_attempts: int) -> Task | None:
    """Claims the task for `token` and counts an attempt. None if it is gone, ended, not due, tried too often or
    already claimed."""
    at = clock.now(session)
    free = or_(Task.claim_token.is_(None), Task.lease_until < at)
    changed = _changed(
        session,
        update(Task)
        .where(Task.id == task_id, _open(), free, Task.run_after <= at)
        .where(Task.attempt < max_attempts, Task.cancel_requested.is_(False))
        .values(
            state=TaskState.STARTED,
            claim_token=token,
            lease_until=at + timedelta(seconds=lease_seconds),
            attempt=Task.attempt + 1,
            started_at=at,
            stage=None,
            percent=None,
        ),
    )
    return get(session, task_id) if changed else None


def renew(session: Session, task_id: str, token: str, lease_seconds: float) -> bool:
    """Renews the lease; False if the task no longer belongs to the token."""
    return _changed(
        session, _held(task_id, token).values(lease_until=clock.now(session) + timedelta(seconds=lease_seconds))
    )


def progress(session: Session, task_id: str, token: str, stage: str, percent: int) -> bool:
    """Stores the progress; True if the task was asked to stop. Raises ClaimLost."""
    if not _changed(session, _held(task_id, token).values(state=TaskState.PROGRESS, stage=stage, percent=percent)):
        raise ClaimLost(task_id)
    return bool(session.scalars(select(Task.cancel_requested).where(Task.id == task_id)).one())


def finish(
    session: Session,
    task_id: str,
    token: str,
    state: TaskState,
    *,
    result: Mapping[str, str] | None = None,
    error_type: str | None = None,
    error_message: str | None = None,
) -> None:
    """Ends the task. Raises ClaimLost; then the whole transaction must be rolled back."""
    values = _end(state, result, error_type, error_message)
    if not _changed(session, _held(task_id, token).values(**values)):
        raise ClaimLost(task_id)
    metrics.task_ended(session, get(session, task_id))


def retry_later(
    session: Session, task_id: str, token: str, seconds: float, error_type: str, error_message: str
) -> None:
    """Requeues the task for a retry after `seconds`. Raises ClaimLost."""
    values = {"state": TaskState.RETRY, "error_type": error_type, "error_message": error_message}
    if not _changed(session, _held(task_id, token).values(**values, **_put_back(clock.now(session), seconds))):
        raise ClaimLost(task_id)
    metrics.task_retried(session, get(session, task_id).name, error_type)


def release(session: Session, task_id: str, token: str) -> None:
    """Requeues the task without counting the attempt: its process is being stopped."""
    values = {"state": TaskState.PENDING, "attempt": Task.attempt - 1, **_put_back(clock.now(session))}
    _changed(session, _held(task_id, token).values(**values))


def mark_dispatched(session: Session, task_id: str, mode: str, dispatch: Dispatch) -> None:
    """Stores how the task is run, and whether its message has left: `not_sent`, `sent` or `unknown`."""
    session.execute(
        update(Task).where(Task.id == task_id).values(mode=mode, dispatch=dispatch, dispatched_at=clock.now(session))
    )


def close_unstarted(session: Session, task_id: str) -> bool:
    """Ends a task that has not started, so that it can be deleted; False if it has started."""
    unstarted = (Task.id == task_id, Task.attempt == 0, Task.claim_token.is_(None), _open())
    return _changed(session, update(Task).where(*unstarted).values(**_end(TaskState.REVOKED, None, None, None)))


def delete(session: Session, task_id: str) -> None:
    session.execute(delete_rows(Task).where(Task.id == task_id))


def request_cancel(session: Session, task_id: str) -> Task:
    """Ends a waiting task, or asks a running one to stop. Raises TaskNotFound, TaskFinished."""
    at = clock.now(session)
    running = (Task.claim_token.is_not(None), Task.lease_until >= at)
    here = update(Task).where(Task.id == task_id, _open())
    if not _changed(session, here.where(*running).values(cancel_requested=True)) and not _changed(
        session, here.values(**_end(TaskState.REVOKED, None, None, None), cancel_requested=True)
    ):
        raise TaskFinished(task_id, get(session, task_id).state)
    task = get(session, task_id)
    if task.state in FINAL:
        metrics.task_ended(session, task)
    return task


def put_back_stuck(session: Session, max_attempts: int, time_limit_seconds: float) -> tuple[list[Task], list[Task]]:
    """Requeues tasks whose lease has expired, or ends them if they were revoked or are out of time or attempts.
    Returns (requeued, ended)."""
    at = clock.now(session)
    stuck = session.scalars(select(Task).where(_open(), Task.claim_token.is_not(None), Task.lease_until < at)).all()
    back: list[Task] = []
    ended: list[Task] = []
    for task in stuck:
        end = _reason_to_end(task, max_attempts, time_limit_seconds)
        values: dict[str, Any] = _end(*end) if end else {"state": TaskState.PENDING, **_put_back(at)}
        same = update(Task).where(Task.id == task.id, Task.claim_token == task.claim_token, Task.lease_until < at)
        if _changed(session, same.values(**values)):
            (ended if end else back).append(get(session, task.id))
    for task in ended:
        metrics.task_ended(session, task)
    for task in back:
        metrics.task_retried(session, task.name, "WorkerLost")
    return back, ended


def due(session: Session, grace_seconds: float, resend_seconds: float, limit: int) -> Sequence[Task]:
    """Waiting tasks whose message is `grace_seconds` overdue, or was sent `resend_seconds` ago."""
    at = clock.now(session)
    unsent = (Task.dispatch == Dispatch.NOT_SENT) & (Task.run_after <= at - timedelta(seconds=grace_seconds))
    silent = (Task.dispatch != Dispatch.NOT_SENT) & (Task.dispatched_at <= at - timedelta(seconds=resend_seconds))
    waiting = (_open(), Task.claim_token.is_(None), Task.run_after <= at, Task.cancel_requested.is_(False))
    return session.scalars(
        select(Task).where(*waiting, or_(unsent, silent)).order_by(Task.run_after, Task.id).limit(limit)
    ).all()


def final_among(session: Session, task_ids: Sequence[str]) -> set[str]:
    """Those of the ids whose task has ended or does not exist."""
    still = session.scalars(select(Task.id).where(Task.id.in_(task_ids), _open())).all()
    return set(task_ids) - set(still)


def waiting(session: Session) -> tuple[int, datetime | None]:
    """How many tasks wait, and since when the oldest is due."""
    found = session.execute(
        select(func.count(), func.min(Task.run_after)).where(_open(), Task.claim_token.is_(None))
    ).one()
    return found[0], found[1]


def as_many_wait(session: Session, limit: int) -> bool:
    """Whether at least `limit` tasks wait; reads no more of the index than needed."""
    some = select(Task.id).where(Task.state.in_(WAITING)).limit(limit).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) >= limit


def running(session: Session, limit: int = 100, projects: Projects = None) -> Sequence[Task]:
    """Running tasks of these projects, the longest first."""
    held = (_open(), Task.claim_token.is_not(None), within(projects, Task.project_id))
    return session.scalars(select(Task).where(*held).order_by(Task.started_at).limit(limit)).all()


def place(session: Session, task: Task) -> int:
    """Its place in the queue, from 1; 0 if it does not wait."""
    if task.state not in WAITING or task.claim_token is not None:
        return 0
    before = or_(Task.run_after < task.run_after, (Task.run_after == task.run_after) & (Task.id <= task.id))
    return session.scalar(select(func.count()).where(Task.state.in_(WAITING), Task.claim_token.is_(None), before)) or 0


def next_in_line(session: Session, limit: int, projects: Projects = None) -> Sequence[Task]:
    """Waiting tasks of these projects, the next first."""
    waits = (Task.state.in_(WAITING), Task.claim_token.is_(None), within(projects, Task.project_id))
    return session.scalars(select(Task).where(*waits).order_by(Task.run_after, Task.id).limit(limit)).all()


def failed_lately(session: Session, limit: int, projects: Projects = None) -> Sequence[Task]:
    """Tasks of these projects that ended as FAILURE, the latest first."""
    failed = select(Task).where(Task.state == TaskState.FAILURE, within(projects, Task.project_id))
    return session.scalars(failed.order_by(Task.finished_at.desc()).limit(limit)).all()


def _open() -> Any:
    # Open states instead of "not final": the index finds these; the other way would read every task ever made.
    return Task.state.in_(OPEN)


def _held(task_id: str, token: str) -> Update:
    return update(Task).where(Task.id == task_id, Task.claim_token == token, _open())


def _end(
    state: TaskState, result: Mapping[str, str] | None, error_type: str | None, error_message: str | None
) -> dict[str, Any]:
    return {
        "state": state,
        "result": dict(result) if result is not None else None,
        "error_type": error_type,
        "error_message": error_message,
        "percent": 100 if state == TaskState.SUCCESS else Task.percent,
        "claim_token": None,
        "lease_until": None,
        "finished_at": database_now(),
    }


def _put_back(at: datetime, seconds: float = 0) -> dict[str, Any]:
    return {
        "claim_token": None,
        "lease_until": None,
        "run_after": at + timedelta(seconds=seconds),
        "dispatch": Dispatch.NOT_SENT,
    }


def _reason_to_end(
    task: Task, max_attempts: int, time_limit_seconds: float
) -> tuple[TaskState, None, str | None, str | None] | None:
    if task.cancel_requested:
        return TaskState.REVOKED, None, None, None
    # A process renews its lease until the time limit is over. A lease that ended earlier is a process that died, however long
    # ago that was, or a clock that was set.
    limit = timedelta(seconds=time_limit_seconds)
    if task.started_at and task.lease_until and task.lease_until - task.started_at >= limit:
        return TaskState.FAILURE, None, "TimeLimitExceeded", f"The task took longer than {time_limit_seconds:g} s."
    if task.attempt >= max_attempts:
        sentence = f"The process that worked on the task was lost, {task.attempt} times; it was given up after that."
        return TaskState.FAILURE, None, "WorkerLost", sentence
    return None


def _changed(session: Session, statement: Any) -> bool:
    done = session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return done.rowcount > 0
