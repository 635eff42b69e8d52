"""A node of its own that can be killed and started again at the same address, over the same data."""

from __future__ import annotations

from pathlib import Path

from tests.elasticsearch_node.node import Node, free_ports


class Server:
    """``start`` raises NodeUnavailable where the machine has not what it takes."""

    def __init__(self, folder: Path, *, is_brief: bool = True) -> None:
        self._folder, self._is_brief = folder, is_brief
        http, transport = free_ports(2)
        self._settings = {"http.port": http, "transport.port": transport, "cluster.name": f"tests-{http}"}
        self._node: Node | None = None
        self.url = f"http://127.0.0.1:{http}"

    def start(self) -> None:
        self._node = Node.started(self._folder, settings=self._settings, is_brief=self._is_brief)

    def kill(self) -> None:
        if self._node is not None:
            self._node.kill()

    close = kill
