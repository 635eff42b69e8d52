"""A stretch of network that can be made slow, silent or broken, between the product and a real server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_BYTES = 65536


class Proxy:
    """Passes everything on to ``target`` and back; ``url`` is where it listens.

    ``delay`` holds every answer back for so many seconds. While it is ``silent`` it takes what is sent and answers
    nothing. ``refuse`` closes it and every connection; ``accept`` opens it again at the same address.
    """

    def __init__(self, target: str) -> None:
        split = urlsplit(target)
        self._target = (split.hostname, split.port)
        self.delay = 0.0
        self.silent = False
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._address = self._listener.getsockname()
        self.url = f"http://127.0.0.1:{self._address[1]}"
        self._listen()

    def accept(self) -> None:
        self._listener = socket.create_server(self._address)
        self._listen()

    def refuse(self) -> None:
        for one in (self._listener, *list(self._open)):
            # Shut down, because a thread that waits for it would keep it open.
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def _listen(self) -> None:
        threading.Thread(target=self._take, args=(self._listener,), daemon=True).start()

    def _take(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _address = listener.accept()
                far = socket.create_connection(self._target)
                self._open |= {near, far}
                threading.Thread(target=self._pass, args=(near, far), daemon=True).start()
                threading.Thread(target=self._pass, args=(far, near, True), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, is_answer: bool = False) -> None:
        with suppress(OSError):
            while told := source.recv(_BYTES):
                if is_answer:
                    time.sleep(self.delay)
                if not (is_answer and self.silent):
                    sink.sendall(told)
        for one in (source, sink):
            self._open.discard(one)
            one.close()


@contextmanager
def proxy(target: str) -> Iterator[Proxy]:
    """Give a proxy to a server, closed at the end."""
    held = Proxy(target)
    try:
        yield held
    finally:
        held.refuse()
