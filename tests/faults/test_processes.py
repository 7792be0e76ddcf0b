"""Processes that die in the middle of their work."""

import asyncio
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

import store.tasks
from harness.process_group import pool_processes_of
from harness.scripted_engine import POISON_WIDTH, STUCK_WIDTH, ScriptedEngine
from harness.service import Api, Worker, api
from harness.waiting import wait_until
from store import tables
from store.session import read
from tasks import engines, task_runner, upkeep
from tasks.ask import queue_status
from tasks.lifecycle import STUCK_EXIT_STATUS
from tasks.submit import submit
from tasks.task_runner import Overloaded
from tests.faults.conftest import SOLO, Service
from tests.tasks.asked import pair
from tests.tasks.conftest import apply_settings

pytestmark = [pytest.mark.slow, pytest.mark.alone]


def test_a_pool_process_killed_in_the_middle_of_a_comparison_loses_nothing(service: Service) -> None:
    service.start_worker(SLOW_SECONDS="1")
    ticket = service.submit()
    pool_process = service.wait_for_engine_call()
    assert "spawn_main" in Path(f"/proc/{pool_process}/cmdline").read_text("utf-8")  # one that was forked may hang
    os.kill(pool_process, signal.SIGKILL)
    service.check()
    assert service.attempts(ticket) == 2


def test_a_pool_process_killed_while_it_loads_its_engines_is_replaced_at_once(service: Service) -> None:
    ticket = service.submit()
    worker = Worker(environment={"LOAD_SECONDS": "4"}, log=service.folder / "worker.log")
    worker.start()
    try:
        assert worker.process
        main = worker.process.pid
        wait_until(lambda: pool_processes_of(main), 30, worker.said)
        os.kill(pool_processes_of(main)[0], signal.SIGKILL)
        service.check()
        assert (service.attempts(ticket), worker.process.poll()) == (1, None), worker.said()
    finally:
        worker.kill()


@pytest.mark.parametrize("fake_windows", ["", "1"], ids=["event loop", "the loop of Windows"])
def test_what_a_killed_worker_did_and_held_is_done_by_another(service: Service, fake_windows: str) -> None:
    first = service.start_worker(*SOLO, SLOW_SECONDS="30", FAKE_WINDOWS=fake_windows)
    tickets = [service.submit() for _ in range(3)]
    service.wait_for_engine_call()
    first.kill()
    service.start_worker(*SOLO, FAKE_WINDOWS=fake_windows)
    service.check(seconds=30)
    assert sorted(service.attempts(ticket) for ticket in tickets) == [1, 1, 2]


def test_a_worker_that_is_asked_to_stop_finishes_what_it_does_and_leaves_the_rest(service: Service) -> None:
    worker = service.start_worker(SLOW_SECONDS="1")
    tickets = [service.submit() for _ in range(2)]
    service.wait_for_engine_call()
    assert worker.stop() == 0
    assert workers() == ()
    assert sorted(service.attempts(ticket) for ticket in tickets) == [0, 1]
    service.start_worker()
    service.check()
    assert [service.attempts(ticket) for ticket in tickets] == [1, 1]


@pytest.mark.parametrize(
    ("fake_windows", "within"), [("", 30), ("1", 10)], ids=["20 s of grace", "what Windows gets: none"]
)
def test_a_worker_that_is_told_twice_to_stop_ends_and_its_task_begins_again(
    service: Service, fake_windows: str, within: float
) -> None:
    """The second Ctrl+C of a user who does not wait."""
    worker = service.start_worker(SLOW_SECONDS="60", FAKE_WINDOWS=fake_windows)
    ticket = service.submit()
    service.wait_for_engine_call()
    assert worker.process
    began = time.monotonic()
    for _ in range(2):
        worker.process.send_signal(signal.SIGINT)
        time.sleep(1)
    worker.process.wait(30)
    assert time.monotonic() - began < within
    service.start_worker(*SOLO)
    service.check(seconds=20)
    assert service.attempts(ticket) == 1  # what was given back does not count


def test_a_busy_worker_is_seen_and_one_that_hangs_is_not(service: Service) -> None:
    worker = service.start_worker(*SOLO, SLOW_SECONDS="4")
    service.submit()
    service.wait_for_engine_call()
    assert worker.process
    for _ in range(20):  # longer than a lease of three rounds of upkeep
        assert workers()
        time.sleep(0.1)
    os.killpg(worker.process.pid, signal.SIGSTOP)
    wait_until(lambda: not workers(), 5, "it still counts as there")
    os.killpg(worker.process.pid, signal.SIGCONT)
    wait_until(workers, 5, "it does not come back")
    service.check()


def test_pool_processes_are_replaced_and_no_task_is_lost(service: Service) -> None:
    """What leaks in native code ends with the process, `worker_max_tasks_per_child`."""
    service.start_worker("--max-tasks-per-child=2", "-Q", "celery")  # messages would count as tasks
    service.start_worker("-Q", "notifications")
    for _ in range(5):
        service.submit()
    service.check()
    assert len(set(service.calls_file.read_text("utf-8").split())) == 3


