"""Idempotency-Key: a client's name for one submission. Its row is inserted together with the task's: of two requests
that race with the same key, one makes the task and the other finds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

import store.tasks
from store import tables
from store.errors import IdempotencyKeyReused, StillSubmitting
from store.session import insert_if_new
from store.states import TaskState
from store.tables import IdempotencyKey


@dataclass(frozen=True, slots=True)
class Once:
    """The caller, the key, and the digest of the request."""

    caller: str
    key: str
    request_sha256: str


def earlier(session: Session, once: Once) -> IdempotencyKey | None:
    """The earlier submission with that key, or None. Raises IdempotencyKeyReused if it was another request,
    StillSubmitting while the first may still be refused."""
    row = session.get(IdempotencyKey, (once.caller, once.key), populate_existing=True)
    if row is None:
        return None
    if row.request_sha256 != once.request_sha256:
        raise IdempotencyKeyReused(once.key)
    if _may_be_taken_back(store.tasks.get(session, row.task_id)):
        raise StillSubmitting(once.key)
    return row


def task_of(session: Session, caller: str, key: str) -> str | None:
    """The task of that key, accepted for good or not."""
    row = session.get(IdempotencyKey, (caller, key))
    return row.task_id if row else None


def claim(session: Session, once: Once, task_id: str) -> bool:
    """Inserts the key's row before all others of the submission; False if it exists. Waits while another transaction
    inserts the same key."""
    values = {"caller": once.caller, "key": once.key, "request_sha256": once.request_sha256}
    return insert_if_new(session, IdempotencyKey, **values, task_id=task_id, ids={})


def complete(session: Session, once: Once, ids: Mapping[str, str]) -> None:
    """Stores the ticket's other ids."""
    session.get_one(IdempotencyKey, (once.caller, once.key)).ids = dict(ids)


def delete_older(session: Session, before: datetime) -> int:
    """Deletes keys that are older. Returns how many."""
    done = session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < before))
    assert isinstance(done, CursorResult)
    return done.rowcount


def _may_be_taken_back(task: tables.Task) -> bool:
    """Neither sent nor started: if the queue is away, the submission ends as 503 and leaves nothing."""
    return task.dispatched_at is None and task.attempt == 0 and task.state == TaskState.PENDING
