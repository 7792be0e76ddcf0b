"""Lines of the log: what they are about, and what they never say."""

import json
import logging
import sys
import threading
from contextvars import copy_context
from typing import Any
from urllib.parse import quote

import pytest

from config import Settings
from tasks.logs import about, also, formatter

PASSWORD = 'pa$$"wörd'
API_KEY = "etalon_4bGq0T8yd0kq3f6U9-abcdefghijklmnopqrstuvwxyz"
SECRETS = ("123456:AAbbCCddEEffGGhhIIjj", PASSWORD, "s3cret", quote(PASSWORD, safe=""), "l" * 40, API_KEY)


def settings(log_format: str) -> Settings:
    return Settings(
        telegram_bot_token=SECRETS[0],
        telegram_chat_id="1",
        redis_password=SECRETS[1],
        database_url=f"postgresql://etalon:{SECRETS[2]}@localhost/etalon",
        link_secret=SECRETS[4],
        log_format=log_format,
    )


def record(message: str, *values: object, **more: object) -> logging.LogRecord:
    made = logging.LogRecord("tasks.x", logging.WARNING, "x", 1, message, values, None)
    made.__dict__.update(more)
    return made


def line(message: str, *values: object, **more: object) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(formatter(settings("json")).format(record(message, *values, **more)))
    return said


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_log_line_tells_no_secret(secret: str, log_format: str) -> None:
    try:
        raise ConnectionError(f"https://api.telegram.org/bot{secret}/sendMessage")
    except ConnectionError:
        said = record("at %s", secret, exc_info=sys.exc_info())
    text = formatter(settings(log_format)).format(said)
    assert secret not in text
    assert json.dumps(secret)[1:-1] not in text
    assert "ConnectionError" in text and "***" in text


def test_signature_of_a_link_is_struck_out() -> None:
    said = line("GET %s", "/api/v1/artifacts/a?expires=1&signature=abc.DEF-1 HTTP/1.1")
    assert said["message"] == "GET /api/v1/artifacts/a?expires=1&signature=*** HTTP/1.1"


def test_json_line_says_when_what_and_of_whom() -> None:
    said = line('is "%s" of\nfour', "Проект", created=1_700_000_000.25)
    assert said == {
        "time": "2023-11-14T22:13:20.250Z",
        "level": "WARNING",
        "logger": "tasks.x",
        "message": 'is "Проект" of\nfour',
        "process": record("").process,
    }
    assert "\n" not in formatter(settings("json")).format(record("two\nlines"))


def test_line_is_about_what_was_said_around_it_and_not_after() -> None:
    with about(request_id="r", project=None):
        with about(task_id="t"):
            also(project="web")
            inner = line("x")
        outer = line("x")
    assert {name: inner.get(name) for name in ("request_id", "task_id", "project")} == {
        "request_id": "r",
        "task_id": "t",
        "project": "web",
    }
    assert outer["request_id"] == "r"
    assert not {"task_id", "project"} & outer.keys()
    assert not {"request_id"} & line("x").keys()


def test_thread_that_is_given_the_context_says_the_same() -> None:
    said: list[dict[str, Any]] = []
    with about(task_id="t"):
        thread = threading.Thread(target=copy_context().run, args=(lambda: said.append(line("x")),))
    thread.start()
    thread.join()
    assert said[0]["task_id"] == "t"


def test_celerys_own_line_has_its_tasks_id() -> None:
    assert line("Task received", data={"id": "t7", "name": "n"})["task_id"] == "t7"


def test_text_line_is_the_formatters_own() -> None:
    made = formatter(settings("text"), logging.Formatter("%(levelname)s %(message)s"))
    assert made.format(record("plain")) == "WARNING plain"


def test_text_line_of_a_request_says_which() -> None:
    with about(request_id="build-17"):
        assert formatter(settings("text")).format(record("plain")) == "plain [request build-17]"
