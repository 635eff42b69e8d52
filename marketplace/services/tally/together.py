"""What several campaigns that count the same come to together: an object once and a person once, whoever hosts them.

Person-times add up, except those of a linked object that counts by itself in more than one of the campaigns: of these
the first entry stands and the others are its repeats. ``entries_behind`` lists exactly what is counted here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from marketplace.models import ParticipationEntry, ParticipationPerson
from marketplace.services.tally import figures, slices
from marketplace.services.tally.counting import Figures
from marketplace.services.tally.items import Counted, of_code
from marketplace.services.tally.places import DEPTHS
from marketplace.services.tally.slices import Slice
from marketplace.services.tally.unit_sums import Key


@dataclass(frozen=True, slots=True)
class Share:
    """What all units that lie somewhere did; ``of_which`` did those that the other hierarchy counts (rule 66)."""

    all: Figures
    of_which: Figures


def total(session: Session, items: Counted, of: Slice, among: sa.Select[Any] | None = None) -> Figures:
    """Return what items come to; ``among`` are the ids of the only units that are asked for."""
    return _figures(session, items, of, (), among).get((), Figures())


def by(
    session: Session, items: Counted, of: Slice, *names: str, among: sa.Select[Any] | None = None
) -> dict[Key, Figures]:
    """Return the figures by "month", by "unit", by path at a level of ``DEPTHS``, or by several of these."""
    return _figures(session, items, of, names, among)


def by_month(session: Session, items: Counted, of: Slice) -> dict[int, Figures]:
    """Return the figures of each month that has any; whoever took part in two months is a person of both."""
    return {key[0]: it for key, it in _figures(session, items, of, ("month",)).items()}


def by_code(session: Session, items: Counted, of: Slice) -> dict[str, Figures]:
    """Return the figures by the code of the item."""
    kept = figures.by_code(session, items.subject, of, {it: items.codes[it] for it in items.ids}) if items.ids else {}
    if kept is None:
        return {code: total(session, of_code(items, code), of) for code in items.named}
    return {code: kept.get(code, Figures()) for code in items.named}


def by_place(session: Session, items: Counted, of: Slice, level: str) -> dict[str, Share]:
    """Return the figures by path at a level of ``DEPTHS``, "" where none is known."""
    other = "industry" if DEPTHS[level][0] == "region" else "region"
    return {key[0]: it for key, it in _shares(session, items, of, (level,), other).items()}


def crossed(session: Session, items: Counted, of: Slice, region: str, industry: str) -> dict[tuple[str, str], Share]:
    """Return the figures by path of place and of industry: each unit lies in one cell, so that they add up once."""
    found = _shares(session, items, of, (region, industry), "industry")
    return {(key[0], key[1]): it for key, it in found.items()}


def units(session: Session, items: Counted, of: Slice) -> int:
    """Return how many units have confirmed entries; each counts once."""
    return figures.units(session, items.subject, of) if items.ids else 0


def complete(session: Session, items: Counted, of: Slice, among: sa.Select[Any] | None = None) -> int:
    """Return how many persons have every item of at least one of the campaigns (rule 49)."""
    if not items.ids:
        return 0
    kept = figures.complete_of(session, items.subject, dataclasses.replace(of, among=among))
    if kept is not None:
        return kept
    whole = complete_persons(items, of, among)
    return session.scalar(sa.select(sa.func.count()).select_from(whole.subquery())) or 0


def persons(items: Counted, of: Slice, among: sa.Select[Any] | None = None) -> sa.Select[Any]:
    """Return the query of the ids of the persons these figures count."""
    person = ParticipationPerson
    return _chosen(sa.select(person.person_id), person, items, of, among).distinct()


def complete_persons(items: Counted, of: Slice, among: sa.Select[Any] | None = None) -> sa.Select[Any]:
    """Return the query of the ids of the persons who have every item of at least one of the campaigns."""
    person = ParticipationPerson
    wanted: dict[int, int] = {}
    for campaign_id in items.campaigns.values():
        wanted[campaign_id] = wanted.get(campaign_id, 0) + 1
    numbers = sa.case(wanted, value=person.campaign_id, else_=0) if wanted else sa.literal(0)
    whole = _chosen(sa.select(person.person_id), person, items, of, among)
    whole = whole.group_by(person.campaign_id, person.person_id)
    return whole.having(sa.func.count(sa.distinct(person.item_id)) == numbers).distinct()


def entries_behind(
    items: Counted, of: Slice, query: sa.Select[Any], among: sa.Select[Any] | None = None
) -> sa.Select[Any]:
    """Return a query of ParticipationEntry joined with Organisation, narrowed to the entries these figures count."""
    entry = ParticipationEntry
    campaigns = {items.campaigns[it] for it in items.ids}
    query = query.where(entry.campaign_id.in_(campaigns), entry.item_id.in_(items.ids), entry.state == "confirmed")
    query = query.where(entry.month.between(of.first_month, of.last_month), *_bounds(of, entry.organisation_id))
    query = query if among is None else query.where(entry.organisation_id.in_(among))
    return query.where(~_is_repeat(items)) if items.may_repeat else query


def _figures(
    session: Session, items: Counted, of: Slice, groups: Sequence[str], among: sa.Select[Any] | None = None
) -> dict[Key, Figures]:
    if not items.ids:
        return {}
    asked = dataclasses.replace(of, among=among)
    found = figures.grouped(session, items.subject, asked, groups)
    if not items.may_repeat or figures.has_overlap(session, items.subject, asked, groups):
        return found
    return _without_repeats(session, items, of, groups, among, found)


def _shares(session: Session, items: Counted, of: Slice, groups: Sequence[str], other: str) -> dict[Key, Share]:
    of_which = _figures(session, items, of, (*groups, "hierarchy"))
    return {
        key: Share(it, of_which.get((*key, other), Figures()))
        for key, it in _figures(session, items, of, groups).items()
    }


def _without_repeats(
    session: Session, items: Counted, of: Slice, groups: Sequence[str], among: sa.Select[Any] | None,
    found: dict[Key, Figures],
) -> dict[Key, Figures]:  # fmt: skip
    entry = ParticipationEntry
    linked = dataclasses.replace(items, ids=items.linked)
    is_whole = sa.and_(entry.objects == 1, _is_repeat(items, of_object=True))
    columns = [sa.func.sum(sa.case((it, 1), else_=0)) for it in (_is_repeat(items), is_whole)]
    confirmed = (entry.state == "confirmed", entry.noun != "")
    repeats = _grouped(session, columns, entry, linked, of, groups, among, *confirmed)
    settled = {}
    for key, twice in found.items():
        times, objects = (int(it or 0) for it in repeats.get(key, (0, 0)))
        if twice.entries > times:
            settled[key] = dataclasses.replace(
                twice, entries=twice.entries - times, person_times=twice.person_times - times,
                objects=twice.objects - objects,
            )  # fmt: skip
    return settled


def _is_repeat(items: Counted, *, of_object: bool = False) -> sa.ColumnElement[bool]:
    """Return whether an entry of a lower item stands for the same object, and for the same person or all of it."""
    entry, first = ParticipationEntry, aliased(ParticipationEntry)
    is_same = first.objects == 1 if of_object else first.person_id == entry.person_id
    return sa.exists().where(
        first.noun == entry.noun, first.object_id == entry.object_id, is_same, first.item_id.in_(items.linked),
        first.state == "confirmed", first.noun != "", first.item_id < entry.item_id,
    )  # fmt: skip


def _grouped(
    session: Session, columns: Sequence[Any], table: Any, items: Counted, of: Slice, groups: Sequence[str],
    among: sa.Select[Any] | None, *conditions: sa.ColumnElement[bool],
) -> dict[Key, tuple[Any, ...]]:  # fmt: skip
    named = [slices.column(table, name) for name in groups]
    query = _chosen(sa.select(*named, *columns), table, items, of, among, groups).where(*conditions)
    query = query.group_by(*named) if named else query
    width = len(named)
    return {tuple(row[:width]): tuple(row[width:]) for row in session.execute(query)}


def _chosen(
    query: sa.Select[Any], table: Any, items: Counted, of: Slice, among: sa.Select[Any] | None,
    groups: Sequence[str] = (),
) -> sa.Select[Any]:  # fmt: skip
    campaigns = {items.campaigns[it] for it in items.ids}
    query = query.select_from(table).where(table.campaign_id.in_(campaigns), table.item_id.in_(items.ids))
    return slices.within(query, table, dataclasses.replace(of, among=among), groups)


def _bounds(of: Slice, unit_id: Any) -> list[sa.ColumnElement[bool]]:
    within = slices.bounds(of)
    return within if of.organisation_id is None else [*within, unit_id == of.organisation_id]
