"""A prefork worker takes its first task when its pool processes have loaded their engines, not seconds before: meanwhile another
worker may be ready for it.

Each pool process, spawned by the worker, makes a file when it is ready; the worker waits for as many as it has.
"""

import logging
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from celery import bootsteps

log = logging.getLogger(__name__)

_FOLDER = "ETALON_POOL_FOLDER"  # in the environment, which pool processes inherit
_PATIENCE_SECONDS = 120.0


class PoolReady(bootsteps.StartStopStep):  # type: ignore[misc]
    """Runs between the pool's start and the consumer's."""

    requires = {"celery.worker.components:Pool"}

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self.enabled = worker.pool_cls.__module__ == "celery.concurrency.prefork"

    def start(self, worker: Any) -> None:
        folder = Path(os.environ[_FOLDER])
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while len(list(folder.iterdir())) < worker.concurrency:
            if time.monotonic() > deadline:
                log.warning(
                    "Not every pool process is ready after %g s; tasks are taken all the same.", _PATIENCE_SECONDS
                )
                return
            time.sleep(0.05)


def expect() -> None:
    """Called in the worker before it starts its pool."""
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix="etalon-pool-")


def announce() -> None:
    """Called in a pool process that is ready for tasks."""
    if _FOLDER in os.environ and Path(os.environ[_FOLDER]).is_dir():
        (Path(os.environ[_FOLDER]) / str(os.getpid())).touch()


def forget() -> None:
    """Called in the worker at its end."""
    shutil.rmtree(os.environ.pop(_FOLDER, ""), ignore_errors=True)
