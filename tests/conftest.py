"""Real databases and a real index for every test; only what is missing on this machine is skipped, and says so.

``REQUIRE_POSTGRES=1`` (and its likes) turn such a skip into a failure, so that a complete run cannot pass by chance.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.config import Settings
from marketplace.db import SessionFactory
from marketplace.indexing.catalogue import Catalogue
from search.embedding import Embedder, load_embedder
from tests.opening import build_app
from tests.services import elasticsearch_url, missing

# How long an example takes depends on the machine; speed is measured elsewhere. Where CI judges a change, the examples
# are the same each time, so that a failure is of the change; everywhere else new ones are tried.
hypothesis.settings.register_profile("untimed", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("untimed")

pytest_plugins = ["tests.databases"]

SHARED_DATA = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))


def pytest_collection_finish() -> None:
    """Look through what all tests share for garbage no more: with it, a fifth of every test went into that."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real records and judgements, which a checkout alone does not have."""
    if not SHARED_DATA.is_dir():
        missing("SHARED_DATA", f"no data folder at {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def elasticsearch(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a real Elasticsearch; a test that asks for it is marked ``engine``."""
    return elasticsearch_url(tmp_path_factory)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The bundled embedding model, loaded once."""
    return load_embedder()


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path, embedder: Embedder) -> Iterator[Flask]:
    """The application on SQLite, for what does not depend on the database."""
    app = build_app(sqlite_url, tmp_path, embedder)
    yield app
    app.extensions["marketplace"].catalogue.close()
    app.extensions["marketplace"].engine.dispose()


@pytest.fixture
def app_on_each(database_url: str, tmp_path: Path, embedder: Embedder) -> Iterator[Flask]:
    """The application on SQLite and on PostgreSQL in turn."""
    app = build_app(database_url, tmp_path, embedder)
    yield app
    app.extensions["marketplace"].catalogue.close()
    app.extensions["marketplace"].engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def catalogue(app: Flask) -> Catalogue:
    held: Catalogue = app.extensions["marketplace"].catalogue
    return held


@pytest.fixture
def sessions(app: Flask) -> SessionFactory:
    held: SessionFactory = app.extensions["marketplace"].sessions
    return held


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    for name in (setting.name.upper() for setting in fields(Settings)):
        monkeypatch.delenv(name, raising=False)
