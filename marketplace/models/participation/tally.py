"""What the confirmed entries of the ledger add up to, kept in the transaction of every change.

All tables follow from the entries alone; ``flask participation recount`` proves it. Person-times add up over units and
months; persons do not, so that they are kept by when they come. ``persons_since_5`` are those of a month who did not
take part since May of its year before, ``persons_of_all`` those who never did in the campaign: added up over the months
from May on, or from the first of the campaign, they give each person once. ``complete`` says the same of those who have
every item.

Whoever took part in several units would count in each. The sums of units leave him out; the sums by place are kept of
whatever a unit lies in, its county, city, section and division, up to everything, and know him once in each. And what
campaigns that count the same come to too much, because somebody took part in several of them, is kept beside them.

What these campaigns come to together in a unit is kept as well, and who was in several units in a year apart from it:
so any units at all are added up, and few rows are looked at for those who moved.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base

# The item of the rows that say what all items come to together.
ALL_ITEMS = 0
# The same where items of several campaigns are told by their codes.
ALL_CODES = ""
# How many signs of a path name a county ("51/5106/510603"), a city ("51/5106"), a division ("C/34"), a section ("C").
COUNTY, CITY, DIVISION, SECTION = 14, 7, 4, 1

# The months of its year, and the beginning of the campaign, since when somebody is new.
SPANS = (*(f"since_{month}" for month in range(1, 13)), "of_all")
# What entries come to, what linked objects have too many, and what persons come to, ever and in a year.
OF_ENTRIES = ("entries", "objects", "person_times", "batch_persons", "uncounted")
OF_REPEATS = ("entries", "objects")
OF_PERSONS = tuple(f"{what}_{span}" for what in ("persons", "complete") for span in SPANS)
OF_YEARS = tuple(it for it in OF_PERSONS if not it.endswith("_of_all"))


def month_of(day: dt.date) -> int:
    """Return year × 100 + month."""
    return day.year * 100 + day.month


def level_of(region: Any, industry: Any, hierarchy: Any) -> Any:
    """Return how far a place is told, of numbers or SQL.

    A region is 0 for all, 1 for a city and 2 for a county, an industry 0 for all, 1 for a section and 2 for a division,
    a hierarchy 0 for both and 1 for one.
    """
    return 100 * region + 10 * industry + hierarchy


def _whole(names: tuple[str, ...]) -> sa.CheckConstraint:
    return sa.CheckConstraint(" AND ".join(f"{name} >= 0" for name in names), name="whole")


def _key(target: str) -> Mapped[int]:
    return mapped_column(sa.ForeignKey(target), primary_key=True)


class _OfYears:
    """How many persons are new, and how many have every item only now, since each month of their year."""

    persons_since_1: Mapped[int] = mapped_column(default=0)
    persons_since_2: Mapped[int] = mapped_column(default=0)
    persons_since_3: Mapped[int] = mapped_column(default=0)
    persons_since_4: Mapped[int] = mapped_column(default=0)
    persons_since_5: Mapped[int] = mapped_column(default=0)
    persons_since_6: Mapped[int] = mapped_column(default=0)
    persons_since_7: Mapped[int] = mapped_column(default=0)
    persons_since_8: Mapped[int] = mapped_column(default=0)
    persons_since_9: Mapped[int] = mapped_column(default=0)
    persons_since_10: Mapped[int] = mapped_column(default=0)
    persons_since_11: Mapped[int] = mapped_column(default=0)
    persons_since_12: Mapped[int] = mapped_column(default=0)
    complete_since_1: Mapped[int] = mapped_column(default=0)
    complete_since_2: Mapped[int] = mapped_column(default=0)
    complete_since_3: Mapped[int] = mapped_column(default=0)
    complete_since_4: Mapped[int] = mapped_column(default=0)
    complete_since_5: Mapped[int] = mapped_column(default=0)
    complete_since_6: Mapped[int] = mapped_column(default=0)
    complete_since_7: Mapped[int] = mapped_column(default=0)
    complete_since_8: Mapped[int] = mapped_column(default=0)
    complete_since_9: Mapped[int] = mapped_column(default=0)
    complete_since_10: Mapped[int] = mapped_column(default=0)
    complete_since_11: Mapped[int] = mapped_column(default=0)
    complete_since_12: Mapped[int] = mapped_column(default=0)


class _Persons(_OfYears):
    """The same, and since the campaign began: since each of ``SPANS``."""

    persons_of_all: Mapped[int] = mapped_column(default=0)
    complete_of_all: Mapped[int] = mapped_column(default=0)


class _Entries:
    """What entries come to; ``batch_persons`` are counted without names, ``uncounted`` are entries that count none."""

    entries: Mapped[int] = mapped_column(default=0)
    objects: Mapped[int] = mapped_column(default=0)
    person_times: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    batch_persons: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    uncounted: Mapped[int] = mapped_column(default=0)


class ParticipationTally(_Entries, _Persons, Base):
    """The figures of an item, or of ``ALL_ITEMS``, in a unit and a month (year × 100 + month).

    Whoever took part in several units of the campaign is not among its persons.
    """

    __tablename__ = "participation_tally"

    campaign_id: Mapped[int] = _key("campaign.id")
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    organisation_id: Mapped[int] = _key("organisation.id")
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    __table_args__ = (
        _whole(OF_ENTRIES + OF_PERSONS),
        sa.Index("ix_participation_tally_organisation", "organisation_id"),
    )


class _Place:
    """Whatever units lie in, see ``level_of``; what is not told of a place is empty.

    There is no row of a county and a division: so few units lie in both that theirs are asked for.
    """

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    region: Mapped[str] = mapped_column(sa.String(COUNTY), primary_key=True)
    industry: Mapped[str] = mapped_column(sa.String(DIVISION), primary_key=True)
    hierarchy: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class ParticipationPlace(_Place, _Entries, _Persons, Base):
    """The figures of all units that lie somewhere, each person once."""

    __tablename__ = "participation_place"

    campaign_id: Mapped[int] = _key("campaign.id")
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    __table_args__ = (_whole(OF_ENTRIES + OF_PERSONS),)


class ParticipationOverlap(_Place, _Persons, Base):
    """By how much several campaigns that count a measure add up to too much, place by place.

    Whoever took part in two of them is one person of both and two of their sum. A linked object that counts by itself
    in two has as many ``entries`` too many, each one person-time, and is one of ``objects`` too many. ``code`` is that
    of an item, "" for all items of the measure.
    """

    __tablename__ = "participation_overlap"

    measure: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(30), primary_key=True)

    entries: Mapped[int] = mapped_column(default=0)
    objects: Mapped[int] = mapped_column(default=0)

    __table_args__ = (_whole(OF_REPEATS + OF_PERSONS),)


class ParticipationUnit(_Entries, _OfYears, Base):
    """What all campaigns that count a measure come to together in a unit and a month, an object and a person once.

    Whoever took part in several units in the year, in whichever of the campaigns, is not among its persons.
    """

    __tablename__ = "participation_unit"

    measure: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), primary_key=True, index=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    __table_args__ = (_whole(OF_ENTRIES + OF_YEARS),)


class ParticipationMover(Base):
    """Where somebody took part for a measure who did so in several units in the year, in whichever campaigns."""

    __tablename__ = "participation_mover"

    measure: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class ParticipationPerson(Base):
    """How many confirmed entries somebody has for an item in a unit and a month.

    ``is_mobile`` is true on every row of a person who took part in several units of the campaign. There are nearly as
    many rows as entries, which name what exists: here nothing is looked up a second time.
    """

    __tablename__ = "participation_person"

    # What somebody did in all campaigns lies together.
    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    organisation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entries: Mapped[int]
    is_mobile: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        sa.Index("ix_participation_person_unit", "organisation_id", "campaign_id"),
        sa.Index(
            "ix_participation_person_mobile", "campaign_id", "month", "item_id", "organisation_id", "person_id",
            postgresql_where=sa.text("is_mobile"), sqlite_where=sa.text("is_mobile"),
        ),
    )  # fmt: skip


class ParticipationObject(Base):
    """A linked object that counts by itself for an item, of one of its makers; ``objects`` as its entry says."""

    __tablename__ = "participation_object"

    noun: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    campaign_id: Mapped[int] = mapped_column(index=True)
    organisation_id: Mapped[int] = mapped_column(index=True)
    month: Mapped[int]
    objects: Mapped[int] = mapped_column(sa.SmallInteger)
