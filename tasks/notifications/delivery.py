"""Sends one notification: claims its row, writes the message, sends it, and stores the outcome.

A message that may have arrived is never sent again on a channel that could not tell the two apart (Telegram); a webhook and a
commit's state are sent again.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from celery import shared_task
from celery.exceptions import Ignore

from store import clock, notifications
from store.session import write
from store.states import NotificationState
from store.tables import Notification, new_id
from tasks import lifecycle
from tasks.notifications import channels
from tasks.notifications.channel import SEND_TASK, Channel, Send
from tasks.notifications.exchange import Refused, Unavailable, Uncertain
from tasks.notifications.outbox import LONGEST_COUNTDOWN_SECONDS

log = logging.getLogger(__name__)

_PREPARING_SECONDS = 20.0  # drawing ten crops or a large diff; a sender that died meanwhile is followed by another
_SENDING_SECONDS = 120.0  # a few calls of at most a minute
_FLOOR_SECONDS = 5  # between two attempts; doubled each time
_LONGEST_WAIT_SECONDS = 600
_RATE_LIMITED_MOST = 20  # being told to wait is no failure, but it ends some time
_CLOCKS_APART_SECONDS = 0.2  # so that the row is due when the message comes


# The row says when the next attempt is due, and the claim that it is one: a retry's message only makes it prompt. That
# message waits unacknowledged in its worker, which needs tasks/redis_fix.py to outlive a drop of Redis and is never given
# out again by the loop that Celery uses on Windows; upkeep sends what is due whether or not the message survives.
@shared_task(bind=True, name="tasks.notifications.send_tg_notification", max_retries=3, default_retry_delay=5)  # type: ignore[untyped-decorator]
def send_tg_notification(self: Any, notification_id: str) -> None:
    """Sends one message to Telegram, at most once."""
    _deliver(self, notification_id)


@shared_task(bind=True, name=SEND_TASK, max_retries=8, default_retry_delay=5)  # type: ignore[untyped-decorator]
def send_notification(self: Any, notification_id: str) -> None:
    """Sends one message to the channel that its row names."""
    _deliver(self, notification_id)


def _deliver(task: Any, notification_id: str) -> None:
    token = new_id()
    with write() as session:
        if not notifications.claim(session, notification_id, token, _PREPARING_SECONDS, clock.now(session)):
            raise Ignore
        row = notifications.get(session, notification_id)
        session.expunge(row)
    channel = channels.by_name(row.channel)
    send = channel.prepared(row)
    with write() as session:
        if not notifications.mark_sending(session, notification_id, token, _SENDING_SECONDS, clock.now(session)):
            raise Ignore
    outcome = _called(send, channel, row.attempt)
    _settle(row, token, outcome)
    if _worth_a_message(task.request, outcome):
        exc = Unavailable(outcome.error)
        raise task.retry(exc=exc, countdown=max(_FLOOR_SECONDS, outcome.wait_seconds + _CLOCKS_APART_SECONDS))


def _worth_a_message(request: Any, outcome: "_Outcome") -> bool:
    """Eagerly run, a retry would be run at once, whatever its countdown; a long one would hold the worker's only place."""
    return (
        outcome.state == NotificationState.PENDING
        and not request.is_eager
        and outcome.wait_seconds <= LONGEST_COUNTDOWN_SECONDS
    )


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: NotificationState
    error: str = ""
    wait_seconds: float = 0
    told_to_wait: bool = False


def _called(send: Send, channel: Channel, attempt: int) -> _Outcome:
    try:
        send()
    except Refused as error:
        return _Outcome(NotificationState.FAILED, str(error))
    except Uncertain as error:
        return (
            _again(channel, attempt, str(error))
            if channel.repeatable
            else _Outcome(NotificationState.UNKNOWN, str(error))
        )
    except Unavailable as error:
        return _again(channel, attempt, str(error), error.retry_after_seconds)
    return _Outcome(NotificationState.SENT)


def _again(channel: Channel, attempt: int, error: str, told_seconds: float | None = None) -> _Outcome:
    if attempt >= (channel.attempts if told_seconds is None else _RATE_LIMITED_MOST + 1):
        return _Outcome(NotificationState.FAILED, error)
    doubled = min(_LONGEST_WAIT_SECONDS, _FLOOR_SECONDS * 2 ** (attempt - 1))
    wait = doubled if told_seconds is None else told_seconds
    return _Outcome(NotificationState.PENDING, error, max(_FLOOR_SECONDS, wait), told_seconds is not None)


def _settle(row: Notification, token: str, outcome: _Outcome) -> None:
    if outcome.error:
        log.warning("Notification %s (%s): %s", row.id, row.channel, outcome.error)
    # A message that was sent, and whose row could not say so, would read `unknown` for ever.
    lifecycle.insist(lambda: _note(row, token, outcome))


def _note(row: Notification, token: str, outcome: _Outcome) -> None:
    with write() as session:
        match outcome.state:
            case NotificationState.SENT:
                notifications.mark_sent(session, row.id, token, clock.now(session))
            case NotificationState.FAILED:
                notifications.mark_failed(session, row.id, token, outcome.error)
            case NotificationState.UNKNOWN:
                notifications.mark_unknown(session, row.id, token, outcome.error)
            case _:
                again = clock.now(session) + timedelta(seconds=outcome.wait_seconds)
                notifications.postpone(session, row.id, token, again, outcome.error)
                if outcome.told_to_wait:
                    notifications.hold_back(session, row.channel, again)
