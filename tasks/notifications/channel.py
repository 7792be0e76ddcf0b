"""What a notification channel is. Each module in `channels/` has one or more, and nothing else has to name it."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from store.tables import Build, Notification

SEND_TASK: Final = "tasks.notifications.send_notification"

Send = Callable[[], None]


class Happened(StrEnum):
    """What a channel may report."""

    COMPARISON_JUDGED = "comparison_judged"
    COMPARISON_FAILED = "comparison_failed"
    BUILD_OPENED = "build_opened"
    BUILD_CONCLUDED = "build_concluded"
    BUILD_REVIEWED = "build_reviewed"


@dataclass(frozen=True, slots=True)
class Event:
    """`build` or `comparison_id` is its subject; `passed`: with a verdict that is green."""

    happened: Happened
    build: Build | None = None
    comparison_id: str | None = None
    passed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(ABC):
    """A place that messages go to.

    `name` is stored in each notification's row. `repeatable`: a message that may have arrived is sent again, since the receiver
    recognises it; otherwise never. `attempts`: how often a message is tried; 9 take about 40 minutes. `shows_state`: a later
    event of the same build replaces its message.
    """

    name: str
    task_name: str = SEND_TASK
    repeatable: bool = True
    attempts: int = 9
    shows_state: bool = False

    @abstractmethod
    def is_on(self) -> bool:
        """Whether the settings switch it on."""

    @abstractmethod
    def wants(self, session: Session, event: Event) -> bool:
        """Whether it reports this event. Only asked if it is on."""

    @abstractmethod
    def prepared(self, notification: Notification) -> Send:
        """The call that sends the message, with everything read and drawn that it needs.

        The call raises exchange.Refused, Unavailable or Uncertain.
        """

    def seconds_apart(self) -> float:
        """The least time between two messages."""
        return 0.0
