"""An honour: which, of what level, from whom, for how long, and whether it still stands."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.people.person import Person

LEVELS = ("unit", "county", "city", "industry", "province", "national")
MODEL_WORKERS = ("model_worker", "advanced_worker")
STATES = ("active", "expired", "revoked")


class Given:
    """What is given to a person or a crew, by whom, for how long, and whether it was taken back.

    ``title`` is what the basis document calls it; ``ends_on`` is the last day of a term. Whether it is active follows
    from the day: nothing has to be switched when a term ends. What was revoked stays.
    """

    kind: Mapped[str] = mapped_column(sa.String(20), index=True)
    level: Mapped[str] = mapped_column(sa.String(10), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    year: Mapped[int] = mapped_column(index=True)
    given_by: Mapped[str] = mapped_column(sa.String(200), default="")
    basis: Mapped[str] = mapped_column(sa.String(300), default="")
    begins_on: Mapped[dt.date | None]
    ends_on: Mapped[dt.date | None]
    revoked_on: Mapped[dt.date | None]
    revoked_by: Mapped[str | None] = mapped_column(sa.String(120))
    revoked_because: Mapped[str] = mapped_column(sa.Text, default="")
    # When the unit was told by mail that the term ends.
    reminded_on: Mapped[dt.date | None]
    source: Mapped[str] = mapped_column(sa.String(40), default="")
    source_id: Mapped[str | None] = mapped_column(sa.String(120))
    source_hash: Mapped[str | None] = mapped_column(sa.String(64))

    def state_on(self, day: dt.date) -> str:
        """Return "active", "expired" or "revoked", as it is on a day."""
        if self.revoked_on is not None and self.revoked_on <= day:
            return "revoked"
        return "expired" if self.ends_on is not None and self.ends_on < day else "active"


def checks() -> tuple[sa.CheckConstraint, ...]:
    """Return what holds of whatever is given, for the table of each."""
    return (
        sa.CheckConstraint(f"level IN {LEVELS}", name="level"),
        sa.CheckConstraint("title <> ''", name="title"),
        sa.CheckConstraint("ends_on IS NULL OR begins_on IS NULL OR ends_on >= begins_on", name="ends_on"),
        sa.CheckConstraint(
            "(revoked_on IS NULL) = (revoked_by IS NULL) AND (revoked_on IS NULL) = (revoked_because = '')",
            name="revoked",
        ),
    )


class Honour(Given, Aggregate, Base):
    """An honour of a person; a chief employee has a term."""

    __tablename__ = "honour"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    person: Mapped[Person] = relationship(back_populates="honours")

    __table_args__ = (
        *checks(),
        sa.CheckConstraint("kind <> 'chief_employee' OR ends_on IS NOT NULL", name="term"),
        sa.UniqueConstraint("person_id", "kind", "level", "year", "title"),
        sa.UniqueConstraint("source", "source_id"),
        NEVER_REUSED,
    )


def is_active(day: dt.date, of: type[Given] = Honour) -> sa.ColumnElement[bool]:
    """Return, as an SQL condition on Honour or what else is given, whether it is active on a day."""
    stands = sa.or_(of.revoked_on.is_(None), of.revoked_on > day)
    return sa.and_(stands, sa.or_(of.ends_on.is_(None), of.ends_on >= day))
