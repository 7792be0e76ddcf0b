"""A service under faults for some minutes, and whether what must hold still holds: `python -m bench.soak`.

  python -m bench.soak [--minutes 3] [--jobs 200] [--seed N] [--postgres] [--windows-loop] [--mutant NAME] [--write]

One API (async, with fallback), two workers under run.py's supervisor, a Redis and a Telegram of its own, everything real but the
eyes: they are scripted, so that a verdict is known and a comparison takes a quarter of a second on any machine. Four clients post
the jobs at random times and insist, each with one Idempotency-Key. Every 3 to 8 s something breaks, until the jobs are in; then
nothing more does, what waits is finished, and the invariants of bench/soaked.py are held against rows, files, chat, Redis and
processes. The same seed gives the same jobs and the same faults at the same times.

--mutant takes a part out (claim, upkeep, supervisor, shim) to show that the soak can fail. Linux only: faults and invariants are
found in /proc.
"""

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx

from bench import processes
from bench.results import circumstances, table, write
from bench.soaked import Soaked, broken
from tests.e2e.queue_parts import Api, RedisServer, redis_server
from tests.faults.watch import Seen, Unanswered, Watch
from tests.store import databases
from tests.tasks.eyes import BUTTON, OTHER, POISON_WIDTH, page
from tests.tasks.telegram_stand_in import PERSON, TOKEN, Answer, StandIn, rate_limited, telegram

MUTANTS = ("claim", "upkeep", "supervisor", "shim")
LEASE_SECONDS = 5
TIME_LIMIT_SECONDS = 20
LOOK_SECONDS = 0.1
CLIENTS = 4
WORKERS = 2
POISON_SHARE = 0.03
FAULT_EVERY_SECONDS = (3.0, 8.0)
INSISTS_SECONDS = 90.0
STILL_SECONDS = 2 * LEASE_SECONDS + TIME_LIMIT_SECONDS


@dataclass(frozen=True, slots=True)
class Job:
    """What one client posts, and when. `verdict`: what its two pictures deserve; None where looking at them kills."""

    number: int
    at: float
    key: str
    reference: bytes
    actual: bytes
    verdict: str | None


@dataclass
class World:
    """All that runs, and what happened to it."""

    folder: Path
    redis: RedisServer
    chat: StandIn
    api: Api
    workers: processes.Group
    watch: Watch
    took: dict[str, Job] = field(default_factory=dict)
    posted_seconds: list[float] = field(default_factory=list)
    wrong_answers: list[str] = field(default_factory=list)
    given_up: list[int] = field(default_factory=list)
    retried: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    ended_workers: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def main(words: Sequence[str] | None = None) -> int:
    arguments = _arguments(words)
    print(f"seed {arguments.seed}", flush=True)
    with ExitStack() as stack:
        world = stack.enter_context(_world(arguments))
        result = _soak(world, arguments)
    text = _report(result, arguments)
    print(text)
    if arguments.write:
        write("soak", f"{circumstances(sys.argv)}\n\n{text}")
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


@contextmanager
def _world(arguments: argparse.Namespace) -> Iterator[World]:
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="etalon-soak-", ignore_cleanup_errors=True))
        )
        redis = stack.enter_context(redis_server(folder))
        chat = stack.enter_context(telegram())
        database = stack.enter_context(databases.postgresql()) + "/postgres" if arguments.postgres else ""
        _set_environment(folder, redis, chat, database, arguments.windows_loop)
        module = f"bench.broken.{arguments.mutant if arguments.mutant not in (None, 'supervisor') else 'nothing'}:api"
        api = Api(folder / "api.log", module=module)
        command = [
            sys.executable,
            "-m",
            "bench.broken.workers",
            arguments.mutant or "nothing",
            str(WORKERS),
            "--without-mingle",
        ]
        command += ["--pool=solo"] if arguments.windows_loop else []
        api.start()
        stack.callback(lambda: api.process and api.process.poll() is None and api.stop())
        workers = stack.enter_context(processes.group(command, folder / "workers.log"))
        watch = stack.enter_context(Watch(_ask(api)))
        yield World(folder, redis, chat, api, workers, watch)


