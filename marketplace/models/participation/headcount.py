"""What rates divide by: the staff of a unit on a day, the enterprises above designated size of a year, and targets."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now
from marketplace.models.people.organisation import Organisation


class Headcount(Aggregate, Base):
    """How many people a unit employed on a day, and where that is written (domain rule 49)."""

    __tablename__ = "headcount"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    day: Mapped[dt.date]
    number: Mapped[int]
    source: Mapped[str] = mapped_column(sa.String(120))
    recorded_by: Mapped[str] = mapped_column(sa.String(120))

    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("source <> ''", name="source"),
        sa.UniqueConstraint("organisation_id", "day"),
        NEVER_REUSED,
    )


class DesignatedSize(Base):
    """An enterprise of the list of those above designated size (规上) of a year (domain rule 52).

    ``threshold`` is the branch whose threshold it reached, ``file_hash`` the SHA-256 of the file it was imported from.
    ``credit_code`` stands as the list has it, whatever the enterprise is known by here.
    """

    __tablename__ = "designated_size"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    credit_code: Mapped[str | None] = mapped_column(sa.String(18))
    threshold: Mapped[str] = mapped_column(sa.String(20))
    file_hash: Mapped[str] = mapped_column(sa.String(64))
    imported_by: Mapped[str] = mapped_column(sa.String(120))
    imported_at: Mapped[dt.datetime] = mapped_column(default=now)

    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
        sa.CheckConstraint("length(file_hash) = 64", name="file_hash"),
        sa.UniqueConstraint("year", "organisation_id"),
    )


class YearlyTarget(Base):
    """How many person-times of a measure a place, an industry, or an industry in a place is to reach in a year.

    ``month`` is 0 for the whole year, else the one month of it; an empty path bounds nothing. What the province itself
    is to reach in a whole year is a rule, see ``marketplace.rules``.
    """

    __tablename__ = "yearly_target"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    region_path: Mapped[str] = mapped_column(sa.String(60), primary_key=True, default="")
    industry_path: Mapped[str] = mapped_column(sa.String(30), primary_key=True, default="")
    measure: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    set_by: Mapped[str] = mapped_column(sa.String(120))

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("month BETWEEN 0 AND 12", name="month"),
        sa.CheckConstraint("region_path <> '' OR industry_path <> '' OR month > 0", name="place"),
    )
