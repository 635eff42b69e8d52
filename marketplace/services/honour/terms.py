"""Terms that end: listed for the offices that may renew them, and told to the unit by mail once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from marketplace import rules
from marketplace.db import today
from marketplace.models import Account, Honour, Organisation, Person
from marketplace.permissions import Actor, Grant, unit_seen
from marketplace.services.mail import queue
from marketplace.workflow import offices

Place = tuple[dt.date, int]


def ending(session: Session, actor: Actor, *, limit: int, after: Place | None = None) -> list[Honour]:
    """Return the honours of the actor's scope whose term ends soon or ended lately, by their last days.

    Soon and lately are the rule ``term_warning``, in days. ``after`` is the last day and the id of the one before.
    """
    if not actor.reads:
        return []
    day, span = today(), dt.timedelta(rules.value(session, "term_warning", today()))
    query = (
        _running_out(day - span, day + span).where(unit_seen(actor)).order_by(Honour.ends_on, Honour.id).limit(limit)
    )
    if after is not None:
        query = query.where(sa.tuple_(Honour.ends_on, Honour.id) > sa.tuple_(*after))
    return list(session.scalars(query))


def place_of(honour: Honour) -> Place:
    """Return where an honour stands in ``ending``."""
    assert honour.ends_on is not None
    return honour.ends_on, honour.id


def remind(session: Session) -> int:
    """Queue a mail to the union of each unit in which terms end soon; return how many mails.

    Each honour is told of once; where nobody holds the union, the nearest office above it is told. Everybody gets one
    mail for all.
    """
    day = today()
    query = _running_out(day, day + dt.timedelta(rules.value(session, "term_warning", day)))
    query = query.where(Honour.reminded_on.is_(None), Person.employment == "in_service")
    letters: defaultdict[Account, list[dt.date]] = defaultdict(list)
    for honour in session.scalars(query.order_by(Honour.id).with_for_update(of=Honour, skip_locked=True)):
        honour.reminded_on = day
        for account in _told(session, honour.person.organisation):
            letters[account].append(place_of(honour)[0])
    for account, days in letters.items():
        queue.post(session, account, "terms_end", count=str(len(days)), day=min(days).isoformat())
    return len(letters)


def _running_out(first: dt.date, last: dt.date) -> sa.Select[Any]:
    return (
        sa.select(Honour)
        .join(Honour.person)
        .join(Person.organisation)
        .options(contains_eager(Honour.person).contains_eager(Person.organisation))
        .where(Honour.ends_on.between(first, last), Honour.revoked_on.is_(None))
    )


def _told(session: Session, unit: Organisation) -> list[Account]:
    codes = unit.region_path.split("/")
    above = [Grant(role, "/".join(codes[:n])) for role, n in (("county", 3), ("city", 2)) if len(codes) >= n]
    places = [Grant("unit_union", organisation_id=unit.id), *above, Grant("province_curator")]
    return next((found for it in places if (found := offices.readers_of_mail(session, it))), [])
