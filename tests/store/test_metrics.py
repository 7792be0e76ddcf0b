"""What is counted, once each, in the transaction that makes it so."""

import threading

import pytest

from config import Settings
from store import metrics, notifications, session, tables, tasks
from tests.store import made

NAME = "tasks.comparison.compare_reference_with_actual"
COMPARE = ("task", "compare_reference_with_actual")


def counted() -> dict[str, dict[metrics.Labels, float]]:
    with session.read() as reading:
        return {name: dict(values) for name, values in metrics.facts(reading).counters.items()}


def gauges() -> dict[str, dict[metrics.Labels, float]]:
    with session.read() as reading:
        return {name: dict(values) for name, values in metrics.facts(reading).gauges.items()}


def a_claimed_task() -> str:
    task_id = tables.new_id()
    with session.write() as writing:
        tasks.add(writing, task_id=task_id, name=NAME, subject_id="s", mode="sync")
    with session.write() as writing:
        assert tasks.claim(writing, task_id, "token", 60, 3)
    return task_id


def test_ended_task_is_counted_with_its_state_its_time_and_its_error(store: Settings) -> None:
    for state, error in (("SUCCESS", None), ("FAILURE", "UnreadableImage")):
        task_id = a_claimed_task()
        with session.write() as writing:
            tasks_finish(writing, task_id, state, error)
    found = counted()
    assert found["tasks_finished"] == {(("state", state), COMPARE): 1 for state in ("SUCCESS", "FAILURE")}
    assert found["task_failures"] == {(("error", "UnreadableImage"), COMPARE): 1}
    assert found["task_attempts"] == {(COMPARE,): 2}
    with session.read() as reading:
        histograms = metrics.facts(reading).histograms
    for name in ("task_seconds", "task_wait_seconds"):
        assert histograms[name][(COMPARE,)].buckets[-1] == ("+Inf", 2)
        assert 0 <= histograms[name][(COMPARE,)].total < 60


def tasks_finish(writing: session.Session, task_id: str, state: str, error: str | None = None) -> None:
    tasks.finish(writing, task_id, "token", state, error_type=error, error_message=error)


def test_what_is_rolled_back_is_not_counted(store: Settings) -> None:
    task_id = a_claimed_task()
    with pytest.raises(ZeroDivisionError), session.write() as writing:
        tasks_finish(writing, task_id, "SUCCESS")
        1 / 0  # noqa: B018
    with pytest.raises(tasks.ClaimLost), session.write() as writing:
        tasks.finish(writing, task_id, "another's token", "SUCCESS")
    assert counted() == {}


def test_count_inside_a_savepoint_is_written_once(store: Settings) -> None:
    with session.write() as writing:
        with writing.begin_nested():
            metrics.count(writing, "verdicts", verdict="passed")
        metrics.count(writing, "verdicts", verdict="passed")
    assert counted() == {"verdicts": {(("verdict", "passed"),): 2}}


def test_retried_and_lost_and_revoked_tasks_are_counted(store: Settings) -> None:
    again, lost, waiting = a_claimed_task(), a_claimed_task(), tables.new_id()
    with session.write() as writing:
        tasks.retry_later(writing, again, "token", 2, "DatabaseUnavailable", "away")
        tasks.renew(writing, lost, "token", -1)
        tasks.add(writing, task_id=waiting, name=NAME, subject_id="s", mode="sync")
    with session.write() as writing:
        tasks.put_back_stuck(writing, 3, 300)
        tasks.request_cancel(writing, waiting)
    assert counted()["task_retries"] == {
        (("reason", reason), COMPARE): 1 for reason in ("DatabaseUnavailable", "WorkerLost")
    }
    assert counted()["tasks_finished"] == {(("state", "REVOKED"), COMPARE): 1}


def test_verdict_and_stages_of_a_comparison_are_counted_with_it(store: Settings) -> None:
    with session.write() as writing:
        made.a_compared(writing)
    assert counted()["verdicts"] == {(("verdict", "failed"),): 1}
    with session.read() as reading:
        stages = metrics.facts(reading).histograms["stage_seconds"]
    align = stages[(("stage", "align"),)]
    assert align.total == pytest.approx(0.0035)
    assert align.buckets == tuple((bound, 1) for bound in (*map(str, metrics.BUCKETS), "+Inf"))
    assert stages[(("stage", "detect"),)].buckets[0] == ("0.05", 2), "both pictures were looked at"


def test_bound_belongs_to_its_bucket_and_what_is_longer_to_the_last(store: Settings) -> None:
    with session.write() as writing:
        for seconds in (0.25, 0.2501, 1000):
            metrics.observe(writing, "stage_seconds", seconds, stage="align")
    with session.read() as reading:
        one = metrics.facts(reading).histograms["stage_seconds"][(("stage", "align"),)]
    below = dict(one.buckets)
    assert (below["0.1"], below["0.25"], below["0.5"], below["300.0"], below["+Inf"]) == (0, 1, 2, 2, 3)
    assert one.total == pytest.approx(1000.5001)


def test_what_is_there_now_is_looked_up(store: Settings) -> None:
    a_claimed_task()
    with session.write() as writing:
        for _ in range(2):
            tasks.add(writing, task_id=tables.new_id(), name=NAME, subject_id="s", mode="async")
        made.a_picture(writing, b"12345")
        made.a_picture(writing, b"12345")
    found = gauges()
    assert found["queue_depth"] == {(): 2}
    assert 0 <= found["queue_oldest_seconds"][()] < 60
    assert found["tasks"] == {(("state", "PENDING"), COMPARE): 2, (("state", "STARTED"), COMPARE): 1}
    assert (found["artifact_files"], found["artifact_bytes"]) == ({(): 1}, {(): 5})
    assert (found["workers"], found["notifications"]) == ({(): 0}, {})


def test_messages_that_could_not_be_sent_are_counted(store: Settings) -> None:
    with session.write() as writing:
        comparison_id = made.a_comparison(writing).id
        notifications.ensure(writing, "telegram", tables.now(), 0, comparison_id=comparison_id)
        (row,) = notifications.of_comparison(writing, comparison_id)
        assert notifications.claim(writing, row.id, "sender", 60, tables.now())
        assert notifications.mark_sending(writing, row.id, "sender", 60, tables.now())
        notifications.mark_failed(writing, row.id, "sender", "Forbidden: bot was kicked")
    assert gauges()["notifications"] == {(("state", "failed"),): 1}


def test_threads_that_count_at_once_lose_nothing(store: Settings) -> None:
    def count_both(first: str, second: str) -> None:
        for _ in range(20):
            with session.write() as writing:
                metrics.count(writing, "verdicts", verdict=first)
                metrics.count(writing, "verdicts", verdict=second)

    orders = [("failed", "passed"), ("passed", "failed")] * 2
    threads = [threading.Thread(target=count_both, args=order) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted()["verdicts"] == {(("verdict", verdict),): 80 for verdict in ("failed", "passed")}
