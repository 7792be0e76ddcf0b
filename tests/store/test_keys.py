import pytest
from sqlalchemy import select

from config import Settings
from store import keys, session, tables
from store.errors import DuplicateKeyName, KeyNotFound


def test_key_is_found_by_its_text_until_it_is_revoked(store: Settings) -> None:
    with session.write() as writing:
        assert not keys.any_active(writing)
        key = keys.make(writing, "ci")
    with session.write() as writing:
        found = keys.find(writing, key)
        assert found and found.name == "ci"
        assert keys.any_active(writing)
        keys.revoke(writing, "ci")
    with session.read() as reading:
        assert keys.find(reading, key) is None
        assert not keys.any_active(reading)
        assert [(row.name, row.revoked_at is None) for row in keys.list_all(reading)] == [("ci", False)]


def test_key_is_long_and_its_text_is_kept_nowhere(store: Settings) -> None:
    with session.write() as writing:
        key = keys.make(writing, "ci")
        row = writing.scalars(select(tables.ApiKey)).one()
    assert key.startswith("etalon_")
    assert len(key) >= 49
    assert key not in {row.id, row.name, row.sha256}
    assert len({row.sha256, key}) == 2


@pytest.mark.parametrize("wrong", ["", "etalon_", "étalon", "\ud800", "x" * 100_000])
def test_wrong_key_is_not_found(store: Settings, wrong: str) -> None:
    with session.write() as writing:
        keys.make(writing, "ci")
        assert keys.find(writing, wrong) is None


def test_name_is_used_once_and_revoked_once(store: Settings) -> None:
    with session.write() as writing:
        keys.make(writing, "ci")
        with pytest.raises(DuplicateKeyName, match="'ci'"):
            keys.make(writing, "ci")
        keys.revoke(writing, "ci")
        with pytest.raises(KeyNotFound, match="'ci'"):
            keys.revoke(writing, "ci")
