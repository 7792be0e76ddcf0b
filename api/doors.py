"""What a request passes before a route sees it: it gets an id, shows its key, and its body is counted while it streams."""

import re
import uuid
from collections.abc import Callable

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BodyTooLarge, RequestRefused, problem

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_JSON_BYTES = 64 * 1024
_FORM_BYTES = 1024 * 1024  # a form's text fields and its part headers, beside its pictures


class PlainStart:
    """A start that is refused prints its sentence, not a traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_plainly(message: Message) -> None:
            if message["type"] == "lifespan.startup.failed" and StartRefused.__name__ in message["message"]:
                message["message"] = message["message"].rstrip().rpartition(f"{StartRefused.__name__}: ")[2]
            await send(message)

        await self._app(scope, receive, send_plainly if scope["type"] == "lifespan" else send)


class StartRefused(Exception):
    """The service cannot start; the message says what to do."""


class RequestIds:
    """Answers carry X-Request-ID: the caller's own where it is plain, else a new one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope).get("x-request-id", "")
        request_id = asked if _REQUEST_ID.fullmatch(asked) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        await self._app(scope, receive, send_with_id)


class ApiKeys:
    """Refuses /api without a valid X-API-Key, before the body is read. `check` returns the key's name (None while there
    are no keys) or raises KeyRefused or StoreAway; it may block, so it has a thread."""

    def __init__(self, app: ASGIApp, check: Callable[[str], str | None]) -> None:
        self._app = app
        self._check = check

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        try:
            name = await to_thread.run_sync(self._check, Headers(scope=scope).get("x-api-key", ""))
        except RequestRefused as error:
            response = problem(scope, error.status_code, error.detail, kind=error.kind, headers=error.headers)
            await response(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = name
        await self._app(scope, receive, send)


class BodyLimit:
    """Counts a body while it comes in, chunked or not, and ends it with BodyTooLarge at the limit."""

    def __init__(self, app: ASGIApp, max_picture_bytes: int) -> None:
        self._app = app
        self._max_picture_bytes = max_picture_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope)
        declared = Headers(scope=scope).get("content-length", "0")
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            if declared.isdigit() and int(declared) > limit:
                raise _too_large(limit, declared)
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _too_large(limit, "more")
            return message

        await self._app(scope, receive_counted, send)

    def _limit(self, scope: Scope) -> int:
        if not Headers(scope=scope).get("content-type", "").lower().startswith("multipart/"):
            return _JSON_BYTES
        pictures = 2 if scope["path"] == "/api/v1/comparisons" else 1
        return pictures * self._max_picture_bytes + _FORM_BYTES


def _too_large(limit: int, found: str) -> BodyTooLarge:
    return BodyTooLarge(f"It may have {limit} bytes here, and it has {found}.", headers={"Connection": "close"})
