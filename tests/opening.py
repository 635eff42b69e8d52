"""The application and its database, opened as the product opens them, for tests that need more than a fixture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from marketplace import outbox
from marketplace.app import create_app
from marketplace.config import Settings
from marketplace.db import SessionFactory, make_engine, make_session_factory
from marketplace.services.participation import linking
from search.embedding import Embedder

# Each application compiles the pages it shows; what they were compiled to is the same for all of them.
_PAGES = FileSystemBytecodeCache()


def build_app(url: str, folder: Path, embedder: Embedder, **environment: str) -> Flask:
    """Return an application on a database, with a folder of its own and the model already loaded."""
    settings = Settings.from_environment(
        {
            "MARKETPLACE_ENV": "testing",
            "INSTANCE_PATH": str(folder / "instance"),
            "DATABASE_URL": url,
            "LOG_LEVEL": "ERROR",
            "RATE_LIMIT": "100000 per minute",
            **environment,
        }
    )
    app = create_app(settings)
    app.testing = True
    app.jinja_env.bytecode_cache = _PAGES
    app.extensions["marketplace"].catalogue.embedders[""] = embedder
    return app


@contextmanager
def open_sessions(url: str) -> Iterator[SessionFactory]:
    """Give sessions that keep the outbox and the ledger, as those of the application do."""
    engine = make_engine(url)
    sessions = make_session_factory(engine)
    outbox.listen(sessions)
    linking.listen(sessions)
    yield sessions
    engine.dispose()
