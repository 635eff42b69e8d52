"""Start nodes, wait until they answer, and stop or kill them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.elasticsearch_node import home

_PATIENCE_SECONDS = 120
HEAP = "512m"
# Starts a node at half the cost, which is most of what one of a test lives for; questions then take longer.
_BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
# The node is for one machine's tests: how full its disk is must not decide what they find.
_SETTINGS = {
    "network.host": "127.0.0.1",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
}
_SINGLE = {"discovery.type": "single-node"}


def command(
    folder: Path, settings: Mapping[str, object], *, heap: str = HEAP, watched: int, is_brief: bool = False
) -> list[str]:
    """Return what starts a node with its data and logs in a folder, ending with process ``watched``.

    A brief one is not worth compiling well.

    Raises NodeUnavailable where the machine has not what it takes.
    """
    java, place = home.java(), home.prepared()
    stated = {"path.data": folder / "data", "path.logs": folder / "logs", **_SETTINGS, **settings}
    return [
        str(java),
        f"-Xms{heap}",
        f"-Xmx{heap}",
        *(_BRIEF if is_brief else ()),
        "--enable-native-access=ALL-UNNAMED,org.apache.lucene.core",
        "--add-modules=ALL-MODULE-PATH,jdk.incubator.vector",
        f"--module-path={place / 'lib'}",
        str(home.HERE / "EsNode.java"),
        str(place),
        str(watched),
        *(f"{name}={value}" for name, value in stated.items()),
    ]


@dataclass(frozen=True, slots=True)
class Node:
    """A running node; ``url`` is where it answers."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def started(
        cls,
        folder: Path,
        *,
        settings: Mapping[str, object] | None = None,
        heap: str = HEAP,
        watched: int | None = None,
        is_brief: bool = True,
    ) -> Node:
        """Start a node of its own cluster and wait until it answers; it ends with process ``watched``, or this one."""
        node = cls._launched(folder, {**_SINGLE, **(settings or {})}, heap, watched, is_brief)
        node.wait()
        return node

    @classmethod
    def _launched(
        cls,
        folder: Path,
        settings: Mapping[str, object],
        heap: str = HEAP,
        watched: int | None = None,
        is_brief: bool = True,
    ) -> Node:
        folder.mkdir(parents=True, exist_ok=True)
        port, other = free_ports(2)
        stated = {"http.port": port, "transport.port": other, "cluster.name": f"tests-{port}", **settings}
        log = folder / "output.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command(folder, stated, heap=heap, watched=watched or os.getpid(), is_brief=is_brief),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A terminal's interrupt is for the tests; they end the node.
                start_new_session=True,
            )
        return cls(f"http://127.0.0.1:{stated['http.port']}", process, log)

    def wait(self, nodes: int = 1) -> None:
        """Wait until the node answers and sees so many nodes; raise RuntimeError with the end of its log otherwise."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            if answers(self.url, nodes):
                return
            time.sleep(0.2)
        said = self.log.read_text("utf-8", errors="replace")[-3000:]
        self.kill()
        raise RuntimeError(f"Elasticsearch did not start at {self.url}:\n{said}")

    def kill(self) -> None:
        """End the node at once, as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End the node in good order."""
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait(60)

    def pause(self) -> None:
        """Let the node hang: it accepts connections and answers nothing until ``resume``."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def cluster(folder: Path, count: int = 3, *, heap: str = "384m", is_brief: bool = True) -> Iterator[Sequence[Node]]:
    """Give the nodes of a cluster on loopback, each of which may be killed."""
    ports = free_ports(2 * count)
    names = [f"node-{number}" for number in range(count)]
    seeds = ",".join(f"127.0.0.1:{port}" for port in ports[count:])
    common = {
        "cluster.name": f"tests-{ports[0]}",
        "discovery.seed_hosts": seeds,
        "cluster.initial_master_nodes": ",".join(names),
    }
    with ExitStack() as ending:
        nodes = []
        for name, port, other in zip(names, ports[:count], ports[count:], strict=True):
            own = {"node.name": name, "http.port": port, "transport.port": other}
            node = Node._launched(folder / name, {**common, **own}, heap, is_brief=is_brief)
            ending.callback(node.kill)
            nodes.append(node)
        for node in nodes:
            node.wait(count)
        yield nodes


def answers(url: str, nodes: int = 1) -> bool:
    """Say whether a cluster answers at an address and has so many nodes."""
    try:
        with urllib.request.urlopen(f"{url}/_cluster/health?timeout=1s", timeout=5) as answer:
            return int(json.load(answer)["number_of_nodes"]) >= nodes
    except (OSError, ValueError):
        return False


def free_ports(count: int) -> list[int]:
    """Return ports of loopback nobody listens on now, all different."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
