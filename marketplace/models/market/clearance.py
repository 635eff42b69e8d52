"""What a deal waits for before it is signed: the publicity of an agreed price, and the completers' first refusal."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.market.deal import Deal
from marketplace.models.people.account import Account

NOTICE_STATES = ("publicity", "objected", "passed", "replaced", "struck")
REFUSAL_STATES = ("open", "waived", "lapsed", "exercised", "replaced")
# One told by his unit says that he wants it, and takes it over himself once he has an account.
ANSWERS = ("waived", "wanted", "exercised")
# How somebody was told: here, or by his unit.
BY_UNIT = ("in_person", "letter", "phone", "message")
WAYS_TOLD = ("platform", *BY_UNIT)


class PriceNotice(Aggregate, Base):
    """The price of a deal as it is shown to the public; other terms are another notice with a period of its own."""

    __tablename__ = "price_notice"

    deal_id: Mapped[int] = mapped_column(sa.ForeignKey("deal.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="publicity")
    mode: Mapped[str] = mapped_column(sa.String(30))
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    is_related_party: Mapped[bool]

    deal: Mapped[Deal] = relationship()

    __table_args__ = (
        sa.CheckConstraint(f"state IN {NOTICE_STATES}", name="state"),
        sa.CheckConstraint("amount >= 0", name="amount"),
        sa.Index(
            "ux_price_notice_open", "deal_id", unique=True,
            sqlite_where=sa.text("state IN ('publicity', 'objected', 'passed')"),
            postgresql_where=sa.text("state IN ('publicity', 'objected', 'passed')"),
        ),
        NEVER_REUSED,
    )  # fmt: skip


class FirstRefusal(Aggregate, Base):
    """The days in which the completers of a duty achievement may take it over on the terms of a deal (art. 847).

    ``ends_on`` is the last of them for whoever was told so far. ``terms`` is a hash of the terms they were told.
    """

    __tablename__ = "first_refusal"

    deal_id: Mapped[int] = mapped_column(sa.ForeignKey("deal.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="open")
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    terms: Mapped[str] = mapped_column(sa.String(64))
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]

    deal: Mapped[Deal] = relationship()
    answers: Mapped[list[FirstRefusalAnswer]] = relationship(
        order_by="FirstRefusalAnswer.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.CheckConstraint(f"state IN {REFUSAL_STATES}", name="state"),
        sa.CheckConstraint("ends_on >= starts_on", name="ends_on"),
        sa.Index(
            "ux_first_refusal_standing", "deal_id", unique=True,
            sqlite_where=sa.text("state <> 'replaced'"), postgresql_where=sa.text("state <> 'replaced'"),
        ),
        NEVER_REUSED,
    )  # fmt: skip


class FirstRefusalAnswer(Base):
    """What a completer was asked, and answered; nothing yet where ``answer`` is missing.

    Who has no account is told by his unit, and has no days before he was: ``ends_on`` is the last of his own.
    ``told_by`` is who of the unit told him, nobody where it was said here.
    """

    __tablename__ = "first_refusal_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    first_refusal_id: Mapped[int] = mapped_column(sa.ForeignKey("first_refusal.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    told_on: Mapped[dt.date | None]
    told_how: Mapped[str | None] = mapped_column(sa.String(10))
    told_by: Mapped[str] = mapped_column(sa.String(100), default="")
    ends_on: Mapped[dt.date | None]
    answer: Mapped[str | None] = mapped_column(sa.String(10))
    answered_at: Mapped[dt.datetime | None]

    account: Mapped[Account | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("first_refusal_id", "account_id"),
        sa.CheckConstraint(f"answer IS NULL OR answer IN {ANSWERS}", name="answer"),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        sa.CheckConstraint(f"told_how IS NULL OR told_how IN {WAYS_TOLD}", name="told_how"),
        sa.CheckConstraint(
            "(told_on IS NULL) = (told_how IS NULL) AND (told_on IS NULL) = (ends_on IS NULL)", name="told"
        ),
        sa.CheckConstraint("(told_by = '') = (told_how IS NULL OR told_how = 'platform')", name="told_by"),
        sa.CheckConstraint("answer IS NULL OR told_on IS NOT NULL", name="answered_as_told"),
        sa.CheckConstraint("answer IS NULL OR answer <> 'exercised' OR account_id IS NOT NULL", name="exercised"),
    )
