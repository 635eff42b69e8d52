"""The pieces of a recount, in SQL: who is new and when, and where it counts.

``where`` names the columns of what persons are counted in, each once in each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from marketplace.models import Organisation
from marketplace.models.participation.tally import (
    ALL_ITEMS,
    CITY,
    COUNTY,
    DIVISION,
    OF_PERSONS,
    SECTION,
    SPANS,
    level_of,
)

SEAT = ("region", "industry", "hierarchy")
PLACE = ("level", *SEAT)


def is_several(column: Any, who: Any) -> sa.ColumnElement[bool]:
    """Say whether the rows of a person, or of a person's year, name more than one of something."""
    first, last = (it.over(partition_by=who) for it in (sa.func.min(column), sa.func.max(column)))
    return first != last


def seat() -> list[sa.ColumnElement[Any]]:
    unit = Organisation
    return [
        sa.func.substr(unit.region_path, 1, COUNTY).label("region"),
        sa.func.substr(unit.industry_path, 1, DIVISION).label("industry"),
        unit.primary_hierarchy.label("hierarchy"),
    ]


def on_all_levels(seated: sa.FromClause) -> sa.Select[Any]:
    """Return rows of counties, divisions and hierarchies as rows of whatever these lie in, their places last."""
    region, industry, hierarchy = (seated.c[name] for name in SEAT)
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
        for known, of, name in zip(told, levels, SEAT, strict=True)
    ]
    others = [column for column in seated.c if column.name not in SEAT]
    is_kept = levels[0].c.level + levels[1].c.level < len(told[0]) + len(told[1])
    every = seated.join(levels[0], sa.true()).join(levels[1], is_kept).join(levels[2], sa.true())
    return sa.select(*others, level, *places).select_from(every)


def within(seated: sa.CTE) -> sa.CTE:
    """Return people, once in whatever the cities and divisions of their units lie in."""
    return on_all_levels(seated).distinct().cte("once")


def persons(people: sa.FromClause, where: Sequence[str], every: int | str = ALL_ITEMS) -> list[sa.Select[Any]]:
    """Return who is new and when, and who has every item by then, in each of what some columns name.

    ``people`` has these columns and person_id, item_id, month and ``size``, how many items there are; a person counts
    once in each. ``every`` is the item of all items together.
    """
    return [
        new(people, where), new(in_any(people, where, every), where),
        complete(completed(people, where).subquery(), where, every),
    ]  # fmt: skip


def new(seen: sa.FromClause, where: Sequence[str]) -> sa.Select[Any]:
    of = seen.c
    who = [of.person_id, of.item_id, *(of[name] for name in where)]
    before = sa.func.coalesce(sa.func.lag(of.month).over(partition_by=who, order_by=of.month), 0)
    it = sa.select(*who[1:], of.month, before.label("before")).subquery().c
    key = (it.item_id, *(it[name] for name in where), it.month)
    return sa.select(*key, *_since(it.before, it.month, it.month), *_NOBODY).group_by(*key)


def in_any(people: sa.FromClause, where: Sequence[str], every: int | str) -> sa.Subquery:
    of = people.c
    places = [of[name] for name in where]
    return sa.select(of.person_id, sa.literal(every).label("item_id"), *places, of.month).distinct().subquery()


def completed(people: sa.FromClause, where: Sequence[str]) -> sa.Select[Any]:
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


def complete(completed: sa.FromClause, where: Sequence[str], every: int | str) -> sa.Select[Any]:
    of = completed.c
    who = [of.person_id, *(of[name] for name in where)]
    before = sa.func.coalesce(sa.func.lag(of.completed).over(partition_by=who, order_by=of.month), 0)
    it = sa.select(*who[1:], of.month, of.completed, before.label("before")).subquery().c
    key = (*(it[name] for name in where), it.month)
    item = sa.literal(every).label("item_id")
    return sa.select(item, *key, *_NOBODY, *_since(it.before, it.completed, it.month)).group_by(*key)


def _since(before: Any, now: Any, month: Any) -> list[sa.ColumnElement[Any]]:
    """Return, for each of ``SPANS``, how many are new in a month: see ``appearances.new``."""
    january = month // 100 * 100 + 1
    is_new = [sa.and_(before < january + at, january + at <= now) for at in range(len(SPANS) - 1)]
    return [sa.func.sum(sa.case((it, 1), else_=0)) for it in (*is_new, before == 0)]


_NOBODY = [sa.literal(0)] * len(SPANS)


def summed(
    known: sa.ColumnElement[Any], parts: Sequence[sa.Select[Any]], key: Sequence[str], measures: Sequence[str]
) -> sa.Select[Any]:
    """Return what several queries add up to by a key, each with the columns of the key and of the measures."""
    names = (*key, *measures)
    every = sa.union_all(*(_named(it, names) for it in parts)).subquery()
    summed = [sa.cast(sa.func.sum(every.c[name]), sa.BigInteger).label(name) for name in measures]
    where = [every.c[name] for name in key]
    return sa.select(known, *where, *summed).group_by(*where)


def with_nothing(query: sa.Select[Any], names: Sequence[str]) -> sa.Select[Any]:
    """Return what persons come to with zeros before it, for what stands there in the table."""
    columns = list(query.selected_columns)
    width, nothing = len(columns) - len(OF_PERSONS), [sa.literal(0)] * len(names)
    return query.with_only_columns(*columns[:width], *nothing, *columns[width:], maintain_column_froms=True)


def _named(query: sa.Select[Any], names: Sequence[str]) -> sa.Select[Any]:
    columns = [column.label(name) for column, name in zip(query.selected_columns, names, strict=True)]
    return query.with_only_columns(*columns, maintain_column_froms=True)
