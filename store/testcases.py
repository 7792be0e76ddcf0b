"""Test cases, their references, and which elements of a reference comparisons have covered.

Every change of references locks the test case's row first, so that there is at most one current reference for each
branch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy import delete as delete_rows
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store import analyses, artifacts, clock
from store.errors import DuplicateTestCase, NothingToPromote, ReferenceNotFound, TestCaseBusy, TestCaseNotFound
from store.paging import Page, page
from store.session import insert_if_new
from store.states import FINAL, ReferenceState
from store.tables import Comparison, Project, Reference, Task, TestCase, new_id
from store.visibility import Projects, within
from vision.types import Element


@dataclass(frozen=True, slots=True)
class ElementCoverage:
    """The current reference's elements: those that comparisons matched, and those that none did."""

    reference_id: str
    analysis_id: str | None
    comparisons: int
    covered: tuple[Element, ...]
    never: tuple[Element, ...]


def create(session: Session, project: Project, name: str, variant: str = "") -> TestCase:
    """A new test case without a reference. Raises DuplicateTestCase."""
    testcase_id = new_id()
    if not insert_if_new(session, TestCase, id=testcase_id, project_id=project.id, name=name, variant=variant):
        raise DuplicateTestCase(name, variant, project.name)
    return get(session, testcase_id)


def get_or_create(session: Session, project_id: str, name: str, variant: str = "") -> tuple[TestCase, bool]:
    """The test case of that name and variant, and whether it was made just now."""
    named = {"project_id": project_id, "name": name, "variant": variant}
    made = insert_if_new(session, TestCase, id=new_id(), **named)
    return session.scalars(select(TestCase).filter_by(**named)).one(), made


def find(session: Session, project_id: str, name: str, variant: str = "") -> TestCase | None:
    """The test case of that name and variant, if there is one."""
    named = {"project_id": project_id, "name": name, "variant": variant}
    return session.scalars(select(TestCase).filter_by(**named)).one_or_none()


def get(session: Session, testcase_id: str) -> TestCase:
    """Raises TestCaseNotFound."""
    testcase = session.get(TestCase, testcase_id)
    if testcase is None:
        raise TestCaseNotFound(testcase_id)
    return testcase


def list_page(
    session: Session,
    cursor: str | None = None,
    limit: int = 50,
    *,
    project: str | None = None,
    name: str | None = None,
    variant: str | None = None,
    projects: Projects = None,
) -> Page[TestCase]:
    """Test cases of these projects, newest first, of a project's name, a whole name, a variant. Raises BadCursor."""
    rows = select(TestCase).where(within(projects, TestCase.project_id))
    if project is not None:
        rows = rows.join(Project, Project.id == TestCase.project_id).where(Project.name == project)
    if name is not None:
        rows = rows.where(TestCase.name == name)
    if variant is not None:
        rows = rows.where(TestCase.variant == variant)
    return page(session, rows, TestCase, cursor, limit)


def rename(session: Session, testcase_id: str, name: str | None = None, variant: str | None = None) -> TestCase:
    """Changes its name, its variant, or both. Raises TestCaseNotFound, DuplicateTestCase."""
    testcase = get(session, testcase_id)
    wanted = (testcase.name if name is None else name, testcase.variant if variant is None else variant)
    try:
        with session.begin_nested():
            testcase.name, testcase.variant = wanted
    except IntegrityError:
        project = session.get_one(Project, testcase.project_id)
        raise DuplicateTestCase(*wanted, project.name) from None
    return testcase


def delete(session: Session, testcase_id: str) -> None:
    """Deletes it, its references and pictures that only they used. Its comparisons stay, without a test case. Raises
    TestCaseNotFound, TestCaseBusy."""
    lock(session, testcase_id)
    open_task = select(Task.id).where(Task.testcase_id == testcase_id, Task.state.not_in(FINAL)).limit(1)
    task_id = session.scalar(open_task)
    if task_id is not None:
        raise TestCaseBusy(testcase_id, task_id)
    pictures = session.scalars(select(Reference.artifact_id).where(Reference.testcase_id == testcase_id)).all()
    session.execute(delete_rows(TestCase).where(TestCase.id == testcase_id))
    artifacts.remove_unused(session, pictures)


def set_options(session: Session, testcase_id: str, options: dict[str, Any]) -> TestCase:
    """Stores what its comparisons are made with where a shot says nothing; nothing clears them. Raises TestCaseNotFound."""
    testcase = get(session, testcase_id)
    testcase.options = options or None
    session.flush()
    return testcase


def current_reference(session: Session, testcase_id: str, branch: str = "") -> Reference | None:
    """The reference of that very branch; there is no falling back to the main line's (see `reference_for`)."""
    return session.scalars(select(Reference).where(_current(testcase_id, branch))).one_or_none()


def usable_reference(session: Session, testcase_id: str, branch: str | None) -> Reference | None:
    """What a screenshot of that branch is compared with: the branch's own reference, else the main line's, if there is
    one. Every route asks here."""
    own = current_reference(session, testcase_id, branch or "")
    return own or (current_reference(session, testcase_id, "") if branch else None)


def reference_for(session: Session, testcase_id: str, branch: str | None) -> Reference:
    """The same reference. Raises TestCaseNotFound, and ReferenceNotFound if there is none."""
    get(session, testcase_id)
    found = usable_reference(session, testcase_id, branch)
    if found is None:
        raise ReferenceNotFound(f"of the test case {testcase_id}")
    return found


