"""A TCP relay whose connections can be cut silently, as a firewall or a suspended machine does."""

import socket
import threading
from contextlib import suppress


class Relay:
    """Listens on `port` and forwards to a local port. After `cut`, the open connections stay open and carry nothing;
    new connections work."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._ends: list[socket.socket] = []
        self._cut: set[socket.socket] = set()
        self._closed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._cut |= set(self._ends)

    def close(self) -> None:
        self._closed = True
        self._listener.close()
        for end in self._ends:
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                here, _ = self._listener.accept()
                self._ends.append(here)
                there = socket.create_connection(("127.0.0.1", self._target))
                self._ends.append(there)
                for source, target in ((here, there), (there, here)):
                    threading.Thread(target=self._pump, args=(source, target), daemon=True).start()
        if self._closed:
            self.close()  # what was accepted meanwhile, too

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(2**16):
                if source not in self._cut:
                    target.sendall(data)
            if source not in self._cut:
                target.shutdown(socket.SHUT_WR)
