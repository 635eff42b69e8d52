"""Both engines, so that what is asked of one is asked of the other."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from search.editions import Editions
from search.elastic import ElasticEditions, connect
from search.embedded import EmbeddedEditions
from search.engine import Engine
from tests.search.indexes import opened

EACH = ["embedded", pytest.param("elasticsearch", marks=pytest.mark.engine)]


@pytest.fixture
def elastic_editions(elasticsearch: str) -> Iterator[ElasticEditions]:
    """Editions in the Elasticsearch of the tests under a prefix of their own."""
    connection = connect([elasticsearch], prefix=f"tests-{uuid.uuid4().hex}", timeout=30)
    editions = ElasticEditions(connection)
    yield editions
    editions.remove_all()
    connection.close()


@pytest.fixture(params=EACH)
def editions(request: pytest.FixtureRequest, tmp_path: Path) -> Editions:
    """The editions of an embedded engine and of Elasticsearch in turn, none yet."""
    if request.param == "embedded":
        return EmbeddedEditions(tmp_path / "index")
    found: Editions = request.getfixturevalue("elastic_editions")
    return found


@pytest.fixture
def engine(editions: Editions) -> Iterator[Engine]:
    """An empty index in use, open for writing, of each engine in turn."""
    with closing(opened(editions)) as made:
        yield made
