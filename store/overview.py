"""What lists and pages show of many rows at once: a handful of queries for a page, however many rows it has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from store import tables
from store.comparisons import defect_of
from store.projects import DEFAULT
from store.states import ReviewState
from store.visibility import Projects, within
from vision.types import Defect, Severity, Verdict


@dataclass(frozen=True, slots=True)
class Shot:
    """A comparison as a list shows it. `first` is the worst defect, the first of those in the list's order."""

    row: tables.Comparison
    name: str | None
    project: str
    state: str
    error: str | None
    counts: dict[Severity, int]
    first: Defect | None

    @property
    def found(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project, how many comparisons and test cases it has, and how many unreviewed failures."""

    name: str
    testcases: int
    comparisons: int
    waiting: int
    latest_at: datetime | None


def shots(session: Session, rows: Sequence[tables.Comparison]) -> list[Shot]:
    """In the order of `rows`."""
    names = _by_id(session, tables.TestCase, {row.testcase_id for row in rows if row.testcase_id})
    of_projects = _by_id(session, tables.Project, {row.project_id for row in rows})
    of_tasks = _by_id(session, tables.Task, {row.task_id for row in rows})
    found = _defects(session, [row.id for row in rows])
    return [
        Shot(
            row,
            names[row.testcase_id].name if row.testcase_id in names else None,
            of_projects[row.project_id].name,
            of_tasks[row.task_id].state,
            of_tasks[row.task_id].error_message,
            _counted(found.get(row.id, [])),
            _worst(found.get(row.id, [])),
        )
        for row in rows
    ]


def project_lines(session: Session, projects: Projects = None) -> list[ProjectLine]:
    """Every project of these, the one that was used last first."""
    at = tables.Comparison
    unseen = func.sum(case(((at.verdict == Verdict.FAILED) & (at.review == ReviewState.UNREVIEWED), 1), else_=0))
    of_comparisons = {
        project_id: counted
        for project_id, *counted in session.execute(
            select(at.project_id, func.count(), unseen, func.max(at.created_at)).group_by(at.project_id)
        )
    }
    case_counts = select(tables.TestCase.project_id, func.count()).group_by(tables.TestCase.project_id)
    cases = {row[0]: row[1] for row in session.execute(case_counts)}
    rows = session.scalars(select(tables.Project).where(within(projects, tables.Project.id))).all()
    lines = [ProjectLine(row.name, cases.get(row.id, 0), *of_comparisons.get(row.id, (0, 0, None))) for row in rows]
    return sorted(lines, key=lambda line: (line.latest_at is not None, line.latest_at), reverse=True)


def project_name(session: Session, project_id: str | None) -> str:
    """The project's name; the default one's for what was made before tasks had projects."""
    row = session.get(tables.Project, project_id) if project_id else None
    return row.name if row else DEFAULT


def _by_id(session: Session, table: Any, ids: set[str]) -> dict[str, Any]:
    found = session.scalars(select(table).where(table.id.in_(ids)))
    return {row.id: row for row in found}


def _defects(session: Session, comparison_ids: Sequence[str]) -> dict[str, list[Defect]]:
    at = tables.Defect
    rows = select(at).where(at.comparison_id.in_(comparison_ids), at.ignored_reason.is_(None))
    found: dict[str, list[Defect]] = {}
    for row in session.scalars(rows.order_by(at.comparison_id, at.position)):
        found.setdefault(row.comparison_id, []).append(defect_of(row))
    return found


def _counted(found: Sequence[Defect]) -> dict[Severity, int]:
    return {severity: sum(one.severity is severity for one in found) for severity in Severity}


def _worst(found: Sequence[Defect]) -> Defect | None:
    """A cause before what follows from it, the worst first."""
    order = list(Severity)
    return min(found, key=lambda one: (one.cause_id is not None, -order.index(one.severity)), default=None)
