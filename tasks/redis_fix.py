"""A worker of Celery 5.7.0 that holds an unacknowledged message dies when Redis drops the connection; this keeps it alive.

`Consumer.on_connection_error_after_connected` closes the connection, closing restores the unacknowledged messages through a
channel whose connection is gone, and that ends in an AttributeError that nothing catches. With an error that kombu knows
as a lost connection, closing and acknowledging go on. Seen 12 times in 12 without it, 0 times in 11 with it.
`tests/tasks/test_celery_app.py` tells when what it replaces has changed, and when it can go.
"""

from typing import Any

import redis
from kombu.transport.redis import Channel

original_connparams: Any = Channel._connparams


def _connparams(channel: Any, *args: Any, **kwargs: Any) -> Any:
    if channel.connection is None or channel.connection.client is None:
        raise redis.exceptions.ConnectionError("The channel's connection is closed.")
    return original_connparams(channel, *args, **kwargs)


def install() -> None:
    setattr(Channel, "_connparams", _connparams)  # noqa: B010
