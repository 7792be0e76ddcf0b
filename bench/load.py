"""Measures the service under load: how long a submission takes, how much work is done, and what it answers when it is
full.

  python -m bench.load [--pairs 200] [--clients 1 20 200] [--workers 1 2 4] [--apis 2] [--memory 10000 [--scripted]]
      [--large 200] [--write]

Starts everything itself on free ports in a temporary folder (Redis, one API process, worker processes, SQLite, local
pictures). A client posts a pair of real screenshots, waits for its verdict with ?wait=30, and takes the next pair;
every actual is new to the service. Rounds: --clients at once with two workers; 20 clients with --workers, and with two
workers and --apis API processes; and 200 clients that give up when refused, against a queue of at most 20 tasks
(QUEUE_LIMIT) and against a service without workers (sync mode). With `--memory N` one more round sends N small pairs and
watches the memory of every process, with `--large N` another sends N large pictures in sync mode. `--write` puts the
tables into bench/RESULTS.md, the plots beside it, and what one comparison costs into doc/scaling.md.
"""

import argparse
import asyncio
import signal
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import httpx

from bench import cost, memory
from bench.chart import Series, chart
from bench.cost import Cost
from bench.results import ROOT, circumstances, table, write
from bench.screens import real_pairs
from bench.stack import Stack, service

PLOT: Final = ROOT / "bench" / "load.svg"
HEAD: Final = (
    *("special", "workers", "clients", "pairs", "taken", "503 with Retry-After", "anything else", "failed"),
    *("submission p50, ms", "p99, ms", "comparisons/s", "most waiting", "worker CPU s each"),
)
WORKERS_OF_CLIENTS, CLIENTS_OF_WORKERS = 2, 20


@dataclass(frozen=True, slots=True)
class Plan:
    """One round; `name` if it is a special one. `patient` clients try again after a refusal, when Retry-After says."""

    name: str
    workers: int
    clients: int
    pairs: int
    settings: tuple[tuple[str, object], ...] = ()
    patient: bool = True
    api_processes: int = 1


