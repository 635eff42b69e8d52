"""The product as an operator has it: a folder of its own, and the commands in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from search.embedding import Embedder
from tests.journeys.people import Province
from tests.web.browser import chromium

# A journey takes its time where other tests share the machine.
expect.set_options(timeout=30_000)

CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Installation:
    """An installation of its own over the files of this checkout."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return inherited | {"INSTANCE_PATH": str(self.folder), "MARKETPLACE_ENV": "testing", "COLUMNS": "200"}

    @property
    def flask(self) -> list[str]:
        return [sys.executable, "-m", "flask"]

    def run(self, *arguments: object, status: int = 0) -> str:
        """Run a command to its end and return what it printed; fail where it ends with another status."""
        process = self.start(*arguments)
        printed, _ = process.communicate()
        assert process.returncode == status, printed
        assert "Traceback" not in printed
        return printed

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Start a command and return its process; errors come with what it prints."""
        return subprocess.Popen(
            [*self.flask, *map(str, arguments)],
            cwd=CHECKOUT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    installation = Installation(tmp_path / "instance")
    installation.run("db", "upgrade")
    return installation


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def province(browser: Browser, migrated_sqlite: Path, tmp_path: Path, embedder: Embedder) -> Iterator[Province]:
    """A server nobody has come to yet."""
    with Province.served(browser, migrated_sqlite, tmp_path, embedder) as province:
        yield province
