"""What a line of the log looks like, in the API and in workers, and what it is about: a request, a task, a comparison, a project.

Secrets are struck out of every line, wherever they came from.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from config import Settings

_SIGNATURE = re.compile(r"([?&]signature=)[^&\s\"]+")  # a picture's link opens it without a key
_KEY = re.compile(r"etalon_[\w-]{20,}")  # an API key, which no setting knows
_known: ContextVar[Mapping[str, str]] = ContextVar("known", default={})  # noqa: B039 (never changed in place)


@contextmanager
def about(**facts: str | None) -> Iterator[None]:
    """Whatever is logged inside the block says so, in this thread and in those that are given its context."""
    before = _known.set({**_known.get(), **_given(facts)})
    try:
        yield
    finally:
        _known.reset(before)


def also(**facts: str | None) -> None:
    """The same, until the block of `about` ends that one is in."""
    _known.set({**_known.get(), **_given(facts)})


def formatter(wanted: Settings, text: logging.Formatter | None = None) -> logging.Formatter:
    """What the settings want; `text` is the formatter of lines for people."""
    strike = _striker(wanted)
    return JsonLines(strike) if wanted.log_format == "json" else WithoutSecrets(text or logging.Formatter(), strike)


class JsonLines(logging.Formatter):
    """An object a line: time, level, logger, message, what it is about, and a traceback if there is one."""

    def __init__(self, strike: Callable[[str], str]) -> None:
        super().__init__()
        self._strike = strike

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        said = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": self._strike(record.getMessage()),
            "process": record.process,
            **_task_of(record),
            **{name: self._strike(value) for name, value in _known.get().items()},
        }
        if record.exc_info:
            said["error"] = self._strike(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False)


class WithoutSecrets(logging.Formatter):
    """Another formatter's text with the request's id, the secrets struck out."""

    def __init__(self, text: logging.Formatter, strike: Callable[[str], str]) -> None:
        super().__init__()
        self._text = text
        self._strike = strike

    def format(self, record: logging.LogRecord) -> str:
        text, request_id = self._text.format(record), _known.get().get("request_id")
        return self._strike(f"{text} [request {request_id}]" if request_id else text)


def _given(facts: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if value}


def _task_of(record: logging.LogRecord) -> dict[str, str]:
    """Celery's own lines (received, succeeded, ...) carry the task's id beside their text."""
    data = getattr(record, "data", None)
    return {"task_id": str(data["id"])} if isinstance(data, dict) and "id" in data else {}


def _striker(wanted: Settings) -> Callable[[str], str]:
    written = [urlsplit(url).password or "" for url in (wanted.broker, wanted.result_backend, wanted.database)]
    hidden = (wanted.telegram_bot_token, wanted.redis_password, wanted.link_secret)
    plain = [secret.get_secret_value() for secret in hidden]
    secrets = sorted({*plain, *written, *(unquote(password) for password in written)} - {""}, key=len, reverse=True)

    def strike(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "***")
        return _KEY.sub("etalon_***", _SIGNATURE.sub(r"\1***", text))

    return strike
