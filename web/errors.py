"""Errors of pages, each with its HTTP status and the key of its sentence in `web/words.py`."""

from http import HTTPStatus
from typing import ClassVar

from store.keys import Scope


class PageRefused(Exception):
    """The page is refused."""

    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY
    word: ClassVar[str] = "refused"

    def __init__(self, **values: object) -> None:
        super().__init__(values)
        self.values = values


class SignInFirst(PageRefused):
    """There is no session, or it has ended."""

    status = HTTPStatus.UNAUTHORIZED
    word = "session_ended"


class NotAllowed(PageRefused):
    """The session's key lacks a scope."""

    status = HTTPStatus.FORBIDDEN
    word = "not_allowed"

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope.value)


class StaleForm(PageRefused):
    """The form does not carry the session's CSRF token: the page is from another session, or from another site."""

    status = HTTPStatus.FORBIDDEN
    word = "stale_form"


class Nothing(PageRefused):
    """There is nothing at this address that the visitor sees."""

    status = HTTPStatus.NOT_FOUND
    word = "nothing_here"


class WrongKey(PageRefused):
    """No active key has this text."""

    status = HTTPStatus.UNAUTHORIZED
    word = "wrong_key"


class WrongUpload(PageRefused):
    """The upload does not fit the form."""

    word = "wrong_upload"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence=sentence)
