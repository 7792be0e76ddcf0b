"""A Telegram that is down, slow, silent or tired; the comparison itself never notices."""

import time

import pytest
from sqlalchemy import select

from harness.telegram import Answer, rate_limited
from harness.waiting import wait_until
from store import tables
from store.session import read
from tests.faults.conftest import SOLO, Service

pytestmark = pytest.mark.slow

DOWN = Answer(502, b"bad gateway")


def states() -> list[str]:
    with read() as session:
        return sorted(session.scalars(select(tables.Notification.state)))


def test_a_telegram_that_is_down_is_tried_again_and_told_once(service: Service) -> None:
    service.chat.script = [DOWN, DOWN]
    service.start_worker(*SOLO)
    service.submit()
    service.check()
    assert (service.chat.calls, states()) == (3, ["sent"])


def test_a_telegram_that_takes_its_time_holds_no_comparison_back(service: Service) -> None:
    slow = Answer(deliver=True, slow_seconds=3)
    service.chat.script = [slow, slow]
    service.start_worker(*SOLO)
    tickets = [service.submit() for _ in range(2)]
    service.check()
    assert (service.chat.calls, states()) == (2, ["sent", "sent"])
    assert [service.attempts(ticket) for ticket in tickets] == [1, 1]


def test_a_telegram_that_never_answers_is_not_asked_twice(service: Service) -> None:
    """It has the message; nobody can know. Its row says so, and nothing is sent again."""
    service.chat.script = [Answer(deliver=True, silent_seconds=30)]
    service.start_worker()
    service.submit()
    wait_until(lambda: states() == ["unknown"], 45, lambda: states())
    service.check()
    assert (service.chat.calls, len(service.chat.delivered)) == (1, 1)


def test_a_telegram_that_is_asked_too_often_is_given_the_time_it_wants(service: Service) -> None:
    """By every message: the others do not ask meanwhile."""
    service.chat.script = [rate_limited(8)]
    service.start_worker(*SOLO)
    for _ in range(3):
        service.submit()
    service.check()
    assert (service.chat.calls, states()) == (4, ["sent"] * 3)
    assert service.chat.called_at[1] - service.chat.called_at[0] >= 8


def test_messages_that_nobody_fetches_do_not_pile_up(service: Service) -> None:
    first = service.start_worker(*SOLO, "-Q", "celery")
    service.submit()
    assert not service.watch.wait_final(30)
    time.sleep(8)  # sixteen rounds of upkeep, each of which finds the message unsent
    assert service.redis.client().llen("notifications") <= 2, first.said()
    service.start_worker(*SOLO)
    service.check()
    assert service.chat.calls == 1


def test_a_worker_killed_while_telegram_takes_its_message_does_not_send_it_twice(service: Service) -> None:
    service.chat.script = [Answer(deliver=True, silent_seconds=5)]
    first = service.start_worker(*SOLO)
    service.submit()
    wait_until(lambda: service.chat.calls == 1, 20, "Telegram was never called")
    first.kill()
    service.start_worker(*SOLO)
    service.submit()
    assert not service.watch.wait_final(20)
    wait_until(lambda: "sent" in states(), 20, states)
    assert (service.chat.calls, states()) == (2, ["sending", "sent"])
