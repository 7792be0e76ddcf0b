"""A supervisor, its workers and their pool processes, found through /proc. Linux only."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from config import ROOT
from harness.redis_server import RedisServer

_STOP_WITHIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Group:
    """A supervisor in a process group of its own."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def workers(self) -> list[int]:
        return [pid for pid in _children(self.process.pid) if "celery" in _command(pid)]

    def pool_processes(self) -> list[int]:
        return [pid for worker in self.workers() for pid in pool_processes_of(worker)]

    def left(self) -> list[int]:
        """Processes of the group that are still there."""
        return [pid for pid in _pids() if _group_of(pid) == self.process.pid]

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_STOP_WITHIN_SECONDS)


@dataclass(frozen=True, slots=True)
class Footprint:
    """Figures that must not grow: open files and memory of the API, keys in Redis."""

    files: int
    memory_mib: float
    keys: int

    @classmethod
    def of(cls, process: subprocess.Popen[bytes] | None, redis: RedisServer) -> "Footprint":
        assert process
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
        files = sum(1 for _ in Path(f"/proc/{process.pid}/fd").iterdir())
        return cls(files, resident / 1024, int(redis.client().dbsize()))


@contextmanager
def group(command: Sequence[str], log: Path) -> Iterator[Group]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
    started = Group(process, log)
    try:
        yield started
    finally:
        started.stop()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def pool_processes_of(worker: int) -> list[int]:
    return [pid for pid in _children(worker) if "spawn_main" in _command(pid)]


def kill(dice: random.Random, pids: Sequence[int]) -> int:
    """SIGKILL to one of them, if there is one. Returns how many were killed."""
    return _signal(dice, pids, signal.SIGKILL)


def terminate(dice: random.Random, pids: Sequence[int]) -> int:
    return _signal(dice, pids, signal.SIGTERM)


def slowness() -> float:
    """How much slower this machine is than an idle one: load per core, from 1 to 4."""
    return min(4.0, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


def wait_until(fact: Callable[[], object], seconds: float, otherwise: Callable[[], str]) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            raise SystemExit(f"It took longer than {seconds:g} s:\n{otherwise()}")
        time.sleep(0.1)


def _signal(dice: random.Random, pids: Sequence[int], what: signal.Signals) -> int:
    if not pids:
        return 0
    with suppress(ProcessLookupError):
        os.kill(dice.choice(sorted(pids)), what)
        return 1
    return 0


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _children(parent: int) -> list[int]:
    return [pid for pid in _pids() if _fields(pid)[1:2] == [str(parent)]]


def _group_of(pid: int) -> int:
    fields = _fields(pid)
    return int(fields[2]) if fields and fields[0] != "Z" else 0


def _fields(pid: int) -> list[str]:
    """State, parent, process group, ... of /proc/PID/stat."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
