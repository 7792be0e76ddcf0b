"""One HTTP call to a server that is not ours: bounded in time as a whole, and in how much of the answer is read."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

ANSWER_BYTES = 64 * 1024
_STEPS = httpx.Timeout(connect=5, write=30, read=20, pool=5)


class NoAnswer(Exception):
    """The request was sent and no answer came within the time: it may have arrived."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is at most ANSWER_BYTES of it."""

    status: int
    body: bytes
    retry_after: str = ""

    def json(self) -> dict[str, Any]:
        """Empty where the body is no JSON object, was cut, or nests too deeply."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def post(url: str, seconds: float, **request: Any) -> Answer:
    """`request` is what `httpx.post` takes. An answer that drips, or never ends, is left after `seconds` or ANSWER_BYTES.

    Raises NoAnswer, httpx.HTTPError, OSError, and httpx.InvalidURL or ValueError for what is no URL.
    """
    return asyncio.run(_post(url, seconds, request))


async def _post(url: str, seconds: float, request: Mapping[str, Any]) -> Answer:
    # Asynchronous, because only so can a call be left at any moment: httpx's own time-outs start anew with each byte.
    headers = {"Accept-Encoding": "identity", **request.get("headers", {})}
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(timeout=_STEPS) as client,
            client.stream("POST", url, **{**request, "headers": headers}) as answer,
        ):
            return Answer(answer.status_code, await _some_of(answer), answer.headers.get("Retry-After", ""))
    except TimeoutError:
        raise NoAnswer(f"No answer came within {seconds:g} s.") from None


async def _some_of(answer: httpx.Response) -> bytes:
    body = b""
    async for part in answer.aiter_raw():
        body += part
        if len(body) >= ANSWER_BYTES:
            break
    return body[:ANSWER_BYTES]
