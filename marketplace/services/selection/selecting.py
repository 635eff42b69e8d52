"""The arithmetic of a selection: from scores to a ranked list with who is proposed, who is passed over, and why.

Ranked is by score; equals by the share of first-line workers, then by verified transfers (rule 46). From the head of
the list places are given while there is one, never under the line (rule 33) and never more to a city than its cap.
Where equals would share fewer places than they are, nothing is decided here: a meeting decides in writing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

PROPOSED, TIED = "proposed", "tied"
BELOW_LINE, CITY_FULL, QUOTA_FULL = "below_line", "city_full", "quota_full"
PASSED_OVER = (BELOW_LINE, CITY_FULL, QUOTA_FULL)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What an application is ranked by.

    ``score`` is points of 100. ``first_line`` is the share of the members who work on the first line, 0 to 1, None
    where nobody can tell; ``transfers`` counts verified transfers. ``city`` and ``industry`` are codes.
    """

    id: int
    score: Decimal
    city: str
    industry: str
    first_line: Fraction | None = None
    transfers: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """What a selection is held by: places in all, places a city may have (None for no cap), and the lowest score."""

    quota: int
    cap: int | None
    line: Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """Where an application stands: its rank, equals sharing one (1, 2, 2, 4), and PROPOSED, TIED or why not."""

    candidate: Candidate
    rank: int
    standing: str


@dataclass(frozen=True, slots=True)
class Edge:
    """Equals who share ``places`` fewer than they are, at most so many of them from each city."""

    equals: tuple[Candidate, ...]
    places: int
    at_most: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Selection:
    """The ranked list and the edges a meeting must decide, both from the head."""

    places: tuple[Place, ...]
    edges: tuple[Edge, ...]

    def standing(self, *standings: str) -> list[Candidate]:
        """Return the candidates who stand so, in the order of the list."""
        return [it.candidate for it in self.places if it.standing in standings]


def select(candidates: Iterable[Candidate], terms: Terms, out: Collection[int] = ()) -> Selection:
    """Rank the candidates and hand the places out; whoever is ``out`` (struck, withdrawn) is not in the list."""
    places: list[Place] = []
    edges: list[Edge] = []
    left, taken = terms.quota, Counter[str]()
    for equals in _groups(it for it in candidates if it.id not in out):
        if equals[0].score < terms.line:
            standings = dict.fromkeys((it.id for it in equals), BELOW_LINE)
        else:
            room = _room(equals, terms.cap, taken)
            standings, found = _among(equals, room, left)
            edges += found
            left -= min(left, room.total())
            taken += room
        rank = len(places) + 1
        places += [Place(it, rank, standings[it.id]) for it in equals]
    return Selection(tuple(places), tuple(edges))


def fits(edge: Edge, chosen: Collection[int]) -> bool:
    """Say whether a choice among equals hands out exactly the places they share, and no city more than it may have."""
    theirs = [it for it in edge.equals if it.id in chosen]
    cities = spread(theirs, "city")
    return len(theirs) == edge.places and all(cities[it] <= edge.at_most[it] for it in cities)


def spread(candidates: Iterable[Candidate], by: str) -> Counter[str]:
    """Return how many of the candidates each city or each industry has; ``by`` is "city" or "industry"."""
    return Counter(getattr(it, by) for it in candidates)


def _groups(candidates: Iterable[Candidate]) -> list[tuple[Candidate, ...]]:
    """Return the candidates from the head of the list, equals together.

    Among equal scores a share that nobody can tell is neither high nor low: then the scores alone count.
    """
    groups = []
    for _score, same in groupby(sorted(candidates, key=lambda it: (-it.score, it.id)), key=lambda it: it.score):
        equals = tuple(same)
        if any(it.first_line is None for it in equals):
            groups.append(equals)
        else:
            groups += [tuple(it) for _key, it in groupby(sorted(equals, key=_order), key=_order)]
    return groups


def _order(candidate: Candidate) -> tuple[Fraction, int]:
    return -(candidate.first_line or Fraction()), -candidate.transfers


def _room(equals: Sequence[Candidate], cap: int | None, taken: Counter[str]) -> Counter[str]:
    """Return how many of the equals of each city may have a place as far as the cap goes."""
    wanted = spread(equals, "city")
    if cap is None:
        return wanted
    return Counter({city: min(count, max(cap - taken[city], 0)) for city, count in wanted.items()})


def _among(equals: Sequence[Candidate], room: Counter[str], left: int) -> tuple[dict[int, str], list[Edge]]:
    """Return how each of the equals stands while so many places are left, and the edges across them."""
    wanted = spread(equals, "city")
    if left == 0:
        return dict.fromkeys((it.id for it in equals), QUOTA_FULL), []
    is_short = room.total() > left
    standings = {}
    for it in equals:
        has_all = room[it.city] == wanted[it.city]
        standings[it.id] = CITY_FULL if not room[it.city] else PROPOSED if has_all and not is_short else TIED
    tied = [it for it in equals if standings[it.id] == TIED]
    if is_short:
        return standings, [Edge(tuple(tied), left, {city: min(most, left) for city, most in (+room).items()})]
    return standings, [
        Edge(tuple(it for it in tied if it.city == city), room[city], {city: room[city]})
        for city in sorted({it.city for it in tied})
    ]
