"""The database's schema: `run.py migrate` upgrades it; with SQLite every start does."""

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from store import session
from store.errors import DatabaseUnavailable, SchemaMismatch

log = logging.getLogger(__name__)

MIGRATE = "python3 run.py migrate"
MIGRATIONS = Path(__file__).parent / "migrations"
_LOCKED_SECONDS = 300.0
_ONE_AT_A_TIME = 6_128_014  # PostgreSQL's advisory lock: any number, the same in every process


def prepare(url: str) -> None:
    """At a start: upgrades SQLite, only checks PostgreSQL. Raises SchemaMismatch."""
    own_revision()
    if session.is_sqlite(url):
        _upgrade_sqlite(url)
    else:
        check(url)


def _upgrade_sqlite(url: str) -> None:
    """Waits while another process keeps the database locked, and says so."""
    waited = 0.0
    while True:
        try:
            return upgrade(url)
        except DatabaseUnavailable as error:
            if "locked" not in str(error) or waited >= _LOCKED_SECONDS:
                raise
        began = time.monotonic()
        log.warning("The database is locked by another process (%s): waiting for it.", session.file_of(url))
        time.sleep(1)
        waited += time.monotonic() - began + session.BUSY_TIMEOUT_MS / 1000


def upgrade(url: str, migrations: Path = MIGRATIONS) -> None:
    """Upgrades the schema in one transaction; two at once wait for each other. Raises SchemaMismatch for a database of
    a newer Etalon."""
    with _connection(url, immediate=False) as connection:
        if _known(connection, migrations) == _newest(migrations):
            return  # nothing to write, so no lock to wait for
    with _connection(url) as connection:
        _lock(connection)
        if _known(connection, migrations) != _newest(migrations):
            command.upgrade(_config(migrations, connection), "head")


def check(url: str, migrations: Path = MIGRATIONS) -> None:
    """Raises SchemaMismatch, which says what to do, if the schema is not this version's."""
    with _connection(url, immediate=False) as connection:
        current = _known(connection, migrations)
    newest = _newest(migrations)
    if current is None:
        raise SchemaMismatch(f"The database is empty: run `{MIGRATE}` to make its tables.")
    if current != newest:
        raise SchemaMismatch(
            f"The database's schema is {current}, this Etalon needs {newest}: run `{MIGRATE}` to bring it up to date."
        )


def fits(open_session: Session) -> bool:
    """Whether the database still has this process's schema: a newer Etalon may have migrated it."""
    return bool(open_session.scalar(text("SELECT version_num FROM alembic_version")) == own_revision())


@cache
def own_revision() -> str | None:
    """This process's schema, read at its start: later the files may be of another version."""
    return _newest(MIGRATIONS)


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Excludes the tables that Celery's result backend makes in the same database."""
    return not (kind == "table" and name is not None and name.startswith("celery_"))


@contextmanager
def _connection(url: str, immediate: bool = True) -> Iterator[Connection]:
    """A transaction. Foreign keys are off on SQLite: there a table is changed by copying it and dropping the old one,
    which would delete the rows that refer to it."""
    engine = session.open_engine(url, foreign_keys=False, poolclass=NullPool).execution_options(immediate=immediate)
    with ExitStack() as opened:
        try:
            connection = opened.enter_context(engine.connect())
            opened.enter_context(connection.begin())
        except OperationalError as error:
            raise DatabaseUnavailable(str(error.orig).strip()) from None
        yield connection


def _lock(connection: Connection) -> None:
    """PostgreSQL only: SQLite's transaction already has the lock."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ONE_AT_A_TIME})


def _known(connection: Connection, migrations: Path) -> str | None:
    """The database's revision, or None. Raises SchemaMismatch if this version does not know it."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in {script.revision for script in _scripts(migrations).walk_revisions()}:
        raise SchemaMismatch(
            f"The database's schema is {current}, which this Etalon does not know (its newest is {_newest(migrations)}): "
            "it was made by a newer Etalon. Start that one, or restore a backup."
        )
    return current


def _newest(migrations: Path) -> str | None:
    return _scripts(migrations).get_current_head()


def _scripts(migrations: Path) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(migrations))


def _config(migrations: Path, connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", migrations.as_posix().replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
