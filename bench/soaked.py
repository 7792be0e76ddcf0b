"""The invariants of the soak: what must hold after any faults."""

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import httpx
from redis.exceptions import RedisError
from sqlalchemy import func, select

from bench.soak_world import WORKERS, World
from harness.invariants import broken_builds, broken_messages, broken_rows
from harness.process_group import Footprint, slowness
from harness.telegram import TOKEN
from store import retention, tables
from store.session import read
from store.tables import now

POST_SECONDS = 2.0  # plus the work, which the API does before it answers while Redis is away
WORK_SECONDS = 1.0
MESSAGES_STILL_SECONDS = 60.0  # the lease of a message whose sender was killed is 40 s, see harness/mutants
UNACKED_WITHIN_SECONDS = 130.0  # a killed worker's messages come back when visibility_timeout, 100 s here, is over
RESTARTED_WITHIN_SECONDS = 15.0
LONGEST_TIMES = 3
MORE_FILES, MORE_KEYS, MEMORY_TIMES = 40, 8, 1.6


@dataclass(frozen=True, slots=True)
class Soaked:
    """`broken`: each invariant with what breaks it."""

    summary: str
    faults: Counter[str]
    broken: dict[str, list[str]]


def broken(world: World, unended: Sequence[str], base: Sequence[Footprint], drained: float, long: bool) -> Soaked:
    """Checks the invariants and ends the processes. `long`: wait also for what takes long by design."""
    messages = patiently(
        lambda: broken_messages(world.chat), MESSAGES_STILL_SECONDS * slowness()
    ) + _uncertain_for_nothing(world)
    queue = patiently(lambda: _left_in_redis(world, base[0].keys, long), UNACKED_WITHIN_SECONDS if long else 20.0)
    after = [Footprint.of(api.process, world.redis) for api in world.apis]
    talk = _loose_talk(world)
    exits = _unasked_exits(world)
    world.watch.__exit__()
    world.workers.stop()
    for api in world.apis:
        api.stop()
    orphans = [f"process {pid} is left" for pid in world.workers.left()]
    retention.cleanup(
        retention.Limits(), at=now() + timedelta(hours=2)
    )  # the daily cleanup, early: a killed API leaves files
    rows, verdicts = _rows(world)
    summary = (
        f"{len(world.took)} accepted ({world.retried} only when asked again), all ended {drained:.0f} s after the last fault; "
        f"POST p50 {_at(world, 0.5):.2f} s, p99 {_at(world, 0.99):.2f} s, slowest {_at(world, 1.0):.2f} s; "
        f"{len(world.chat.delivered)} messages; {len(world.runs)} builds; "
        f"API memory {base[0].memory_mib:.0f} -> {max(one.memory_mib for one in after):.0f} MiB."
    )
    found = {
        "I1 every accepted job has ended, and none was taken back": [*unended, *world.watch.lies, *_given_up(world)],
        "I2 one result and one set of pictures each, files = rows": rows,
        "I3 the verdict of a run without faults": verdicts,
        "I4 one message each": messages,
        "I5 at most 3 attempts, only poison fails": _wrong_ends(world),
        "I6 no 5xx but 503, a POST costs 2 s at most": [*world.wrong_answers, *_slow_posts(world)],
        "I7 nothing is left in Redis": queue,
        "I8 no token and no traceback is told": talk,
        "I9 no process is left or ended by itself, nothing grows": [*orphans, *exits, *_growth(base[0], after)],
        "I10 a build is concluded with its verdict": _builds(world),
    }
    return Soaked(summary, world.faults, found)


def patiently(look: Callable[[], list[str]], still_seconds: float) -> list[str]:
    """What `look` returns once it is empty or unchanged for a while; at the latest after `LONGEST_TIMES` that while."""
    before, since = look(), time.monotonic()
    end = since + LONGEST_TIMES * still_seconds
    while before and time.monotonic() < min(end, since + still_seconds):
        time.sleep(0.5)
        found = look()
        if found != before:
            before, since = found, time.monotonic()
    return before


def _rows(world: World) -> tuple[list[str], list[str]]:
    """(I2, I3): `broken_rows`, where a poison job may end either way."""
    with read() as session:
        states = {row.id: row.state for row in session.scalars(select(tables.Task))}
    wanted = {}
    for task_id, job in world.took.items():
        verdict = job.verdict or ("failed" if states.get(task_id) == "SUCCESS" else None)
        if verdict:
            wanted[task_id] = verdict
    found = broken_rows(set(world.took), wanted, world.references)
    verdicts = [line for line in found if re.search(r": \w+ with (passed|failed|None), not", line)]
    return [line for line in found if line not in verdicts], verdicts


