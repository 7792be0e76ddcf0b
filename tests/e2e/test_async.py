"""Async mode with a real Redis and real worker processes; what can go wrong with them is in tests/faults."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

from celery.result import AsyncResult
from sqlalchemy import select

from config import ROOT
from harness.redis_server import RedisServer
from harness.scripted_engine import page
from harness.telegram import CHAT, TOKEN, Answer, telegram
from harness.waiting import wait_until
from store import tables, workers
from store.session import read
from tasks import upkeep
from tasks.ask import broker_state, cancel, get_task, queue_status, wait_for
from tasks.celery_app import TASK_MODULES, app
from tasks.requests import AnalyzeScreenshot, CreateTestCase
from tasks.submit import Ticket, submit
from tasks.task_runner import Mode
from tests.e2e.conftest import StartWorker
from tests.tasks.asked import comparison, pair, upload

SOLO = ("--pool=solo",)
OWN_TASKS = {
    "tasks.analysis.analyze_screenshot",
    "tasks.analysis.generate_test_from_screenshot",
    "tasks.comparison.compare_reference_with_actual",
    "tasks.notifications.send_notification",
    "tasks.notifications.send_tg_notification",
}


def wait(ticket: Ticket, seconds: float = 30) -> str:
    return asyncio.run(wait_for(ticket.task_id, seconds)).state


def reported() -> set[str]:
    """The leases that are held, and whether a worker reported itself."""
    with read() as session:
        held = set(session.scalars(select(tables.Lease.name)))
        return held | ({"worker"} if workers.names(session) else set())


def test_whichever_module_is_imported_first_every_task_is_registered() -> None:
    names = "print(*(name for name in app.tasks if name.startswith('tasks.')))"
    codes = [f"import {module}; from tasks.celery_app import app; {names}" for module in TASK_MODULES]
    importing = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) for code in codes]
    for process in importing:
        assert set(process.communicate(timeout=60)[0].decode().split()) == OWN_TASKS


def test_a_worker_knows_every_task_and_one_process_at_a_time_does_the_upkeep(start_worker: StartWorker) -> None:
    worker = start_worker(*SOLO)
    registered = next(line for line in worker.said().splitlines() if "registered:" in line)
    assert set(registered.partition("registered:")[2].split()) == OWN_TASKS
    wait_until(lambda: {"upkeep", "worker"} <= reported(), 5, "the worker never took its leases")
    assert upkeep.run_once() is None


def test_a_worker_tells_telegram_once_from_the_queue_of_notifications(start_worker: StartWorker) -> None:
    with telegram() as chat:
        worker = start_worker(
            *SOLO, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_CHAT_ID=CHAT, TELEGRAM_API_URL=chat.url, LOG_LEVEL="DEBUG"
        )
        tickets = [asyncio.run(submit(pair())) for _ in range(3)]
        assert [wait(ticket) for ticket in tickets] == ["SUCCESS"] * 3
        wait_until(lambda: len(chat.delivered) >= 3, 15, worker.said)
        time.sleep(1.5)  # three rounds of upkeep, which must find nothing left to send
        assert (chat.calls, [message.method for message in chat.delivered]) == (3, ["sendPhoto"] * 3)
        assert TOKEN not in worker.said()


def test_a_worker_tries_telegram_again_by_itself_after_five_seconds(start_worker: StartWorker) -> None:
    with telegram() as chat:
        chat.script = [Answer(502, b"bad gateway")]
        start_worker(
            *SOLO,
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_CHAT_ID=CHAT,
            TELEGRAM_API_URL=chat.url,
            UPKEEP_PERIOD_SECONDS="300",
        )
        assert wait(asyncio.run(submit(pair()))) == "SUCCESS"
        wait_until(lambda: len(chat.delivered) == 1, 20, "the retry's message never came")
        assert 5 <= chat.called_at[1] - chat.called_at[0] < 15


def test_what_celery_keeps_may_vanish_and_its_keys_do_not_add_up(start_worker: StartWorker, queue: RedisServer) -> None:
    start_worker()
    tickets = [asyncio.run(submit(pair()))]
    assert wait(tickets[0]) == "SUCCESS"
    base = queue.client().dbsize()
    for _ in range(8):
        tickets.append(asyncio.run(submit(pair())))
        app.control.inspect(timeout=0.3).ping()
    assert {wait(ticket) for ticket in tickets} == {"SUCCESS"}
    results = queue.client(1)
    wait_until(lambda: results.dbsize() == len(tickets), 10, lambda: f"{results.dbsize()} states")
    assert all(0 < results.ttl(key) <= 86_400 for key in results.scan_iter())
    wait_until(lambda: queue.client().dbsize() <= base + 2, 15, lambda: f"{queue.client().keys()}")

    results.flushall()  # a day later
    assert AsyncResult(tickets[0].task_id, app=app).state == "PENDING"
    assert asyncio.run(get_task(tickets[0].task_id)).state == "SUCCESS"


def test_messages_carry_ids_and_no_pictures(queue: RedisServer) -> None:
    picture = upload(page(width=1280, height=2000))
    for request in (pair(page(width=1280, height=2000)), AnalyzeScreenshot(picture), CreateTestCase("new", picture)):
        asyncio.run(submit(request))
    messages = queue.client().lrange("celery", 0, -1)
    assert len(messages) == 3
    assert max(map(len, messages)) < 4096


def test_a_pair_goes_through_redis_to_a_worker_and_comes_back_judged(start_worker: StartWorker) -> None:
    start_worker()
    ticket = asyncio.run(submit(pair()))
    assert (ticket.state, ticket.mode) == ("PENDING", Mode.ASYNC)
    assert wait(ticket) == "SUCCESS"
    assert comparison(ticket.ids["comparison_id"]).verdict == "failed"
    wait_until(lambda: AsyncResult(ticket.task_id, app=app).state == "SUCCESS", 5, "AsyncResult never said SUCCESS")
    assert asyncio.run(broker_state()) == "ok"
    assert len(asyncio.run(queue_status()).workers) == 1


def test_a_submission_returns_in_milliseconds(queue: RedisServer) -> None:
    asyncio.run(submit(pair()))
    taken = []
    for _ in range(20):
        began = time.perf_counter()
        asyncio.run(submit(pair()))
        taken.append(time.perf_counter() - began)
    assert sorted(taken)[10] < 0.1


def test_a_running_task_is_revoked_from_outside(start_worker: StartWorker, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    start_worker(*SOLO, SLOW_SECONDS="1", CALLS_FILE=str(calls))
    ticket = asyncio.run(submit(pair()))
    wait_until(calls.exists, 15, "the engine was not called")
    asyncio.run(cancel(ticket.task_id))
    assert wait(ticket) == "REVOKED"
    assert comparison(ticket.ids["comparison_id"]).verdict is None
