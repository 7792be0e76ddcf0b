"""Without the claim: a worker starts every task it receives, whatever the row says."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

import store.tasks
from harness.mutants import unchanged
from store.tables import Task, now

app = unchanged.app
app.conf.imports = (*app.conf.imports, __name__)


def _claim(session: Session, task_id: str, token: str, lease_seconds: float, max_attempts: int) -> Task | None:
    until = now() + timedelta(seconds=lease_seconds)
    taken = {"state": "STARTED", "claim_token": token, "lease_until": until, "attempt": Task.attempt + 1}
    session.execute(update(Task).where(Task.id == task_id).values(**taken, started_at=now()))
    return session.get(Task, task_id, populate_existing=True)


store.tasks.claim = _claim


def __getattr__(name: str) -> Any:
    return getattr(unchanged, name)