def reference(session: Session, reference_id: str) -> Reference:
    """Raises ReferenceNotFound."""
    row = session.get(Reference, reference_id)
    if row is None:
        raise ReferenceNotFound(reference_id)
    return row


def references(session: Session, testcase_id: str) -> Sequence[Reference]:
    """All its references, newest first."""
    rows = select(Reference).where(Reference.testcase_id == testcase_id)
    return session.scalars(rows.order_by(Reference.created_at.desc(), Reference.id.desc())).all()


def set_reference(
    session: Session,
    testcase_id: str,
    artifact_id: str,
    branch: str = "",
    approved_by: str | None = None,
    *,
    analysis_id: str | None = None,
    approved_at: datetime | None = None,
) -> Reference:
    """Makes a picture the branch's current reference; the previous one is superseded and kept. Raises TestCaseNotFound."""
    lock(session, testcase_id)
    moment = clock.now(session)
    session.execute(update(Reference).where(_current(testcase_id, branch)).values(superseded_at=moment))
    made = Reference(
        id=new_id(),
        testcase_id=testcase_id,
        branch=branch,
        artifact_id=artifact_id,
        analysis_id=analysis_id,
        approved_by=approved_by,
        approved_at=approved_at,
        created_at=moment,
    )
    session.add(made)
    session.flush()
    return made


def add_pending(session: Session, testcase_id: str, artifact_id: str, branch: str = "") -> Reference:
    """Keeps the first picture of a new name. It is compared with nothing until it is approved. Raises TestCaseNotFound."""
    get(session, testcase_id)
    made = Reference(
        id=new_id(), testcase_id=testcase_id, branch=branch, artifact_id=artifact_id, state=ReferenceState.PENDING
    )
    session.add(made)
    session.flush()
    return made


def remove_pending(session: Session, reference_id: str) -> None:
    """Takes back a pending reference whose task could not be sent, with its picture."""
    row = reference(session, reference_id)
    session.execute(delete_rows(Reference).where(Reference.id == reference_id))
    artifacts.remove_unused(session, [row.artifact_id])


def remove_unused(session: Session, testcase_id: str) -> None:
    """Removes a test case that has neither a reference nor a comparison: what it was made for could not be taken in."""
    lock(session, testcase_id)
    used = [exists().where(table.testcase_id == TestCase.id) for table in (Reference, Comparison)]
    session.execute(delete_rows(TestCase).where(TestCase.id == testcase_id, *(~one for one in used)))


def promote(session: Session, testcase_id: str, branch: str, by: str | None = None) -> Reference:
    """Makes a branch's own reference the main line's too. Again is the same as once. Raises TestCaseNotFound,
    NothingToPromote."""
    lock(session, testcase_id)
    own = current_reference(session, testcase_id, branch) if branch else None
    if own is None:
        raise NothingToPromote(testcase_id, branch)
    main = current_reference(session, testcase_id)
    if main and main.artifact_id == own.artifact_id:
        return main
    return set_reference(
        session,
        testcase_id,
        own.artifact_id,
        approved_by=by,
        analysis_id=own.analysis_id,
        approved_at=clock.now(session),
    )


def withdraw_reference(session: Session, reference_id: str) -> None:
    """Deletes a reference whose task could not be sent; the one it superseded is current again. Raises ReferenceNotFound."""
    testcase_id = reference(session, reference_id).testcase_id
    lock(session, testcase_id)
    withdrawn = session.get_one(Reference, reference_id, populate_existing=True)
    # A reference that replaced it in between stays current and gets its predecessor.
    before = update(Reference).where(
        Reference.testcase_id == testcase_id,
        Reference.branch == withdrawn.branch,
        Reference.superseded_at == withdrawn.created_at,
    )
    session.execute(before.values(superseded_at=withdrawn.superseded_at))
    session.execute(delete_rows(Reference).where(Reference.id == reference_id))
    artifacts.remove_unused(session, [withdrawn.artifact_id])


def lock(session: Session, testcase_id: str) -> None:
    """Locks it and its references until this transaction ends. Raises TestCaseNotFound."""
    if session.scalar(select(TestCase.id).where(TestCase.id == testcase_id).with_for_update()) is None:
        raise TestCaseNotFound(testcase_id)


def covered_elements(session: Session, testcase_id: str, branch: str = "") -> ElementCoverage:
    """What comparisons with that branch's reference, else the main line's, have matched. Raises TestCaseNotFound,
    ReferenceNotFound (it has none yet)."""
    current = reference_for(session, testcase_id, branch)
    # Element ids belong to one analysis: a comparison with another version's analysis counted other elements.
    rows = select(Comparison.coverage).where(
        Comparison.reference_id == current.id,
        Comparison.reference_analysis_id == current.analysis_id,
        Comparison.verdict.is_not(None),
    )
    coverages = [coverage for coverage in session.scalars(rows) if coverage]
    matched = {element_id for coverage in coverages for element_id in coverage["matched_reference_ids"]}
    elements = analyses.load(session, current.analysis_id).elements if current.analysis_id else ()
    return ElementCoverage(
        reference_id=current.id,
        analysis_id=current.analysis_id,
        comparisons=len(coverages),
        covered=tuple(element for element in elements if element.id in matched),
        never=tuple(element for element in elements if element.id not in matched),
    )


def _current(testcase_id: str, branch: str) -> ColumnElement[bool]:
    return (
        (Reference.testcase_id == testcase_id)
        & (Reference.branch == branch)
        & (Reference.state == ReferenceState.ACTIVE)
        & Reference.superseded_at.is_(None)
    )
