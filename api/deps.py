"""What routes ask for beside their own fields: ids, pages, the reader's language, the caller's name."""

from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Path, Query, Request
from pydantic import AfterValidator
from sqlalchemy.exc import InterfaceError, OperationalError
from starlette.concurrency import run_in_threadpool

from api.errors import MEDIA_TYPE, KeyRefused, StoreAway
from api.schemas import Problem
from api.uploads import printable
from store import keys
from store.session import read

Language = Literal["en", "ru"]


def _an_id(text: str) -> str:
    if not text.replace("-", "").isalnum() or not text.isascii() or len(text) > 36:
        raise ValueError("This must be an id as the service gives it out: letters, digits and dashes, 36 at most")
    return text


Id = Annotated[str, Path(), AfterValidator(_an_id)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=300, description="`next_cursor` of the page before.")]
Filter = Annotated[Annotated[str, AfterValidator(printable)] | None, Query(max_length=500)]


def language(accept_language: Annotated[str, Header(max_length=500)] = "") -> Language:
    """The language the reader likes best of those that messages come in; English where neither is asked for."""
    weights = dict(_weight(part) for part in reversed(accept_language.split(",")))
    return "ru" if weights.get("ru", 0.0) > weights.get("en", 0.0) else "en"


def caller(request: Request) -> str | None:
    """The name of the API key that was shown; None while the service is open."""
    name: str | None = getattr(request.state, "caller", None)
    return name


def check_key(key: str) -> str | None:
    """The key's name; None while there are no keys. Raises KeyRefused, StoreAway."""
    try:
        with read() as session:
            if not keys.any_active(session):
                return None
            row = keys.find(session, key) if key else None
    except (OperationalError, InterfaceError) as error:
        raise StoreAway from error
    if row is None:
        raise KeyRefused
    return row.name


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """A route's errors, for /docs."""
    return {
        status: {"model": Problem, "content": {MEDIA_TYPE: {}}, "description": _WHEN[status]}
        for status in (401, 422, *statuses)
    }


Reader = Annotated[Language, Depends(language)]
Caller = Annotated[str | None, Depends(caller)]
off_loop = run_in_threadpool

_WHEN = {
    401: "API keys are in use and none, or a wrong one, was sent.",
    404: "There is no such thing; an id that was never issued.",
    409: "It is not in a state where that can be done.",
    413: "The request or a picture is too large.",
    415: "A picture is neither PNG, JPEG nor WebP.",
    422: "A field is missing, unknown or wrong; the sentence says which and what is allowed.",
    503: "As much runs as may run at once, or the queue is away; `Retry-After` says when to come back.",
}


def _weight(part: str) -> tuple[str, float]:
    tag, _, quality = part.replace(" ", "").partition(";q=")
    try:
        weight = float(quality or 1)
    except ValueError:
        weight = 0.0
    return tag.split("-")[0].lower(), weight
