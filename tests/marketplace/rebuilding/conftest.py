"""A running process on each pair of database and engine that an installation may have."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from marketplace.runtime import Runtime
from search.elastic import ElasticEditions, connect
from search.embedding import Embedder
from tests.opening import build_app


@pytest.fixture
def elastic_editions(elasticsearch: str) -> Iterator[ElasticEditions]:
    """Editions in the Elasticsearch of the tests under a prefix of their own."""
    connection = connect([elasticsearch], prefix=f"tests-{uuid.uuid4().hex}", timeout=30)
    editions = ElasticEditions(connection)
    yield editions
    editions.remove_all()
    connection.close()


@pytest.fixture(
    params=[
        ("sqlite", "embedded"),
        pytest.param(("postgresql", "embedded"), marks=pytest.mark.postgres),
        pytest.param(("postgresql", "elasticsearch"), marks=[pytest.mark.postgres, pytest.mark.engine]),
    ],
    ids="-".join,
)
def held(request: pytest.FixtureRequest, tmp_path: Path, embedder: Embedder) -> Iterator[Runtime]:
    """A running process on each pair of database and engine that an installation may have."""
    database, engine = request.param
    with ExitStack() as opened:
        if database == "sqlite":
            url = request.getfixturevalue("sqlite_url")
        else:
            url = opened.enter_context(request.getfixturevalue("postgres").database())
        runtime: Runtime = build_app(url, tmp_path, embedder).extensions["marketplace"]
        opened.callback(runtime.engine.dispose)
        opened.callback(runtime.catalogue.close)
        if engine == "elasticsearch":
            runtime.catalogue.editions = request.getfixturevalue("elastic_editions")
        yield runtime
