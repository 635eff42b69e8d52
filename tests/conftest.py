"""Real databases and a real index for every test; only what is missing on this machine is skipped, and says so.

``REQUIRE_POSTGRES=1`` (and its likes) turn such a skip into a failure, so that a complete run cannot pass by chance.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.config import Settings
from marketplace.db import SessionFactory
from marketplace.indexing.catalogue import Catalogue
from search.embedding import Embedder, load_embedder
from tests import factories
from tests.opening import build_app, open_sessions
from tests.services import Postgres, elasticsearch_url, migrate, missing

# How long an example takes depends on the machine; speed is measured elsewhere. Where CI judges a change, the examples
# are the same each time, so that a failure is of the change; everywhere else new ones are tried.
hypothesis.settings.register_profile("untimed", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("untimed")

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
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL with a migrated template database."""
    # Not in pytest's own folder: a second run of the tests closes that to all but its owner, and for root the server
    # runs as another user.
    with (
        TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as folder,
        Postgres.started(Path(folder)) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every migration applied, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    file = tmp_path / "marketplace.db"
    shutil.copy(migrated_sqlite, file)
    return f"sqlite:///{file}"


EACH_DATABASE = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=EACH_DATABASE)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated database of its own; a test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


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


@pytest.fixture(scope="session")
def sqlite_sessions(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SessionFactory]:
    """Sessions on one SQLite in which nobody commits anything: what is rolled back needs no database of its own."""
    file = shutil.copy(migrated_sqlite, tmp_path_factory.mktemp("sqlite") / "shared.db")
    with open_sessions(f"sqlite:///{file}") as opened:
        yield opened


@pytest.fixture(scope="session")
def postgresql_sessions(postgres: Postgres) -> Iterator[SessionFactory]:
    """The same on PostgreSQL."""
    with postgres.database() as url, open_sessions(url) as opened:
        yield opened


@pytest.fixture(params=EACH_DATABASE)
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A session on SQLite and on PostgreSQL in turn, rolled back afterwards; the outbox listens."""
    sessions: SessionFactory = request.getfixturevalue(f"{request.param}_sessions")
    with sessions() as session:
        factories.use(session)
        yield session


@pytest.fixture
def sqlite_session(sqlite_sessions: SessionFactory) -> Iterator[Session]:
    """The same on SQLite alone, for long truth tables."""
    with sqlite_sessions() as session:
        factories.use(session)
        yield session


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    for name in (setting.name.upper() for setting in fields(Settings)):
        monkeypatch.delenv(name, raising=False)
