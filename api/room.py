"""Room for uploads: a body is read only when there is memory for it, so a burst of large pictures waits in the network."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import problem
from tasks.task_runner import Overloaded, Unavailable

_WAIT_SECONDS = 10.0


class TooManyUploads(Unavailable):
    """UPLOADS_MB of uploads are being read already. Try again in a few seconds."""


class Room:
    """A number of bytes, given out in the order of the requests."""

    def __init__(self, size_bytes: int) -> None:
        self._size = size_bytes
        self._free = size_bytes
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def taken(self, wanted: int, seconds: float) -> AsyncIterator[None]:
        """Holds `wanted` bytes, or all there are. Raises TooManyUploads if they are not free within `seconds`."""
        wanted = min(wanted, self._size)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((wanted, turn))
        self._serve()
        try:
            done, _ = await asyncio.wait([turn], timeout=seconds)
            if not done:
                raise TooManyUploads
            yield
        finally:
            if turn.done():
                self._free += wanted
            else:
                self._waiting.remove((wanted, turn))
            self._serve()

    def _serve(self) -> None:
        while self._waiting and self._waiting[0][0] <= self._free:
            wanted, turn = self._waiting.popleft()
            self._free -= wanted
            turn.set_result(None)


class UploadRoom:
    """Has an upload wait for room before its body is read, and refuses one at once that could not be worked on anyway: in sync
    mode while every slot is busy (`has_room` says so). One that repeats an Idempotency-Key may need no slot."""

    def __init__(self, app: ASGIApp, size_bytes: int, has_room: Callable[[], bool]) -> None:
        self._app = app
        self._room = Room(size_bytes)
        self._size = size_bytes
        self._has_room = has_room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if not headers.get("content-type", "").lower().startswith("multipart/"):
            await self._app(scope, receive, send)
            return
        try:
            self._refuse_in_vain(headers)
            async with self._room.taken(self._needed(headers), _WAIT_SECONDS):
                self._refuse_in_vain(headers)  # it may have waited
                await self._app(scope, receive, send)
        except (TooManyUploads, Overloaded) as full:
            seconds = {"Retry-After": str(round(full.retry_after_seconds)), "Connection": "close"}
            response = problem(scope, 503, str(full), kind=type(full).__name__, headers=seconds)
            await response(scope, receive, send)

    def _refuse_in_vain(self, headers: Headers) -> None:
        if "idempotency-key" not in headers and not self._has_room():
            raise Overloaded

    def _needed(self, headers: Headers) -> int:
        """A body that does not say how long it is may be as long as there is room."""
        declared = headers.get("content-length", "")
        return int(declared) if declared.isdigit() else self._size
