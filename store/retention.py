"""The cleanup of expired comparisons, single analyses, superseded references, and files without a row.

`cleanup` is `python3 run.py cleanup` and a daily round of `tasks/upkeep.py`; `foresee` is `--dry-run`. Expired rows
are found by reading, then deleted in short transactions, which check again (except comparisons: expired ones stay
expired, and an approved one is kept by its reference). Rows are deleted first, their files after the commit, as
everywhere (`store/artifacts.py`).

Never deleted: current references, test cases, and everything that an unfinished task uses. An unreviewed comparison is
deleted by age like any other, because the age limit is a promise about the screenshots. The count limit spares a
failed comparison that could still be approved, and everything less than a day old: a client may be waiting for it.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, delete, exists, false, func, select
from sqlalchemy.orm import Session

from config import Settings
from store import artifacts, clock, comparisons
from store.artifacts import Removed, blob_store
from store.blobs import LEFTOVER_AGE_SECONDS, Stored
from store.session import read, write
from store.states import FINAL, ReferenceState, ReviewState
from store.tables import Analysis, Artifact, Blob, Build, Comparison, Reference, Review, Task
from vision.types import Verdict

T = TypeVar("T")

SPARED = timedelta(days=1)
_AT_ONCE = 100
_REST_SECONDS = 0.02  # between two transactions: SQLite has one writer at a time, and uploads have priority


@dataclass(frozen=True, slots=True)
class Limits:
    """`days`: older rows are deleted. `per_testcase`: the newest comparisons kept for each test case and branch. 0
    means no limit."""

    days: int = 0
    per_testcase: int = 0

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        return cls(settings.retention_days, settings.retention_comparisons_per_testcase)


@dataclass(frozen=True, slots=True)
class Report:
    """What a cleanup has deleted, or would delete. `leftovers` are files without a row; `size_bytes` counts all files."""

    comparisons: int = 0
    tasks: int = 0
    builds: int = 0
    reviews: int = 0
    references: int = 0
    analyses: int = 0
    pictures: int = 0
    files: int = 0
    leftovers: int = 0
    size_bytes: int = 0

    def __str__(self) -> str:
        counts = ", ".join(f"{getattr(self, one.name)} {one.name}" for one in fields(self)[:-1])
        return f"{counts}; {self.size_bytes} bytes."

    def __add__(self, other: "Report") -> "Report":
        return Report(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @classmethod
    def of(cls, removed: Removed, **more: int) -> "Report":
        return cls(pictures=removed.artifacts, files=removed.files, size_bytes=removed.size_bytes, **more)


def cleanup(limits: Limits, at: datetime | None = None) -> Report:
    """Deletes what has expired, and what nothing refers to."""
    at = at or _now()
    done = Report()
    for step in (
        _delete_builds,
        _delete_reviews,
        _delete_comparisons,
        _delete_tasks,
        _delete_references,
        _delete_analyses,
    ):
        for part in step(limits, at):
            done += part
            time.sleep(_REST_SECONDS)
    blob_store().remove_unfinished()
    return done + _delete_leftovers(at)


def foresee(limits: Limits, at: datetime | None = None) -> Report:
    """What `cleanup` would delete now. It only reads."""
    at = at or _now()
    with read() as session:
        found = _Foreseen(session, limits, at).report()
    leftovers = list(_leftovers(at))
    return found + Report(leftovers=len(leftovers), size_bytes=sum(one.size_bytes for one in leftovers))


def _now() -> datetime:
    with read() as session:
        return clock.now(session)


def _delete_builds(limits: Limits, at: datetime) -> Iterator[Report]:
    """A build goes with what it says of its shots; their comparisons go by their own age."""

    def remove(session: Session, which: ColumnElement[bool]) -> Report:
        return Report(builds=len(session.execute(delete(Build).where(which).returning(Build.id)).all()))

    return _in_batches(Build.id, _old_build(limits, at), remove)


def _delete_reviews(limits: Limits, at: datetime) -> Iterator[Report]:
    def remove(session: Session, which: ColumnElement[bool]) -> Report:
        return Report(reviews=len(session.execute(delete(Review).where(which).returning(Review.id)).all()))

    return _in_batches(Review.id, _old_review(limits, at), remove)


def _delete_comparisons(limits: Limits, at: datetime) -> Iterator[Report]:
    with read() as session:
        doomed = sorted(_doomed_comparisons(session, limits, at))
    for ids in _batches(doomed):
        with write() as session:
            tasks = session.scalars(select(Comparison.task_id).where(Comparison.id.in_(ids))).all()
            removed = comparisons.remove_all(session, ids)
            session.execute(delete(Task).where(Task.id.in_(tasks)))
        yield Report.of(removed, comparisons=len(tasks), tasks=len(tasks))


def _delete_tasks(limits: Limits, at: datetime) -> Iterator[Report]:
    """Deletes tasks without a comparison; a single analysis' task is about its screenshot."""

    def remove(session: Session, which: ColumnElement[bool]) -> Report:
        gone = session.execute(delete(Task).where(which).returning(Task.subject_id)).scalars().all()
        return Report.of(artifacts.remove_unused(session, gone), tasks=len(gone))

    return _in_batches(Task.id, _doomed_task(limits, at), remove)


