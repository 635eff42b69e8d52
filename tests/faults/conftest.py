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
from tests.elasticsearch_node import NodeUnavailable
from tests.elasticsearch_node.server import Server
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


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    held = Server(tmp_path / "elasticsearch")
    try:
        held.start()
    except NodeUnavailable as error:
        missing("ELASTICSEARCH", str(error))
    yield held
    held.kill()
