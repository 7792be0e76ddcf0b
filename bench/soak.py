"""Runs a service under faults for some minutes and checks its invariants: `python -m bench.soak`.

  python -m bench.soak [--minutes 3] [--jobs 200] [--seed N] [--postgres] [--windows-loop] [--mutant NAME] [--write]

Two APIs (async, with fallback) on one database, two workers under run.py's supervisor, a Redis and a Telegram stand-in.
All processes are real; only the engine is scripted, so that each verdict is known and a comparison takes a quarter of a
second on any machine. Four clients post the jobs at random times, each with an Idempotency-Key, and repeat a post at the
other API until it is accepted; every fourth job is a build of five shots. With --postgres, whose clock counts, the
workers' clocks are wrong: one by -300 s, one by +0.3 s. Every 3 to 8 s a fault happens until all jobs are in. Then the
waiting tasks finish, and the invariants of bench/soaked.py are checked against rows, files, chat, Redis and processes.
The same seed gives the same jobs and faults at the same times.

--mutant removes a part (claim, upkeep, supervisor, shim) to show that the soak can fail. Linux only: it reads /proc.
"""

import argparse
import random
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from uuid import UUID

import httpx
from sqlalchemy import func, select

from bench.results import circumstances, table, write
from bench.soak_clients import Client, work_through
from bench.soak_faults import break_things
from bench.soak_world import LEASE_SECONDS, TIME_LIMIT_SECONDS, WORKERS, Job, Run, World, running
from bench.soaked import Soaked, broken
from harness import process_group
from harness.scripted_engine import BUTTON, OTHER, POISON_WIDTH, page
from harness.watch import Watch
from store import tables
from store.session import read
from store.tasks import FINAL

MUTANTS = ("claim", "upkeep", "supervisor", "shim")
CLIENTS = 4
POISON_SHARE = 0.03
A_BUILD_EVERY = 4
SHOTS = tuple(f"page {number}" for number in range(5))
LONG_MINUTES = 30
STILL_SECONDS = 2 * LEASE_SECONDS + TIME_LIMIT_SECONDS
SECONDS_OF_AN_ANSWER = 0.1


def main(words: Sequence[str] | None = None) -> int:
    arguments = _arguments(words)
    print(f"seed {arguments.seed}", flush=True)
    with ExitStack() as stack:
        world = stack.enter_context(running(arguments.mutant, arguments.postgres, arguments.windows_loop))
        result = _soak(world, arguments)
    text = _report(result, arguments)
    print(text)
    print(f"Faults: {', '.join(f'{name} ({times})' for name, times in sorted(result.faults.items()))}.")
    if arguments.write:
        write(_section(arguments), f"{circumstances(sys.argv)}\n\n{_short(result) if arguments.mutant else text}")
    return int(any(result.broken.values()))


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=3.0, help="how long jobs and faults come")
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--postgres", action="store_true", help="instead of SQLite")
    parser.add_argument(
        "--windows-loop", action="store_true", help="solo workers in the loop that Celery uses on Windows"
    )
    parser.add_argument("--mutant", choices=MUTANTS)
    parser.add_argument("--write", action="store_true", help="put the result into bench/RESULTS.md")
    return parser.parse_args(words)


