"""Whether somebody can still lead a studio, as conditions a list is narrowed by (rule 45)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from marketplace.models import Honour, Person, Studio, StudioLeader
from marketplace.models.people.honour import is_active

GONE = ("retired", "left", "deceased")


def is_gone() -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on StudioLeader, Person and Studio, whether somebody left work or went elsewhere.

    Elsewhere is another unit than he came from, unless it is the one the studio is in.
    """
    moved = sa.and_(
        StudioLeader.from_unit.is_not(None), Person.organisation_id != StudioLeader.from_unit,
        Person.organisation_id != Studio.organisation_id,
    )  # fmt: skip
    return sa.or_(Person.employment.in_(GONE), moved)


def has_lost(day: dt.date) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Person, whether an honour was revoked and none is left that stands."""
    held = sa.select(Honour.id).where(Honour.person_id == Person.id)
    return sa.and_(held.where(Honour.revoked_on <= day).exists(), ~held.where(is_active(day)).exists())


def is_late(day: dt.date, days: int) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Studio, whether it has had nobody fit to lead it for more than so many days.

    A studio that never had a leader on record is not known to have lost one.
    """
    first = day - dt.timedelta(days)
    known = sa.select(StudioLeader.id).where(StudioLeader.studio_id == Studio.id)
    present = known.where(StudioLeader.until.is_(None))
    is_vacant = sa.and_(known.exists(), ~present.exists(), ~known.where(StudioLeader.until >= first).exists())
    return sa.or_(is_vacant, present.where(StudioLeader.unfit_since < first).exists())
