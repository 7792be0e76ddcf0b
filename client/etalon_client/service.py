"""Etalon over HTTP: one address, one key, one limit of time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx

from etalon_client import __version__
from etalon_client.address import checked_address, checked_key, refused, unreached
from etalon_client.errors import NotCompared, Unreached

RETRY_SECONDS: Final = 2.0
FIRST_CONTACT_SECONDS: Final = 10.0  # a service that restarts is back by then; a wrong address is given up
ABSENCE_SECONDS: Final = 120.0  # what a service that has answered before may be away
CONNECT_SECONDS: Final = 10.0
SLOWEST_ANSWER_SECONDS: Final = 330.0  # in the service's sync mode an upload is answered when its task has ended
# uvicorn closes a connection that was idle for 5 s; one that is used again in that moment would look like an absence.
_LIMITS: Final = httpx.Limits(max_connections=100, keepalive_expiry=2.0)


class Service:
    """Etalon at one address. Threads may share it. All calls together take no longer than `timeout_seconds`.

    Raises NotCompared if the address or the key cannot be one; every call raises NotCompared where it gets no answer,
    and Refused where the answer is an error. `tell` gets a sentence when the service is away and is asked again.
    """

    def __init__(
        self,
        url: str,
        key: str = "",
        language: str = "en",
        timeout_seconds: float = 600,
        tell: Callable[[NotCompared], None] = lambda _: None,
    ) -> None:
        self.url = checked_address(url)
        self._deadline = time.monotonic() + timeout_seconds
        headers = {"Accept-Language": language, "User-Agent": f"etalon-client/{__version__}"}
        if key := checked_key(key):
            headers["X-API-Key"] = key
        # A redirect is not followed: it would turn an upload into a GET and carry the key to another host.
        self._client = httpx.Client(headers=headers, follow_redirects=False, limits=_LIMITS)
        self._tell = tell
        self._lock = threading.Lock()
        self._was_reached = False
        self._away_since: float | None = None

    def limit(self, seconds: float) -> None:
        """From now on all calls together take no longer than this."""
        self._deadline = time.monotonic() + seconds

    def seconds_left(self) -> float:
        return self._deadline - time.monotonic()

    def ask(self, method: str, path: str, **request: Any) -> Any:
        """The answer's JSON. `request` is httpx's: `params`, `json`, `data`, `files`, `headers`."""
        answer = self.fetch(method, path, **request)
        try:
            return answer.json()
        except ValueError:
            raise NotCompared(
                "{url} did not answer in JSON; is ETALON_URL the address of Etalon?", url=self.url
            ) from None

    def fetch(self, method: str, path: str, **request: Any) -> httpx.Response:
        """The answer. Asks again while the service is busy or away: a POST or PUT needs an Idempotency-Key for that."""
        while True:
            self._refuse_when_time_is_up()
            try:
                answer = self._client.request(method, self.url + path, timeout=self._patience(), **request)
            except httpx.TransportError as error:
                pause = self._pause_while_away(unreached(self.url, error))
            except (httpx.InvalidURL, httpx.DecodingError) as error:
                raise NotCompared("{url} cannot be asked: {reason}", url=self.url, reason=error) from None
            else:
                self._note_contact()
                if answer.is_success:
                    return answer
                pause = self._pause_while_busy(answer)
            time.sleep(max(0.0, min(pause, self.seconds_left())))

    def close(self) -> None:
        self._client.close()

    def _refuse_when_time_is_up(self) -> None:
        if self.seconds_left() <= 0:
            raise NotCompared("{url} has not answered, and the time is up (--timeout)", url=self.url)

    def _patience(self) -> httpx.Timeout:
        left = max(0.1, self.seconds_left())
        return httpx.Timeout(min(left, SLOWEST_ANSWER_SECONDS), connect=min(left, CONNECT_SECONDS))

    def _note_contact(self) -> None:
        with self._lock:
            self._was_reached, self._away_since = True, None

    def _pause_while_away(self, error: Unreached) -> float:
        """Tells the first time that the service is away. Raises the error where waiting is no use, or has been none."""
        now = time.monotonic()
        with self._lock:
            first = self._away_since is None
            since = self._away_since = now if self._away_since is None else self._away_since
            patience = ABSENCE_SECONDS if self._was_reached else FIRST_CONTACT_SECONDS
        if error.hopeless or now - since >= patience or self.seconds_left() <= RETRY_SECONDS:
            raise error
        if first and not self._client.is_closed:  # an interrupted run has nothing to ask again
            self._tell(error)
        return RETRY_SECONDS

    def _pause_while_busy(self, answer: httpx.Response) -> float:
        """How long to wait before asking again. Raises Refused if asking again is no use."""
        asked = answer.headers.get("Retry-After", "")
        first_still_under_way = answer.status_code == 409 and asked
        if answer.status_code not in (429, 502, 503, 504) and not first_still_under_way:
            raise refused(self.url, answer)
        return float(asked) if asked.isdigit() else RETRY_SECONDS


def labelled(fields: Mapping[str, str | None]) -> dict[str, str]:
    """The fields that say something: an empty one is not sent."""
    return {name: value for name, value in fields.items() if value}
