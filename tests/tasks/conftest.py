"""A service's inside in sync mode, with scripted eyes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Settings, settings
from tasks import celery_app, engines, states, task_runner
from tests.store import databases
from tests.tasks.eyes import Eyes


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with databases.empty_database("sqlite", tmp_path, request) as url:
        yield url


@pytest.fixture
def eyes() -> Iterator[Eyes]:
    scripted = Eyes()
    engines.use(scripted.engines)
    yield scripted
    engines.use(None)


@pytest.fixture
def sync_mode(store: Settings, eyes: Eyes, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Sync mode on an empty store; gives what changes a setting (call `apply_settings` after that)."""
    for name, value in {"TASKS_FORCE_SYNC": "1", "UPKEEP_PERIOD_SECONDS": "0.2", "TELEGRAM_BOT_TOKEN": ""}.items():
        monkeypatch.setenv(name, value)
    apply_settings()
    yield monkeypatch
    states.flush(5)


def apply_settings() -> None:
    settings.cache_clear()
    celery_app.configure()
    task_runner.forget_broker()
