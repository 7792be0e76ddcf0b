"""Puts back what got stuck, ends what ran out of attempts, sends what was not sent. Any process may do it, one at a time does."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Done:
    """What one round did, in numbers of rows."""

    put_back: int = 0
    ended: int = 0
    sent: int = 0
    notified: int = 0


def run_once(now: datetime | None = None) -> Done | None:
    """One round; None where another process holds the lease."""
    raise NotImplementedError


@contextmanager
def running() -> Iterator[None]:
    """A thread that does a round every UPKEEP_PERIOD_SECONDS: around the API's lifespan, and in every worker."""
    raise NotImplementedError
    yield
