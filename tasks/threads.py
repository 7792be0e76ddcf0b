"""Thread pools for blocking work: task runs, publishing, reading rows."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache, partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from anyio import CapacityLimiter, to_thread

from config import settings

T = TypeVar("T")

_SHORT_THREADS = 16  # publishing, reading a row, asking Celery for a state: milliseconds each, a second with Redis hung
_THREADS_OF_WAITERS = 4


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """Threads of our own: SYNC_SLOTS long runs and a burst of short ones never use up the web framework's."""
    known = copy_context()  # which request it is for: the log says so there too
    threads = _threads(settings().sync_slots)
    return await asyncio.get_running_loop().run_in_executor(threads, partial(known.run, function, *args))


async def for_waiter(function: Callable[..., T], *args: Any) -> T:
    """For a request that waits (`?wait=60`): a few threads for all of them, so that an upload is not behind ten thousand that
    arrive, or are answered, at once. The event loop hands out each piece of work, so it is never behind them either."""
    limiter = _limiters.setdefault(asyncio.get_running_loop(), CapacityLimiter(_THREADS_OF_WAITERS))
    return await to_thread.run_sync(partial(function, *args), limiter=limiter)


@cache
def _threads(sync_slots: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(sync_slots + _SHORT_THREADS, thread_name_prefix="tasks")


_limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, CapacityLimiter] = WeakKeyDictionary()
