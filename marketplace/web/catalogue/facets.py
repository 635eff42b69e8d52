"""What a results page offers to narrow a search by: for each facet its values, their counts and where they lead.

Regions and industries are shown one level at a time: the cities first, then the counties of the city chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from marketplace import vocabulary
from marketplace.vocabulary import CodeList
from marketplace.web.catalogue.questions import IN_ORDER, toggled, with_values
from search.document import FacetCount, SearchRequest

# The facets in the order of the page, by what is searched.
_ORDER = {
    "achievement": (
        "industry", "region", "market", "transfer_mode", "licence_kind", "price_form", "price_band", "trl_band", "kind",
        "year", "source",
    ),
    "studio": ("tier", "kind", "region", "industry"),
}  # fmt: skip
_HIERARCHICAL = ("industry", "region")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that can be chosen. ``search`` is where it leads: with the value, or without it where it is chosen."""

    value: str
    search: SearchRequest
    count: int | None = None
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A facet. In a hierarchy ``path`` leads down to the value chosen, and ``whole`` is the search without any."""

    facet: str
    choices: tuple[Choice, ...]
    path: tuple[Choice, ...] = ()
    whole: SearchRequest | None = None


def groups(request: SearchRequest, counts: Mapping[str, tuple[FacetCount, ...]]) -> list[Group]:
    """Return the facets in which something can be chosen or is chosen."""
    found = (
        _group(request, facet, {c.value: c.count for c in counts.get(facet, ())}) for facet in _ORDER[request.kind]
    )
    return [group for group in found if group.choices or group.path]


def chosen(request: SearchRequest) -> list[tuple[str, Choice]]:
    """Return every chosen value as (facet, choice), each leading to the search without it."""
    return [
        (facet, Choice(value, toggled(request, facet, value), is_chosen=True))
        for facet in _ORDER[request.kind]
        for value in request.filters.get(facet, ())
    ]


def _group(request: SearchRequest, facet: str, counts: Mapping[str, int]) -> Group:
    if facet in _HIERARCHICAL:
        return _level(request, facet, counts, getattr(vocabulary, vocabulary.OF_FACETS[request.kind][facet]))
    held = request.filters.get(facet, ())
    values = _in_order(request.kind, facet, {value for value, count in counts.items() if count} | set(held))
    return Group(
        facet,
        tuple(Choice(value, toggled(request, facet, value), counts.get(value, 0), value in held) for value in values),
    )


def _level(request: SearchRequest, facet: str, counts: Mapping[str, int], codes: CodeList) -> Group:
    """Return the values under the one chosen, and the way down to it."""
    deepest = max(request.filters.get(facet, ()), key=codes.level, default=None)
    path = (*codes.ancestors(deepest), deepest) if deepest else ()
    below = codes.children(deepest) if deepest else _first_level(codes)
    return Group(
        facet,
        tuple(Choice(code, with_values(request, facet, (code,)), counts[code]) for code in below if counts.get(code)),
        tuple(Choice(code, with_values(request, facet, (code,)), is_chosen=code == deepest) for code in path),
        with_values(request, facet, ()) if deepest else None,
    )


def _first_level(codes: CodeList) -> tuple[str, ...]:
    """Return the values to begin with: a single root, such as the province, narrows nothing."""
    roots = tuple(code for code in codes if codes.level(code) == 1)
    return codes.children(roots[0]) if len(roots) == 1 else roots


def _in_order(kind: str, facet: str, values: Collection[str]) -> list[str]:
    """Return values in the order people expect: as in the code list, bands upwards, years newest first."""
    if facet in vocabulary.OF_FACETS[kind]:
        codes: CodeList = getattr(vocabulary, vocabulary.OF_FACETS[kind][facet])
        return [code for code in codes if code in values]
    if facet in IN_ORDER:
        return [value for value in IN_ORDER[facet] if value in values]
    return sorted(values, reverse=facet == "year")
