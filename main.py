"""Builds the service: `uvicorn main:app`."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from api import (
    analyses,
    artifacts,
    build_reports,
    build_reviews,
    builds,
    comparisons,
    health,
    metrics,
    queue,
    reviews,
    tasks,
    testcases,
    vrt,
)
from api.access import identify, keys_in_use
from api.deps import known_query
from api.errors import MEDIA_TYPE, add_handlers
from api.logs import configure_logging
from api.middleware import ApiKeys, BodyLimit, PlainStart, RequestIds, StartRefused
from api.origins import KnownOrigins
from api.room import UploadRoom
from config import VERSION, settings
from store import keys, schema
from store.artifacts import blob_store
from store.errors import DatabaseUnavailable, SchemaMismatch
from store.session import read
from tasks import memory, telegram_chat, upkeep
from tasks.engines import engines
from tasks.task_runner import has_room
from vision.engines.types import DetectorUnavailable, ReaderUnavailable
from web.app import create_pages

log = logging.getLogger("etalon")

ABOUT = """
Etalon compares screenshots of user interfaces and says what changed: element by element, in sentences.

**Try it here.** Open `POST /api/v1/comparisons`, choose two pictures, press *Execute*. The answer is a
ticket; give its `task_id` to `GET /api/v1/tasks/{task_id}` (with `wait=30` it answers when the work is done) and read
`result.verdict` and `result.defects`.

**For a page that is tested again and again**, `POST /api/v1/testcases` stores a reference once, and
`POST /api/v1/testcases/{id}/comparisons` holds each new screenshot against it. `approve` makes a screenshot the new reference.

Only a verdict of `passed` is green; null means that nothing was decided. Errors are problem details (RFC 9457) with a sentence
in `detail`. Where API keys are in use, press *Authorize*.
"""


def create_app() -> FastAPI:
    """Raises SettingsRefused if a setting has an unusable value."""
    memory.settle()
    configure_logging(settings())
    app = Service(
        title="Etalon",
        version=VERSION,
        description=ABOUT,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        form_limits={"max_files": 4, "max_fields": 20, "max_part_size": 256 * 1024},
    )
    add_handlers(app)
    app.add_middleware(
        BodyLimit, max_picture_bytes=settings().max_upload_mb * 1024 * 1024, seconds=settings().upload_seconds
    )
    app.add_middleware(UploadRoom, size_bytes=settings().uploads_mb * 1024 * 1024, has_room=_has_room)
    app.add_middleware(ApiKeys, identify=identify, metrics_open=settings().metrics_open)
    app.add_middleware(
        KnownOrigins, allowed=settings().allowed_hosts, public_url=settings().public_url, is_closed=keys_in_use
    )
    app.add_middleware(RequestIds)
    app.add_middleware(PlainStart)
    app.include_router(_version_1())
    app.include_router(health.router)
    app.include_router(metrics.router)
    if settings().vrt_compat:
        app.include_router(vrt.router)
    _add_docs(app)
    app.mount("/ui", create_pages())
    return app


class Service(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """FastAPI lists every answer as `application/json`; errors are `application/problem+json`."""
        fresh = self.openapi_schema is None
        document = super().openapi()
        for path in document["paths"].values() if fresh else ():
            for route in path.values():
                for code, answer in route["responses"].items():
                    if code >= "400" and MEDIA_TYPE in answer["content"]:
                        answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}
        return document


def _has_room() -> bool:
    """Whether an upload could be worked on, or wait for a worker."""
    return not settings().tasks_force_sync or has_room()


def _version_1() -> APIRouter:
    router = APIRouter(prefix="/api/v1", dependencies=[Depends(known_query)])
    for noun in (
        builds,
        build_reviews,
        build_reports,
        comparisons,
        testcases,
        reviews,
        analyses,
        tasks,
        queue,
        artifacts,
    ):
        router.include_router(noun.router)
    return router


def _add_docs(app: FastAPI) -> None:
    """Serves Swagger's files from a package, so that /docs works in a closed network."""
    app.mount("/docs/files", StaticFiles(packages=[("fastapi_swagger", "resources")]))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="openapi.json",
            title="Etalon",
            swagger_js_url="docs/files/swagger-ui-bundle.js",
            swagger_css_url="docs/files/swagger-ui.css",
            swagger_favicon_url="docs/files/favicon-32x32.png",
            swagger_ui_parameters={"tryItOutEnabled": True, "persistAuthorization": True},
        )

    @app.get("/", include_in_schema=False)
    async def start() -> RedirectResponse:
        return RedirectResponse("ui/")


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    try:
        await run_in_threadpool(_prepare)
    except (SchemaMismatch, DatabaseUnavailable, DetectorUnavailable, ReaderUnavailable) as error:
        raise StartRefused(str(error)) from error
    with upkeep.running(), telegram_chat.listening():
        yield


def _prepare() -> None:
    schema.prepare(settings().database)
    blob_store()
    engines()
    with read() as session:
        closed = keys.is_closed(session)
    log.info(
        "The API is %s.",
        "for those with a key" if closed else "open to everyone: no API key exists (run.py key)",
    )
    log.info("Tasks run %s.", "in this process" if settings().tasks_force_sync else "in workers")
    log.info("Telegram is %s.", "on" if settings().telegram_enabled else "off")


app = create_app()
