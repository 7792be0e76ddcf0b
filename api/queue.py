"""The queue: what waits, and which workers are there."""

from fastapi import APIRouter

from api import schemas
from api.access import needs
from api.deps import Caller, problems
from store.keys import Scope
from tasks.ask import queue_status

router = APIRouter(tags=["queue"])


@router.get("/queue", dependencies=[needs(Scope.READ)], responses=problems())
async def get_queue(caller: Caller) -> schemas.Queue:
    """How many tasks wait, which workers are live, and what runs now. Works while Redis is away.

    A key that is bound to projects sees the total that waits, and only its own running tasks.
    """
    found = await queue_status(caller.projects)
    return schemas.Queue(
        mode=found.mode.value,
        depth=found.depth,
        oldest_waiting_seconds=found.oldest_waiting_seconds,
        workers=list(found.workers),
        running=[schemas.RunningTask.model_validate(task) for task in found.running],
    )
