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

_SHORT_THREADS = 16  # reading a row, asking Celery for a state: milliseconds each, a second with Redis hung
_UPLOAD_THREADS = 16  # beside those that run a task in this process
_THREADS_OF_WAITERS = 4


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """For short work. Threads of our own: a burst of it never uses up the web framework's."""
    return await _run(_threads("tasks", _SHORT_THREADS), function, *args)


async def for_upload(function: Callable[..., T], *args: Any) -> T:
    """For uploads, which may run a task here, or wait half a minute for an artifact store that hangs."""
    return await _run(_threads("uploads", settings().sync_slots + _UPLOAD_THREADS), function, *args)


async def for_waiter(function: Callable[..., T], *args: Any) -> T:
    """For a request that waits (`?wait=60`): a few threads for all of them, so that an upload is not behind ten thousand that
    arrive, or are answered, at once. The event loop hands out each piece of work, so it is never behind them either."""
    limiter = _limiters.setdefault(asyncio.get_running_loop(), CapacityLimiter(_THREADS_OF_WAITERS))
    return await to_thread.run_sync(partial(function, *args), limiter=limiter)


async def _run(threads: ThreadPoolExecutor, function: Callable[..., T], *args: Any) -> T:
    known = copy_context()  # which request it is for: the log says so there too
    return await asyncio.get_running_loop().run_in_executor(threads, partial(known.run, function, *args))


@cache
def _threads(name: str, most: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(most, thread_name_prefix=name)


_limiters: WeakKeyDictionary[asyncio.AbstractEventLoop, CapacityLimiter] = WeakKeyDictionary()
