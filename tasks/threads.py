"""Thread pools for blocking work: task runs, publishing, reading rows."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache, partial
from typing import Any, TypeVar

from config import settings

T = TypeVar("T")

_SHORT_THREADS = 16  # publishing, reading a row, asking Celery for a state: milliseconds each, a second with Redis hung


async def in_thread(function: Callable[..., T], *args: Any) -> T:
    """Threads of our own: SYNC_SLOTS long runs and a burst of short ones never use up the web framework's."""
    loop = asyncio.get_running_loop()
    known = copy_context()  # which request it is for: the log says so there too
    return await loop.run_in_executor(_threads(settings().sync_slots), partial(known.run, function, *args))


@cache
def _threads(sync_slots: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(sync_slots + _SHORT_THREADS, thread_name_prefix="tasks")
