"""Redis turns read-only, as a fail-over makes it."""

import time
from pathlib import Path

import pytest

from harness.service import Worker
from harness.waiting import free_port, wait_until
from tests.faults.conftest import SOLO, Service
from tests.faults.test_processes import workers

pytestmark = [pytest.mark.slow, pytest.mark.alone]

READONLY_SECONDS = 8.0


def sockets(worker: Worker) -> int:
    assert worker.process
    return len(list(Path(f"/proc/{worker.process.pid}/fd").iterdir()))


@pytest.mark.parametrize(
    ("pool", "fake_windows"),
    [((), ""), (SOLO, "1"), (("--pool=threads", "--concurrency=2"), "")],
    ids=["prefork", "what Windows gets", "threads"],
)
def test_a_redis_that_is_read_only_for_a_while_costs_no_sockets(
    service: Service, pool: tuple[str, ...], fake_windows: str
) -> None:
    worker = service.start_worker(*pool, FAKE_WINDOWS=fake_windows)
    service.submit()
    service.check()
    wait_until(workers, 5, "it was never seen")
    before = sockets(worker)
    service.redis.client().replicaof("127.0.0.1", free_port())
    most = 0
    ends = time.monotonic() + READONLY_SECONDS
    while time.monotonic() < ends:
        most = max(most, sockets(worker))
        time.sleep(0.2)
    print("sockets", before, most)
    assert not workers(), "it takes no task, and counts as there"
    service.redis.client().replicaof("NO", "ONE")
    service.submit()
    service.check()
    wait_until(workers, 10, "it does not come back")
    assert most < before + 6