def _builds(world: World) -> list[str]:
    return broken_builds({build_id: (run.verdict, len(run.shots)) for build_id, run in world.runs.items()})


def _uncertain_for_nothing(world: World) -> list[str]:
    """A message may be `unknown` only if no answer came or its sender was killed."""
    with read() as session:
        wanted = select(func.count()).select_from(tables.Notification).where(tables.Notification.state == "unknown")
        unknown = session.scalar(wanted) or 0
    killed = sum(times for fault, times in world.faults.items() if fault.startswith("kill -9"))
    allowed = world.chat.silences + killed
    return [f"{unknown} messages are unknown, {allowed} may be"] if unknown > allowed else []


def _wrong_ends(world: World) -> list[str]:
    with read() as session:
        tasks = session.scalars(select(tables.Task)).all()
    found = [f"{task.id}: {task.attempt} attempts" for task in tasks if task.attempt > 3]
    for task in tasks:
        job = world.took.get(task.id)
        if task.state in ("FAILURE", "REVOKED") and job is not None and job.verdict:
            found.append(f"{task.id}: {task.state} {task.error_type}: {task.error_message}")
    return found


def _left_in_redis(world: World, keys_before: int, long: bool) -> list[str]:
    client = world.redis.client()
    try:
        found = [f"{client.llen(name)} messages in {name}" for name in ("celery", "notifications") if client.llen(name)]
        if long and client.hlen("unacked"):
            found.append(f"{client.hlen('unacked')} messages in unacked")
            return found
        keys = int(client.dbsize())
    except RedisError as error:
        return [f"Redis does not answer: {type(error).__name__}"]
    return found + ([f"{keys} keys, {keys_before} before"] if keys > keys_before + MORE_KEYS else [])


def _loose_talk(world: World) -> list[str]:
    found = []
    for log in sorted(world.folder.glob("*.log")):
        said = log.read_text(encoding="utf-8", errors="replace")
        found += [f"{log.name} has the token"] if TOKEN in said or TOKEN.partition(":")[2] in said else []
    for task_id in world.took:
        try:
            answer = httpx.get(f"{world.apis[0].url}/api/v1/tasks/{task_id}", timeout=30)
        except httpx.HTTPError as error:
            return [*found, f"the API does not answer ({type(error).__name__})"]
        if TOKEN in answer.text or "Traceback" in answer.text:
            found.append(f"{task_id}: {answer.text[:200]}")
    return found


def _unasked_exits(world: World) -> list[str]:
    deadline = time.monotonic() + RESTARTED_WITHIN_SECONDS
    while len(world.workers.workers()) != WORKERS and time.monotonic() < deadline:
        time.sleep(0.2)
    ended = re.findall(r"^worker \d+ ended with .*$", world.workers.said(), re.MULTILINE)
    alive = len(world.workers.workers())
    found = [f"{alive} workers are there at the end"] if alive != WORKERS else []
    # While Redis is away, upkeep runs tasks in the worker's main process, so poison can kill that.
    asked = world.ended_workers + 3 * sum(job.verdict is None for job in world.took.values())
    crashed = [line for line in ended if not re.search(r"ended with (0|-9|-15);", line)]
    if crashed or len(ended) > asked:
        found.append(
            f"{len(ended)} workers ended, {asked} were killed, asked to, or poisoned: {', '.join(crashed or ended)}"
        )
    return found


def _growth(base: Footprint, after: Sequence[Footprint]) -> list[str]:
    files, memory = max(one.files for one in after), max(one.memory_mib for one in after)
    found = [f"an API had {base.files} open files, then {files}"] if files > base.files + MORE_FILES else []
    if memory > MEMORY_TIMES * base.memory_mib:
        found.append(f"an API had {base.memory_mib:.0f} MiB, then {memory:.0f}")
    return found


def _given_up(world: World) -> list[str]:
    return [f"{what} was never accepted" for what in world.given_up]


def _slow_posts(world: World) -> list[str]:
    """The limit grows with the machine's load."""
    slow = _at(world, 0.99)
    return [f"p99 of an answered POST is {slow:.1f} s"] if slow > slowness() * (POST_SECONDS + WORK_SECONDS) else []


def _at(world: World, share: float) -> float:
    ordered = sorted(world.posted_seconds) or [0.0]
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
