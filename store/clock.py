"""One clock for all processes: the database's. Machines' clocks differ, and a lease or a due time must mean the same on each.
Times that processes compare with each other come from here; durations within one process use `time.monotonic`.

SQLite has no clock but the machine's, and all its processes are on one machine.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, Dialect, TypeDecorator, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

SQLITE_FUNCTION = "etalon_now"  # `store/session.py` gives it to every connection
TOLERATED_SECONDS = 3.0  # a machine's clock may be off by this much before it is reported


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class database_now(FunctionElement[datetime]):  # noqa: N801 it is written like a function of SQL
    """The database's time as an SQL expression, for the default of a column."""

    type = UtcDateTime()
    inherit_cache = True


def now(session: Session) -> datetime:
    """The database's time."""
    return session.scalars(select(database_now())).one()


def machine_now() -> datetime:
    """This machine's time: for what no other process compares."""
    return datetime.now(UTC)


def offset(session: Session) -> timedelta:
    """How far this machine's clock is ahead of the database's; the answer is as exact as the way to the database is short."""
    before = machine_now()
    there = now(session)
    return before + (machine_now() - before) / 2 - there


def sqlite_now() -> str:
    """As SQLAlchemy writes a time into SQLite."""
    return machine_now().replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


@compiles(database_now, "postgresql")
def _on_postgresql(_element: Any, _compiler: Any, **_: Any) -> str:
    return "clock_timestamp()"  # now() stands still from a transaction's beginning


@compiles(database_now, "sqlite")
def _on_sqlite(_element: Any, _compiler: Any, **_: Any) -> str:
    return f"{SQLITE_FUNCTION}()"
