"""Rows of tasks: a claim is exclusive, and a lost claim writes nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from config import Settings
from store import leases, tables, tasks
from store.errors import TaskNotFound
from store.session import read, write
from store.tables import new_id, now

LEASE = 60.0
MOST = 3


def a_task(testcase_id: str | None = None) -> str:
    task_id = new_id()
    with write() as session:
        tasks.add(session, task_id=task_id, name="t", subject_id="s", mode="async", testcase_id=testcase_id)
    return task_id


def claim(task_id: str, token: str, lease: float = LEASE) -> bool:
    with write() as session:
        return tasks.claim(session, task_id, token, lease, MOST) is not None


def row(task_id: str) -> tables.Task:
    with read() as session:
        return tasks.get(session, task_id)


def lapse(task_id: str, **changes: object) -> None:
    """Its holder has been silent for a while."""
    with write() as session:
        task = tasks.get(session, task_id)
        task.lease_until = now() - timedelta(seconds=1)
        for name, value in changes.items():
            setattr(task, name, value)


def test_of_many_who_claim_a_task_at_once_one_gets_it(store: Settings) -> None:
    task_ids = [a_task() for _ in range(5)]
    with ThreadPoolExecutor(8) as threads:
        for task_id in task_ids:
            won = list(threads.map(lambda token, task_id=task_id: claim(task_id, token), [new_id() for _ in range(8)]))
            assert won.count(True) == 1
            assert row(task_id).attempt == 1


def test_a_worker_that_lost_the_lease_changes_nothing(store: Settings) -> None:
    task_id = a_task()
    assert claim(task_id, "first")
    lapse(task_id)
    assert claim(task_id, "second")
    with write() as session:
        assert not tasks.renew(session, task_id, "first", LEASE)
    with pytest.raises(tasks.ClaimLost), write() as session:
        tasks.progress(session, task_id, "first", "detect", 10)
    with pytest.raises(tasks.ClaimLost), write() as session:
        tasks.finish(session, task_id, "first", "SUCCESS", result={"a": "b"})
    with write() as session:
        tasks.finish(session, task_id, "second", "FAILURE", error_type="E", error_message="It failed.")
    ended = row(task_id)
    assert (ended.state, ended.attempt, ended.error_message, ended.claim_token) == ("FAILURE", 2, "It failed.", None)


def test_a_task_that_is_given_back_is_not_counted_and_only_its_holder_can(store: Settings) -> None:
    task_id = a_task()
    assert claim(task_id, "holder")
    with write() as session:
        tasks.release(session, task_id, "another")
    with pytest.raises(tasks.ClaimLost), write() as session:
        tasks.retry_later(session, task_id, "another", 1.0, "E", "It failed.")
    assert (row(task_id).claim_token, row(task_id).attempt) == ("holder", 1)
    with write() as session:
        tasks.release(session, task_id, "holder")
    waiting = row(task_id)
    assert (waiting.state, waiting.attempt, waiting.claim_token) == ("PENDING", 0, None)
    assert claim(task_id, "next")


def test_an_ended_task_cannot_be_claimed_or_stopped(store: Settings) -> None:
    task_id = a_task()
    assert claim(task_id, "one")
    with write() as session:
        tasks.finish(session, task_id, "one", "SUCCESS", result={"comparison_id": "c"})
    assert not claim(task_id, "two")
    with pytest.raises(tasks.TaskFinished, match="SUCCESS"), write() as session:
        tasks.request_cancel(session, task_id)
    assert row(task_id).state == "SUCCESS"


def test_a_task_is_not_claimed_before_its_time_nor_more_often_than_allowed(store: Settings) -> None:
    task_id = a_task()
    assert claim(task_id, "one")
    with write() as session:
        tasks.retry_later(session, task_id, "one", 60, "E", "Later.")
    assert row(task_id).state == "RETRY"
    assert not claim(task_id, "two")
    with write() as session:
        tasks.get(session, task_id).run_after = now()
        tasks.get(session, task_id).attempt = MOST
    assert not claim(task_id, "three")


def test_a_waiting_task_is_revoked_at_once_and_a_running_one_is_asked_to_stop(store: Settings) -> None:
    waiting, running = a_task(), a_task()
    assert claim(running, "one")
    with write() as session:
        assert tasks.request_cancel(session, waiting).state == "REVOKED"
        assert tasks.request_cancel(session, running).state == "STARTED"
    assert not claim(waiting, "one")
    with write() as session:
        assert tasks.progress(session, running, "one", "detect", 10)
    with pytest.raises(TaskNotFound), write() as session:
        tasks.request_cancel(session, "0" * 32)


def test_what_got_stuck_is_put_back_or_ended(store: Settings) -> None:
    lost, forgotten, exhausted, late, revoked, healthy = (a_task() for _ in range(6))
    for task_id in (lost, forgotten, exhausted, late, revoked, healthy):
        assert claim(task_id, "one")
    lapse(lost)
    long_ago = now() - timedelta(hours=1)  # its process died when it had begun, and no upkeep was there
    lapse(forgotten, started_at=long_ago, lease_until=long_ago + timedelta(seconds=20))
    lapse(exhausted, attempt=MOST)
    lapse(late, started_at=now() - timedelta(seconds=301))
    lapse(revoked, cancel_requested=True)
    with write() as session:
        back, ended = tasks.put_back_stuck(session, MOST, 300)
    assert {task.id for task in back} == {lost, forgotten}
    assert {task.id: (task.state, task.error_type) for task in ended} == {
        exhausted: ("FAILURE", "WorkerLost"),
        late: ("FAILURE", "TimeLimitExceeded"),
        revoked: ("REVOKED", None),
    }
    assert (row(lost).state, row(lost).dispatch, row(lost).attempt) == ("PENDING", "not_sent", 1)
    assert row(healthy).state == "STARTED"


def test_due_are_those_whose_message_has_not_left_or_was_lost(store: Settings) -> None:
    unsent, sent, silent, running, fresh = (a_task() for _ in range(5))
    assert claim(running, "one")
    with write() as session:
        tasks.mark_dispatched(session, sent, "async", "sent")
        tasks.mark_dispatched(session, silent, "async", "unknown")
        tasks.get(session, silent).dispatched_at = now() - timedelta(seconds=31)
        for task_id in (unsent, running):
            tasks.get(session, task_id).run_after = now() - timedelta(seconds=6)
    with read() as session:
        due = tasks.due(session, grace_seconds=5, resend_seconds=30, limit=10)
        assert {task.id for task in due} == {unsent, silent}
        assert fresh in {task.id for task in tasks.due(session, 0, 30, 10)}
        assert tasks.waiting(session)[0] == 4
        assert [task.id for task in tasks.running(session)] == [running]


def test_a_lease_is_one_holders_until_it_runs_out(store: Settings) -> None:
    at = now()
    with write() as session:
        assert leases.acquire(session, "upkeep", "a", 30, at)
        assert not leases.acquire(session, "upkeep", "b", 30, at)
        assert leases.acquire(session, "upkeep", "a", 30, at + timedelta(seconds=20))
        assert not leases.acquire(session, "upkeep", "b", 30, at + timedelta(seconds=40))
        assert leases.acquire(session, "upkeep", "b", 30, at + timedelta(seconds=51))
        leases.release(session, "upkeep", "a")
        assert session.get_one(tables.Lease, "upkeep").holder == "b"


def test_a_task_can_be_taken_back_only_before_a_worker_began_it(store: Settings, tmp_path: Path) -> None:
    begun, waiting = a_task(), a_task()
    assert claim(begun, "one")
    with write() as session:
        assert not tasks.close_unstarted(session, begun)
        assert tasks.close_unstarted(session, waiting)
        tasks.delete(session, waiting)
    with pytest.raises(TaskNotFound):
        row(waiting)
