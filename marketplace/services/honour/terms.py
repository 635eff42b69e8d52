"""Terms that end, of persons and crews: listed for the offices that may renew them, told to the unit by mail once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from marketplace import rules
from marketplace.db import today
from marketplace.models import Account, Crew, CrewHonour, Honour, Organisation, Person
from marketplace.permissions import Actor, Grant, unit_seen
from marketplace.services.mail import queue
from marketplace.workflow import offices

Place = tuple[dt.date, int]
Held = TypeVar("Held", Honour, CrewHonour)

# Of which honours terms are followed: whose they are, of which unit, and who is told that one ends.
_HOLDERS: dict[Any, tuple[Any, Any, sa.ColumnElement[bool]]] = {
    Honour: (Honour.person, Person.organisation, Person.employment == "in_service"),
    CrewHonour: (CrewHonour.crew, Crew.organisation, Crew.dissolved_on.is_(None)),
}


def ending(session: Session, actor: Actor, of: type[Held], *, limit: int, after: Place | None = None) -> list[Held]:
    """Return the honours of the actor's scope whose term ends soon or ended lately, by their last days.

    ``of`` says whether those of persons or of crews. Soon and lately are the rule ``term_warning``, in days. ``after``
    is the last day and the id of the one before.
    """
    if not actor.reads:
        return []
    day, span = today(), dt.timedelta(rules.value(session, "term_warning", today()))
    query = _running_out(of, day - span, day + span).where(unit_seen(actor)).order_by(of.ends_on, of.id).limit(limit)
    if after is not None:
        query = query.where(sa.tuple_(of.ends_on, of.id) > sa.tuple_(*after))
    return list(session.scalars(query))


def place_of(honour: Honour | CrewHonour) -> Place:
    """Return where an honour stands in ``ending``."""
    assert honour.ends_on is not None
    return honour.ends_on, honour.id


def remind(session: Session) -> int:
    """Queue a mail to the union of each unit in which terms end soon; return how many mails.

    Each honour is told of once, not that of somebody who left work or of a crew that was dissolved; where nobody holds
    the union, the nearest office above it is told. Everybody gets one mail for all.
    """
    day = today()
    last = day + dt.timedelta(rules.value(session, "term_warning", day))
    letters: defaultdict[Account, list[dt.date]] = defaultdict(list)
    for of, (holder, _unit, is_told) in _HOLDERS.items():
        query = _running_out(of, day, last).where(of.reminded_on.is_(None), is_told).order_by(of.id)
        for honour in session.scalars(query.with_for_update(of=of, skip_locked=True)):
            honour.reminded_on = day
            for account in _told(session, getattr(honour, holder.key).organisation):
                letters[account].append(place_of(honour)[0])
    for account, days in letters.items():
        queue.post(session, account, "terms_end", count=str(len(days)), day=min(days).isoformat())
    return len(letters)


def _running_out(of: Any, first: dt.date, last: dt.date) -> sa.Select[Any]:
    holder, unit, _is_told = _HOLDERS[of]
    return (
        sa.select(of)
        .join(holder)
        .join(unit)
        .options(contains_eager(holder).contains_eager(unit))
        .where(of.ends_on.between(first, last), of.revoked_on.is_(None))
    )


def _told(session: Session, unit: Organisation) -> list[Account]:
    codes = unit.region_path.split("/")
    above = [Grant(role, "/".join(codes[:n])) for role, n in (("county", 3), ("city", 2)) if len(codes) >= n]
    places = [Grant("unit_union", organisation_id=unit.id), *above, Grant("province_curator")]
    return next((found for it in places if (found := offices.readers_of_mail(session, it))), [])
