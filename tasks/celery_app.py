"""The Celery application. Its terms stand in `tasks/celery_terms.py`; the task modules are imported at the very end.

The task modules use Celery's `shared_task`: they do not import the application, so the imports run one way.
"""

import logging
import threading
from typing import Any

from celery import Celery
from kombu import pools

from config import settings
from tasks import pool_start, redis_fix
from tasks.celery_terms import TASK_MODULES, common_terms, sender_terms

__all__ = ["TASK_MODULES", "app", "configure"]

app = Celery("tasks", broker=settings().broker, backend=settings().result_backend)
# `shared_task` and AsyncResult find the application in every thread, not only in the one that made it.
app.set_default()


def configure() -> None:
    """Gives the app the settings' terms, as a sender. Called once here, and again by tests that change the settings."""
    app.conf.update(common_terms() | sender_terms())
    reset: Any = pools.reset
    reset()  # and forgets what was made by the terms before: connections, and a result backend for each thread
    app.amqp._producer_pool = None
    app._pool = None
    app._backend_cache = None
    app._local = threading.local()


redis_fix.install()
app.steps["worker"].add(pool_start.PoolReady)
configure()
logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it prints URLs, and Telegram's carry the token
logging.getLogger("httpcore").setLevel(logging.WARNING)

# Last, after the configuration. Nothing is discovered, so nothing is forgotten.
import tasks.analysis  # noqa: E402
import tasks.comparison  # noqa: E402
import tasks.notifications.delivery  # noqa: E402
import tasks.worker  # noqa: E402, F401
