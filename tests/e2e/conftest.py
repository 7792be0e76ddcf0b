"""Async mode: a real Redis, a real worker, and the front door in this process."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from config import Settings
from tasks import celery_app, engines, states
from tests.e2e.queue_parts import RedisServer, Worker, redis_server, worker
from tests.store import databases
from tests.tasks.conftest import apply_settings
from tests.tasks.eyes import Eyes


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
        for name, value in {
            "TASKS_FORCE_SYNC": "0",
            "TASKS_FALLBACK_TO_SYNC": "1",
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": str(server.port),
            "REDIS_PASSWORD": "",
            "CELERY_BROKER_URL": "",
            "CELERY_RESULT_BACKEND": "",
            "TELEGRAM_BOT_TOKEN": "",
            "UPKEEP_PERIOD_SECONDS": "0.5",
            "TASK_LEASE_SECONDS": "2",
        }.items():
            monkeypatch.setenv(name, value)
        apply_settings()
        engines.use(Eyes().engines)
        yield server
        engines.use(None)
        states.flush(2)
        celery_app.configure()


@pytest.fixture
def start_worker(queue: RedisServer, tmp_path: Path) -> Iterator[StartWorker]:
    with ExitStack() as started:

        def start(*arguments: str, module: str = "tests.e2e.worker_app", **environment: str) -> Worker:
            return started.enter_context(worker(tmp_path, *arguments, module=module, **environment))

        yield start
