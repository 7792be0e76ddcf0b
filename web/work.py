"""Pages about background work: a task's progress, its place in the queue, and its result."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, Response

import store.tasks
from store import analyses, artifacts, overview, visibility
from store.artifacts import blob_store
from store.session import read
from store.states import FINAL, WAITING, TaskState
from store.submissions import Labels, Upload
from tasks.ask import cancel, queue_status
from tasks.requests import CreateTestCase
from tasks.stored_pictures import limits
from tasks.submit import submit
from vision.image import inspect
from vision.types import Kind
from vision.words import KINDS
from web import describe, pages, words
from web.errors import WrongUpload
from web.scene import one_picture
from web.visitor import Reader, Uploader, Visitor, look_now, see

router = APIRouter()

Id = Annotated[str, Path(pattern="^[A-Za-z0-9-]{1,36}$")]
Name = Annotated[str, Form(min_length=1, max_length=500)]


@router.get("/queue")
async def show_queue(request: Request, visitor: Reader) -> Response:
    """Workers, what runs, what waits, what failed lately and why."""
    status = await queue_status(visitor.projects)
    with read() as session:
        waiting = store.tasks.next_in_line(session, 50, visitor.projects)
        failed = store.tasks.failed_lately(session, 20, visitor.projects)
    template = "_queue.html" if pages.asked_by_script(request) else "queue.html"
    return pages.render(request, visitor, template, queue=status, waiting=waiting, failed=failed)


@router.get("/tasks/{id}")
def show_task(request: Request, visitor: Reader, id: Id) -> Response:
    """How far it is; once it has ended, what it was for."""
    look_now(visibility.task, id, visitor)
    with read() as session:
        task = store.tasks.get(session, id)
        place = store.tasks.place(session, task)
    if task.state == TaskState.SUCCESS and task.result:
        return _result(request, visitor, id, task.result)
    if task.state not in FINAL:
        values = {"values": {}, **progress_words(task.state, task.stage, task.percent, place)}
        template = "_progress.html" if pages.asked_by_script(request) else "task.html"
        return pages.render(request, visitor, template, task=task, **values)
    if pages.asked_by_script(request):
        return pages.go(request, f"/tasks/{id}")
    return pages.render(request, visitor, "task_failed.html", task=task)


@router.post("/tasks/{id}/testcase")
async def make_testcase(
    request: Request,
    visitor: Uploader,
    id: Id,
    name: Name,
    variant: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """The analysed picture becomes the reference of a new test case, in the project it was analysed in."""
    await see(visibility.task, id, visitor)
    upload, project = _picture_of(id, visitor)
    return await created(request, visitor, name, variant, upload, project)


async def created(
    request: Request, visitor: Visitor, name: str, variant: str, upload: Upload, project: str
) -> Response:
    """A test case with that picture; on to its page. Raises WrongUpload, DuplicateTestCase."""
    if not name.strip().isprintable() or not variant.strip().isprintable() or not name.strip():
        raise WrongUpload(words.say(visitor.language, "wrong_field", fields="name"))
    labels = Labels(project=project, variant=variant.strip() or None)
    ticket = await submit(CreateTestCase(name.strip(), upload, labels), visitor.key_id)
    return pages.go(request, f"/testcases/{ticket.ids['testcase_id']}")


@router.post("/tasks/{id}/stop")
async def stop_task(request: Request, visitor: Uploader, id: Id) -> Response:
    """Revokes it: one that waits is never run, one that runs stops at its next stage."""
    await see(visibility.task, id, visitor)
    await cancel(id)
    return pages.go(request, f"/tasks/{id}")


def progress_words(state: str, stage: str | None, percent: int | None, place: int) -> dict[str, Any]:
    """The key of the sentence that says how far a task is, what fills it, and the percentage."""
    if state in WAITING:
        return {"key": "waiting_at" if place else "waiting_now", "values": {"place": place}, "percent": 0}
    return {"key": f"stage_{stage}" if stage else "stage_start", "values": {}, "percent": percent or 0}


def stored_upload(artifact_id: str) -> Upload:
    """A stored picture in the form of an upload."""
    with read() as session:
        row = artifacts.load(session, artifact_id)
    assert row.sha256
    data = blob_store().read(row.sha256)
    return Upload(data, inspect(data, limits()))


def _picture_of(task_id: str, visitor: Visitor) -> tuple[Upload, str]:
    with read() as session:
        task = store.tasks.get(session, task_id)
        project = overview.project_name(session, task.project_id)
    artifact_id = (task.result or {}).get("artifact_id")
    if not artifact_id:
        raise WrongUpload(words.say(visitor.language, "nothing_here"))
    return stored_upload(artifact_id), project


def _result(request: Request, visitor: Visitor, task_id: str, result: dict[str, str]) -> Response:
    if "comparison_id" in result:
        return pages.go(request, f"/comparisons/{result['comparison_id']}")
    if "testcase_id" in result:
        return pages.go(request, f"/testcases/{result['testcase_id']}")
    if pages.asked_by_script(request):
        return pages.go(request, f"/tasks/{task_id}")
    with read() as session:
        found = analyses.load(session, result["analysis_id"])
        shown = artifacts.load(session, result["artifact_id"])
    kinds = [(kind, sum(one.kind is kind for one in found.elements)) for kind in Kind]
    scene = describe.still(found.elements, one_picture(request, visitor, shown), words.viewer(visitor.language))
    values = {
        "found": found,
        "kinds": [(kind, number) for kind, number in kinds if number],
        "names": KINDS,
        "scene": scene,
        "task_id": task_id,
        "elements_json": [describe.element_json(one) for one in found.elements],
    }
    return pages.render(request, visitor, "analysis.html", **values)
