"""What a migration does with rows that are there already."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select, text

from store import schema, session
from store.tables import ButtonPress, Lease, PeriodicJob, RateSlot, Worker

ROWS = """
INSERT INTO projects (id, name, created_at) VALUES ('p', 'web', :at);
INSERT INTO testcases (id, project_id, name, variant, created_at, updated_at) VALUES ('c', 'p', 'start', '', :at, :at);
INSERT INTO api_keys (id, name, sha256, created_at) VALUES ('k', 'ci', 'x', :at);
INSERT INTO artifacts (id, kind, media_type, created_at) VALUES ('a', 'screenshot', 'image/png', :at);
INSERT INTO tasks (id, name, subject_id, testcase_id, state, mode, attempt, run_after, dispatch, cancel_requested, created_at)
VALUES ('of a testcase', 't', 's', 'c', 'SUCCESS', 'sync', 1, :at, 'not_sent', false, :at),
       ('of a comparison', 't', 's', NULL, 'SUCCESS', 'sync', 1, :at, 'not_sent', false, :at),
       ('of an analysis', 't', 's', NULL, 'SUCCESS', 'sync', 1, :at, 'not_sent', false, :at);
INSERT INTO comparisons (id, task_id, project_id, reference_artifact_id, actual_artifact_id, options, review, created_at)
VALUES ('m', 'of a comparison', 'p', 'a', 'a', '{}', 'unreviewed', :at);
"""


@pytest.fixture(autouse=True)
def closed_engines() -> Iterator[None]:
    yield
    session.dispose()


def test_keys_become_admins_and_tasks_learn_their_project(database_url: str, tmp_path: Path) -> None:
    schema.upgrade(database_url, until("0002", tmp_path))
    with session.engine(database_url).begin() as connection:
        for statement in filter(str.strip, ROWS.split(";\n")):
            connection.execute(text(statement), {"at": "2026-01-01 00:00:00"})
    session.dispose()

    schema.upgrade(database_url)

    with session.engine(database_url).connect() as connection:
        keys = connection.execute(text("SELECT name, scopes, projects, expires_at FROM api_keys")).all()
        tasks = connection.execute(text("SELECT id, project_id FROM tasks ORDER BY id")).all()
    assert [tuple(row) for row in keys] == [("ci", "admin", None, None)]
    assert [tuple(row) for row in tasks] == [("of a comparison", "p"), ("of a testcase", "p"), ("of an analysis", None)]


LABELLED = """
INSERT INTO projects (id, name, created_at) VALUES ('p', 'web', :at);
INSERT INTO testcases (id, project_id, name, variant, created_at, updated_at) VALUES ('c', 'p', 'start', '', :at, :at);
INSERT INTO artifacts (id, kind, media_type, created_at) VALUES ('a', 'screenshot', 'image/png', :at);
INSERT INTO tasks (id, name, subject_id, state, mode, attempt, run_after, dispatch, cancel_requested, created_at)
VALUES ('t1', 't', 's', 'SUCCESS', 'sync', 1, :at, 'sent', false, :at),
       ('t2', 't', 's', 'SUCCESS', 'sync', 1, :at, 'sent', false, :at),
       ('t3', 't', 's', 'FAILURE', 'sync', 1, :at, 'sent', false, :at),
       ('t4', 't', 's', 'PENDING', 'sync', 1, :at, 'sent', false, :at);
INSERT INTO comparisons (id, task_id, project_id, testcase_id, reference_artifact_id, actual_artifact_id, options, build, verdict,
review, created_at)
VALUES ('m1', 't1', 'p', 'c', 'a', 'a', '{}', '7', 'failed', 'unreviewed', :at),
       ('m2', 't2', 'p', 'c', 'a', 'a', '{}', '7', 'passed', 'unreviewed', :later),
       ('m3', 't3', 'p', NULL, 'a', 'a', '{}', '8', NULL, 'unreviewed', :at),
       ('m4', 't4', 'p', 'c', 'a', 'a', '{}', '9', NULL, 'unreviewed', :at);
