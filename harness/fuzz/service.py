"""The whole service in this process, in sync mode and without sight, asked below HTTP: what it may and may not answer."""

import asyncio
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from config import settings
from store import artifacts, session, tables
from tasks import celery_app, celery_states, engines, task_runner
from vision.elements.analysis import Engines
from vision.types import Box, Detection, Picture

PROBLEM = "application/problem+json"
# Small limits, so that small inputs reach them.
_SETTINGS = {
    "DATABASE_URL": "",
    "ARTIFACT_URL": "",
    "TASKS_FORCE_SYNC": "1",
    "MAX_UPLOAD_MB": "1",
    "MAX_MEGAPIXELS": "1",
    "UPKEEP_PERIOD_SECONDS": "300",
    "TELEGRAM_BOT_TOKEN": "",
}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    trouble: BaseException | None = None

    def json(self) -> Any:
        return json.loads(self.body)


class Service:
    """`ask` sends what no HTTP client would; whatever comes back has to be an answer that clients can work with."""

    def __init__(self, app: Any, runner: asyncio.Runner, folder: Path) -> None:
        self._app, self._runner, self._folder = app, runner, folder

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        query: bytes = b"",
        headers: Mapping[bytes, bytes] | None = None,
    ) -> Answer:
        """The answer, checked: raises AssertionError where a client could not make sense of it."""
        answer = self._runner.run(self._asked(method, path, body, query, headers or {}))
        check(answer)
        return answer

    def kept(self) -> tuple[dict[str, int], set[str]]:
        """How many rows each table has (but those that the upkeep's thread writes), and every file of the artifact store."""
        with session.read() as reading:
            rows = {
                name: reading.scalar(select(func.count()).select_from(table)) or 0
                for name, table in tables.Table.metadata.tables.items()
                if name not in (tables.Lease.__tablename__, tables.PeriodicJob.__tablename__)
            }
        return rows, {path.name for path in (self._folder / "artifacts").rglob("*") if path.is_file()}

    async def _asked(self, method: str, path: str, body: bytes, query: bytes, headers: Mapping[bytes, bytes]) -> Answer:
        messages: list[Any] = []
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode("utf-8", "replace"),
            "query_string": query,
            "root_path": "",
            "headers": [(b"host", b"127.0.0.1"), *headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }
        chunks = [body[at : at + 4096] for at in range(0, len(body), 4096)] or [b""]

        async def receive() -> dict[str, Any]:
            if not chunks:
                return {"type": "http.disconnect"}
            chunk = chunks.pop(0)
            return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

        async def send(message: Any) -> None:
            messages.append(message)

        trouble = None
        try:
            await self._app(scope, receive, send)
        except Exception as error:  # Starlette raises what it has answered 500 to
            trouble = error
        return _answer(messages, trouble)


def check(answer: Answer) -> None:
    """Never a 5xx but 503, and every error a problem with a sentence in it."""
    if answer.status >= 500 and answer.status != 503:
        raise AssertionError(f"the service answered {answer.status}: {answer.body[:300]!r}") from answer.trouble
    if answer.status < 400:
        return
    assert answer.headers["content-type"] == PROBLEM, answer
    problem = answer.json()
    assert problem.keys() >= {"type", "title", "status", "detail", "instance"}, problem
    assert problem["status"] == answer.status, problem
    assert len(problem["detail"]) > 15 and problem["detail"].endswith((".", "`).")), problem
    assert "Traceback" not in problem["detail"] and ".py" not in problem["detail"], problem


@contextmanager
def service(folder: Path) -> Iterator[Service]:
    """The service with `folder` as its data folder. Settings of the process are replaced meanwhile."""
    before = dict(os.environ)
    os.environ.update(_SETTINGS, DATA_DIR=str(folder), DETECTOR_WEIGHTS=str(folder / "nowhere.onnx"))
    _forget()
    celery_app.configure()
    task_runner.forget_broker()
    blind = _Blind()
    engines.use(Engines(blind, blind))
    try:
        from main import create_app  # reads the settings

        app = create_app()
        with asyncio.Runner() as runner:
            lifespan = app.router.lifespan_context(app)
            runner.run(_entered(lifespan))
            try:
                yield Service(app, runner, folder)
            finally:
                runner.run(_left(lifespan))
                celery_states.flush(5)
    finally:
        engines.use(None)
        os.environ.clear()
        os.environ.update(before)
        _forget()


class _Blind:
    """Engines that find nothing: fuzzed requests end before a picture is analysed."""

    version = "blind-1"
    name = "blind"

    def detect(self, picture: Picture) -> list[Detection]:
        return []

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        return ["" for _ in boxes]


def _answer(messages: Sequence[Any], trouble: BaseException | None) -> Answer:
    starts = [message for message in messages if message["type"] == "http.response.start"]
    if len(starts) != 1:
        raise AssertionError(f"{len(starts)} answers were begun") from trouble
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in starts[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in messages if message["type"] == "http.response.body")
    return Answer(starts[0]["status"], headers, body, trouble)


async def _entered(lifespan: Any) -> None:
    await lifespan.__aenter__()


async def _left(lifespan: Any) -> None:
    await lifespan.__aexit__(None, None, None)


def _forget() -> None:
    session.dispose()
    settings.cache_clear()
    artifacts.blob_store.cache_clear()
