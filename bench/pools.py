"""Celery's pools for inference: comparisons a second and memory, for one worker of each kind.

  python -m bench.pools [--pairs 10] [--threads 1]

Real Redis and worker processes on a free port and in a temporary folder; every pair differs in some pixels from the
others, so nothing comes out of the cache of analyses. One warm-up comparison for each process of the pool is not
counted.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.stack import plain_settings, process
from config import ROOT
from harness.redis_server import redis_binary
from harness.waiting import free_port

POOLS = {
    "solo": ("--pool=solo",),
    "threads, 1": ("--pool=threads", "--concurrency=1"),
    "threads, 2": ("--pool=threads", "--concurrency=2"),
    "prefork (spawn), 1": ("--pool=prefork", "--concurrency=1"),
    "prefork (spawn), 2": ("--pool=prefork", "--concurrency=2"),
}


@dataclass(frozen=True, slots=True)
class Measured:
    comparisons_per_second: float
    median_seconds: float
    memory_mb: float | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--threads", type=int, default=1, help="VISION_THREADS")
    arguments = parser.parse_args()
    print("| pool | comparisons/s | median s of one | memory MB |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, _queue(Path(folder), arguments.threads):
        for name, options in POOLS.items():
            found = measure(options, arguments.pairs)
            memory = "" if found.memory_mb is None else f"{found.memory_mb:.0f}"
            print(
                f"| {name} | {found.comparisons_per_second:.2f} | {found.median_seconds:.2f} | {memory} |", flush=True
            )


def measure(options: tuple[str, ...], pairs: int) -> Measured:
    command = [sys.executable, "-m", "celery", "-A", "tasks.celery_app", "worker", "-l", "error", "--without-mingle"]
    before = set(_children())
    with process([*command, *options], dict(os.environ)):
        asyncio.run(_compare(2))
        rows = asyncio.run(_compare(pairs))
        memory = _memory_mb(set(_children()) - before)
    took = sorted((ended - began).total_seconds() for began, ended in rows)
    span = max(ended for _, ended in rows) - min(began for began, _ in rows)
    return Measured(pairs / span.total_seconds(), took[len(took) // 2], memory)


async def _compare(pairs: int) -> list[tuple[object, object]]:
    """Submits new pairs and waits for them. Returns when each began and ended."""
    from store import tasks
    from store.session import read
    from tasks.ask import wait_for
    from tasks.submit import submit

    tickets = [await submit(_new_pair()) for _ in range(pairs)]
    for ticket in tickets:
        status = await wait_for(ticket.task_id, 300)
        assert status.state == "SUCCESS", status
    with read() as session:
        found = [tasks.get(session, ticket.task_id) for ticket in tickets]
    return [(row.started_at, row.finished_at) for row in found]


@contextmanager
def _queue(folder: Path, threads: int) -> Iterator[None]:
    port = free_port()
    threads_each = {"VISION_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    os.environ.update(plain_settings(folder, port) | threads_each)
    with process([redis_binary(), "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]):
        from config import settings
        from store import schema

        schema.upgrade(settings().database)
        yield


def _new_pair() -> object:
    import numpy as np

    from tasks.requests import ComparePair, Upload
    from tasks.stored_pictures import limits
    from vision.image import decode, encode_png, inspect

    spot = np.random.default_rng().integers(0, 255, (4, 4, 3), np.uint8)
    uploads = []
    for side in ("reference", "actual"):
        pixels = decode((ROOT / "doc" / "demo" / f"changed.{side}.png").read_bytes(), limits())
        pixels[:4, :4] = spot
        data = encode_png(pixels)
        uploads.append(Upload(data, inspect(data, limits())))
    return ComparePair(*uploads)


def _children() -> list[int]:
    """The descendants of this process; none without /proc."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(status.parent.name)] = int(fields[1])
    below = {os.getpid()}
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    return sorted(below - {os.getpid()})


def _memory_mb(processes: set[int]) -> float | None:
    """The sum of their proportional set sizes, which count shared memory once."""
    total = 0
    for number in processes:
        try:
            lines = Path(f"/proc/{number}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024 if total else None


if __name__ == "__main__":
    main()
