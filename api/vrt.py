"""The agents of Visual Regression Tracker as they are (VRT_COMPAT=1): their five routes at the root, over the same builds,
shots and references as everything else. Their field names are kept, "diffTollerancePercent" too.

An agent never polls: the answer to a screenshot is held back until it is compared. One that takes longer than an agent waits is
`unresolved`, never `ok`; sent again, it joins the task that runs.
"""

import asyncio
import json
import time
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, status
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.datastructures import UploadFile

from api.access import check_seen, needs
from api.deps import Caller, Id, Reader, View, off_loop
from api.errors import RequestRefused, field_errors, sentences
from api.uploads import Label, Name, checked_bytes, compare_options, within
from config import settings
from store import artifacts, builds, comparisons, projects, shots, tables, testcases, visibility
from store.keys import Scope
from store.session import read, write
from store.states import ArtifactKind, Section
from tasks.ask import wait_for
from tasks.builds import finalize, opened
from tasks.requests import AddShot, Labels
from tasks.submit import submit
from tasks.task_runner import Overloaded
from vision.types import Box, CompareOptions, Size, Verdict

router = APIRouter(include_in_schema=False)

_WAIT_SECONDS: Final = 55.0  # proxies give up after a minute
_JAVA_WAIT_SECONDS: Final = 8.0  # its client gives up after ten
_LONGEST_VARIANT: Final = 200


class BadTestRun(RequestRefused):
    """The test run cannot be used."""


class _Lenient(BaseModel):
    """Agents send keys of their own: what is not known is passed over."""

    model_config = ConfigDict(extra="ignore")


class StartBuild(_Lenient):
    project: Annotated[Label, Field(min_length=1)]
    branchName: Label | None = None  # noqa: N815 the agents' word, as all below
    ciBuildId: Label | None = None  # noqa: N815


class IgnoreArea(_Lenient):
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0


class TestRun(_Lenient):
    __test__ = False  # pytest would collect it by its name

    buildId: Annotated[str, StringConstraints(pattern="^[A-Za-z0-9-]{1,36}$")]  # noqa: N815
    name: Name
    os: Label | None = None
    browser: Label | None = None
    viewport: Label | None = None
    device: Label | None = None
    customTags: Label | None = None  # noqa: N815
    diffTollerancePercent: Annotated[float, Field(ge=0, le=100)] | None = None  # noqa: N815
    ignoreAreas: list[IgnoreArea] | None = None  # noqa: N815
    comment: str | None = None

    @property
    def variant(self) -> str:
        """The variant: with the name, it identifies a baseline."""
        parts = [part for part in (self.browser, self.device, self.os, self.viewport, self.customTags) if part]
        whole = ", ".join(parts)
        if len(whole) <= _LONGEST_VARIANT:
            return whole
        return f"{whole[: _LONGEST_VARIANT - 9]} {sha256(whole.encode()).hexdigest()[:8]}"


class Base64TestRun(TestRun):
    imageBase64: str  # noqa: N815


@router.post("/builds", dependencies=[needs(Scope.UPLOAD)], status_code=status.HTTP_201_CREATED)
def start_build(asked: StartBuild, caller: Caller) -> dict[str, Any]:
    """Starts a build, or joins the one of that `ciBuildId`."""
    with write() as session:
        project = projects.by_id_or_name(session, asked.project)
        project = project or projects.get_or_create(session, caller.project(asked.project))
        caller.project(project.name)
        name = asked.ciBuildId or f"vrt {tables.new_id()[:8]}"
        build, made = builds.open_build(session, project, name, branch=_branch(asked.branchName))
        builds.one_more_agent(session, build.id)
        if made:
            opened(session, build)
        return _build_dto(session, build.id)


@router.patch("/builds/{id}", dependencies=[needs(Scope.UPLOAD)])
async def stop_build(id: Id, caller: Caller, request: Request) -> dict[str, Any]:
    """An agent is done. (Its body is empty, `{}` or says that it no longer runs.)"""
    await check_seen(visibility.build, id, caller)
    return await off_loop(_stopped, id)


