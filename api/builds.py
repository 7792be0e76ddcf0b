"""Builds: one run of a pipeline over many screenshots, with one verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Body, Form, Query, Response, status
from pydantic import AfterValidator, Field, StringConstraints

from api import schemas
from api.access import needs
from api.deps import BuildId, Caller, Cursor, Filter, Limit, Reader, View, off_loop, problems
from api.submissions import Submission, submission
from api.summaries import build_of, builds_of, shots_of
from api.uploads import Label, Name, Options, ShotForm, Strict, checked, compare_options, printable
from store import artifacts, builds, projects, shots, testcases
from store.keys import Scope
from store.session import read, write
from store.states import BuildState, BuildVerdict, Section
from tasks.builds import finalize, opened
from tasks.requests import AddShot, Labels
from tasks.threads import for_waiter
from tasks.waiting import until_concluded
from vision.types import CompareOptions, Size

router = APIRouter(tags=["builds"])


def _without_duplicates(names: list[str]) -> list[str]:
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        shown = ", ".join(repr(name[:80]) for name in twice[:5])
        raise ValueError(f"Each name may stand here once; more than once: {shown}")
    return names


def _an_address(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise ValueError("This must start with http:// or https://")
    return text


Names = Annotated[list[Name], Field(max_length=builds.MAX_EXPECTED), AfterValidator(_without_duplicates)]
BuildName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(printable)
]
Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2000),
    AfterValidator(printable),
    AfterValidator(_an_address),
]
Wait = Annotated[float, Query(ge=0, le=60, description="Seconds to hold the answer back until it is concluded.")]


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is for a shot before it comes: the options stored with its test case, its reference's size."""

    project: str
    options: Mapping[str, Any] | None = None
    size: Size | None = None


class NewBuild(Strict):
    project: Label = Field("", description="A new name makes a new project. Empty: the key's only one, or `default`.")
    name: BuildName = Field(description="Unique in its project: the pipeline's id.")
    branch: Label = Field("", description="What its shots are built from; empty is the main line.")
    commit: Label = ""
    url: Address = Field("", description="The pipeline's page.")
    expected: Names | None = Field(
        None, description="Names of the shots that have to come, `name` or `name [variant]`."
    )
    shards: Annotated[int, Field(strict=True, ge=1, le=1000)] | None = Field(
        None, description="How many parallel jobs have to finalize it."
    )


class Finalize(Strict):
    expected: Names | None = Field(
        None, description="Names of the shots that have to come, beside those known already."
    )
    shard: Annotated[int, Field(strict=True, ge=1, le=1000)] | None = Field(
        None, description="Which parallel job is done, counted from 1; without it all are."
    )


@router.post(
    "/builds",
    dependencies=[needs(Scope.UPLOAD)],
    status_code=status.HTTP_201_CREATED,
    responses={200: {"model": schemas.Build, "description": "It is there already."}, **problems(400, 408, 409, 413)},
)
def open_build(asked: NewBuild, caller: Caller, response: Response) -> schemas.Build:
    """Start a build, or join the one of that name: parallel jobs send the same and get the same.

    Then post its shots and finalize it. A build is concluded once, when it is finalized and all its tasks have ended.
    """
    project = caller.project(asked.project)
    fields = asked.model_dump(include={"branch", "commit", "url"})
    with write() as session:
        build, made = builds.open_build(
            session,
            projects.get_or_create(session, project),
            asked.name,
            **{field: value or None for field, value in fields.items()},
            expected=asked.expected,
            shards=asked.shards,
        )
        if made:
            opened(session, build)
        else:
            response.status_code = status.HTTP_200_OK
        return build_of(session, build)


