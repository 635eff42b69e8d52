"""What is in the room of a deal: what was said, the versions of the terms, what is to be done until when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import Base, now
from marketplace.models.market.deal import Deal
from marketplace.models.market.outcome import SIDES
from marketplace.models.people.account import Account

SEATS = (*SIDES, "broker")
# What is followed up after signature, in order (rule 23); anything else that is to be done is a task.
MILESTONES = ("delivery", "trial", "acceptance", "six_months", "twelve_months")
TASK_KINDS = ("task", *MILESTONES)


class DealMessage(Base):
    """What somebody said in the room; ``files`` are the numbers of the files of the deal that came with it."""

    __tablename__ = "deal_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(sa.ForeignKey("deal.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    seat: Mapped[str] = mapped_column(sa.String(10))
    text: Mapped[str] = mapped_column(sa.Text)
    files: Mapped[list[int]] = mapped_column(default=list)
    said_at: Mapped[dt.datetime] = mapped_column(default=now)

    account: Mapped[Account] = relationship()

    __table_args__ = (
        sa.CheckConstraint(f"seat IN {SEATS}", name="seat"),
        sa.CheckConstraint("text <> ''", name="text"),
    )


class DealReading(Base):
    """Up to which message somebody has read a room."""

    __tablename__ = "deal_reading"

    deal_id: Mapped[int] = mapped_column(sa.ForeignKey("deal.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    message_id: Mapped[int]


class TermSheet(Base):
    """A version of the terms, from 1, as ``TermsSchema`` gives them out; it never changes, a change is another version.

    Whoever proposes a version has accepted it. It is agreed on once both sides have, and stands no more once one
    declined it; the latest that was not declined is the one that counts.
    """

    __tablename__ = "term_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(sa.ForeignKey("deal.id"))
    number: Mapped[int]
    side: Mapped[str] = mapped_column(sa.String(10))
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    proposed_by: Mapped[str] = mapped_column(sa.String(120))
    proposed_at: Mapped[dt.datetime] = mapped_column(default=now)
    accepted_by: Mapped[str | None] = mapped_column(sa.String(120))
    accepted_at: Mapped[dt.datetime | None]
    declined_by: Mapped[str | None] = mapped_column(sa.String(120))
    declined_at: Mapped[dt.datetime | None]
    declined_because: Mapped[str] = mapped_column(sa.Text, default="")

    deal: Mapped[Deal] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("deal_id", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint(f"side IN {SIDES}", name="side"),
        sa.CheckConstraint("(accepted_by IS NULL) = (accepted_at IS NULL)", name="accepted"),
        sa.CheckConstraint("(declined_by IS NULL) = (declined_at IS NULL)", name="declined"),
    )

    @property
    def is_agreed(self) -> bool:
        return self.accepted_at is not None and self.declined_at is None


class DealTask(Base):
    """What one seat at the table has to do until a day; a milestone is one that was fixed when the deal was signed.

    ``reminded_on`` is when its seat, and ``missed_on`` when the broker, was told of it.
    """

    __tablename__ = "deal_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(sa.ForeignKey("deal.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20), default="task")
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    seat: Mapped[str] = mapped_column(sa.String(10))
    due_on: Mapped[dt.date] = mapped_column(index=True)
    done_on: Mapped[dt.date | None]
    done_by: Mapped[str | None] = mapped_column(sa.String(120))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    reminded_on: Mapped[dt.date | None]
    missed_on: Mapped[dt.date | None]

    deal: Mapped[Deal] = relationship()

    __table_args__ = (
        sa.CheckConstraint(f"kind IN {TASK_KINDS}", name="kind"),
        sa.CheckConstraint("(kind = 'task') = (title <> '')", name="title"),
        sa.CheckConstraint(f"seat IN {SEATS}", name="seat"),
        sa.CheckConstraint("(done_on IS NULL) = (done_by IS NULL)", name="done"),
        sa.Index(
            "ux_deal_task_milestone", "deal_id", "kind", unique=True,
            sqlite_where=sa.text("kind <> 'task'"), postgresql_where=sa.text("kind <> 'task'"),
        ),
    )  # fmt: skip


class CalendarFeed(Base):
    """The secret address under which a program reads somebody's calendar of deals; kept as its hash."""

    __tablename__ = "calendar_feed"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[dt.datetime] = mapped_column(default=now)
