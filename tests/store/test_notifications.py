from datetime import timedelta

import pytest

from config import Settings
from store import notifications, session, tables
from store.errors import NotificationNotFound
from tests.store import made

NOW = tables.now()
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def waiting(store: Settings) -> str:
    with session.write() as writing:
        return notifications.ensure(writing, "telegram", NOW, comparison_id=made.a_comparison(writing).id).id


def state_of(notification_id: str) -> tuple[str, int]:
    with session.read() as reading:
        row = notifications.get(reading, notification_id)
        return row.state, row.attempt


def test_comparison_has_one_notification_on_a_channel(store: Settings) -> None:
    with session.write() as writing:
        comparison_id = made.a_comparison(writing).id
        first = notifications.ensure(writing, "telegram", NOW, comparison_id=comparison_id)
        again = notifications.ensure(writing, "telegram", LATER, comparison_id=comparison_id)
        notifications.ensure(writing, "mail", NOW, comparison_id=comparison_id)
        assert first.id == again.id
        assert len(notifications.of_comparison(writing, comparison_id)) == 2


def test_one_of_two_senders_gets_it(waiting: str) -> None:
    with session.write() as writing:
        assert notifications.due(writing, NOW) == [waiting]
        assert notifications.claim(writing, waiting, "one", 60, NOW)
        assert not notifications.claim(writing, waiting, "two", 60, NOW)
        assert notifications.due(writing, NOW) == []
        assert not notifications.mark_sent(writing, waiting, "two", NOW)
        assert notifications.mark_sending(writing, waiting, "one", 60, NOW)
        assert notifications.mark_sent(writing, waiting, "one", NOW)
    assert state_of(waiting) == ("sent", 1)


@pytest.mark.parametrize("state", ["sent", "failed", "unknown"])
def test_ended_notification_is_never_sent_again(waiting: str, state: str) -> None:
    with session.write() as writing:
        notifications.claim(writing, waiting, "one", 60, NOW)
        notifications.mark_sending(writing, waiting, "one", 60, NOW)
        if state == "sent":
            notifications.mark_sent(writing, waiting, "one", NOW)
        else:
            mark = {"failed": notifications.mark_failed, "unknown": notifications.mark_unknown}[state]
            assert mark(writing, waiting, "one", "a reason")
        assert notifications.due(writing, LATER) == []
        assert not notifications.claim(writing, waiting, "two", 60, LATER)
    assert state_of(waiting) == (state, 1)


def test_postponed_notification_waits_for_its_time(waiting: str) -> None:
    with session.write() as writing:
        notifications.claim(writing, waiting, "one", 60, NOW)
        notifications.mark_sending(writing, waiting, "one", 60, NOW)
        assert notifications.postpone(writing, waiting, "one", LATER, "429")
        assert notifications.due(writing, NOW) == []
        assert not notifications.claim(writing, waiting, "two", 60, NOW)
        assert notifications.claim(writing, waiting, "two", 60, LATER)
    assert state_of(waiting) == ("pending", 2)


def test_sender_that_died_before_its_call_is_followed_by_another(waiting: str) -> None:
    with session.write() as writing:
        notifications.claim(writing, waiting, "dead", 60, NOW)
        assert notifications.end_lost(writing, LATER) == 0
        assert notifications.claim(writing, waiting, "next", 60, LATER)
        assert not notifications.mark_sending(writing, waiting, "dead", 60, NOW), "it woke up too late to call"
    assert state_of(waiting) == ("pending", 2)


def test_call_has_a_lease_of_its_own_however_short_that_of_the_preparation_was(waiting: str) -> None:
    with session.write() as writing:
        assert notifications.claim(writing, waiting, "one", 20, NOW)
        assert notifications.mark_sending(writing, waiting, "one", 600, NOW)
        assert notifications.end_lost(writing, LATER) == 0
        assert notifications.end_lost(writing, NOW + timedelta(seconds=601)) == 1


def test_sender_that_died_during_its_call_is_not_followed(waiting: str) -> None:
    with session.write() as writing:
        notifications.claim(writing, waiting, "dead", 60, NOW)
        notifications.mark_sending(writing, waiting, "dead", 60, NOW)
        assert notifications.end_lost(writing, NOW) == 0
        assert notifications.end_lost(writing, LATER) == 1
        assert not notifications.claim(writing, waiting, "next", 60, LATER)
    assert state_of(waiting) == ("unknown", 1)


def test_notification_of_a_comparison_taken_back_is_gone(store: Settings) -> None:
    from store import comparisons

    with session.write() as writing:
        comparison_id = made.a_comparison(writing).id
        notification_id = notifications.ensure(writing, "telegram", NOW, comparison_id=comparison_id).id
    with session.write() as writing:
        comparisons.remove(writing, comparison_id)
    with session.write() as writing:
        assert not notifications.claim(writing, notification_id, "one", 60, NOW)
        with pytest.raises(NotificationNotFound):
            notifications.get(writing, notification_id)


def test_messages_to_one_channel_come_as_far_apart_as_it_takes_them(store: Settings) -> None:
    with session.write() as writing:
        made_of = [made.a_comparison(writing).id for _ in range(4)]
        rows = [notifications.ensure(writing, "telegram", NOW, 3, comparison_id=one) for one in made_of[:3]]
        assert [(row.next_attempt_at - NOW).total_seconds() for row in rows] == [0, 3, 6]
        assert notifications.ensure(writing, "telegram", LATER, 3, comparison_id=made_of[0]).next_attempt_at == NOW
        assert notifications.ensure(writing, "telegram", LATER, 3, comparison_id=made_of[3]).next_attempt_at == LATER


def test_a_channel_that_asks_for_a_pause_gets_it_from_every_message(store: Settings) -> None:
    pause = NOW + timedelta(seconds=4)
    with session.write() as writing:
        made_of = [made.a_comparison(writing).id for _ in range(4)]
        rows = [notifications.ensure(writing, "telegram", NOW, 3, comparison_id=one) for one in made_of[:3]]
        notifications.claim(writing, rows[0].id, "one", 60, NOW)
        notifications.hold_back(writing, "telegram", pause)
        for row in rows:
            writing.refresh(row)
        assert [(row.next_attempt_at - NOW).total_seconds() for row in rows] == [0, 4, 6]
        assert notifications.ensure(
            writing, "telegram", NOW, 3, comparison_id=made_of[3]
        ).next_attempt_at == NOW + timedelta(seconds=9)
