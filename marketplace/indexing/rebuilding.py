"""Build an index beside the one in use, bring one that took no part in some changes up to date, and exchange the two.

Questions and changes go on meanwhile. Changes reach the index in use only; the other one is given them afterwards, as
the outbox tells them (``marks``), pass after pass until few are left. Then it is proved (``proof``), and while nobody
can change anything for a moment it gets the last of them and comes into use. The one it replaces is kept with the mark
it had reached, so that a rollback is the same thing the other way round. A failure anywhere leaves the index in use.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from marketplace.db import SessionFactory, unit_of_work
from marketplace.indexing import marks
from marketplace.indexing.bringing import MODELS, Refusals, bring, noting
from marketplace.indexing.catalogue import Catalogue
from marketplace.indexing.proof import prove
from marketplace.indexing.sync import Pace
from search.editions import Arrangement, Edition
from search.embedding import Embedder
from search.engine import Engine
from search.errors import IndexBusy, IndexLocked, SearchError

# So few changed records are left to the moment in which nobody can change anything.
_FEW = 20
# How long a worker may take to leave an edition, and how often it is looked whether it has, in seconds.
_PATIENCE = 60.0
_PAUSE = 0.1

Progress = Callable[[int], None]


class NoSuchEdition(SearchError):
    """There is no index to compare or to bring into use; the message says what makes one."""


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """``batch`` is how many records are read, embedded and written at once."""

    sessions: SessionFactory
    catalogue: Catalogue
    batch: int
    progress: Progress = field(default=lambda _count: None)

    def rebuild(self, *, beside: bool) -> Edition:
        """Make a new index with the model that is set, and bring it into use unless it is to stand ``beside``.

        Raises IndexLocked where another process rebuilds, IndexUnsound where the new index is not what it should be.
        """
        editions = self.catalogue.editions
        with editions.changing():
            edition, refused = self._filled()
            if beside:
                editions.arrange(replace(editions.arrangement(), beside=edition))
            else:
                self._bring_into_use(edition, refused)
            return edition

    def swap(self) -> Edition:
        """Bring the index that stands beside into use; raise NoSuchEdition where there is none."""
        with self.catalogue.editions.changing():
            beside = self.catalogue.editions.arrangement().beside
            if beside is None:
                raise NoSuchEdition("没有建在旁边的索引，请先运行 flask index rebuild --beside。")
            self._bring_into_use(beside, {})
            return beside

    def roll_back(self) -> Edition:
        """Bring the index that was in use before back into use; raise NoSuchEdition where there is none."""
        with self.catalogue.editions.changing():
            previous = self.catalogue.editions.arrangement().previous
            if previous is None:
                raise NoSuchEdition("没有保留以前的索引，无法回退；可以运行 flask index rebuild 重建。")
            self._bring_into_use(previous, {})
            return previous

    def discard(self) -> Edition:
        """Remove the index that stands beside; raise NoSuchEdition where there is none."""
        editions = self.catalogue.editions
        with editions.changing():
            arrangement = editions.arrangement()
            if arrangement.beside is None:
                raise NoSuchEdition("没有建在旁边的索引，无需删除。")
            editions.arrange(replace(arrangement, beside=None))
            return arrangement.beside

    def _filled(self) -> tuple[Edition, Refusals]:
        """Return a new edition with every record as it is read, which holds every change up to its mark."""
        embedder = self.catalogue.embedder_named(self.catalogue.model)
        with unit_of_work(self.sessions) as session:
            mark = marks.hold(session)
        edition = self.catalogue.editions.create(
            self.catalogue.model, embedder.fingerprint, embedder.dimensions, mark=mark
        )
        refused: Refusals = {}
        with closing(self.catalogue.editions.fill(edition)) as engine:
            for kind, model in MODELS.items():
                with self.sessions() as session:
                    ids = list(session.scalars(sa.select(model.id).order_by(model.id)))
                self._bring(engine, embedder, kind, ids, refused)
            with noting(refused):
                engine.commit()
        return edition, refused

    def _bring_into_use(self, edition: Edition, refused: Refusals) -> None:
        embedder = self.catalogue.embedder_of(edition)
        with closing(self._freed(edition)) as engine:
            mark = self._followed(engine, embedder, edition.mark, refused)
            prove(self.sessions, engine, embedder, mark, refused)
            with unit_of_work(self.sessions) as session:
                last = marks.hold(session)
                self._follow(engine, embedder, mark, refused)
                self._exchange(replace(edition, mark=last), marks.reached(session))

    def _freed(self, edition: Edition) -> Engine:
        """Open an edition for writing; a worker that still has it learns at its next commit that it is replaced."""
        for _ in range(round(_PATIENCE / _PAUSE)):
            with suppress(IndexLocked):
                return self.catalogue.editions.fill(edition)
            time.sleep(_PAUSE)
        return self.catalogue.editions.fill(edition)

    def _followed(self, engine: Engine, embedder: Embedder, mark: int, refused: Refusals) -> int:
        """Bring the changes after a mark to an index until few are left, and return the mark it then holds."""
        before, count = math.inf, math.inf
        # Each pass leaves what came during it. Once it is not half as much as before, another pass helps little.
        while count > _FEW and 2 * count <= before:
            with unit_of_work(self.sessions) as session:
                last = marks.hold(session)
            before, count = count, self._follow(engine, embedder, mark, refused)
            mark = last
        return mark

    def _follow(self, engine: Engine, embedder: Embedder, mark: int, refused: Refusals) -> int:
        """Bring every record that changed after a mark to an index as it is now; return how many there were."""
        with self.sessions() as session:
            changed = marks.changed(session, after=mark)
        for kind, ids in changed.items():
            self._bring(engine, embedder, kind, sorted(ids), refused)
        with noting(refused):
            engine.commit()
        return sum(map(len, changed.values()))

    def _bring(self, engine: Engine, embedder: Embedder, kind: str, ids: Sequence[int], refused: Refusals) -> None:
        """Bring records to an index, a transaction a batch, so that none is open for long."""
        pace, done = Pace(self.batch, self.batch), 0
        while some := ids[done : done + pace.batch]:
            try:
                with self.sessions() as session:
                    bring(session, engine, embedder, kind, some, refused)
            except IndexBusy as error:
                pace.slower(error)
                continue
            pace.faster()
            done += len(some)
            self.progress(len(some))

    def _exchange(self, edition: Edition, reached: int) -> None:
        """Bring an edition into use in one step, keeping the one that was and the mark it had reached."""
        editions = self.catalogue.editions
        now = editions.arrangement()
        beside = now.beside if now.beside and now.beside.name != edition.name else None
        previous = replace(now.live, mark=reached) if now.live else None
        editions.arrange(Arrangement(live=edition, previous=previous, beside=beside))
