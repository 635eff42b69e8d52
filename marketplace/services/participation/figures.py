"""What a campaign has reached: by item, in a unit, a place or all of it; persons exactly, person-times beside them.

A unit is one row, whichever hierarchies it answers to, so that nothing counts twice; ``by_place`` counts it where its
primary hierarchy says and shows the others as "of which" (domain rule 66).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Organisation, ParticipationPerson, ParticipationTally
from marketplace.permissions import path_within
from marketplace.services.participation.counting import FIGURES, Figures

# How many signs of a path name a city ("51/5106") or an industry ("C/34").
_DEPTH = {"region": 7, "industry": 4}


@dataclass(frozen=True, slots=True)
class Slice:
    """Which units and months are asked for (year × 100 + month, both included); all where nothing is said."""

    organisation_id: int | None = None
    region_path: str = ""
    industry_path: str = ""
    first_month: int = 0
    last_month: int = 999_912


@dataclass(frozen=True, slots=True)
class Place:
    """A city or an industry: what units count there, and what units of the other hierarchy did that lie there too."""

    figures: Figures
    of_which: Figures


def by_item(session: Session, campaign_id: int, of: Slice) -> dict[int, Figures]:
    """Return the figures of each item that has any, by its id."""
    summed = session.execute(_summed(campaign_id, of, ParticipationTally.item_id)).all()
    counted = session.execute(_persons(campaign_id, of, ParticipationPerson.item_id))
    persons: dict[int, int] = {row[0]: row[1] for row in counted}
    return {row[0]: _figures(row[1:], persons.get(row[0], 0)) for row in summed}


def total(session: Session, campaign_id: int, of: Slice) -> Figures:
    """Return the figures of all items together; whoever took part in several is one person."""
    row = session.execute(_summed(campaign_id, of)).one()
    return _figures(row, session.scalar(_persons(campaign_id, of)) or 0)


def complete(session: Session, campaign_id: int, of: Slice, items: int) -> int:
    """Return how many persons have every one of so many items (rule 49)."""
    person = ParticipationPerson
    whole = (
        _chosen(sa.select(person.person_id), person, campaign_id, of)
        .group_by(person.person_id)
        .having(sa.func.count(sa.distinct(person.item_id)) == items)
    )
    return session.scalar(sa.select(sa.func.count()).select_from(whole.subquery())) or 0


def by_place(session: Session, campaign_id: int, hierarchy: str, of: Slice) -> dict[str, Place]:
    """Return the figures by path of the cities ("region") or of the industries ("industry"), "" where none is known."""
    column = getattr(Organisation, f"{hierarchy}_path")
    place = sa.func.substr(column, 1, _DEPTH[hierarchy])
    is_primary = sa.case((Organisation.primary_hierarchy == hierarchy, 1), else_=0)
    persons = {tuple(row[:2]): row[2] for row in session.execute(_persons(campaign_id, of, place, is_primary))}
    found: dict[str, dict[int, Figures]] = {}
    for row in session.execute(_summed(campaign_id, of, place, is_primary)):
        found.setdefault(row[0], {})[row[1]] = _figures(row[2:], persons.get((row[0], row[1]), 0))
    return {path: Place(it.get(1, Figures()), it.get(0, Figures())) for path, it in found.items()}


def units(session: Session, campaign_id: int, of: Slice) -> int:
    """Return how many units have confirmed entries; each counts once."""
    tally = ParticipationTally
    query = sa.select(sa.func.count(sa.distinct(tally.organisation_id)))
    return session.scalar(_chosen(query, tally, campaign_id, of).where(tally.entries > 0)) or 0


def _summed(campaign_id: int, of: Slice, *groups: Any) -> sa.Select[Any]:
    tally = ParticipationTally
    sums = [sa.func.coalesce(sa.func.sum(getattr(tally, name)), 0) for name in FIGURES if name != "persons"]
    query = _chosen(sa.select(*groups, *sums), tally, campaign_id, of).where(tally.entries > 0)
    return query.group_by(*groups) if groups else query


def _persons(campaign_id: int, of: Slice, *groups: Any) -> sa.Select[Any]:
    person = ParticipationPerson
    counted = sa.func.count(sa.distinct(person.person_id))
    query = _chosen(sa.select(*groups, counted), person, campaign_id, of)
    return query.group_by(*groups) if groups else query


def _chosen(query: sa.Select[Any], table: Any, campaign_id: int, of: Slice) -> sa.Select[Any]:
    query = query.join(Organisation, Organisation.id == table.organisation_id).where(table.campaign_id == campaign_id)
    bounds = [
        (of.organisation_id is not None, table.organisation_id == of.organisation_id),
        (bool(of.region_path), path_within(Organisation.region_path, of.region_path)),
        (bool(of.industry_path), path_within(Organisation.industry_path, of.industry_path)),
    ]
    query = query.where(table.month.between(of.first_month, of.last_month))
    return query.where(*(condition for is_asked, condition in bounds if is_asked))


def _figures(summed: Iterable[Any], persons: int) -> Figures:
    named = dict(zip((it for it in FIGURES if it != "persons"), map(int, summed), strict=True))
    return Figures(persons=persons, **named)
