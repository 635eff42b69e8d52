"""What somebody adds to the sums by where and when he took part: new in a month, a year, a campaign; with every item.

Whoever took part in one unit is counted there, in the months in which he is new. Whoever took part in several would
count in each: he is counted by place instead, once in each city, industry and hierarchy and in all of them together.
What he is too often in the sum of several campaigns is counted by place as well. What he is in a unit in all campaigns
that count a measure is counted there, year by year, as long as he was in no other in that year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from marketplace.models.participation.tally import ALL_CODES, ALL_ITEMS, SPANS
from marketplace.services.tally import seats, sums
from marketplace.services.tally.seats import Place, Seat
from marketplace.services.tally.sums import Sums

# Where somebody took part: item, unit, month.
Spot = tuple[int, int, int]
# Campaign and person.
Who = tuple[int, int]
_MANY = 10_000
# What somebody adds to each of ``OF_PERSONS``, or to each of ``SPANS``.
Added = tuple[int, ...]


class Moved(NamedTuple):
    """What persons add to the sums of units, to those by place where they were in several, and to the overlap.

    ``together`` is what they add to the units for all campaigns that count a measure.
    """

    units: Sums
    places: Sums
    overlap: Sums
    together: Sums


class Stay(NamedTuple):
    """Where somebody took part who was in several units in the year."""

    measure: str
    organisation_id: int
    month: int
    campaign_id: int
    item_id: int


class Done(NamedTuple):
    """What somebody did in a campaign that has so many items."""

    campaign_id: int
    items: int
    item_id: int
    month: int


class Item(NamedTuple):
    """An item of a campaign: what it counts for, under which code."""

    campaign_id: int
    code: str
    measure: str


@lru_cache(_MANY)
def new(before: int, now: int, month: int) -> Added:
    """Return in which of ``SPANS`` somebody is new in a month.

    ``before`` and ``now`` are the months from which on all that is asked of him was done, so far and with this month; 0
    where it was not. Of taking part that is the month he last did, of every item the first of the months he last did
    each.
    """
    january = month // 100 * 100 + 1
    return (*(int(before < since <= now) for since in range(january, january + 12)), int(before == 0 < now))


def added(months: Mapping[int, set[Any]], items: int) -> dict[tuple[Any, int], Added]:
    """Return what somebody adds, by item and month, who had those items in those months and would need so many."""
    found: dict[tuple[Any, int], Added] = {}
    last: dict[Any, int] = {}
    before = 0
    for month, complete in completed(months, items).items():
        for item in months[month]:
            found[item, month] = new(last.get(item, 0), month, month) + _NOBODY
        found[ALL_ITEMS, month] = new(max(last.values(), default=0), month, month) + new(before, complete, month)
        last.update(dict.fromkeys(months[month], month))
        before = complete
    return found


def completed(months: Mapping[int, set[Any]], items: int) -> dict[int, int]:
    """Return, month by month in order, from which month on somebody has every item by then; 0 where he has not."""
    last: dict[Any, int] = {}
    found = {}
    for month in sorted(months):
        last.update(dict.fromkeys(months[month], month))
        found[month] = min(last.values()) if len(last) == items else 0
    return found


@lru_cache(_MANY)
def _added(done: frozenset[tuple[int, int]], items: int) -> tuple[tuple[tuple[Any, int], Added], ...]:
    """Return what ``added`` does of items and months: many did the same."""
    return tuple(added(_by_month(done), items).items())


@lru_cache(_MANY)
def _in_any(done: frozenset[Done]) -> tuple[tuple[int, Added], ...]:
    """Return what somebody adds, by month, to several campaigns as to one, each person once."""
    of_campaign: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for it in done:
        of_campaign.setdefault((it.campaign_id, it.items), []).append((it.item_id, it.month))
    whole: dict[int, int] = {}
    for (_campaign, items), spots in of_campaign.items():
        for month, complete in completed(_by_month(spots), items).items():
            whole[month] = max(complete, whole.get(month, 0))
    found = []
    last = before = 0
    for month in sorted(whole):
        # Whoever has every item in one of them has.
        now = max(before, whole[month])
        found.append((month, new(last, month, month) + new(before, now, month)))
        last, before = month, now
    return tuple(found)


def _by_month(spots: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    months: dict[int, set[int]] = {}
    for item, month in spots:
        months.setdefault(month, set()).add(item)
    return months


_NOBODY = (0,) * len(SPANS)
# What is told since a month of the year comes before what is told since ever, first of persons, then of every item.
_EVER, _YEAR = len(SPANS), len(SPANS) - 1


class Appearances:
    """Adds up what persons add to the units and the places where they took part."""

    def __init__(self, items: Mapping[int, Item]) -> None:
        self._items = items
        # How many items a campaign has.
        self._sizes = Counter(it.campaign_id for it in items.values())
        # How many did the same in a unit, of a campaign and of all that count a measure.
        self._stayed: Counter[tuple[int, int, frozenset[tuple[int, int]]]] = Counter()
        self._together: Counter[tuple[str, int, frozenset[Done]]] = Counter()
        self._mobile: list[tuple[int, int, Iterable[Spot]]] = []
        self._shared: list[tuple[int, str, dict[int, list[Spot]]]] = []

    def count(self, sign: int, campaign: int, spots: Iterable[Spot]) -> None:
        """Add, or take away, somebody who took part there in a campaign."""
        units = {unit for _item, unit, _month in spots}
        if len(units) > 1:
            # By where these units lie, which is read of all of them at once.
            self._mobile.append((sign, campaign, spots))
        for unit in units if len(units) == 1 else ():
            self._stayed[campaign, unit, frozenset((item, month) for item, _unit, month in spots)] += sign

    def overlap(self, sign: int, done: Mapping[int, Iterable[Spot]]) -> None:
        """Add, or take away, by how much somebody counts too often who took part there in these campaigns."""
        by_measure: dict[str, dict[int, list[Spot]]] = {}
        for campaign, spots in done.items():
            for spot in spots:
                by_measure.setdefault(self._items[spot[0]].measure, {}).setdefault(campaign, []).append(spot)
        self._shared += [(sign, measure, of) for measure, of in by_measure.items() if len(of) > 1]

    def in_units(self, sign: int, done: Mapping[int, Iterable[Spot]]) -> set[Stay]:
        """Add, or take away, somebody who took part there in these campaigns to the unit he was in that year.

        Returns where he was in those years in which he was in several.
        """
        years: dict[tuple[str, int], list[tuple[int, Spot]]] = {}
        for campaign, spots in done.items():
            for spot in spots:
                years.setdefault((self._items[spot[0]].measure, spot[2] // 100), []).append((campaign, spot))
        moves: set[Stay] = set()
        for (measure, _year), of_year in years.items():
            first, *others = {spot[1] for _campaign, spot in of_year}
            if others:
                moves.update(Stay(measure, unit, month, campaign, item) for campaign, (item, unit, month) in of_year)
            else:
                self._together[measure, first, self._done(of_year)] += sign
        return moves

    def _done(self, spots: Iterable[tuple[int, Spot]]) -> frozenset[Done]:
        return frozenset(Done(campaign, self._sizes[campaign], item, month) for campaign, (item, _unit, month) in spots)

    def moved(self, session: Session, known: Mapping[int, Seat] | None = None) -> Moved:
        """Return what came together and begin anew; ``known`` are the seats of units that are not to be looked up."""
        told = [spots for _sign, _campaign, spots in self._mobile]
        told += [spots for _sign, _measure, done in self._shared for spots in done.values()]
        placed = {**seats.of_units(session, {unit for spots in told for _item, unit, _month in spots}), **(known or {})}
        units: Sums = {}
        for (campaign, unit, did), number in self._stayed.items():
            for (item, month), numbers in _added(did, self._sizes[campaign]):
                add(units, (campaign, item, unit, month), number, numbers)
        together: Sums = {}
        for (measure, unit, done), number in self._together.items():
            for month, numbers in _in_any(done):
                add(together, (measure, unit, month), number, numbers[:_YEAR] + numbers[_EVER : _EVER + _YEAR])
        places: Sums = {}
        for sign, campaign, spots in self._mobile:
            for place, there in _by_place(spots, placed).items():
                for (item, month), numbers in added(_months(there), self._sizes[campaign]).items():
                    add(places, (campaign, item, *place, month), sign, numbers)
        overlap: Sums = {}
        for sign, measure, shared in self._shared:
            for place, too_many in self._too_many_by_place(shared, placed).items():
                for (code, month), surplus in too_many.items():
                    add(overlap, (measure, code, *place, month), sign, surplus)
        for held in (self._stayed, self._together, self._mobile, self._shared):
            held.clear()
        return Moved(units, places, overlap, together)

    def _too_many_by_place(self, done: Mapping[int, list[Spot]], placed: Mapping[int, Seat]) -> dict[Place, Sums]:
        parts: dict[Place, dict[int, list[Spot]]] = {}
        for campaign, spots in done.items():
            for place, there in _by_place(spots, placed).items():
                parts.setdefault(place, {})[campaign] = there
        # Nearly everybody did all of it in one place.
        whole, of_whole = sum(map(len, done.values())), self._too_many(done)
        return {
            place: of_whole if sum(map(len, there.values())) == whole else self._too_many(there)
            for place, there in parts.items()
            if len(there) > 1
        }

    def _too_many(self, by_campaign: Mapping[int, Iterable[Spot]]) -> Sums:
        """Return by how much somebody's figures in campaigns exceed those in all of them, by code and month."""
        found: Sums = {}
        codes: dict[int, set[str]] = {}
        for campaign, spots in by_campaign.items():
            # What is one item of several has no person with every item, see ``figures.complete``.
            for (item, month), numbers in added(_months(spots), self._sizes[campaign]).items():
                code = self._items[item].code if item else ALL_CODES
                add(found, (code, month), 1, numbers)
                codes.setdefault(month, set()).update({code} - {ALL_CODES})
        for (code, month), once in added(codes, 0).items():
            if code:
                add(found, (code, month), -1, once)
        done = self._done((campaign, spot) for campaign, spots in by_campaign.items() for spot in spots)
        for month, once in _in_any(done):
            add(found, (ALL_CODES, month), -1, once)
        return {key: numbers for key, numbers in found.items() if any(numbers)}


def is_mobile(spots: Iterable[Spot]) -> bool:
    """Say whether somebody took part in several units."""
    return len({unit for _item, unit, _month in spots}) > 1


def _months(spots: Iterable[Spot]) -> dict[int, set[int]]:
    return _by_month((item, month) for item, _unit, month in spots)


def _by_place(spots: Iterable[Spot], placed: Mapping[int, Seat]) -> dict[Place, list[Spot]]:
    """Return where somebody took part by all that his units lie in: a city, an industry, both, up to everything."""
    found: dict[Place, list[Spot]] = {}
    for spot in spots:
        for place in seats.places(placed[spot[1]]):
            found.setdefault(place, []).append(spot)
    return found


def add(moved: Sums, key: tuple[Any, ...], times: int, numbers: Sequence[int]) -> None:
    """Add numbers so many times to those of a key; less than none takes them away."""
    if times:
        sums.add(moved, key, numbers if times == 1 else [times * it for it in numbers])
