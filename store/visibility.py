"""What a key that is bound to projects may see. An id of another project gets the answer of an unknown id, so that
asking reveals nothing. `projects` are names; None means all."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select, true
from sqlalchemy.orm import Session

from store.errors import (
    ArtifactNotFound,
    BuildNotFound,
    ComparisonNotFound,
    NotFound,
    ReviewNotFound,
    TaskNotFound,
    TestCaseNotFound,
)
from store.tables import Artifact, Build, Comparison, Project, Reference, Review, Task, TestCase

Projects = Collection[str] | None


def comparison(session: Session, comparison_id: str, projects: Projects) -> None:
    """Raises ComparisonNotFound."""
    _find(session, Comparison, comparison_id, projects, ComparisonNotFound)


def testcase(session: Session, testcase_id: str, projects: Projects) -> None:
    """Raises TestCaseNotFound."""
    _find(session, TestCase, testcase_id, projects, TestCaseNotFound)


def build(session: Session, build_id: str, projects: Projects) -> None:
    """Raises BuildNotFound."""
    _find(session, Build, build_id, projects, BuildNotFound)


def review(session: Session, review_id: str, projects: Projects) -> None:
    """Raises ReviewNotFound."""
    _find(session, Review, review_id, projects, ReviewNotFound)


def task(session: Session, task_id: str, projects: Projects) -> None:
    """Raises TaskNotFound."""
    _find(session, Task, task_id, projects, TaskNotFound)


def artifact(session: Session, artifact_id: str, projects: Projects) -> None:
    """A picture belongs to the projects of what shows it: a comparison, a test case's reference, an analysis; one that
    was drawn, to those of what it was drawn from. Raises ArtifactNotFound."""
    picture = session.get(Artifact, artifact_id)
    if picture is None or not session.scalar(select(_is_shown(picture, projects))):
        raise ArtifactNotFound(artifact_id)


def within(projects: Projects, project_id: Any) -> ColumnElement[bool]:
    """The condition that a row's column `project_id` is one of the projects'."""
    if projects is None:
        return true()
    found: ColumnElement[bool] = project_id.in_(select(Project.id).where(Project.name.in_(projects)))
    return found


def _find(session: Session, table: Any, row_id: str, projects: Projects, refusal: type[NotFound]) -> None:
    if session.scalar(select(table.id).where(table.id == row_id, within(projects, table.project_id))) is None:
        raise refusal(row_id)


def _is_shown(picture: Artifact, projects: Projects) -> ColumnElement[bool]:
    if picture.comparison_id is not None:
        return _one(
            select(Comparison.id).where(Comparison.id == picture.comparison_id), projects, Comparison.project_id
        )
    uploaded = picture.source_id or picture.id
    compared = or_(Comparison.reference_artifact_id == uploaded, Comparison.actual_artifact_id == uploaded)
    referred = select(Reference.id).join(TestCase).where(Reference.artifact_id == uploaded)
    return or_(
        _one(select(Comparison.id).where(compared), projects, Comparison.project_id),
        _one(referred, projects, TestCase.project_id),
        _one(select(Task.id).where(Task.subject_id == uploaded), projects, Task.project_id),
    )


def _one(rows: Select[Any], projects: Projects, project_id: Any) -> ColumnElement[bool]:
    return exists(rows.where(within(projects, project_id)))
