"""What one running process holds: settings, database and catalogue, opened once and shared by its web and commands."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from sqlalchemy.engine import Engine

from marketplace import outbox
from marketplace.config import Settings
from marketplace.db import SessionFactory, make_engine, make_session_factory
from marketplace.indexing.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Runtime:
    settings: Settings
    engine: Engine
    sessions: SessionFactory
    catalogue: Catalogue


def start(settings: Settings) -> Runtime:
    """Open what the settings name; nothing is loaded or connected before it is first used."""
    engine = make_engine(settings.database_url)
    sessions = make_session_factory(engine)
    outbox.listen(sessions)
    return Runtime(settings, engine, sessions, Catalogue(settings.index_path, settings.embedding_model or None))


def runtime() -> Runtime:
    """Return what the current application holds."""
    held: Runtime = current_app.extensions["marketplace"]
    return held
