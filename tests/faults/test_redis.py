"""Redis goes away, hangs, forgets."""

import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from config import settings
from harness import process_group
from harness.process_group import slowness
from harness.relay import Relay
from harness.service import Worker, api
from harness.telegram import Answer
from harness.waiting import wait_until
from store import tables
from store.session import read
from store.tables import new_id
from tasks import task_runner
from tasks.ask import queue_status
from tasks.celery_app import app
from tasks.comparison import compare_reference_with_actual
from tasks.submit import Ticket
from tasks.task_runner import BrokerUnavailable, Mode, NotPublished
from tests.faults.conftest import SOLO, Service
from tests.tasks.asked import files
from tests.tasks.conftest import apply_settings

pytestmark = [pytest.mark.slow, pytest.mark.alone]

THREADS = ("--pool=threads", "--concurrency=2")
AWAY_SECONDS = 5.0


@pytest.mark.parametrize(
    ("pool", "fake_windows"),
    [((), ""), ((), "1"), (THREADS, "")],
    ids=["prefork", "what Windows gets", "threads"],
)
def test_a_worker_outlives_a_redis_that_is_away_for_five_seconds_while_it_rests_and_while_it_works(
    service: Service, pool: tuple[str, ...], fake_windows: str
) -> None:
    worker = service.start_worker(*pool, SLOW_SECONDS="1.5", FAKE_WINDOWS=fake_windows)
    assert ("(solo)" in worker.said()) == bool(fake_windows)
    _restart(service)
    service.submit()
    service.wait_for_engine_call()
    _restart(service)
    service.submit()
    service.check()
    assert worker.process and worker.process.poll() is None, worker.said()


def test_a_redis_that_forgot_everything_is_sent_it_again(service: Service) -> None:
    """Twice: while the work waits, and while a worker that knew the queues is in the middle of it."""
    for _ in range(2):
        service.submit()
    service.redis.client().flushall()
    service.start_worker(*SOLO, SLOW_SECONDS="1")
    service.wait_for_engine_call()
    service.submit()
    service.redis.client().flushall()
    service.submit()
    service.check()
    wait_until(lambda: not service.redis.client().llen("celery"), 10, "messages are left")
    assert service.redis.client().keys("ae.*") == [], "messages went where no worker looks"


def test_a_redis_that_hangs_while_work_goes_on_costs_nothing(service: Service) -> None:
    service.start_worker(SLOW_SECONDS="1")
    first = service.submit()
    service.wait_for_engine_call()
    service.redis.freeze()
    here = service.submit()
    time.sleep(3)
    service.redis.freeze(False)
    task_runner.forget_broker()
    last = service.submit()
    service.check()
    assert [service.attempts(ticket) for ticket in (first, here, last)] == [1, 1, 1]
    assert here.mode is Mode.FALLBACK


@pytest.mark.parametrize("frozen", [False, True], ids=["refused", "hung"])
def test_without_redis_an_upload_is_worked_on_here_within_two_seconds_and_once(service: Service, frozen: bool) -> None:
    first = service.submit()  # a warm connection
    service.redis.freeze() if frozen else service.redis.stop()
    began = time.monotonic()
    ticket = service.submit()
    assert time.monotonic() - began < 2.5
    assert (ticket.state, ticket.mode) == ("SUCCESS", Mode.FALLBACK)
    began = time.monotonic()
    with pytest.raises(NotPublished):
        task_runner.publish(compare_reference_with_actual, "0" * 32, ("0" * 32,), {})
    assert time.monotonic() - began < 0.5, "a broker that is known to be away was asked again"
    service.redis.freeze(False) if frozen else service.redis.start()
    worker = service.start_worker(*SOLO)  # which finds the ghost of the message that had timed out
    wait_until(lambda: not service.redis.client().llen("celery"), 20, worker.said)
    service.check()
    assert (service.attempts(first), service.attempts(ticket)) == (1, 1)


def test_a_burst_while_redis_hangs_takes_what_there_is_room_for_and_refuses_the_rest(service: Service) -> None:
    with (
        api(service.folder, SLOW_SECONDS="1") as door,
        ThreadPoolExecutor(30) as clients,
        httpx.Client(base_url=door.url, timeout=20) as probe,
    ):
        assert service.post(door).status_code == 202  # a warm connection
        service.redis.freeze()
        posted = [clients.submit(service.post, door) for _ in range(30)]
        live: list[float] = []
        while not all(one.done() for one in posted):
            began = time.monotonic()
            assert probe.get("/health/live").status_code == 200
            live.append(time.monotonic() - began)
            assert len(asyncio.run(queue_status()).running) <= settings().sync_slots
            time.sleep(0.1)
        answers = [one.result() for one in posted]
        refused = [answer for answer in answers if answer.status_code == 503]
        assert {answer.status_code for answer in answers} == {202, 503}
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
        assert max(live) < slowness()  # 1 s where the machine does nothing else
        service.redis.freeze(False)
        service.start_worker()
        service.check()
    with read() as session:
        assert session.scalar(select(func.count()).select_from(tables.Task)) == 31 - len(refused)


