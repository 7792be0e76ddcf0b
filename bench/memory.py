"""Memory of API, worker, pool process and Redis over thousands of small comparisons, and of a service in sync mode over large
pictures.

Called by `python -m bench.load --memory 10000` and `--large 200`; Ctrl+C ends it early and prints the result so far. The worker's
pool process is not replaced (normally it is after 500 tasks), so that leaks show.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import httpx
import numpy as np
import psutil
import redis

from bench.chart import Series, chart
from bench.results import ROOT, circumstances, table, write
from bench.screens import large_pictures, small_pairs
from bench.stack import Stack, service

RESULTS: Final = ROOT / "bench"
CLIENTS: Final = 4
SAMPLES: Final = 100
WARM_UP: Final = 0.3  # of the tasks: caches and the allocator's arenas fill
MIB: Final = 2**20
Pairs = Iterator[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Watched:
    """Resident MiB by process, over the number of tasks that had ended."""

    tasks: int
    failed: int
    seconds: float
    series: tuple[Series, ...]

    def growth(self, series: Series) -> float:
        """KiB for each thousand tasks: the slope of a line through the values after the warm-up."""
        late = [(x, y) for x, y in series.points if x >= WARM_UP * self.tasks]
        slope = float(np.polyfit([x for x, _ in late], [y for _, y in late], 1)[0])
        return slope * 1000 * 1024


def measure(tasks: int, scripted: bool = False) -> Watched:
    """Comparisons of small pairs, done by a worker; `scripted`: with an engine that costs next to nothing."""
    application = "harness.worker_app" if scripted else "tasks.celery_app"
    pairs = small_pairs()
    with service(1, ["--max-tasks-per-child=100000000"], application) as stack:
        return asyncio.run(_watched(tasks, CLIENTS, stack, lambda http: _compared(http, pairs)))


def measure_large(pictures: int) -> Watched:
    """Analyses of pictures of 3840x2160, one after another, in the API's process."""
    made = large_pictures()
    with service(0, TASKS_FORCE_SYNC=1) as stack:
        return asyncio.run(_watched(pictures, 1, stack, lambda http: _analyzed(http, next(made))))


async def _watched(
    tasks: int, clients: int, stack: Stack, work: Callable[[httpx.AsyncClient], Awaitable[bool]]
) -> Watched:
    every = max(1, tasks // SAMPLES)
    points: dict[str, list[tuple[float, float]]] = {}
    started, ended, failed = asyncio.get_running_loop().time(), 0, 0

    async with httpx.AsyncClient(base_url=stack.url, timeout=300) as http:

        async def client(share: int) -> None:
            nonlocal ended, failed
            for _ in range(share):
                failed += not await work(http)
                ended += 1
                if ended % every == 0:
                    found = resident(stack)
                    print(
                        f"{ended:,}: {', '.join(f'{name} {mib:.0f}' for name, mib in found.items())}", file=sys.stderr
                    )
                    for name, mib in found.items():
                        points.setdefault(name, []).append((ended, mib))

        with suppress(asyncio.CancelledError):
            await asyncio.gather(*(client(tasks // clients) for _ in range(clients)))
    seconds = asyncio.get_running_loop().time() - started
    return Watched(ended, failed, seconds, tuple(Series(name, found) for name, found in points.items()))


async def _compared(http: httpx.AsyncClient, pairs: Pairs) -> bool:
    reference, actual = next(pairs)
    answer = await http.post("/api/v1/comparisons", files={"reference": reference, "actual": actual})
    return await _succeeds(http, answer)


async def _analyzed(http: httpx.AsyncClient, picture: bytes) -> bool:
    return await _succeeds(http, await http.post("/api/v1/analyses", files={"screenshot": picture}))


async def _succeeds(http: httpx.AsyncClient, answer: httpx.Response) -> bool:
    task_id = answer.raise_for_status().json()["task_id"]
    while True:
        task = (await http.get(f"/api/v1/tasks/{task_id}", params={"wait": 30})).raise_for_status().json()
        if task["ready"]:
            return bool(task["state"] == "SUCCESS")


def resident(stack: Stack) -> dict[str, float]:
    """MiB of the API, of the worker, of its pool process, and what Redis says of itself; in sync mode of the API alone."""
    processes = {"API": psutil.Process(stack.api)}
    if not stack.workers:
        return {name: one.memory_info().rss / MIB for name, one in processes.items()}
    worker = psutil.Process(stack.workers[0])
    pool = max(worker.children(recursive=True), key=lambda one: one.memory_info().rss)
    processes |= {"worker": worker, "its pool process": pool}
    found = {name: one.memory_info().rss / MIB for name, one in processes.items()}
    return found | {"Redis": redis.Redis(port=stack.redis_port).info("memory")["used_memory"] / MIB}


def report(found: Watched, work: str, section: str, to_files: bool) -> None:
    """`section`: of bench/RESULTS.md; the plot beside it has its name."""
    took = f"{found.seconds / 60:.0f} minutes"
    text = f"{found.tasks:,} {work}, {found.failed} failed, {took}.\n\n{as_table(found)}"
    print(f"\n{text}")
    if to_files:
        plot = RESULTS / f"{section}.svg"
        plot.write_text(chart([(f"memory, MiB, over {found.tasks:,} tasks", found.series)]), encoding="utf-8")
        write(section, f"{circumstances(sys.argv)}\n\n{text}\n\n![memory over tasks]({plot.name})")


def as_table(found: Watched) -> str:
    head = ["process", "at the start, MiB", "after the warm-up", "at the end", "most", "growth, KiB a 1,000 tasks"]
    return table(head, [_row(found, series) for series in found.series])


def _row(found: Watched, series: Series) -> Sequence[str]:
    values = [mib for _, mib in series.points]
    warm = next(mib for tasks, mib in series.points if tasks >= WARM_UP * found.tasks)
    return [
        series.name,
        *(f"{mib:.1f}" for mib in (values[0], warm, values[-1], max(values))),
        f"{found.growth(series):.0f}",
    ]
