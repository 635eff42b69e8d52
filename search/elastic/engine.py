"""The Elasticsearch engine: one edition of an index, written in bulk and asked with one ``_msearch`` a question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from search.document import FacetCount, SearchDocument, Sort
from search.elastic import queries, schema
from search.elastic.connection import Connection, failure, typed
from search.engine import LegRequest, LegResult, Ranking, Vector
from search.errors import DocumentsRefused, IndexBlocked, IndexBusy, IndexMissing, IndexReplaced
from search.timing import leg_took

# How much is sent at once: a node takes far more, but a smaller piece is refused more cheaply.
_BULK = 500
# How many ids and revisions are read at once.
_PAGE = 10_000
Reply = Mapping[str, Any]


class ElasticEngine:
    """The indexes of one edition, one for each kind; ``indexes`` names them. Made by ``ElasticEditions``."""

    def __init__(
        self,
        connection: Connection,
        indexes: Mapping[str, str],
        fingerprint: str,
        dimensions: int,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        self.fingerprint = fingerprint
        self._connection = connection
        self._indexes = indexes
        self._dimensions = dimensions
        self._is_wanted = is_wanted
        # The kinds written to since the last commit.
        self._written: set[str] = set()

    def write(self, documents: Sequence[SearchDocument], vectors: Vector) -> None:
        """Store documents with their vectors, seen at the next commit; see ``Engine``.

        Raises DocumentsRefused where the server took only the others, IndexBusy where it has too much to do and
        IndexBlocked where its disk is full or the index read-only; what it took before then it keeps.
        """
        self._send(
            (one.kind, one.id, one.revision, schema.written(one, vector))
            for one, vector in zip(documents, vectors, strict=True)
        )

    def delete(self, kind: str, revisions: Mapping[str, int]) -> None:
        """Remove documents at the next commit; see ``Engine`` and ``write``."""
        self._send(
            (kind, identity, revision, schema.tombstone(identity, revision)) for identity, revision in revisions.items()
        )

    def commit(self) -> None:
        """Make everything written true, at once for each kind; raise IndexReplaced where it is not wanted any more."""
        if self._written:
            with typed():
                names = [self._indexes[kind] for kind in sorted(self._written)]
                answer = self._connection.writing.indices.refresh(index=names)
            _whole(answer["_shards"])
            self._written.clear()
        # Asked last: what is marked as done after this was written before the other index came into use.
        if not self._is_wanted():
            raise IndexReplaced("这个索引已被另一个替换。")

    def search(self, request: LegRequest) -> LegResult:
        """Answer a question; see ``Engine``. By meaning at most ``queries.MOST_NEAREST`` documents are found."""
        nearest = queries.NEAREST
        answers = self._ask(request, queries.searches(request, nearest))
        _tell(request, answers)
        if _all_are_near(request, answers):
            nearest = queries.MOST_NEAREST
            answers = self._ask(request, queries.searches(request, nearest))
        found = answers["found"]
        total = int(found["hits"]["total"]["value"])
        facets = {facet: _counts(found, facet) for facet in request.facets}
        if request.sort is not Sort.RELEVANCE or not (request.terms or queries.has_vector(request)):
            return LegResult(listed=tuple(_ids(found)), total=total, facets=facets)
        lexical = _by_words(answers.get("words", found)) if request.terms else ()
        vector = _by_meaning(request, answers)
        ranked = {identity for identity, _score in (*lexical, *vector)}
        wanted = min(request.most, total) - len(ranked)
        listed: tuple[str, ...] = ()
        if wanted > 0:
            others = queries.others(request, nearest, ranked, wanted)
            listed = tuple(_ids(self._ask(request, {"others": others})["others"]))
        return LegResult(lexical, vector, listed, total, facets)

    def fetch(self, kind: str, ids: Sequence[str]) -> list[SearchDocument]:
        """Return the stored documents in the order of ``ids``; see ``Engine``."""
        return [schema.restored(source["document"]) for source in self._sources(kind, ids, "document")]

    def read(self, kind: str, ids: Sequence[str]) -> tuple[list[SearchDocument], Vector]:
        """Return stored documents with their vectors; see ``Engine``."""
        kept = self._sources(kind, ids, "document", "vector")
        nothing = [0.0] * self._dimensions
        vectors = np.array([source.get("vector", nothing) for source in kept], np.float32)
        return [schema.restored(source["document"]) for source in kept], vectors.reshape(-1, self._dimensions)

    def frequency(self, kind: str, term: str) -> int:
        """Return how many documents of a kind hold a term."""
        with typed():
            query = {"term": {"text": schema.word(term)}}
            return int(self._connection.asking.count(index=self._indexes[kind], query=query)["count"])

    def revisions(self, kind: str) -> Iterator[tuple[str, int]]:
        """Yield the id and revision of every document of a kind, in the order of ids."""
        after: list[str] | None = None
        while True:
            with typed():
                page = self._connection.writing.search(
                    index=self._indexes[kind],
                    query={"bool": {"must_not": [{"term": {"gone": True}}]}},
                    size=_PAGE,
                    sort=[{"id": {"order": "asc"}}],
                    search_after=after,
                    source=False,
                    docvalue_fields=[{"field": "id"}, {"field": "revision"}],
                    track_total_hits=False,
                )
            hits = page["hits"]["hits"]
            if not hits:
                return
            yield from ((hit["fields"]["id"][0], hit["fields"]["revision"][0]) for hit in hits)
            after = hits[-1]["sort"]

    def index(self, kind: str) -> str:
        """Return the name of the index of a kind."""
        return self._indexes[kind]

    def close(self) -> None:
        """Forget what was not committed; the connection is shared with others and stays open."""
        self._written.clear()

    def _send(self, changes: Iterable[tuple[str, str, int, dict[str, Any]]]) -> None:
        """Send changes, (kind, id, revision, fields) each, and raise what went wrong with some."""
        pending = list(changes)
        refused: dict[tuple[str, str], str] = {}
        for start in range(0, len(pending), _BULK):
            piece = pending[start : start + _BULK]
            lines: list[dict[str, Any]] = []
            for kind, identity, revision, fields in piece:
                # Equal is allowed, so that what is done again after a crash ends well.
                version = {"version": revision, "version_type": "external_gte"}
                lines += ({"index": {"_index": f"{self._indexes[kind]}.writing", "_id": identity, **version}}, fields)
                self._written.add(kind)
            with typed():
                # Only to an index that was made on purpose: a plain name would make one of any form.
                answer = self._connection.writing.bulk(operations=lines, require_alias=True)
            if answer["errors"]:
                refused |= _refused(piece, answer["items"])
        if refused:
            raise DocumentsRefused(refused)

    def _ask(self, request: LegRequest, searches: Mapping[str, queries.Search]) -> dict[str, Reply]:
        lines = queries.sent(self._indexes[request.kind], request, searches)
        with typed():
            answer = self._connection.asking.msearch(searches=lines, filter_path=queries.READ)
        for reply in answer["responses"]:
            if "error" in reply:
                causes = reply["error"].get("root_cause") or [reply["error"]]
                raise failure(reply["status"], causes[0])
        return dict(zip(searches, answer["responses"], strict=True))

    def _sources(self, kind: str, ids: Sequence[str], *fields: str) -> list[dict[str, Any]]:
        """Return fields of the documents that are there as of the last commit, in the order of ``ids``."""
        if not ids:
            return []
        with typed():
            answer = self._connection.asking.search(
                index=self._indexes[kind],
                query={"ids": {"values": list(dict.fromkeys(ids))}},
                size=len(ids),
                source={"includes": list(fields), "exclude_vectors": False},
                track_total_hits=False,
                filter_path=["hits.hits._id", "hits.hits._source"],
            )
        hits = answer.get("hits", {}).get("hits", ())
        # What was deleted is there too, as a document without content.
        kept = {hit["_id"]: hit["_source"] for hit in hits if "document" in hit.get("_source", {})}
        return [kept[identity] for identity in ids if identity in kept]


def _refused(
    piece: Sequence[tuple[str, str, int, dict[str, Any]]], items: Sequence[Mapping[str, Mapping[str, Any]]]
) -> dict[tuple[str, str], str]:
    """Return the reason for each document that was refused; raise what is wrong with the server and not with one."""
    refused: dict[tuple[str, str], str] = {}
    for (kind, identity, _revision, _fields), item in zip(piece, items, strict=True):
        (result,) = item.values()
        error = result.get("error")
        # A newer revision is there already.
        if error is None or error["type"] == "version_conflict_engine_exception":
            continue
        cause = failure(result["status"], error)
        if isinstance(cause, (IndexBusy, IndexBlocked, IndexMissing)) or result["status"] != 400:
            raise cause
        refused[kind, identity] = str(error.get("reason") or error["type"])
    return refused


def _whole(shards: Mapping[str, Any]) -> None:
    """Raise SearchError where a shard did not do what it was told."""
    if shards["failed"]:
        raise failure(shards["failures"][0].get("status", 503), shards["failures"][0].get("reason", {}))


def _all_are_near(request: LegRequest, answers: Mapping[str, Reply]) -> bool:
    """Say whether as many as were looked for reach the floor, so that more of them may."""
    near = answers.get("near")
    return bool(request.least) and near is not None and queries.all_near(near) >= queries.NEAREST


def _tell(request: LegRequest, answers: Mapping[str, Reply]) -> None:
    """Tell what the server says each leg took; both are searched at the same time."""
    by_words, by_meaning = ("words", "found") if request.terms else (), ("near", "far")
    for leg, names in (("words", by_words), ("meaning", by_meaning)):
        took = [answers[name]["took"] for name in names if name in answers]
        if took:
            leg_took.send(leg=leg, seconds=took[0] / 1000)


def _by_words(answer: Reply) -> Ranking:
    return tuple((identity, score) for identity, score in _scored(answer) if score > 0)


def _by_meaning(request: LegRequest, answers: Mapping[str, Reply]) -> Ranking:
    """Return the nearest with their cosines, of which a server's score is (1 + cosine) / 2."""
    best = {
        identity: 2 * score - 1
        for name in ("near", "far")
        if name in answers
        for identity, score in _scored(answers[name])
    }
    return tuple(sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[: request.window])


def _scored(answer: Reply) -> list[tuple[str, float]]:
    return [(identity, float(score)) for score, identity in _sorted(answer)]


def _ids(answer: Reply) -> list[str]:
    return [identity for _key, identity in _sorted(answer)]


def _sorted(answer: Reply) -> Iterator[tuple[Any, str]]:
    """Yield what each hit is sorted by, the id last; an answer without hits says nothing of them."""
    return (hit["sort"] for hit in answer.get("hits", {}).get("hits", ()))


def _counts(answer: Reply, facet: str) -> tuple[FacetCount, ...]:
    return tuple(FacetCount(bucket["key"], bucket["doc_count"]) for bucket in queries.counts(answer, facet))
