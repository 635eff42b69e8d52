"""What the confirmed entries of the ledger add up to, kept in the transaction of every change.

All tables follow from the entries alone; ``flask participation recount`` proves it. Person-times add up over units and
months; persons do not, so that they are kept by when they come: ``persons`` are those of a month, ``persons_of_year``
those who are new in it since January, ``persons_of_all`` those who are new in the campaign. Added up from January, or
from the first month of the campaign, they give each person once. ``complete`` says the same of those who have every
item. Whoever took part in one unit only is in these sums. Whoever did in several would count in each: what those come
to is kept for each city and industry, and for all of them, where each counts once. And what campaigns that count the
same come to too much, because somebody took part in several of them, is kept beside it.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base

# The item of the rows that say what all items come to together.
ALL_ITEMS = 0
# The same where items of several campaigns are told by their codes.
ALL_CODES = ""
# How many signs of a path name a city ("51/5106") or a division of industry ("C/34").
CITY, DIVISION = 7, 4

# Where a sum is one of all cities, of all industries or of both hierarchies.
ANY = "*"
# What entries come to, and what persons do.
OF_ENTRIES = ("entries", "objects", "person_times", "batch_persons", "uncounted")
OF_PERSONS = (
    "persons", "persons_of_year", "persons_of_all", "complete", "complete_of_year", "complete_of_all",
)  # fmt: skip


def section(industry_path: str) -> str:
    """Return what sums of a section of industry are kept under, "C/*" for "C/34": "C" alone is an unknown division."""
    return f"{industry_path[:1]}/{ANY}"


def _whole(names: tuple[str, ...]) -> sa.CheckConstraint:
    return sa.CheckConstraint(" AND ".join(f"{name} >= 0" for name in names), name="whole")


def _key(target: str) -> Mapped[int]:
    return mapped_column(sa.ForeignKey(target), primary_key=True)


class _Persons:
    """How many persons are new, and how many have every item."""

    persons: Mapped[int] = mapped_column(default=0)
    persons_of_year: Mapped[int] = mapped_column(default=0)
    persons_of_all: Mapped[int] = mapped_column(default=0)
    complete: Mapped[int] = mapped_column(default=0)
    complete_of_year: Mapped[int] = mapped_column(default=0)
    complete_of_all: Mapped[int] = mapped_column(default=0)


class _Sums(_Persons):
    """The figures; ``batch_persons`` are those counted without names, ``uncounted`` entries that count none."""

    entries: Mapped[int] = mapped_column(default=0)
    objects: Mapped[int] = mapped_column(default=0)
    person_times: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    batch_persons: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    uncounted: Mapped[int] = mapped_column(default=0)


class ParticipationTally(_Sums, Base):
    """The figures of an item, or of ``ALL_ITEMS``, in a unit and a month (year × 100 + month)."""

    __tablename__ = "participation_tally"

    campaign_id: Mapped[int] = _key("campaign.id")
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    organisation_id: Mapped[int] = _key("organisation.id")
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    __table_args__ = (
        _whole(OF_ENTRIES + OF_PERSONS),
        sa.Index("ix_participation_tally_organisation", "organisation_id"),
    )


class ParticipationPlace(_Sums, Base):
    """The same of all units of a city and a division of industry whose primary hierarchy is ``hierarchy``."""

    __tablename__ = "participation_place"

    campaign_id: Mapped[int] = _key("campaign.id")
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    region: Mapped[str] = mapped_column(sa.String(CITY), primary_key=True)
    industry: Mapped[str] = mapped_column(sa.String(DIVISION), primary_key=True)
    hierarchy: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    __table_args__ = (_whole(OF_ENTRIES + OF_PERSONS),)


class ParticipationMobile(_Persons, Base):
    """Those who took part in several units of a campaign, each once in a place, an industry and a hierarchy.

    There is a row for each city and for ``ANY``, for each division, each ``section`` and ``ANY``, for each hierarchy
    and ``ANY``, and for what lies in any three of these: they do not add up to each other, because one person may have
    been in several.
    """

    __tablename__ = "participation_mobile"

    campaign_id: Mapped[int] = _key("campaign.id")
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    region: Mapped[str] = mapped_column(sa.String(CITY), primary_key=True)
    industry: Mapped[str] = mapped_column(sa.String(DIVISION), primary_key=True)
    hierarchy: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    __table_args__ = (_whole(OF_PERSONS),)


class ParticipationOverlap(_Persons, Base):
    """By how much the persons of several campaigns that count a measure add up to too many, place by place.

    Whoever took part in two of them is one person of both and two of their sum. ``code`` is that of an item, "" for all
    items of the measure; the places are those of ``ParticipationMobile``.
    """

    __tablename__ = "participation_overlap"

    measure: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    region: Mapped[str] = mapped_column(sa.String(CITY), primary_key=True)
    industry: Mapped[str] = mapped_column(sa.String(DIVISION), primary_key=True)
    hierarchy: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    __table_args__ = (_whole(OF_PERSONS),)


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
