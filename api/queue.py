"""What waits and who works."""

from fastapi import APIRouter

from api import schemas
from api.deps import problems
from tasks.status import queue_status

router = APIRouter(tags=["queue"])


@router.get("/queue", responses=problems())
async def get_queue() -> schemas.Queue:
    """How many tasks wait, which workers were seen lately, and what runs now. It answers while Redis is away, too."""
    found = await queue_status()
    return schemas.Queue(
        mode=found.mode.value,
        depth=found.depth,
        oldest_waiting_seconds=found.oldest_waiting_seconds,
        workers=list(found.workers),
        running=[schemas.RunningTask.model_validate(task) for task in found.running],
    )
