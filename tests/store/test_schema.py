import multiprocessing
import os
import shutil
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from store import schema, session
from store.errors import DatabaseUnavailable, SchemaMismatch
from store.tables import Table


@pytest.fixture(autouse=True)
def closed_engines():
    yield
    session.dispose()


def execute(url: str, statement: str) -> None:
    with session.engine(url).begin() as connection:
        connection.execute(text(statement))


def test_migrations_make_exactly_the_tables(database_url: str) -> None:
    schema.upgrade(database_url)
    execute(database_url, "CREATE TABLE celery_taskmeta (id INTEGER PRIMARY KEY)")
    with session.engine(database_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": schema.is_ours})
        assert compare_metadata(context, Table.metadata) == []


def test_upgraded_schema_passes_the_check_and_a_second_upgrade_changes_nothing(database_url: str) -> None:
    schema.upgrade(database_url)
    execute(database_url, "INSERT INTO projects (id, name, created_at) VALUES ('p', 'kept', '2026-01-01')")
    schema.upgrade(database_url)
    schema.check(database_url)
    with session.engine(database_url).connect() as connection:
        assert connection.scalar(text("SELECT name FROM projects")) == "kept"


def test_empty_database_is_refused_with_the_command_that_helps(database_url: str) -> None:
    with pytest.raises(SchemaMismatch, match=r"empty: run `python3 run\.py migrate`"):
        schema.check(database_url)


def later_migrations(folder: Path, statement: str) -> Path:
    """Our migrations and one more."""
    copy = shutil.copytree(schema.MIGRATIONS, folder / "migrations")
    newest = max(path.name[:4] for path in (copy / "versions").glob("0*.py"))
    later = f"from alembic import op\nrevision = 'later'\ndown_revision = '{newest}'\ndef upgrade(): {statement}\n"
    (copy / "versions" / "later.py").write_text(later, encoding="utf-8")
    return copy


def test_older_schema_is_refused_with_the_command_that_helps_and_can_be_upgraded(
    database_url: str, tmp_path: Path
) -> None:
    schema.upgrade(database_url)
    later = later_migrations(tmp_path, "op.execute('CREATE TABLE later (id INTEGER)')")
    with pytest.raises(SchemaMismatch, match=r"is \d{4}, this Etalon needs later: run `python3 run\.py migrate`"):
        schema.check(database_url, later)
    schema.upgrade(database_url, later)
    schema.check(database_url, later)


def test_migration_that_fails_leaves_nothing_of_itself(database_url: str, tmp_path: Path) -> None:
    schema.upgrade(database_url)
    breaks = later_migrations(tmp_path, "op.execute('CREATE TABLE later (id INTEGER)'); op.execute('nonsense')")
    with pytest.raises(DBAPIError, match="nonsense"):
        schema.upgrade(database_url, breaks)
    schema.check(database_url)
    with session.engine(database_url).connect() as connection:
        assert "later" not in inspect(connection).get_table_names()


@pytest.mark.skipif(os.name == "nt", reason="no process is killed by a signal there")
def test_migration_whose_process_is_killed_leaves_nothing_of_itself(database_url: str, tmp_path: Path) -> None:
    schema.upgrade(database_url)
    dies = later_migrations(
        tmp_path, "op.execute('CREATE TABLE later (id INTEGER)'); import os; os.kill(os.getpid(), 9)"
    )
    migrating = multiprocessing.get_context("spawn").Process(target=schema.upgrade, args=(database_url, dies))
    migrating.start()
    migrating.join(60)
    assert migrating.exitcode == -9
    schema.check(database_url)
    assert "later" not in inspect(session.engine(database_url)).get_table_names()
    schema.upgrade(database_url)


@pytest.mark.parametrize("refuses", [schema.check, schema.upgrade, schema.prepare])
def test_schema_of_a_newer_etalon_is_refused_and_left_alone(database_url: str, refuses) -> None:
    schema.upgrade(database_url)
    execute(database_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaMismatch, match=r"9999.*newer Etalon"):
        refuses(database_url)
    with session.engine(database_url).connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_start_upgrades_sqlite_only(database_url: str) -> None:
    if session.is_sqlite(database_url):
        schema.prepare(database_url)
        schema.check(database_url)
    else:
        with pytest.raises(SchemaMismatch):
            schema.prepare(database_url)


def test_upgrades_at_the_same_time_wait_for_each_other(database_url: str) -> None:
    failures: list[BaseException] = []

    def upgrade() -> None:
        try:
            schema.upgrade(database_url)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    schema.check(database_url)


def test_unreachable_database_is_named_in_a_sentence() -> None:
    with pytest.raises(DatabaseUnavailable, match="The database cannot be reached"):
        schema.check("postgresql+psycopg://unknown@127.0.0.1:1/none")
