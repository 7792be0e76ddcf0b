"""The soak's service: real processes on free ports in a temporary folder, and a record of what happened."""

import os
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from harness import databases, process_group
from harness.environment import async_mode
from harness.redis_server import RedisServer, redis_server
from harness.service import Api
from harness.telegram import PERSON, TOKEN, StandIn, telegram
from harness.watch import Seen, Unanswered, Watch, WrongAnswer

LEASE_SECONDS = 5
TIME_LIMIT_SECONDS = 20
ENGINE_SECONDS = 0.1
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Job:
    """What a client posts, and when. `verdict`: the right one; None if the pictures kill the worker."""

    number: int
    at: float
    key: str
    reference: bytes
    actual: bytes
    verdict: str | None


@dataclass
class World:
    """All processes, and what happened to them."""

    folder: Path
    redis: RedisServer
    chat: StandIn
    api: Api
    workers: process_group.Group
    watch: Watch
    took: dict[str, Job] = field(default_factory=dict)
    posted_seconds: list[float] = field(default_factory=list)
    wrong_answers: list[str] = field(default_factory=list)
    given_up: list[int] = field(default_factory=list)
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
        api = Api(folder / "api.log", module=module)
        command = [
            sys.executable,
            "-m",
            "harness.mutants.workers",
            mutant or "unchanged",
            str(WORKERS),
            "--without-mingle",
        ]
        command += ["--pool=solo"] if windows_loop else []
        api.start()
        stack.callback(lambda: api.process and api.process.poll() is None and api.stop())
        workers = stack.enter_context(process_group.group(command, folder / "workers.log"))
        watch = stack.enter_context(Watch(_ask(api)))
        yield World(folder, redis, chat, api, workers, watch)


def _ask(api: Api) -> Callable[[str], Seen | None]:
    http = httpx.Client(timeout=30)

    def ask(task_id: str) -> Seen | None:
        try:
            answer = http.get(f"{api.url}/api/v1/tasks/{task_id}")
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
        TELEGRAM_NOTIFY="each",
        PUBLIC_URL="https://etalon.example",
        TASK_LEASE_SECONDS=str(LEASE_SECONDS),
        TASK_TIME_LIMIT_SECONDS=str(TIME_LIMIT_SECONDS),
        UPKEEP_PERIOD_SECONDS="1",
        SLOW_SECONDS=str(ENGINE_SECONDS),
        FAKE_WINDOWS="1" if windows_loop else "",
        OMP_NUM_THREADS="1",
    )
    from config import settings
    from store import schema

    settings.cache_clear()
    schema.upgrade(settings().database)