@pytest.mark.parametrize("frozen", [False, True], ids=["refused", "hung"])
def test_a_task_is_told_of_while_redis_is_away(service: Service, frozen: bool) -> None:
    ticket = service.submit()
    with api(service.folder) as door:
        service.redis.freeze() if frozen else service.redis.stop()
        for task_id, status in ((ticket.task_id, 200), (new_id(), 404)):
            began = time.monotonic()
            answer = httpx.get(f"{door.url}/api/v1/tasks/{task_id}", timeout=20)
            assert answer.status_code == status
            assert time.monotonic() - began < 2.5
        service.redis.freeze(False) if frozen else service.redis.start()
    service.start_worker(*SOLO)
    service.check()


@pytest.mark.parametrize("fake_windows", ["", "1"], ids=["event loop", "what Windows gets"])
def test_a_worker_notices_a_connection_that_died_in_silence(service: Service, fake_windows: str) -> None:
    with closing(Relay(service.redis.port)) as way:
        worker = service.start_worker(
            REDIS_PORT=str(way.port), TASKS_FALLBACK_TO_SYNC="0", FAKE_WINDOWS=fake_windows, SLOW_SECONDS="1"
        )
        service.submit()
        service.wait_for_engine_call()
        way.cut()  # so the message of what it does cannot be acknowledged
        service.submit()
        service.check(seconds=50)
        assert worker.process and worker.process.poll() is None, worker.said()


@pytest.mark.parametrize("fake_windows", ["", "1"], ids=["prefork", "what Windows gets"])
def test_a_worker_that_waits_to_tell_telegram_again_outlives_a_redis_that_is_away(
    service: Service, fake_windows: str
) -> None:
    """It holds a message that is not acknowledged: what ends a worker of Celery 5.7 (tasks/redis_fix.py)."""
    service.chat.script = [Answer(502, b"bad gateway")]
    worker = service.start_worker(FAKE_WINDOWS=fake_windows)
    service.submit()
    wait_until(lambda: service.chat.calls == 1, 20, "no message was sent")
    time.sleep(1)
    _restart(service)
    service.submit()
    service.check()
    assert worker.process and worker.process.poll() is None, worker.said()


@pytest.mark.parametrize("fake_windows", ["", "1"], ids=["event loop", "what Windows gets"])
def test_what_a_killed_worker_held_does_not_stay_in_redis(service: Service, fake_windows: str) -> None:
    """The task comes back through its row, long before Redis hands its message out again."""
    settings = {"FAKE_WINDOWS": fake_windows, "VISIBILITY_SECONDS": "8"}
    first = service.start_worker(SLOW_SECONDS="30", **settings)
    service.submit()
    service.wait_for_engine_call()
    first.kill()
    assert service.redis.client().hlen("unacked") == 1
    worker = service.start_worker(**settings)
    service.check()
    wait_until(lambda: not service.redis.client().hlen("unacked"), 8 + 2 * 5 + 5, worker.said)


def test_messages_that_come_again_are_worked_on_once(service: Service) -> None:
    """While the first is worked on, for longer than a lease, and after it has ended."""
    for _ in range(2):
        service.start_worker(*SOLO, SLOW_SECONDS="3")
    ticket = service.submit()
    service.wait_for_engine_call()
    for _ in range(2):
        _send_again(ticket)
    assert service.watch.wait_for(ticket.task_id, 30)
    _send_again(ticket)
    wait_until(lambda: not service.redis.client().llen("celery"), 10, "messages are left")
    service.check()
    assert service.attempts(ticket) == 1
    assert len(set(service.calls_file.read_text("utf-8").split())) == 1


def test_what_is_no_message_ends_a_worker_and_its_supervisor_starts_it_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLS_FILE", str(service.calls_file))
    command = [sys.executable, "-m", "harness.mutants.workers", "unchanged", "1", "--pool=solo", "--without-mingle"]
    with process_group.group(command, service.folder / "workers.log") as workers:
        wait_until(lambda: " ready." in workers.said(), 40, workers.said)
        service.redis.client().lpush("celery", "garbage")
        wait_until(lambda: "starting it again" in workers.said(), 20, workers.said)
        service.submit()
        service.check()


