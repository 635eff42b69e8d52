"""What a deal brought in, who of its makers was given which part of it, and the story that is told of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Base, now
from marketplace.models.market.deal import Deal
from marketplace.models.people.organisation import Organisation


class DealPayment(Base):
    """A payment that arrived, in fen, and what of it is shared among those who completed the achievement.

    ``net`` is the amount without what the transfer itself cost, ``reward`` the part of the net that is shared.
    ``reward_share`` is that part in per cent, and ``least_share`` what the rule asked of a duty achievement that day.
    ``reward_paid_on`` is when the completers were given theirs, ``reward_paid_by`` who says so; ``reminded_on`` is when
    the owner's side was last told that it is due or late.
    """

    __tablename__ = "deal_payment"

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(sa.ForeignKey("deal.id"), index=True)
    paid_on: Mapped[dt.date]
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    costs: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    reward_share: Mapped[Decimal] = mapped_column(sa.Numeric(5, 2))
    least_share: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 2))
    reward: Mapped[int] = mapped_column(sa.BigInteger)
    reward_due_on: Mapped[dt.date | None]
    reward_paid_on: Mapped[dt.date | None]
    reward_paid_by: Mapped[str | None] = mapped_column(sa.String(120))
    reminded_on: Mapped[dt.date | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    recorded_by: Mapped[str] = mapped_column(sa.String(120))
    recorded_at: Mapped[dt.datetime] = mapped_column(default=now)

    deal: Mapped[Deal] = relationship()
    shares: Mapped[list[IncomeShare]] = relationship(order_by="IncomeShare.position", cascade="all, delete-orphan")
    owners: Mapped[list[OwnerIncome]] = relationship(
        back_populates="payment", order_by="OwnerIncome.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("costs BETWEEN 0 AND amount", name="costs"),
        sa.CheckConstraint("reward BETWEEN 0 AND amount - costs", name="reward"),
        sa.CheckConstraint("reward_share BETWEEN 0 AND 100", name="reward_share"),
        sa.CheckConstraint(
            "(reward_paid_on IS NULL) = (reward_paid_by IS NULL)"
            " AND (reward_paid_on IS NULL OR reward_paid_on >= paid_on)",
            name="reward_paid",
        ),
        NEVER_REUSED,
    )

    @property
    def net(self) -> int:
        return self.amount - self.costs


class IncomeShare(Base):
    """What of a payment is one completer's, in fen, by the share he agreed to; all of a payment sum to its reward."""

    __tablename__ = "income_share"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("deal_payment.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(100))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    share: Mapped[Decimal] = mapped_column(sa.Numeric(5, 2))
    amount: Mapped[int] = mapped_column(sa.BigInteger)

    payment: Mapped[DealPayment] = relationship(back_populates="shares")

    __table_args__ = (
        sa.UniqueConstraint("payment_id", "position"),
        sa.CheckConstraint("amount >= 0", name="amount"),
    )


class OwnerIncome(Base):
    """What of the net of a payment, the reward apart, is one owner unit's, in fen, by the part they agreed to."""

    __tablename__ = "owner_income"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("deal_payment.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    share: Mapped[Decimal] = mapped_column(sa.Numeric(5, 2))
    amount: Mapped[int] = mapped_column(sa.BigInteger)

    organisation: Mapped[Organisation] = relationship()
    payment: Mapped[DealPayment] = relationship(back_populates="owners")

    __table_args__ = (
        sa.UniqueConstraint("payment_id", "organisation_id"),
        sa.CheckConstraint("amount >= 0", name="amount"),
    )


class DealStory(Base):
    """The story of a deal in use, made of verified facts; it is published once both sides agreed to its wording.

    ``own_words`` is what the two sides say themselves, marked as such in the text. ``wording`` is the SHA-256 of title
    and text, in both languages, as they were agreed to: another wording is agreed to anew. ``english_id`` is the story
    told in English, where it was written.
    """

    __tablename__ = "deal_story"

    deal_id: Mapped[int] = mapped_column(sa.ForeignKey("deal.id"), primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id", ondelete="CASCADE"), unique=True)
    english_id: Mapped[int | None] = mapped_column(sa.ForeignKey("story.id", ondelete="SET NULL"), unique=True)
    own_words: Mapped[str] = mapped_column(sa.Text, default="")
    own_words_english: Mapped[str] = mapped_column(sa.Text, default="")
    wording: Mapped[str] = mapped_column(sa.String(64))
    enterprise_agreed_by: Mapped[str | None] = mapped_column(sa.String(120))
    owner_agreed_by: Mapped[str | None] = mapped_column(sa.String(120))
    made_at: Mapped[dt.datetime] = mapped_column(default=now)
