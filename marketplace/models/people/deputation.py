"""Who sees to the desk of an absent colleague, and for how long."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.people.account import Account, RoleGrant


class Deputation(Aggregate, Base):
    """The desk of one role of its holder, seen to by ``deputy`` from one day to another, both days included.

    It ends by itself, earlier where ``ended_at`` says so, and with the role it is for.
    """

    __tablename__ = "deputation"

    grant_id: Mapped[int] = mapped_column(sa.ForeignKey("role_grant.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[str | None] = mapped_column(sa.String(120))

    grant: Mapped[RoleGrant] = relationship()
    deputy: Mapped[Account] = relationship(back_populates="deputations")

    __table_args__ = (
        sa.CheckConstraint("ends_on >= starts_on", name="ends_on"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        NEVER_REUSED,
    )

    def is_in_force(self, moment: dt.datetime, day: dt.date) -> bool:
        """Say whether the desk is the deputy's at a moment, which lies in Sichuan on ``day``."""
        is_open = self.ended_at is None and self.starts_on <= day <= self.ends_on
        return is_open and self.grant.is_in_force(moment) and self.grant.account.is_active
