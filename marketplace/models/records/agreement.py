"""Whoever is named among the makers of a record agrees in person to his place, share and part (domain rule 5)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

_ANSWER = ("confirmed_at", "declined_at", "decline_reason", "excused_at", "excused_by", "excuse")


class Agreeing:
    """A person as a record names him. Shares are per cent with two decimals and sum to 100 where every one is stated.

    Each is asked, by mail, whether place, share and part are agreed to, and confirms or declines in person; the unit
    states why somebody did not. The link of the mail opens once and is kept as its hash. Address and answers are for
    those who work on the record alone.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(sa.String(100))
    share: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 2))
    part: Mapped[str] = mapped_column(sa.Text, default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="", index=True)
    asked_at: Mapped[dt.datetime | None]
    secret_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    confirmed_at: Mapped[dt.datetime | None]
    declined_at: Mapped[dt.datetime | None]
    decline_reason: Mapped[str] = mapped_column(sa.Text, default="")
    excused_at: Mapped[dt.datetime | None]
    excused_by: Mapped[str | None] = mapped_column(sa.String(120))
    excuse: Mapped[str] = mapped_column(sa.Text, default="")

    @declared_attr
    def account_id(cls) -> Mapped[int | None]:
        return mapped_column(sa.ForeignKey("account.id"), index=True)

    @property
    def answer(self) -> str:
        """What is known of the person's agreement: confirmed, declined, excused, asked or unasked."""
        if self.confirmed_at is not None:
            return "confirmed"
        if self.declined_at is not None:
            return "declined"
        if self.excused_at is not None:
            return "excused"
        return "unasked" if self.asked_at is None else "asked"

    def forget_answer(self) -> None:
        """Let nothing have been asked and answered, because what was agreed to has changed."""
        self.confirmed_at = self.declined_at = self.excused_at = self.excused_by = None
        self.decline_reason = self.excuse = ""
        self.asked_at = self.secret_hash = None

    def take_answer_of(self, other: Agreeing) -> None:
        """Let this person have answered what another row of the same person did."""
        for name in _ANSWER:
            setattr(self, name, getattr(other, name))


def answers_hold_together() -> tuple[sa.CheckConstraint, ...]:
    """Return what every table of such persons checks."""
    return (
        sa.CheckConstraint("share IS NULL OR (share > 0 AND share <= 100)", name="share"),
        sa.CheckConstraint("position >= 1", name="position"),
        sa.CheckConstraint("confirmed_at IS NULL OR declined_at IS NULL", name="one_answer"),
        sa.CheckConstraint("(declined_at IS NULL) = (decline_reason = '')", name="declined"),
        sa.CheckConstraint(
            "(excused_at IS NULL) = (excused_by IS NULL) AND (excused_at IS NULL) = (excuse = '')", name="excused"
        ),
    )
