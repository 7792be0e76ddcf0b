"""One HTTP call to another service, with three kinds of failure. What is raised here is written from
scratch: URLs and headers hold tokens."""

import math
from collections.abc import Mapping
from typing import Any, Final

import httpx

from tasks import bounded_http
from tasks.bounded_http import Answer, NoAnswer

CALL_SECONDS: Final = 45.0  # for a whole call
_LONGEST_WAIT_SECONDS: Final = 3600.0  # whatever the other side asks for


class Refused(Exception):
    """The message was refused; the same one will be refused again."""


class Unavailable(Exception):
    """The message was certainly not taken; it may be later. `retry_after_seconds`: the delay that the other side demands, an hour
    at most."""

    def __init__(self, sentence: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after_seconds = None if retry_after_seconds is None else _bounded(retry_after_seconds)


class Uncertain(Exception):
    """The message was sent and no answer came: it may have arrived, and sending it again may double it."""


def post(
    to: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    files: Any = None,
    body: bytes | None = None,
    seconds: float = CALL_SECONDS,
) -> Answer:
    """Posts a form (with files) or a body; `to` is the name that errors tell. Redirects are not followed.

    Raises Refused if the URL cannot be one, Unavailable, Uncertain.
    """
    try:
        return bounded_http.post(url, seconds, headers=dict(headers or {}), data=form, files=files, content=body)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.WriteError, httpx.WriteTimeout) as error:
        raise Unavailable(f"{to} could not be reached ({type(error).__name__}).") from None
    except (NoAnswer, httpx.HTTPError, OSError) as error:
        raise Uncertain(f"{to} did not answer ({type(error).__name__}).") from None
    except (httpx.InvalidURL, ValueError):
        raise Refused(f"The settings for {to} do not make a URL.") from None


def _bounded(seconds: float) -> float:
    return 0.0 if math.isnan(seconds) else min(max(0.0, seconds), _LONGEST_WAIT_SECONDS)
