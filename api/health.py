"""Whether the service is alive, and whether it can take work."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from anyio import CapacityLimiter, create_task_group, fail_after, to_thread
from fastapi import APIRouter, Response, status

from api import schemas
from config import settings
from store import clock, leases, schema, workers
from store.artifacts import blob_store
from store.session import file_of, read, write
from tasks.ask import broker_state, results_state
from tasks.engines import engines

router = APIRouter(tags=["health"])

_PATIENCE_SECONDS = 2.5
_PROBE = "readiness"
_threads = CapacityLimiter(8)  # its own, so that uploads and tasks cannot delay it


class NotReady(Exception):
    """A part cannot be used; the message says why and contains no secrets."""


@router.get("/health/live")
async def live() -> schemas.Health:
    """The process answers; nothing else is checked."""
    return schemas.Health(ok=True, parts={})


@router.get("/health/ready", responses={503: {"model": schemas.Health, "description": "A part is not usable."}})
async def ready(response: Response) -> schemas.Health:
    """Each part's state: database, clock, schema, artifact store, disk, engines, and in async mode broker, results and
    workers.

    doc/operations.md says what to do about each.
    """
    parts: dict[str, schemas.Part] = {}
    async with create_task_group() as group:
        for name, check in _CHECKS.items():
            group.start_soon(_look, parts, name, check)
        if not settings().tasks_force_sync:
            group.start_soon(_look, parts, "workers", _workers)
            group.start_soon(_look_at_queue, parts, "broker", broker_state, _fallback())
            group.start_soon(_look_at_queue, parts, "results", results_state, "states come from the database meanwhile")
    health = schemas.Health(ok=all(part.ok for part in parts.values()), parts=dict(sorted(parts.items())))
    if not health.ok:
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    return health


async def _look(parts: dict[str, schemas.Part], name: str, check: Callable[[], str]) -> None:
    try:
        with fail_after(_PATIENCE_SECONDS):
            detail = await to_thread.run_sync(check, limiter=_threads, abandon_on_cancel=True)
    except TimeoutError:
        parts[name] = schemas.Part(ok=False, detail=f"no answer within {_PATIENCE_SECONDS} s")
    except NotReady as error:
        parts[name] = schemas.Part(ok=False, detail=str(error))
    except Exception as error:  # whatever the error, the part cannot be used
        parts[name] = schemas.Part(ok=False, detail=f"cannot be used ({type(error).__name__})")
    else:
        parts[name] = schemas.Part(ok=True, detail=detail)


async def _look_at_queue(
    parts: dict[str, schemas.Part], name: str, ask: Callable[[], Awaitable[str]], otherwise: str
) -> None:
    """Without a queue the service is not ready only if it may not fall back to sync."""
    state = await ask()
    away = f"{state}: {otherwise}" if otherwise else state
    parts[name] = schemas.Part(ok=state == "ok" or bool(otherwise), detail=state if state == "ok" else away)


def _fallback() -> str:
    return "uploads run in this process meanwhile" if settings().tasks_fallback_to_sync else ""


def _database() -> str:
    """Writes a row: a database that can only be read (a replica after a fail-over, a full disk) takes no upload."""
    with write() as session:
        leases.acquire(session, _PROBE, _PROBE, 1)
        return session.get_bind().dialect.name


def _clock() -> str:
    """A wrong clock is reported and takes nothing out of service: all use the database's clock."""
    with read() as session:
        ahead = {"this process": clock.offset(session).total_seconds(), **workers.clock_offsets(session)}
    wrong = [f"{who}'s is {off:+.1f} s off" for who, off in ahead.items() if abs(off) > clock.TOLERATED_SECONDS]
    return f"the database's is used; {', '.join(wrong)}" if wrong else "as the database's"


def _schema() -> str:
    with read() as session:
        if not schema.fits(session):
            raise NotReady(
                "the database's schema is not this process's: run `python3 run.py migrate`, or start it again"
            )
    return "as this process knows it"


def _artifacts() -> str:
    blob_store().check_writable()
    return f"{settings().artifacts.partition(':')[0]}, can be written"


def _disk() -> str:
    """Counts only what is stored on this machine's disk."""
    short = settings().min_free_disk_mb
    free = {str(folder): shutil.disk_usage(folder).free // 2**20 for folder in _local_folders()}
    if not free:
        return "nothing is kept on this machine"
    least = min(free.values())
    if least < short:
        raise NotReady(f"{least} MB are free, MIN_FREE_DISK_MB is {short}")
    return f"{least} MB free"


def _local_folders() -> list[Path]:
    """The folders of the database and of the pictures, or their nearest existing parents."""
    kept = [path for path in (file_of(settings().database), blob_store().folder()) if path]
    return [next(part for part in (path, *path.parents) if part.is_dir()) for path in kept]


def _engines() -> str:
    found = engines()
    return f"{found.detector.version}, {found.reader.name}"


def _workers() -> str:
    """Without workers uploads are accepted and wait. With workers that use another artifact store every task would fail."""
    with read() as session:
        seen = len(workers.names(session))
        stores = workers.artifact_stores(session)
    if stores - {blob_store().mark()}:
        raise NotReady(_WITHOUT_STORE if stores == {None} else _OTHER_STORE)
    return f"{seen} seen lately" if seen else "none was seen lately: tasks wait"


_OTHER_STORE: Final = (
    "workers on another artifact store: ARTIFACT_URL and DATA_DIR must be the same for them and for this process"
)
_WITHOUT_STORE: Final = "the workers cannot use their artifact store"

_CHECKS: Final = {
    "database": _database,
    "clock": _clock,
    "schema": _schema,
    "artifacts": _artifacts,
    "disk": _disk,
    "engines": _engines,
}
