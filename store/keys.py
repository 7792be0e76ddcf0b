"""API keys. A key is shown once, when it is made; its hash is what is kept."""

from collections.abc import Sequence
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.errors import DuplicateKeyName, KeyNotFound
from store.session import insert_if_new
from store.tables import ApiKey, new_id, now


def make(session: Session, name: str) -> str:
    """A new key's text, which cannot be had again. Raises DuplicateKeyName."""
    key = "etalon_" + token_urlsafe(32)
    if not insert_if_new(session, ApiKey, id=new_id(), name=name, sha256=_hash(key)):
        raise DuplicateKeyName(name)
    return key


def revoke(session: Session, name: str) -> None:
    """Ends the key of that name; its row stays, so that the list tells when. Raises KeyNotFound."""
    key = session.scalars(select(ApiKey).where(ApiKey.name == name, ApiKey.revoked_at.is_(None))).one_or_none()
    if key is None:
        raise KeyNotFound(name)
    key.revoked_at = now()


def list_all(session: Session) -> Sequence[ApiKey]:
    """Every key ever made, the oldest first."""
    return session.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.id)).all()


def any_active(session: Session) -> bool:
    """Is there a key? While there is none the service is open."""
    return session.scalars(select(ApiKey.id).where(ApiKey.revoked_at.is_(None)).limit(1)).first() is not None


def find(session: Session, key: str) -> ApiKey | None:
    """The active key with that text. What is looked up is a hash, so the time it takes tells nothing about the text."""
    row = session.scalars(select(ApiKey).where(ApiKey.sha256 == _hash(key), ApiKey.revoked_at.is_(None))).one_or_none()
    return row if row and compare_digest(row.sha256, _hash(key)) else None


def _hash(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
