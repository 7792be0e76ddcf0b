"""Test cases: names, their references, and comparisons with them."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, status
from pydantic import Field
from sqlalchemy.orm import Session

from api import schemas
from api.access import needs
from api.analyses import analysis_of
from api.deps import Caller, Cursor, Filter, Limit, Reader, TestCaseId, View, off_loop, problems
from api.submissions import Submission, submission
from api.uploads import (
    Label,
    Name,
    Options,
    ScreenshotForm,
    Strict,
    TestCaseComparisonForm,
    TestCaseForm,
    check_inside,
    checked,
    compare_options,
)
from store import artifacts, projects, tables, testcases
from store.keys import Scope
from store.session import read, write
from tasks.requests import AnalyzeReference, CompareWithTestCase, CreateTestCase, ReplaceReference
from vision.types import Element, Size

router = APIRouter(tags=["test cases"])

Branch = Annotated[
    Label, Query(description="Whose reference: the branch's own, else the main line's; empty is the main line.")
]


@router.post("/testcases", **submission(Scope.UPLOAD))
async def create_testcase(
    form: Annotated[TestCaseForm, Form(media_type="multipart/form-data")], door: Submission
) -> schemas.Ticket:
    """Create a test case from a screenshot: it becomes the reference, and its elements are found and stored."""
    labels = form.labels(door.caller.project(form.project))
    screenshot = await checked(form.screenshot, "screenshot")
    return await door.submit(CreateTestCase(form.name, screenshot, labels))


@router.get("/testcases", dependencies=[needs(Scope.READ)], responses=problems())
def list_testcases(
    caller: Caller,
    project: Filter = None,
    name: Filter = None,
    variant: Filter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> schemas.Page[schemas.TestCaseSummary]:
    """The test cases, newest first, filtered by project, exact name and variant."""
    filters = {"project": project, "name": name, "variant": variant}
    with read() as session:
        page = testcases.list_page(session, cursor, limit, **filters, projects=caller.projects)
        items = [_summary(session, row) for row in page.items]
    return schemas.Page(items=items, next_cursor=page.next_cursor)


@router.get("/testcases/{id}", dependencies=[needs(Scope.READ)], responses=problems(404))
def get_testcase(id: TestCaseId, view: Reader, branch: Branch = "") -> schemas.TestCase:
    """A test case with the branch's reference and its stored elements."""
    with read() as session:
        row = testcases.get(session, id)
        summary = _summary(session, row)
        reference = _reference(session, id, branch, view)
    elements = reference.analysis.elements if reference and reference.analysis else []
    return schemas.TestCase(**summary.model_dump(), options=row.options or {}, reference=reference, elements=elements)


@router.put("/testcases/{id}/options", dependencies=[needs(Scope.APPROVE)], responses=problems(400, 404, 408, 413))
def store_options(id: TestCaseId, options: Options, view: Reader, branch: Branch = "") -> schemas.TestCase:
    """Store default options for the test case's comparisons. `{}` clears it.

    Boxes are pixels of the reference; one that leaves it is refused.
    """
    with write() as session:
        reference = testcases.usable_reference(session, id, branch)
        if reference:
            check_inside(options, _size(session, reference))
        testcases.set_options(session, id, options.model_dump(mode="json", exclude_unset=True))
    return get_testcase(id, view, branch)


class Promote(Strict):
    branch: Annotated[Label, Field(min_length=1, description="Whose reference becomes the main line's.")]


@router.post(
    "/testcases/{id}/promote", dependencies=[needs(Scope.APPROVE)], responses=problems(400, 404, 408, 409, 413)
)
def promote_reference(id: TestCaseId, asked: Promote, view: Reader, caller: Caller) -> schemas.TestCase:
    """A branch was merged: its reference becomes the main line's. Idempotent."""
    with write() as session:
        testcases.promote(session, id, asked.branch, caller.name)
    return get_testcase(id, view)


class NewNames(Strict):
    """What to change; omitted fields stay as they are."""

    name: Name | None = None
    variant: Label | None = None


@router.patch("/testcases/{id}", dependencies=[needs(Scope.APPROVE)], responses=problems(400, 404, 408, 409, 413))
def rename_testcase(id: TestCaseId, names: NewNames, view: Reader) -> schemas.TestCase:
    """Give a test case another name or variant. Its references and comparisons stay."""
    with write() as session:
        testcases.rename(session, id, names.name, names.variant)
    return get_testcase(id, view)


