"""The address of a results page and the search it stands for: one is made from the other, both ways.

Every filter, the order and the page are in the address, so that a search can be kept, sent and gone back to without
any script. What an address says that does not exist is left out rather than refused: people shorten and mistype them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from marketplace import vocabulary
from marketplace.indexing.market import PRICE_BANDS, STANDINGS
from search.document import KINDS, SearchRequest, Sort
from search.hybrid import MOST_HITS

# The values of the facets that have no vocabulary, in the order people expect.
IN_ORDER: Mapping[str, tuple[str, ...]] = {
    "trl_band": ("1-3", "4-6", "7-9"), "market": STANDINGS, "price_band": tuple(PRICE_BANDS),
}  # fmt: skip
# A longer text would not fit into the address a server accepts; whole texts are posted as demands.
LONGEST_TEXT = 300

_IS_VALUE: Mapping[str, Callable[[str], bool]] = {
    **{facet: values.__contains__ for facet, values in IN_ORDER.items()},
    "year": lambda value: re.fullmatch("[0-9]{4}", value) is not None,
    "source": lambda value: 0 < len(value) <= 40,
}
# What narrows a search of any kind.
_COMMON = ("region", "industry")


def question(
    arguments: MultiDict[str, str], tokens: frozenset[str], size: int, kind: str = "achievement"
) -> SearchRequest:
    """Return the search an address stands for; ``size`` is the number of hits on a page."""
    chosen = {facet: _values(arguments, kind, facet) for facet in KINDS[kind]}
    sort = arguments.get("sort", "")
    return SearchRequest(
        kind=kind,
        text=arguments.get("q", "").strip()[:LONGEST_TEXT],
        tokens=tokens,
        filters={facet: values for facet, values in chosen.items() if values},
        sort=Sort(sort) if sort in list(Sort) else Sort.RELEVANCE,
        offset=(_page(arguments) - 1) * size,
        limit=size,
    )


def address(request: SearchRequest) -> dict[str, Any]:
    """Return the arguments of the address a search has, without those that go without saying."""
    page = page_of(request)
    said = {
        "q": request.text,
        **{facet: list(values) for facet, values in request.filters.items()},
        "sort": request.sort.value if request.sort is not Sort.RELEVANCE else "",
        "page": page if page > 1 else "",
    }
    return {name: value for name, value in said.items() if value}


def asked_of(request: SearchRequest, kind: str) -> SearchRequest:
    """Return the same question to another kind of record, narrowed by what both have."""
    common = {facet: values for facet, values in request.filters.items() if facet in _COMMON}
    return replace(request, kind=kind, filters=common, sort=Sort.RELEVANCE, offset=0)


def page_of(request: SearchRequest) -> int:
    return request.offset // request.limit + 1


def pages(request: SearchRequest, total: int) -> dict[str, SearchRequest]:
    """Return the searches that lead to the ``previous`` and the ``next`` page, where there is one."""
    page, last = page_of(request), -(-min(total, MOST_HITS) // request.limit)
    around = {"previous": page - 1, "next": page + 1}
    return {
        name: replace(request, offset=(number - 1) * request.limit)
        for name, number in around.items()
        if 1 <= number <= last
    }


def sorted_by(request: SearchRequest, sort: Sort) -> SearchRequest:
    return replace(request, sort=sort, offset=0)


def unfiltered(request: SearchRequest) -> SearchRequest:
    """Return the search without any filter, in the usual order."""
    return replace(request, filters={}, sort=Sort.RELEVANCE, offset=0)


def with_values(request: SearchRequest, facet: str, values: tuple[str, ...]) -> SearchRequest:
    """Return the search with these values of a facet in place of those chosen."""
    filters = {**request.filters, facet: values}
    return replace(request, filters={name: kept for name, kept in filters.items() if kept}, offset=0)


def toggled(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    """Return the search with one value of a facet added, or left out where it was chosen."""
    chosen = request.filters.get(facet, ())
    others = tuple(other for other in chosen if other != value)
    return with_values(request, facet, others if value in chosen else (*chosen, value))


def _values(arguments: MultiDict[str, str], kind: str, facet: str) -> tuple[str, ...]:
    called = vocabulary.OF_FACETS[kind].get(facet)
    is_value = getattr(vocabulary, called).__contains__ if called else _IS_VALUE[facet]
    return tuple(value for value in dict.fromkeys(arguments.getlist(facet)) if is_value(value))


def _page(arguments: MultiDict[str, str]) -> int:
    page = arguments.get("page", 1, type=int)
    return min(max(page, 1), MOST_HITS)
