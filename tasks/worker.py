"""What a worker process does beside its tasks, hooked to Celery's signals: takes a worker's terms, refuses to start with broken
parts, loads its engines, does the upkeep, logs as the API does."""

import logging
from contextlib import ExitStack
from typing import Any

from celery import signals

from config import settings
from store import schema
from store.errors import StoreError
from tasks import celery_states, logs, memory, pool_fix, pool_start, priority, upkeep
from tasks.celery_terms import worker_terms
from tasks.engines import engines
from vision.engines.types import DetectorUnavailable, ReaderUnavailable

_running = ExitStack()


class WorkerRefused(SystemExit):
    """The worker cannot start; the sentence says what to do. (A SystemExit, because Celery's signals swallow other errors.)"""


@signals.celeryd_init.connect  # type: ignore[untyped-decorator]
def take_worker_terms(conf: Any = None, **_: Any) -> None:
    """Celery's own hook for the terms of workers: it runs in no other kind of process, before anything is connected."""
    memory.settle()
    priority.lower()
    pool_fix.install()
    pool_start.expect()
    conf.update(worker_terms())


@signals.worker_init.connect  # type: ignore[untyped-decorator]
def check_parts(**_: Any) -> None:
    """Raises WorkerRefused if the schema or the engines cannot be used."""
    try:
        schema.prepare(settings().database)
        load_engines()
    except StoreError as error:
        raise WorkerRefused(str(error)) from None


@signals.worker_process_init.connect  # type: ignore[untyped-decorator]
def start_pool_process(**_: Any) -> None:
    load_engines()
    pool_start.announce()


def load_engines(**_: Any) -> None:
    memory.settle()  # a pool process has heard nothing else yet
    schema.own_revision()
    try:
        engines()
    except (DetectorUnavailable, ReaderUnavailable) as error:
        raise WorkerRefused(str(error)) from None


@signals.worker_ready.connect  # type: ignore[untyped-decorator]
def start_upkeep(sender: Any = None, **_: Any) -> None:
    """`sender` is Celery's consumer: its connection is None while it has no broker that it could take tasks from."""
    _running.enter_context(upkeep.running(str(sender.hostname), lambda: sender.connection is not None))


@signals.worker_shutdown.connect  # type: ignore[untyped-decorator]
def stop_upkeep(**_: Any) -> None:
    _running.close()
    pool_start.forget()
    celery_states.flush(1)


@signals.after_setup_logger.connect  # type: ignore[untyped-decorator]
@signals.after_setup_task_logger.connect  # type: ignore[untyped-decorator]
def log_as_the_api_does(logger: logging.Logger, **_: Any) -> None:
    for handler in logger.handlers:
        handler.setFormatter(logs.formatter(settings(), handler.formatter))
