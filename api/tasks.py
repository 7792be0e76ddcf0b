"""Tasks: their progress, and how to revoke them."""

from typing import Annotated

from fastapi import APIRouter, Query

from api import schemas
from api.access import needs
from api.analyses import analysis_of
from api.comparisons import comparison_of
from api.deps import Reader, TaskId, View, off_loop, problems
from store.keys import Scope
from store.session import read
from tasks.ask import TaskStatus, cancel, wait_for
from tasks.ask import get_task as task_now
from tasks.threads import for_waiter

router = APIRouter(tags=["tasks"])

Wait = Annotated[float, Query(ge=0, le=60, description="Seconds to hold the answer back until the task is ready.")]


@router.get("/tasks/{task_id}", dependencies=[needs(Scope.READ)], responses=problems(404))
async def get_task(task_id: TaskId, view: Reader, wait: Wait = 0) -> schemas.Task:
    """A task in any state. With `?wait=30` the answer comes as soon as it is ready.

    `result` is an analysis, or a comparison where two pictures were compared. A comparison that failed to run has no
    verdict: only a verdict of `passed` is green.
    """
    if wait:
        return await for_waiter(task_of, await wait_for(task_id, wait), view)
    return await off_loop(task_of, await task_now(task_id), view)


@router.delete("/tasks/{task_id}", dependencies=[needs(Scope.UPLOAD)], responses=problems(404, 409))
async def revoke_task(task_id: TaskId, view: Reader) -> schemas.Task:
    """Revoke a task: a waiting one never runs, a running one stops at its next stage."""
    return await off_loop(task_of, await cancel(task_id), view)


def task_of(task: TaskStatus, view: View) -> schemas.Task:
    return schemas.Task(
        task_id=task.task_id,
        name=task.name,
        state=task.state,
        ready=task.ready,
        mode=task.mode.value,
        progress=schemas.Progress(stage=task.stage, percent=task.percent) if task.stage else None,
        result=_result(task, view),
        error=_error(task),
        created_at=task.created_at,
        finished_at=task.finished_at,
    )


def _result(task: TaskStatus, view: View) -> schemas.Analysis | schemas.Comparison | None:
    if not task.result:
        return None
    with read() as session:
        if "comparison_id" in task.result:
            return comparison_of(session, task.result["comparison_id"], view)
        return analysis_of(session, task.result, view)


def _error(task: TaskStatus) -> schemas.TaskError | None:
    if not task.error_type:
        return None
    return schemas.TaskError(type=task.error_type, message=task.error_message or "")