def test_a_picture_that_kills_every_worker_is_given_up_and_the_next_is_done(service: Service) -> None:
    service.start_worker()
    poison = service.submit_unbearable(POISON_WIDTH)
    wait_until(lambda: service.attempts(poison) >= 1, 20, "no worker tried")
    good = service.submit()
    service.check()
    assert (service.attempts(poison), service.watch.said[poison.task_id].state) == (3, "FAILURE")
    assert (service.attempts(good), service.watch.said[good.task_id].state) == (1, "SUCCESS")


def test_what_an_api_had_committed_and_not_yet_sent_when_it_was_killed_is_sent_by_upkeep(service: Service) -> None:
    """Redis hangs, so the publish does, and there the process is killed; Redis forgets what it may have got."""
    worker = service.start_worker(*SOLO)
    with api(service.folder) as door:
        service.post(door)  # a warm connection
        service.redis.freeze()
        posting = threading.Thread(target=service.post_in_vain, args=(door,))
        posting.start()
        wait_until(lambda: len(task_ids()) == 2, 10, "the row was never committed")
        door.kill()
        posting.join()
        service.redis.stop()
        for aof in service.folder.glob("appendonlydir/*"):
            aof.unlink()
        service.redis.start()
        (unanswered,) = set(task_ids()) - set(service.watch.accepted)
        with read() as session:
            assert store.tasks.get(session, unanswered).dispatch == "not_sent"
        service.took(unanswered)
        service.check()
        assert service.watch.said[unanswered].state == "SUCCESS", worker.said()


@pytest.mark.parametrize("pool", [(), SOLO, ("--pool=threads", "--concurrency=1")], ids=["prefork", "solo", "threads"])
def test_a_comparison_over_its_time_limit_ends_in_time_and_the_next_is_done(
    service: Service, monkeypatch: pytest.MonkeyPatch, pool: tuple[str, ...]
) -> None:
    """Between its stages a task looks at the clock. Native code is left only by ending its process: prefork kills that one, a
    worker of another pool ends itself."""
    monkeypatch.setenv("TASK_TIME_LIMIT_SECONDS", "3")
    apply_settings()
    worker = service.start_worker(*pool, STUCK_SECONDS="120")
    stuck = service.submit_unbearable(STUCK_WIDTH)
    wait_until(lambda: service.attempts(stuck) == 1, 20, "no worker began")
    good = service.submit()
    assert service.watch.wait_for(stuck.task_id, 11), "3 s, a lease of 2 s and two rounds should have ended it"
    if pool:
        wait_until(lambda: worker.process is None or worker.process.poll() is not None, 20, worker.said)
        assert worker.process and worker.process.poll() == STUCK_EXIT_STATUS
        service.start_worker(*pool)  # as run.py worker does
    assert service.watch.wait_for(good.task_id, 30), worker.said()
    service.check()
    with read() as session:
        assert store.tasks.get(session, stuck.task_id).error_type == "TimeLimitExceeded"
    assert service.watch.said[good.task_id].state == "SUCCESS"


def test_a_comparison_over_its_time_limit_ends_in_time_in_sync_mode_too(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can end native code in the API's process: who waits for it is answered, and its slot is taken until it returns."""
    for name, value in {"TASKS_FORCE_SYNC": "1", "TASK_TIME_LIMIT_SECONDS": "1", "SYNC_SLOTS": "2"}.items():
        monkeypatch.setenv(name, value)
    apply_settings()
    native = threading.Event()

    def native_code() -> None:
        native.wait(60)

    engines.use(ScriptedEngine(before_call=native_code).engines)
    with upkeep.running():
        began = time.monotonic()
        stuck = asyncio.run(submit(pair()))
        assert time.monotonic() - began < 15
        assert stuck.state == "FAILURE"
        engines.use(ScriptedEngine().engines)
        assert service.submit().state == "SUCCESS"
        native.set()
        wait_until(lambda: free_slots() == 2, 10, "it never gave its slot back")
    with read() as session:
        assert store.tasks.get(session, stuck.task_id).error_type == "TimeLimitExceeded"


def free_slots() -> int:
    with ExitStack() as taken:
        for count in range(10):
            try:
                taken.enter_context(task_runner.slot())
            except Overloaded:
                return count
    return 10


def workers() -> tuple[str, ...]:
    return asyncio.run(queue_status()).workers


def task_ids() -> list[str]:
    with read() as session:
        return list(session.scalars(select(tables.Task.id)))


def test_two_api_processes_on_one_database_make_one_task_of_one_key_and_lose_nothing(service: Service) -> None:
    service.start_worker(*SOLO)
    asked = pair()
    posted = {"reference": asked.reference.data, "actual": asked.actual.data}
    with api(service.folder) as first, api(service.folder) as second, ThreadPoolExecutor(8) as clients:
        doors = [first, second] * 4

        def post_once(door: Api) -> httpx.Response:
            url = f"{door.url}/api/v1/comparisons"
            return httpx.post(url, files=posted, headers={"Idempotency-Key": "the-same"}, timeout=30)

        answers = list(clients.map(post_once, doors))
        assert {answer.status_code for answer in answers} <= {202, 409}
        (task_id,) = {answer.json()["task_id"] for answer in answers if answer.is_success}
        service.took(task_id)
        assert all(answer.status_code == 202 for answer in clients.map(service.post, doors))
        service.check()
