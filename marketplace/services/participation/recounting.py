"""The recount: add all entries of a campaign up anew, and compare with what is kept.

It is said in SQL and not by the code that keeps the sums, so that the two prove each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import (
    CampaignItem,
    Organisation,
    ParticipationEntry,
    ParticipationPerson,
    ParticipationPlace,
    ParticipationTally,
)
from marketplace.models.participation.tally import ALL_ITEMS, CITY, DIVISION
from marketplace.services.participation import counting
from marketplace.services.participation.counting import MEASURES, PLACE_KEY, UNIT_KEY

_PEOPLE = cast("sa.Table", ParticipationPerson.__table__)
_TALLY = cast("sa.Table", ParticipationTally.__table__)
_PLACE = cast("sa.Table", ParticipationPlace.__table__)
_PERSON_KEY = ("campaign_id", "person_id", "item_id", "organisation_id", "month")
# Of a table that is wrong throughout a few thousand rows tell as much as millions.
MOST_TOLD = 2000


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the tallies are not what the entries add up to; the figures are None where there are none."""

    table: str
    key: tuple[Any, ...]
    kept: tuple[int, ...] | None
    counted: tuple[int, ...] | None


def recount(session: Session, campaign_id: int, *, mend: bool = False) -> list[Difference]:
    """Add all entries of a campaign up anew, compare, and put the tallies right where that is wanted.

    Returns at most ``MOST_TOLD`` differences of each table. What a unit's tallies come to in its city and division is
    compared last, with the tallies as they are kept, or as they were mended.
    """
    counting.hold(session, [campaign_id], alone=True)
    counting.settle_places(session)
    differences = []
    for table, key, counted in (
        (_PEOPLE, _PERSON_KEY, _people(campaign_id)),
        (_TALLY, UNIT_KEY, _tallied(campaign_id, _items(session, campaign_id))),
        (_PLACE, PLACE_KEY, _placed(campaign_id)),
    ):
        found = _compared(session, table, key, counted, campaign_id)
        differences += found
        if mend and found:
            session.execute(sa.delete(table).where(table.c.campaign_id == campaign_id))
            session.execute(sa.insert(table).from_select([it.name for it in counted.selected_columns], counted))
    return differences


def _compared(
    session: Session, table: sa.Table, key: Sequence[str], counted: sa.Select[Any], campaign_id: int
) -> list[Difference]:
    names = [it.name for it in counted.selected_columns]
    kept = sa.select(*(table.c[name] for name in names)).where(table.c.campaign_id == campaign_id)
    if table is not _PEOPLE:
        # A tally of which everything was taken back stays, and says nothing.
        kept = kept.where(sa.or_(*(table.c[name] != 0 for name in MEASURES)))
    width = len(key)

    def differing(one: sa.Select[Any], other: sa.Select[Any]) -> dict[tuple[Any, ...], tuple[int, ...]]:
        rows = session.execute(sa.except_(one, other).limit(MOST_TOLD))
        return {tuple(row[:width]): tuple(map(int, row[width:])) for row in rows}

    surplus, missing = differing(kept, counted), differing(counted, kept)
    return [
        Difference(table.name, at, surplus.get(at), missing.get(at)) for at in sorted(surplus.keys() | missing.keys())
    ]


def _items(session: Session, campaign_id: int) -> int:
    return session.scalar(sa.select(sa.func.count()).where(CampaignItem.campaign_id == campaign_id)) or 0


