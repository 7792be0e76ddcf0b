"""Sessions: `read()` and `write()`, short ones. On SQLite a writer takes the lock when it begins, not when it first
writes: a transaction that read first and then writes fails at once with "database is locked", whatever the busy
timeout (measured: 185 of 240; with BEGIN IMMEDIATE 0 of 240)."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

from config import settings
from store import clock
from store.errors import DatabaseUnavailable
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
# How long to wait for a row that another transaction keeps locked, such as a stopped process's.
_IMPATIENT = {"connect_args": {**POSTGRESQL_CONNECTION, "options": "-c lock_timeout=10s"}}
MAX_OVERFLOW = 40  # as many as the web framework has threads: a request waits for the database, never for the pool


@contextmanager
def read() -> Iterator[Session]:
    """A session for reading; on SQLite one consistent view. Changes are discarded."""
    with session_factory()() as session:
        yield session


@contextmanager
def write() -> Iterator[Session]:
    """A session that commits when the block ends, and keeps nothing when it raises. Raises DatabaseUnavailable where
    the caller's patience ends first."""
    with _turn(), session_factory(immediate=True).begin() as session:
        yield session


class Patience:
    """How long a writer may wait, all waits together. None: as long as it takes each time, BUSY_TIMEOUT_MS on SQLite."""

    def __init__(self, seconds: float) -> None:
        self.left_seconds = seconds

    @contextmanager
    def spent(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.left_seconds = max(0.0, self.left_seconds - (time.monotonic() - began))


@contextmanager
def patience(of: Patience | None) -> Iterator[None]:
    """Who writes within the block, in this thread and in those that copy its context, waits no longer than that."""
    before = _patience.set(of)
    try:
        yield
    finally:
        _patience.reset(before)


_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)


@contextmanager
def _turn() -> Iterator[None]:
    """SQLite's writers wait by sleeping, and a sleeper may miss every gap: the threads of one process queue up
    here instead (20 clients submitting at once: the slowest of a hundred took 1.2 s without this, 0.3 s with it)."""
    if not is_sqlite(settings().database):
        yield
        return
    of = _patience.get()
    with of.spent() if of else nullcontext():
        if not _writers.acquire(timeout=of.left_seconds if of else -1):
            raise DatabaseUnavailable("another process has been writing to it for too long.")
    try:
        yield
    finally:
        _writers.release()


_writers = threading.RLock()


@cache
def session_factory(immediate: bool = False) -> sessionmaker[Session]:
    """Sessions of the settings' database. Rows stay readable after the commit, without being loaded again."""
    bind = engine(settings().database).execution_options(immediate=immediate)
    return sessionmaker(bind, expire_on_commit=False)


@cache
def engine(url: str) -> Engine:
    options: dict[str, Any] = {} if is_sqlite(url) else _IMPATIENT
    made = open_engine(url, max_overflow=MAX_OVERFLOW, **options)
    _engines.append(made)
    return made


def open_engine(url: str, foreign_keys: bool = True, **options: Any) -> Engine:
    """A separate engine, for callers that cannot use the shared one."""
    return _open_sqlite(url, foreign_keys, options) if is_sqlite(url) else _open_postgresql(url, options)


def is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def file_of(url: str) -> Path | None:
    """An SQLite database's file."""
    return Path(make_url(url).database or "") if is_sqlite(url) else None


def insert_if_new(session: Session, table: type[Table], **values: Any) -> bool:
    """Inserts a row, or returns False if one with the same key exists.

    Waits while another transaction inserts the same key.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(**values).on_conflict_do_nothing()
    return session.execute(statement.returning(*inspect(table).primary_key)).first() is not None


def dispose() -> None:
    """Closes engines and sessions; the next ones use the settings of that time."""
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
        connection.isolation_level = None  # otherwise the driver would begin deferred transactions itself
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    event.listen(made, "connect", prepare)
    event.listen(made, "begin", _begin_sqlite)
    return made


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get("immediate", False):
        connection.exec_driver_sql("BEGIN")
        return
    of = _patience.get()
    wait_ms = min(BUSY_TIMEOUT_MS, int(of.left_seconds * 1000)) if of else BUSY_TIMEOUT_MS
    connection.exec_driver_sql(f"PRAGMA busy_timeout={wait_ms}")
    with of.spent() if of else nullcontext():
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _open_postgresql(url: str, options: dict[str, Any]) -> Engine:
    return create_engine(url, pool_pre_ping=True, **{"connect_args": POSTGRESQL_CONNECTION, **options})


def _let_go_after_fork() -> None:
    """Two processes must not share a connection: the child drops its parent's without closing them."""
    for known in _engines:
        known.dispose(close=False)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go_after_fork)
