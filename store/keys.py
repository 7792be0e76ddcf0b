"""API keys: scopes, projects, expiry. A key is shown once, when it is made; only its hash is stored."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from store import clock
from store.clock import database_now
from store.errors import DuplicateKeyName, KeyNotFound, KeysInUse
from store.session import insert_if_new
from store.tables import ApiKey, new_id


class Scope(StrEnum):
    READ = "read"
    UPLOAD = "upload"
    APPROVE = "approve"
    ADMIN = "admin"


# An uploader polls the result and an approver looks at it, so both may read.
INCLUDED = {
    Scope.READ: {Scope.READ},
    Scope.UPLOAD: {Scope.READ, Scope.UPLOAD},
    Scope.APPROVE: {Scope.READ, Scope.APPROVE},
    Scope.ADMIN: set(Scope),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What an active key allows: its scopes and those they include, in these projects (names; None means all)."""

    key_id: str
    name: str
    scopes: frozenset[Scope]
    projects: frozenset[str] | None


def make(
    session: Session,
    name: str,
    scopes: Collection[Scope] = (Scope.ADMIN,),
    projects: Collection[str] = (),
    expires_at: datetime | None = None,
) -> str:
    """Returns a new key's text, which is not stored. Without projects it is valid for all. Raises DuplicateKeyName."""
    key = "etalon_" + token_urlsafe(32)
    granted = {"scopes": " ".join(sorted(set(scopes))), "projects": sorted(set(projects)) or None}
    if not insert_if_new(session, ApiKey, id=new_id(), name=name, sha256=_hash(key), expires_at=expires_at, **granted):
        raise DuplicateKeyName(name)
    return key


def revoke(session: Session, name: str) -> None:
    """Revokes the key of that name; its row stays for the list. Raises KeyNotFound."""
    key = session.scalars(select(ApiKey).where(ApiKey.name == name, ApiKey.revoked_at.is_(None))).one_or_none()
    if key is None:
        raise KeyNotFound(name)
    key.revoked_at = clock.now(session)


def forget_all(session: Session) -> None:
    """Opens the service again, as if no key had ever been made. Raises KeysInUse while one is active."""
    active = session.scalars(select(ApiKey.name).where(_is_active()).limit(1)).first()
    if active is not None:
        raise KeysInUse(active)
    session.execute(delete(ApiKey))


def list_all(session: Session) -> Sequence[ApiKey]:
    """Every key ever made, the oldest first."""
    return session.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.id)).all()


def is_closed(session: Session) -> bool:
    """Whether a key was ever made. From then on the service requires one, even if all are revoked or expired."""
    return session.scalars(select(ApiKey.id).limit(1)).first() is not None


def any_active(session: Session) -> bool:
    """Whether there is a usable key."""
    return session.scalars(select(ApiKey.id).where(_is_active()).limit(1)).first() is not None


def find(session: Session, key: str) -> Grant | None:
    """What the key with that text allows; None if there is no such active key. The lookup is by hash, so its time
    reveals nothing about the text."""
    row = session.scalars(select(ApiKey).where(ApiKey.sha256 == _hash(key), _is_active())).one_or_none()
    return _grant(row) if row and compare_digest(row.sha256, _hash(key)) else None


def find_by_id(session: Session, key_id: str) -> Grant | None:
    """What that key allows now: for a session that was opened with it. None if it is no longer active."""
    row = session.scalars(select(ApiKey).where(ApiKey.id == key_id, _is_active())).one_or_none()
    return _grant(row) if row else None


def find_by_name(session: Session, name: str) -> Grant | None:
    """What the active key of that name allows: for a person whom the settings bind to it."""
    row = session.scalars(select(ApiKey).where(ApiKey.name == name, _is_active())).one_or_none()
    return _grant(row) if row else None


def _grant(row: ApiKey) -> Grant:
    scopes = frozenset[Scope]().union(*(INCLUDED[Scope(word)] for word in row.scopes.split()))
    return Grant(row.id, row.name, scopes, None if row.projects is None else frozenset(row.projects))


def _is_active() -> ColumnElement[bool]:
    return and_(ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > database_now()))


def _hash(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
