"""The first page: the projects and the latest comparisons."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response

from store import comparisons, overview
from store.session import read
from store.states import ReviewState
from vision.types import Verdict
from vision.words import LANGUAGES
from web import pages
from web.visitor import LANGUAGE_COOKIE, Anyone, Reader, check_word, set_cookie

router = APIRouter()

_YEAR_SECONDS = 365 * 24 * 3600
_A_PAGE = 50


@router.get("/")
def home(request: Request, visitor: Reader) -> Response:
    with read() as session:
        lines = overview.project_lines(session, visitor.projects)
        rows = comparisons.list_page(session, None, 12, projects=visitor.projects).items
        shots = overview.shots(session, rows)
    return pages.render(request, visitor, "home.html", projects=lines, shots=shots)


class Filters:
    """What a list is narrowed down to, as the URL has it."""

    def __init__(
        self,
        project: Annotated[str, Query(max_length=200)] = "",
        verdict: Annotated[str, Query(max_length=20)] = "",
        review: Annotated[str, Query(max_length=20)] = "",
        branch: Annotated[str, Query(max_length=200)] = "",
        build: Annotated[str, Query(max_length=200)] = "",
        testcase_id: Annotated[str, Query(max_length=36)] = "",
        cursor: Annotated[str, Query(max_length=300)] = "",
    ) -> None:
        self.chosen = {
            "project": project,
            "verdict": verdict if verdict in set(Verdict) else "",
            "review": review if review in set(ReviewState) else "",
            "branch": branch,
            "build": build,
            "testcase_id": testcase_id,
        }
        self.cursor = cursor

    def equal(self) -> dict[str, Any]:
        return {name: value for name, value in self.chosen.items() if value}


@router.get("/comparisons")
def list_comparisons(request: Request, visitor: Reader, filters: Annotated[Filters, Depends()]) -> Response:
    with read() as session:
        page = comparisons.list_page(
            session, filters.cursor or None, _A_PAGE, **filters.equal(), projects=visitor.projects
        )
        shots = overview.shots(session, page.items)
        names = [line.name for line in overview.project_lines(session, visitor.projects)]
    values = {"shots": shots, "chosen": filters.chosen, "next_cursor": page.next_cursor, "projects": names}
    return pages.render(request, visitor, "comparisons.html", **values)


@router.post("/language")
def switch_language(
    request: Request,
    visitor: Anyone,
    to: Annotated[str, Form(max_length=5)],
    back: Annotated[str, Form(max_length=1000)] = "/",
    csrf: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    check_word(visitor, csrf)
    answer = pages.go(request, inside(back))
    if to in LANGUAGES:
        set_cookie(answer, request, LANGUAGE_COOKIE, to, _YEAR_SECONDS)
    return answer


def inside(path: str) -> str:
    """The path, where it leads to a page of ours and nowhere else."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain else "/"
