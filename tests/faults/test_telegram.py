"""A Telegram that is down, slow, silent or tired; the comparison itself never notices."""

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat

import psutil
import pytest
from sqlalchemy import select

from harness.telegram import CHAT, TOKEN, Answer, rate_limited
from harness.waiting import wait_until
from store import tables
from store.session import read
from tasks.notifications.bot_api import Bot, Text
from tasks.notifications.exchange import Unavailable, Uncertain
from tests.faults.conftest import SOLO, Service

pytestmark = [pytest.mark.slow, pytest.mark.alone]

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
    """It has the message, but cannot say so: its row is `unknown`, and nothing is sent again."""
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


def test_an_answer_of_telegram_that_drips_or_never_ends_is_left_in_time() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    for name, lines in {
        "the headers drip": chain(head.split(b" "), repeat(b"x")),
        "the body drips": chain([head, b"\r\n"], repeat(b" ")),
        "the body never ends": chain([head, b"\r\n"], repeat(b" " * 2**20)),
    }.items():
        with answering(lines, seconds_apart=0.0 if "ends" in name else 0.2) as url:
            began, before = time.monotonic(), psutil.Process().memory_info().rss
            with pytest.raises(Uncertain):
                Bot(TOKEN, CHAT, url, answer_seconds=1.5).send(Text("a", "a"), Text("a", "a"))
            assert time.monotonic() - began < 10, name
            assert psutil.Process().memory_info().rss - before < 50 * 2**20, name


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("1e300", 3600), ("1e999", 3600), ("NaN", 5), ("-7", 0), ("9" * 400, 3600), ('"7"', 5), ("7", 7)],
)
def test_telegram_is_waited_for_an_hour_at_most(said: str, seconds: float) -> None:
    body = f'{{"ok": false, "parameters": {{"retry_after": {said}}}}}'.encode()
    with answering([whole(429, body)]) as url, pytest.raises(Unavailable) as refused:
        Bot(TOKEN, CHAT, url).send(Text("a", "a"), Text("a", "a"))
    assert refused.value.retry_after_seconds == seconds


def test_an_answer_of_telegram_that_nests_deeply_is_no_answer() -> None:
    with answering([whole(200, b"[" * 60_000)]) as url, pytest.raises(Uncertain):
        Bot(TOKEN, CHAT, url).send(Text("a", "a"), Text("a", "a"))


def whole(status: int, body: bytes) -> bytes:
    return b"HTTP/1.1 %d x\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


@contextmanager
def answering(parts: Iterable[bytes], seconds_apart: float = 0.0) -> Iterator[str]:
    """A server that answers its first caller with these bytes, until that one goes away."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            with suppress(OSError):
                caller, _ = listener.accept()
                with caller:
                    caller.recv(2**16)
                    for part in parts:
                        caller.sendall(part)
                        time.sleep(seconds_apart)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread.join(10)


def test_messages_without_a_consumer_do_not_pile_up(service: Service) -> None:
    first = service.start_worker(*SOLO, "-Q", "celery")
    service.submit()
    assert not service.watch.wait_final(30)
    time.sleep(8)  # sixteen rounds of upkeep, each of which finds the message unsent
    assert service.redis.client().llen("notifications") <= 2, first.said()
    service.start_worker(*SOLO)
    service.check()
    assert service.chat.calls == 1


def test_a_message_whose_sender_was_killed_while_it_drew_is_sent_by_another(service: Service) -> None:
    first = service.start_worker(*SOLO, LETTER_SECONDS="60")
    service.submit()
    wait_until(lambda: claims() == 1, 20, "no process began to draw the message")
    first.kill()
    service.start_worker(*SOLO)
    wait_until(lambda: states() == ["sent"], 40, states)
    assert service.chat.calls == 1
    service.check()


def claims() -> int:
    with read() as session:
        return sum(session.scalars(select(tables.Notification.attempt)))


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
