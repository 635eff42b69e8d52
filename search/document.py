"""The vocabulary of the package: what is indexed, what is asked, what comes back.

Every engine, the fusion of rankings and the matching speak in these types and in nothing else, so that an engine
can be exchanged without a change above it. They hold plain data and no behaviour that would need an engine.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

# The facets a document may carry. Hierarchical ones (region, industry) hold every ancestor beside the value itself,
# so that a filter on a province finds what lies in its counties without any engine knowing the hierarchy.
DEMAND_FACETS = ("region", "industry", "kind", "trl_band", "year", "transfer_mode", "source")
MARKET_FACETS = ("market", "licence_kind", "price_form", "price_band")
FACETS = (*DEMAND_FACETS, *MARKET_FACETS)
STUDIO_FACETS = ("region", "industry", "kind", "tier")

# The kinds of documents, each with an index of its own, and the facets that are counted for readers.
KINDS: Mapping[str, tuple[str, ...]] = {"achievement": FACETS, "demand": DEMAND_FACETS, "studio": STUDIO_FACETS}

# Terms an engine stores and filters on but never counts for readers.
HIDDEN_FACETS = ("owner", "excluded_owner", "state")

# Numbers an engine stores for sorting and for matching. Money is integer fen, dates are proleptic ordinal days.
NUMBERS = ("date", "year", "benefit", "trl", "min_trl", "price", "budget")


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One record as the index sees it.

    ``title`` and ``body`` are the original text: highlights and quotations are character offsets into them.
    ``readers`` holds the tokens of those who may read the record; a question carries the tokens of who asks and
    sees the record when the two sets meet. ``revision`` is the external version: an older one never replaces a
    newer one.
    """

    kind: str
    id: str
    revision: int
    title: str
    body: str
    keywords: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    readers: frozenset[str] = frozenset({"public"})

    @property
    def text(self) -> str:
        """All that is said, in one piece: what is cut into words and what is embedded."""
        return "\n".join((self.title, " ".join(self.keywords), self.body))


class Sort(enum.StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    BENEFIT = "benefit"


class Leg(enum.StrEnum):
    """The way a ranking is made: by words, by meaning, or by both fused."""

    LEXICAL = "lexical"
    VECTOR = "vector"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question as a reader asks it.

    ``filters`` are alternatives inside one facet and conditions between facets. ``tokens`` are those of the asker.
    ``offset`` and ``limit`` count hits. An empty ``text`` browses everything the filters leave. ``only`` asks about
    these documents alone, by id, and counts no facets.
    """

    kind: str
    text: str = ""
    tokens: frozenset[str] = frozenset({"public"})
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    leg: Leg = Leg.HYBRID
    offset: int = 0
    limit: int = 20
    only: frozenset[str] | None = None


class Span(NamedTuple):
    """A half-open range of characters, ``text[start:end]``."""

    start: int
    end: int


_NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a hit was found: the words it shares with the question, how near its meaning is, what it is known to solve.

    ``words`` are in the form they have in the question; ``similarity`` is the cosine in [-1, 1], ``None`` where the
    hit was found by words alone. ``solution`` leads from the words of the question or the problem they describe to the
    technique the hit is about, and is empty where none is known. ``features`` are what put the hit in its place, by
    name: each times its weight (``search.asking.ranking.contributions``) adds up to the score. They are empty where the
    place follows from the rankings alone.
    """

    words: tuple[str, ...] = ()
    similarity: float | None = None
    solution: tuple[str, ...] = ()
    features: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. ``rank`` counts from 1 over the whole ranking, not over the page; ``score`` orders neighbours."""

    document: SearchDocument
    rank: int
    score: float
    title_highlights: tuple[Span, ...] = ()
    snippet: Span = _NOWHERE
    body_highlights: tuple[Span, ...] = ()
    reason: Reason = Reason()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document found for another one. Ranks count from 1 and are ``None`` where a leg did not find it."""

    document: SearchDocument
    lexical_rank: int | None
    vector_rank: int | None
    lexical_score: float
    cosine: float


class FacetCount(msgspec.Struct, frozen=True):
    """A value of a facet and how many records hold it; an answer holds hundreds, and these are made fastest."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an answer.

    ``total`` counts the records the question finds; ``facets`` counts, for each facet, what the answer would hold
    if only that value of it were chosen and the other filters stayed. ``suggestions`` are questions that would find
    something, offered only when nothing was found.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    suggestions: tuple[str, ...] = ()