@router.get("/builds", dependencies=[needs(Scope.READ)], responses=problems())
def list_builds(
    caller: Caller,
    project: Filter = None,
    branch: Filter = None,
    name: Filter = None,
    commit: Filter = None,
    verdict: Annotated[BuildVerdict | None, Query()] = None,
    state: Annotated[BuildState | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> schemas.Page[schemas.Build]:
    """The builds, newest first. Every filter narrows the list down."""
    with read() as session:
        page = builds.list_page(
            session,
            cursor,
            limit,
            project=project,
            branch=branch,
            name=name,
            commit=commit,
            verdict=verdict,
            state=state,
            projects=caller.projects,
        )
        return schemas.Page(items=builds_of(session, page.items), next_cursor=page.next_cursor)


@router.get("/builds/{id}", dependencies=[needs(Scope.READ)], responses=problems(404))
async def get_build(
    id: BuildId,
    view: Reader,
    wait: Wait = 0,
    section: Annotated[Section | None, Query()] = None,
    q: Annotated[str, Query(max_length=500, description="A part of the name.")] = "",
    signature: Filter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> schemas.BuildWithShots:
    """A build and its shots, those that need a look first; with `?wait=30` as soon as it is concluded.

    Only a verdict of `passed` is green.
    """
    if wait:
        await until_concluded(id, wait)
        return await for_waiter(_with_shots, id, view, cursor, limit, section, q, signature)
    return await off_loop(_with_shots, id, view, cursor, limit, section, q, signature)


@router.post("/builds/{id}/shots", **submission(Scope.UPLOAD, 404))
async def add_shot(
    id: BuildId, form: Annotated[ShotForm, Form(media_type="multipart/form-data")], door: Submission
) -> schemas.Ticket:
    """Add a screenshot: it is compared with the reference of its name on the build's branch.

    The ticket has `comparison_id`, or for a name without a reference `reference_id`: the screenshot is kept as a
    pending reference, which becomes the reference once it is approved.
    """
    known = await off_loop(_known_shot, id, form.name, form.variant)
    screenshot = await checked(form.screenshot, "screenshot")
    options = _options_of(form.options, known)
    labels = Labels(project=known.project, variant=form.variant or None)
    return await door.submit(AddShot(id, form.name, screenshot, options, labels, form.retry))


@router.post(
    "/builds/{id}/finalize",
    dependencies=[needs(Scope.UPLOAD)],
    status_code=status.HTTP_202_ACCEPTED,
    responses=problems(400, 404, 408, 413),
)
def finalize_build(id: BuildId, asked: Annotated[Finalize | None, Body()] = None) -> schemas.Build:
    """Finish one shard, or the build: no more shots come. Idempotent.

    It is concluded when all shards have said so and all its tasks have ended: `GET /builds/{id}?wait=60`.
    """
    asked = asked or Finalize()
    with write() as session:
        finalize(session, id, asked.shard, asked.expected)
    with read() as session:
        return build_of(session, builds.get(session, id))


def _with_shots(
    build_id: str, view: View, cursor: str | None, limit: int, section: str | None, query: str, signature: str | None
) -> schemas.BuildWithShots:
    with read() as session:
        shown = build_of(session, builds.get(session, build_id))
        sections = [section] if section else []
        page = shots.page(session, build_id, cursor, limit, sections=sections, query=query, signature=signature)
        items = shots_of(session, page.items, view)
    return schemas.BuildWithShots(**dict(shown), shots=items, next_cursor=page.next_cursor)


def _known_shot(build_id: str, name: str, variant: str) -> _Known:
    """What is there for a shot of that name. Raises BuildNotFound, BuildFinalized."""
    with read() as session:
        build = builds.get(session, build_id)
        builds.check_open(build)
        project = projects.name_of(session, build.project_id)
        case = testcases.find(session, build.project_id, name, variant)
        reference = testcases.usable_reference(session, case.id, build.branch) if case else None
        if case is None or reference is None:
            return _Known(project)
        picture = artifacts.load(session, reference.artifact_id)
        return _Known(project, case.options or {}, Size(picture.width or 0, picture.height or 0))


def _options_of(text: str, known: _Known) -> CompareOptions:
    if known.size:
        return compare_options(text, known.size, known.options)
    Options.parse(text)  # with nothing to be compared with, only whether it can be read
    return CompareOptions()
