"""One HTTP call to somebody else's service: its answer is read with a limit of size and time, and what went wrong is one of three
things. What is raised here is written from scratch: URLs and headers hold tokens."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

_TIMEOUT: Final = httpx.Timeout(connect=5, write=30, read=20, pool=5)
_MOST_BYTES: Final = 64 * 1024  # of an answer; the longest useful one has a few hundred
_MOST_SECONDS: Final = 30.0  # from its first byte to its last: one that drips is given up


class Refused(Exception):
    """The message was refused; the same one will be refused again."""


class Unavailable(Exception):
    """The message was not taken, for certain; it may be later. `retry_after_seconds` is the other side's word, if it gave one."""

    def __init__(self, sentence: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after_seconds = retry_after_seconds


class Uncertain(Exception):
    """The message was sent and no answer came: it may have arrived, and sending it again may double it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, at most 64 KiB of it."""

    status: int
    data: bytes
    retry_after: str = ""

    def json(self) -> dict[str, Any]:
        """The answer's object; empty where it is none."""
        try:
            body = json.loads(self.data)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}


def post(
    to: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    files: Any = None,
    body: bytes | None = None,
) -> Answer:
    """Posts a form (with files) or a body; `to` is the name that errors tell. Redirects are not followed.

    Raises Refused where the URL cannot be one, Unavailable, Uncertain.
    """
    try:
        with (
            httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client,
            client.stream(
                "POST",
                url,
                headers={**(headers or {}), "Accept-Encoding": "identity"},
                data=form,
                files=files,
                content=body,
            ) as response,
        ):
            return Answer(response.status_code, _read(response), response.headers.get("Retry-After", ""))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.WriteError, httpx.WriteTimeout) as error:
        raise Unavailable(f"{to} could not be reached ({type(error).__name__}).") from None
    except (httpx.HTTPError, OSError) as error:
        raise Uncertain(f"{to} did not answer ({type(error).__name__}).") from None
    except (httpx.InvalidURL, ValueError):
        raise Refused(f"The settings for {to} do not make a URL.") from None


def _read(response: httpx.Response) -> bytes:
    """As it comes over the wire: what unpacks to gigabytes stays small."""
    until = time.monotonic() + _MOST_SECONDS
    data = b""
    for chunk in response.iter_raw():
        data += chunk
        if len(data) >= _MOST_BYTES:
            return data[:_MOST_BYTES]
        if time.monotonic() > until:
            raise httpx.ReadTimeout("")
    return data
