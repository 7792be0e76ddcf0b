"""Which names the service answers to, and which pages may change something in it.

A page of another site can make its visitor's browser send requests here. Where API keys are in use that is of no help to it: it
has none. Without keys two doors must be shut. A name that the other site controls may be pointed at this machine (DNS rebinding):
such a request has that name as its `Host`. And a form may be posted across sites: such a request has another `Origin`.
"""

import ipaddress
from collections.abc import Callable, Collection
from http import HTTPStatus
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import RequestRefused, problem

_READING = {"GET", "HEAD", "OPTIONS"}
_ANY = "*"


class HostRefused(RequestRefused):
    """The service does not answer to this name."""

    status = HTTPStatus.MISDIRECTED_REQUEST


class OriginRefused(RequestRefused):
    """A page of another site may not change anything here."""

    status = HTTPStatus.FORBIDDEN


class KnownOrigins:
    """Refuses unknown hosts, and changes that pages of other sites ask for. `is_closed` says whether API keys are in use; it may
    block, so it has a thread. `/health` answers to every name: a health check may know only an address."""

    def __init__(self, app: ASGIApp, allowed: Collection[str], public_url: str, is_closed: Callable[[], bool]) -> None:
        self._app = app
        self._public = urlsplit(public_url).netloc.lower()
        self._allowed = frozenset(name.lower() for name in allowed)
        self._is_closed = is_closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and "/health/" not in scope["path"]:
            try:
                await self._check(scope["method"], Headers(scope=scope))
            except RequestRefused as error:
                response = problem(scope, error.status_code, error.detail, kind=error.kind, headers=error.headers)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _check(self, method: str, headers: Headers) -> None:
        name = _name(headers.get("host", ""))
        if not self._answers_to(name) and (self._allowed or not await to_thread.run_sync(self._is_closed)):
            raise HostRefused(
                "It answers to names in ALLOWED_HOSTS, which its operator can set."
            )  # and repeats no foreign name
        if method not in _READING:
            self._check_origin(headers)

    def _answers_to(self, name: str) -> bool:
        """Without ALLOWED_HOSTS: to this machine's own names, to addresses, and to PUBLIC_URL's: none of them is a name that
        another site could point here."""
        if _ANY in self._allowed or name == "" or name == _name(self._public):
            return True
        if self._allowed:
            return name in self._allowed or any(name.endswith(one) for one in self._allowed if one.startswith("."))
        return name == "localhost" or name.endswith(".localhost") or _is_address(name)

    def _check_origin(self, headers: Headers) -> None:
        origin = headers.get("origin")
        if origin is None:  # no browser, or a page of this service
            return
        ours = {headers.get("host", "").lower(), headers.get("x-forwarded-host", "").lower(), self._public} - {""}
        if origin.lower().partition("://")[2] not in ours:
            shown = ascii(origin[:100])
            raise OriginRefused(f"It is of {shown}. Behind a proxy set PUBLIC_URL, or have the proxy pass on Host.")


def _name(host: str) -> str:
    """Without the port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].rstrip(".").lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