@router.post("/test-runs", dependencies=[needs(Scope.UPLOAD)], status_code=status.HTTP_201_CREATED)
async def track_base64(asked: Base64TestRun, caller: Caller, view: Reader, request: Request) -> dict[str, Any]:
    """A screenshot as base64 text."""
    try:
        data = b64decode("".join(asked.imageBase64.split()), validate=True)
    except (NotBase64, ValueError):
        raise BadTestRun("imageBase64: This is not base64.") from None
    return await _tracked(asked, data, caller, view, request)


@router.post("/test-runs/multipart", dependencies=[needs(Scope.UPLOAD)], status_code=status.HTTP_201_CREATED)
async def track_file(caller: Caller, view: Reader, request: Request) -> dict[str, Any]:
    """A screenshot as a file."""
    form = await request.form()
    fields: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
    image = form.get("image")
    if not isinstance(image, UploadFile):
        raise BadTestRun("image: This must be a file.")
    try:
        areas = json.loads(fields.get("ignoreAreas") or "[]")
        asked = TestRun.model_validate({**fields, "ignoreAreas": areas})
    except ValidationError as error:
        raise BadTestRun(sentences(field_errors(error.errors()))) from None
    except ValueError:
        raise BadTestRun("ignoreAreas: This is not JSON.") from None
    return await _tracked(asked, await image.read(), caller, view, request)


