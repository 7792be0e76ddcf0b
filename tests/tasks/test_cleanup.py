"""What upkeep does once a day, beside deleting old pictures (tests/store/test_retention.py)."""

from datetime import timedelta

from sqlalchemy import update

from config import Settings
from store import idempotency, session, tables, tasks
from store.idempotency import Once
from tasks import upkeep


def test_idempotency_keys_are_forgotten_when_their_time_is_over(store: Settings) -> None:
    with session.write() as writing:
        for name in ("old", "new"):
            idempotency.claim(writing, Once("", name, "0" * 64), name)
            tasks.add(writing, task_id=name, name="t", subject_id="s", mode="sync")
        age = timedelta(hours=store.idempotency_hours, seconds=1)
        old = update(tables.IdempotencyKey).where(tables.IdempotencyKey.key == "old")
        writing.execute(old.values(created_at=tables.now() - age))
    upkeep._clean_up()
    with session.read() as reading:
        assert reading.get(tables.IdempotencyKey, ("", "old")) is None
        assert reading.get(tables.IdempotencyKey, ("", "new"))
