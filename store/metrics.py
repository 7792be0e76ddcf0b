"""The values of /metrics, all from rows: every process gives the same answer, and a restart loses nothing.

Gauges (depth, workers, bytes) are read at each request. Counters have a table and are updated in the transaction of the
event: sums over comparisons would take longer with each one stored, and would drop at a cleanup, which Prometheus
would take for a restart and show as a spike.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Insert, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store import clock, workers
from store.states import OPEN, TaskState
from store.tables import Blob, Build, Count, Notification, Task

BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)  # seconds; above them: +Inf

Labels = tuple[tuple[str, str], ...]
_PENDING = "counts"


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts up to each bound (the last is +Inf), and the sum of all values."""

    buckets: tuple[tuple[str, float], ...]
    total: float


@dataclass(frozen=True, slots=True)
class Facts:
    """By the metric's name and its labels."""

    gauges: Mapping[str, Mapping[Labels, float]]
    counters: Mapping[str, Mapping[Labels, float]]
    histograms: Mapping[str, Mapping[Labels, Histogram]]


def task_ended(session: Session, task: Task) -> None:
    """Counts an ended task. Call it in the transaction that ends it."""
    name = _short(task.name)
    count(session, "tasks_finished", task=name, state=task.state)
    count(session, "task_attempts", task.attempt, task=name)
    if task.state == TaskState.FAILURE:
        count(session, "task_failures", task=name, error=task.error_type or "unknown")
    if task.started_at and task.finished_at:
        observe(session, "task_seconds", (task.finished_at - task.started_at).total_seconds(), task=name)
        if task.attempt == 1:  # a later attempt's wait includes the earlier ones, so it is no waiting time
            observe(session, "task_wait_seconds", (task.started_at - task.created_at).total_seconds(), task=name)


def task_retried(session: Session, name: str, reason: str) -> None:
    count(session, "task_retries", task=_short(name), reason=reason)


def compared(session: Session, verdict: str, timings_ms: Mapping[str, float]) -> None:
    count(session, "verdicts", verdict=verdict)
    stages_took(session, {stage: took for stage, took in timings_ms.items() if stage != "total"})


def stages_took(session: Session, timings_ms: Mapping[str, float]) -> None:
    for stage, took in timings_ms.items():
        observe(session, "stage_seconds", took / 1000, stage=stage)


def count(session: Session, metric: str, amount: float = 1, /, **labels: str) -> None:
    """Written at this transaction's commit, in one statement and one order: the rows are locked only briefly, and two
    transactions cannot deadlock."""
    if _PENDING not in session.info:
        session.info[_PENDING] = {}
        event.listen(session, "before_commit", _write)
    pending: dict[tuple[str, str], float] = session.info[_PENDING]
    key = (metric, json.dumps(labels, sort_keys=True))
    pending[key] = pending.get(key, 0) + amount


def observe(session: Session, metric: str, seconds: float, /, **labels: str) -> None:
    bound = next((str(bound) for bound in BUCKETS if seconds <= bound), "+Inf")
    count(session, f"{metric}_bucket", le=bound, **labels)
    count(session, f"{metric}_sum", max(seconds, 0.0), **labels)


def facts(session: Session) -> Facts:
    counters: dict[str, dict[Labels, float]] = {}
    for row in session.execute(select(Count.name, Count.labels, Count.value)):
        counters.setdefault(row.name, {})[_labels(row.labels)] = row.value
    histograms = {
        name.removesuffix("_sum"): _histograms(counters.pop(name), counters.pop(f"{name.removesuffix('_sum')}_bucket"))
        for name in [name for name in counters if name.endswith("_sum")]
    }
    return Facts(_gauges(session), counters, histograms)


def _gauges(session: Session) -> dict[str, dict[Labels, float]]:
    open_tasks = select(Task.name, Task.state, func.count()).where(Task.state.in_(OPEN)).group_by(Task.name, Task.state)
    at = clock.now(session)
    waiting = select(func.count(), func.min(Task.run_after)).where(
        Task.state.in_(OPEN), Task.claim_token.is_(None), Task.run_after <= at
    )
    depth, since = session.execute(waiting).one()
    builds_open = session.scalar(select(func.count()).select_from(Build).where(Build.concluded_at.is_(None))) or 0
    messages = select(Notification.state, func.count()).group_by(Notification.state)
    files, size_bytes = session.execute(select(func.count(), func.sum(Blob.size_bytes))).one()
    return {
        "tasks": {
            (("state", state), ("task", _short(name))): number for name, state, number in session.execute(open_tasks)
        },
        "queue_depth": {(): depth},
        "queue_oldest_seconds": {(): max(0.0, (at - since).total_seconds()) if since else 0.0},
        "builds_open": {(): builds_open},
        "workers": {(): len(workers.names(session))},
        "worker_clock_offset_seconds": {
            (("worker", worker),): ahead for worker, ahead in workers.clock_offsets(session).items()
        },
        "notifications": {(("state", state),): number for state, number in session.execute(messages)},
        "artifact_files": {(): files},
        "artifact_bytes": {(): size_bytes or 0},
    }


def _histograms(sums: Mapping[Labels, float], buckets: Mapping[Labels, float]) -> dict[Labels, Histogram]:
    """A row counts each observation in one bucket; Prometheus wants cumulative buckets."""
    found: dict[Labels, Histogram] = {}
    for labels, total in sums.items():
        below, cumulated = 0.0, []
        for bound in (*map(str, BUCKETS), "+Inf"):
            below += buckets.get(tuple(sorted((*labels, ("le", bound)))), 0)
            cumulated.append((bound, below))
        found[labels] = Histogram(tuple(cumulated), total)
    return found


def _write(session: Session) -> None:
    if session.in_nested_transaction():  # SQLAlchemy also calls this when a savepoint is released
        return
    rows = [
        {"name": name, "labels": labels, "value": value}
        for (name, labels), value in sorted(session.info[_PENDING].items())
    ]
    session.info[_PENDING].clear()
    if rows:
        insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        statement = insert(Count).values(rows)
        added: Insert = statement.on_conflict_do_update(
            index_elements=["name", "labels"], set_={"value": Count.value + statement.excluded.value}
        )
        session.execute(added)


def _labels(text: str) -> Labels:
    return tuple(sorted((str(name), str(value)) for name, value in json.loads(text).items()))


def _short(name: str) -> str:
    return name.rpartition(".")[2]
