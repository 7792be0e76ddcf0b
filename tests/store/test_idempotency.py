import threading
import time
from datetime import timedelta

import pytest

from config import Settings
from store import idempotency, session, tables, tasks
from store.errors import IdempotencyKeyReused, StillSubmitting
from store.idempotency import Once

WORD = Once("the-key", "7f3a", "a" * 64)


def submit(once: Once, task_id: str) -> bool:
    with session.write() as writing:
        if not idempotency.claim(writing, once, task_id):
            return False
        tasks.add(writing, task_id=task_id, name="t", subject_id="s", mode="async")
        idempotency.complete(writing, once, {"comparison_id": "c"})
    return True


def started(task_id: str) -> None:
    with session.write() as writing:
        tasks.mark_dispatched(writing, task_id, "async", "sent")


def test_a_word_sent_again_finds_what_it_made_and_makes_nothing(store: Settings) -> None:
    assert submit(WORD, "t1")
    started("t1")
    assert not submit(WORD, "t2")
    with session.read() as reading:
        found = idempotency.earlier(reading, WORD)
        assert found and (found.task_id, found.ids) == ("t1", {"comparison_id": "c"})


def test_a_word_belongs_to_its_caller(store: Settings) -> None:
    assert submit(WORD, "t1")
    assert submit(Once("another", WORD.key, "b" * 64), "t2")


def test_a_word_with_another_request_is_refused(store: Settings) -> None:
    submit(WORD, "t1")
    started("t1")
    with session.read() as reading, pytest.raises(IdempotencyKeyReused, match="'7f3a'"):
        idempotency.earlier(reading, Once(WORD.caller, WORD.key, "b" * 64))


def test_a_submission_that_may_still_be_refused_is_not_answered_for(store: Settings) -> None:
    submit(WORD, "t1")
    with session.read() as reading, pytest.raises(StillSubmitting):
        idempotency.earlier(reading, WORD)


def test_a_word_goes_with_the_task_it_made(store: Settings) -> None:
    submit(WORD, "t1")
    with session.write() as writing:
        tasks.delete(writing, "t1")
    with session.read() as reading:
        assert idempotency.earlier(reading, WORD) is None


def test_words_are_forgotten_by_their_age(store: Settings) -> None:
    submit(WORD, "t1")
    with session.write() as writing:
        assert idempotency.delete_older(writing, tables.now() - timedelta(hours=1)) == 0
        assert idempotency.delete_older(writing, tables.now() + timedelta(seconds=1)) == 1
    assert submit(WORD, "t2")


def test_of_two_that_race_one_makes_the_task_and_the_other_waits_for_it(store: Settings) -> None:
    claimed, outcome = threading.Event(), []

    def first() -> None:
        with session.write() as writing:
            outcome.append(("first", idempotency.claim(writing, WORD, "t1")))
            claimed.set()
            time.sleep(0.3)
            tasks.add(writing, task_id="t1", name="t", subject_id="s", mode="async")

    thread = threading.Thread(target=first)
    thread.start()
    claimed.wait(5)
    outcome.append(("second", submit(WORD, "t2")))
    thread.join()
    assert outcome == [("first", True), ("second", False)]
