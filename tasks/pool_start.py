"""A prefork worker takes its first task when its pool processes have loaded their engines, not seconds before: meanwhile another
worker may be ready for it.

Each pool process, spawned by the worker, makes a file when it is ready; the worker waits for as many as it has, then deletes
their folder. A worker that is killed meanwhile leaves its folder to the next one that starts.
"""

import logging
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from celery import bootsteps

log = logging.getLogger(__name__)

_PREFIX = "etalon-pool-"
_FOLDER = "ETALON_POOL_FOLDER"  # in the environment, which pool processes inherit
_PATIENCE_SECONDS = 120.0


class PoolReady(bootsteps.StartStopStep):  # type: ignore[misc]
    """Runs between the pool's start and the consumer's."""

    requires = {"celery.worker.components:Pool"}

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self.enabled = worker.pool_cls.__module__ == "celery.concurrency.prefork"

    def start(self, worker: Any) -> None:
        if _all_ready(Path(os.environ[_FOLDER]), worker.pool._pool):
            log.info("%d pool processes are ready.", worker.concurrency)
        else:
            log.warning("Not every pool process is ready after %g s; tasks are taken all the same.", _PATIENCE_SECONDS)
        forget()


def expect() -> None:
    """Called in the worker before it starts its pool."""
    _sweep()
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix=_PREFIX)


def announce() -> None:
    """Called in a pool process that is ready for tasks. One that replaces another is not waited for."""
    with suppress(OSError):
        if folder := os.environ.get(_FOLDER):
            (Path(folder) / str(os.getpid())).touch()


def forget() -> None:
    """Called in the worker when it waits no more, and at its end."""
    shutil.rmtree(os.environ.pop(_FOLDER, ""), ignore_errors=True)


def _all_ready(folder: Path, pool: Any) -> bool:
    """`pool` is Celery's AsynPool."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not _are_ready(folder, pool):
        if time.monotonic() > deadline:
            return False
        _replace_dead(pool)
        time.sleep(0.05)
    return True


def _are_ready(folder: Path, pool: Any) -> bool:
    ready = {file.name for file in folder.iterdir()}
    return all(str(process.pid) in ready and process.exitcode is None for process in pool._pool)


def _replace_dead(pool: Any) -> None:
    """Celery does this only later, in its loop, and there it ends a worker that has lost a process before."""
    dead = [process for process in pool._pool if process.exitcode is not None]
    if not dead:
        return
    for process in dead:
        pool._process_cleanup_queues(process)  # the next one gets them
    pool.maintain_pool()
    pool._fileno_to_outq.update({process.outqR_fd: process for process in pool._pool})


def _sweep() -> None:
    """Deletes the folders of workers that were killed while they waited."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > 2 * _PATIENCE_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
