"""Waiting for tasks to end: one query for everybody who waits on an event loop, however many they are."""

import asyncio
import logging
from weakref import WeakKeyDictionary

import store.tasks
from store.session import read

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.15


async def until_final(task_id: str, seconds: float) -> bool:
    """True as soon as the task has ended (or is gone), False after `seconds`."""
    loop = asyncio.get_running_loop()
    if loop not in _rooms:
        _rooms[loop] = _Room()
    return await _rooms[loop].wait(task_id, seconds)


class _Room:
    """Those who wait on one event loop; while there is anybody, a task looks at the rows for all of them."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def wait(self, task_id: str, seconds: float) -> bool:
        ended = asyncio.Event()
        self._waiting.setdefault(task_id, set()).add(ended)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            await asyncio.wait_for(ended.wait(), seconds)
            return True
        except TimeoutError:
            return False
        finally:
            self._leave(task_id, ended)

    async def _look(self) -> None:
        while self._waiting:
            try:
                for task_id in await asyncio.to_thread(_final_among, list(self._waiting)):
                    for ended in self._waiting.get(task_id, ()):
                        ended.set()
            except Exception as error:
                log.warning("The tasks that somebody waits for could not be read (%s).", type(error).__name__)
            await asyncio.sleep(_LOOK_SECONDS)

    def _leave(self, task_id: str, ended: asyncio.Event) -> None:
        events = self._waiting.get(task_id, set())
        events.discard(ended)
        if not events:
            self._waiting.pop(task_id, None)


def _final_among(task_ids: list[str]) -> set[str]:
    with read() as session:
        return store.tasks.final_among(session, task_ids)


_rooms: WeakKeyDictionary[asyncio.AbstractEventLoop, _Room] = WeakKeyDictionary()
