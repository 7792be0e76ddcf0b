"""Lists in pages, newest first; the cursor is the last row's (created_at, id), opaque to the outside."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import Session

from store.errors import BadCursor

Row = TypeVar("Row")

_ID = re.compile(r"[A-Za-z0-9-]{1,36}")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list; `next_cursor` asks for those after them, None if there are none."""

    items: list[Row]
    next_cursor: str | None


def page(session: Session, rows: Select[Row], table: Any, cursor: str | None, limit: int) -> Page[Row]:
    """At most `limit` of `rows`, which are of `table` (it has `created_at` and `id`). Raises BadCursor."""
    if cursor is not None:
        rows = rows.where(_after(table, cursor))
    found = list(session.scalars(rows.order_by(table.created_at.desc(), table.id.desc()).limit(limit + 1)))
    return Page(found[:limit], _cursor(found[limit - 1]) if len(found) > limit else None)


def _after(table: Any, cursor: str) -> ColumnElement[bool]:
    created_at, row_id = _read(cursor)
    return or_(table.created_at < created_at, and_(table.created_at == created_at, table.id < row_id))


def _cursor(row: Any) -> str:
    return urlsafe_b64encode(json.dumps([row.created_at.isoformat(), row.id]).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, str]:
    try:
        created_at, row_id = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment = datetime.fromisoformat(created_at)
        if moment.tzinfo is None or not _ID.fullmatch(row_id):
            raise ValueError
        moment = moment.astimezone(UTC)  # a year 1 or 9999 may leave the calendar
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise BadCursor(cursor) from None
    return moment, row_id
