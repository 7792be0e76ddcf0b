"""The database is locked or gone, the disk is full."""

import asyncio
import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from config import settings
from harness import databases
from harness.scripted_engine import BUTTON, OTHER, page
from harness.service import Api, Worker, api
from harness.waiting import wait_until
from store import clock, retention, schema, session, tables
from store.artifacts import blob_store
from store.blobs import Stored
from store.session import BUSY_TIMEOUT_MS
from tasks.submit import submit
from tests.faults.conftest import SOLO, Service, move_to, on_postgresql
from tests.tasks.asked import pair
from tests.tasks.conftest import apply_settings

pytestmark = [pytest.mark.slow, pytest.mark.alone]

AWAY_SECONDS = 3.0
CLIENTS_GIVE_UP_SECONDS = 20.0  # of five at once, on a busy machine; alone it is 8 s


def test_a_database_locked_for_three_seconds_delays_and_loses_nothing(service: Service) -> None:
    service.start_worker(*SOLO, SLOW_SECONDS="0.5")
    with api(service.folder) as door:
        service.post(door)
        service.wait_for_engine_call()
        with locked(settings().data_dir / "etalon.db"):
            time.sleep(AWAY_SECONDS)
        with locked(settings().data_dir / "etalon.db", AWAY_SECONDS):
            began = time.monotonic()
            assert service.post(door).status_code == 202
            assert time.monotonic() - began > 1, "the lock was not in the way"
        service.check(database_away=True)


def test_a_postgresql_gone_for_three_seconds_loses_nothing_that_was_accepted(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    with on_postgresql(service, monkeypatch) as server:
        service.start_worker(*SOLO, SLOW_SECONDS="1")
        with api(service.folder) as door:
            service.post(door)
            service.wait_for_engine_call()
            with databases.stopped(server):
                refused = service.post(door)
                time.sleep(AWAY_SECONDS)
            assert (refused.status_code, refused.headers["retry-after"] > "0") == (503, True)
            assert service.post(door).status_code == 202
            service.check(database_away=True)


@pytest.mark.parametrize("kind", ["a small file system", "a limit on files"])
def test_a_full_disk_refuses_uploads_and_loses_nothing_that_was_accepted(
    service: Service, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    disk = (
        small_disk(service.folder / "disk") if kind == "a small file system" else plain_folder(service.folder / "disk")
    )
    with disk as folder:
        move_to(monkeypatch, folder, DATABASE_URL=f"sqlite:///{(folder / 'etalon.db').as_posix()}")
        worker = service.start_worker(*SOLO, SLOW_SECONDS="1")
        with api(service.folder) as door:
            service.post(door)
            service.wait_for_engine_call()
            with filled(folder) if kind == "a small file system" else limited(door, worker):
                refused = service.post(door)
                time.sleep(AWAY_SECONDS)
            assert refused.status_code == 503, refused.text
            assert service.post(door).status_code == 202
            service.check(database_away=True)
        session.dispose()


@contextmanager
def locked(database: Path, seconds: float = 0.0) -> Iterator[None]:
    """Locks the database against writers; after `seconds` it lets go while the block goes on."""
    hold = (
        "import sqlite3, sys, time; connection = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "connection.execute('BEGIN EXCLUSIVE'); print('held', flush=True); "
        "time.sleep(float(sys.argv[2])) if float(sys.argv[2]) else sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold, str(database), str(seconds)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout and holder.stdout.readline() == b"held\n"
        yield
        holder.communicate()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], check=False).returncode:
        pytest.skip("this system forbids mounting a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def plain_folder(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    yield folder


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    yield
    filler.unlink()


@contextmanager
def limited(*processes: Api | Worker) -> Iterator[None]:
    """No file of theirs may grow beyond a few bytes: writing says that it is too large, as a used up quota does."""
    if not hasattr(resource, "prlimit"):
        pytest.skip("the limits of another process can be set on Linux only")
    pids = [one.process.pid for one in processes if one.process]
    before = [resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids]
    for pid, (_, hard) in zip(pids, before, strict=True):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (64, hard))
    yield
    for pid, limit in zip(pids, before, strict=True):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)


def test_a_read_only_database_refuses_with_503_and_a_task_tries_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    with on_postgresql(service, monkeypatch) as server:
        service.start_worker(*SOLO, SLOW_SECONDS="1")
        with api(service.folder) as door:
            service.post(door)
            service.wait_for_engine_call()
            with read_only(server):
                for answer in (service.post(door), httpx.get(f"{door.url}/health/ready", timeout=20)):
                    assert answer.status_code == 503, answer.text
                assert service.post(door).headers["retry-after"] > "0"
                reject = f"{door.url}/api/v1/comparisons/{next(iter(comparison_ids()))}/reject"
                assert httpx.post(reject, json={}, timeout=20).status_code in (409, 503)
            wait_until(lambda: httpx.get(f"{door.url}/health/ready", timeout=20).is_success, 20, "it stays unready")
            assert service.post(door).status_code == 202
            assert service.watch.wait_final(40) == []
            retention.cleanup(retention.Limits(), at=in_two_hours())  # of the uploads that were refused files are left
            service.check(database_away=True)


