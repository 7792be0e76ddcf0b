"""Every operating term of Celery with its reason. `tasks/celery_app.py` applies them.

Most terms follow from one decision: the row in `tasks` is the truth and the outbox. A message may be lost, sent twice or
late; the claim makes a second run do nothing, and `tasks/upkeep.py` sends again what was lost.
"""

from typing import Any

from celery import current_app
from kombu.entity import Queue

from config import settings

TASK_MODULES = ("tasks.analysis", "tasks.comparison", "tasks.notifications.delivery")
DEFAULT_QUEUE = "celery"  # Celery's own name, so that a plain `celery worker` command consumes it
NOTIFICATION_QUEUE = (
    "notifications"  # its own, so that a message about a finished task does not wait behind a hundred others
)
_SHUTDOWN_SECONDS = 20


def common_terms() -> dict[str, Any]:
    """The terms of senders and of workers alike."""
    time_limit = settings().task_time_limit_seconds
    return {
        "broker_url": settings().broker,
        "result_backend": settings().result_backend,
        # Ids travel, never pictures or pickles: a message is small, and cannot run code.
        "task_serializer": "json",
        "result_serializer": "json",
        "accept_content": ["json"],
        # Celery itself neither subscribes to results (with Redis away that blocks a submission for 19 s and raises
        # RuntimeError) nor stores them at a task's end (with Redis away a good run would turn into a FAILURE).
        # `tasks/celery_states.py` stores the states instead, at its leisure, and AsyncResult reads those.
        "task_ignore_result": True,
        "task_track_started": False,  # the claim writes STARTED
        # At the first state instead: a results' database that cannot be opened would fail the very submission.
        "database_create_tables_at_setup": False,
        # Acknowledged when done: the message of a killed worker comes back. Safe because of the claim and its attempts.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,  # a long task holds no other one back while a worker is idle
        "task_time_limit": time_limit,  # prefork only; elsewhere the stages look at the clock, see tasks/lifecycle.py
        "task_soft_time_limit": max(time_limit - 10, time_limit * 0.9),
        "task_default_queue": DEFAULT_QUEUE,
        "task_queues": _queues(),
        "task_routes": {"tasks.notifications.*": {"queue": NOTIFICATION_QUEUE}},
        "imports": TASK_MODULES,  # what a spawned pool process, which never sees the bottom of this file run, imports
        "result_expires": 86_400,
        "timezone": "UTC",
        "enable_utc": True,
        "worker_hijack_root_logger": False,
        # Here, although it is a worker's: the command line has chosen the pool before a worker's own terms are applied.
        # prefork fails on Windows (WinError 5 and 6). Elsewhere it is a process that can be killed: only prefork keeps the
        # time limit and survives a crash in native code, and it is as fast as threads (bench/pools.py, two cores,
        # VISION_THREADS=1: 1.55 comparisons a second against 1.53, solo 1.44; two at once 2.41 against 2.35).
        "worker_pool": "solo" if current_app.IS_WINDOWS else "prefork",
    }


def sender_terms() -> dict[str, Any]:
    """A sender has a person waiting: it learns within about a second that Redis is away, and falls back."""
    return {
        "broker_connection_timeout": 1,
        "broker_pool_limit": 10,
        "task_publish_retry": False,
        "broker_transport_options": {
            "visibility_timeout": _visibility_timeout(),
            "socket_connect_timeout": 1,
            "socket_timeout": 1,
            **_ONE_TRY,
        },
        # A client waits while a state is queried.
        "redis_socket_timeout": 1,
        "redis_socket_connect_timeout": 1,
        "result_backend_transport_options": {
            "retry_policy": {
                "max_retries": 1,
                "interval_start": 0,
                "interval_step": 0.1,
                "interval_max": 0.1,
                "timeout": 1,
            }
        },
        "database_engine_options": {"pool_pre_ping": True},
    }


def worker_terms() -> dict[str, Any]:
    """A worker has time, and must outlive every fault of Redis."""
    return {
        "broker_connection_retry_on_startup": True,  # it may start before Redis does
        "broker_connection_max_retries": None,  # for ever; the default gives up after a hundred
        "broker_channel_error_retry": True,  # Redis is full: by default that ends the worker, it cannot even acknowledge
        "broker_connection_timeout": 4,
        "broker_transport_options": {
            "visibility_timeout": _visibility_timeout(),
            # Looks for messages of killed workers every 5 s; by default every 100 s, whatever the timeout says (measured).
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            # A half-open connection is noticed within about half a minute: kombu swallows up to four timeouts (it looks for
            # abandoned messages and renews its bindings) before one reaches Celery. See also tasks/redis_fix.py.
            "socket_connect_timeout": 2,
            "socket_timeout": 5,
            "health_check_interval": 10,
            **_ONE_TRY,
        },
        # Cancelling what runs when the connection drops lost the task in 4 of 4 runs; 6.0 will turn it on by default.
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_concurrency": 1,  # and more workers for more cores: each dies alone
        **({} if current_app.IS_WINDOWS else _prefork_terms()),
    }


# kombu's own reconnecting inside one call, which would make "one second" four.
_ONE_TRY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}


def _visibility_timeout() -> int:
    # Longer than the longest task, or Redis hands it out in parallel copies. Senders and workers must agree on it.
    # It is not how a killed worker's task comes back soon: that is the lease of the row, TASK_LEASE_SECONDS.
    return settings().task_time_limit_seconds + _SHUTDOWN_SECONDS + 60


def _queues() -> tuple[Any, ...]:
    """Those that a worker without -Q consumes: all there are."""
    make: Any = Queue
    return make(DEFAULT_QUEUE), make(NOTIFICATION_QUEUE)


def _prefork_terms() -> dict[str, Any]:
    return {
        "worker_pool_start_method": "spawn",  # a forked child of a parent that has used torch or onnxruntime may hang
        "worker_proc_alive_timeout": 60.0,  # a spawned child imports its engines first; the default gives it 4 s
        "worker_max_memory_per_child": 1_500_000,  # KB at the most so far: after a very large picture a fresh process
        "worker_max_tasks_per_child": 500,  # whatever leaks in native code ends here
        "worker_soft_shutdown_timeout": _SHUTDOWN_SECONDS,  # not for solo: it would wait in the place of the task itself
    }
