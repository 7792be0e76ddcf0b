"""The soak's service: real processes on free ports in a temporary folder, and a record of what happened."""

import os
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import httpx

from harness import databases, process_group
from harness.clocks import can_be_wrong
from harness.environment import async_mode
from harness.redis_server import RedisServer, redis_server
from harness.service import Api
from harness.telegram import PERSON, TOKEN, StandIn, telegram
from harness.watch import Seen, Unanswered, Watch, WrongAnswer

LEASE_SECONDS = 5
TIME_LIMIT_SECONDS = 20
ENGINE_SECONDS = 0.1
WORKERS, APIS = 2, 2
CLOCKS = "-300 +0.3"  # by how many seconds the workers' clocks are wrong, where the database has a clock of its own
PROJECT = "soak"


@dataclass(frozen=True, slots=True)
class Job:
    """What a client posts, and when. `verdict`: the right one; None if the pictures kill the worker. `shot`: its name in a build;
    its test case has the reference."""

    number: int
    at: float
    key: str
    reference: bytes
    actual: bytes
    verdict: str | None
    shot: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A whole build, which one client opens, fills and finalizes."""

    name: str
    at: float
    shots: tuple[Job, ...]

    @property
    def verdict(self) -> str:
        return "failed" if any(job.verdict == "failed" for job in self.shots) else "passed"


@dataclass
class World:
    """All processes, and what happened to them. `took`: the job of each task, `runs`: of each build; `references`: the tasks that
    made test cases."""

    folder: Path
    redis: RedisServer
    chat: StandIn
    apis: tuple[Api, ...]
    workers: process_group.Group
    watch: Watch
    took: dict[str, Job] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    references: set[str] = field(default_factory=set)
    posted_seconds: list[float] = field(default_factory=list)
    wrong_answers: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    retried: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    ended_workers: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def running(mutant: str | None, postgres: bool, windows_loop: bool) -> Iterator[World]:
    """`mutant`: a module of harness.mutants, or `supervisor`."""
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="etalon-soak-", ignore_cleanup_errors=True))
        )
        redis = stack.enter_context(redis_server(folder))
        chat = stack.enter_context(telegram())
        database = stack.enter_context(databases.postgresql()) + "/postgres" if postgres else ""
        _set_environment(folder, redis, chat, database, windows_loop)
        module = f"harness.mutants.{'unchanged' if mutant in (None, 'supervisor') else mutant}:api"
        apis = tuple(Api(folder / f"api-{number}.log", module=module) for number in range(APIS))
        command = [
            sys.executable,
            "-m",
            "harness.mutants.workers",
            mutant or "unchanged",
            str(WORKERS),
            "--without-mingle",
        ]
        command += ["--pool=solo"] if windows_loop else []
        for api in apis:
            api.start()
            stack.callback(_stop, api)
        workers = stack.enter_context(process_group.group(command, folder / "workers.log"))
        watch = stack.enter_context(Watch(_ask(apis)))
        yield World(folder, redis, chat, apis, workers, watch)


def _stop(api: Api) -> None:
    if api.process and api.process.poll() is None:
        api.stop()


def _ask(apis: Sequence[Api]) -> Callable[[str], Seen | None]:
    """Asks one API after the other: both have to say the same."""
    http, by_turns = httpx.Client(timeout=30), cycle(apis)

    def ask(task_id: str) -> Seen | None:
        try:
            answer = http.get(f"{next(by_turns).url}/api/v1/tasks/{task_id}")
        except httpx.HTTPError as error:
            raise Unanswered from error
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise Unanswered
        if not answer.is_success:
            raise WrongAnswer(f"{answer.status_code} {answer.text[:200]}")
        said = answer.json()
        return Seen(said["state"], said["ready"], bool(said.get("result")))

    return ask


def _set_environment(folder: Path, redis: RedisServer, chat: StandIn, database: str, windows_loop: bool) -> None:
    os.environ.update(
        async_mode(redis.port, folder),
        DATABASE_URL=database,
        TELEGRAM_BOT_TOKEN=TOKEN,
        TELEGRAM_CHAT_ID=PERSON,
        TELEGRAM_API_URL=chat.url,
        TELEGRAM_NOTIFY="build",
        PUBLIC_URL="https://etalon.example",
        TASK_LEASE_SECONDS=str(LEASE_SECONDS),
        TASK_TIME_LIMIT_SECONDS=str(TIME_LIMIT_SECONDS),
        UPKEEP_PERIOD_SECONDS="1",
        SLOW_SECONDS=str(ENGINE_SECONDS),
        FAKE_WINDOWS="1" if windows_loop else "",
        CLOCKS=CLOCKS if database and can_be_wrong() else "",
        OMP_NUM_THREADS="1",
    )
    from config import settings
    from store import schema

    settings.cache_clear()
    schema.upgrade(settings().database)