def test_files_of_an_upload_that_the_database_refused_are_swept_up(service: Service) -> None:
    """They stay for an hour: until then they might be an upload's whose rows are being written."""
    database = settings().data_dir / "etalon.db"
    with locked(database), pytest.raises(OperationalError):
        service.submit()
    assert len(pictures()) == 2
    retention.cleanup(retention.Limits())
    assert len(pictures()) == 2
    retention.cleanup(retention.Limits(), at=in_two_hours())
    assert pictures() == []


def test_a_database_that_stays_locked_answers_503_before_clients_give_up_and_lets_an_api_start(
    service: Service,
) -> None:
    """As a worker that was stopped in the middle of a transaction keeps it."""
    service.start_worker(*SOLO)
    with api(service.folder) as door, ThreadPoolExecutor(5) as clients:
        service.post(door)
        service.check()
        with locked(settings().data_dir / "etalon.db"):
            began = time.monotonic()
            answers = list(clients.map(lambda _: service.post(door), range(5)))
            assert time.monotonic() - began < CLIENTS_GIVE_UP_SECONDS
            assert {answer.status_code for answer in answers} == {503}
            with api(service.folder) as second:
                assert httpx.get(f"{second.url}/api/v1/comparisons", timeout=20).is_success
        assert service.post(door).status_code == 202
        assert service.watch.wait_final(40) == []
        retention.cleanup(retention.Limits(), at=in_two_hours())
        service.check(database_away=True)


def test_a_start_waits_for_a_locked_database_and_says_so(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    empty = service.folder / "empty.db"
    with locked(empty, BUSY_TIMEOUT_MS / 1000 + 1):
        schema.prepare(f"sqlite:///{empty.as_posix()}")
    assert f"locked by another process ({empty}): waiting for it" in caplog.text


def in_two_hours() -> datetime:
    with session.read() as reading:
        return clock.now(reading) + timedelta(hours=2)


def pictures() -> list[Stored]:
    return list(blob_store().stored())


@contextmanager
def read_only(server: str) -> Iterator[None]:
    """For every transaction that begins meanwhile, as a replica would have it."""
    for value in ("on", "off"):
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
            connection.execute("SELECT pg_reload_conf()")
        if value == "on":
            time.sleep(1)
            yield


def comparison_ids() -> list[str]:
    with session.read() as reading:
        return list(reading.scalars(select(tables.Comparison.id)))


def test_a_disk_of_pictures_that_is_remounted_read_only_refuses_uploads_and_shows_what_it_has(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_disk(service.folder / "disk") as folder:
        monkeypatch.setenv("ARTIFACT_URL", folder.as_uri())
        blob_store.cache_clear()
        apply_settings()
        service.start_worker(*SOLO)
        with api(service.folder) as door:
            service.post(door)
            service.check()
            with session.read() as reading:
                picture = reading.scalars(
                    select(tables.Artifact.id).where(tables.Artifact.kind == "screenshot")
                ).first()
            remount(folder, "ro")
            assert service.post(door).status_code == 503
            assert httpx.get(f"{door.url}/api/v1/artifacts/{picture}", timeout=20).status_code == 200
            ready = httpx.get(f"{door.url}/health/ready", timeout=20)
            assert (ready.status_code, ready.json()["parts"]["artifacts"]["ok"]) == (503, False)
            remount(folder, "rw")
            assert service.post(door).status_code == 202
            service.check(database_away=True)
        blob_store.cache_clear()


def remount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how},size=3m", str(folder)], check=True)


def test_an_older_database_under_newer_pictures_keeps_its_own_and_sweeps_up_the_rest(service: Service) -> None:
    database = settings().data_dir / "etalon.db"
    service.submit()
    with closing(sqlite3.connect(database)) as now, closing(sqlite3.connect(service.folder / "older.db")) as older:
        now.backup(older)
        mine = {one.digest for one in pictures()}
        asyncio.run(submit(pair(page(BUTTON, OTHER, shade=180), page(BUTTON, shade=180))))
        assert len(pictures()) == 4
        older.backup(now)
    session.dispose()
    retention.cleanup(retention.Limits(), at=in_two_hours())
    assert {one.digest for one in pictures()} == mine
    service.start_worker(*SOLO)
    service.check()
