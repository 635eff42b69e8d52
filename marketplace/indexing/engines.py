"""The search engine that the settings name, opened when it is first asked; nothing of the other one is loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from marketplace.config import Settings
from search.editions import Editions
from search.engine import Engine

# How long a worker or a command waits for an answer; readers are less patient, see ``Catalogue.asking``.
_PATIENCE_SECONDS = 60.0

if TYPE_CHECKING:
    from search.elastic import Connection


def editions(settings: Settings) -> Editions:
    """Return where the indexes of an installation are kept; raise IndexUnavailable where its files are not readable."""
    if settings.search_engine == "elasticsearch":
        from search.elastic import ElasticEditions

        return ElasticEditions(connection(settings))
    from search.embedded import EmbeddedEditions

    return EmbeddedEditions(settings.index_path)


def connection(settings: Settings) -> Connection:
    """Return a connection to the cluster that the settings name."""
    from search.elastic import connect

    return connect(
        settings.elasticsearch_url,
        prefix=settings.elasticsearch_prefix,
        timeout=_PATIENCE_SECONDS,
        api_key_file=settings.elasticsearch_api_key_file,
        ca_file=settings.elasticsearch_ca_file,
    )


def throw_away(settings: Settings, engine: str) -> Callable[[Path, str, int], Engine]:
    """Return what opens an empty index of an engine for measuring, gone when it is closed or its folder is."""
    if engine == "elasticsearch":
        from search.elastic import ThrowAwayEngine

        held = connection(settings)
        return lambda _folder, fingerprint, dimensions: ThrowAwayEngine(held, fingerprint, dimensions)
    from search.embedded import EmbeddedEngine

    return lambda folder, fingerprint, dimensions: EmbeddedEngine.open(
        folder, fingerprint, dimensions, writable=True, create=True
    )
