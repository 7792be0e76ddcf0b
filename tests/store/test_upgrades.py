"""The database of every released version is brought up to date and read."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import make_url, select

from config import ROOT, settings
from harness.databases import KINDS
from store import (
    analyses,
    comparisons,
    keys,
    metrics,
    notifications,
    retention,
    schema,
    session,
    tables,
    tasks,
    testcases,
)
from store.artifacts import blob_store
from store.session import is_sqlite
from store.tables import Table
from tests.store.dumps import FOLDER

CHANGES = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
VERSIONS = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", CHANGES, re.MULTILINE)


def test_every_version_of_the_changelog_has_left_a_dump() -> None:
    assert VERSIONS
    wanted = {f"{version}.{kind}.sql" for version in VERSIONS for kind in KINDS}
    assert {path.name for path in FOLDER.iterdir()} == wanted, "python -m tests.store.dumps VERSION"


def load(url: str, version: str) -> None:
    kind = "sqlite" if is_sqlite(url) else "postgresql"
    dump = (FOLDER / f"{version}.{kind}.sql").read_text(encoding="utf-8")
    if is_sqlite(url):
        with closing(sqlite3.connect(str(make_url(url).database))) as connection:
            connection.executescript(dump)
    else:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as server:
            server.execute(dump.encode())


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> Iterator[str]:
    """The settings point at that database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    blob_store.cache_clear()
    settings.cache_clear()
    session.dispose()
    yield database_url
    session.dispose()
    settings.cache_clear()
    blob_store.cache_clear()


@pytest.mark.parametrize("version", VERSIONS)
def test_database_of_an_older_version_is_upgraded_and_its_rows_are_read(at: str, version: str) -> None:
    load(at, version)
    schema.upgrade(at)
    schema.check(at)
    with session.engine(at).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": schema.is_ours})
        assert compare_metadata(context, Table.metadata) == []
    with session.read() as reading:
        [row] = comparisons.list_page(reading, verdict="failed").items
        assert comparisons.found(reading, row.id).defects
        assert (row.review, row.branch, row.build) == ("approved", "main", "17")
        [case] = testcases.list_page(reading, project="default").items
        current = testcases.current_reference(reading, case.id)
        assert current is not None and current.artifact_id == row.actual_artifact_id
        assert [one.superseded_at is None for one in testcases.references(reading, case.id)] == [True, False]
        assert analyses.load(reading, str(current.analysis_id)).elements
        assert len(notifications.of_comparison(reading, row.id)) == 1
        assert [key.name for key in keys.list_all(reading)] == ["ci"]
        assert tasks.waiting(reading)[0] == 1
        assert metrics.facts(reading).gauges["artifact_files"] == {(): 3}
        assert reading.scalars(select(tables.Analysis.used_at)).all()
    assert retention.foresee(retention.Limits(days=36_500)).comparisons == 0
    with session.write() as writing:
        [waiting] = comparisons.list_page(writing, review="unreviewed").items
        comparisons.remove(writing, waiting.id)
