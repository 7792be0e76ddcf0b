"""What waits and who works."""

from fastapi import APIRouter

from api import schemas
from api.access import needs
from api.deps import Caller, problems
from store.keys import Scope
from tasks.ask import queue_status

router = APIRouter(tags=["queue"])


@router.get("/queue", dependencies=[needs(Scope.READ)], responses=problems())
async def get_queue(caller: Caller) -> schemas.Queue:
    """How many tasks wait, which workers were seen lately, and what runs now. It answers while Redis is away, too.

    A key that is bound to projects sees how much waits in all, and which of its own tasks run.
    """
    found = await queue_status(caller.projects)
    return schemas.Queue(
        mode=found.mode.value,
        depth=found.depth,
        oldest_waiting_seconds=found.oldest_waiting_seconds,
        workers=list(found.workers),
        running=[schemas.RunningTask.model_validate(task) for task in found.running],
    )
