"""What the tests of a module share: an application that is only read, and a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from search.embedding import Embedder
from tests.opening import build_app
from tests.web.api_records import stock
from tests.web.browser import chromium

Shelf = Callable[[list[dict[str, Any]], list[dict[str, Any]]], Flask]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def shelf(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Shelf]:
    """Make applications that hold the achievements and demands given, and close them at the end of the module."""
    made: list[Flask] = []

    def holding(achievements: list[dict[str, Any]], demands: list[dict[str, Any]]) -> Flask:
        folder = tmp_path_factory.mktemp("shelf")
        (folder / "marketplace.db").write_bytes(migrated_sqlite.read_bytes())
        app = build_app(f"sqlite:///{folder / 'marketplace.db'}", folder, embedder)
        stock(app, achievements, demands)
        made.append(app)
        return app

    yield holding
    for app in made:
        app.extensions["marketplace"].catalogue.close()
        app.extensions["marketplace"].engine.dispose()
