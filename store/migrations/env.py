"""Alembic's entry: `store/schema.py` calls it with an open transaction; `alembic revision` opens one of its own."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.pool import NullPool

from config import settings
from store.clock import UtcDateTime
from store.schema import is_ours
from store.session import open_engine
from store.tables import Table


def render(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A migration is frozen in time, so it names the database's types, not ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        include_name=is_ours,
        render_item=render,
        render_as_batch=True,  # SQLite changes a table by making it anew
        transactional_ddl=True,
    )
    context.run_migrations()


if context.config.attributes.get("connection") is not None:
    migrate(context.config.attributes["connection"])
else:
    with open_engine(settings().database, poolclass=NullPool).begin() as own:
        migrate(own)
