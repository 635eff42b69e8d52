"""What somebody adds to the sums by where and when he took part: new in a month, a year, a campaign; with every item.

Whoever took part in one unit is counted there, in the months in which he is new. Whoever took part in several would
count in each: he is counted by place instead, once in each city, industry and hierarchy and in all of them together.
What he is too often in the sum of several campaigns is counted by place as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Organisation
from marketplace.models.participation.tally import ALL_CODES, ALL_ITEMS, ANY, CITY, DIVISION, section

_AT_ONCE = 1000

# Where somebody took part: item, unit, month.
Spot = tuple[int, int, int]
# Campaign and person.
Who = tuple[int, int]
# What somebody adds: persons of the month, of the year, of all, and the same of whoever has every item.
Added = tuple[int, int, int, int, int, int]
# City, division of industry, primary hierarchy.
Seat = tuple[str, str, str]
# What is added to the sums of some key, by that key.
Difference = dict[tuple[Any, ...], list[int]]


class Moved(NamedTuple):
    """What else there is to add: to the tallies, to those who took part in several units, and in several campaigns."""

    units: Difference
    mobile: Difference
    overlap: Difference


class Item(NamedTuple):
    """An item of a campaign: what it counts for, under which code."""

    campaign_id: int
    code: str
    measure: str


def seat(region_path: str, industry_path: str, hierarchy: str) -> Seat:
    """Return the city, the division of industry and the primary hierarchy a unit is counted under."""
    return (region_path[:CITY], industry_path[:DIVISION], hierarchy)


def added(months: Mapping[int, set[Any]], items: int) -> dict[tuple[Any, int], Added]:
    """Return what somebody adds, by item and month, who had those items in those months and would need so many."""
    found: dict[tuple[Any, int], Added] = {}
    of_all: set[Any] = set()
    of_year: set[Any] = set()
    year = 0
    for month in sorted(months):
        if month // 100 != year:
            year, of_year = month // 100, set()
        here = months[month]
        for item in here:
            found[item, month] = (1, int(item not in of_year), int(item not in of_all), 0, 0, 0)
        found[ALL_ITEMS, month] = (
            1, int(not of_year), int(not of_all),
            int(len(here) == items),
            int(len(of_year) < items == len(of_year | here)),
            int(len(of_all) < items == len(of_all | here)),
        )  # fmt: skip
        of_year = of_year | here
        of_all |= here
    return found


class Appearances:
    """Adds up what persons add to the units and the places where they took part."""

    def __init__(self, items: Mapping[int, Item]) -> None:
        self._items = items
        # How many items a campaign has.
        self._sizes = Counter(it.campaign_id for it in items.values())
        self._units: Difference = {}
        self._mobile: list[tuple[int, int, Iterable[Spot]]] = []
        self._shared: list[tuple[int, str, dict[int, list[Spot]]]] = []

    def count(self, sign: int, campaign: int, spots: Iterable[Spot]) -> None:
        """Add, or take away, somebody who took part there in a campaign."""
        if is_mobile(spots):
            # By where these units lie, which is read of all of them at once.
            self._mobile.append((sign, campaign, spots))
            return
        for unit in {unit for _item, unit, _month in spots}:
            for (item, month), numbers in added(_months(spots), self._sizes[campaign]).items():
                add(self._units, (campaign, item, unit, month), sign, numbers)

    def overlap(self, sign: int, done: Mapping[int, Iterable[Spot]]) -> None:
        """Add, or take away, by how much somebody counts too often who took part there in these campaigns."""
        by_measure: dict[str, dict[int, list[Spot]]] = {}
        for campaign, spots in done.items():
            for spot in spots:
                by_measure.setdefault(self._items[spot[0]].measure, {}).setdefault(campaign, []).append(spot)
        self._shared += [(sign, measure, of) for measure, of in by_measure.items() if len(of) > 1]

    def moved(self, session: Session, seats: Mapping[int, Seat] | None = None) -> Moved:
        """Return what came together and begin anew; ``seats`` are those of units that are not to be looked up."""
        told = [spots for _sign, _campaign, spots in self._mobile]
        told += [spots for _sign, _measure, done in self._shared for spots in done.values()]
        placed = {**_seats(session, {unit for spots in told for _item, unit, _month in spots}), **(seats or {})}
        mobile: Difference = {}
        for sign, campaign, spots in self._mobile:
            for place, there in _by_place(spots, placed).items():
                for (item, month), numbers in added(_months(there), self._sizes[campaign]).items():
                    add(mobile, (campaign, item, *place, month), sign, numbers)
        overlap: Difference = {}
        for sign, measure, done in self._shared:
            for place, too_many in self._too_many_by_place(done, placed).items():
                for (code, month), surplus in too_many.items():
                    add(overlap, (measure, code, *place, month), sign, surplus)
        found = Moved(self._units, mobile, overlap)
        self._units, self._mobile, self._shared = {}, [], []
        return found

    def _too_many_by_place(
        self, done: Mapping[int, list[Spot]], seats: Mapping[int, Seat]
    ) -> dict[Seat, dict[tuple[str, int], list[int]]]:
        parts: dict[Seat, dict[int, list[Spot]]] = {}
        for campaign, spots in done.items():
            for place, there in _by_place(spots, seats).items():
                parts.setdefault(place, {})[campaign] = there
        # Nearly everybody did all of it in one place.
        whole, of_whole = sum(map(len, done.values())), self._too_many(done)
        return {
            place: of_whole if sum(map(len, there.values())) == whole else self._too_many(there)
            for place, there in parts.items()
            if len(there) > 1
        }

    def _too_many(self, by_campaign: Mapping[int, Iterable[Spot]]) -> dict[tuple[str, int], list[int]]:
        """Return by how much somebody's figures in campaigns exceed those in all of them, by code and month."""
        found: dict[tuple[str, int], list[int]] = {}
        codes: dict[int, set[str]] = {}
        finished: list[set[int]] = [set(), set(), set()]
        for campaign, spots in by_campaign.items():
            size = self._sizes[campaign]
            # What is one item of several has no person with every item, see ``figures.complete``.
            for (item, month), numbers in added(_months(spots), size).items():
                code = self._items[item].code if item else ALL_CODES
                add(found, (code, month), 1, numbers)
                codes.setdefault(month, set()).update({code} - {ALL_CODES})
                for place, number in enumerate(numbers[3:]):
                    if number:
                        finished[place].add(month)
        for (it, month), once in added(codes, 0).items():
            add(found, (it or ALL_CODES, month), -1, once)
        years = {min(it for it in finished[1] if it // 100 == year) for year in {it // 100 for it in finished[1]}}
        for place, months in enumerate((finished[0], years, {min(finished[2])} if finished[2] else set())):
            for month in months:
                found[ALL_CODES, month][3 + place] -= 1
        return {key: numbers for key, numbers in found.items() if any(numbers)}


def is_mobile(spots: Iterable[Spot]) -> bool:
    """Say whether somebody took part in several units."""
    return len({unit for _item, unit, _month in spots}) > 1


def _months(spots: Iterable[Spot]) -> dict[int, set[int]]:
    months: dict[int, set[int]] = {}
    for item, _unit, month in spots:
        months.setdefault(month, set()).add(item)
    return months


def _by_place(spots: Iterable[Spot], seats: Mapping[int, Seat]) -> dict[Seat, list[Spot]]:
    """Return where somebody took part by all that his units lie in: a city, an industry, both, up to everything."""
    found: dict[Seat, list[Spot]] = {}
    for spot in spots:
        region, industry, hierarchy = seats[spot[1]]
        for place in product((ANY, region), (ANY, section(industry), industry), (ANY, hierarchy)):
            found.setdefault(place, []).append(spot)
    return found


def add(difference: dict[Any, list[int]], key: tuple[Any, ...], sign: int, numbers: Iterable[int]) -> None:
    """Add numbers to those of a key, or take them away."""
    held = difference.setdefault(key, [0] * 6)
    for place, number in enumerate(numbers):
        held[place] += sign * number


def _seats(session: Session, unit_ids: Iterable[int]) -> dict[int, Seat]:
    ordered, of = sorted(unit_ids), Organisation
    found = {}
    for start in range(0, len(ordered), _AT_ONCE):
        some = of.id.in_(ordered[start : start + _AT_ONCE])
        for row in session.execute(
            sa.select(of.id, of.region_path, of.industry_path, of.primary_hierarchy).where(some)
        ):
            found[row.id] = seat(row.region_path, row.industry_path, row.primary_hierarchy)
    return found
