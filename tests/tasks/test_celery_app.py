"""The terms of the queue, and the fix for what kills a worker of Celery 5.7."""

import os
import pickle
import struct
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
import redis
from billiard.pool import READY
from celery.bin.base import CLIContext
from celery.bin.worker import worker
from celery.concurrency.asynpool import RUN, _SimpleQueue
from kombu import Connection
from kombu.transport.redis import Channel, QoS

from config import Settings
from tasks import celery_app, pool_fix, redis_fix
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


class HalfReadResult:
    """A killed process whose worker has read a part of its result, and what Celery's pool needs to look at the rest."""

    def __init__(self, was_read: int) -> None:
        self.outq, self.pid, self._state = _SimpleQueue(rnonblock=True), 1, RUN
        self._result_handler = SimpleNamespace(on_state_change=lambda task: None)
        whole = pickle.dumps((READY, (1, None, ("\x01\x02\x03" * 50, "what a task returned"), 5)), protocol=4)
        os.write(self.outq._writer.fileno(), struct.pack("!i", len(whole)) + whole)
        os.read(self.outq._reader.fileno(), was_read)

    def _is_alive(self) -> bool:
        return False

    def is_empty(self) -> bool:
        return not self.outq._reader.poll(0)


@pytest.mark.parametrize("was_read", [1, 4, 20, 50])
def test_half_a_result_of_a_killed_pool_process_goes_with_it(was_read: int) -> None:
    process = HalfReadResult(was_read)
    pool_fix.flush(process, process)
    assert process.is_empty()


def test_the_fix_for_half_a_result_is_still_needed() -> None:
    """When this fails, Celery has mended it: delete tasks/pool_fix.py and these tests."""
    process = HalfReadResult(4)
    with suppress(pickle.UnpicklingError):
        pool_fix.original_flush(process, process)
    assert not process.is_empty()


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
