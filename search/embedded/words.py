"""The words of an index: a tantivy index of one kind of document, ranked by BM25.

Texts arrive already analysed and are only split at blanks here, so that every engine sees the same tokens. Each entry
holds the number of its row and nothing that is read back; the rest is in the journal. The commit of tantivy is the one
moment at which a change becomes true.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Occur, Query

from search import analysis
from search.document import SearchDocument
from search.embedded.rows import Mask, Ordinals
from search.engine import Vector

_HEAP_BYTES = 128_000_000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("tag", stored=False, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("row", stored=False, indexed=False, fast=True)
    return builder.build()


SCHEMA = _schema()


def create(folder: Path) -> None:
    """Make an empty index."""
    folder.mkdir(parents=True)
    tantivy.Index(SCHEMA, path=str(folder))


class WordWriter:
    """The one writer of an index."""

    def __init__(self, folder: Path) -> None:
        self._writer = tantivy.Index(SCHEMA, path=str(folder)).writer(_HEAP_BYTES, 1)
        # A writer killed amid a commit leaves files of the very names the next commit gives to its own.
        self._writer.garbage_collect_files()

    def put(self, document: SearchDocument, row: int) -> None:
        """Make a row the present version of its document; the words of the title count twice."""
        title, text = analysis.cut(document.title), analysis.cut(document.text)
        words = " ".join((*title.words, *title.characters, *text.words, *text.characters))
        tags = [_tag(facet, value) for facet, values in document.facets.items() for value in values]
        self._writer.delete_documents_by_term("id", document.id)
        self._writer.add_document(tantivy.Document(id=document.id, text=words, tag=tags, row=row))

    def remove(self, identity: str, row: int) -> None:
        """Take the words of a document away; the row that says so stays, for the last row must always be there."""
        self._writer.delete_documents_by_term("id", identity)
        self._writer.add_document(tantivy.Document(id=identity, text="", row=row))

    def commit(self) -> None:
        self._writer.commit()

    def close(self) -> None:
        """Let running merges end, or fail for want of a disk; what was not committed is forgotten."""
        with suppress(ValueError):
            self._writer.wait_merging_threads()


@dataclass(frozen=True, slots=True)
class Holders:
    """The rows that hold a term, of the first ``seen``: their numbers or, where that takes more room, a bit a row."""

    seen: int = 0
    numbers: NDArray[np.int32] | None = None
    bits: NDArray[np.uint8] | None = None

    def with_more(self, rows: Ordinals, seen: int) -> Holders:
        """Return the holders with more of them, now that more rows are seen."""
        rows = np.concatenate([self._rows(), rows])
        if len(rows) * 32 <= seen:
            return Holders(seen, rows.astype(np.int32))
        mask = np.zeros(seen, np.bool_)
        mask[rows] = True
        return Holders(seen, None, np.packbits(mask))

    def add_to(self, counts: NDArray[np.unsignedinteger]) -> None:
        """Count one more for each of the rows."""
        if self.bits is not None:
            counts[: self.seen] += np.unpackbits(self.bits, count=self.seen)
        elif self.numbers is not None:
            # As wide as an index, or numpy widens them at a higher price.
            counts[self.numbers.astype(np.intp)] += 1

    def _rows(self) -> Ordinals:
        if self.bits is not None:
            return np.flatnonzero(np.unpackbits(self.bits, count=self.seen))
        return np.zeros(0, np.int64) if self.numbers is None else self.numbers.astype(np.int64)


_NONE = Holders()


class WordReader:
    """The words at one commit; ``before`` is the reader of an earlier one, whose findings are kept."""

    def __init__(self, folder: Path, before: WordReader | None = None) -> None:
        index = tantivy.Index(SCHEMA, path=str(folder))
        index.config_reader("manual", 1)
        index.reload()
        self._searcher = index.searcher()
        last = self._searcher.search(Query.all_query(), limit=1, count=False, order_by_field="row").hits
        self.rows = last[0][0] + 1 if last else 0
        # The words of a row never change, so what is known of the first rows stays true. Four bytes for every word of
        # every document is the most this grows to.
        self._holders: dict[str, Holders] = dict(before._holders) if before else {}

    def frequency(self, term: str) -> int:
        """Return how many documents hold a term, counting some that are no longer there."""
        return self._searcher.doc_freq("text", term)

    def rank(
        self, weights: Mapping[str, float], tags: Mapping[str, Sequence[str]], depth: int
    ) -> tuple[Ordinals, Vector]:
        """Return the rows that hold any of the terms and a tag of each facet, with their BM25 scores, best first."""
        terms = [(Occur.Should, Query.boost_query(_term(term), weight)) for term, weight in weights.items()]
        query = Query.boolean_query(terms)
        if tags:
            conditions = [(Occur.Must, _any_tag(facet, values)) for facet, values in tags.items()]
            query = Query.boolean_query([(Occur.Must, query), *conditions])
        hits = self._searcher.search(query, limit=depth, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _score, address in hits])
        return np.array(rows, np.int64), np.array([score for score, _address in hits], np.float32)

    def telling(self, weights: Mapping[str, float], share: float) -> dict[str, float]:
        """Return the terms of a question that tell the documents of this index apart; see ``rarest``."""
        return rarest(weights, share, {term: self.frequency(term) for term in weights}, self._searcher.num_docs)

    def holding(self, terms: Collection[str], least: int) -> Mask:
        """Return the rows that hold at least ``least`` of the terms."""
        held = np.zeros(self.rows, np.min_scalar_type(len(terms)))
        for term in terms:
            self._holders_of(term).add_to(held)
        return held >= least

    def _holders_of(self, term: str) -> Holders:
        """Return the rows that hold a term, looking only at those not seen before."""
        holders = self._holders.get(term, _NONE)
        if holders.seen < self.rows and (frequency := self.frequency(term)):
            new = Query.range_query(SCHEMA, "row", tantivy.FieldType.Integer, holders.seen, self.rows)
            query = Query.boolean_query([(Occur.Must, _term(term)), (Occur.Must, new)]) if holders.seen else _term(term)
            hits = self._searcher.search(query, limit=frequency, count=False, order_by_field="row").hits
            added = np.fromiter(map(itemgetter(0), hits), np.int64, len(hits))
            holders = self._holders[term] = holders.with_more(added, self.rows)
        return holders


def rarest(
    weights: Mapping[str, float], share: float, frequencies: Mapping[str, int], documents: int
) -> dict[str, float]:
    """Return the rarest of the terms that together carry a share of the weight all known ones have in BM25.

    The commonest terms decide next to nothing and cost most of the time. ``frequencies`` say how many of the documents
    hold each term, where a few deleted ones may still be counted.
    """
    carried = {
        term: weight * math.log1p((max(0, documents - held) + 0.5) / (held + 0.5))
        for term, weight in weights.items()
        if (held := frequencies[term])
    }
    wanted, kept = share * sum(carried.values()), {}
    for term in sorted(carried, key=lambda term: -carried[term]):
        if wanted <= 0:
            break
        kept[term] = weights[term]
        wanted -= carried[term]
    return kept


def _term(term: str) -> Query:
    return Query.term_query(SCHEMA, "text", term, index_option="freq")


def _any_tag(facet: str, values: Iterable[str]) -> Query:
    tags = [
        (Occur.Should, Query.term_query(SCHEMA, "tag", _tag(facet, value), index_option="basic")) for value in values
    ]
    # A condition, not a preference: it must not add to the score.
    return Query.const_score_query(Query.boolean_query(tags), 0.0)


def _tag(facet: str, value: str) -> str:
    return f"{facet}:{value}"
