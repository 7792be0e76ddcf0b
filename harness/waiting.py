"""Free ports, and waiting until a fact is true."""

import socket
import time
from collections.abc import Callable


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until(fact: Callable[[], object], seconds: float, otherwise: object) -> None:
    """Waits until `fact()` is true. Raises AssertionError with `otherwise`, or what it returns, after `seconds`."""
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, otherwise() if callable(otherwise) else otherwise
        time.sleep(0.05)
