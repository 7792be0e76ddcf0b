"""The pages: an application of its own under /ui, so that its errors are pages and its headers those of pages."""

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from store.errors import (
    ArtifactStoreUnavailable,
    Conflict,
    DatabaseUnavailable,
    Forbidden,
    NotFound,
    StoreError,
)
from tasks.task_runner import Unavailable
from vision.image import UnreadableImage
from web import builds, comparisons, home, login, new, testcases, words, work
from web.errors import PageRefused, SignInFirst
from web.pages import STATIC, asked_by_script, base, render
from web.visitor import Visitor, visitor

_CLOSED: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _CLOSED,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_STATUSES: Final[dict[type[Exception], HTTPStatus]] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Forbidden: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    StoreError: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    UnreadableImage: HTTPStatus.UNPROCESSABLE_ENTITY,
}
_AWAY: Final = (OperationalError, InterfaceError, DatabaseUnavailable, ArtifactStoreUnavailable)


def create_pages() -> FastAPI:
    """What main.py mounts under /ui."""
    app = FastAPI(
        title="Etalon's pages",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        form_limits={"max_files": 4, "max_fields": 40, "max_part_size": 256 * 1024},
    )
    app.add_middleware(PageHeaders)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    for part in (home, login, new, work, builds, comparisons, testcases):
        app.include_router(part.router)
    app.mount("/static", StaticFiles(directory=STATIC))
    _add_handlers(app)
    return app


class PageHeaders:
    """Nothing but this service's own files is loaded by a page, nothing inline runs, and no other site can frame it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_closed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                if "/static/" in scope["path"] and message["status"] == HTTPStatus.OK and scope["query_string"]:
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"
            await send(message)

        await self._app(scope, receive, send_closed)


def _add_handlers(app: FastAPI) -> None:
    app.add_exception_handler(PageRefused, _refused)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _wrong_input)
    for family, status in _STATUSES.items():
        app.add_exception_handler(family, _told(status))
    for away in _AWAY:
        app.add_exception_handler(away, _store_away)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, PageRefused)
    if isinstance(error, SignInFirst) and request.method == "GET" and not asked_by_script(request):
        asked = request.url.path.removeprefix(base(request)) + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{base(request)}/login?next={quote(asked, safe='')}", 303)
    of = await run_in_threadpool(visitor, request)
    return _error(request, of, error.status, words.say(of.language, error.word, **error.values))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    of = await run_in_threadpool(visitor, request)
    known = {404: "nothing_here", 405: "nothing_here", 413: "too_large", 408: "too_slow"}
    key = known.get(error.status_code)
    return _error(request, of, error.status_code, words.say(of.language, key) if key else str(error.detail))


async def _wrong_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    of = await run_in_threadpool(visitor, request)
    fields = ", ".join(sorted({str(one["loc"][-1])[:40] for one in error.errors()}))
    return _error(request, of, HTTPStatus.UNPROCESSABLE_ENTITY, words.say(of.language, "wrong_field", fields=fields))


def _told(status: HTTPStatus) -> Any:
    """The store's and the tasks' own sentences are written for people."""

    async def handle(request: Request, error: Exception) -> Response:
        of = await run_in_threadpool(visitor, request)
        return _error(request, of, status, words.of_error(of.language, error))

    return handle


async def _store_away(request: Request, error: Exception) -> Response:
    """Without a look into the store for the visitor."""
    return PlainTextResponse(words.say("en", "store_away"), HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "5"})


def _error(request: Request, of: Visitor, status: int, sentence: str) -> Response:
    if asked_by_script(request):  # web/static/etalon.js shows the sentence above the page, which stays as it is
        return PlainTextResponse(sentence, status)
    return render(request, of, "error.html", status, sentence=sentence, status=status)
