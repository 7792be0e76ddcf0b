"""A whole service for a bench: real Redis, API and worker processes on free ports, in a temporary folder."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from config import ROOT
from harness.environment import async_mode
from harness.redis_server import redis_binary
from harness.waiting import free_port

READY_WITHIN_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Stack:
    """`api` and `workers` are process ids; a worker's pool process is its child."""

    url: str
    folder: Path
    redis_port: int
    api: int
    workers: tuple[int, ...]


@contextmanager
def service(
    workers: int,
    worker_options: Sequence[str] = (),
    application: str = "tasks.celery_app",
    api_processes: int = 1,
    **settings: object,
) -> Iterator[Stack]:
    """A ready service in async mode, with SQLite and a folder for pictures unless `settings` say otherwise. At the end
    it is stopped and its folder removed."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        redis_port, api_port = free_port(), free_port()
        environment = os.environ | plain_settings(folder, redis_port) | {k: str(v) for k, v in settings.items()}
        redis = [redis_binary(), "--bind", "127.0.0.1", "--port", str(redis_port), "--save", "", "--dir", str(folder)]
        stack.enter_context(process(redis))
        api = [sys.executable, "-m", "uvicorn", "main:app", "--port", str(api_port), "--log-level", "warning"]
        api += ["--workers", str(api_processes)] if api_processes > 1 else []
        api_process = stack.enter_context(process(api, environment))
        url = f"http://127.0.0.1:{api_port}"
        wait_until(lambda: httpx.get(url + "/health/live").is_success, "the API answers")
        celery = [sys.executable, "-m", "celery", "-A", application, "worker", "-l", "error", "-c", "1"]
        started = [
            stack.enter_context(process([*celery, "-n", f"bench-{number}@%h", *worker_options], environment)).pid
            for number in range(workers)
        ]
        wait_until(lambda: len(queue(url)["workers"]) >= workers, "the workers are there")
        yield Stack(url, folder, redis_port, api_process.pid, tuple(started))


def plain_settings(folder: Path, redis_port: int) -> dict[str, str]:
    """Async mode in a folder, independent of the machine's .env."""
    return async_mode(redis_port, folder) | {
        "TASKS_FALLBACK_TO_SYNC": "0",
        "VISION_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONWARNINGS": "ignore",  # Celery's warning about a worker that runs as root
    }


def queue(url: str) -> Any:
    return httpx.get(url + "/api/v1/queue").raise_for_status().json()


@contextmanager
def process(command: list[str], environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(60)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def wait_until(true: Any, what: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            if true():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    sys.exit(f"After {READY_WITHIN_SECONDS:.0f} s it is still not so that {what}.")
