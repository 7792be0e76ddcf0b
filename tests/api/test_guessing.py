"""Wrong API keys in numbers."""

import asyncio
import logging
from typing import Any

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.responses import Response

from api.access import OPEN_TO_ALL, Caller
from api.errors import KeyRefused
from api.guessing import AT_ONCE, Guesses
from api.middleware import ApiKeys


def identify(_path: str, _query: bytes, headers: Headers) -> Caller:
    if headers.get("x-api-key") == "right":
        return OPEN_TO_ALL
    raise KeyRefused


def test_guessed_keys_are_slowed_down_and_a_right_one_is_not(caplog: pytest.LogCaptureFixture) -> None:
    app: Any = ApiKeys(Response("reached"), identify)

    async def ask(*sent: dict[str, str]) -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            return [await client.get("/api/v1/queue", headers=headers) for headers in sent]

    with caplog.at_level(logging.WARNING, "api.guessing"):
        guessed = asyncio.run(ask(*({"X-API-Key": f"guess-{number}"} for number in range(200))))
        right, without = asyncio.run(ask({"X-API-Key": "right"}, {}))
    assert [answer.status_code for answer in guessed[:AT_ONCE]] == [401] * AT_ONCE
    assert [answer.status_code for answer in guessed].count(429) > 100
    assert int(guessed[-1].headers["retry-after"]) > 0
    assert guessed[-1].json()["type"] == "urn:etalon:problem:too-many-wrong-keys"
    assert (right.status_code, without.status_code) == (200, 401)
    assert [record.getMessage().partition(" come")[0] for record in caplog.records] == ["Many wrong API keys"]


def test_addresses_are_counted_apart_and_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 0.0
    monkeypatch.setattr("time.monotonic", lambda: moment)
    guesses = Guesses()
    assert all(guesses.wrong_key_of("a") for _ in range(AT_ONCE))
    assert not guesses.wrong_key_of("a")
    assert guesses.wrong_key_of("b")
    moment = 5.0
    assert [guesses.wrong_key_of("a") for _ in range(6)] == [True] * 5 + [False]
    for number in range(20_000):
        guesses.wrong_key_of(str(number))
    assert guesses.wrong_key_of("a"), "it was forgotten"
