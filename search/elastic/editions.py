"""The editions of an installation in a cluster: an index of each kind for each, and aliases that say what for.

An index is called prefix-kind-model-schema-time and carries in its mapping what it was made with. The alias prefix-kind
is that of the edition in use; those of the previous one and the one beside end in a word more, and the mark of an
edition is an alias too. So all that an arrangement says lies in aliases, and a cluster changes any number of them in
one step.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from elasticsearch import BadRequestError

from search.document import KINDS
from search.editions import Arrangement, Edition
from search.elastic import lock, schema
from search.elastic.connection import Connection, typed
from search.elastic.engine import ElasticEngine
from search.errors import IndexLocked, IndexMismatch, IndexMissing

# What an alias of each role adds to the kind.
_ROLES = {"live": "", "previous": ".previous", "beside": ".beside"}
_MARK = ".mark-"
# Aliases are asked for at every question and change a few times a year.
_FRESH_SECONDS = 1.0
Indexes = Mapping[str, Mapping[str, Any]]
# When an arrangement was asked for, and what it was.
_Read = tuple[float, Arrangement]


class ElasticEditions:
    """The editions under the prefix of a connection; see ``Editions``."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._read: _Read | None = None
        self._keeping = threading.Lock()
        self._confirm: Callable[[], None] | None = None

    def arrangement(self) -> Arrangement:
        """Return the arrangement of a second ago at most, and of this moment inside ``changing``; see ``Editions``."""
        if self._confirm:
            return self._arrangement()
        held = self._read
        if held is None or time.monotonic() - held[0] > _FRESH_SECONDS:
            held = self._newest((time.monotonic(), self._arrangement()), after=held)
        return held[1]

    def open(self, edition: Edition) -> ElasticEngine:
        """Open an edition for reading; see ``Editions``."""
        return self._engine(edition, lambda: True)

    def fill(self, edition: Edition) -> ElasticEngine:
        """Open an edition for writing, which any number of processes may do; see ``Editions``."""
        return self._engine(edition, lambda: True)

    def writer(self) -> ElasticEngine:
        """Open the edition in use for writing; see ``Editions``."""
        live = self._arrangement().live
        if live is None:
            raise IndexMissing("Elasticsearch 中没有索引，请先运行 flask index sync。")

        def is_live() -> bool:
            now = self._arrangement().live
            return now is not None and now.name == live.name

        return self._engine(live, is_live)

    def create(self, model: str, fingerprint: str, dimensions: int, *, mark: int) -> Edition:
        """Make an empty edition of no role; see ``Editions``."""
        now = dt.datetime.now(dt.UTC)
        short = re.sub(r"[^a-z0-9]", "", fingerprint.lower())[:8]
        name = f"{short}-{schema.VERSION}-{now:%Y%m%d%H%M%S%f}"
        made_at = now.isoformat(timespec="seconds")
        edition = Edition(name, model, fingerprint, dimensions, mark, made_at)
        made_with = {
            "model": model,
            "fingerprint": fingerprint,
            "dimensions": dimensions,
            "made_at": made_at,
            "schema": schema.VERSION,
        }
        with typed():
            for index in self.indexes(edition).values():
                self.connection.writing.indices.create(
                    index=index,
                    settings=dict(schema.SETTINGS),
                    mappings=schema.mapping(dimensions, made_with),
                    aliases={f"{index}.writing": {}},
                    wait_for_active_shards="1",
                )
        return edition

    def arrange(self, arrangement: Arrangement) -> None:
        """Make an arrangement the present one; see ``Editions``."""
        self._still_held()
        present = self._present()
        removals = [
            {"remove": {"index": index, "alias": alias}}
            for index, held in present.items()
            for alias in held["aliases"]
            if not alias.endswith(".writing")
        ]
        additions = [
            {"add": {"index": index, "alias": alias}}
            for role in _ROLES
            if (edition := getattr(arrangement, role))
            for kind, index in self.indexes(edition).items()
            for alias in (self._alias(kind, role), f"{index}{_MARK}{edition.mark}")
        ]
        if removals or additions:
            with typed():
                self.connection.writing.indices.update_aliases(actions=removals + additions)
        with self._keeping:
            self._read = time.monotonic(), arrangement
        self._tidy()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the right to change which editions there are; see ``Editions``."""
        index = f"{self.connection.prefix}-lock"
        self._make_lock(index)
        with lock.held(self.connection.writing, index) as confirm:
            self._confirm = confirm
            try:
                self._tidy()
                yield
            finally:
                try:
                    self._tidy()
                finally:
                    self._confirm = None

    def remove_all(self) -> None:
        """Remove every index under the prefix, for throw-away installations."""
        with typed():
            names = [*self._present(), f"{self.connection.prefix}-lock"]
            self.connection.writing.indices.delete(index=names, ignore_unavailable=True)
        self._read = None

    def _engine(self, edition: Edition, is_wanted: Callable[[], bool]) -> ElasticEngine:
        indexes = self.indexes(edition)
        present = self._present()
        for index in indexes.values():
            if index not in present:
                raise IndexMissing("Elasticsearch 中没有这个索引，请先运行 flask index sync。")
            made_with = present[index]["mappings"]["_meta"]
            if (made_with["fingerprint"], made_with["schema"]) != (edition.fingerprint, schema.VERSION):
                raise IndexMismatch(
                    f"索引 {index} 由另一个语义模型或另一种格式生成"
                    f"（{made_with['fingerprint']}，格式 {made_with['schema']}），请运行 flask index rebuild。"
                )
        return ElasticEngine(self.connection, indexes, edition.fingerprint, edition.dimensions, is_wanted)

    def _arrangement(self) -> Arrangement:
        present = self._present()
        return Arrangement(**{role: self._edition_of(role, present) for role in _ROLES})

    def _newest(self, read: _Read, *, after: _Read | None) -> _Read:
        """Keep what was read, unless this process made another arrangement while it was on its way."""
        with self._keeping:
            if self._read is None or self._read is after:
                self._read = read
            return self._read

    def _edition_of(self, role: str, present: Indexes) -> Edition | None:
        kind = next(iter(KINDS))
        for index, held in present.items():
            if self._alias(kind, role) in held["aliases"]:
                made_with = held["mappings"]["_meta"]
                mark = next(alias for alias in held["aliases"] if alias.startswith(f"{index}{_MARK}"))
                return Edition(
                    name=index.removeprefix(f"{self._alias(kind, 'live')}-"),
                    model=made_with["model"],
                    fingerprint=made_with["fingerprint"],
                    dimensions=made_with["dimensions"],
                    mark=int(mark.rpartition("-")[2]),
                    made_at=made_with["made_at"],
                )
        return None

    def _present(self) -> Indexes:
        """Return the indexes under the prefix with their aliases and what they were made with."""
        pattern = [f"{self.connection.prefix}-{kind}-*" for kind in KINDS]
        with typed():
            found = self.connection.asking.indices.get(
                index=pattern,
                features=["aliases", "mappings"],
                filter_path=["*.aliases", "*.mappings._meta"],
                allow_no_indices=True,
            )
        return {index: {"aliases": {}, **held} for index, held in found.body.items()}

    def indexes(self, edition: Edition) -> dict[str, str]:
        """Return the names of an edition's indexes by kind."""
        return {kind: f"{self._alias(kind, 'live')}-{edition.name}" for kind in KINDS}

    def _alias(self, kind: str, role: str) -> str:
        return f"{self.connection.prefix}-{kind}{_ROLES[role]}"

    def _make_lock(self, index: str) -> None:
        client = self.connection.writing
        with typed():
            if client.indices.exists(index=index):
                return
            try:
                client.indices.create(
                    index=index,
                    settings={"number_of_shards": 1, "auto_expand_replicas": "0-1"},
                    mappings={"dynamic": "strict", "properties": {"holder": {"type": "keyword"}}},
                )
            except BadRequestError as error:
                # Another process was quicker.
                if error.error != "resource_already_exists_exception":
                    raise

    def _still_held(self) -> None:
        if self._confirm is None:
            raise IndexLocked("只有取得重建的权利之后才能替换索引。")
        self._confirm()

    def _tidy(self) -> None:
        """Remove every edition that is kept for nothing."""
        kept = {index for edition in self._arrangement() for index in self.indexes(edition).values()}
        surplus = [index for index in self._present() if index not in kept]
        if surplus:
            with typed():
                self.connection.writing.indices.delete(index=surplus, ignore_unavailable=True)
