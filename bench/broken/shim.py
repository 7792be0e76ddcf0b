"""Without tasks/redis_fix.py: kombu's own method is back."""

from typing import Any

from kombu.transport.redis import Channel

from bench.broken import nothing
from tasks import redis_fix

app = nothing.app
app.conf.imports = (*app.conf.imports, __name__)

Channel._connparams = redis_fix.original_connparams


def __getattr__(name: str) -> Any:
    return getattr(nothing, name)
