"""The server the tests of searching run against is a real one, shared by a whole run; several make a cluster."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from tests.elasticsearch_node import Node, cluster
from tests.elasticsearch_node.node import answers

pytestmark = pytest.mark.engine


def test_a_node_answers(elasticsearch: str) -> None:
    assert answers(elasticsearch)


def test_a_node_ends_with_the_process_it_watches(elasticsearch: str, tmp_path: Path) -> None:
    watched = subprocess.Popen(["sleep", "60"])
    node = Node.started(tmp_path / "node", heap="256m", watched=watched.pid)
    watched.kill()
    watched.wait()
    assert node.process.wait(30) == 0


@pytest.mark.faults
def test_a_cluster_outlives_one_of_its_nodes(elasticsearch: str, tmp_path: Path) -> None:
    with cluster(tmp_path) as nodes:
        nodes[0].kill()
        until = time.monotonic() + 60
        while not (answers(nodes[1].url, 2) and answers(nodes[2].url, 2)):
            assert time.monotonic() < until
            time.sleep(0.2)
        assert not answers(nodes[0].url)
