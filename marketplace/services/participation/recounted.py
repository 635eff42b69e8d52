"""What the entries of campaigns add up to, said in SQL: what the recount compares with what is kept.

``where`` names the columns of what persons are counted in, each once in each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import sqlalchemy as sa

from marketplace.models import CampaignItem, Organisation, ParticipationEntry, ParticipationPerson
from marketplace.models.participation.tally import (
    ALL_CODES,
    ALL_ITEMS,
    ANY,
    CITY,
    DIVISION,
    OF_ENTRIES,
    OF_PERSONS,
)
from marketplace.services.participation.sums import MOBILE, OVERLAP, PLACES, TALLIES, Kept

PEOPLE = Kept(
    cast("sa.Table", ParticipationPerson.__table__),
    ("campaign_id", "person_id", "item_id", "organisation_id", "month"),
    (),
)
_SEAT = ("region", "industry", "hierarchy")


def _confirmed(campaign_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (ParticipationEntry.campaign_id == campaign_id, ParticipationEntry.state == "confirmed")


def people(campaign_id: int) -> sa.Select[Any]:
    """Return how many entries everybody has, by item, unit and month."""
    of = ParticipationEntry
    key = [getattr(of, name) for name in PEOPLE.key]
    each = (
        sa.select(*key, sa.func.count(of.id).label("entries"))
        .where(*_confirmed(campaign_id), of.person_id.is_not(None))
        .group_by(*key)
        .subquery()
    )
    return sa.select(each, _is_several(each.c.organisation_id, each.c.person_id).label("is_mobile"))


def tallied(campaign_id: int, items: int) -> sa.Select[Any]:
    """Return what the units of a campaign that has so many items come to."""
    of = ParticipationEntry
    is_batch = of.person_id.is_(None)
    sums = [
        sa.func.count(of.id), sa.func.sum(of.objects), sa.func.sum(of.person_times),
        sa.func.coalesce(sa.func.sum(sa.case((is_batch, of.persons))), 0),
        sa.func.sum(sa.case((sa.and_(is_batch, of.persons.is_(None)), 1), else_=0)),
    ]  # fmt: skip
    nobody = [sa.literal(0)] * len(OF_PERSONS)
    unit = ("item_id", *TALLIES.key[2:])
    parts = []
    for item in (of.item_id, sa.literal(ALL_ITEMS)):
        key = (of.item_id,) if item is of.item_id else ()
        parts.append(
            sa.select(item.label("item_id"), of.organisation_id, of.month, *sums, *nobody)
            .where(*_confirmed(campaign_id))
            .group_by(*key, of.organisation_id, of.month)
        )
    everybody = people(campaign_id).cte("everybody")
    settled = sa.select(everybody, sa.literal(items).label("size")).where(sa.not_(everybody.c.is_mobile)).subquery()
    nothing = [sa.literal(0)] * len(OF_ENTRIES)
    for it in _persons(settled, ("organisation_id",)):
        columns = list(it.selected_columns)
        parts.append(it.with_only_columns(*columns[:3], *nothing, *columns[3:], maintain_column_froms=True))
    return _summed(sa.literal(campaign_id).label("campaign_id"), parts, unit, TALLIES.measures)


def _summed(
    known: sa.ColumnElement[Any], parts: Sequence[sa.Select[Any]], key: Sequence[str], measures: Sequence[str]
) -> sa.Select[Any]:
    """Return what several queries add up to by a key, each with the columns of the key and of the measures."""
    names = (*key, *measures)
    every = sa.union_all(*(_named(it, names) for it in parts)).subquery()
    summed = [sa.cast(sa.func.sum(every.c[name]), sa.BigInteger).label(name) for name in measures]
    where = [every.c[name] for name in key]
    return sa.select(known, *where, *summed).group_by(*where)


def _named(query: sa.Select[Any], names: Sequence[str]) -> sa.Select[Any]:
    columns = [column.label(name) for column, name in zip(query.selected_columns, names, strict=True)]
    return query.with_only_columns(*columns, maintain_column_froms=True)


def _persons(people: sa.FromClause, where: Sequence[str], every: int | str = ALL_ITEMS) -> list[sa.Select[Any]]:
    """Return who is new and when, and who has every item by then, in each of what some columns name.

    ``people`` has these columns and person_id, item_id, month and ``size``, how many items there are; a person counts
    once in each. ``every`` is the item of all items together.
    """
    found = [_new(people, where), _new(_in_any(people, where, every), where)]
    for place, span in enumerate(_SPANS):
        by = _finished(people, where, span).subquery().c
        at = [by[name] for name in where]
        counted = sa.select(sa.literal(every).label("item_id"), *at, by.month, *_only(3 + place))
        found.append(counted.group_by(*at, by.month))
    return found


def _in_any(people: sa.FromClause, where: Sequence[str], every: int | str) -> sa.Subquery:
    of = people.c
    places = [of[name] for name in where]
    return sa.select(of.person_id, sa.literal(every).label("item_id"), *places, of.month).distinct().subquery()


# How the months are told apart in which somebody is new, or has every item: each, by year, not at all.
_SPANS: tuple[Callable[[Any], list[Any]], ...] = (lambda month: [month], lambda month: [month // 100], lambda _: [])


def _only(place: int) -> list[sa.ColumnElement[Any]]:
    """Return, as the numbers of persons, a count in one place and nothing elsewhere."""
    return [sa.func.count() if it == place else sa.literal(0) for it in range(len(OF_PERSONS))]


def _new(seen: sa.FromClause, where: Sequence[str]) -> sa.Select[Any]:
    of = seen.c
    places = [of[name] for name in where]
    first = sa.func.min(of.month)
    is_first = [
        sa.case((of.month == first.over(partition_by=[of.person_id, of.item_id, *places, *span(of.month)]), 1), else_=0)
        for span in _SPANS[1:]
    ]
    marked = sa.select(of.item_id, *places, of.month, is_first[0].label("y"), is_first[1].label("a"))
    it = marked.subquery().c
    key = (it.item_id, *(it[name] for name in where), it.month)
    nobody = [sa.literal(0)] * 3
    return sa.select(*key, sa.func.count(), sa.func.sum(it.y), sa.func.sum(it.a), *nobody).group_by(*key)


def _finished(people: sa.FromClause, where: Sequence[str], span: Callable[[Any], list[Any]]) -> sa.Select[Any]:
    """Return in which month somebody had every item: in the month, since January, since the campaign began."""
    of = people.c
    places = [of[name] for name in where]
    first = sa.select(of.person_id, *places, sa.func.min(of.month).label("month"), sa.func.max(of.size).label("size"))
    # The same expression twice, or PostgreSQL takes its parameters for different ones.
    spans = span(of.month)
    named = first.add_columns(*(it.label("span") for it in spans))
    begun = named.group_by(of.person_id, *places, of.item_id, *spans).subquery().c
    there = [begun[name] for name in where]
    whole = sa.select(begun.person_id, *there, sa.func.max(begun.month).label("month"))
    by = whole.group_by(begun.person_id, *there, *([begun.span] if spans else []))
    return by.having(sa.func.count() == sa.func.max(begun.size))


def placed(campaign_id: int) -> sa.Select[Any]:
    """Return what the tallies of units come to in their cities and divisions."""
    of, unit = TALLIES.table.c, Organisation
    key = [of.campaign_id, of.item_id, *_seat(), of.month]
    sums = [sa.cast(sa.func.sum(of[name]), sa.BigInteger).label(name) for name in PLACES.measures]
    stands = sa.or_(*(of[name] != 0 for name in PLACES.measures))
    query = sa.select(*key, *sums).join(unit, unit.id == of.organisation_id)
    return query.where(of.campaign_id == campaign_id, stands).group_by(*key)


def _seat() -> list[sa.ColumnElement[Any]]:
    unit = Organisation
    return [
        sa.func.substr(unit.region_path, 1, CITY).label("region"),
        sa.func.substr(unit.industry_path, 1, DIVISION).label("industry"),
        unit.primary_hierarchy.label("hierarchy"),
    ]


def mobile(campaign_id: int, items: int) -> sa.Select[Any]:
    """Return those who took part in several units of a campaign, once in whatever these units lie in."""
    everybody = people(campaign_id).cte("everybody")
    who = [everybody.c[name] for name in ("person_id", "item_id", "month")]
    mobile = sa.select(*who, sa.literal(items).label("size"), *_seat())
    mobile = mobile.join(Organisation, Organisation.id == everybody.c.organisation_id)
    once = _within(mobile.where(everybody.c.is_mobile).cte("seated"))
    known = sa.literal(campaign_id).label("campaign_id")
    return _summed(known, _persons(once, _SEAT), MOBILE.key[1:], MOBILE.measures)


def _within(seated: sa.CTE) -> sa.CTE:
    """Return people, once in whatever the cities and divisions of their units lie in."""
    return _on_all_levels(seated).distinct().cte("once")


def _on_all_levels(seated: sa.FromClause) -> sa.Select[Any]:
    """Return rows of cities, divisions and hierarchies as rows of whatever these lie in, their places last."""
    region, industry, hierarchy = (seated.c[name] for name in _SEAT)
    section = sa.func.substr(industry, 1, 1) + f"/{ANY}"
    levels = [
        sa.union_all(*(sa.select(sa.literal(it).label("level")) for it in range(many))).subquery() for many in (2, 3, 2)
    ]
    told = ((region,), (section, industry), (hierarchy,))
    places = [
        sa.case(dict(enumerate(known, start=1)), value=of.c.level, else_=ANY).label(name)
        for known, of, name in zip(told, levels, _SEAT, strict=True)
    ]
    others = [column for column in seated.c if column.name not in _SEAT]
    every = seated.join(levels[0], sa.true()).join(levels[1], sa.true()).join(levels[2], sa.true())
    return sa.select(*others, *places).select_from(every)


def overlap(measure: str) -> sa.Select[Any]:
    """Return by how much the persons of the campaigns that count a measure exceed those of all of them together."""
    shared = _shared(measure)
    known, names = sa.literal(measure).label("measure"), (*OVERLAP.key[1:], *OVERLAP.measures)
    moved = _within(sa.select(shared).where(shared.c.is_mobile).cte("moved"))
    # Whoever stayed in one unit is the same too many in whatever it lies in: he is counted there once and added up.
    settled = sa.select(shared).where(sa.not_(shared.c.is_mobile)).cte("settled")
    stayed = _on_all_levels(_summed(known, _exceeding(settled), OVERLAP.key[1:], OVERLAP.measures).subquery()).subquery()
    parts = [*_exceeding(moved), sa.select(*(stayed.c[name] for name in names))]
    every = _summed(known, parts, OVERLAP.key[1:], OVERLAP.measures).subquery()
    return sa.select(every).where(sa.or_(*(every.c[name] != 0 for name in OVERLAP.measures)))


def _exceeding(people: sa.CTE) -> list[sa.Select[Any]]:
    """Return what people come to in each campaign, and what they come to in all of them taken away."""
    of_each = ("campaign_id", *_SEAT)
    parts = [_without_campaign(it) for it in _persons(people, of_each, ALL_CODES)]
    codes = sa.select(*(people.c[name] for name in ("person_id", "item_id", "month", *_SEAT))).distinct().subquery()
    together = [_new(codes, _SEAT), _new(_in_any(codes, _SEAT, ALL_CODES), _SEAT)]
    for place, span in enumerate(_SPANS):
        each = _finished(people, of_each, span).subquery().c
        at = [each[name] for name in _SEAT]
        first = sa.select(*at, sa.func.min(each.month).label("month"))
        by = first.group_by(each.person_id, *at, *span(each.month)).subquery().c
        at = [by[name] for name in _SEAT]
        counted = sa.select(sa.literal(ALL_CODES).label("item_id"), *at, by.month, *_only(3 + place))
        together.append(counted.group_by(*at, by.month))
    return parts + [_taken_away(it) for it in together]


def _shared(measure: str) -> sa.CTE:
    """Return what those did for a measure who took part in several of the campaigns that count it."""
    person, item = PEOPLE.table.c, CampaignItem
    sizes = sa.select(item.campaign_id, sa.func.count().label("size")).group_by(item.campaign_id).subquery()
    columns: list[Any] = [
        person.person_id,
        item.campaign_id,
        item.code.label("item_id"),
        person.month,
        sizes.c.size,
        *_seat(),
        _is_several(person.organisation_id, person.person_id).label("is_mobile"),
    ]
    done = sa.select(*columns, _is_several(item.campaign_id, person.person_id).label("is_shared"))
    done = done.join(item, item.id == person.item_id).join(sizes, sizes.c.campaign_id == item.campaign_id)
    every = done.join(Organisation, Organisation.id == person.organisation_id).where(item.measure == measure).subquery()
    named = [column for column in every.c if column.name != "is_shared"]
    return sa.select(*named).where(every.c.is_shared).cte("shared")


def _is_several(column: Any, person_id: Any) -> sa.ColumnElement[bool]:
    """Say whether the rows of a person name more than one of something."""
    first, last = (it.over(partition_by=person_id) for it in (sa.func.min(column), sa.func.max(column)))
    return first != last


def _without_campaign(query: sa.Select[Any]) -> sa.Select[Any]:
    code, _campaign, *others = query.selected_columns
    return query.with_only_columns(code, *others, maintain_column_froms=True)


def _taken_away(query: sa.Select[Any]) -> sa.Select[Any]:
    columns = list(query.selected_columns)
    width = len(columns) - len(OF_PERSONS)
    return query.with_only_columns(*columns[:width], *(-it for it in columns[width:]), maintain_column_froms=True)
