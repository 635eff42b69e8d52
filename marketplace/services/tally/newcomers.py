"""Who took part where and when, kept with every change, and what the sums of persons have more or less by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import bulk
from marketplace.models import CampaignItem, ParticipationMover, ParticipationPerson, Person
from marketplace.services.tally.appearances import Appearances, Item, Moved, Spot, Stay, Who, add, is_mobile
from marketplace.services.tally.seats import Seat

_PEOPLE = cast("sa.Table", ParticipationPerson.__table__)
_MOVERS = cast("sa.Table", ParticipationMover.__table__)
_AT_ONCE = 1000


def settle(session: Session, moved: Mapping[Who, Counter[Spot]]) -> Moved:
    """Move the entries of persons, and return what else the tallies and the sums by place have by it."""
    moved = {who: spots for who, spots in moved.items() if any(spots.values())}
    rows: dict[Who, dict[Spot, tuple[int, bool]]] = {}
    elsewhere: dict[int, set[int]] = {}
    for row in _held(session, {person for _campaign, person in moved}):
        held = rows.setdefault((row.campaign_id, row.person_id), {})
        held[row.item_id, row.organisation_id, row.month] = (row.entries, row.is_mobile)
        elsewhere.setdefault(row.person_id, set()).add(row.campaign_id)
    campaigns = {campaign for campaign, _person in (*moved, *rows)}
    appearances = Appearances(_items(session, campaigns))
    begun: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    ended: list[dict[str, Any]] = []
    done: dict[int, dict[int, tuple[Iterable[Spot], Iterable[Spot]]]] = {}
    for who, spots in moved.items():
        before = rows.get(who, {})
        after = _after(before, spots)
        moves = is_mobile(after)
        begun += [_row(who, spot, after[spot], moves) for spot in after.keys() - before.keys()]
        if before:
            changed += [
                _at(who, spot) | {"entries": after[spot], "is_mobile": moves}
                for spot in after.keys() & before.keys()
                if before[spot] != (after[spot], moves)
            ]
            ended += [_at(who, spot) for spot in before.keys() - after.keys()]
        if before.keys() != after.keys():
            appearances.count(-1, who[0], before)
            appearances.count(1, who[0], after)
            done.setdefault(who[1], {})[who[0]] = (before, after)
    came, went = _settle_together(appearances, rows, elsewhere, done)
    _write(session, begun, changed, ended)
    _write_movers(session, came, went)
    return appearances.moved(session)


def _settle_together(
    appearances: Appearances,
    rows: Mapping[Who, Iterable[Spot]],
    elsewhere: Mapping[int, Iterable[int]],
    done: Mapping[int, Mapping[int, tuple[Iterable[Spot], Iterable[Spot]]]],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Count what persons come to in all campaigns; return the rows of movers that begin, and those that end."""
    came: list[dict[str, Any]] = []
    went: list[dict[str, Any]] = []
    for person, changes in done.items():
        was = {campaign: rows[campaign, person] for campaign in elsewhere.get(person, ())}
        now = dict(was)
        for campaign, (before, after) in changes.items():
            was[campaign], now[campaign] = before, after
        if len(was) > 1:
            appearances.overlap(-1, was)
            appearances.overlap(1, now)
        left, met = appearances.in_units(-1, was), appearances.in_units(1, now)
        came += [{"person_id": person, **stay._asdict()} for stay in met - left]
        went += [{"at_person_id": person, **_named(stay)} for stay in left - met]
    return came, went


def _after(before: Mapping[Spot, tuple[int, bool]], moved: Mapping[Spot, int]) -> dict[Spot, int]:
    """Return how many entries somebody has where, after so many more or less."""
    after = {spot: entries for spot, (entries, _moves) in before.items()}
    for spot, number in moved.items():
        after[spot] = after.get(spot, 0) + number
    return {spot: entries for spot, entries in after.items() if entries}


def units_of(session: Session, people: Collection[int]) -> set[int]:
    """Return the ids of the units in which persons took part."""
    of = _PEOPLE.c
    query = sa.select(of.organisation_id).distinct().where(bulk.among(session, of.person_id, people))
    return set(session.scalars(query)) if people else set()


def reseated(session: Session, before: Mapping[int, Seat]) -> Moved:
    """Return what the sums by place have otherwise of those who took part in units that were moved and elsewhere.

    ``before`` says where each of these units lay; where it lies now is on file.
    """
    of = _PEOPLE.c
    there = sa.select(of.person_id).where(of.organisation_id.in_(before)).distinct()
    spots: dict[int, dict[int, set[Spot]]] = {}
    for row in _held(session, set(session.scalars(there))):
        in_campaign = spots.setdefault(row.person_id, {}).setdefault(row.campaign_id, set())
        in_campaign.add((row.item_id, row.organisation_id, row.month))
    appearances = Appearances(_items(session, {campaign for done in spots.values() for campaign in done}))
    difference = Moved({}, {}, {}, {})
    for sign, seats in ((-1, before), (1, {})):
        for done in spots.values():
            for campaign, it in done.items():
                if is_mobile(it):
                    appearances.count(sign, campaign, it)
            appearances.overlap(sign, done)
        for sums, moved in zip(difference, appearances.moved(session, seats), strict=True):
            for key, numbers in moved.items():
                add(sums, key, 1, numbers)
    return difference


def _held(session: Session, people: Iterable[int]) -> Iterable[sa.Row[Any]]:
    """Yield what some persons did in all campaigns, as nobody else changes it until the transaction ends."""
    everybody = sorted(people)
    portions = [everybody[start : start + _AT_ONCE] for start in range(0, len(everybody), _AT_ONCE)]
    for some in portions:
        among = bulk.among(session, Person.id, some)
        session.execute(sa.select(Person.id).where(among).order_by(Person.id).with_for_update(key_share=True))
    for some in portions:
        yield from session.execute(sa.select(_PEOPLE).where(bulk.among(session, _PEOPLE.c.person_id, some)))


def _items(session: Session, campaigns: Iterable[int]) -> dict[int, Item]:
    of = CampaignItem
    query = sa.select(of.id, of.campaign_id, of.code, of.measure).where(of.campaign_id.in_(campaigns))
    return {row.id: Item(row.campaign_id, row.code, row.measure) for row in session.execute(query)}


def _row(who: Who, spot: Spot, entries: int, is_mobile: bool) -> dict[str, Any]:
    return {
        "campaign_id": who[0], "person_id": who[1], "item_id": spot[0], "organisation_id": spot[1], "month": spot[2],
        "entries": entries, "is_mobile": is_mobile,
    }  # fmt: skip


def _at(who: Who, spot: Spot) -> dict[str, Any]:
    return {"campaign": who[0], "person": who[1], "item": spot[0], "unit": spot[1], "at": spot[2]}


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


def _named(stay: Stay) -> dict[str, Any]:
    return {f"at_{name}": value for name, value in stay._asdict().items()}


def _write_movers(session: Session, came: list[dict[str, Any]], went: list[dict[str, Any]]) -> None:
    if went:
        is_it = sa.and_(*(column == sa.bindparam(f"at_{column.name}") for column in _MOVERS.primary_key))
        session.connection().execute(sa.delete(_MOVERS).where(is_it), went)
    bulk.insert(session, _MOVERS, came)