def _delete_references(limits: Limits, at: datetime) -> Iterator[Report]:
    def remove(session: Session, which: ColumnElement[bool]) -> Report:
        gone = session.execute(delete(Reference).where(which).returning(Reference.artifact_id)).scalars().all()
        return Report.of(artifacts.remove_unused(session, gone), references=len(gone))

    unused = ~exists().where(Comparison.reference_id == Reference.id)
    return _in_batches(Reference.id, _past_reference(limits, at) & unused, remove)


def _delete_analyses(limits: Limits, at: datetime) -> Iterator[Report]:
    def remove(session: Session, which: ColumnElement[bool]) -> Report:
        gone = session.execute(delete(Analysis).where(which).returning(Analysis.id)).all()
        return Report(analyses=len(gone))

    users = (
        Reference.analysis_id,
        Comparison.reference_analysis_id,
        Comparison.actual_analysis_id,
        Artifact.analysis_id,
    )
    which = _idle_analysis(limits, at)
    for user in users:
        which &= ~exists().where(user == Analysis.id)
    return _in_batches(Analysis.id, which, remove)


def _delete_leftovers(at: datetime) -> Report:
    done = Report()
    for some in _batches(list(_leftovers(at))):
        with read() as session:
            artifacts.delete_files(session, [one.digest for one in some])
        done += Report(leftovers=len(some), size_bytes=sum(one.size_bytes for one in some))
    return done


def _leftovers(at: datetime) -> Iterator[Stored]:
    """Files without a row, left by killed processes. Files of current uploads are younger."""
    oldest = at - timedelta(seconds=LEFTOVER_AGE_SECONDS)
    for some in _batches(one for one in blob_store().stored() if one.modified_at < oldest):
        with read() as session:
            digests = [one.digest for one in some]
            known = set(session.scalars(select(Blob.sha256).where(Blob.sha256.in_(digests))))
        yield from (one for one in some if one.digest not in known)


def _doomed_comparisons(session: Session, limits: Limits, at: datetime) -> set[str]:
    finished = exists().where(Task.id == Comparison.task_id, Task.state.in_(FINAL))
    doomed: set[str] = set()
    if limits.days:
        old = select(Comparison.id).where(finished, Comparison.created_at < at - timedelta(days=limits.days))
        doomed |= set(session.scalars(old))
    if limits.per_testcase:
        newest_first = func.row_number().over(
            partition_by=(Comparison.testcase_id, Comparison.branch),
            order_by=(Comparison.created_at.desc(), Comparison.id.desc()),
        )
        ranked = (
            select(Comparison.id, newest_first.label("place")).where(Comparison.testcase_id.is_not(None)).subquery()
        )
        beyond = select(ranked.c.id).where(ranked.c.place > limits.per_testcase)
        spared = Comparison.created_at >= at - SPARED
        doomed |= set(
            session.scalars(
                select(Comparison.id).where(Comparison.id.in_(beyond), finished, ~spared, ~_open_question())
            )
        )
    return doomed


def _open_question() -> ColumnElement[bool]:
    """It failed, is unreviewed, and its reference is still current."""
    current = exists().where(Reference.id == Comparison.reference_id, Reference.superseded_at.is_(None))
    return (Comparison.verdict == Verdict.FAILED) & (Comparison.review == ReviewState.UNREVIEWED) & current


def _doomed_task(limits: Limits, at: datetime) -> ColumnElement[bool]:
    if not limits.days:
        return false()
    old = Task.state.in_(FINAL) & (Task.created_at < at - timedelta(days=limits.days))
    return old & ~exists().where(Comparison.task_id == Task.id)


def _old_build(limits: Limits, at: datetime) -> ColumnElement[bool]:
    if not limits.days:
        return false()
    return Build.concluded_at.is_not(None) & (Build.created_at < at - timedelta(days=limits.days))


