from datetime import timedelta

import pytest
from sqlalchemy import select

from config import Settings
from store import keys, session, tables
from store.errors import DuplicateKeyName, KeyNotFound, KeysInUse
from store.keys import Scope


def test_key_is_found_by_its_text_until_it_is_revoked(store: Settings) -> None:
    with session.write() as writing:
        assert not keys.is_closed(writing)
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


def test_the_service_stays_closed_when_its_last_key_is_gone_until_it_is_opened(store: Settings) -> None:
    with session.write() as writing:
        keys.make(writing, "ci")
        with pytest.raises(KeysInUse, match="'ci'"):
            keys.forget_all(writing)
        keys.revoke(writing, "ci")
        assert keys.is_closed(writing)
        keys.forget_all(writing)
        assert not keys.is_closed(writing)


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        (Scope.READ, {Scope.READ}),
        (Scope.UPLOAD, {Scope.READ, Scope.UPLOAD}),
        (Scope.APPROVE, {Scope.READ, Scope.APPROVE}),
        (Scope.ADMIN, {Scope.READ, Scope.UPLOAD, Scope.APPROVE, Scope.ADMIN}),
    ],
)
def test_a_scope_includes_what_it_cannot_do_without(store: Settings, scope: Scope, allowed: set[Scope]) -> None:
    with session.write() as writing:
        found = keys.find(writing, keys.make(writing, "ci", [scope]))
    assert found and found.scopes == allowed


def test_a_key_is_of_the_projects_it_was_made_for_or_of_all(store: Settings) -> None:
    with session.write() as writing:
        bound = keys.find(writing, keys.make(writing, "bound", [Scope.UPLOAD], ["web", "shop"]))
        free = keys.find(writing, keys.make(writing, "free"))
    assert bound and bound.projects == {"web", "shop"}
    assert free and free.projects is None


def test_a_key_ends_when_its_time_is_over(store: Settings) -> None:
    with session.write() as writing:
        soon = keys.make(writing, "soon", expires_at=tables.now() + timedelta(minutes=1))
        over = keys.make(writing, "over", expires_at=tables.now() - timedelta(seconds=1))
        assert keys.find(writing, soon)
        assert keys.find(writing, over) is None
        keys.revoke(writing, "soon")
        assert not keys.any_active(writing)


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
