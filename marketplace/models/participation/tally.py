"""What the confirmed entries of the ledger add up to, kept in the transaction of every change.

All tables follow from the entries alone; ``flask participation recount`` proves it. Person-times add up over units and
months; persons do not, so that they are kept by when they come: ``persons`` are those of a month, ``persons_of_year``
those who are new in it since January, ``persons_of_all`` those who are new in the campaign. Added up from January, or
from the first month of the campaign, they give each person once. ``complete`` says the same of those who have every
item. Whoever took part in one unit only is in these sums; whoever did in several is counted by his own rows.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Base

# The item of the rows that say what all items come to together.
ALL_ITEMS = 0
# How many signs of a path name a city ("51/5106") or a division of industry ("C/34").
CITY, DIVISION = 7, 4

_MEASURES = (
    "entries", "objects", "person_times", "batch_persons", "uncounted", "persons", "persons_of_year", "persons_of_all",
    "complete", "complete_of_year", "complete_of_all",
)  # fmt: skip
_WHOLE = " AND ".join(f"{name} >= 0" for name in _MEASURES)


def _key(target: str) -> Mapped[int]:
    return mapped_column(sa.ForeignKey(target), primary_key=True)


class _Sums:
    """The figures; ``batch_persons`` are those counted without names, ``uncounted`` entries that count none."""

    entries: Mapped[int] = mapped_column(default=0)
    objects: Mapped[int] = mapped_column(default=0)
    person_times: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    batch_persons: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    uncounted: Mapped[int] = mapped_column(default=0)
    persons: Mapped[int] = mapped_column(default=0)
    persons_of_year: Mapped[int] = mapped_column(default=0)
    persons_of_all: Mapped[int] = mapped_column(default=0)
    complete: Mapped[int] = mapped_column(default=0)
    complete_of_year: Mapped[int] = mapped_column(default=0)
    complete_of_all: Mapped[int] = mapped_column(default=0)


class ParticipationTally(_Sums, Base):
    """The figures of an item, or of ``ALL_ITEMS``, in a unit and a month (year × 100 + month)."""

    __tablename__ = "participation_tally"

    campaign_id: Mapped[int] = _key("campaign.id")
    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    organisation_id: Mapped[int] = _key("organisation.id")
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    __table_args__ = (
        sa.CheckConstraint(_WHOLE, name="whole"),
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

    __table_args__ = (sa.CheckConstraint(_WHOLE, name="whole"),)


class ParticipationPerson(Base):
    """How many confirmed entries somebody has for an item in a unit and a month.

    ``is_mobile`` is true on every row of a person who took part in several units of the campaign. There are nearly as
    many rows as entries, which name what exists: here nothing is looked up a second time.
    """

    __tablename__ = "participation_person"

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
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
