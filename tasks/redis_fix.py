"""Fixes for four faults of kombu 5.7.0 with Redis; three of them disable a worker.

A worker that holds an unacknowledged message dies. `Consumer.on_connection_error_after_connected` closes the connection, closing
restores the unacknowledged messages through a channel whose connection is gone, and that ends in an AttributeError that
nothing catches. With an error that kombu knows as a lost connection, closing and acknowledging go on. Seen 12 times in 12
without it, 0 times in 11 with it.

A worker whose acknowledgement fails counts its message as held for ever. With a prefetch of one it takes no other, and so sends
nothing by which it could notice that the connection is dead: in the loop that Celery uses on Windows it stands still for good
(seen 2 times in 2, 0 times in 3 with it). Let go of, the message comes back later, and its row says that it is done.

The loop that Celery uses on Windows hardly ever hands out again what a killed worker held: it looks for such messages when
nothing comes for 2 s, but a BRPOP answers every second that there is nothing, and that counts. Now it looks every
`unacked_restore_interval`, as the other loop does. (Tasks come back through their rows anyway; the messages stayed in Redis.)

A worker whose Redis turns read-only (a fail-over made its server a replica) opens about eleven sockets a second and closes
none: it connects, cannot write, and forgets the connection. After two minutes it is out of file descriptors, and takes no task
when Redis is well again. Now a connection asks once whether it can write, and one that cannot is refused like a server that is
away: Celery waits 2, 4, 6 s between its tries.

`tests/tasks/test_celery_app.py` and `tests/faults/test_redis.py` tell when what is replaced here has changed, and when it can go.
"""

import math
import time
from collections.abc import Callable
from typing import Any

import redis
from kombu.transport import virtual
from kombu.transport.redis import Channel, MultiChannelPoller, QoS

original_init: Any = Channel.__init__
original_connparams: Any = Channel._connparams
original_ack: Any = QoS.ack
original_reject: Any = QoS.reject
original_get: Any = MultiChannelPoller.get
_let_go: Any = virtual.QoS.ack


_NO_KEY = "etalon: can this be written?"


def _init(channel: Any, *args: Any, **kwargs: Any) -> None:
    original_init(channel, *args, **kwargs)
    try:
        channel.client.delete(_NO_KEY)  # deletes nothing; a replica refuses it all the same, and a full Redis does not
    except redis.exceptions.ReadOnlyError:
        channel.connection.cycle.discard(channel)
        channel._registered = False
        channel._disconnect_pools()
        raise redis.exceptions.ConnectionError("This Redis is read-only.") from None
    except redis.exceptions.ResponseError:
        return  # whatever else it refuses is for those who need it


def _connparams(channel: Any, *args: Any, **kwargs: Any) -> Any:
    if channel.connection is None or channel.connection.client is None:
        raise redis.exceptions.ConnectionError("The channel's connection is closed.")
    return original_connparams(channel, *args, **kwargs)


def _letting_go(settle: Callable[..., None]) -> Callable[..., None]:
    """Acknowledges or rejects; where Redis cannot be told, the message is no longer held all the same."""

    def settle_or_let_go(qos: Any, delivery_tag: str, *args: Any, **kwargs: Any) -> None:
        try:
            settle(qos, delivery_tag, *args, **kwargs)
        except BaseException:
            _let_go(qos, delivery_tag)
            raise

    return settle_or_let_go


def _get(poller: Any, callback: Any, timeout: float | None = None) -> Any:
    """Of the loop without events: one turn."""
    seconds = min((channel.unacked_restore_interval for channel in poller._channels), default=math.inf)
    if time.monotonic() - getattr(poller, "restored_at", 0.0) >= seconds:
        poller.restored_at = time.monotonic()
        poller.maybe_restore_messages()
    return original_get(poller, callback, timeout)


def install() -> None:
    for owner, name, mended in (
        (Channel, "__init__", _init),
        (Channel, "_connparams", _connparams),
        (QoS, "ack", _letting_go(original_ack)),
        (QoS, "reject", _letting_go(original_reject)),
        (MultiChannelPoller, "get", _get),
    ):
        setattr(owner, name, mended)
