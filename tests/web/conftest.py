"""An application that is only read, made once for all the tests of a module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from search.embedding import Embedder
from tests.opening import build_app
from tests.web.api_records import stock

Shelf = Callable[[list[dict[str, Any]], list[dict[str, Any]]], Flask]


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
