"""What several campaigns that count a measure come to too much together, said in SQL as what one comes to is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from marketplace.models import CampaignItem, Organisation
from marketplace.models.participation.tally import ALL_CODES, OF_PERSONS, OF_REPEATS
from marketplace.services.tally import adding_up
from marketplace.services.tally.sums import OBJECTS, OVERLAP, PEOPLE


def overlap(measure: str) -> sa.Select[Any]:
    """Return by how much the persons of the campaigns that count a measure exceed those of all of them together."""
    shared = _shared(measure)
    known, names = sa.literal(measure).label("measure"), (*OVERLAP.key[1:], *OVERLAP.measures)
    moved = adding_up.within(sa.select(shared).where(shared.c.is_mobile).cte("moved"))
    # Whoever stayed in one unit is the same too many in whatever it lies in: he is counted there once and added up.
    settled = sa.select(shared).where(sa.not_(shared.c.is_mobile)).cte("settled")
    of_seats = [it for it in OVERLAP.key[1:] if it != "level"]
    seated = [*_exceeding(settled, adding_up.SEAT), *_repeated(measure)]
    added_up = adding_up.summed(known, seated, of_seats, OVERLAP.measures).subquery()
    stayed = adding_up.on_all_levels(added_up).subquery()
    parts = [*_exceeding(moved, adding_up.PLACE), sa.select(*(stayed.c[name] for name in names))]
    every = adding_up.summed(known, parts, OVERLAP.key[1:], OVERLAP.measures).subquery()
    return sa.select(every).where(sa.or_(*(every.c[name] != 0 for name in OVERLAP.measures)))


def _exceeding(people: sa.CTE, where: Sequence[str]) -> list[sa.Select[Any]]:
    """Return what people come to in each campaign, and what they come to in all of them taken away."""
    of_each = ("campaign_id", *where)
    parts = [_without_campaign(it) for it in adding_up.persons(people, of_each, ALL_CODES)]
    codes = sa.select(*(people.c[name] for name in ("person_id", "item_id", "month", *where))).distinct().subquery()
    together = [adding_up.new(codes, where), adding_up.new(adding_up.in_any(codes, where, ALL_CODES), where)]
    each = adding_up.completed(people, of_each).subquery().c
    who = [each.person_id, *(each[name] for name in where)]
    # Whoever has every item in one of the campaigns has.
    best = sa.func.max(each.completed).over(partition_by=who, order_by=each.month).label("completed")
    together.append(adding_up.complete(sa.select(*who, each.month, best).distinct().subquery(), where, ALL_CODES))
    return [adding_up.with_nothing(it, OF_REPEATS) for it in (*parts, *map(_taken_away, together))]


def _repeated(measure: str) -> list[sa.Select[Any]]:
    """Return how many entries and objects repeat those of a lower item, of all items of a measure and of each code."""
    of, item = OBJECTS.table.c, CampaignItem
    found = []
    for code in (sa.literal(ALL_CODES), item.code):
        its = [of.noun, of.object_id] + ([item.code] if code is item.code else [])
        number = sa.func.row_number()
        of_person = number.over(partition_by=[*its, of.person_id], order_by=of.item_id)
        of_object = number.over(partition_by=[*its, of.objects], order_by=of.item_id)
        each = sa.select(
            code.label("code"), *adding_up.seat(), of.month, of.objects, of_person.label("p"), of_object.label("o")
        )
        each = each.join(item, item.id == of.item_id).join(Organisation, Organisation.id == of.organisation_id)
        it = each.where(item.measure == measure).subquery().c
        key = [it.code, *(it[name] for name in adding_up.SEAT), it.month]
        are_too_many = (it.p > 1, sa.and_(it.objects == 1, it.o > 1))
        sums = [sa.func.sum(sa.case((too_many, 1), else_=0)) for too_many in are_too_many]
        found.append(sa.select(*key, *sums, *[sa.literal(0)] * len(OF_PERSONS)).group_by(*key))
    return found


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
        *adding_up.seat(),
        adding_up.is_several(person.organisation_id, person.person_id).label("is_mobile"),
    ]
    done = sa.select(*columns, adding_up.is_several(item.campaign_id, person.person_id).label("is_shared"))
    done = done.join(item, item.id == person.item_id).join(sizes, sizes.c.campaign_id == item.campaign_id)
    every = done.join(Organisation, Organisation.id == person.organisation_id).where(item.measure == measure).subquery()
    named = [column for column in every.c if column.name != "is_shared"]
    return sa.select(*named).where(every.c.is_shared).cte("shared")


def _without_campaign(query: sa.Select[Any]) -> sa.Select[Any]:
    code, _campaign, *others = query.selected_columns
    return query.with_only_columns(code, *others, maintain_column_froms=True)


def _taken_away(query: sa.Select[Any]) -> sa.Select[Any]:
    columns = list(query.selected_columns)
    width = len(columns) - len(OF_PERSONS)
    return query.with_only_columns(*columns[:width], *(-it for it in columns[width:]), maintain_column_froms=True)
