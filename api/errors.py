"""Turns every error into RFC 9457 problem details with a useful sentence. Only this file knows HTTP statuses."""

import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount

from store.errors import (
    DATABASE_AWAY,
    ArtifactStoreUnavailable,
    BadCursor,
    BlobDamaged,
    Conflict,
    DatabaseUnavailable,
    Forbidden,
    IdempotencyKeyReused,
    NotFound,
    TooManyExpected,
    UnknownShard,
)
from tasks.task_runner import Unavailable
from vision.image import ImageTooLarge, UnreadableImage, UnsupportedFormat

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class RequestRefused(HTTPException):
    """The request is refused."""

    # An HTTPException: while FastAPI reads a body, it passes only those on unchanged.
    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY

    errors: Sequence[Mapping[str, str]] = ()

    def __init__(self, detail: str = "", *, headers: Mapping[str, str] | None = None) -> None:
        self.kind = type(self).__name__
        super().__init__(self.status, f"{type(self).__doc__} {detail}".strip(), headers)


class BodyTooLarge(RequestRefused):
    """The request is too large."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class KeyRefused(RequestRefused):
    """This needs a valid API key in the header X-API-Key; the service's administrator makes one with `run.py key`."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'Bearer realm="etalon"'})


class TooManyWrongKeys(RequestRefused):
    """Too many wrong API keys came from this address. A valid one is accepted at any time."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "60"})


class ScopeMissing(RequestRefused):
    """The API key may not do this."""

    status = HTTPStatus.FORBIDDEN


class ProjectRefused(RequestRefused):
    """The API key is bound to projects and may not do this."""

    status = HTTPStatus.FORBIDDEN


class UploadTooSlow(RequestRefused):
    """The request took too long to arrive."""

    status = HTTPStatus.REQUEST_TIMEOUT


class FieldSentTwice(RequestRefused):
    """A form's field can be sent only once."""


class WrongPart(RequestRefused):
    """There is no such part of the picture."""


class InvalidOptions(RequestRefused):
    """The field `options` cannot be used."""

    def __init__(self, errors: Sequence[Mapping[str, str]]) -> None:
        """`errors` come from `field_errors`; their fields get the prefix `options`."""
        super().__init__(sentences(errors))
        self.errors = [{**item, "field": f"options.{item['field']}".rstrip(".")} for item in errors]


class StoreAway(RequestRefused):
    """The database or the artifact store cannot be reached. Try again in a few seconds; the service's log has details."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "5"})


class PictureRefused(RequestRefused):
    """`vision.image.inspect` refused the picture in `field`; the problem's type is named after its error."""

    def __init__(self, field: str, error: UnreadableImage) -> None:
        self.kind = type(error).__name__
        HTTPException.__init__(self, _PICTURE_STATUS.get(type(error), self.status), f"`{field}`: {error}")
        self.errors = [{"field": field, "message": str(error)}]


_PICTURE_STATUS: Final = {
    UnsupportedFormat: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ImageTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}


# Errors whose text is written for people; a subclass counts as its base class.
STATUSES: Final[dict[type[Exception], HTTPStatus]] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Forbidden: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    BadCursor: HTTPStatus.UNPROCESSABLE_ENTITY,
    IdempotencyKeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    BlobDamaged: HTTPStatus.INTERNAL_SERVER_ERROR,
    TooManyExpected: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnknownShard: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}

# Errors whose text is not for people: it names files, hosts and statements.
AWAY: Final = (*DATABASE_AWAY, DatabaseUnavailable, ArtifactStoreUnavailable)


def add_handlers(app: FastAPI) -> None:
    """Turns errors of FastAPI, store and tasks, and unexpected ones, into problem details."""
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _wrong_input)
    app.add_exception_handler(Exception, _unexpected)
    for family, status in STATUSES.items():
        app.add_exception_handler(family, _domain_error(status))
    for away in AWAY:
        app.add_exception_handler(away, _store_away)


