"""What the entries of a campaign add up to, said in SQL: what the recount compares with what is kept."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from marketplace.models import Organisation, ParticipationEntry
from marketplace.models.participation.tally import ALL_ITEMS, OF_ENTRIES, OF_PERSONS
from marketplace.services.tally import adding_up
from marketplace.services.tally.sums import OBJECTS, PEOPLE, PLACES, TALLIES


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
    return sa.select(each, adding_up.is_several(each.c.organisation_id, each.c.person_id).label("is_mobile"))


def objects(campaign_id: int) -> sa.Select[Any]:
    """Return which linked objects count, and for whom."""
    of = ParticipationEntry
    return sa.select(*(getattr(of, name) for name in OBJECTS.key)).where(*_confirmed(campaign_id), of.noun != "")


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
    parts += [adding_up.with_nothing(it, OF_ENTRIES) for it in adding_up.persons(settled, ("organisation_id",))]
    return adding_up.summed(sa.literal(campaign_id).label("campaign_id"), parts, unit, TALLIES.measures)


def placed(campaign_id: int, items: int) -> sa.Select[Any]:
    """Return what a campaign that has so many items comes to in whatever its units lie in.

    What units come to is read from their tallies, whoever was in several of them from his own rows.
    """
    of, unit, known = TALLIES.table.c, Organisation, sa.literal(campaign_id).label("campaign_id")
    stands = sa.or_(*(of[name] != 0 for name in PLACES.measures))
    measures = [sa.func.sum(of[name]).label(name) for name in PLACES.measures]
    seated = sa.select(of.item_id, *adding_up.seat(), of.month, *measures).join(unit, unit.id == of.organisation_id)
    seated = seated.where(of.campaign_id == campaign_id, stands).group_by(of.item_id, *adding_up.seat(), of.month)
    settled = adding_up.on_all_levels(seated.subquery()).subquery()
    parts = [sa.select(*(settled.c[name] for name in (*PLACES.key[1:], *PLACES.measures)))]
    parts += [
        adding_up.with_nothing(it, OF_ENTRIES) for it in adding_up.persons(_mobile(campaign_id, items), adding_up.PLACE)
    ]
    return adding_up.summed(known, parts, PLACES.key[1:], PLACES.measures)


def _mobile(campaign_id: int, items: int) -> sa.CTE:
    """Return those who took part in several units of a campaign, once in whatever these units lie in."""
    of = PEOPLE.table.c
    mobile = sa.select(of.person_id, of.item_id, of.month, sa.literal(items).label("size"), *adding_up.seat())
    mobile = mobile.join(Organisation, Organisation.id == of.organisation_id)
    return adding_up.within(mobile.where(of.campaign_id == campaign_id, of.is_mobile).cte("seated"))


def _confirmed(campaign_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (ParticipationEntry.campaign_id == campaign_id, ParticipationEntry.state == "confirmed")
