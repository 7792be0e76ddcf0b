"""What a worker says of one comparison, as JSON lines."""

import asyncio
import json
from dataclasses import replace

import pytest

from harness.redis_server import RedisServer
from harness.waiting import wait_until
from tasks.requests import Labels
from tasks.submit import submit
from tests.e2e.conftest import StartWorker
from tests.tasks.asked import pair


@pytest.mark.slow
@pytest.mark.alone
def test_worker_says_which_task_and_comparison_a_line_is_about(queue: RedisServer, start_worker: StartWorker) -> None:
    worker = start_worker(LOG_FORMAT="json")
    asked = replace(pair(), labels=Labels(project="web"))
    broken = replace(asked.actual, data=asked.actual.data[:80])
    ticket = asyncio.run(submit(replace(asked, actual=broken)))
    wait_until(lambda: "attempt 1:" in worker.said(), 30, worker.said)
    lines = [json.loads(line) for line in worker.said().splitlines() if line.startswith("{")]
    [failure] = [line for line in lines if "attempt 1:" in line["message"]]
    named = {"task_id": ticket.task_id, "comparison_id": ticket.ids["comparison_id"], "project": "web"}
    assert {name: failure.get(name) for name in named} == named
    assert failure["logger"] == "tasks.lifecycle"
    received = [line for line in lines if "received" in line["message"]]
    assert [line["task_id"] for line in received][:1] == [ticket.task_id]
