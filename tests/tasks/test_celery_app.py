"""The terms of the queue, and the fix for what kills a worker of Celery 5.7."""

from types import SimpleNamespace
from typing import Any

import pytest
import redis
from celery.bin.base import CLIContext
from celery.bin.worker import worker
from kombu import Connection
from kombu.transport.redis import Channel, QoS

from config import Settings
from tasks import celery_app, redis_fix
from tasks.celery_app import app
from tasks.celery_terms import DEFAULT_QUEUE, NOTIFICATION_QUEUE, sender_terms, worker_terms
from tasks.notifications.delivery import send_notification, send_tg_notification


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


class HeldMessages(QoS):
    """One message is held, and Redis cannot be told anything about it."""

    def __init__(self) -> None:
        self._delivered = {"tag": "a message"}
        self._dirty: set[str] = set()
        self._quick_ack = self._dirty.add
        self.prefetch_count = 1

    def _remove_from_indices(self, delivery_tag: str, pipe: Any = None) -> Any:
        raise redis.exceptions.TimeoutError("Timeout reading from socket")


@pytest.mark.parametrize("settle", ["ack", "reject"])
def test_a_message_that_cannot_be_acknowledged_is_not_held_for_ever(settle: str) -> None:
    held = HeldMessages()
    with pytest.raises(redis.exceptions.TimeoutError):
        getattr(held, settle)("tag")
    assert held.can_consume()


def test_letting_go_is_still_needed() -> None:
    """When this fails, kombu has mended it: delete it from tasks/redis_fix.py and these tests."""
    held = HeldMessages()
    with pytest.raises(redis.exceptions.TimeoutError):
        redis_fix.original_ack(held, "tag")
    assert not held.can_consume()


def test_a_message_outlives_the_longest_task_and_everybody_agrees_on_it(store: Settings) -> None:
    sender, worker = (terms()["broker_transport_options"] for terms in (sender_terms, worker_terms))
    assert sender["visibility_timeout"] == worker["visibility_timeout"] > app.conf.task_time_limit


@pytest.mark.parametrize("asked", [(), ("--pool=prefork",)], ids=["by default", "asked for prefork"])
@pytest.mark.parametrize(("windows", "pool"), [(True, "solo"), (False, "prefork")])
def test_the_pool_is_one_that_works_there(
    monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...], windows: bool, pool: str
) -> None:
    """As Celery's own command line chooses it, before a worker's terms are applied."""
    with monkeypatch.context() as faked:
        faked.setattr(app, "IS_WINDOWS", windows)
        celery_app.configure()
        with worker.make_context("worker", list(asked), obj=CLIContext(app, False, "")) as context:
            assert context.params["pool"].__module__ == f"celery.concurrency.{pool}"
    celery_app.configure()


def test_messages_to_people_have_a_queue_of_their_own() -> None:
    queues = {name: app.amqp.router.route({}, name)["queue"].name for name in app.tasks if name.startswith("tasks.")}
    messages = {send_tg_notification.name, send_notification.name}
    assert {queue for name, queue in queues.items() if name not in messages} == {DEFAULT_QUEUE}
    assert {queues[name] for name in messages} == {NOTIFICATION_QUEUE}


def test_neither_results_nor_pickles_travel_through_the_queue() -> None:
    assert app.conf.task_ignore_result and app.conf.accept_content == ["json"]
