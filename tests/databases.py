"""Databases for tests: a migrated one of their own, or a session that is rolled back, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy.orm import Session

from marketplace.db import SessionFactory
from tests import factories
from tests.opening import open_sessions
from tests.services import Postgres, migrate


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
