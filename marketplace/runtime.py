"""What one running process holds: settings, database and catalogue, opened once and shared by its web and commands."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from flask import current_app

from marketplace.config import Settings

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from marketplace.db import SessionFactory
    from marketplace.indexing.catalogue import Catalogue
    from marketplace.indexing.curated import CuratedThesaurus
    from marketplace.services.files.holding import Files


class Runtime:
    """Each part is imported and opened when it is first used, so that a command waits only for what it needs.

    ``patience`` is how many seconds a question may wait for a search server: readers of pages are soon answered in
    another way, whoever gave a command waits.
    """

    def __init__(self, settings: Settings, patience: float | None = None) -> None:
        self.settings = settings
        self._patience = patience

    @cached_property
    def engine(self) -> Engine:
        from marketplace.db import make_engine

        return make_engine(self.settings.database_url)

    @cached_property
    def sessions(self) -> SessionFactory:
        """The sessions whose changes reach the outbox, and the campaigns that count them."""
        from marketplace import outbox
        from marketplace.db import make_session_factory
        from marketplace.services.participation import linking

        sessions = make_session_factory(self.engine)
        outbox.listen(sessions)
        linking.listen(sessions)
        return sessions

    @cached_property
    def files(self) -> Files:
        """The files of records, with their limits and whoever looks for viruses."""
        from marketplace.services.files.holding import Files
        from marketplace.services.files.scanning import scanner_of
        from marketplace.services.files.store import Store

        chosen = self.settings
        return Files(
            Store(chosen.files_path), chosen.files_per_record, chosen.file_bytes_per_record,
            scanner_of(chosen.virus_scanner), holds=chosen.virus_scanner_away == "hold",
        )  # fmt: skip

    @cached_property
    def catalogue(self) -> Catalogue:
        from marketplace.indexing.catalogue import Catalogue
        from marketplace.indexing.engines import editions

        model = self.settings.embedding_model or None
        return Catalogue(editions(self.settings), model, lambda: self.thesaurus.known(), self._patience)

    @cached_property
    def thesaurus(self) -> CuratedThesaurus:
        """The concepts that questions are understood by, with what staff changed."""
        from marketplace.indexing.curated import CuratedThesaurus

        return CuratedThesaurus(self.sessions)


def runtime() -> Runtime:
    """Return what the current application holds."""
    held: Runtime = current_app.extensions["marketplace"]
    return held
