"""Somebody of a unit who holds honours or works in a studio, with an account or without one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now
from marketplace.models.people.account import Account
from marketplace.models.people.organisation import Organisation

if TYPE_CHECKING:
    from marketplace.models.people.honour import Honour

# The offices that look after model workers, from the nearest; a city and an industry stand side by side.
MANAGING = ("unit", "county", "city", "industry", "province")
# What becomes of somebody's work; whoever has retired stays in the file of the unit.
EMPLOYMENT = ("in_service", "retired", "left", "deceased")


class Person(Aggregate, Base):
    """A person is told from others by name and unit, and by the day of birth where two are called alike.

    ``shows_name`` and ``shows_unit`` are what the person agreed to have shown to everybody, on ``agreed_on``. Day of
    birth, phone, what rosters say besides (``extra``) and the records of aid are read for a stated purpose only.
    ``management_level`` is the office that looks after a model worker and repeats the present one of ``managements``.
    """

    __tablename__ = "person"

    name: Mapped[str] = mapped_column(sa.String(100), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), unique=True)
    born_on: Mapped[dt.date | None]
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    employment: Mapped[str] = mapped_column(sa.String(20), default="in_service")
    skill_level: Mapped[str | None] = mapped_column(sa.String(20))
    management_level: Mapped[str | None] = mapped_column(sa.String(10))
    shows_name: Mapped[bool] = mapped_column(default=False)
    shows_unit: Mapped[bool] = mapped_column(default=False)
    agreed_on: Mapped[dt.date | None]
    extra: Mapped[dict[str, str]] = mapped_column(default=dict)

    # Whether somebody may be named depends on his unit, so that one is never wanted without the other.
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    account: Mapped[Account | None] = relationship()
    honours: Mapped[list[Honour]] = relationship(
        order_by="Honour.year.desc(), Honour.id.desc()", back_populates="person"
    )
    managements: Mapped[list[Management]] = relationship(
        order_by="Management.since, Management.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.CheckConstraint("name <> ''", name="name"),
        sa.CheckConstraint(f"employment IN {EMPLOYMENT}", name="employment"),
        sa.CheckConstraint("NOT shows_unit OR shows_name", name="shown"),
        sa.CheckConstraint("NOT shows_name OR agreed_on IS NOT NULL", name="agreed"),
        NEVER_REUSED,
    )


class Management(Base):
    """Which level of office looks after a model worker, from a day until another; the present one has no end."""

    __tablename__ = "management"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    level: Mapped[str] = mapped_column(sa.String(10))
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    recorded_by: Mapped[str] = mapped_column(sa.String(120))
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.CheckConstraint(f"level IN {MANAGING}", name="level"),
        sa.CheckConstraint("until IS NULL OR until >= since", name="until"),
    )


class AidRecord(Base):
    """What an office did for a person it looks after; ``amount`` is fen, None where nothing was paid.

    A record is never changed: another one ``corrects`` it, and it stays as it was.
    """

    __tablename__ = "aid_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    done_on: Mapped[dt.date]
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    recorded_by: Mapped[str] = mapped_column(sa.String(120))
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("aid_record.id", ondelete="CASCADE"))

    corrects: Mapped[AidRecord | None] = relationship(remote_side=[id])

    __table_args__ = (
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name="amount"),
        sa.UniqueConstraint("corrects_id"),
    )

    @property
    def former(self) -> list[AidRecord]:
        """What was noted before it was corrected, the latest first."""
        return [self.corrects, *self.corrects.former] if self.corrects is not None else []
