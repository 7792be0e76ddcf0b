"""Dependencies that routes share: the caller, ids that the caller may see, pages, language and links of an answer."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Path, Query, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.params import Param, ParamTypes
from pydantic import AfterValidator
from starlette.concurrency import run_in_threadpool

from api import access
from api.access import ARTIFACTS, check_seen
from api.errors import MEDIA_TYPE
from api.schemas import Problem
from api.uploads import printable
from store import links, visibility

Language = Literal["en", "ru"]


_ID = "^[A-Za-z0-9-]{1,36}$"


def _an_id(text: str) -> str:
    if not re.fullmatch(_ID, text):
        raise ValueError("This must be an id as the service gives it out: letters, digits and dashes, 36 at most")
    return text


Caller = Annotated[access.Caller, Depends(access.caller)]
Id = Annotated[str, Path(json_schema_extra={"pattern": _ID}), AfterValidator(_an_id)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[str | None, Query(max_length=300, description="`next_cursor` of the page before.")]
Filter = Annotated[Annotated[str, AfterValidator(printable)] | None, Query(max_length=500)]


async def known_query(request: Request) -> None:
    """Refuses unknown query parameters: a misspelt filter would return the whole list. Every route under /api has this."""
    allowed = [field.alias for field in get_flat_params(request.scope["route"].dependant) if _is_of_query(field)]
    unknown = sorted(set(request.query_params) - set(allowed))
    if unknown:
        raise RequestValidationError([_unknown(name, allowed) for name in unknown[:5]])


async def seen_comparison(id: Id, caller: Caller) -> str:
    return await check_seen(visibility.comparison, id, caller)


async def seen_testcase(id: Id, caller: Caller) -> str:
    return await check_seen(visibility.testcase, id, caller)


async def seen_build(id: Id, caller: Caller) -> str:
    return await check_seen(visibility.build, id, caller)


async def seen_review(id: Id, caller: Caller) -> str:
    return await check_seen(visibility.review, id, caller)


async def seen_task(task_id: Id, caller: Caller) -> str:
    return await check_seen(visibility.task, task_id, caller)


# Ids of rows that the caller may see: an id of another project gets the answer of an unknown id.
ComparisonId = Annotated[str, Depends(seen_comparison)]
TestCaseId = Annotated[str, Depends(seen_testcase)]
BuildId = Annotated[str, Depends(seen_build)]
ReviewId = Annotated[str, Depends(seen_review)]
TaskId = Annotated[str, Depends(seen_task)]


@dataclass(frozen=True, slots=True)
class View:
    """The language of an answer's sentences, and whether its picture links need a signature."""

    language: Language
    signed: bool

    def picture(self, artifact_id: str) -> str:
        """A relative URL; if keys are in use, a signed one that an <img> can load without a key."""
        return self._url(artifact_id, "")

    def drawn(self, artifact_id: str) -> str:
        """The same of a picture with words in it."""
        return self._url(artifact_id, "" if self.language == "en" else f"language={self.language}")

    def _url(self, artifact_id: str, asked: str) -> str:
        query = "&".join(part for part in (asked, links.signed(artifact_id) if self.signed else "") if part)
        return f"{ARTIFACTS}{artifact_id}" + (f"?{query}" if query else "")


async def view(caller: Caller, accept_language: Annotated[str, Header(max_length=500)] = "") -> View:
    """The preferred one of the languages that messages have; English by default."""
    weights = dict(_weight(part) for part in reversed(accept_language.split(",")))
    language: Language = "ru" if weights.get("ru", 0.0) > weights.get("en", 0.0) else "en"
    return View(language, signed=caller.name is not None)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """A route's errors, for /docs."""
    return {
        status: {"model": Problem, "content": {MEDIA_TYPE: {}}, "description": _WHEN[status]}
        for status in sorted({401, 403, 422, 429, 503, *statuses})
    }


Reader = Annotated[View, Depends(view)]
off_loop = run_in_threadpool

_WHEN = {
    400: "The body cannot be read: it is not the form or the JSON that its header announces.",
    401: "API keys are in use and none, or a wrong one, was sent.",
    403: "The key may not do this, or not in this project; the sentence says what it would need.",
    404: "There is no such thing, or it is of a project that the key does not see.",
    408: "The body took too long to arrive.",
    409: "It is not in a state where that can be done.",
    413: "The request or a picture is too large.",
    415: "A picture is neither PNG, JPEG nor WebP.",
    422: "A field is missing, unknown or wrong; the sentence says which and what is allowed.",
    429: "Too many wrong API keys came from this address; a valid one is accepted at any time.",
    503: "As much runs as may run at once, or a part is away; `Retry-After` says when to come back.",
}


def _is_of_query(field: Any) -> bool:
    return isinstance(field.field_info, Param) and field.field_info.in_ is ParamTypes.query


def _unknown(name: str, allowed: list[str]) -> dict[str, Any]:
    known = f"allowed are {', '.join(allowed)}" if allowed else "none is allowed here"
    return {
        "type": "extra_forbidden",
        "loc": ("query", ascii(name[:40])[1:-1]),
        "msg": f"There is no such query parameter; {known}",
    }


def _weight(part: str) -> tuple[str, float]:
    tag, _, quality = part.replace(" ", "").partition(";q=")
    try:
        weight = float(quality or 1)
    except ValueError:
        weight = 0.0
    return tag.split("-")[0].lower(), weight
