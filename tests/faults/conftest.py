"""A whole service that can be broken: its own Redis, real worker processes, a chat, and a watcher of every task."""

import asyncio
import gc
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
import pytest

import store.tasks
from config import settings
from harness import databases
from harness.invariants import broken_messages, broken_rows
from harness.process_group import slowness
from harness.redis_server import RedisServer
from harness.scripted_engine import BUTTON, OTHER, page
from harness.service import Api, Worker
from harness.telegram import CHAT, TOKEN, StandIn, telegram
from harness.waiting import wait_until
from harness.watch import Watch, ask_here
from store import schema, session
from store.artifacts import blob_store
from store.session import read
from tasks import celery_states
from tasks.requests import ComparePair
from tasks.submit import Ticket, submit
from tests.e2e.conftest import StartWorker, database_url, queue, start_worker
from tests.tasks.asked import pair
from tests.tasks.conftest import apply_settings

__all__ = ["database_url", "queue", "start_worker"]

# Signals, process groups and limits as POSIX has them.
collect_ignore_glob = ["test_*.py"] if sys.platform == "win32" else []

SOLO = ("--pool=solo",)
ENDED_WITHIN_SECONDS = 40.0
REDIS_SECONDS = (
    2.0  # an answer waits for Redis no longer, and half a second for the rest, more where the machine is busy
)
DATABASE_PATIENCE_SECONDS = 15.0


@dataclass
class Service:
    """`submit` uploads a unique pair and watches its task; `check` checks every invariant."""

    redis: RedisServer
    chat: StandIn
    watch: Watch
    start: StartWorker
    folder: Path
    verdicts: dict[str, str] = field(default_factory=dict)
    shades: Iterator[int] = field(default_factory=lambda: count(201))

    def submit(self) -> Ticket:
        return self.accepted(asyncio.run(submit(self._pair())))

    def submit_unbearable(self, width: int) -> Ticket:
        """A pair that cannot be compared: `POISON_WIDTH` or `STUCK_WIDTH`."""
        ticket = asyncio.run(submit(self._pair(width)))
        self.watch.add(ticket.task_id)
        return ticket

    def accepted(self, ticket: Ticket) -> Ticket:
        self.took(ticket.task_id)
        return ticket

    def took(self, task_id: str) -> None:
        self.verdicts[task_id] = "failed"
        self.watch.add(task_id)

    def post(self, door: Api) -> httpx.Response:
        """A pair over HTTP; watched where it was accepted."""
        asked = self._pair()
        files = {"reference": asked.reference.data, "actual": asked.actual.data}
        # Without `verify` each request reads all certificates first: thirty at once kept this process busy for seconds.
        answer = httpx.post(f"{door.url}/api/v1/comparisons", files=files, timeout=20, verify=False)
        if answer.status_code == httpx.codes.ACCEPTED:
            self.took(answer.json()["task_id"])
        return answer

    def post_in_vain(self, door: Api) -> None:
        with pytest.raises(httpx.HTTPError):
            self.post(door)

    def start_worker(self, *arguments: str, module: str = "harness.worker_app", **environment: str) -> Worker:
        return self.start(*arguments, module=module, CALLS_FILE=str(self.calls_file), **environment)

    @property
    def calls_file(self) -> Path:
        return self.folder / "calls"

    def wait_for_engine_call(self, times: int = 1) -> int:
        """Waits until a worker is in the middle of a comparison; gives the process that is."""
        wait_until(lambda: len(self._callers()) >= times, 20, "the engine was not called")
        return self._callers()[-1]

    def attempts(self, ticket: Ticket) -> int:
        with read() as session:
            return store.tasks.get(session, ticket.task_id).attempt

    def check(self, seconds: float = ENDED_WITHIN_SECONDS, database_away: bool = False) -> None:
        """`database_away`: then, and only then, an answer about a task may be a late one or a 503."""
        began = time.monotonic()
        unended = self.watch.wait_final(seconds)
        assert not unended, f"after {seconds} s these have not ended: {unended}"
        print(f"every task has ended {time.monotonic() - began:.1f} s after the fault")
        wait_until(lambda: not broken_messages(self.chat), 30, lambda: broken_messages(self.chat))
        assert self.watch.lies == []
        assert self.watch.slowest_seconds < (
            DATABASE_PATIENCE_SECONDS if database_away else REDIS_SECONDS + 0.5 * slowness()
        )
        assert database_away or self.watch.unanswered == 0
        assert broken_rows(self.watch.accepted, self.verdicts) == []

    def _pair(self, width: int = 160) -> ComparePair:
        shade = next(self.shades)
        reference, actual = (page(*boxes, shade=shade, width=width) for boxes in ((BUTTON, OTHER), (BUTTON,)))
        return pair(reference, actual)

    def _callers(self) -> list[int]:
        return [int(line) for line in self.calls_file.read_text("utf-8").split()] if self.calls_file.exists() else []


@pytest.fixture
def service(
    queue: RedisServer, start_worker: StartWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    with telegram() as chat, Watch(ask_here) as watch:
        for name, value in {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_CHAT_ID": CHAT,
            "TELEGRAM_API_URL": chat.url,
            "PUBLIC_URL": "https://etalon.example",
        }.items():
            monkeypatch.setenv(name, value)
        apply_settings()
        yield Service(queue, chat, watch, start_worker, tmp_path)
    gc.collect()  # what a test left open is its own failure, not that of a later one


@contextmanager
def on_postgresql(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The service's database is a PostgreSQL of its own while the block runs; gives the server's URL."""
    with databases.postgresql() as server:
        move_to(monkeypatch, service.folder, DATABASE_URL=f"{server}/postgres")
        try:
            yield server
        finally:
            service.watch.stop()  # `dispose` leaves open what a thread is using
            celery_states.flush(5)
            session.dispose()


def move_to(monkeypatch: pytest.MonkeyPatch, folder: Path, **places: str) -> None:
    """The service keeps its rows and pictures elsewhere from now on."""
    for name, value in {"DATA_DIR": str(folder), **places}.items():
        monkeypatch.setenv(name, value)
    session.dispose()
    blob_store.cache_clear()
    apply_settings()
    schema.upgrade(settings().database)
