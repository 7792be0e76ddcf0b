"""A project's builds, and one build: each change once, and reviews of many shots."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response

import tasks.builds
from store import builds, overview, projects, reviews, shots, tables, visibility
from store.session import read, write
from store.states import Decision, Section
from web import pages
from web.errors import Nothing
from web.home import inside
from web.visitor import Approver, Reader, Visitor, look_now

router = APIRouter()

Id = Annotated[str, Path(pattern="^[A-Za-z0-9-]{1,36}$")]

_A_PAGE: Final = 50
# With no filter the failed ones are told change by change, and those that passed only counted.
_SHOWN_ALONE: Final = (Section.ERROR, Section.NEW, Section.RUNNING, Section.REJECTED, Section.APPROVED)


class Filters:
    """Which shots a build's page shows, as its URL has it."""

    def __init__(
        self,
        section: Annotated[str, Query(max_length=20)] = "",
        q: Annotated[str, Query(max_length=500)] = "",
        signature: Annotated[str, Query(max_length=64)] = "",
        cursor: Annotated[str, Query(max_length=4000)] = "",
    ) -> None:
        self.chosen = {"section": section if section in set(Section) else "", "q": q, "signature": signature}
        self.cursor = cursor

    @property
    def some(self) -> bool:
        return any(self.chosen.values()) or bool(self.cursor)

    def of_store(self) -> dict[str, Any]:
        section = self.chosen["section"]
        return {
            "sections": [section] if section else [],
            "query": self.chosen["q"],
            "signature": self.chosen["signature"] or None,
        }


@router.get("/projects/{name:path}")
def show_project(
    request: Request, visitor: Reader, name: str, cursor: Annotated[str, Query(max_length=300)] = ""
) -> Response:
    """Its builds, newest first."""
    with read() as session:
        page = builds.list_page(session, cursor or None, _A_PAGE, project=name, projects=visitor.projects)
        counts = builds.counts(session, page.items)
        lines = [(row, builds.state_of(row), counts[row.id]) for row in page.items]
        known = next((one for one in overview.project_lines(session, visitor.projects) if one.name == name), None)
    if known is None:
        raise Nothing
    values = {"name": name, "known": known, "lines": lines, "next_cursor": page.next_cursor}
    return pages.render(request, visitor, "project.html", **values)


@router.get("/builds/{id}")
def show_build(
    request: Request,
    visitor: Reader,
    id: Id,
    filters: Annotated[Filters, Depends()],
    said: Annotated[str, Query(pattern="^[A-Za-z0-9-]{0,36}$")] = "",
    refused: Annotated[int, Query(ge=0, le=100_000)] = 0,
    why: Annotated[str, Query(pattern="^[A-Za-z]{0,40}$")] = "",
) -> Response:
    """One verdict; the changes, each once; the shots of a section or of a name."""
    look_now(visibility.build, id, visitor)
    with read() as session:
        row = builds.get(session, id)
        values = _head(session, row) | {"chosen": filters.chosen}
        if pages.asked_by_script(request):
            return pages.render(request, visitor, "_build_head.html", **values)
        values |= _body(session, row, filters) | {"review": _review(session, said, visitor)}
    return pages.render(request, visitor, "build.html", **values, refused=refused, why=why)


@router.post("/builds/{id}/review")
def review(
    request: Request,
    visitor: Approver,
    id: Id,
    what: Annotated[Decision, Form()],
    ids: Annotated[list[str], Form()] = [],  # noqa: B006 FastAPI copies it
    section: Annotated[str, Form(max_length=20)] = "",
    q: Annotated[str, Form(max_length=500)] = "",
    signature: Annotated[str, Form(max_length=64)] = "",
    back: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Approves or rejects one shot, a group, or all that a filter shows and that waits for a decision."""
    look_now(visibility.build, id, visitor)
    sections = [section] if section in set(Section) else [] if ids else list(shots.WAITING)
    with write() as session:
        rows = shots.matching(session, id, ids=ids or None, sections=sections, query=q, signature=signature or None)
        compared = [one.Shot.comparison_id for one in rows if one.Shot.comparison_id]
        pending = [one.Shot.reference_id for one in rows if one.Shot.reference_id and one.section != "error"]
        said = tasks.builds.review(session, what, compared, pending, visitor.name, build_id=id)
    return _told(request, id, said, back)


@router.post("/reviews/{id}/undo")
def undo(request: Request, visitor: Approver, id: Id, back: Annotated[str, Form(max_length=2000)] = "/") -> Response:
    """Undoes a review, except where there is a later one."""
    look_now(visibility.review, id, visitor)
    with write() as session:
        tasks.builds.undo(session, id, visitor.name)
    return pages.go(request, inside(back))


def _head(session: Any, row: tables.Build) -> dict[str, Any]:
    return {
        "row": row,
        "project": projects.name_of(session, row.project_id),
        "state": builds.state_of(row),
        "counts": builds.counts(session, [row])[row.id],
        "missing": builds.missing(session, row),
        "sections": tuple(Section),
    }


def _body(session: Any, row: tables.Build, filters: Filters) -> dict[str, Any]:
    """Groups of failed shots and the other shots that need a look; or, filtered, shots alone."""
    if filters.some:
        page = shots.page(session, row.id, filters.cursor or None, _A_PAGE, **filters.of_store())
        return {"groups": [], "shots": page.items, "next_cursor": page.next_cursor}
    failed = shots.groups(session, row.id, sections=[Section.FAILED])
    page = shots.page(session, row.id, None, _A_PAGE, sections=_SHOWN_ALONE)
    return {"groups": failed, "shots": page.items, "next_cursor": page.next_cursor}


def _review(session: Any, review_id: str, visitor: Visitor) -> dict[str, Any] | None:
    """The latest review, so that it can be undone."""
    if not review_id:
        return None
    visibility.review(session, review_id, visitor.projects)
    row = reviews.get(session, review_id)
    return {"row": row, "count": len(reviews.names(session, [review_id])[review_id])}


def _told(request: Request, build_id: str, said: reviews.Said, back: str) -> Response:
    path = inside(back) if back.startswith(f"/builds/{build_id}") else f"/builds/{build_id}"
    why = type(said.refused[0][1]).__name__ if said.refused else ""
    more = pages.query({"said": said.review_id or "", "refused": str(len(said.refused) or ""), "why": why})
    return pages.go(request, f"{path}{'&' if '?' in path else '?'}{more}" if more else path)
