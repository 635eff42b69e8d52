"""The form of an index: its settings and its mapping, and how a document is written down in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from search import analysis
from search.document import HIDDEN_FACETS, KINDS, NUMBERS, SearchDocument
from search.engine import Vector

# Raise it whenever this page changes the form of an index: those that are there must then be rebuilt.
VERSION = 3
# Lucene splits longer words, in units of UTF-16; a character takes one or two of them.
_LONGEST_WORD = 127
# A segment gets a graph where it holds more than so many times the logarithm of its documents, which is what a walk to
# so many hits visits by Lucene's reckoning: from 117,000 documents on. Smaller ones are scanned, and nothing is missed.
# With 1000, that is from 9,100 on, 100,000 documents were filled half as fast and answered no sooner, and 95 of 300
# totals were other than they should be (`python -m benchmarks vectors`).
_SCANNED = 10_000
_JSON = json.JSONEncoder(ensure_ascii=False)

SETTINGS: Mapping[str, Any] = {
    # One shard: the statistics of the ranking by words, the counts and the nearest are those of all documents.
    "number_of_shards": 1,
    # A copy of each document where there is a second node to hold it.
    "auto_expand_replicas": "0-1",
    # What was written is seen when ``commit`` says so.
    "refresh_interval": "-1",
}


def mapping(dimensions: int, made_with: Mapping[str, Any]) -> dict[str, Any]:
    """Return the explicit mapping of an index for vectors of so many dimensions; ``made_with`` is kept beside it."""
    keyword, number = {"type": "keyword"}, {"type": "long"}
    return {
        "dynamic": "strict",
        "_meta": dict(made_with),
        # The rest is in the inverted index and the columns already.
        "_source": {"includes": ["document", "vector"]},
        "properties": {
            "id": keyword,
            "revision": number,
            "gone": {"type": "boolean"},
            "readers": keyword,
            "text": {"type": "text", "analyzer": "whitespace", "index_options": "freqs"},
            "facets": {"properties": dict.fromkeys((*chain.from_iterable(KINDS.values()), *HIDDEN_FACETS), keyword)},
            "numbers": {"properties": dict.fromkeys(NUMBERS, number)},
            "vector": {
                "type": "dense_vector",
                "dims": dimensions,
                "similarity": "dot_product",
                # Of the quantised graphs this one loses least: of 3945 records at or above a cosine among 5000, eight
                # bits misplace 79, four bits 525 and one bit 2659; weighed again with the vectors as they are, 0, 0
                # and 5.
                "index_options": {
                    "type": "int8_hnsw",
                    "flat_index_threshold": _SCANNED,
                    "rescore_vector": {"oversample": 1.0},
                },
            },
            "document": {"type": "object", "enabled": False},
        },
    }


def written(document: SearchDocument, vector: Vector) -> dict[str, Any]:
    """Return a document as it is sent; one without a vector, which is all zeros, has no place among the nearest."""
    # The words of the title count twice.
    said = (word(term) for term in (*analysis.terms(document.title), *analysis.terms(document.text)))
    fields: dict[str, Any] = {
        "id": document.id,
        "revision": document.revision,
        "readers": texts(document.readers),
        "text": " ".join(said),
        "facets": {facet: texts(values) for facet, values in document.facets.items()},
        "numbers": dict(document.numbers),
        "document": stored(document),
    }
    if vector.any():
        fields["vector"] = vector.tolist()
    return fields


def tombstone(identity: str, revision: int) -> dict[str, Any]:
    """Return what takes the place of a document that was deleted."""
    return {"id": identity, "revision": revision, "gone": True}


def word(term: str) -> str:
    """Return a token as an index holds it."""
    return term[:_LONGEST_WORD]


def text(value: str) -> str:
    """Return a value in characters that every server accepts, a half of a surrogate pair written out."""
    return value.encode("utf-8", "backslashreplace").decode("utf-8")


def texts(values: Iterable[str]) -> list[str]:
    return sorted(text(value) for value in values)


def stored(document: SearchDocument) -> str:
    """Return all of a document as one text, from which ``restored`` makes the same document."""
    plain = {
        "kind": document.kind,
        "id": document.id,
        "revision": document.revision,
        "title": document.title,
        "body": document.body,
        "keywords": document.keywords,
        "facets": dict(document.facets),
        "numbers": dict(document.numbers),
        "readers": sorted(document.readers),
    }
    return text(_JSON.encode(plain))


def restored(kept: str) -> SearchDocument:
    plain = json.loads(kept)
    plain["keywords"] = tuple(plain["keywords"])
    plain["facets"] = {facet: tuple(values) for facet, values in plain["facets"].items()}
    plain["readers"] = frozenset(plain["readers"])
    return SearchDocument(**plain)
