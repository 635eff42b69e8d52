"""A question as the searches of one ``_msearch``: pure functions from a request to what is sent.

What is found is decided by a condition of its own and the filters are set after it, so that a facet is counted with its
own filter lifted. Nearest neighbours are found in two ways and put together: those that reach the floor, and among
those found by words the nearest, whatever their cosine.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from search.document import Sort
from search.elastic import schema
from search.engine import LegRequest

Query = dict[str, Any]
Search = dict[str, Any]

# How many of the nearest are looked for where all that reach the floor are wanted; more only where these all do.
NEAREST = 1000
# The most a server looks for. Where more than these reach the floor, the farther ones are not found by meaning.
MOST_NEAREST = 10_000
# So many times the wanted are compared in eight bits before the best of them are weighed exactly.
_OVERSAMPLE = 2.0
# What is read of an answer.
READ = tuple(
    f"responses.{part}" for part in ("took", "error", "status", "hits.total", "hits.hits.sort", "aggregations")
)
# How many values of a facet are counted; the longest list of codes has some four thousand.
_VALUES = 10_000
_ORDERS = {Sort.NEWEST: "date", Sort.RELEVANCE: "date", Sort.BENEFIT: "benefit"}
_ALL_NEAR, _COUNTED = "near", "counted"


def searches(asked: LegRequest, nearest: int = NEAREST) -> dict[str, Search]:
    """Return the searches that answer a question, by name.

    ``found`` gives the total and the counts, and the ranking by words or the list in another order; ``words`` gives the
    ranking by words where everything is found; ``near`` and ``far`` give the ranking by meaning.
    """
    found: Search = {
        "query": _bool(filter=_visible(asked) + _found(asked, nearest)),
        "size": 0,
        "track_total_hits": True,
    }
    found |= _counting(asked) | ({"post_filter": _bool(filter=chosen)} if (chosen := _chosen(asked)) else {})
    made = {"found": found}
    if asked.sort is not Sort.RELEVANCE or not (asked.terms or has_vector(asked)):
        found |= {"size": asked.most, "sort": _order(asked.sort)}
        return made
    if asked.terms and asked.least:
        # Of all that was found, what holds none of the terms comes last, with a score of zero.
        found["query"]["bool"]["should"] = _weighed(asked)
        found |= {"size": asked.window, "sort": _BEST}
    elif asked.terms:
        conditions = _visible(asked) + chosen
        made["words"] = {
            "query": _bool(filter=conditions, must=[_bool(should=_weighed(asked))]),
            "size": asked.window,
            "sort": _BEST,
            "track_total_hits": False,
        }
    return made | (_by_meaning(asked, nearest) if has_vector(asked) else {})


def others(asked: LegRequest, nearest: int, ranked: Iterable[str], wanted: int) -> Search:
    """Return the search for what was found and stands in no ranking, newest first."""
    conditions = _visible(asked) + _found(asked, nearest) + _chosen(asked)
    return {
        "query": _bool(filter=conditions, must_not=[_ids(ranked)]),
        "size": wanted,
        "sort": _order(Sort.NEWEST),
        "track_total_hits": False,
    }


def sent(index: str, asked: LegRequest, made: Mapping[str, Search]) -> list[dict[str, Any]]:
    """Return the lines of one ``_msearch``: a header and a search in turn."""
    # Copies of an index may differ in the weights of words for a while; the same question always goes to the same one.
    copy = str(zlib.crc32(repr((sorted(asked.terms), asked.words)).encode()))
    header = {"index": index, "preference": copy, "allow_partial_search_results": False}
    # The id is the last of what hits are sorted by.
    told = {"_source": False, "stored_fields": "_none_"}
    return [line for search in made.values() for line in (header, {**search, **told})]


def has_vector(asked: LegRequest) -> bool:
    """Say whether there is a meaning to compare; a question of unknown words has a vector of zeros."""
    return asked.vector is not None and bool(asked.vector.any())


def all_near(answer: Mapping[str, Any]) -> int:
    """Return how many reach the floor, of the answer to ``near``."""
    return int(answer["aggregations"][_ALL_NEAR]["value"])


def counts(answer: Mapping[str, Any], facet: str) -> Sequence[Mapping[str, Any]]:
    """Return the buckets of a facet, of the answer to ``found``."""
    counted = answer.get("aggregations", {}).get(facet, {})
    buckets: Sequence[Mapping[str, Any]] = counted.get(_COUNTED, counted).get("buckets", ())
    return buckets


_BEST = [{"_score": "desc"}, {"id": "asc"}]


def _by_meaning(asked: LegRequest, nearest: int) -> dict[str, Search]:
    if not asked.least:
        window = _nearest(asked, asked.window, _visible(asked) + _chosen(asked), oversample=_OVERSAMPLE)
        return {"near": {"query": window, "size": asked.window, "sort": _BEST, "track_total_hits": False}}
    near = {
        "query": _floored(asked, nearest),
        "size": asked.window,
        "sort": _BEST,
        "track_total_hits": False,
        # A filter that lets all pass is counted without looking at the floor.
        "aggs": {_ALL_NEAR: {"value_count": {"field": "id"}}},
    } | ({"post_filter": _bool(filter=chosen)} if (chosen := _chosen(asked)) else {})
    among = _visible(asked) + chosen + [_holding(asked)]
    far = _nearest(asked, asked.window, among, oversample=_OVERSAMPLE)
    return {"near": near, "far": {"query": far, "size": asked.window, "sort": _BEST, "track_total_hits": False}}


def _visible(asked: LegRequest) -> list[Query]:
    readable: Query = {"terms": {"readers": schema.texts(asked.tokens)}}
    conditions = [readable] if asked.only is None else [readable, _ids(asked.only)]
    return [_bool(filter=conditions, must_not=[_ids(asked.exclude)])] if asked.exclude else conditions


def _found(asked: LegRequest, nearest: int) -> list[Query]:
    """Return the condition of being found, none where everything is."""
    if not asked.least:
        return []
    ways = [_holding(asked)]
    if has_vector(asked):
        ways.append(_floored(asked, nearest))
    return [_bool(should=ways)]


def _holding(asked: LegRequest) -> Query:
    if len(asked.words) < asked.least:
        # A server takes a condition without alternatives for one that always holds.
        return {"match_none": {}}
    terms = [{"term": {"text": schema.word(one)}} for one in dict.fromkeys(asked.words)]
    return {"bool": {"should": terms, "minimum_should_match": asked.least}}


def _floored(asked: LegRequest, nearest: int) -> Query:
    query = _nearest(asked, nearest, _visible(asked), oversample=1.0)
    query["knn"]["similarity"] = asked.floor
    return query


def _nearest(asked: LegRequest, count: int, among: Sequence[Query], *, oversample: float) -> Query:
    assert asked.vector is not None
    return {
        "knn": {
            "field": "vector",
            "query_vector": asked.vector.tolist(),
            "k": count,
            "num_candidates": min(MOST_NEAREST, max(NEAREST, count)),
            "filter": list(among),
            "rescore_vector": {"oversample": oversample},
        }
    }


def _weighed(asked: LegRequest) -> list[Query]:
    return [{"term": {"text": {"value": schema.word(term), "boost": weight}}} for term, weight in asked.terms.items()]


def _chosen(asked: LegRequest, *, without: str | None = None) -> list[Query]:
    return [
        {"terms": {f"facets.{facet}": schema.texts(values)}}
        for facet, values in asked.filters.items()
        if values and facet != without
    ]


def _counting(asked: LegRequest) -> dict[str, Any]:
    """Return the aggregations that count each facet under the filters of the others."""
    made: dict[str, Any] = {}
    for facet in asked.facets:
        values = {
            "terms": {"field": f"facets.{facet}", "size": _VALUES, "order": [{"_count": "desc"}, {"_key": "asc"}]}
        }
        conditions = _chosen(asked, without=facet)
        made[facet] = {"filter": _bool(filter=conditions), "aggs": {_COUNTED: values}} if conditions else values
    return {"aggs": made} if made else {}


def _order(sort: Sort) -> list[dict[str, Any]]:
    return [{f"numbers.{_ORDERS[sort]}": {"order": "desc", "missing": "_last"}}, {"id": "asc"}]


def _ids(ids: Iterable[str]) -> Query:
    return {"ids": {"values": sorted(ids)}}


def _bool(**parts: Sequence[Query]) -> Query:
    return {"bool": {name: list(queries) for name, queries in parts.items()}}
