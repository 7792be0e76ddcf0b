"""Wrong API keys in numbers."""

import logging

import pytest

from api.guessing import AT_ONCE, Guesses
from tests.api.conftest import NewKey, Service


def test_guessed_keys_are_slowed_down_and_a_right_one_is_not(
    service: Service, new_key: NewKey, caplog: pytest.LogCaptureFixture
) -> None:
    right = new_key()
    with caplog.at_level(logging.WARNING, "api.guessing"):
        answers = [service.client.get("/api/v1/queue", headers={"X-API-Key": f"guess-{n}"}) for n in range(200)]
        assert service.client.get("/api/v1/queue", headers=right).status_code == 200
        assert service.client.get("/api/v1/queue").status_code == 401  # no guess
    statuses = [answer.status_code for answer in answers]
    assert statuses[:AT_ONCE] == [401] * AT_ONCE
    assert statuses.count(429) > 100
    assert int(answers[-1].headers["retry-after"]) > 0
    assert answers[-1].json()["type"] == "urn:etalon:problem:too-many-wrong-keys"
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
