"""Sessions: `read()` and `write()`, short ones. On SQLite a writer takes the lock when it begins, not when it first writes:
a transaction that read first and then writes fails at once with "database is locked", whatever the busy timeout
(measured: 185 of 240; with BEGIN IMMEDIATE 0 of 240)."""

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

from config import settings
from store import clock
from store.tables import Table

BUSY_TIMEOUT_MS = 5000
# A connection that died in silence (a firewall, a machine that went away) is given up after 15 s; by itself Linux may try for a
# quarter of an hour to send, and wait for two before it asks. Windows knows all but the last.
POSTGRESQL_CONNECTION = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
MAX_OVERFLOW = 40  # as many as the web framework has threads: a request waits for the database, never for the pool


@contextmanager
def read() -> Iterator[Session]:
    """A session for reading: one consistent view on SQLite, nothing is kept."""
    with session_factory()() as session:
        yield session


@contextmanager
def write() -> Iterator[Session]:
    """A session that commits when the block ends, and keeps nothing when it raises."""
    with _turn(), session_factory(immediate=True).begin() as session:
        yield session


def _turn() -> AbstractContextManager[object]:
    """SQLite's writers wait by sleeping, and whoever sleeps may miss every gap: the threads of one process queue up here
    instead (20 clients submitting at once: the slowest of a hundred took 1.2 s without this, 0.3 s with it)."""
    return _writers if is_sqlite(settings().database) else nullcontext()


_writers = threading.RLock()


@cache
def session_factory(immediate: bool = False) -> sessionmaker[Session]:
    """Sessions of the settings' database. Rows stay readable after the commit (nothing is loaded again behind one's back)."""
    bind = engine(settings().database).execution_options(immediate=immediate)
    return sessionmaker(bind, expire_on_commit=False)


@cache
def engine(url: str) -> Engine:
    made = open_engine(url, max_overflow=MAX_OVERFLOW)
    _engines.append(made)
    return made


def open_engine(url: str, foreign_keys: bool = True, **options: Any) -> Engine:
    """An engine of one's own, for who cannot use the shared one."""
    return _open_sqlite(url, foreign_keys, options) if is_sqlite(url) else _open_postgresql(url, options)


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def file_of(url: str) -> Path | None:
    """An SQLite database's file."""
    return Path(make_url(url).database or "") if is_sqlite(url) else None


def insert_if_new(session: Session, table: type[Table], **values: Any) -> bool:
    """Inserts a row unless one with the same key is there (then nothing happens and the answer is False).

    Where another transaction is inserting the same key, it waits for that one's end.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(**values).on_conflict_do_nothing()
    return session.execute(statement.returning(*inspect(table).primary_key)).first() is not None


def dispose() -> None:
    """Forgets engines and sessions, so that the next ones follow the settings of that time."""
    for known in _engines:
        known.dispose()
    _engines.clear()
    engine.cache_clear()
    session_factory.cache_clear()


_engines: list[Engine] = []


def _open_sqlite(url: str, foreign_keys: bool, options: dict[str, Any]) -> Engine:
    Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    made = create_engine(url, **options)
    pragmas = (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        f"foreign_keys={foreign_keys:d}",
    )

    def prepare(connection: Any, _record: object) -> None:
        connection.create_function(clock.SQLITE_FUNCTION, 0, clock.sqlite_now)
        connection.isolation_level = None  # the driver would begin transactions of its own, deferred ones
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(made, "connect", prepare)
    event.listen(made, "begin", _begin_sqlite)
    return made


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _open_postgresql(url: str, options: dict[str, Any]) -> Engine:
    return create_engine(url, pool_pre_ping=True, connect_args=POSTGRESQL_CONNECTION, **options)


def _let_go_after_fork() -> None:
    """A connection must not be used by two processes: the child forgets its parent's without closing them."""
    for known in _engines:
        known.dispose(close=False)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go_after_fork)
