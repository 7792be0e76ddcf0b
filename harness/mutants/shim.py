"""Without tasks/redis_fix.py: kombu's own methods."""

from typing import Any

from kombu.transport.redis import Channel, MultiChannelPoller, QoS

from harness.mutants import unchanged
from tasks import redis_fix

app = unchanged.app
app.conf.imports = (*app.conf.imports, __name__)

Channel._connparams = redis_fix.original_connparams
MultiChannelPoller.get = redis_fix.original_get
QoS.ack, QoS.reject = redis_fix.original_ack, redis_fix.original_reject


def __getattr__(name: str) -> Any:
    return getattr(unchanged, name)
