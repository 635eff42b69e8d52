"""What some units of a place come to: those whose headcount is known, say, so that a rate has both parts of the same.

What the whole place comes to is kept. Whoever asks for some units asks for most as a rule: what the others come to is
taken off it, and few are looked at.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import bulk
from marketplace.models import Organisation
from marketplace.models.participation.tally import OF_ENTRIES
from marketplace.services.tally import figures, slices, together, unit_sums
from marketplace.services.tally.counting import Figures
from marketplace.services.tally.items import Counted
from marketplace.services.tally.slices import Slice
from marketplace.services.tally.unit_sums import UnitSums


@dataclass(frozen=True, slots=True)
class Some:
    """The figures of some units, how many persons there have every item, how many units with entries are left out."""

    figures: Figures
    complete: int
    left_out: int


def of_some(session: Session, items: Counted, of: Slice, among: sa.Select[int]) -> Some:
    """Return what the units of a slice come to whose ids ``among`` gives."""
    if not items.ids:
        return Some(Figures(), 0, 0)
    left_out = session.scalars(sa.except_(figures.unit_ids(session, items.subject, of), among)).all()
    units = unit_sums.of_units(session, items.subject, of)
    if not left_out:
        found = together.total(session, items, of), together.complete(session, items, of)
    elif units.span is None or items.subject.single:
        found = together.total(session, items, of, among), together.complete(session, items, of, among)
    else:
        found = _without(session, items, of, units, left_out)
    return Some(*found, left_out=len(left_out))


def _without(
    session: Session, items: Counted, of: Slice, units: UnitSums, left_out: Sequence[int]
) -> tuple[Figures, int]:
    whole, complete = together.total(session, items, of), together.complete(session, items, of)
    these = sa.select(Organisation.id).where(bulk.among(session, Organisation.id, left_out))
    rest = dataclasses.replace(of, among=these)
    measures = (*OF_ENTRIES, f"persons_{units.span}", f"complete_{units.span}")
    *entries, persons, with_all = units.summed(session, rest, (), measures)[()]
    # Whoever was in several units may be in others as well: then he stays, and has what he has without these.
    is_out = bulk.among(session, units.people.organisation_id, left_out)
    are_theirs = units.people.person_id.in_(units.left_out(of, is_out))
    leaving = _leaving(units, of, are_theirs, is_out, unit_sums.sizes(session, items.subject))
    gone, has_less = session.execute(leaving).one()
    taken = dict(zip(OF_ENTRIES, entries, strict=True)) | {"persons": persons + (gone or 0)}
    numbers = {name: getattr(whole, name) - number for name, number in taken.items()}
    return dataclasses.replace(whole, **numbers), complete - with_all - (has_less or 0)


def _leaving(
    units: UnitSums, of: Slice, are_theirs: sa.ColumnElement[bool], is_out: sa.ColumnElement[bool],
    sizes: dict[int, int],
) -> sa.Select[int, int]:  # fmt: skip
    """Return the query of how many persons are nowhere without some units, and how many no longer have every item."""
    who = units.people
    query = sa.select(who.person_id, who.campaign_id, sa.func.min(sa.case((is_out, 1), else_=0)).label("is_out"))
    query = slices.within(query.where(units.are_left_out, are_theirs), who, of)
    of_item = query.group_by(who.person_id, who.campaign_id, who.item_id).subquery().c
    had, rest = sa.func.count(), sa.func.sum(1 - of_item.is_out)
    every = sa.case(sizes, value=of_item.campaign_id, else_=0)
    has_all = [sa.case((number == every, 1), else_=0) for number in (had, rest)]
    numbers = [it.label(name) for it, name in zip((rest, *has_all), ("rest", "had", "has"), strict=True)]
    in_campaign = sa.select(of_item.person_id, *numbers).group_by(of_item.person_id, of_item.campaign_id).subquery().c
    most = [sa.func.max(in_campaign[name]).label(name) for name in ("rest", "had", "has")]
    each = sa.select(*most).group_by(in_campaign.person_id).subquery().c
    is_gone, has_less = each.rest == 0, sa.and_(each.had == 1, each.has == 0)
    return sa.select(*(sa.func.sum(sa.case((it, 1), else_=0)) for it in (is_gone, has_less)))
