"""What stands in front of several API processes: many clients, a proxy with a path of its own, a crowd that waits."""

import asyncio
import re
import resource
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from html import unescape
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from harness import databases
from harness.process_group import slowness
from harness.service import Api, api
from harness.serving import serving
from harness.waiting import wait_until
from tests.faults.conftest import SOLO, Service, on_postgresql
from tests.tasks.asked import pair

pytestmark = [pytest.mark.slow, pytest.mark.alone]

WAITERS = 1000


@pytest.mark.parametrize("kind", databases.KINDS)
def test_uvicorn_with_two_workers_keeps_every_promise(
    service: Service, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One key is one task, one name is one shot, of two approvals one wins, every upload ends once."""
    with on_postgresql(service, monkeypatch) if kind == "postgresql" else nullcontext():
        service.start_worker(*SOLO)
        with api(service.folder, "--workers", "2") as door, ThreadPoolExecutor(8) as clients:
            _one_key_is_one_task(service, door, clients)
            _one_name_is_one_shot_and_one_of_two_approvals_wins(service, door, clients)
            assert all(clients.map(lambda _: service.post(door).status_code == 202, range(12)))
            # Not `check`: a build sends one message for all its comparisons, and its shots are tasks that were not watched.
            assert service.watch.wait_final(40) == []
            assert service.watch.lies == []


def _one_key_is_one_task(service: Service, door: Api, clients: ThreadPoolExecutor) -> None:
    asked = pair()
    posted = {"reference": asked.reference.data, "actual": asked.actual.data}
    keyed = {"Idempotency-Key": "the-same"}

    def post(_: int) -> httpx.Response:
        return httpx.post(f"{door.url}/api/v1/comparisons", files=posted, headers=keyed, timeout=30)

    answers = list(clients.map(post, range(8)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    (task_id,) = {answer.json()["task_id"] for answer in answers if answer.is_success}
    service.took(task_id)


def _one_name_is_one_shot_and_one_of_two_approvals_wins(
    service: Service, door: Api, clients: ThreadPoolExecutor
) -> None:
    asked = pair()
    with httpx.Client(base_url=f"{door.url}/api/v1", timeout=30) as client:
        builds = [client.post("/builds", json={"name": name}).json()["build_id"] for name in ("1", "2", "3")]

        def send(build_id: str, picture: bytes) -> httpx.Response:
            return client.post(f"/builds/{build_id}/shots", data={"name": "page"}, files={"screenshot": picture})

        firsts = list(clients.map(lambda _: send(builds[0], asked.reference.data), range(4)))
        assert Counter(answer.status_code for answer in firsts) == {202: 1, 409: 3}, [one.text for one in firsts]
        _conclude(client, builds[0])
        client.post(f"/builds/{builds[0]}/approve", json={"filter": {}}).raise_for_status()
        for build_id in builds[1:]:
            assert send(build_id, asked.actual.data).status_code == 202
            _conclude(client, build_id)
        shots = [client.get(f"/builds/{build_id}").json()["shots"][0]["comparison_id"] for build_id in builds[1:]]
        said = list(clients.map(lambda shot: client.post(f"/comparisons/{shot}/approve"), shots))
    # Both show the same picture: the second changes nothing, whichever that is.
    assert [answer.status_code for answer in said] == [200, 200], [one.text for one in said]


def _conclude(client: httpx.Client, build_id: str) -> None:
    client.post(f"/builds/{build_id}/finalize", json={}).raise_for_status()
    wait_until(lambda: client.get(f"/builds/{build_id}").json()["verdict"], 30, "the build was not concluded")


def test_a_thousand_waiting_clients_hold_no_thread_and_delay_no_other(service: Service) -> None:
    with more_files(), api(service.folder) as door:
        answer = service.post(door)
        path = f"{answer.json()['status_url']}?wait=60"
        answers = asyncio.run(_crowd(service, door, path))
    assert Counter(answers) == {"HTTP/1.1 200 OK, ended": WAITERS}
    service.check()


async def _crowd(service: Service, door: Api, path: str) -> list[str]:
    waiting = [asyncio.create_task(_wait_for(door, path)) for _ in range(WAITERS)]
    await asyncio.sleep(0.2)  # they are still arriving
    assert await _seconds_of_an_upload(service, door) < 2 * slowness()
    await asyncio.sleep(3 * slowness())
    assert not any(one.done() for one in waiting)
    threads = len(list(_threads(door)))
    assert threads < 100, threads  # 1,000 wait
    for _ in range(3):
        live = await asyncio.to_thread(lambda: httpx.get(f"{door.url}/health/live", timeout=20))
        assert live.elapsed.total_seconds() < slowness()
    assert (await asyncio.to_thread(service.post, door)).status_code == 202
    await asyncio.to_thread(service.start_worker, *SOLO)
    return await asyncio.gather(*waiting)


async def _seconds_of_an_upload(service: Service, door: Api) -> float:
    answer = await asyncio.to_thread(service.post, door)
    assert answer.status_code == 202
    return answer.elapsed.total_seconds()


async def _wait_for(door: Api, path: str) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    return answer.partition("\r\n")[0] + (", ended" if '"ready":true' in answer else ", open")


def _threads(door: Api) -> Iterator[str]:
    assert door.process
    return (path.name for path in Path(f"/proc/{door.process.pid}/task").iterdir())


@contextmanager
def more_files() -> Iterator[None]:
    """Twice as many connections as there are clients; the API inherits the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * WAITERS
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"this system lets a process open {hard} files; the test needs {wanted}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_behind_a_proxy_with_a_path_of_its_own_every_link_leads_back_through_it(service: Service) -> None:
    with api(service.folder, "--root-path", "/etalon", TASKS_FORCE_SYNC="1") as door, proxy(door) as outside:
        asked = pair()
        posted = {"reference": asked.reference.data, "actual": asked.actual.data}
        answer = httpx.post(f"{door.url}/api/v1/comparisons", files=posted, timeout=30).raise_for_status().json()
        with httpx.Client(follow_redirects=True, timeout=30) as client:
            page = client.get(f"{outside}/etalon/ui/comparisons/{answer['comparison_id']}")
            assert page.status_code == 200
            found = set(_addresses(page.text))
            assert len(found) > 8
            for address in found:
                assert address.startswith("/etalon/"), address
                assert client.get(outside + address).status_code == 200, address
            start = client.get(f"{outside}/etalon/")
            assert (start.status_code, start.url.path) == (200, "/etalon/ui/")
            assert client.get(f"{outside}/etalon/docs").status_code == 200


def _addresses(text: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'(?:href|src)="([^"#][^"]*)"', text)]


@contextmanager
def proxy(door: Api) -> Iterator[str]:
    """Takes `/etalon` off the path and passes the rest on, as nginx does with `location /etalon/`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            passed = {"X-Forwarded-Host": self.headers["Host"], "X-Forwarded-Proto": "http"}
            answer = httpx.get(door.url + self.path.removeprefix("/etalon"), headers=passed, timeout=20)
            self.send_response(answer.status_code)
            for name in ("content-type", "location"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            return

    with serving(Handler) as url:
        yield url
