"""What /health/ready says of parts that are in other processes."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import Response
from sqlalchemy import text

from api import health, schemas
from config import settings
from harness.redis_server import RedisServer
from harness.waiting import wait_until
from store import artifacts, periodic_jobs, session, workers
from tasks import worker_reports
from tasks.celery_app import configure
from tests.e2e.conftest import StartWorker
from tests.tasks.conftest import apply_settings


def ready() -> tuple[int, dict[str, schemas.Part]]:
    response = Response()
    answer = asyncio.run(health.ready(response))
    return response.status_code, answer.parts


@pytest.mark.slow
@pytest.mark.alone
def test_worker_that_reads_another_artifact_store_makes_the_service_unready(
    queue: RedisServer, start_worker: StartWorker, tmp_path: Path
) -> None:
    start_worker(ARTIFACT_URL=(tmp_path / "elsewhere").as_uri())
    wait_until(lambda: not ready()[1]["workers"].ok, 10, "it was not noticed")
    code, parts = ready()
    assert code == 503
    assert parts["workers"].detail.startswith("workers on another artifact store: ARTIFACT_URL")
    assert [name for name, part in parts.items() if not part.ok] == ["workers"]


@pytest.mark.slow
@pytest.mark.alone
def test_worker_on_the_same_store_is_counted(queue: RedisServer, start_worker: StartWorker) -> None:
    assert ready()[1]["workers"] == schemas.Part(ok=True, detail="none was seen lately: tasks wait")
    start_worker()
    wait_until(lambda: ready()[1]["workers"].detail == "1 seen lately", 10, lambda: str(ready()))
    assert ready()[0] == 200


def test_worker_that_moves_to_the_right_store_is_forgiven(queue: RedisServer, tmp_path: Path) -> None:
    with session.write() as writing:
        workers.report(
            writing,
            worker_reports.WORKER_ID,
            "etalon@here",
            artifact_store="another store's mark",
            clock_offset_seconds=0.0,
            seconds=60,
        )
    assert not ready()[1]["workers"].ok
    worker_reports.report("etalon@here", 60)
    assert ready()[1]["workers"].ok
    worker_reports.withdraw()
    with session.read() as reading:
        assert workers.live(reading) == []


@pytest.fixture
def no_fallback(queue: RedisServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    monkeypatch.setenv("TASKS_FALLBACK_TO_SYNC", "0")
    apply_settings()
    yield queue
    monkeypatch.undo()
    configure()


def test_redis_away_without_fallback_is_named_and_results_alone_are_no_reason(no_fallback: RedisServer) -> None:
    assert ready()[0] == 200
    no_fallback.stop()
    code, parts = ready()
    assert code == 503
    assert (parts["broker"].ok, parts["broker"].detail) == (False, "unreachable")
    assert parts["results"] == schemas.Part(ok=True, detail="unreachable: states come from the database meanwhile")


def test_redis_away_with_fallback_is_told_and_the_service_is_ready(queue: RedisServer) -> None:
    queue.stop()
    code, parts = ready()
    assert code == 200
    assert parts["broker"].detail == "unreachable: uploads run in this process meanwhile"


def test_full_disk_and_foreign_schema_and_unwritable_store_are_named(
    queue: RedisServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MIN_FREE_DISK_MB", "9999999")
    monkeypatch.setenv("ARTIFACT_URL", (tmp_path / "file").as_uri())
    (tmp_path / "file").write_bytes(b"")
    settings.cache_clear()
    artifacts.blob_store.cache_clear()
    with session.write() as writing:
        writing.execute(text("UPDATE alembic_version SET version_num = 'newer'"))
    code, parts = ready()
    assert code == 503
    assert parts["artifacts"].detail == "cannot be used (ArtifactStoreUnavailable)"
    assert "MB are free, MIN_FREE_DISK_MB is 9999999" in parts["disk"].detail
    assert "run.py migrate" in parts["schema"].detail
    assert parts["database"] == schemas.Part(ok=True, detail="sqlite")


def test_cleanup_is_one_processes_once_a_day(queue: RedisServer) -> None:
    def due() -> bool:
        with session.write() as writing:
            return periodic_jobs.take(writing, "cleanup", 60)

    assert [due(), due()] == [False, False], "a fresh database has nothing to clean"
    with session.write() as writing:
        writing.execute(text("UPDATE periodic_jobs SET due_at = '2020-01-01 00:00:00.000000'"))
    assert [due(), due()] == [True, False]