@dataclass(frozen=True, slots=True)
class Round:
    """`other`: answers that were neither a ticket nor a documented refusal; `failed`: tasks that did not end in
    SUCCESS. `waiting`: (seconds since the start, tasks that waited)."""

    plan: Plan
    taken: int
    refused: int
    other: Counter[str]
    failed: int
    submission_ms: tuple[float, ...]
    seconds: float
    waiting: tuple[tuple[float, int], ...]
    cost: Cost

    @property
    def per_second(self) -> float:
        return self.taken / self.seconds

    def percentile(self, share: float) -> float:
        took = sorted(self.submission_ms)
        return took[min(len(took) - 1, int(share * len(took)))] if took else 0.0


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=200, help="in each round (one client: a tenth)")
    parser.add_argument("--clients", type=int, nargs="*", default=[1, 20, 200])
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    parser.add_argument("--apis", type=int, nargs="*", default=[2], help="20 clients with so many API processes")
    parser.add_argument("--refusals", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--memory", type=int, default=0, metavar="TASKS")
    parser.add_argument("--scripted", action="store_true", help="with --memory: an engine that costs next to nothing")
    parser.add_argument("--large", type=int, default=0, metavar="PICTURES")
    parser.add_argument("--write", action="store_true", help="into bench/RESULTS.md and doc/scaling.md")
    arguments = parser.parse_args(words)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the children end with this process
    said = circumstances(sys.argv)  # before the first round: later the load itself is the machine's work
    rounds = []
    for plan in plans(arguments.pairs, arguments.clients, arguments.workers, arguments.apis, arguments.refusals):
        rounds.append(measure(plan))
        print(table(HEAD, [row(rounds[-1])]).splitlines()[-1], flush=True)
    if rounds:
        _report(rounds, said if arguments.write else None)
    if arguments.memory:
        engine = "a scripted engine" if arguments.scripted else "the real engines"
        found = memory.measure(arguments.memory, arguments.scripted)
        memory.report(found, f"comparisons of pairs of 160x120 with {engine}", "memory", arguments.write)
    if arguments.large:
        work = "analyses of 3840x2160 in the API's process (sync mode)"
        memory.report(memory.measure_large(arguments.large), work, "memory-large", arguments.write)


def plans(
    pairs: int, clients: Sequence[int], workers: Sequence[int], apis: Sequence[int], refusals: bool
) -> list[Plan]:
    many = [Plan("", WORKERS_OF_CLIENTS, each, pairs if each > 1 else max(5, pairs // 10)) for each in clients]
    more = [Plan("", each, CLIENTS_OF_WORKERS, pairs) for each in workers]
    more += [Plan(f"{each} API processes", 2, CLIENTS_OF_WORKERS, pairs, api_processes=each) for each in apis]
    full = Plan("queue of 20", 1, 200, pairs, (("QUEUE_LIMIT", 20),), patient=False)
    sync = Plan("sync mode", 0, 200, pairs, (("TASKS_FORCE_SYNC", 1),), patient=False)
    return list(dict.fromkeys(many + more)) + ([full, sync] if refusals else [])


def measure(plan: Plan) -> Round:
    with service(plan.workers, api_processes=plan.api_processes, **dict(plan.settings)) as stack:
        return asyncio.run(load(plan, stack))


async def load(plan: Plan, stack: Stack) -> Round:
    pairs = real_pairs()
    ready = [next(pairs) for _ in range(plan.pairs + 2 * plan.workers)]  # made in advance: this process is busy later
    limits = httpx.Limits(max_connections=plan.clients + 1, max_keepalive_connections=plan.clients + 1)
    async with httpx.AsyncClient(base_url=stack.url, timeout=300, limits=limits) as http:
        crowd = Crowd(http, plan, ready[: plan.pairs])
        for pair in ready[plan.pairs :]:  # the first comparison of a process loads its engines: not counted
            await crowd.verdict((await crowd.submitted(pair)).json()["task_id"])
        before = cost.used(stack)
        started = time.perf_counter()
        waiting: list[tuple[float, int]] = []
        watcher = asyncio.create_task(_watch(http, started, waiting))
        await asyncio.gather(*(crowd.client() for _ in range(plan.clients)))
        seconds = time.perf_counter() - started
        watcher.cancel()
        spent = (cost.used(stack) - before).each(len(crowd.took_ms))
    took = tuple(crowd.took_ms)
    return Round(plan, len(took), crowd.refused, crowd.other, crowd.failed, took, seconds, tuple(waiting), spent)


class Crowd:
    """Clients that share the pairs; counts their answers."""

    def __init__(self, http: httpx.AsyncClient, plan: Plan, pairs: list[tuple[bytes, bytes]]) -> None:
        self._http, self._plan, self._pairs = http, plan, pairs
        self.took_ms: list[float] = []
        self.refused = 0
        self.failed = 0
        self.other: Counter[str] = Counter()

    async def client(self) -> None:
        while self._pairs:
            pair = self._pairs.pop()
            task_id = await self._ticket(pair)
            if task_id and await self.verdict(task_id) != "SUCCESS":
                self.failed += 1

    async def _ticket(self, pair: tuple[bytes, bytes]) -> str | None:
        while True:
            started = time.perf_counter()
            try:
                answer = await self.submitted(pair)
            except httpx.HTTPError as error:
                self.other[type(error).__name__] += 1
                return None
            if answer.status_code == 202:
                self.took_ms.append(1000 * (time.perf_counter() - started))
                return str(answer.json()["task_id"])
            if answer.status_code != 503 or "retry-after" not in answer.headers:
                self.other[str(answer.status_code)] += 1
                return None
            self.refused += 1
            if not self._plan.patient:
                return None
            await asyncio.sleep(float(answer.headers["retry-after"]))

    async def submitted(self, pair: tuple[bytes, bytes]) -> httpx.Response:
        files = {"reference": ("reference.png", pair[0]), "actual": ("actual.png", pair[1])}
        return await self._http.post("/api/v1/comparisons", files=files)

    async def verdict(self, task_id: str) -> str:
        """The task's final state; other answers count under `other`."""
        while True:
            try:
                answer = await self._http.get(f"/api/v1/tasks/{task_id}", params={"wait": 30})
            except httpx.HTTPError as error:
                self.other[type(error).__name__] += 1
                return "?"
            if answer.status_code != 200:
                self.other[str(answer.status_code)] += 1
                return "?"
            if answer.json()["ready"]:
                return str(answer.json()["state"])


async def _watch(http: httpx.AsyncClient, started: float, waiting: list[tuple[float, int]]) -> None:
    """How many tasks wait, once a second, until it is cancelled."""
    while True:
        answer = await http.get("/api/v1/queue")
        waiting.append((time.perf_counter() - started, answer.json()["depth"]))
        await asyncio.sleep(1)


def row(found: Round) -> list[str]:
    other = ", ".join(f"{count} {what}" for what, count in sorted(found.other.items())) or "0"
    plan = found.plan
    return [
        *(
            plan.name or "-",
            str(plan.workers),
            str(plan.clients),
            str(plan.pairs),
            str(found.taken),
            str(found.refused),
        ),
        *(other, str(found.failed)),
        *(f"{statistics.median(found.submission_ms or [0]):.0f}", f"{found.percentile(0.99):.0f}"),
        *(f"{found.per_second:.2f}", str(max((depth for _, depth in found.waiting), default=0))),
        f"{found.cost.worker_cpu_seconds:.2f}",
    ]


def _report(rounds: Sequence[Round], said: str | None) -> None:
    """Into the files as well where it is `said` under which circumstances."""
    text = table(HEAD, [row(found) for found in rounds])
    print(f"\n{text}")
    priced = next((found for found in rounds if found.plan.clients == CLIENTS_OF_WORKERS), None)
    if priced:
        print(f"\n{cost.as_table(priced.cost)}")
    if not said:
        return
    PLOT.write_text(plot(rounds), encoding="utf-8")
    write("load", f"{said}\n\n{text}\n\n![the queue under load]({PLOT.name})")
    if priced:
        cost.write_down(priced.cost, said)


def plot(rounds: Sequence[Round]) -> str:
    """Left: how many tasks wait, over time; right: how long a submission takes, over clients."""
    depths = [
        Series(f"{found.plan.clients} clients, {found.plan.workers} workers", found.waiting)
        for found in rounds
        if not found.plan.name
    ]
    crowds = sorted(
        (found for found in rounds if found.plan.workers == WORKERS_OF_CLIENTS), key=lambda one: one.plan.clients
    )
    slow = [
        Series(name, [(found.plan.clients, found.percentile(share)) for found in crowds])
        for name, share in (("p50", 0.5), ("p99", 0.99))
    ]
    return chart([("tasks that wait, over seconds", depths), ("submission, ms, over clients", slow)])


if __name__ == "__main__":
    main()