def _confirmed(campaign_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (ParticipationEntry.campaign_id == campaign_id, ParticipationEntry.state == "confirmed")


def _people(campaign_id: int) -> sa.Select[Any]:
    of = ParticipationEntry
    key = [getattr(of, name) for name in _PERSON_KEY]
    each = (
        sa.select(*key, sa.func.count(of.id).label("entries"))
        .where(*_confirmed(campaign_id), of.person_id.is_not(None))
        .group_by(*key)
        .subquery()
    )
    units = each.c.organisation_id
    first, last = (it.over(partition_by=each.c.person_id) for it in (sa.func.min(units), sa.func.max(units)))
    return sa.select(each, (first != last).label("is_mobile"))


def _tallied(campaign_id: int, items: int) -> sa.Select[Any]:
    of = ParticipationEntry
    is_batch = of.person_id.is_(None)
    sums = [
        sa.func.count(of.id), sa.func.sum(of.objects), sa.func.sum(of.person_times),
        sa.func.coalesce(sa.func.sum(sa.case((is_batch, of.persons))), 0),
        sa.func.sum(sa.case((sa.and_(is_batch, of.persons.is_(None)), 1), else_=0)),
    ]  # fmt: skip
    nobody = [sa.literal(0)] * 6
    parts = []
    for item in (of.item_id, sa.literal(ALL_ITEMS)):
        key = (of.item_id,) if item is of.item_id else ()
        parts.append(
            sa.select(item.label("item_id"), of.organisation_id, of.month, *sums, *nobody)
            .where(*_confirmed(campaign_id))
            .group_by(*key, of.organisation_id, of.month)
        )
    parts += _persons(_people(campaign_id).cte("everybody"), items)
    every = sa.union_all(*(_named(it) for it in parts)).subquery()
    summed = [sa.cast(sa.func.sum(every.c[name]), sa.BigInteger).label(name) for name in MEASURES]
    where = [every.c[name] for name in UNIT_KEY[1:]]
    return sa.select(sa.literal(campaign_id).label("campaign_id"), *where, *summed).group_by(*where)


def _named(query: sa.Select[Any]) -> sa.Select[Any]:
    names = (*UNIT_KEY[1:], *MEASURES)
    columns = [column.label(name) for column, name in zip(query.selected_columns, names, strict=True)]
    return query.with_only_columns(*columns, maintain_column_froms=True)


def _persons(everybody: sa.CTE, items: int) -> list[sa.Select[Any]]:
    """Return who is new where and when, and who has every item by then, of those who took part in one unit."""
    of = everybody.c
    settled = sa.select(of.person_id, of.item_id, of.organisation_id, of.month).where(sa.not_(of.is_mobile))
    in_any = sa.select(of.person_id, sa.literal(ALL_ITEMS).label("item_id"), of.organisation_id, of.month)
    in_any = in_any.where(sa.not_(of.is_mobile)).distinct()
    return [_new(settled.subquery()), _new(in_any.subquery()), *_complete(settled.subquery(), items)]


def _new(seen: sa.Subquery) -> sa.Select[Any]:
    of = seen.c
    first = sa.func.min(of.month)
    is_first = [
        sa.case((of.month == first.over(partition_by=[of.person_id, of.item_id, *span]), 1), else_=0)
        for span in ([of.month // 100], [])
    ]
    marked = sa.select(of.item_id, of.organisation_id, of.month, is_first[0].label("y"), is_first[1].label("a"))
    it = marked.subquery().c
    nothing = [sa.literal(0)] * 8
    key = (it.item_id, it.organisation_id, it.month)
    counted = (sa.func.count(), sa.func.sum(it.y), sa.func.sum(it.a))
    return sa.select(*key, *nothing[:5], *counted, *nothing[5:]).group_by(*key)


def _complete(seen: sa.Subquery, items: int) -> list[sa.Select[Any]]:
    """Return in which months somebody had every item: in the month, since January, since the campaign began."""
    of = seen.c
    found = []
    spans: list[list[sa.ColumnElement[Any]]] = [[of.month], [of.month // 100], []]
    for place, span in enumerate(spans):
        key = [of.person_id, of.organisation_id, of.item_id, *span]
        first = sa.select(of.person_id, of.organisation_id, sa.func.min(of.month).label("month"))
        begun = first.add_columns(*(it.label("span") for it in span)).group_by(*key).subquery()
        whose = [begun.c.person_id, begun.c.organisation_id, *([begun.c.span] if span else [])]
        whole = sa.select(begun.c.organisation_id, sa.func.max(begun.c.month).label("month"))
        by = whole.group_by(*whose).having(sa.func.count() == items).subquery().c
        numbers: list[sa.ColumnElement[Any]] = [sa.literal(0)] * 10
        numbers.insert(8 + place, sa.func.count())
        counted = sa.select(sa.literal(ALL_ITEMS).label("item_id"), by.organisation_id, by.month, *numbers)
        found.append(counted.group_by(by.organisation_id, by.month))
    return found


def _placed(campaign_id: int) -> sa.Select[Any]:
    of, unit = _TALLY.c, Organisation
    key = [
        of.campaign_id, of.item_id, sa.func.substr(unit.region_path, 1, CITY).label("region"),
        sa.func.substr(unit.industry_path, 1, DIVISION).label("industry"), unit.primary_hierarchy.label("hierarchy"),
        of.month,
    ]  # fmt: skip
    sums = [sa.cast(sa.func.sum(of[name]), sa.BigInteger).label(name) for name in MEASURES]
    stands = sa.or_(*(of[name] != 0 for name in MEASURES))
    query = sa.select(*key, *sums).join(unit, unit.id == of.organisation_id)
    return query.where(of.campaign_id == campaign_id, stands).group_by(*key)
