"""Waiting for tasks to end and builds to be concluded: one query for all waiting requests of an event loop."""

import asyncio
import logging
from collections.abc import Callable
from weakref import WeakKeyDictionary

import store.tasks
from store import builds
from store.session import read

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.15


async def until_final(task_id: str, seconds: float) -> bool:
    """True as soon as the task has ended (or is gone), False after `seconds`."""
    return await _room(_final_among).wait(task_id, seconds)


async def until_concluded(build_id: str, seconds: float) -> bool:
    """True as soon as the build is concluded (or is gone), False after `seconds`."""
    return await _room(_concluded_among).wait(build_id, seconds)


class _Room:
    """The waiting requests of one event loop for one kind of row; while there are any, one task polls the rows for all."""

    def __init__(self, done_among: Callable[[list[str]], set[str]]) -> None:
        self._done_among = done_among
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def wait(self, row_id: str, seconds: float) -> bool:
        ended = asyncio.Event()
        self._waiting.setdefault(row_id, set()).add(ended)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            await asyncio.wait_for(ended.wait(), seconds)
            return True
        except TimeoutError:
            return False
        finally:
            self._leave(row_id, ended)

    async def _look(self) -> None:
        while self._waiting:
            try:
                for row_id in await asyncio.to_thread(self._done_among, list(self._waiting)):
                    for ended in self._waiting.get(row_id, ()):
                        ended.set()
            except Exception as error:
                log.warning("Could not poll for waiting clients (%s).", type(error).__name__)
            await asyncio.sleep(_LOOK_SECONDS)

    def _leave(self, row_id: str, ended: asyncio.Event) -> None:
        events = self._waiting.get(row_id, set())
        events.discard(ended)
        if not events:
            self._waiting.pop(row_id, None)


def _room(done_among: Callable[[list[str]], set[str]]) -> _Room:
    rooms = _rooms.setdefault(asyncio.get_running_loop(), {})
    return rooms.setdefault(done_among.__name__, _Room(done_among))


def _final_among(task_ids: list[str]) -> set[str]:
    with read() as session:
        return store.tasks.final_among(session, task_ids)


def _concluded_among(build_ids: list[str]) -> set[str]:
    with read() as session:
        return builds.concluded_among(session, build_ids)


_rooms: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, _Room]] = WeakKeyDictionary()