def test_a_pickled_message_is_refused_and_runs_nothing(service: Service) -> None:
    worker = service.start_worker(*SOLO)
    app.send_task(compare_reference_with_actual.name, (Touches(service.folder / "owned"),), serializer="pickle")
    wait_until(lambda: "Refusing to deserialize" in worker.said(), 20, worker.said)
    service.submit()
    service.check()
    assert not (service.folder / "owned").exists()


class Touches:
    """Who unpickles it makes a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self._path,)


def test_short_tasks_do_not_wait_behind_a_long_one_while_a_worker_is_idle(service: Service) -> None:
    service.start_worker(*SOLO, SLOW_SECONDS="8")
    long = service.submit()
    service.wait_for_engine_call()
    short = [service.submit() for _ in range(4)]
    service.start_worker(*SOLO)
    for ticket in short:
        assert service.watch.wait_for(ticket.task_id, 10)
    assert not service.watch.said[long.task_id].ready
    service.check()


def test_a_redis_that_is_full_loses_nothing_and_costs_no_worker(service: Service) -> None:
    worker = service.start_worker(SLOW_SECONDS="1")
    for _ in range(3):
        service.submit()
    service.wait_for_engine_call()
    service.redis.client().config_set("maxmemory", 1)
    with api(service.folder) as door:
        assert service.post(door).status_code == 202  # run in the API, which also sends its message
        time.sleep(AWAY_SECONDS)
        service.redis.client().config_set("maxmemory", 0)
        task_runner.forget_broker()
        service.submit()
        service.check()
    assert worker.process and worker.process.poll() is None, worker.said()


def test_a_worker_may_start_before_redis_does(service: Service) -> None:
    service.redis.stop()
    worker = Worker(SOLO, {}, log=service.folder / "early.log")
    worker.start()
    try:
        wait_until(lambda: "Trying again" in worker.said(), 40, worker.said)
        service.redis.start()
        worker.wait_ready()
        service.submit()
        service.check()
    finally:
        worker.kill()


def test_a_message_about_a_task_does_not_wait_behind_those_in_the_queue(service: Service) -> None:
    service.start_worker(*SOLO, SLOW_SECONDS="0.5")
    for _ in range(8):
        service.submit()
    wait_until(lambda: service.chat.called_at, 20, "no message came")
    waiting = [task_id for task_id in service.watch.accepted if not service.watch.said[task_id].ready]
    assert len(waiting) >= 4
    service.check()


@pytest.mark.parametrize("frozen", [False, True], ids=["refused", "hung"])
def test_without_redis_and_without_fallback_an_upload_is_refused_and_leaves_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch, frozen: bool
) -> None:
    monkeypatch.setenv("TASKS_FALLBACK_TO_SYNC", "0")
    apply_settings()
    service.redis.freeze() if frozen else service.redis.stop()
    began = time.monotonic()
    with pytest.raises(BrokerUnavailable) as refused:
        service.submit()
    assert time.monotonic() - began < 2.5
    assert refused.value.retry_after_seconds > 0
    with read() as session:
        kept = [session.scalar(select(func.count()).select_from(table)) for table in KEPT]
    assert (kept, files(settings())) == ([0] * len(KEPT), [])
    service.redis.freeze(False) if frozen else service.redis.start()
    task_runner.forget_broker()
    service.start_worker(*SOLO)  # the ghost of the refused one finds no row
    service.submit()
    service.check()


KEPT = (tables.Task, tables.Comparison, tables.Artifact, tables.Blob)


def test_uploads_that_no_worker_fetches_wait_as_one_message_each(service: Service) -> None:
    upkeep_only = service.start_worker(*SOLO, "-Q", "notifications", UPKEEP_PERIOD_SECONDS="0.1")
    service.submit()
    service.submit()
    time.sleep(10)  # 100 rounds of upkeep: after 60 it once sent each of them again, and so on for ever
    assert service.redis.client().llen("celery") == 2, upkeep_only.said()
    service.start_worker(*SOLO)
    service.check()


def _send_again(ticket: Ticket) -> None:
    app.send_task(
        compare_reference_with_actual.name, (ticket.ids["comparison_id"],), task_id=ticket.task_id, queue="celery"
    )


def _restart(service: Service) -> None:
    service.redis.stop()
    time.sleep(AWAY_SECONDS)
    service.redis.start()
    task_runner.forget_broker()
