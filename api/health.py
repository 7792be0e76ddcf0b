"""Is it alive, and can it take work."""

from collections.abc import Callable

from anyio import CapacityLimiter, create_task_group, fail_after, to_thread
from fastapi import APIRouter, Response, status

from api import schemas
from config import settings
from store import keys
from store.artifacts import blob_store
from store.session import read
from tasks.engines import engines
from tasks.status import broker_state

router = APIRouter(tags=["health"])

_PATIENCE_SECONDS = 2.5
_threads = CapacityLimiter(4)  # its own, so that no upload and no task can keep it from answering


@router.get("/health/live")
async def live() -> schemas.Health:
    """The process answers; nothing else is looked at."""
    return schemas.Health(ok=True, parts={})


@router.get("/health/ready", responses={503: {"model": schemas.Health, "description": "A part is not usable."}})
async def ready(response: Response) -> schemas.Health:
    """Each part's state: the database, the artifact store, the engines, and the broker in async mode."""
    parts: dict[str, schemas.Part] = {}
    async with create_task_group() as group:
        for name, check in _CHECKS.items():
            group.start_soon(_look, parts, name, check)
        if not settings().tasks_force_sync:
            group.start_soon(_look_at_broker, parts)
    health = schemas.Health(ok=all(part.ok for part in parts.values()), parts=parts)
    if not health.ok:
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    return health


async def _look(parts: dict[str, schemas.Part], name: str, check: Callable[[], str]) -> None:
    try:
        with fail_after(_PATIENCE_SECONDS):
            detail = await to_thread.run_sync(check, limiter=_threads, abandon_on_cancel=True)
    except TimeoutError:
        parts[name] = schemas.Part(ok=False, detail=f"no answer within {_PATIENCE_SECONDS} s")
    except Exception as error:  # whatever it is, the part cannot be used
        parts[name] = schemas.Part(ok=False, detail=f"cannot be used ({type(error).__name__})")
    else:
        parts[name] = schemas.Part(ok=True, detail=detail)


async def _look_at_broker(parts: dict[str, schemas.Part]) -> None:
    """Away, it makes the service not ready only where uploads may not run here instead."""
    state = await broker_state()
    fallback = settings().tasks_fallback_to_sync
    detail = "uploads run in this process meanwhile" if state != "ok" and fallback else state
    parts["broker"] = schemas.Part(ok=state == "ok" or fallback, detail=detail)


def _database() -> str:
    with read() as session:
        keys.any_active(session)
        return session.get_bind().dialect.name


def _artifacts() -> str:
    blob_store().exists("0" * 64)
    return settings().artifacts.partition(":")[0]


def _engines() -> str:
    found = engines()
    return f"{found.detector.version}, {found.reader.name}"


_CHECKS = {"database": _database, "artifacts": _artifacts, "engines": _engines}