def _soak(world: World, arguments: argparse.Namespace) -> Soaked:
    chance = random.Random(arguments.seed)
    processes.wait_until(
        lambda: world.workers.said().count(" ready.") >= WORKERS, 90 * processes.slowness(), world.workers.said
    )
    seconds = 60 * arguments.minutes
    jobs = _jobs(chance, arguments.jobs, seconds)
    _warm_up(world, chance)
    base = processes.Footprint.of(world.api.process, world.redis)
    began = time.monotonic()
    clients = [
        threading.Thread(target=_client, args=(world, jobs[number::CLIENTS], began)) for number in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    _break_things(world, chance, began, seconds)
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
    """Those that have not ended when none has ended for a while: a busy machine may take its time, and no more than that."""
    still = watch.accepted
    while True:
        unended = watch.wait_final(STILL_SECONDS * processes.slowness())
        if len(unended) in (0, len(still)):
            return unended
        still = tuple(unended)


def _jobs(chance: random.Random, count: int, seconds: float) -> list[Job]:
    return [
        _job(chance, number, at) for number, at in enumerate(sorted(chance.uniform(0, seconds) for _ in range(count)))
    ]


def _job(chance: random.Random, number: int, at: float) -> Job:
    """Every page differs from every other, so nothing is known already. (A shade has 50 values, a size makes the others.)"""
    poison = chance.random() < POISON_SHARE
    shape = {"shade": 200 + number % 50, "height": 120 + number // 50}
    shape["width"] = POISON_WIDTH if poison else 160
    same = chance.random() < 0.3
    reference, actual = page(BUTTON, OTHER, **shape), page(BUTTON, **shape)
    verdict = None if poison else "passed" if same else "failed"
    return Job(number, at, str(UUID(int=chance.getrandbits(128))), reference, reference if same else actual, verdict)


def _warm_up(world: World, chance: random.Random) -> None:
    """Without faults: what each kind of pair is found to be is what it has to be later on."""
    for number in range(6):
        job = _job(random.Random(chance.random()), 1000 + number, 0)
        while job.verdict is None:
            job = _job(random.Random(chance.random()), 1000 + number, 0)
        _client(world, [job], time.monotonic())
    assert not _wait_until_nothing_moves(world.watch), "not even the warm-up ended"


def _client(world: World, jobs: Sequence[Job], began: float) -> None:
    with httpx.Client(base_url=world.api.url, timeout=60) as http:
        for job in jobs:
            time.sleep(max(0.0, began + job.at - time.monotonic()))
            _insist(world, http, job)


def _insist(world: World, http: httpx.Client, job: Job) -> None:
    """Posts until it is accepted; the key makes that one job, however often it takes."""
    deadline = time.monotonic() + INSISTS_SECONDS
    while time.monotonic() < deadline:
        began = time.monotonic()
        try:
            answer = http.post(
                "/api/v1/comparisons",
                files={"reference": job.reference, "actual": job.actual},
                headers={"Idempotency-Key": job.key},
            )
        except httpx.HTTPError:
            answer = None
        taken = time.monotonic() - began
        with world.lock:
            if answer is not None and answer.status_code == httpx.codes.ACCEPTED:
                world.posted_seconds.append(taken)
                world.took[answer.json()["task_id"]] = job
                world.watch.add(answer.json()["task_id"])
                return
            world.retried += 1
            if answer is not None:
                _note_refusal(world, job, answer)
        time.sleep(min(1.0, float(answer.headers.get("retry-after", 1)) if answer is not None else 0.5))
    world.given_up.append(job.number)


def _note_refusal(world: World, job: Job, answer: httpx.Response) -> None:
    still_submitting = answer.status_code == httpx.codes.CONFLICT and "retry-after" in answer.headers
    if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE and not still_submitting:
        world.wrong_answers.append(f"job {job.number}: {answer.status_code} {answer.text[:200]}")
    if TOKEN in answer.text or "Traceback" in answer.text:
        world.wrong_answers.append(f"job {job.number}: the answer tells too much: {answer.text[:200]}")


def _ask(api: Api) -> Callable[[str], Seen | None]:
    http = httpx.Client(timeout=30)

    def ask(task_id: str) -> Seen | None:
        try:
            answer = http.get(f"{api.url}/api/v1/tasks/{task_id}")
        except httpx.HTTPError as error:
            raise Unanswered from error
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if not answer.is_success:
            raise Unanswered
        said = answer.json()
        return Seen(said["state"], said["ready"], bool(said.get("result")))

    return ask


# -- faults -------------------------------------------------------------------------------------------------------------------


def _break_things(world: World, chance: random.Random, began: float, seconds: float) -> None:
    while True:
        time.sleep(chance.uniform(*FAULT_EVERY_SECONDS))
        name = chance.choice(list(FAULTS))
        dice = random.Random(chance.random())
        if time.monotonic() > began + seconds:
            return
        world.faults[name] += 1
        print(f"{time.monotonic() - began:.0f} s: {name}", flush=True)
        FAULTS[name](world, dice)


def _kill_child(world: World, dice: random.Random) -> None:
    processes.kill(dice, world.workers.pool_processes())


def _kill_worker(world: World, dice: random.Random) -> None:
    world.ended_workers += processes.kill(dice, world.workers.workers())


def _stop_worker(world: World, dice: random.Random) -> None:
    world.ended_workers += processes.terminate(dice, world.workers.workers())


def _stop_redis(world: World, dice: random.Random) -> None:
    world.redis.stop()
    time.sleep(dice.uniform(1, 10))
    world.redis.start()


def _freeze_redis(world: World, _: random.Random) -> None:
    world.redis.freeze()
    time.sleep(3)
    world.redis.freeze(False)


def _drop_connections(world: World, _: random.Random) -> None:
    world.redis.client().execute_command("CLIENT KILL TYPE normal SKIPME yes")


def _kill_api(world: World, _: random.Random) -> None:
    world.api.kill()
    time.sleep(1)
    world.api.start()


def _trouble_telegram(world: World, dice: random.Random) -> None:
    world.chat.script += [dice.choice(_TROUBLES) for _ in range(2)]


def _fail_then_stop_redis(world: World, dice: random.Random) -> None:
    """A message that waits for its retry is held by its worker: that worker is the one a lost Redis is worst for."""
    world.chat.script.append(Answer(502, b"bad gateway"))
    time.sleep(2)
    _stop_redis(world, dice)


_TROUBLES = (
    rate_limited(3),
    Answer(500, b"oops"),
    Answer(deliver=True, silent_seconds=0.5),
    Answer(slow_seconds=2, deliver=True),
)
FAULTS: dict[str, Callable[[World, random.Random], None]] = {
    "kill -9 of a pool process": _kill_child,
    "kill -9 of a worker": _kill_worker,
    "SIGTERM to a worker": _stop_worker,
    "Redis stopped 1 to 10 s": _stop_redis,
    "Redis hung 3 s": _freeze_redis,
    "connections to Redis dropped": _drop_connections,
    "kill -9 of the API": _kill_api,
    "Telegram 429, 500, slow or silent": _trouble_telegram,
    "Telegram 502, then Redis stopped": _fail_then_stop_redis,
}


def _set_environment(folder: Path, redis: RedisServer, chat: StandIn, database: str, windows_loop: bool) -> None:
    os.environ.update(
        TASKS_FORCE_SYNC="0",
        TASKS_FALLBACK_TO_SYNC="1",
        REDIS_HOST="127.0.0.1",
        REDIS_PORT=str(redis.port),
        REDIS_PASSWORD="",
        CELERY_BROKER_URL="",
        CELERY_RESULT_BACKEND="",
        DATA_DIR=str(folder),
        DATABASE_URL=database,
        ARTIFACT_URL="",
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_CHAT_ID=PERSON,
        TELEGRAM_API_URL=chat.url,
        TELEGRAM_NOTIFY="all",
        PUBLIC_URL="https://etalon.example",
        TASK_LEASE_SECONDS=str(LEASE_SECONDS),
        TASK_TIME_LIMIT_SECONDS=str(TIME_LIMIT_SECONDS),
        UPKEEP_PERIOD_SECONDS="1",
        SLOW_SECONDS=str(LOOK_SECONDS),
        FAKE_WINDOWS="1" if windows_loop else "",
        OMP_NUM_THREADS="1",
    )
    from config import settings
    from store import schema

    settings.cache_clear()
    schema.upgrade(settings().database)


def _report(result: Soaked, arguments: argparse.Namespace) -> str:
    lines = [
        f"Seed {arguments.seed}, {arguments.jobs} jobs in {arguments.minutes:g} minutes, "
        f"{'PostgreSQL' if arguments.postgres else 'SQLite'}"
        f"{', the loop of Windows' if arguments.windows_loop else ''}"
        f"{f', without the {arguments.mutant}' if arguments.mutant else ''}. {result.summary}",
        "",
        table(["fault", "times"], [[name, str(times)] for name, times in sorted(result.faults.items())]),
        "",
        table(
            ["invariant", "", ""],
            [[name, "BROKEN" if found else "holds", _few(found)] for name, found in result.broken.items()],
        ),
    ]
    return "\n".join(lines)


def _few(found: Sequence[str]) -> str:
    return "<br>".join([*found[:4], *([f"and {len(found) - 4} more"] if len(found) > 4 else [])]).replace("|", "/")


if __name__ == "__main__":
    sys.exit(main())
