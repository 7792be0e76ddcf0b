"""The buttons under a build's message: signed against forgery, and valid for one press."""

import hmac
from hashlib import sha256
from typing import Final

from store import secrets
from store.states import Decision
from tasks.notifications.bot_api import Button
from tasks.notifications.words import WORDS

_SECRET: Final = "telegram-buttons"
_DECISIONS: Final = {"a": Decision.APPROVED, "r": Decision.REJECTED}
_SIGNATURE_LENGTH: Final = 24  # of 64 bytes that Telegram gives a button, a build's id takes 32


def of_build(build_id: str, language: str) -> list[Button]:
    """Approve and reject buttons for all shots of the build that wait for a decision."""
    words = WORDS[language]
    return [
        Button(str(words["approve"]), _data("a", build_id)),
        Button(str(words["reject"]), _data("r", build_id)),
    ]


def read(data: str) -> tuple[Decision, str] | None:
    """The decision and its build; None if the signature is wrong."""
    letter, _, rest = data.partition(":")
    build_id, _, signature = rest.partition(":")
    decision = _DECISIONS.get(letter)
    if decision is None or not hmac.compare_digest(_signature(letter, build_id).encode(), signature.encode()):
        return None
    return decision, build_id


def _data(letter: str, build_id: str) -> str:
    return f"{letter}:{build_id}:{_signature(letter, build_id)}"


def _signature(letter: str, build_id: str) -> str:
    told = f"{letter}:{build_id}".encode()
    return hmac.new(secrets.shared(_SECRET), told, sha256).hexdigest()[:_SIGNATURE_LENGTH]
