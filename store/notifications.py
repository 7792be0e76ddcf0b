"""Notifications, one for each comparison or build and channel: who sends it, whether it was sent, when to try again.

A sender claims a row, prepares the message, calls `mark_sending`, sends, and marks the outcome; every step after the
claim checks its token. If the sender dies before `mark_sending`, another one sends the message once the claim has lapsed; if
it dies later, the message may have arrived and becomes `unknown`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from store.errors import NotificationNotFound
from store.session import insert_if_new
from store.states import NotificationState
from store.tables import Notification, RateSlot, new_id


def ensure(
    session: Session,
    channel: str,
    now: datetime,
    seconds_apart: float = 0.0,
    *,
    comparison_id: str | None = None,
    build_id: str | None = None,
) -> Notification:
    """The notification about that comparison or build on that channel, due at once, or so long after the one before it; the same
    row however often it is called."""
    values = {"comparison_id": comparison_id, "build_id": build_id, "channel": channel}
    made = insert_if_new(session, Notification, id=new_id(), next_attempt_at=now, **values)
    row = session.scalars(select(Notification).filter_by(**values)).one()
    if made and seconds_apart:
        row.next_attempt_at = _next_slot(session, channel, seconds_apart, now)
    return row


def again(session: Session, build_id: str, channel: str, now: datetime) -> Notification:
    """For a channel that shows how the build stands: to be sent now, even if it was sent before. A process that is sending what
    it was before loses the row."""
    row = ensure(session, channel, now, build_id=build_id)
    row.state, row.attempt, row.next_attempt_at, row.error = NotificationState.PENDING, 0, now, None
    row.claim_token = row.lease_until = None
    session.flush()
    return row


def hold_back(session: Session, channel: str, until: datetime) -> None:
    """Nothing goes to that channel before that moment: it has said so."""
    session.execute(update(RateSlot).where(RateSlot.channel == channel, RateSlot.free_at < until).values(free_at=until))
    waiting = (
        (Notification.channel == channel)
        & (Notification.state == NotificationState.PENDING)
        & Notification.claim_token.is_(None)
    )
    earlier = waiting & (Notification.next_attempt_at < until)
    session.execute(update(Notification).where(earlier).values(next_attempt_at=until))


def get(session: Session, notification_id: str) -> Notification:
    """Raises NotificationNotFound."""
    row = session.get(Notification, notification_id)
    if row is None:
        raise NotificationNotFound(notification_id)
    return row


def of_comparison(session: Session, comparison_id: str) -> Sequence[Notification]:
    """Every notification of a comparison."""
    return session.scalars(select(Notification).where(Notification.comparison_id == comparison_id)).all()


def of_build(session: Session, build_id: str) -> Sequence[Notification]:
    """Every notification of a build."""
    return session.scalars(select(Notification).where(Notification.build_id == build_id)).all()


def due(session: Session, now: datetime, limit: int = 100) -> Sequence[str]:
    """Ids of unclaimed notifications that are due, the longest waiting first."""
    rows = select(Notification.id).where(_free(now)).order_by(Notification.next_attempt_at).limit(limit)
    return session.scalars(rows).all()


def claim(session: Session, notification_id: str, token: str, lease_seconds: float, now: datetime) -> bool:
    """Takes it for `lease_seconds` and counts an attempt; False if it is gone, done, not due or held by another."""
    taken = {
        "claim_token": token,
        "lease_until": now + timedelta(seconds=lease_seconds),
        "attempt": Notification.attempt + 1,
    }
    return _changed(session, (Notification.id == notification_id) & _free(now), **taken)


def mark_sending(session: Session, notification_id: str, token: str, lease_seconds: float, now: datetime) -> bool:
    """Call this right before sending: from then on no other process sends it, and after `lease_seconds` it counts as lost.
    False: the claim was lost, do not send."""
    until = now + timedelta(seconds=lease_seconds)
    return _changed(
        session,
        _held(notification_id, token, NotificationState.PENDING),
        state=NotificationState.SENDING,
        lease_until=until,
    )


def mark_sent(session: Session, notification_id: str, token: str, now: datetime) -> bool:
    return _changed(
        session, _held(notification_id, token), state=NotificationState.SENT, sent_at=now, error=None, **_RELEASED
    )


def mark_failed(session: Session, notification_id: str, token: str, error: str) -> bool:
    """It will not be tried again."""
    return _changed(session, _held(notification_id, token), state=NotificationState.FAILED, error=error, **_RELEASED)


def mark_unknown(session: Session, notification_id: str, token: str, error: str) -> bool:
    """It may have arrived, so it is not sent again."""
    return _changed(session, _held(notification_id, token), state=NotificationState.UNKNOWN, error=error, **_RELEASED)


def postpone(session: Session, notification_id: str, token: str, next_attempt_at: datetime, error: str) -> bool:
    """It did not arrive for certain: to be tried again, not before that time."""
    again = {"state": NotificationState.PENDING, "next_attempt_at": next_attempt_at, "error": error}
    return _changed(session, _held(notification_id, token), **again, **_RELEASED)


def end_lost(session: Session, now: datetime, repeatable: Sequence[str] = ()) -> int:
    """Ends those whose sender died during its call, and says how many they were; on `repeatable` channels they are sent
    again."""
    lost = (Notification.state == NotificationState.SENDING) & (Notification.lease_until < now)
    reason = "The sender stopped during the call: the message may have arrived."
    session.execute(
        update(Notification)
        .where(lost & Notification.channel.in_(repeatable))
        .values(state=NotificationState.PENDING, error=reason, **_RELEASED)
    )
    ended = update(Notification).where(lost).values(state=NotificationState.UNKNOWN, error=reason, **_RELEASED)
    return len(session.scalars(ended.returning(Notification.id)).all())


def _next_slot(session: Session, channel: str, seconds_apart: float, now: datetime) -> datetime:
    """Takes the channel's next free time slot; slots are `seconds_apart`."""
    insert_if_new(session, RateSlot, channel=channel, free_at=now)
    row = session.get_one(RateSlot, channel, with_for_update=True, populate_existing=True)
    slot = max(now, row.free_at)
    row.free_at = slot + timedelta(seconds=seconds_apart)
    session.flush()
    return slot


_RELEASED: dict[str, Any] = {"claim_token": None, "lease_until": None}


def _free(now: datetime) -> Any:
    unclaimed = or_(Notification.lease_until.is_(None), Notification.lease_until < now)
    return (Notification.state == NotificationState.PENDING) & (Notification.next_attempt_at <= now) & unclaimed


def _held(notification_id: str, token: str, *states: NotificationState) -> Any:
    of_ours = (Notification.id == notification_id) & (Notification.claim_token == token)
    return of_ours & Notification.state.in_(states or (NotificationState.PENDING, NotificationState.SENDING))


def _changed(session: Session, which: Any, **values: Any) -> bool:
    return session.scalar(update(Notification).where(which).values(**values).returning(Notification.id)) is not None
