"""Callers that try wrong API keys are slowed down, and the log says so once a minute, however many they try.

A key has 256 random bits, so no number of guesses finds one: this keeps guesses from costing work and log lines. A right key is
taken from everywhere at any time, so clients behind the same proxy cannot lock each other out.
"""

import logging
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

log = logging.getLogger(__name__)

AT_ONCE = 20  # wrong keys that an address may send before it is slowed down
A_SECOND = 1.0  # that it may send for ever
_KNOWN = 10_000  # addresses; the one that was silent for longest is forgotten
_LOGGED_EVERY_SECONDS = 60.0


@dataclass(slots=True)
class _Caller:
    allowed: float
    at: float
    wrong: int = 0
    logged_at: float = 0.0


class Guesses:
    """Counts wrong keys by address."""

    def __init__(self) -> None:
        self._callers: OrderedDict[str, _Caller] = OrderedDict()
        self._lock = threading.Lock()

    def wrong_key_of(self, address: str) -> bool:
        """Counts a wrong key; False if there were too many lately."""
        now = time.monotonic()
        with self._lock:
            caller = self._callers.setdefault(address, _Caller(AT_ONCE, now))
            self._callers.move_to_end(address)
            if len(self._callers) > _KNOWN:
                self._callers.popitem(last=False)
            caller.allowed = min(AT_ONCE, caller.allowed + (now - caller.at) * A_SECOND)
            caller.at = now
            caller.wrong += 1
            if caller.allowed >= 1:
                caller.allowed -= 1
                return True
            self._log(address, caller, now)
            return False

    def _log(self, address: str, caller: _Caller, now: float) -> None:
        if now - caller.logged_at >= _LOGGED_EVERY_SECONDS:
            caller.logged_at = now
            log.warning("Many wrong API keys come from %s, %d so far: it is slowed down.", address, caller.wrong)
