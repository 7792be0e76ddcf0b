"""The channels: those of every module in this folder. A new module only needs a tuple `CHANNELS`."""

import pkgutil
from functools import cache
from importlib import import_module

from tasks.notifications.channel import Channel


@cache
def every() -> tuple[Channel, ...]:
    modules = [import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__)]
    return tuple(channel for module in modules for channel in module.CHANNELS)


def by_name(name: str) -> Channel:
    """Raises KeyError."""
    return {channel.name: channel for channel in every()}[name]


def is_known(name: str) -> bool:
    """Whether this version can send it."""
    return any(channel.name == name for channel in every())


def repeatable() -> tuple[str, ...]:
    """The names of channels whose messages may be sent again."""
    return tuple(channel.name for channel in every() if channel.repeatable)
