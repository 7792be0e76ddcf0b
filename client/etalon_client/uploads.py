"""Sends many pictures into a build, a few at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Final, Protocol, TypeVar

from etalon_client.errors import NotCompared, Refused, UnusableFile
from etalon_client.output import Output
from etalon_client.results import Unsent

_OF_ONE_PICTURE: Final = (409, 413, 415, 422)  # answers that concern one picture; any other ends the upload


class Named(Protocol):
    """A picture, or a pair of pictures, by the name of its shot."""

    @property
    def name(self) -> str: ...


Item = TypeVar("Item", bound=Named)


def send_all(items: Sequence[Item], send: Callable[[Item], object], jobs: int, output: Output) -> list[Unsent]:
    """Calls `send` with each item on `jobs` threads. Gives the items that could not be sent.

    What concerns one picture is noted, and the others go on. Anything else is raised, and what has not begun does not begin.
    """
    stop = threading.Event()
    unsent: list[Unsent] = []

    def send_unless_stopped(item: Item) -> None:
        if not stop.is_set():
            send(item)

    threads = ThreadPoolExecutor(jobs)
    with output.progress(len(items), "sending") as step:
        try:
            futures = {threads.submit(send_unless_stopped, item): item for item in items}
            for future in as_completed(futures):
                unsent += _outcome(future, futures[future], output)
                step()
        except BaseException:  # also Ctrl+C, which may hit while a lock is held that a thread needs: none is waited for
            stop.set()
            threads.shutdown(wait=False, cancel_futures=True)
            raise
    threads.shutdown()
    return sorted(unsent, key=lambda one: one.name)


def _outcome(future: Future[None], item: Named, output: Output) -> list[Unsent]:
    try:
        future.result()
    except NotCompared as error:
        if isinstance(error, UnusableFile) or (isinstance(error, Refused) and error.status in _OF_ONE_PICTURE):
            return [Unsent(item.name, error.told(output.language))]
        raise
    return []
