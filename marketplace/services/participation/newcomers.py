"""When a person is new: in a month, in a year, in a campaign, in an item and in all. It lets persons be added up.

Whoever took part in one unit is counted there, in the months in which he is new. Whoever took part in several units
counts nowhere by this, because he would count in each: figures look at his own rows (``ParticipationPerson``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import bulk
from marketplace.models import CampaignItem, ParticipationPerson, Person
from marketplace.models.participation.tally import ALL_ITEMS

_PEOPLE = cast("sa.Table", ParticipationPerson.__table__)
_AT_ONCE = 1000

# Where somebody took part: item, unit, month.
Spot = tuple[int, int, int]
# Campaign and person.
Who = tuple[int, int]
# What somebody adds: persons of the month, of the year, of all, and the same of whoever has every item.
Added = tuple[int, int, int, int, int, int]


def added(spots: Iterable[Spot], items: int) -> dict[Spot, Added]:
    """Return what somebody who took part there adds, where a campaign has so many items."""
    months: dict[int, set[int]] = {}
    units = set()
    for item, unit, month in spots:
        months.setdefault(month, set()).add(item)
        units.add(unit)
    if len(units) != 1:
        return {}
    (unit,) = units
    found: dict[Spot, Added] = {}
    of_all: set[int] = set()
    of_year: set[int] = set()
    year = 0
    for month in sorted(months):
        if month // 100 != year:
            year, of_year = month // 100, set()
        here = months[month]
        for item in here:
            found[item, unit, month] = (1, int(item not in of_year), int(item not in of_all), 0, 0, 0)
        found[ALL_ITEMS, unit, month] = (
            1, int(not of_year), int(not of_all),
            int(len(here) == items),
            int(len(of_year) < items == len(of_year | here)),
            int(len(of_all) < items == len(of_all | here)),
        )  # fmt: skip
        of_year = of_year | here
        of_all |= here
    return found


def settle(session: Session, moved: Mapping[Who, Counter[Spot]]) -> dict[tuple[int, int, int, int], list[int]]:
    """Move the entries of persons, and return what else the tallies have by it: by campaign, item, unit and month."""
    moved = {who: spots for who, spots in moved.items() if any(spots.values())}
    rows: dict[Who, dict[Spot, tuple[int, bool]]] = {}
    for row in _held(session, moved):
        held = rows.setdefault((row.campaign_id, row.person_id), {})
        held[row.item_id, row.organisation_id, row.month] = (row.entries, row.is_mobile)
    items = _items(session, {campaign for campaign, _person in moved})
    difference: dict[tuple[int, int, int, int], list[int]] = {}
    begun: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    ended: list[dict[str, Any]] = []
    for who, spots in moved.items():
        before = rows.get(who, {})
        after = {spot: entries for spot, (entries, _is_mobile) in before.items()}
        for spot, number in spots.items():
            after[spot] = after.get(spot, 0) + number
        after = {spot: entries for spot, entries in after.items() if entries}
        is_mobile = len({unit for _item, unit, _month in after}) > 1
        begun += [_row(who, spot, after[spot], is_mobile) for spot in after.keys() - before.keys()]
        changed += [
            _at(who, spot) | {"entries": after[spot], "is_mobile": is_mobile}
            for spot in after.keys() & before.keys()
            if before[spot] != (after[spot], is_mobile)
        ]
        ended += [_at(who, spot) for spot in before.keys() - after.keys()]
        _differ(difference, who[0], added(before, items[who[0]]), added(after, items[who[0]]))
    _write(session, begun, changed, ended)
    return difference


def _held(session: Session, who: Iterable[Who]) -> Iterable[sa.Row[Any]]:
    """Yield the rows of some persons, as nobody else changes them until the transaction ends."""
    campaigns: dict[int, list[int]] = {}
    for campaign, person in who:
        campaigns.setdefault(campaign, []).append(person)
    everybody = sorted({person for people in campaigns.values() for person in people})
    for start in range(0, len(everybody), _AT_ONCE):
        some = bulk.among(session, Person.id, everybody[start : start + _AT_ONCE])
        session.execute(sa.select(Person.id).where(some).order_by(Person.id).with_for_update(key_share=True))
    for campaign, people in campaigns.items():
        for start in range(0, len(people), _AT_ONCE):
            some = bulk.among(session, _PEOPLE.c.person_id, people[start : start + _AT_ONCE])
            yield from session.execute(sa.select(_PEOPLE).where(_PEOPLE.c.campaign_id == campaign, some))


def _items(session: Session, campaigns: Iterable[int]) -> dict[int, int]:
    of = CampaignItem.campaign_id
    counted = sa.select(of, sa.func.count()).where(of.in_(campaigns)).group_by(of)
    return {row[0]: row[1] for row in session.execute(counted)}


def _row(who: Who, spot: Spot, entries: int, is_mobile: bool) -> dict[str, Any]:
    return {
        "campaign_id": who[0], "person_id": who[1], "item_id": spot[0], "organisation_id": spot[1], "month": spot[2],
        "entries": entries, "is_mobile": is_mobile,
    }  # fmt: skip


def _at(who: Who, spot: Spot) -> dict[str, Any]:
    return {"campaign": who[0], "person": who[1], "item": spot[0], "unit": spot[1], "at": spot[2]}


def _differ(
    difference: dict[tuple[int, int, int, int], list[int]],
    campaign: int, before: Mapping[Spot, Added], after: Mapping[Spot, Added],
) -> None:  # fmt: skip
    for sign, found in ((-1, before), (1, after)):
        for spot, numbers in found.items():
            moved = difference.setdefault((campaign, *spot), [0] * 6)
            for place, number in enumerate(numbers):
                moved[place] += sign * number


def _write(
    session: Session, begun: list[dict[str, Any]], changed: list[dict[str, Any]], ended: list[dict[str, Any]]
) -> None:
    bulk.insert(session, _PEOPLE, begun)
    names = ("campaign", "person", "item", "unit", "at")
    columns = (
        _PEOPLE.c.campaign_id,
        _PEOPLE.c.person_id,
        _PEOPLE.c.item_id,
        _PEOPLE.c.organisation_id,
        _PEOPLE.c.month,
    )
    is_it = sa.and_(*(column == sa.bindparam(name) for column, name in zip(columns, names, strict=True)))
    connection = session.connection()
    if changed:
        connection.execute(sa.update(_PEOPLE).where(is_it), changed)
    if ended:
        connection.execute(sa.delete(_PEOPLE).where(is_it), ended)
