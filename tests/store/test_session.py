import multiprocessing
import threading
import time

import pytest
from sqlalchemy import select, text

from config import Settings
from store import projects, session, tables, tasks
from tests.store import made

PROCESSES, ROWS = 4, 50


def claim_every_task(_number: int) -> list[str]:
    """In a process of its own: every claim reads first and then writes, as real ones do."""
    won = []
    with session.read() as reading:
        wanted = list(reading.scalars(select(tables.Task.id).order_by(tables.Task.id)))
    for task_id in wanted:
        token = tables.new_id()
        with session.write() as writing:
            assert tasks.get(writing, task_id).name == "t"
            taken = tasks.claim(writing, task_id, token, lease_seconds=60, max_attempts=3)
        if taken:
            won.append(task_id)
    return won


def test_four_processes_claim_each_task_once_and_no_database_is_locked(store: Settings) -> None:
    with session.write() as writing:
        wanted = [made.a_task(writing).id for _ in range(ROWS)]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        won = pool.map(claim_every_task, range(PROCESSES), chunksize=1)
    assert sorted(task_id for part in won for task_id in part) == sorted(wanted)
    with session.read() as reading:
        assert set(reading.scalars(select(tables.Task.attempt))) == {1}


def test_nothing_stays_of_a_block_that_raises(store: Settings) -> None:
    with pytest.raises(RuntimeError), session.write() as writing:
        projects.get_or_create(writing, "half")
        raise RuntimeError
    with session.read() as reading:
        assert reading.scalars(select(tables.Project.name)).all() == []


def test_reader_is_not_held_up_by_a_writer_and_sees_only_what_is_committed(store: Settings) -> None:
    with session.write() as writing:
        projects.get_or_create(writing, "open")
        started = time.monotonic()
        with session.read() as reading:
            assert reading.scalars(select(tables.Project.name)).all() == []
        assert time.monotonic() - started < 1


def test_second_writer_waits_for_the_first(store: Settings) -> None:
    inside, names = threading.Event(), []

    def second() -> None:
        inside.wait()
        with session.write() as writing:
            names.append(projects.get_or_create(writing, "same").id)

    other = threading.Thread(target=second)
    other.start()
    with session.write() as writing:
        names.append(projects.get_or_create(writing, "same").id)
        inside.set()
        time.sleep(0.2)
    other.join()
    assert names[0] == names[1]


def test_times_come_back_in_utc(store: Settings) -> None:
    with session.write() as writing:
        made_at = projects.get_or_create(writing).created_at
    with session.read() as reading:
        kept = reading.scalars(select(tables.Project.created_at)).one()
    assert kept == made_at
    assert str(kept.tzinfo) == "UTC"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_sqlite_keeps_its_log_beside_and_its_foreign_keys_on(store: Settings) -> None:
    with session.read() as reading:
        pragmas = {name: reading.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys")}
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_postgresql_connection_that_died_in_silence_is_given_up(store: Settings) -> None:
    with session.read() as reading:
        connection = reading.connection().connection.driver_connection
        assert connection is not None
        used = connection.info.get_parameters()
    assert {name: int(used[name]) for name in session.POSTGRESQL_CONNECTION} == session.POSTGRESQL_CONNECTION