def _old_review(limits: Limits, at: datetime) -> ColumnElement[bool]:
    return Review.created_at < at - timedelta(days=limits.days) if limits.days else false()


def _past_reference(limits: Limits, at: datetime) -> ColumnElement[bool]:
    if not limits.days:
        return false()
    worked_on = select(Task.subject_id).where(Task.state.not_in(FINAL))
    oldest = at - timedelta(days=limits.days)
    waiting = Reference.state.in_((ReferenceState.PENDING, ReferenceState.REJECTED)) & (Reference.created_at < oldest)
    return ((Reference.superseded_at < oldest) | waiting) & Reference.id.not_in(worked_on)


def _idle_analysis(limits: Limits, at: datetime) -> ColumnElement[bool]:
    """No task uses it: a running task has recorded its use (`analyses.find`) and takes at most an hour."""
    return Analysis.used_at < at - SPARED if limits != Limits() else false()


def _in_batches(
    key: Any, which: ColumnElement[bool], remove: Callable[[Session, ColumnElement[bool]], Report]
) -> Iterator[Report]:
    last = ""
    while True:
        with read() as session:
            ids = session.scalars(select(key).where(which, key > last).order_by(key).limit(_AT_ONCE)).all()
        if not ids:
            return
        with write() as session:
            done = remove(session, key.in_(ids) & which)
        yield done
        last = ids[-1]


def _batches(items: Iterable[T]) -> Iterator[Sequence[T]]:
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


class _Foreseen:
    """Finds what the steps above would delete, by reading each table once."""

    def __init__(self, session: Session, limits: Limits, at: datetime) -> None:
        self._session, self._limits, self._at = session, limits, at
        self._comparisons = _doomed_comparisons(session, limits, at)
        self._pictures: set[str | None] = set()
        self._kept_pictures: set[str | None] = set()
        self._kept_references: set[str | None] = set()
        self._kept_analyses: set[str | None] = set()

    def report(self) -> Report:
        self._read_comparisons()
        tasks = self._session.scalars(select(Task.subject_id).where(_doomed_task(self._limits, self._at))).all()
        self._pictures.update(tasks)
        references = self._read_references()
        pictures = self._read_artifacts()
        idle = self._session.scalars(select(Analysis.id).where(_idle_analysis(self._limits, self._at)))
        return pictures + Report(
            comparisons=len(self._comparisons),
            tasks=len(self._comparisons) + len(tasks),
            builds=self._count(Build, _old_build(self._limits, self._at)),
            reviews=self._count(Review, _old_review(self._limits, self._at)),
            references=references,
            analyses=len(set(idle) - self._kept_analyses),
        )

    def _count(self, table: type[Build | Review], which: ColumnElement[bool]) -> int:
        return self._session.scalar(select(func.count()).select_from(table).where(which)) or 0

    def _read_comparisons(self) -> None:
        row = Comparison
        columns = (row.reference_artifact_id, row.actual_artifact_id, row.reference_analysis_id, row.actual_analysis_id)
        for id_, reference_id, *found in self._session.execute(select(row.id, row.reference_id, *columns)):
            if id_ in self._comparisons:
                self._pictures.update(found[:2])
            else:
                self._kept_references.add(reference_id)
                self._kept_pictures.update(found[:2])
                self._kept_analyses.update(found[2:])

    def _read_references(self) -> int:
        past = set(self._session.scalars(select(Reference.id).where(_past_reference(self._limits, self._at))))
        doomed = past - self._kept_references
        for id_, picture, analysis in self._session.execute(
            select(Reference.id, Reference.artifact_id, Reference.analysis_id)
        ):
            if id_ in doomed:
                self._pictures.add(picture)
            else:
                self._kept_pictures.add(picture)
                self._kept_analyses.add(analysis)
        return len(doomed)

    def _read_artifacts(self) -> Report:
        gone = self._pictures - self._kept_pictures
        count, digests, kept_digests = 0, set(), set()
        columns = (Artifact.id, Artifact.source_id, Artifact.comparison_id, Artifact.sha256, Artifact.analysis_id)
        for id_, source, comparison, digest, analysis in self._session.execute(select(*columns)):
            if id_ in gone or source in gone or comparison in self._comparisons:
                count += 1
                digests.add(digest)
            else:
                kept_digests.add(digest)
                self._kept_analyses.add(analysis)
        sizes = [
            size
            for some in _batches(digests - kept_digests - {None})
            for size in self._session.scalars(select(Blob.size_bytes).where(Blob.sha256.in_(some)))
        ]
        return Report(pictures=count, files=len(sizes), size_bytes=sum(sizes))
