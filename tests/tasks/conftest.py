"""A service's inside in sync mode, with a scripted engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Settings, settings
from harness import databases
from harness.scripted_engine import ScriptedEngine
from harness.telegram import CHAT, TOKEN, StandIn, telegram
from tasks import celery_app, celery_states, engines, task_runner


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with databases.empty_database("sqlite", tmp_path, request) as url:
        yield url


@pytest.fixture
def scripted() -> Iterator[ScriptedEngine]:
    made = ScriptedEngine()
    engines.use(made.engines)
    yield made
    engines.use(None)


@pytest.fixture
def sync_mode(
    store: Settings, scripted: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[pytest.MonkeyPatch]:
    """Sync mode on an empty store; gives what changes a setting (call `apply_settings` after that)."""
    for name, value in {"TASKS_FORCE_SYNC": "1", "UPKEEP_PERIOD_SECONDS": "0.2", "TELEGRAM_BOT_TOKEN": ""}.items():
        monkeypatch.setenv(name, value)
    apply_settings()
    yield monkeypatch
    celery_states.flush(5)


@pytest.fixture
def chat(sync_mode: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A Bot API that this service is set to use."""
    with telegram() as stand_in:
        for name, value in {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_CHAT_ID": CHAT,
            "TELEGRAM_API_URL": stand_in.url,
            "PUBLIC_URL": "https://etalon.example",
        }.items():
            sync_mode.setenv(name, value)
        apply_settings()
        yield stand_in


def apply_settings() -> None:
    settings.cache_clear()
    celery_app.configure()
    task_runner.forget_broker()