INSERT INTO defects (comparison_id, position, defect_id, type, severity, element_text, detail)
VALUES ('m1', 0, 'd1', 'moved', 'minor', '', '{}'), ('m1', 1, 'd2', 'missing', 'critical', '', '{}');
"""


def test_labels_become_builds_whose_last_comparison_of_a_name_counts(database_url: str, tmp_path: Path) -> None:
    schema.upgrade(database_url, until("0005", tmp_path))
    with session.engine(database_url).begin() as connection:
        for statement in filter(str.strip, LABELLED.split(";\n")):
            times = {"at": "2026-01-01 00:00:00", "later": "2026-01-01 00:01:00"}
            connection.execute(text(statement), {name: at for name, at in times.items() if f":{name}" in statement})
    session.dispose()

    schema.upgrade(database_url)

    with session.engine(database_url).connect() as connection:
        builds = connection.execute(text("SELECT name, verdict, opened_at FROM builds ORDER BY name")).all()
        shots = connection.execute(text("SELECT name, comparison_id FROM shots ORDER BY comparison_id")).all()
        told = connection.execute(
            text("SELECT defect_count, worst_severity, headline FROM comparisons WHERE id = 'm1'")
        ).one()
        unnamed = connection.execute(text("SELECT count(*) FROM comparisons WHERE build_id IS NULL")).scalar()
    assert [tuple(row) for row in builds] == [("7", "passed", None), ("8", "error", None), ("9", None, None)]
    assert [tuple(row) for row in shots] == [("start", "m2"), ("pair m3", "m3"), ("start", "m4")]
    assert tuple(told) == (2, "critical", 1)
    assert unnamed == 0


LOCKED = """
INSERT INTO projects (id, name, created_at) VALUES ('p', 'web', :at);
INSERT INTO builds (id, project_id, name, shards_done, created_at) VALUES ('pressed', 'p', '7', '[]', :at);
INSERT INTO builds (id, project_id, name, shards_done, created_at) VALUES ('untouched', 'p', '8', '[]', :at);
INSERT INTO locks (name, holder, until)
VALUES ('upkeep', 'x', :at), ('worker x', 'etalon@here', :at), ('sees x', 'mark', :at), ('clock x', '0.001', :at),
       ('cleanup of the day', 'x', :at), ('messages to telegram', 'x', :at), ('button gone', 'x', :at),
       ('{pressed}', 'x', :at);
"""


def test_locks_are_told_apart_and_what_lasts_is_kept(database_url: str, tmp_path: Path) -> None:
    pressed = "button " + sha256(b"pressed").hexdigest()[:32]
    schema.upgrade(database_url, until("0007", tmp_path))
    with session.engine(database_url).begin() as connection:
        rows = LOCKED.replace("{pressed}", pressed)
        for statement in filter(str.strip, rows.split(";\n")):
            connection.execute(text(statement), {"at": "2036-01-01 00:00:00"})
    session.dispose()

    schema.upgrade(database_url)

    with session.engine(database_url).connect() as connection:
        jobs = connection.execute(select(PeriodicJob.name, PeriodicJob.due_at)).all()
        slots = connection.execute(select(RateSlot.channel, RateSlot.free_at)).all()
        presses = connection.execute(select(ButtonPress.build_id, ButtonPress.pressed_at)).all()
        gone = [connection.scalar(select(func.count()).select_from(table)) for table in (Lease, Worker)]
        assert "locks" not in inspect(connection).get_table_names()
    at = datetime(2036, 1, 1, tzinfo=UTC)
    assert [tuple(row) for row in jobs] == [("cleanup", at)]
    assert [tuple(row) for row in slots] == [("telegram", at)]
    assert [tuple(row) for row in presses] == [("pressed", at - timedelta(days=3650))]
    assert gone == [0, 0]


def until(newest: str, folder: Path) -> Path:
    """Our migrations up to that one."""
    copy = shutil.copytree(schema.MIGRATIONS, folder / "migrations")
    for path in (copy / "versions").glob("0*.py"):
        if path.name[:4] > newest:
            path.unlink()
    return copy
