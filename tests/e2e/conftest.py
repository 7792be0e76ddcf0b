"""Async mode: a real Redis, a real worker, and the API in this process."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from config import Settings
from harness import databases
from harness.environment import async_mode
from harness.redis_server import RedisServer, redis_server
from harness.scripted_engine import ScriptedEngine
from harness.service import Worker, worker
from tasks import celery_app, celery_states, engines
from tests.tasks.conftest import apply_settings


class StartWorker(Protocol):
    def __call__(self, *arguments: str, module: str = ..., **environment: str) -> Worker: ...


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with databases.empty_database("sqlite", tmp_path, request) as url:
        yield url


@pytest.fixture
def queue(store: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """Settings for async mode, and the Redis they name."""
    with redis_server(tmp_path) as server:
        quick = {"UPKEEP_PERIOD_SECONDS": "0.5", "TASK_LEASE_SECONDS": "2"}
        for name, value in (async_mode(server.port) | quick).items():
            monkeypatch.setenv(name, value)
        apply_settings()
        engines.use(ScriptedEngine().engines)
        yield server
        engines.use(None)
        celery_states.flush(2)
        celery_app.configure()


@pytest.fixture
def start_worker(queue: RedisServer, tmp_path: Path) -> Iterator[StartWorker]:
    with ExitStack() as started:

        def start(*arguments: str, module: str = "harness.worker_app", **environment: str) -> Worker:
            return started.enter_context(worker(tmp_path, *arguments, module=module, **environment))

        yield start
