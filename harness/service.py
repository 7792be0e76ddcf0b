"""The API and Celery workers as processes of their own, by default with scripted engines."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from config import ROOT
from harness.waiting import free_port, wait_until


@dataclass
class Worker:
    """A `celery worker` in a process group of its own."""

    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    module: str = "harness.worker_app"
    log: Path = Path("worker.log")
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["celery", "-A", self.module, "worker", "-l", "info", "--without-mingle", *self.arguments]
        self.process = _start(command, self.environment, self.log)

    def wait_ready(self, seconds: float = 40) -> None:
        wait_until(lambda: self._ended() or " ready." in self.said(), seconds, lambda: f"not ready:\n{self.said()}")
        assert not self._ended(), f"the worker ended:\n{self.said()}"

    def _ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def kill(self) -> None:
        """Kills the whole group at once, as a power cut does."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self, seconds: float = 15) -> int:
        """A warm shutdown, as a service manager asks for it. Returns the exit status."""
        assert self.process
        self.process.terminate()
        return self.process.wait(seconds)


@dataclass
class Api:
    """The API; `start` returns when it answers. `arguments` are uvicorn's."""

    log: Path
    port: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    module: str = "harness.api_app:app"
    arguments: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.port = self.port or free_port()
        command = [
            "uvicorn",
            self.module,
            "--port",
            str(self.port),
            "--timeout-graceful-shutdown",
            "5",
            *self.arguments,
        ]
        self.process = _start(command, self.environment, self.log)
        wait_until(self.answers, 40, lambda: self.log.read_text(encoding="utf-8", errors="replace"))

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/live", timeout=5).is_success
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        """Kills the whole group at once, as a power cut does."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> int:
        assert self.process
        self.process.terminate()
        return self.process.wait(20)


@contextmanager
def api(folder: Path, *arguments: str, module: str = "harness.api_app:app", **environment: str) -> Iterator[Api]:
    log = folder / f"api-{time.monotonic_ns()}.log"
    started = Api(log, environment=environment, module=module, arguments=arguments)
    try:
        started.start()
        yield started
    finally:
        if started.process and started.process.poll() is None:
            started.kill()


@contextmanager
def worker(folder: Path, *arguments: str, module: str = "harness.worker_app", **environment: str) -> Iterator[Worker]:
    started = Worker(arguments, environment, module, folder / f"worker-{time.monotonic_ns()}.log")
    try:
        started.start()
        started.wait_ready()
        yield started
    finally:
        if started.process and started.process.poll() is None:
            started.kill()


def _start(command: Sequence[str], environment: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
