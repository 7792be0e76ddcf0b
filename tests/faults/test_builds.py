"""A build whose shards finalize at once while its workers are killed: it is concluded once, and told once."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from harness.scripted_engine import BUTTON, page
from harness.service import api
from harness.waiting import wait_until
from store import tables
from store.session import read
from tests.faults.conftest import SOLO, Service

pytestmark = [pytest.mark.slow, pytest.mark.alone]

SHARDS = 20


def test_twenty_shards_that_finalize_while_workers_are_killed_make_one_conclusion_and_one_message(
    service: Service, tmp_path: Path
) -> None:
    killed = [service.start_worker(*SOLO, SLOW_SECONDS="2") for _ in range(2)]
    with api(tmp_path) as door, httpx.Client(base_url=door.url, timeout=30) as client:
        asked = {"project": "web", "name": "1", "shards": SHARDS}
        build = client.post("/api/v1/builds", json=asked).raise_for_status().json()
        url = f"/api/v1/builds/{build['build_id']}"

        def shard(number: int) -> None:
            picture = page(BUTTON, shade=200 + number)
            files = {"screenshot": ("a.png", picture, "image/png")}
            client.post(f"{url}/shots", data={"name": f"shot {number}"}, files=files).raise_for_status()
            client.post(f"{url}/finalize", json={"shard": number}).raise_for_status()

        with ThreadPoolExecutor(SHARDS) as pool:
            work = [pool.submit(shard, number) for number in range(1, SHARDS + 1)]
            service.wait_for_engine_call()
            for worker in killed:
                worker.kill()
            for one in work:
                one.result()
        service.start_worker(*SOLO)
        wait_until(lambda: client.get(url).json()["state"] == "concluded", 60, lambda: client.get(url).json())
        done = client.get(url).json()
    assert (done["verdict"], done["counts"]["shots"], done["counts"]["new"]) == ("new", SHARDS, SHARDS)
    wait_until(lambda: states() == ["sent"], 20, states)
    time.sleep(1)
    assert len(service.chat.delivered) == 1 and f"{SHARDS} new" in service.chat.delivered[0].parsed


def states() -> list[str]:
    with read() as session:
        return list(session.scalars(select(tables.Notification.state)))
