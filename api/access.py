"""Who sends a request, and what its key allows: scopes and projects."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from api.errors import KeyRefused, ProjectRefused, ScopeMissing, StoreAway
from config import settings
from store import keys
from store.errors import DATABASE_AWAY
from store.keys import Scope
from store.projects import DEFAULT
from store.session import read
from store.visibility import Projects

ARTIFACTS = "/api/v1/artifacts/"


@dataclass(frozen=True, slots=True)
class Caller:
    """`name` is the key's, or None. `projects` are names; None means all. `linked`: no key, but a picture's signed
    link. The route of pictures checks the link (artifacts.py); before that it allows nothing."""

    name: str | None = None
    key_id: str = ""
    scopes: frozenset[Scope] = frozenset(Scope)
    projects: frozenset[str] | None = None
    linked: bool = False

    def project(self, asked: str) -> str:
        """The project for an upload. Without `wanted`: the key's only project. Raises ProjectRefused."""
        if self.projects is None or asked in self.projects:
            return asked or DEFAULT
        if not asked and len(self.projects) == 1:
            return next(iter(self.projects))
        allowed = ", ".join(sorted(self.projects))
        raise ProjectRefused(f"Its projects: {allowed}; the requested one: {asked or DEFAULT}.")


OPEN_TO_ALL = Caller()
LINK_HOLDER = Caller(scopes=frozenset({Scope.READ}), projects=frozenset(), linked=True)


def identify(path: str, query: bytes, headers: Headers) -> Caller:
    """Reads the database, so it blocks. Raises KeyRefused, StoreAway."""
    key = _key(headers)
    try:
        with read() as session:
            if not keys.is_closed(session):
                return OPEN_TO_ALL
            grant = keys.find(session, key) if key else None
    except DATABASE_AWAY as error:
        raise StoreAway from error
    if grant:
        return Caller(grant.name, grant.key_id, grant.scopes, grant.projects)
    if not key and _is_picture(path) and b"signature=" in query:
        return LINK_HOLDER
    raise KeyRefused


def _is_picture(path: str) -> bool:
    return path.startswith(ARTIFACTS) or (settings().vrt_compat and path.endswith(".png"))


def keys_in_use() -> bool:
    """Raises StoreAway."""
    try:
        with read() as session:
            return keys.is_closed(session)
    except DATABASE_AWAY as error:
        raise StoreAway from error


def needs(scope: Scope) -> Any:
    """A dependency that requires a scope of the caller's key. Every route under /api has one."""
    return Security(_allow, scopes=[scope.value])


def caller_of(request: Request) -> Caller:
    """The caller, as api/middleware.py identified it."""
    found: Caller = request.state.caller
    return found


async def caller(request: Request) -> Caller:
    """The same as a dependency, which needs no thread."""
    return caller_of(request)


async def check_seen(see: Callable[[Session, str, Projects], None], row_id: str, of: Caller) -> str:
    """The id, if it belongs to the caller's projects. Raises NotFound, as `see` does."""
    if of.projects is not None:
        await run_in_threadpool(_look, see, row_id, of.projects)
    return row_id


def _look(see: Callable[[Session, str, Projects], None], row_id: str, projects: Projects) -> None:
    with read() as session:
        see(session, row_id, projects)


def _key(headers: Headers) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    of_agent = headers.get("apikey", "") if settings().vrt_compat else ""
    return headers.get("x-api-key", "") or (token.strip() if scheme.lower() == "bearer" else "") or of_agent


# What /docs shows under "Authorize". api/middleware.py reads the headers itself, before it reads a body.
_HEADER = APIKeyHeader(name="X-API-Key", auto_error=False, description="Not needed while no key was ever made.")
_BEARER = HTTPBearer(auto_error=False, description="The same key, for clients that know only this header.")


async def _allow(
    request: Request,
    needed: SecurityScopes,
    _header: Annotated[str | None, Security(_HEADER)],
    _bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
) -> None:
    of = caller_of(request)
    missing = [word for word in needed.scopes if Scope(word) not in of.scopes]
    if missing:
        raise ScopeMissing(f"It needs the scope {missing[0]}; the key has {', '.join(sorted(of.scopes))}.")