@router.delete(
    "/testcases/{id}",
    dependencies=[needs(Scope.ADMIN)],
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problems(404, 409),
)
def delete_testcase(id: TestCaseId) -> None:
    """Delete a test case and its references. Its comparisons stay. Refused while a task of it runs."""
    with write() as session:
        testcases.delete(session, id)


@router.put("/testcases/{id}/reference", **submission(Scope.APPROVE, 404))
async def replace_reference(
    id: TestCaseId, form: Annotated[ScreenshotForm, Form(media_type="multipart/form-data")], door: Submission
) -> schemas.Ticket:
    """Make a screenshot the reference of its branch. Comparisons keep the one they were made with."""
    await off_loop(_known, id)
    screenshot = await checked(form.screenshot, "screenshot")
    return await door.submit(ReplaceReference(id, screenshot, form.labels()))


@router.post("/testcases/{id}/analyses", **submission(Scope.UPLOAD, 404, form=False))
async def analyze_reference(id: TestCaseId, door: Submission, branch: Branch = "") -> schemas.Ticket:
    """Analyse the reference again, for example after a change of detector or text reader."""
    return await door.submit(AnalyzeReference(id, branch))


@router.post("/testcases/{id}/comparisons", **submission(Scope.UPLOAD, 404))
async def compare_with_testcase(
    id: TestCaseId, form: Annotated[TestCaseComparisonForm, Form(media_type="multipart/form-data")], door: Submission
) -> schemas.Ticket:
    """Compare a screenshot with the test case's reference.

    The ticket's `status_url` gives the task; its `result` is the comparison. If the reference was not analysed yet,
    the comparison does it.
    """
    reference, stored = await off_loop(_reference_size, id, form.branch)
    screenshot = await checked(form.screenshot, "screenshot")
    options = compare_options(form.options, reference, stored)
    return await door.submit(CompareWithTestCase(id, screenshot, options, form.labels()))


@router.get("/testcases/{id}/coverage", dependencies=[needs(Scope.READ)], responses=problems(404))
def get_coverage(id: TestCaseId, branch: Branch = "") -> schemas.TestCaseCoverage:
    """Which elements of the current reference comparisons have found in an actual, and which they never have."""
    with read() as session:
        found = testcases.covered_elements(session, id, branch)
    known = len(found.covered) + len(found.never)
    return schemas.TestCaseCoverage(
        testcase_id=id,
        reference_id=found.reference_id,
        comparisons=found.comparisons,
        element_coverage=len(found.covered) / known if known else 1.0,
        covered=_elements(found.covered),
        never_covered=_elements(found.never),
    )


def _summary(session: Session, row: tables.TestCase) -> schemas.TestCaseSummary:
    return schemas.TestCaseSummary(
        testcase_id=row.id,
        project=projects.name_of(session, row.project_id),
        name=row.name,
        variant=row.variant,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _reference(session: Session, testcase_id: str, branch: str, view: View) -> schemas.Reference | None:
    row = testcases.usable_reference(session, testcase_id, branch)
    if row is None:
        return None
    return schemas.Reference(
        reference_id=row.id,
        branch=row.branch,
        state=row.state,
        artifact=view.picture(row.artifact_id),
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        created_at=row.created_at,
        analysis=_analysis(session, row, view),
    )


def _analysis(session: Session, row: tables.Reference, view: View) -> schemas.Analysis | None:
    if row.analysis_id is None:
        return None
    ids = {"analysis_id": row.analysis_id, "artifact_id": row.artifact_id, "reference_id": row.id}
    drawn = artifacts.annotated(session, row.artifact_id, row.analysis_id)
    return analysis_of(session, ids | ({"annotated_artifact_id": drawn.id} if drawn else {}), view)


def _known(testcase_id: str) -> None:
    with read() as session:
        testcases.get(session, testcase_id)


def _reference_size(testcase_id: str, branch: str) -> tuple[Size, Mapping[str, Any]]:
    with read() as session:
        reference = testcases.reference_for(session, testcase_id, branch)
        return _size(session, reference), testcases.get(session, testcase_id).options or {}


def _size(session: Session, reference: tables.Reference) -> Size:
    picture = artifacts.load(session, reference.artifact_id)
    return Size(picture.width or 0, picture.height or 0)


def _elements(found: tuple[Element, ...]) -> list[schemas.Element]:
    return [schemas.Element.model_validate(element) for element in found]
