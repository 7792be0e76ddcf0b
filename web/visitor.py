"""Who looks at a page: the session in a signed cookie, what its key allows, the language, the CSRF token of forms."""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import compare_digest, token_urlsafe
from typing import Annotated, Any

from fastapi import Depends, Form, Request, Response
from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from config import settings
from store import keys, secrets
from store.keys import Scope
from store.session import read
from store.tables import now
from store.visibility import Projects
from vision.words import LANGUAGES, Language
from web.errors import NotAllowed, SignInFirst, StaleForm

COOKIE = "etalon_session"
LANGUAGE_COOKIE = "etalon_language"
_SECRET = "web-sessions"


@dataclass(frozen=True, slots=True)
class Visitor:
    """`name` is the key's, None in an open service. `projects` are names, None is every one. `seal` is the session's cookie,
    `csrf` the token that every form of this session carries. `fresh`: the cookie has to be set."""

    language: Language
    seal: str
    csrf: str
    fresh: bool
    signed_in: bool
    closed: bool
    name: str | None = None
    key_id: str = ""
    scopes: frozenset[Scope] = frozenset()
    projects: frozenset[str] | None = None

    def may(self, scope: Scope | str) -> bool:
        return Scope(scope) in self.scopes


def visitor(request: Request) -> Visitor:
    """The visitor, signed in or not. Blocks for a database query."""
    session_id, key_id, fresh = _unsealed(request.cookies.get(COOKIE, ""))
    with read() as session:
        closed = keys.is_closed(session)
        grant = keys.find_by_id(session, key_id) if closed and key_id else None
    about: dict[str, Any] = {
        "language": _language(request),
        "seal": _sealed(session_id, key_id),
        "csrf": _word(session_id),
        "fresh": fresh,
        "closed": closed,
    }
    if grant:
        of_key: dict[str, Any] = {"key_id": grant.key_id, "scopes": grant.scopes, "projects": grant.projects}
        return Visitor(**about, **of_key, name=grant.name, signed_in=True)
    return Visitor(**about, signed_in=not closed, scopes=frozenset() if closed else frozenset(Scope))


def opened(key_id: str) -> str:
    """The cookie of a new session with that key: a session's id never outlives a sign-in."""
    return _sealed(token_urlsafe(16), key_id)


def set_cookie(response: Response, request: Request, name: str, value: str, seconds: int) -> None:
    """For these pages only, out of reach of scripts, and not sent along by forms of other sites."""
    secure = request.url.scheme == "https" or settings().public_url.startswith("https://")
    path = request.scope.get("root_path") or "/"
    response.set_cookie(name, value, max_age=seconds, path=path, secure=secure, httponly=True, samesite="lax")


def session_seconds() -> int:
    return round(settings().session_hours * 3600)


Anyone = Annotated[Visitor, Depends(visitor)]


def may(scope: Scope) -> Any:
    """The dependency of a page that needs this scope. Gives the visitor."""
    return Depends(_allowed(scope))


def posted(scope: Scope) -> Any:
    """The same for a form: it must also carry the session's CSRF token, as field `csrf` or header X-CSRF-Token."""
    return Depends(_guarded(scope))


async def see(look: Callable[[Session, str, Projects], None], row_id: str, of: Visitor) -> None:
    """Raises what `look` does where the row is of none of the visitor's projects: that there is no such thing."""
    await run_in_threadpool(look_now, look, row_id, of)


def look_now(look: Callable[[Session, str, Projects], None], row_id: str, of: Visitor) -> None:
    with read() as session:
        look(session, row_id, of.projects)


def check_word(of: Visitor, sent: str) -> None:
    """Raises StaleForm if a form does not carry the session's CSRF token."""
    if not compare_digest(sent.encode(), of.csrf.encode()):
        raise StaleForm


def _allowed(scope: Scope) -> Any:
    def check(request: Request, of: Anyone) -> Visitor:
        if not of.signed_in:
            raise SignInFirst
        if not of.may(scope):
            raise NotAllowed(scope)
        request.state.visitor = of
        return of

    return check


def _guarded(scope: Scope) -> Any:
    def check(
        request: Request, of: Annotated[Visitor, may(scope)], csrf: Annotated[str, Form(max_length=200)] = ""
    ) -> Visitor:
        check_word(of, csrf or request.headers.get("x-csrf-token", ""))
        return of

    return check


def _sealed(session_id: str, key_id: str) -> str:
    return str(_sealer().dumps([session_id, key_id]))


def _unsealed(cookie: str) -> tuple[str, str, bool]:
    """(session id, key id, whether the cookie has to be set). An unknown or expired cookie is a new session; one in
    the second half of its life is set anew, so that active visitors stay signed in."""
    try:
        (session_id, key_id), made_at = _sealer().loads(cookie, max_age=session_seconds(), return_timestamp=True)
    except (BadSignature, ValueError, TypeError):
        return token_urlsafe(16), "", True
    return session_id, key_id, (now() - made_at).total_seconds() > session_seconds() / 2


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secrets.shared(_SECRET), salt="session")


def _word(session_id: str) -> str:
    return str(URLSafeSerializer(secrets.shared(_SECRET), salt="csrf").dumps(session_id)).rpartition(".")[2]


def _language(request: Request) -> Language:
    """The one that was switched to, else what the browser likes best of those there are, else English."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return "ru" if chosen == "ru" else "en"
    weights = dict(_weight(part) for part in reversed(request.headers.get("accept-language", "").split(",")))
    return "ru" if weights.get("ru", 0.0) > weights.get("en", 0.0) else "en"


def _weight(part: str) -> tuple[str, float]:
    tag, _, quality = part.replace(" ", "").partition(";q=")
    try:
        return tag.split("-")[0].lower(), float(quality or 1)
    except ValueError:
        return tag, 0.0


# Permissions that pages need: view, upload, approve.
Reader = Annotated[Visitor, may(Scope.READ)]
Uploader = Annotated[Visitor, posted(Scope.UPLOAD)]
Approver = Annotated[Visitor, posted(Scope.APPROVE)]
