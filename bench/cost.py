"""What a comparison costs, and from that what a number of comparisons an hour needs: for doc/scaling.md."""

import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import psutil
import redis

from bench.results import ROOT, table, write
from bench.stack import Stack, plain_settings

SCALING: Final = ROOT / "doc" / "scaling.md"
HOURLY: Final = (10, 1_000, 100_000)
DAYS_KEPT: Final = 30
BUSY: Final = 0.7  # above that a queue grows faster than it is emptied
KIB, MIB, GIB = 2**10, 2**20, 2**30


@dataclass(frozen=True, slots=True)
class Cost:
    """Core seconds and bytes: totals at one moment, or what one comparison adds."""

    worker_cpu_seconds: float
    api_cpu_seconds: float
    database_bytes: float
    artifact_bytes: float
    artifact_files: float
    redis_bytes: float
    redis_keys: float
    worker_mib: float

    def __sub__(self, before: "Cost") -> "Cost":
        return Cost(**{name: value - asdict(before)[name] for name, value in asdict(self).items()} | self._stays())

    def each(self, count: int) -> "Cost":
        return Cost(**{name: value / max(1, count) for name, value in asdict(self).items()} | self._stays())

    def _stays(self) -> dict[str, float]:
        return {"worker_mib": self.worker_mib}


def used(stack: Stack) -> Cost:
    """What the service has used so far. Checkpoints the database first, because its log is not part of its size."""
    workers = [psutil.Process(number) for number in stack.workers]
    pools = [child for worker in workers for child in worker.children(recursive=True)]
    files = [path for path in (stack.folder / "artifacts").rglob("*") if path.is_file()]
    memory = redis.Redis(port=stack.redis_port)
    return Cost(
        worker_cpu_seconds=sum(_cpu(one) for one in [*workers, *pools]),
        api_cpu_seconds=_cpu(psutil.Process(stack.api)),
        database_bytes=_database_bytes(stack.folder / "etalon.db"),
        artifact_bytes=sum(path.stat().st_size for path in files),
        artifact_files=len(files),
        redis_bytes=float(memory.info("memory")["used_memory"]),
        redis_keys=float(memory.dbsize() + redis.Redis(port=stack.redis_port, db=1).dbsize()),
        worker_mib=max((_group_mib(one) for one in workers), default=0.0),
    )


def as_table(cost: Cost) -> str:
    rows = [
        ("processor, worker", f"{cost.worker_cpu_seconds:.2f} s of a core"),
        ("processor, API", f"{1000 * cost.api_cpu_seconds:.0f} ms of a core"),
        ("memory of a worker (its process and its pool process)", f"{cost.worker_mib:.0f} MiB"),
        ("database", f"{cost.database_bytes / KIB:.1f} KiB"),
        ("pictures", f"{cost.artifact_bytes / KIB:.0f} KiB in {cost.artifact_files:.2f} files"),
        ("Redis, for a day (result_expires)", f"{cost.redis_bytes / KIB:.2f} KiB in {cost.redis_keys:.2f} keys"),
    ]
    return table(["one comparison", "costs"], [list(row) for row in rows])


def needs(cost: Cost) -> str:
    """What a number of comparisons an hour needs, kept for DAYS_KEPT days of 24 hours."""
    rows: Sequence[tuple[str, Callable[[int], str]]] = (
        ("cores for workers", lambda hourly: f"{cores(hourly, cost.worker_cpu_seconds):.2f}"),
        ("workers", lambda hourly: f"{workers(hourly, cost):,}"),
        ("memory of the workers", lambda hourly: _size(workers(hourly, cost) * cost.worker_mib * MIB)),
        ("cores for the API", lambda hourly: f"{cores(hourly, cost.api_cpu_seconds):.2f}"),
        ("Redis, states of a day", lambda hourly: _size(24 * hourly * cost.redis_bytes)),
        (f"database, {DAYS_KEPT} days", lambda hourly: _size(24 * DAYS_KEPT * hourly * cost.database_bytes)),
        (f"pictures, {DAYS_KEPT} days", lambda hourly: _size(24 * DAYS_KEPT * hourly * cost.artifact_bytes)),
    )
    head = ["comparisons an hour", *(f"{hourly:,}" for hourly in HOURLY)]
    return table(head, [[name, *(said(hourly) for hourly in HOURLY)] for name, said in rows])


def cores(hourly: int, seconds: float) -> float:
    return hourly * seconds / 3600 / BUSY


def workers(hourly: int, cost: Cost) -> int:
    """One worker keeps one core busy."""
    return max(1, math.ceil(cores(hourly, cost.worker_cpu_seconds)))


def sqlite_writes_per_second(processes: int = 4, seconds: float = 3) -> float:
    """Write transactions a second that the processes together do on one SQLite file, as the service does them."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | plain_settings(Path(folder), 1)  # Redis is not used here
        command = [sys.executable, "-c", _WRITER, str(seconds)]
        subprocess.run(
            [*command[:-1], "0"], cwd=ROOT, env=environment, check=True, capture_output=True
        )  # makes the schema
        started = [
            subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
            for _ in range(processes)
        ]
        return sum(int(child.communicate()[0]) for child in started) / seconds


_WRITER: Final = """
import sys, time
from config import settings
from store import leases, schema
from store.session import write
from store.tables import new_id
schema.prepare(settings().database)
name, count, until = new_id(), 0, time.monotonic() + float(sys.argv[1])
while time.monotonic() < until:
    with write() as session:
        leases.acquire(session, name, name, 60)
    count += 1
print(count)
"""


def write_down(cost: Cost, circumstances: str, scaling: Path = SCALING) -> None:
    writes = sqlite_writes_per_second()
    said = f"On the same machine four processes got {writes:.0f} write transactions a second into one SQLite file."
    write("cost", f"{circumstances}\n\n{as_table(cost)}\n\n{said}", scaling)
    write("needs", needs(cost), scaling)


def _cpu(process: psutil.Process) -> float:
    """With that of children that have ended: a worker replaces its pool process now and then."""
    times = process.cpu_times()
    ended = getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return float(times.user + times.system + ended)


def _group_mib(worker: psutil.Process) -> float:
    return sum(one.memory_info().rss for one in [worker, *worker.children(recursive=True)]) / MIB


def _database_bytes(path: Path) -> float:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(path, timeout=30)) as database:
        (pages,), (page_size,) = (database.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    return float(pages * page_size)


def _size(count: float) -> str:
    for unit, name in ((GIB * 1024, "TiB"), (GIB, "GiB"), (MIB, "MiB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count / KIB:.0f} KiB"
