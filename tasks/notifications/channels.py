"""Where messages go. A notification's row names its channel, and the channel decides who sends it and how often."""

from dataclasses import dataclass
from typing import Final, Protocol

from sqlalchemy.orm import Session

from config import settings
from store import projects
from store.tables import Build

# What Telegram lets one chat have (core.telegram.org/bots/faq): a message a second, in a group twenty a minute.
_SECONDS_APART, _SECONDS_APART_IN_GROUPS = 1.0, 3.0


class Channel(Protocol):
    """`repeatable`: a message that may have arrived is sent again, since the other side knows it by its id; otherwise never.
    `attempts`: how often it is tried."""

    @property
    def name(self) -> str: ...
    @property
    def task_name(self) -> str: ...
    @property
    def repeatable(self) -> bool: ...
    @property
    def attempts(self) -> int: ...

    def is_on(self) -> bool: ...
    def seconds_apart(self) -> float: ...


@dataclass(frozen=True, slots=True)
class _Telegram:
    name: str = "telegram"
    task_name: str = "tasks.notifications.send_tg_notification"
    repeatable: bool = False
    attempts: int = 4

    def is_on(self) -> bool:
        return settings().telegram_enabled

    def seconds_apart(self) -> float:
        """Between two messages to the settings' chat. (A group's id is negative, a channel's name begins with @.)"""
        return _SECONDS_APART_IN_GROUPS if settings().telegram_chat_id.startswith(("-", "@")) else _SECONDS_APART


@dataclass(frozen=True, slots=True)
class _Webhook:
    name: str = "webhook"
    task_name: str = "tasks.notifications.send_notification"
    repeatable: bool = True
    attempts: int = 9  # over about 40 minutes

    def is_on(self) -> bool:
        return bool(settings().webhook_url)

    def seconds_apart(self) -> float:
        return 0.0


@dataclass(frozen=True, slots=True)
class _CommitStatus:
    """Setting a state again is setting it once."""

    name: str
    task_name: str = "tasks.notifications.send_notification"
    repeatable: bool = True
    attempts: int = 9

    def is_on(self) -> bool:
        return any(one.host == self.name for one in settings().repositories.values())

    def seconds_apart(self) -> float:
        return 0.0


TELEGRAM: Final = _Telegram()
WEBHOOK: Final = _Webhook()
GITLAB: Final = _CommitStatus("gitlab")
GITHUB: Final = _CommitStatus("github")
_ALL: Final[tuple[Channel, ...]] = (TELEGRAM, WEBHOOK, GITLAB, GITHUB)
REPEATABLE: Final = tuple(channel.name for channel in _ALL if channel.repeatable)


def by_name(name: str) -> Channel:
    """Raises KeyError."""
    return {channel.name: channel for channel in _ALL}[name]


def is_known(name: str) -> bool:
    """Whether this version can send it."""
    return any(channel.name == name for channel in _ALL)


def of_commit(session: Session, build: Build) -> Channel | None:
    """The channel that shows the state of the build's commit, if REPOSITORIES names its project."""
    repository = settings().repositories.get(projects.name_of(session, build.project_id))
    return by_name(repository.host) if repository else None
