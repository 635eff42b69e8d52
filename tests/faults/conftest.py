"""Installations to do harm to, each with a folder, a database and indexes of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.faults import workers
from marketplace.config import Settings
from marketplace.runtime import Runtime
from search.elastic import ElasticEditions
from tests.elasticsearch_node import Node, NodeUnavailable
from tests.elasticsearch_node.node import free_ports
from tests.services import missing

Make = Callable[..., Settings]


@pytest.fixture
def settings_for(tmp_path: Path) -> Make:
    """Makes the settings of an installation over a database; given an address, its index is in that Elasticsearch."""

    def make(database_url: str, elasticsearch: str = "", **others: str) -> Settings:
        told = {"MARKETPLACE_ENV": "testing", "INSTANCE_PATH": str(tmp_path), "DATABASE_URL": database_url}
        told |= {"OUTBOX_BATCH": "50", "RATE_LIMIT": "100000 per minute", "LOG_LEVEL": "ERROR"}
        if elasticsearch:
            # Longer than a reader would wait: how busy the machine is must not decide the tests.
            told |= {
                "SEARCH_ENGINE": "elasticsearch",
                "ELASTICSEARCH_URL": elasticsearch,
                "ELASTICSEARCH_TIMEOUT": "30",
            }
            told |= {"ELASTICSEARCH_PREFIX": f"tests-{uuid.uuid4().hex}"}
        return Settings.from_environment(told | others)

    return make


@pytest.fixture
def held(settings_for: Make, database_url: str, elasticsearch: str) -> Iterator[Runtime]:
    """An installation with its index in Elasticsearch, on SQLite and on PostgreSQL in turn."""
    held = workers.opened(settings_for(database_url, elasticsearch))
    yield held
    assert isinstance(held.catalogue.editions, ElasticEditions)
    held.catalogue.editions.remove_all()
    held.engine.dispose()


class Server:
    """A node of its own that can be killed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        http, transport = free_ports(2)
        self._settings = {"http.port": http, "transport.port": transport, "cluster.name": f"tests-{http}"}
        self.url = f"http://127.0.0.1:{http}"
        self.node: Node | None = None

    def start(self) -> None:
        self.node = Node.started(self._folder, settings=self._settings)

    def kill(self) -> None:
        if self.node is not None:
            self.node.kill()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    held = Server(tmp_path / "elasticsearch")
    try:
        held.start()
    except NodeUnavailable as error:
        missing("ELASTICSEARCH", str(error))
    yield held
    held.kill()
