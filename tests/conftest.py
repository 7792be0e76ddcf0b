"""Fixtures that every folder shares: a database, and a store of one's own."""

import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from config import Settings, settings
from harness import databases
from store import artifacts, session

if "PYTEST_XDIST_WORKER" in os.environ:  # a process for each core: more threads would only wait for each other
    cv2.setNumThreads(1)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    with databases.postgresql() as url:
        yield url


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, SQLite and PostgreSQL in turn. A folder of tests that needs one kind only overrides this."""
    with databases.empty_database(request.param, tmp_path, request) as url:
        yield url


@pytest.fixture
def store(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings that point at an upgraded database and a folder of one's own; nothing of them is left afterwards."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ARTIFACT_URL", "")
    _forget()
    databases.upgrade(database_url)
    yield settings()
    _forget()


def _forget() -> None:
    session.dispose()
    settings.cache_clear()
    artifacts.blob_store.cache_clear()
