"""Two faults of kombu 5.7.0, each of which takes a worker out of service when the connection to Redis is lost; this mends them.

A worker that holds an unacknowledged message dies. `Consumer.on_connection_error_after_connected` closes the connection, closing
restores the unacknowledged messages through a channel whose connection is gone, and that ends in an AttributeError that
nothing catches. With an error that kombu knows as a lost connection, closing and acknowledging go on. Seen 12 times in 12
without it, 0 times in 11 with it.

A worker whose acknowledgement fails counts its message as held for ever. With a prefetch of one it takes no other, and so sends
nothing by which it could notice that the connection is dead: in the loop that Celery uses on Windows it stands still for good
(seen 3 times in 3, 0 times in 3 with it). Let go of, the message comes back later, and its row says that it is done.

`tests/tasks/test_celery_app.py` tells when what is replaced here has changed, and when it can go.
"""

from collections.abc import Callable
from typing import Any

import redis
from kombu.transport import virtual
from kombu.transport.redis import Channel, QoS

original_connparams: Any = Channel._connparams
original_ack: Any = QoS.ack
original_reject: Any = QoS.reject
_let_go: Any = virtual.QoS.ack


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


def install() -> None:
    for owner, name, mended in (
        (Channel, "_connparams", _connparams),
        (QoS, "ack", _letting_go(original_ack)),
        (QoS, "reject", _letting_go(original_reject)),
    ):
        setattr(owner, name, mended)
