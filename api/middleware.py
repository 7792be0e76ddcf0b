"""What happens to a request before its route: it gets an id, its key is checked, and its body is counted as it arrives."""

import re
import time
import uuid
from collections.abc import Callable

from anyio import fail_after, to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access import OPEN_TO_ALL, Caller
from api.errors import BodyTooLarge, KeyRefused, RequestRefused, TooManyWrongKeys, UploadTooSlow, problem
from api.guessing import Guesses
from store.session import Patience, patience
from tasks.logs import about
from tasks.threads import for_waiter

_OPEN = re.compile(
    r"/|/openapi\.json|/docs(/.*)?|/health/.*|/ui(/.*)?"
)  # pages look for a session themselves: web/visitor.py
_METRICS = "/metrics"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DATABASE_SECONDS = 8.0  # then 503: a client's own patience ends at 10 s, often
_JSON_BYTES = 64 * 1024
_NAMES_BYTES = 6 * 1024 * 1024  # 10,000 names of 500 characters that a build expects
_BUILDS = re.compile(r"/api/v1/builds(/[^/]+/finalize)?")
_FORM_BYTES = 1024 * 1024  # a form's text fields and its part headers, beside its pictures


class PlainStart:
    """Prints the sentence of a refused start instead of a traceback."""

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
    """Answers carry X-Request-ID: the caller's own where it is plain, else a new one. And no request waits for a
    locked database for longer than clients do."""

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

        with about(request_id=request_id), patience(Patience(_DATABASE_SECONDS)):
            await self._app(scope, receive, send_with_id)


class ApiKeys:
    """Requires a valid key before the body is read, except for health, docs and, with METRICS_OPEN, metrics.
    `identify` returns the caller, or raises KeyRefused or StoreAway; it may block, so it runs in a thread."""

    def __init__(
        self, app: ASGIApp, identify: Callable[[str, bytes, Headers], Caller], metrics_open: bool = False
    ) -> None:
        self._app = app
        self._identify = identify
        self._metrics_open = metrics_open
        self._guesses = Guesses()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            caller = await self._caller(scope)
        except RequestRefused as error:
            response = problem(scope, error.status_code, error.detail, kind=error.kind, headers=error.headers)
            await response(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)

    async def _caller(self, scope: Scope) -> Caller:
        path = route_path(scope)
        if _OPEN.fullmatch(path) or (self._metrics_open and path == _METRICS):
            return OPEN_TO_ALL
        headers = Headers(scope=scope)
        run = for_waiter if b"wait=" in scope["query_string"] else to_thread.run_sync
        try:
            return await run(self._identify, path, scope["query_string"], headers)
        except KeyRefused:
            address = (scope.get("client") or ("",))[0]
            if _sends_key(headers) and not self._guesses.wrong_key_of(address):
                raise TooManyWrongKeys from None
            raise


def _sends_key(headers: Headers) -> bool:
    return "x-api-key" in headers or "authorization" in headers


def route_path(scope: Scope) -> str:
    """The path as routes see it, without the prefix of uvicorn's --root-path."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if root and path.startswith(f"{root}/") else path


class BodyLimit:
    """Counts a body as it arrives, chunked or not: BodyTooLarge above the limit, UploadTooSlow if it has not arrived
    `seconds` after reading began."""

    def __init__(self, app: ASGIApp, max_picture_bytes: int, seconds: float) -> None:
        self._app = app
        self._max_picture_bytes = max_picture_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit(scope)
        declared = Headers(scope=scope).get("content-length", "0")
        received = 0
        deadline = 0.0
        whole = False

        async def receive_counted() -> Message:
            nonlocal received, deadline, whole
            if declared.isdigit() and int(declared) > limit:
                raise _too_large(limit, declared)
            if whole:  # whatever reads on waits until the client disconnects
                return await receive()
            deadline = deadline or time.monotonic() + self._seconds
            message = await self._receive_until(deadline, receive)
            received += len(message.get("body", b""))
            if received > limit:
                raise _too_large(limit, "more")
            whole = not message.get("more_body", False)
            return message

        await self._app(scope, receive_counted, send)

    async def _receive_until(self, deadline: float, receive: Receive) -> Message:
        try:
            with fail_after(deadline - time.monotonic()):
                return await receive()
        except TimeoutError:
            sentence = f"It may take {self._seconds:g} seconds (UPLOAD_SECONDS)."
            raise UploadTooSlow(sentence, headers={"Connection": "close"}) from None

    def _limit(self, scope: Scope) -> int:
        if not Headers(scope=scope).get("content-type", "").lower().startswith("multipart/"):
            if route_path(scope) == "/test-runs":  # a picture as base64 text (api/vrt.py)
                return self._max_picture_bytes * 4 // 3 + _FORM_BYTES
            return _NAMES_BYTES if _BUILDS.fullmatch(route_path(scope)) else _JSON_BYTES
        pictures = 2 if route_path(scope) in ("/api/v1/comparisons", "/ui/new") else 1
        return pictures * self._max_picture_bytes + _FORM_BYTES


def _too_large(limit: int, found: str) -> BodyTooLarge:
    return BodyTooLarge(f"It may have {limit} bytes here, and it has {found}.", headers={"Connection": "close"})
