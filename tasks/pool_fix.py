"""A fix for a fault of Celery 5.7.0 with prefork: a pool process is killed while its worker reads its result.

What is left in the pipe is no message. Unpickled, it may end the worker; left there, it comes before what the next process sends
through the same pipe. Now the pipe of a dead process is emptied. Its task's row was written before, so nothing is lost.

`tests/tasks/test_celery_app.py` tells when this can go.
"""

import logging
import os
from contextlib import suppress
from typing import Any

from celery.concurrency.asynpool import AsynPool

log = logging.getLogger(__name__)

original_flush: Any = AsynPool.process_flush_queues


def flush(pool: Any, process: Any) -> None:
    try:
        original_flush(pool, process)
    except Exception as error:  # whatever the rest of a message looks like
        log.warning("The pool process %s left half a result (%s).", process.pid, type(error).__name__)
    if not process._is_alive():
        _empty(process.outq._reader)


def install() -> None:
    AsynPool.process_flush_queues = flush


def _empty(reader: Any) -> None:
    with suppress(OSError):  # closed
        while reader.poll(0) and os.read(reader.fileno(), 2**16):
            pass