def _soak(world: World, arguments: argparse.Namespace) -> Soaked:
    chance = random.Random(arguments.seed)
    process_group.wait_until(
        lambda: world.workers.said().count(" ready.") >= WORKERS, 90 * process_group.slowness(), world.workers.said
    )
    seconds = 60 * arguments.minutes
    jobs = _jobs(chance, arguments.jobs, seconds)
    _warm_up(world, chance)
    base = [process_group.Footprint.of(api.process, world.redis) for api in world.apis]
    began = time.monotonic()
    clients = [
        threading.Thread(target=work_through, args=(world, jobs[number::CLIENTS], began)) for number in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    break_things(world, random.Random(f"faults of {arguments.seed}"), began, seconds)  # independent of the jobs
    for client in clients:
        client.join()
    calm = time.monotonic()
    print(
        f"{time.monotonic() - began:.0f} s: {len(world.took)} accepted, no more faults; waiting for what is left",
        flush=True,
    )
    unended = _wait_until_nothing_moves(world.watch)
    drained = time.monotonic() - calm
    return broken(world, unended, base, drained, long=arguments.minutes >= 2)


def _wait_until_nothing_moves(watch: Watch) -> list[str]:
    """Waits until no more tasks end for a while, by their rows: the watch asks for one after another, and on a busy machine it
    takes minutes to come round. Returns those that have not ended."""
    before = -1
    while (left := _open_tasks()) not in (0, before):
        before = left
        ends = time.monotonic() + STILL_SECONDS * process_group.slowness()
        while _open_tasks() and time.monotonic() < ends:
            time.sleep(0.5)
    return watch.wait_final(STILL_SECONDS + SECONDS_OF_AN_ANSWER * len(watch.accepted) * process_group.slowness())


def _open_tasks() -> int:
    with read() as session:
        return session.scalar(select(func.count()).where(tables.Task.state.not_in(FINAL))) or 0


def _jobs(chance: random.Random, count: int, seconds: float) -> list[Job | Run]:
    times = sorted(chance.uniform(0, seconds) for _ in range(count))
    return [
        _run(chance, number, at) if number % A_BUILD_EVERY == 0 else _job(chance, number, at)
        for number, at in enumerate(times)
    ]


def _run(chance: random.Random, number: int, at: float) -> Run:
    return Run(f"run {number}", at, tuple(_shot(chance, number, name) for name in SHOTS))


def _shot(chance: random.Random, number: int, name: str) -> Job:
    """Like its reference, or without a button and in a colour that only this build has."""
    reference = _reference(name)
    changed = page(BUTTON, shade=150 + SHOTS.index(name), ink=(number % 100, number // 100 % 100, 60))
    same = chance.random() < 0.7
    key = str(UUID(int=chance.getrandbits(128)))
    return Job(number, 0, key, reference, reference if same else changed, "passed" if same else "failed", name)


def _reference(name: str) -> bytes:
    return page(BUTTON, OTHER, shade=150 + SHOTS.index(name))


def _job(chance: random.Random, number: int, at: float) -> Job:
    """Every page is unique, so no analysis is known already. (There are 50 shades; the height varies the rest.)"""
    poison = chance.random() < POISON_SHARE
    shape = {"shade": 200 + number % 50, "height": 120 + number // 50}
    shape["width"] = POISON_WIDTH if poison else 160
    same = chance.random() < 0.3 and not poison  # the API's engine survives poison and finds everything changed
    reference, actual = page(BUTTON, OTHER, **shape), page(BUTTON, **shape)
    verdict = None if poison else "passed" if same else "failed"
    return Job(number, at, str(UUID(int=chance.getrandbits(128))), reference, reference if same else actual, verdict)


def _warm_up(world: World, chance: random.Random) -> None:
    """Test cases, and a few jobs without faults, before anything is measured."""
    with ExitStack() as stack:
        client = Client(world, [stack.enter_context(httpx.Client(base_url=world.apis[0].url, timeout=60))])
        for name in SHOTS:
            world.references.add(str(client.make_testcase(name, _reference(name))))
    for task_id in world.references:
        world.watch.add(task_id)
    for number in range(6):
        job = _job(random.Random(chance.random()), -1 - number, 0)
        while job.verdict is None:
            job = _job(random.Random(chance.random()), -1 - number, 0)
        work_through(world, [job], time.monotonic())
    assert not _wait_until_nothing_moves(world.watch), "not even the warm-up ended"


def _section(arguments: argparse.Namespace) -> str:
    """The section in bench/RESULTS.md; each kind of soak has its own."""
    kinds = {
        "postgres": arguments.postgres,
        "windows-loop": arguments.windows_loop,
        f"without-{arguments.mutant}": arguments.mutant,
        "long": arguments.minutes >= LONG_MINUTES,
    }
    return "-".join(["soak", *(kind for kind, asked in kinds.items() if asked)])


def _short(result: Soaked) -> str:
    """The invariants that noticed the missing part, each with the number of its findings."""
    noticed = [f"{name.split()[0]} ({len(found)})" for name, found in result.broken.items() if found]
    return f"Noticed by {', '.join(noticed)}." if noticed else "Nothing was noticed."


def _report(result: Soaked, arguments: argparse.Namespace) -> str:
    lines = [
        f"Seed {arguments.seed}, {arguments.jobs} jobs in {arguments.minutes:g} minutes, "
        f"{'PostgreSQL' if arguments.postgres else 'SQLite'}"
        f"{', the loop of Windows' if arguments.windows_loop else ''}"
        f"{f', without the {arguments.mutant}' if arguments.mutant else ''}, "
        f"{result.faults.total()} faults of {len(result.faults)} kinds. {result.summary}",
        "",
        _invariants(result),
    ]
    return "\n".join(lines)


def _invariants(result: Soaked) -> str:
    rows = [[name, _few(found)] for name, found in result.broken.items() if found]
    return table(["broken", "first findings"], rows) if rows else f"All {len(result.broken)} invariants hold."


def _few(found: Sequence[str]) -> str:
    return "<br>".join([*found[:4], *([f"and {len(found) - 4} more"] if len(found) > 4 else [])]).replace("|", "/")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no process it started is left
    sys.exit(main())