@router.get("/{image_id}.png", dependencies=[needs(Scope.READ)])
def get_image(image_id: str, request: Request) -> Response:
    """Where agents look for a picture by its name."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/api/v1/artifacts/{image_id}{query}")


async def _tracked(asked: TestRun, data: bytes, caller: Caller, view: View, request: Request) -> dict[str, Any]:
    await check_seen(visibility.build, asked.buildId, caller)
    picture = await checked_bytes(data, "image")
    project, options, known = await off_loop(_prepared, asked, sha256(data).hexdigest())
    until = time.monotonic() + _patience(request.headers.get("user-agent", ""))
    if known is None:
        labels = Labels(project=project, variant=asked.variant or None)
        shot = AddShot(asked.buildId, asked.name, picture, options, labels, retry=True)
        known = await _submitted(shot, caller.key_id, until)
    await wait_for(known, max(0.0, until - time.monotonic()))
    base = settings().public_url or str(request.base_url).rstrip("/")
    return await off_loop(_result, asked, view, base)


def _patience(user_agent: str) -> float:
    return _WAIT_SECONDS if user_agent.startswith(("axios/", "python-requests/")) else _JAVA_WAIT_SECONDS


async def _submitted(shot: AddShot, key_id: str, until: float) -> str:
    """Agents do not come back when the service is busy: it is waited for here."""
    while True:
        try:
            return (await submit(shot, key_id)).task_id
        except Overloaded:
            if time.monotonic() > until:
                raise
        await asyncio.sleep(0.25)


def _prepared(asked: TestRun, digest: str) -> tuple[str, CompareOptions, str | None]:
    """(the project, what to compare with, the task of the same screenshot in this build).
    Raises BuildNotFound, BuildFinalized."""
    with read() as session:
        build = builds.get(session, asked.buildId)
        builds.check_open(build)
        project = projects.name_of(session, build.project_id)
        case = testcases.find(session, build.project_id, asked.name, asked.variant)
        reference = testcases.usable_reference(session, case.id, build.branch) if case else None
        options = CompareOptions()
        if case and reference:
            picture = artifacts.load(session, reference.artifact_id)
            size = Size(picture.width or 0, picture.height or 0)
            stored = compare_options("", size, case.options)
            regions = (*stored.ignore_regions, *within(_boxes(asked), size))
            options = replace(stored, ignore_regions=regions)
        reference_id = reference.id if reference else None
        return (
            project,
            options,
            shots.task_of_same(session, build.id, asked.name, asked.variant, digest, reference_id, options),
        )


def _boxes(asked: TestRun) -> list[Box]:
    return [
        Box(max(0, int(area.x)), max(0, int(area.y)), int(area.width), int(area.height))
        for area in asked.ignoreAreas or ()
    ]


def _result(asked: TestRun, view: View, base: str) -> dict[str, Any]:
    with write() as session:
        [row] = shots.named(session, asked.buildId, asked.name, asked.variant)
        if row.Comparison and asked.diffTollerancePercent:
            comparisons.pass_within(session, row.Comparison.id, asked.diffTollerancePercent / 100)
            [row] = shots.named(session, asked.buildId, asked.name, asked.variant)
        drawn = artifacts.drawn_from_each(session, [row.Comparison.id]) if row.Comparison else {}
        build = builds.get(session, asked.buildId)
    return _test_run_dto(asked, row, drawn, build, view, base)


def _test_run_dto(
    asked: TestRun, row: Any, drawn: Mapping[str, Mapping[str, str]], build: tables.Build, view: View, base: str
) -> dict[str, Any]:
    comparison = row.Comparison
    page = f"/ui/comparisons/{comparison.id}" if comparison else f"/ui/testcases/{row.Shot.testcase_id}"
    actual = comparison.actual_artifact_id if comparison else row.Reference.artifact_id
    diff = (
        drawn.get(comparison.id, {}).get(ArtifactKind.DIFF)
        if comparison and comparison.verdict == Verdict.FAILED
        else None
    )
    ratio = comparison.changed_ratio if comparison else None
    size = (comparison.actual_size if comparison else None) or {}
    pixels = None if ratio is None else round(ratio * size.get("width", 0) * size.get("height", 0))
    return {
        "id": row.Shot.id,
        "imageName": _image_name(actual, view),
        "diffName": _image_name(diff, view) if diff else None,
        "baselineName": _image_name(comparison.reference_artifact_id, view) if comparison else None,
        "diffPercent": None if ratio is None else round(ratio * 100, 4),
        "diffTollerancePercent": asked.diffTollerancePercent or 0,
        "pixelMisMatchCount": pixels,
        "status": _STATUSES.get(row.section, "unresolved"),
        "url": base + page,
        "merge": False,
        "buildId": row.Shot.build_id,
        "testVariationId": row.Shot.testcase_id,
        "name": row.Shot.name,
        **{key: getattr(asked, key) or "" for key in ("os", "browser", "viewport", "device", "customTags")},
        "ignoreAreas": json.dumps([area.model_dump() for area in asked.ignoreAreas or ()]),
        "tempIgnoreAreas": "[]",
        "comment": asked.comment,
        "branchName": build.branch or settings().vrt_main_branch,
        "baselineBranchName": build.branch or settings().vrt_main_branch,
        "vlmDescription": None,
        "etalonTaskId": row.Shot.task_id,
    }


# What is still compared, or could not be, is not `ok`.
_STATUSES: Final = {Section.PASSED: "ok", Section.APPROVED: "ok", Section.NEW: "new"}


def _image_name(artifact_id: str, view: View) -> str:
    """`{apiUrl}/{imageName}` opens the picture; where keys are in use, for as long as its link is signed."""
    _, _, query = view.picture(artifact_id).partition("?")
    return f"{artifact_id}.png" + (f"?{query}" if query else "")


def _stopped(build_id: str) -> dict[str, Any]:
    with write() as session:
        finalize(session, build_id, builds.next_agent(session, build_id))
        return _build_dto(session, build_id)


def _build_dto(session: Any, build_id: str) -> dict[str, Any]:
    build = builds.get(session, build_id)
    counted = builds.counts(session, [build])[build.id]
    unresolved = sum(counted[section] for section in (Section.FAILED, Section.NEW, Section.ERROR, Section.RUNNING))
    return {
        "id": build.id,
        "ciBuildId": build.name,
        "number": builds.number_of(session, build),
        "branchName": build.branch or settings().vrt_main_branch,
        "status": _build_status(counted, unresolved),
        "projectId": build.project_id,
        "updatedAt": (build.concluded_at or build.created_at).isoformat(),
        "createdAt": build.created_at.isoformat(),
        "userId": None,
        "passedCount": counted[Section.PASSED] + counted[Section.APPROVED],
        "unresolvedCount": unresolved,
        "failedCount": counted[Section.REJECTED],
        "isRunning": build.finalized_at is None and build.concluded_at is None,
        "merge": False,
    }


def _build_status(counted: Mapping[str, int], unresolved: int) -> str:
    if not counted["shots"]:
        return "new"
    return "unresolved" if unresolved else "failed" if counted[Section.REJECTED] else "passed"


def _branch(name: str | None) -> str | None:
    """The main branch of a project of theirs is our main line."""
    return None if not name or name == settings().vrt_main_branch else name
