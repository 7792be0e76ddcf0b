"""Test cases: the current reference, earlier ones, and elements that no comparison covered."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, Query, Request, Response, UploadFile
from sqlalchemy.orm import Session

from store import analyses, artifacts, comparisons, overview, testcases, visibility
from store.errors import ReferenceNotFound
from store.session import read, write
from store.states import Decision, ReferenceState
from store.submissions import Labels
from store.tables import Reference
from tasks.builds import review
from tasks.requests import CompareWithTestCase, ReplaceReference
from tasks.submit import submit
from vision.words import KINDS
from web import describe, pages, words
from web.new import taken
from web.scene import one_picture
from web.visitor import Approver, Reader, Uploader, Visitor, look_now, see

router = APIRouter()

Id = Annotated[str, Path(pattern="^[A-Za-z0-9-]{1,36}$")]
_A_PAGE = 50


@router.get("/testcases")
def list_testcases(
    request: Request,
    visitor: Reader,
    project: Annotated[str, Query(max_length=200)] = "",
    cursor: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    with read() as session:
        page = testcases.list_page(session, cursor or None, _A_PAGE, project=project or None, projects=visitor.projects)
        lines = [(row, overview.project_name(session, row.project_id)) for row in page.items]
        names = [line.name for line in overview.project_lines(session, visitor.projects)]
    values = {"lines": lines, "next_cursor": page.next_cursor, "projects": names, "chosen": project}
    return pages.render(request, visitor, "testcases.html", **values)


@router.get("/testcases/{id}")
def show_testcase(
    request: Request, visitor: Reader, id: Id, branch: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    look_now(visibility.testcase, id, visitor)
    with read() as session:
        row = testcases.get(session, id)
        history = testcases.references(session, id)
        latest = overview.shots(
            session, comparisons.list_page(session, None, 12, testcase_id=id, projects=visitor.projects).items
        )
        branch = branch or _branch_to_show(history)
        shown = _shown(session, request, visitor, id, branch)
        project = overview.project_name(session, row.project_id)
    values = {"row": row, "project": project, "history": history, "shots": latest, "branch": branch, "names": KINDS}
    values["pending"] = [one for one in history if one.state == ReferenceState.PENDING and one.superseded_at is None]
    return pages.render(request, visitor, "testcase.html", **values, **shown)


@router.post("/testcases/{id}/comparisons")
async def compare(request: Request, visitor: Uploader, id: Id, screenshot: Annotated[UploadFile, File()]) -> Response:
    """Compares a screenshot with the reference."""
    await see(visibility.testcase, id, visitor)
    upload = await taken(screenshot, visitor)
    ticket = await submit(CompareWithTestCase(id, upload, labels=Labels()), visitor.key_id)
    return pages.go(request, f"/tasks/{ticket.task_id}")


@router.post("/testcases/{id}/reference")
async def replace(request: Request, visitor: Approver, id: Id, screenshot: Annotated[UploadFile, File()]) -> Response:
    """Makes a screenshot the reference; the one before stays in the history."""
    await see(visibility.testcase, id, visitor)
    upload = await taken(screenshot, visitor)
    ticket = await submit(ReplaceReference(id, upload, Labels()), visitor.key_id)
    return pages.go(request, f"/tasks/{ticket.task_id}")


@router.post("/testcases/{id}/pending/{reference_id}")
def decide(
    request: Request,
    visitor: Approver,
    id: Id,
    reference_id: Id,
    what: Annotated[Decision, Form()],
) -> Response:
    """The first screenshot of a new name: approved, it becomes the reference."""
    look_now(visibility.testcase, id, visitor)
    with write() as session:
        if testcases.reference(session, reference_id).testcase_id != id:
            raise ReferenceNotFound(reference_id)
        said = review(session, what, [], [reference_id], visitor.name)
        for _, refusal in said.refused:
            raise refusal
    return pages.go(request, f"/testcases/{id}")


@router.post("/testcases/{id}/options/clear")
def clear_options(request: Request, visitor: Approver, id: Id) -> Response:
    """Forgets the options stored with it: match level, ignored regions, what fails."""
    look_now(visibility.testcase, id, visitor)
    with write() as session:
        testcases.set_options(session, id, {})
    return pages.go(request, f"/testcases/{id}")


def _branch_to_show(history: Sequence[Reference]) -> str:
    """The main line, unless only branches have a reference: then the branch of the newest one."""
    current = [one.branch for one in history if one.state == ReferenceState.ACTIVE and one.superseded_at is None]
    return "" if not current or "" in current else current[0]


def _shown(session: Session, request: Request, visitor: Visitor, testcase_id: str, branch: str) -> dict[str, Any]:
    """The reference's picture with its elements, and which of them some comparison covered."""
    reference = testcases.usable_reference(session, testcase_id, branch)
    if reference is None:
        return {"reference": None, "scene": None, "covered": None}
    covered = _covered(session, testcase_id, branch)
    found = analyses.load(session, reference.analysis_id).elements if reference.analysis_id else ()
    never = [element.id for element in covered.never] if covered and covered.comparisons else []
    scene = describe.still(
        found,
        one_picture(request, visitor, artifacts.load(session, reference.artifact_id)),
        words.viewer(visitor.language),
        never=never,
    )
    return {"reference": reference, "scene": scene, "covered": covered}


def _covered(session: Session, testcase_id: str, branch: str) -> testcases.ElementCoverage | None:
    try:
        return testcases.covered_elements(session, testcase_id, branch)
    except ReferenceNotFound:
        return None
