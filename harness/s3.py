"""An S3 server on a local port: moto's, over real HTTP."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from moto.server import DomainDispatcherApplication, ThreadedMotoServer


@contextmanager
def s3_server() -> Iterator[str]:
    """The server's URL. It accepts any credentials."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@contextmanager
def slow_s3(seconds: float) -> Iterator[None]:
    """Each request waits so long before it is worked on, or until the block ends."""
    over = threading.Event()
    answer = DomainDispatcherApplication.__call__

    def answer_late(app: DomainDispatcherApplication, environment: dict[str, Any], start: Any) -> Iterable[bytes]:
        over.wait(seconds)
        return answer(app, environment, start)

    with patch.object(DomainDispatcherApplication, "__call__", answer_late):
        try:
            yield
        finally:
            over.set()
