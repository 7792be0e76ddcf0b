import pytest
from sqlalchemy.orm import Session

from config import Settings
from store import artifacts, comparisons, session, testcases, visibility
from store.errors import ArtifactNotFound, ComparisonNotFound, TaskNotFound, TestCaseNotFound
from store.projects import DEFAULT
from tests.store.made import a_comparison, a_referenced_testcase

OWN, OTHER = frozenset({DEFAULT}), frozenset({"another", "one more"})


def seen(reading: Session, projects: frozenset[str], comparison_id: str) -> None:
    """Looks at a comparison and all that belongs to it."""
    row = comparisons.get(reading, comparison_id)
    visibility.comparison(reading, row.id, projects)
    visibility.testcase(reading, str(row.testcase_id), projects)
    for shown in (row.reference_artifact_id, row.actual_artifact_id, artifacts.drawn_from(reading, row.id)["diff"].id):
        visibility.artifact(reading, shown, projects)


def test_a_row_is_seen_from_its_project_and_from_all_but_not_from_another(store: Settings) -> None:
    with session.write() as writing:
        _, reference = a_referenced_testcase(writing)
        made = a_comparison(writing, reference)
        picture = artifacts.declare(writing, "diff", comparison_id=made.id)
    with session.read() as reading:
        seen(reading, OWN, made.id)
        for look, row_id, refusal in (
            (visibility.comparison, made.id, ComparisonNotFound),
            (visibility.testcase, reference.testcase_id, TestCaseNotFound),
            (visibility.task, made.task_id, TaskNotFound),
            (visibility.artifact, made.actual_artifact_id, ArtifactNotFound),
            (visibility.artifact, reference.artifact_id, ArtifactNotFound),
            (visibility.artifact, picture.id, ArtifactNotFound),
        ):
            for projects in (OTHER, frozenset[str]()):
                with pytest.raises(refusal, match=row_id):
                    look(reading, row_id, projects)
            look(reading, row_id, None)


def test_lists_are_of_the_projects_asked_for(store: Settings) -> None:
    with session.write() as writing:
        _, reference = a_referenced_testcase(writing)
        made = a_comparison(writing, reference)
    with session.read() as reading:
        for projects, count in ((OWN, 1), (OTHER, 0), (None, 1)):
            assert len(comparisons.list_page(reading, projects=projects).items) == count
            assert len(testcases.list_page(reading, projects=projects).items) == count
        assert comparisons.list_page(reading, projects=OTHER, testcase_id=made.testcase_id).items == []
