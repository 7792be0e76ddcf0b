"""The terms of the queue, and the fix for what kills a worker of Celery 5.7."""

from types import SimpleNamespace
from typing import Any

import pytest
import redis
from kombu import Connection
from kombu.transport.redis import Channel

from config import Settings
from tasks import celery_app, redis_fix
from tasks.celery_app import app, sender_terms, worker_terms


class ClosedChannel(Channel):
    """A channel whose connection is gone, as a lost connection leaves it."""

    def __init__(self) -> None:
        self.connection: Any = SimpleNamespace(client=None)


def test_a_channel_of_a_lost_connection_says_so_in_words_kombu_knows() -> None:
    with pytest.raises(redis.exceptions.ConnectionError) as lost:
        ClosedChannel()._connparams()
    assert isinstance(lost.value, Connection("redis://").transport.connection_errors)


def test_the_fix_is_still_needed() -> None:
    """When this fails, kombu has mended it: delete tasks/redis_fix.py and this test."""
    with pytest.raises(AttributeError, match="hostname"):
        redis_fix.original_connparams(ClosedChannel())


def test_a_message_outlives_the_longest_task_and_everybody_agrees_on_it(store: Settings) -> None:
    sender, worker = (terms()["broker_transport_options"] for terms in (sender_terms, worker_terms))
    assert sender["visibility_timeout"] == worker["visibility_timeout"] > app.conf.task_time_limit


def test_windows_gets_the_pool_that_works_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(celery_app.sys, "platform", "win32")
    assert (worker_terms()["worker_pool"], worker_terms()["worker_concurrency"]) == ("solo", 1)


def test_neither_results_nor_pickles_travel_through_the_queue() -> None:
    assert app.conf.task_ignore_result and app.conf.accept_content == ["json"]
