"""What the entries of campaigns add up to, said in SQL: what the recount compares with what is kept.

``where`` names the columns of what persons are counted in, each once in each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa

from marketplace.models import CampaignItem, Organisation, ParticipationEntry, ParticipationPerson
from marketplace.models.participation.tally import (
    ALL_CODES,
    ALL_ITEMS,
    CITY,
    COUNTY,
    DIVISION,
    OF_ENTRIES,
    OF_PERSONS,
    SECTION,
    SPANS,
    level_of,
)
from marketplace.services.tally.sums import OVERLAP, PLACES, TALLIES, Kept

PEOPLE = Kept(
    cast("sa.Table", ParticipationPerson.__table__),
    ("campaign_id", "person_id", "item_id", "organisation_id", "month"),
    (),
)
_SEAT = ("region", "industry", "hierarchy")
_PLACE = ("level", *_SEAT)


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
    return [
        _new(people, where), _new(_in_any(people, where, every), where),
        _complete(_completed(people, where).subquery(), where, every),
    ]  # fmt: skip


def _in_any(people: sa.FromClause, where: Sequence[str], every: int | str) -> sa.Subquery:
    of = people.c
    places = [of[name] for name in where]
    return sa.select(of.person_id, sa.literal(every).label("item_id"), *places, of.month).distinct().subquery()


def _since(before: Any, now: Any, month: Any) -> list[sa.ColumnElement[Any]]:
    """Return, for each of ``SPANS``, how many are new in a month: see ``appearances.new``."""
    january = month // 100 * 100 + 1
    is_new = [sa.and_(before < january + at, january + at <= now) for at in range(len(SPANS) - 1)]
    return [sa.func.sum(sa.case((it, 1), else_=0)) for it in (*is_new, before == 0)]


def _new(seen: sa.FromClause, where: Sequence[str]) -> sa.Select[Any]:
    of = seen.c
    who = [of.person_id, of.item_id, *(of[name] for name in where)]
    before = sa.func.coalesce(sa.func.lag(of.month).over(partition_by=who, order_by=of.month), 0)
    it = sa.select(*who[1:], of.month, before.label("before")).subquery().c
    key = (it.item_id, *(it[name] for name in where), it.month)
    return sa.select(*key, *_since(it.before, it.month, it.month), *_NOBODY).group_by(*key)


def _completed(people: sa.FromClause, where: Sequence[str]) -> sa.Select[Any]:
    """Return from which month on somebody has every item, in each month he took part in and has them by then."""
    of = people.c
    who = [of.person_id, *(of[name] for name in where)]
    until = sa.func.lead(of.month).over(partition_by=[*who, of.item_id], order_by=of.month)
    done = sa.select(*who, of.month, of.size, until.label("until")).subquery().c
    then = sa.select(*who, of.month).distinct().subquery().c
    is_last = sa.and_(
        *(done[it.name] == then[it.name] for it in who),
        done.month <= then.month,
        sa.or_(done.until.is_(None), done.until > then.month),
    )
    key = [then[it.name] for it in who]
    query = sa.select(*key, then.month, sa.func.min(done.month).label("completed")).where(is_last)
    return query.group_by(*key, then.month).having(sa.func.count() == sa.func.max(done.size))


def _complete(completed: sa.FromClause, where: Sequence[str], every: int | str) -> sa.Select[Any]:
    of = completed.c
    who = [of.person_id, *(of[name] for name in where)]
    before = sa.func.coalesce(sa.func.lag(of.completed).over(partition_by=who, order_by=of.month), 0)
    it = sa.select(*who[1:], of.month, of.completed, before.label("before")).subquery().c
    key = (*(it[name] for name in where), it.month)
    item = sa.literal(every).label("item_id")
    return sa.select(item, *key, *_NOBODY, *_since(it.before, it.completed, it.month)).group_by(*key)


_NOBODY = [sa.literal(0)] * len(SPANS)


def placed(campaign_id: int, items: int) -> sa.Select[Any]:
    """Return what a campaign that has so many items comes to in whatever its units lie in.

    What units come to is read from their tallies, whoever was in several of them from his own rows.
    """
    of, unit, known = TALLIES.table.c, Organisation, sa.literal(campaign_id).label("campaign_id")
    stands = sa.or_(*(of[name] != 0 for name in PLACES.measures))
    measures = [sa.func.sum(of[name]).label(name) for name in PLACES.measures]
    seated = sa.select(of.item_id, *_seat(), of.month, *measures).join(unit, unit.id == of.organisation_id)
    seated = seated.where(of.campaign_id == campaign_id, stands).group_by(of.item_id, *_seat(), of.month)
    settled = _on_all_levels(seated.subquery()).subquery()
    parts = [sa.select(*(settled.c[name] for name in (*PLACES.key[1:], *PLACES.measures)))]
    nothing = [sa.literal(0)] * len(OF_ENTRIES)
    for it in _persons(_mobile(campaign_id, items), _PLACE):
        columns = list(it.selected_columns)
        width = len(columns) - len(OF_PERSONS)
        parts.append(it.with_only_columns(*columns[:width], *nothing, *columns[width:], maintain_column_froms=True))
    return _summed(known, parts, PLACES.key[1:], PLACES.measures)


def _seat() -> list[sa.ColumnElement[Any]]:
    unit = Organisation
    return [
        sa.func.substr(unit.region_path, 1, COUNTY).label("region"),
        sa.func.substr(unit.industry_path, 1, DIVISION).label("industry"),
        unit.primary_hierarchy.label("hierarchy"),
    ]


def _mobile(campaign_id: int, items: int) -> sa.CTE:
    """Return those who took part in several units of a campaign, once in whatever these units lie in."""
    of = PEOPLE.table.c
    mobile = sa.select(of.person_id, of.item_id, of.month, sa.literal(items).label("size"), *_seat())
    mobile = mobile.join(Organisation, Organisation.id == of.organisation_id)
    return _within(mobile.where(of.campaign_id == campaign_id, of.is_mobile).cte("seated"))


def _within(seated: sa.CTE) -> sa.CTE:
    """Return people, once in whatever the cities and divisions of their units lie in."""
    return _on_all_levels(seated).distinct().cte("once")


def _on_all_levels(seated: sa.FromClause) -> sa.Select[Any]:
    """Return rows of counties, divisions and hierarchies as rows of whatever these lie in, their places last."""
    region, industry, hierarchy = (seated.c[name] for name in _SEAT)
    told = (
        (sa.func.substr(region, 1, CITY), region),
        (sa.func.substr(industry, 1, SECTION), industry),
        (hierarchy,),
    )
    levels = [
        sa.union_all(*(sa.select(sa.literal(it).label("level")) for it in range(len(of) + 1))).subquery() for of in told
    ]
    level = level_of(*(of.c.level for of in levels)).label("level")
    places = [
        sa.case(dict(enumerate(known, start=1)), value=of.c.level, else_="").label(name)
        for known, of, name in zip(told, levels, _SEAT, strict=True)
    ]
    others = [column for column in seated.c if column.name not in _SEAT]
    is_kept = levels[0].c.level + levels[1].c.level < len(told[0]) + len(told[1])
    every = seated.join(levels[0], sa.true()).join(levels[1], is_kept).join(levels[2], sa.true())
    return sa.select(*others, level, *places).select_from(every)


def overlap(measure: str) -> sa.Select[Any]:
    """Return by how much the persons of the campaigns that count a measure exceed those of all of them together."""
    shared = _shared(measure)
    known, names = sa.literal(measure).label("measure"), (*OVERLAP.key[1:], *OVERLAP.measures)
    moved = _within(sa.select(shared).where(shared.c.is_mobile).cte("moved"))
    # Whoever stayed in one unit is the same too many in whatever it lies in: he is counted there once and added up.
    settled = sa.select(shared).where(sa.not_(shared.c.is_mobile)).cte("settled")
    of_seats = [it for it in OVERLAP.key[1:] if it != "level"]
    added_up = _summed(known, _exceeding(settled, _SEAT), of_seats, OVERLAP.measures).subquery()
    stayed = _on_all_levels(added_up).subquery()
    parts = [*_exceeding(moved, _PLACE), sa.select(*(stayed.c[name] for name in names))]
    every = _summed(known, parts, OVERLAP.key[1:], OVERLAP.measures).subquery()
    return sa.select(every).where(sa.or_(*(every.c[name] != 0 for name in OVERLAP.measures)))


def _exceeding(people: sa.CTE, where: Sequence[str]) -> list[sa.Select[Any]]:
    """Return what people come to in each campaign, and what they come to in all of them taken away."""
    of_each = ("campaign_id", *where)
    parts = [_without_campaign(it) for it in _persons(people, of_each, ALL_CODES)]
    codes = sa.select(*(people.c[name] for name in ("person_id", "item_id", "month", *where))).distinct().subquery()
    together = [_new(codes, where), _new(_in_any(codes, where, ALL_CODES), where)]
    each = _completed(people, of_each).subquery().c
    who = [each.person_id, *(each[name] for name in where)]
    # Whoever has every item in one of the campaigns has.
    best = sa.func.max(each.completed).over(partition_by=who, order_by=each.month).label("completed")
    together.append(_complete(sa.select(*who, each.month, best).distinct().subquery(), where, ALL_CODES))
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