def problem(
    scope: Mapping[str, Any],
    status: int,
    detail: str,
    *,
    kind: str = "",
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> JSONResponse:
    """`kind` is a class name: `DuplicateTestCase` gives the type `urn:etalon:problem:duplicate-test-case`."""
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", kind)
    request_id = scope.get("state", {}).get("request_id", "")
    body = {
        "type": f"urn:etalon:problem:{words.lower().replace(' ', '-')}" if kind else "about:blank",
        "title": words.capitalize() or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": f"{quote(scope['path'])}#{request_id}",
        **extra,
    }
    named = {"X-Request-ID": request_id} if request_id else {}
    return JSONResponse(body, status, {**(headers or {}), **named}, media_type=MEDIA_TYPE)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = error.kind if isinstance(error, RequestRefused) else ""
    headers = error.headers
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {**(headers or {}), "Allow": _allowed(request)}
    extra = {"errors": error.errors} if isinstance(error, RequestRefused) and error.errors else {}
    return problem(request.scope, error.status_code, _sentence(request, error), kind=kind, headers=headers, **extra)


def _allowed(request: Request) -> str:
    """All methods of the path; Starlette names only those of the first route with that path."""
    routes = [route for route in request.app.routes if not isinstance(route, Mount)]
    methods = [
        method
        for method in _METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]
    return ", ".join(methods) or "GET, HEAD"  # a path under a mount is a file of /docs


def _sentence(request: Request, error: HTTPException) -> str:
    if error.detail != HTTPStatus(error.status_code).phrase:
        return error.detail if error.detail.endswith(".") else f"{error.detail}."
    if error.status_code == HTTPStatus.NOT_FOUND:
        return f"There is nothing at {request.url.path}; /docs lists every route."
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"{request.method} is not possible at {request.url.path}; allowed: {_allowed(request)}."
    return f"{error.detail}."


async def _wrong_input(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = field_errors(error.errors())
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return problem(request.scope, status, sentences(found), kind="WrongInput", errors=found)


def field_errors(errors: Sequence[Any]) -> list[dict[str, str]]:
    """Pydantic's errors as `field` and `message`. Of what was sent, only the field's name is repeated."""
    return [{"field": _field(error), "message": _message(error)} for error in errors]


def sentences(errors: Sequence[Mapping[str, str]]) -> str:
    return " ".join(f"{item['field']}: {item['message']}" if item["field"] else item["message"] for item in errors)


def _field(error: Mapping[str, Any]) -> str:
    parts = list(error["loc"])
    if error["type"] == "json_invalid":
        return ""
    if parts and parts[0] in ("body", "query", "path", "header"):
        parts = parts[1:]
    return ".".join(str(part) for part in parts)


def _message(error: Mapping[str, Any]) -> str:
    if error["type"] == "missing":
        return "This field is required."
    if error["type"] == "json_invalid":
        return f"This is not JSON: {error['ctx']['error']}."
    text = str(error["msg"]).removeprefix("Value error, ")
    text = re.sub(r"^(Input|List|String|Value) should ", "This must ", text)
    return text if text.endswith(".") else f"{text}."


def _domain_error(status: HTTPStatus) -> Any:
    async def handle(request: Request, error: Exception) -> JSONResponse:
        retry_after = getattr(error, "retry_after_seconds", None)
        headers = {"Retry-After": str(max(1, round(retry_after)))} if retry_after is not None else None
        detail = str(error) or str(type(error).__doc__)
        return problem(request.scope, status, detail, kind=type(error).__name__, headers=headers)

    return handle


async def _store_away(request: Request, error: Exception) -> JSONResponse:
    log.warning("The store cannot be used: %s", error)
    return await _http_error(request, StoreAway())


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    request_id = request.scope.get("state", {}).get("request_id", "")
    log.error("Request %s failed (%s); its traceback follows.", request_id, type(error).__name__)
    detail = f"Something went wrong on our side. The service's log has the details under the request id {request_id}."
    return problem(request.scope, HTTPStatus.INTERNAL_SERVER_ERROR, detail)
