"""What several campaigns that count a measure come to too much together, said in SQL as what one comes to is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from marketplace.models import CampaignItem, Organisation
from marketplace.models.participation.tally import ALL_CODES, OF_ENTRIES, OF_PERSONS, OF_REPEATS, OF_YEARS
from marketplace.services.tally import adding_up
from marketplace.services.tally.sums import MOVERS, OBJECTS, OVERLAP, PEOPLE, TALLIES, UNITS

_UNIT = ("organisation_id",)


def overlap(measure: str) -> sa.Select[Any]:
    """Return by how much the persons of the campaigns that count a measure exceed those of all of them together."""
    shared = _shared(measure)
    known, names = sa.literal(measure).label("measure"), (*OVERLAP.key[1:], *OVERLAP.measures)
    moved = adding_up.within(sa.select(shared).where(shared.c.is_mobile).cte("moved"))
    # Whoever stayed in one unit is the same too many in whatever it lies in: he is counted there once and added up.
    settled = sa.select(shared).where(sa.not_(shared.c.is_mobile)).cte("settled")
    of_seats = [it for it in OVERLAP.key[1:] if it != "level"]
    codes = (ALL_CODES, CampaignItem.code)
    seated = [
        *_exceeding(settled, adding_up.SEAT), *(_repeated(measure, code, adding_up.SEAT) for code in codes),
    ]  # fmt: skip
    added_up = adding_up.summed(known, seated, of_seats, OVERLAP.measures).subquery()
    stayed = adding_up.on_all_levels(added_up).subquery()
    parts = [*_exceeding(moved, adding_up.PLACE), sa.select(*(stayed.c[name] for name in names))]
    every = adding_up.summed(known, parts, OVERLAP.key[1:], OVERLAP.measures).subquery()
    return sa.select(every).where(sa.or_(*(every.c[name] != 0 for name in OVERLAP.measures)))


def movers(measure: str) -> sa.Select[Any]:
    """Return where those took part for a measure who did so in several units in the year."""
    of = _of_year(measure).subquery()
    return sa.select(*(of.c[name] for name in MOVERS.key)).where(of.c.moves)


def in_units(measure: str) -> sa.Select[Any]:
    """Return what the campaigns that count a measure come to together in each unit: see ``ParticipationUnit``."""
    of, item, known = TALLIES.table.c, CampaignItem, sa.literal(measure).label("measure")
    key, nobody = (of.organisation_id, of.month), [sa.literal(0)] * len(OF_YEARS)
    entries = sa.select(*key, *(sa.func.sum(of[name]) for name in OF_ENTRIES), *nobody)
    entries = entries.join(item, item.id == of.item_id).where(item.measure == measure).group_by(*key)
    _code, unit, month, times, objects, *_persons = _repeated(measure, ALL_CODES, _UNIT).subquery().c
    repeated = sa.select(unit, month, -times, -objects, -times, sa.literal(0), sa.literal(0), *nobody)
    every = _of_year(measure).subquery()
    people = sa.select(every).where(sa.not_(every.c.moves)).cte("stayed")
    persons = [_of_years(it) for it in _once(people, _UNIT)]
    return adding_up.summed(known, [entries, repeated, *persons], UNITS.key[1:], UNITS.measures)


def _of_year(measure: str) -> sa.Select[Any]:
    """Return what everybody did for a measure, and whether he did it in several units in the year."""
    person, item = PEOPLE.table.c, CampaignItem
    sizes = _sizes()
    year = sa.func.floor(person.month / sa.literal(100.0))
    several = adding_up.is_several(person.organisation_id, [person.person_id, year]).label("moves")
    columns = [person[name] for name in MOVERS.key if name != "measure"]
    query = sa.select(sa.literal(measure).label("measure"), *columns, sizes.c.size, several)
    query = query.join(item, item.id == person.item_id).join(sizes, sizes.c.campaign_id == person.campaign_id)
    return query.where(item.measure == measure)


def _of_years(query: sa.Select[Any]) -> sa.Select[Any]:
    """Return what persons come to since months of their year alone, with zeros for what entries come to."""
    _code, unit, month, *persons = query.selected_columns
    told = [it for it, name in zip(persons, OF_PERSONS, strict=True) if name in OF_YEARS]
    nothing = [sa.literal(0)] * len(OF_ENTRIES)
    return query.with_only_columns(unit, month, *nothing, *told, maintain_column_froms=True)


def _once(people: sa.FromClause, where: Sequence[str]) -> list[sa.Select[Any]]:
    """Return what people come to in all campaigns as in one, each once."""
    each = adding_up.completed(people, ("campaign_id", *where)).subquery().c
    who = [each.person_id, *(each[name] for name in where)]
    # Whoever has every item in one of the campaigns has.
    best = sa.func.max(each.completed).over(partition_by=who, order_by=each.month).label("completed")
    done = sa.select(*who, each.month, best).distinct().subquery()
    return [
        adding_up.new(adding_up.in_any(people, where, ALL_CODES), where), adding_up.complete(done, where, ALL_CODES),
    ]  # fmt: skip


def _exceeding(people: sa.CTE, where: Sequence[str]) -> list[sa.Select[Any]]:
    """Return what people come to in each campaign, and what they come to in all of them taken away."""
    of_each = ("campaign_id", *where)
    parts = [_without_campaign(it) for it in adding_up.persons(people, of_each, ALL_CODES)]
    codes = sa.select(*(people.c[name] for name in ("person_id", "item_id", "month", *where))).distinct().subquery()
    together = [adding_up.new(codes, where), *_once(people, where)]
    return [adding_up.with_nothing(it, OF_REPEATS) for it in (*parts, *map(_taken_away, together))]


def _repeated(measure: str, code: Any, where: Sequence[str]) -> sa.Select[Any]:
    """Return how many entries and objects repeat those of a lower item of a measure, or of its code as well."""
    of, item = OBJECTS.table.c, CampaignItem
    its = [of.noun, of.object_id] + ([code] if code is item.code else [])
    number = sa.func.row_number()
    of_person = number.over(partition_by=[*its, of.person_id], order_by=of.item_id)
    of_object = number.over(partition_by=[*its, of.objects], order_by=of.item_id)
    said = item.code if code is item.code else sa.literal(code)
    each = sa.select(
        said.label("code"), of.organisation_id, *adding_up.seat(), of.month, of.objects,
        of_person.label("p"), of_object.label("o"),
    )  # fmt: skip
    each = each.join(item, item.id == of.item_id).join(Organisation, Organisation.id == of.organisation_id)
    it = each.where(item.measure == measure).subquery().c
    key = [it.code, *(it[name] for name in where), it.month]
    are_too_many = (it.p > 1, sa.and_(it.objects == 1, it.o > 1))
    sums = [
        sa.func.sum(sa.case((too_many, 1), else_=0)).label(name)
        for name, too_many in zip(OF_REPEATS, are_too_many, strict=True)
    ]
    nobody = [sa.literal(0).label(name) for name in OF_PERSONS]
    return sa.select(*key, *sums, *nobody).group_by(*key)


def _sizes() -> sa.Subquery:
    """Return how many items each campaign has."""
    of = CampaignItem
    return sa.select(of.campaign_id, sa.func.count().label("size")).group_by(of.campaign_id).subquery()


def _shared(measure: str) -> sa.CTE:
    """Return what those did for a measure who took part in several of the campaigns that count it."""
    person, item = PEOPLE.table.c, CampaignItem
    sizes = _sizes()
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
