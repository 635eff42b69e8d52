"""The searchable side of a running process: the index in use and the model it was made with, opened when first needed.

A command that neither searches nor writes never loads a model. Readers keep the index open; whoever writes opens it
apart and for as long as it writes. An index is asked and written with the model it was made with, whatever
``EMBEDDING_MODEL`` says by now: that names the model the next index is made with.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from marketplace.indexing.breaker import Breaker
from search.deadline import within
from search.document import Hit, Page, SearchRequest
from search.editions import Arrangement, Edition, Editions
from search.embedding import Embedder, load_embedder
from search.engine import Engine
from search.errors import IndexMismatch, IndexMissing, SearchError

if TYPE_CHECKING:
    from search.thesaurus import Thesaurus

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """An edition that is open for reading, with its model."""

    edition: Edition
    engine: Engine
    embedder: Embedder


class Catalogue:
    """``editions`` are the indexes there are; ``model`` names the embedding model of new ones, None the bundled one.

    ``known`` gives the thesaurus that questions are understood by, the bundled one where it is None; ``patience`` is
    how many seconds a question may wait for an engine that is a server.
    """

    def __init__(
        self,
        editions: Editions,
        model: str | None,
        known: Callable[[], Thesaurus] | None = None,
        patience: float | None = None,
    ) -> None:
        self.editions = editions
        self.model = _lasting(model or "")
        # The models loaded so far, by name.
        self.embedders: dict[str, Embedder] = {}
        self._known = known
        self._patience = patience
        self._breaker = Breaker()
        self._opening = threading.RLock()
        self._reader: Opened | None = None

    @property
    def embedder(self) -> Embedder:
        """The model of the index in use; where there is none, of the one that would be made."""
        live = self.editions.arrangement().live
        return self._taught(self.embedder_of(live) if live else self.embedder_named(self.model))

    def embedder_named(self, model: str) -> Embedder:
        """Return a model by name, loaded once; raise ModelUnavailable."""
        with self._opening:
            if model not in self.embedders:
                self.embedders[model] = load_embedder(model or None)
            return self.embedders[model]

    def embedder_of(self, edition: Edition) -> Embedder:
        """Return the model an edition was made with; raise ModelUnavailable, or IndexMismatch where it has changed."""
        embedder = self.embedder_named(edition.model)
        if embedder.fingerprint != edition.fingerprint:
            model = edition.model or "自带的语义模型"
            raise IndexMismatch(
                f"索引建立之后，{model}或文本的处理方式已经改变"
                f"（{edition.fingerprint}，现为 {embedder.fingerprint}），请运行 flask index rebuild。"
            )
        return embedder

    def live(self) -> tuple[Engine, Embedder]:
        """Return the index in use and its model; raise IndexMissing or IndexMismatch where it must be built first."""
        held = self._in_use()
        return held.engine, self._taught(held.embedder)

    def reader(self) -> Engine:
        """Return the index in use for reading, where nothing is asked in words; raises what ``live`` does."""
        return self._in_use().engine

    def is_of_another_model(self) -> bool:
        """Say whether the index in use can be asked, but was made with another model than the one that is set."""
        live = self.editions.arrangement().live
        if live is None or live.model == self.model:
            return False
        try:
            self.embedder_of(live)
        except SearchError:
            return False
        return True

    def open(self, edition: Edition) -> tuple[Engine, Embedder]:
        """Open an edition for reading, with its model."""
        embedder = self.embedder_of(edition)
        return self.editions.open(edition), self._taught(embedder)

    @contextmanager
    def asking(self) -> Iterator[tuple[Engine, Embedder]]:
        """Give the index in use and its model to a question.

        Raises IndexUnavailable where the engine does not answer in time, at once where it did not a moment ago, and
        what ``live`` raises.
        """
        with self._breaker.guarding(), within(self._patience):
            yield self.live()

    def search(self, request: SearchRequest) -> Page:
        from search import hybrid  # Here, because whoever only writes or compares asks nothing.

        with self.asking() as (engine, embedder):
            return hybrid.search(engine, embedder, request)

    def similar(self, kind: str, identity: str, tokens: frozenset[str], limit: int) -> tuple[Hit, ...]:
        from search import hybrid

        with self.asking() as (engine, _embedder):
            return hybrid.similar(engine, kind, identity, tokens=tokens, limit=limit)

    @contextmanager
    def writer(self) -> Iterator[Engine]:
        """Open the index in use for writing, creating it where there is none.

        Ask for its ``embedder`` once it is open. Raises IndexLocked when another process writes, and at its commit
        IndexReplaced when another index has come into use.
        """
        if not self.exists():
            self._begin()
        engine = self.editions.writer()
        try:
            yield engine
        finally:
            engine.close()

    def exists(self) -> bool:
        """Say whether there is an index, without loading the model that would tell whether it can be used."""
        return self.editions.arrangement().live is not None

    def check_form(self) -> None:
        """Raise IndexMismatch where the index in use has a form this version does not read; no model is loaded."""
        live = self.editions.arrangement().live
        if live is not None:
            self.editions.open(live).close()

    def is_ready(self) -> bool:
        """Say whether questions can be answered."""
        try:
            with self.asking():
                return True
        except IndexMissing:
            return False

    def _in_use(self) -> Opened:
        edition = self.editions.arrangement().live
        if edition is None:
            raise IndexMissing("还没有检索索引，请先运行 flask index sync。")
        with self._opening:
            held = self._reader
            if held is None or held.edition.name != edition.name:
                embedder = self.embedder_of(edition)
                held = self._reader = Opened(edition, self.editions.open(edition), embedder)
                if edition.model != self.model:
                    logger.warning("index_of_another_model", index=edition.model, setting=self.model)
            return held

    def _taught(self, embedder: Embedder) -> Embedder:
        """Let questions be understood by the thesaurus as it is now; mostly it is the same as a moment ago."""
        if self._known is not None:
            from search.asking.question import teach  # Here, because whoever only writes asks nothing.

            teach(embedder, self._known())
        return embedder

    def _begin(self) -> None:
        """Bring an empty index into use, which has seen no change yet."""
        embedder = self.embedder_named(self.model)
        with self.editions.changing():
            if not self.exists():
                first = self.editions.create(self.model, embedder.fingerprint, embedder.dimensions, mark=0)
                self.editions.arrange(Arrangement(live=first))

    def close(self) -> None:
        """Close the index that was opened for reading."""
        with self._opening:
            if self._reader is not None:
                self._reader.engine.close()
            self._reader = None


def _lasting(model: str) -> str:
    """Return a name by which a model is found from any working folder."""
    return str(Path(model).absolute()) if model and Path(model).is_dir() else model
