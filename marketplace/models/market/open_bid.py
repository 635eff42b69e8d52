"""A demand listed with a reward (揭榜挂帅), the bids of those who would solve it, and what the chosen one owes when."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.people.account import Account
from marketplace.models.people.organisation import Organisation
from marketplace.models.records.demand import Demand

CALL_STATES = ("open", "awarded", "failed")
BID_STATES = ("submitted", "withdrawn", "chosen", "not_chosen")


class OpenCall(Aggregate, Base):
    """``reward`` is in fen. Bids are taken until the end of ``closes_on`` and are opened the day after."""

    __tablename__ = "open_call"

    demand_id: Mapped[int] = mapped_column(sa.ForeignKey("demand.id"), unique=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="open", index=True)
    reward: Mapped[int] = mapped_column(sa.BigInteger)
    terms: Mapped[str] = mapped_column(sa.Text, default="")
    closes_on: Mapped[dt.date]
    listed_by: Mapped[str] = mapped_column(sa.String(120))
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[str | None] = mapped_column(sa.String(120))
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    demand: Mapped[Demand] = relationship()

    __table_args__ = (
        sa.CheckConstraint(f"state IN {CALL_STATES}", name="state"),
        sa.CheckConstraint("reward > 0", name="reward"),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_at"),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by"),
        sa.CheckConstraint("(state = 'open') = (reason = '')", name="reason"),
        NEVER_REUSED,
    )

    def takes_bids(self, day: dt.date) -> bool:
        return self.state == "open" and day <= self.closes_on

    def is_to_be_decided(self, day: dt.date) -> bool:
        return self.state == "open" and day > self.closes_on


class OpenBid(Aggregate, Base):
    """Who would solve it, how, for which ``price`` in fen and in how many ``days``; ``reason`` is the chooser's."""

    __tablename__ = "open_bid"

    call_id: Mapped[int] = mapped_column(sa.ForeignKey("open_call.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    state: Mapped[str] = mapped_column(sa.String(12), default="submitted")
    team: Mapped[str] = mapped_column(sa.String(200))
    plan: Mapped[str] = mapped_column(sa.Text)
    price: Mapped[int] = mapped_column(sa.BigInteger)
    days: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    call: Mapped[OpenCall] = relationship()
    account: Mapped[Account] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    milestones: Mapped[list[OpenBidMilestone]] = relationship(
        order_by="OpenBidMilestone.due_on, OpenBidMilestone.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.UniqueConstraint("call_id", "account_id"),
        sa.CheckConstraint(f"state IN {BID_STATES}", name="state"),
        sa.CheckConstraint("price >= 0 AND days > 0", name="terms"),
        sa.CheckConstraint("(state IN ('chosen', 'not_chosen')) = (reason <> '')", name="reason"),
        sa.Index(
            "ux_open_bid_chosen", "call_id", unique=True,
            sqlite_where=sa.text("state = 'chosen'"), postgresql_where=sa.text("state = 'chosen'"),
        ),
        NEVER_REUSED,
    )  # fmt: skip


class OpenBidMilestone(Base):
    """One step the chosen bid owes, until when, and when it was reached."""

    __tablename__ = "open_bid_milestone"

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("open_bid.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    due_on: Mapped[dt.date]
    reached_on: Mapped[dt.date | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")

    __table_args__ = (sa.CheckConstraint("title <> ''", name="title"),)
