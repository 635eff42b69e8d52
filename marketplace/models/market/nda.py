"""What passes between the two sides of a match before they deal: words, a signed agreement, and what it opens."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Base, now
from marketplace.models.market.match import Match
from marketplace.models.market.outcome import SIDES
from marketplace.models.people.account import Account

SPEAKERS = (*SIDES, "broker")


class MatchMessage(Base):
    """A question or an answer in the thread of a match; ``side`` is all that the other is told of who wrote it."""

    __tablename__ = "match_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(sa.ForeignKey("match.id", ondelete="CASCADE"), index=True)
    side: Mapped[str] = mapped_column(sa.String(10))
    text: Mapped[str] = mapped_column(sa.Text)
    written_by: Mapped[str] = mapped_column(sa.String(120))
    at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.CheckConstraint(f"side IN {SPEAKERS}", name="side"),
        sa.CheckConstraint("text <> ''", name="text"),
    )


class Nda(Base):
    """The agreement on secrecy of a match: the text as the first side signed it, by which version of the terms.

    It is in force from the second signature until either side, or the end of the match, ends it. ``text_hash`` is the
    SHA-256 of the text, which each side confirmed. A signature is that of an account, with the name its holder typed.
    """

    __tablename__ = "nda"

    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(sa.ForeignKey("match.id", ondelete="CASCADE"), unique=True)
    version: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)
    text_hash: Mapped[str] = mapped_column(sa.String(64))
    enterprise_account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    enterprise_name: Mapped[str] = mapped_column(sa.String(100), default="")
    enterprise_signed_at: Mapped[dt.datetime | None]
    owner_account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    owner_name: Mapped[str] = mapped_column(sa.String(100), default="")
    owner_signed_at: Mapped[dt.datetime | None]
    in_force_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[str | None] = mapped_column(sa.String(10))
    ended_because: Mapped[str] = mapped_column(sa.Text, default="")

    match: Mapped[Match] = relationship()

    __table_args__ = (
        sa.CheckConstraint("version >= 1", name="version"),
        *(
            sa.CheckConstraint(
                f"({side}_signed_at IS NULL) = ({side}_account_id IS NULL)"
                f" AND ({side}_signed_at IS NULL) = ({side}_name = '')",
                name=f"signed_by_{side}",
            )
            for side in SIDES
        ),
        sa.CheckConstraint(
            "(in_force_at IS NULL) = (enterprise_signed_at IS NULL OR owner_signed_at IS NULL)", name="in_force"
        ),
        # Nobody agrees with himself.
        sa.CheckConstraint("enterprise_account_id IS NULL OR enterprise_account_id <> owner_account_id", name="sides"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (ended_because = '')", name="ended"
        ),
        sa.CheckConstraint(f"ended_by IS NULL OR ended_by IN {SIDES}", name="ended_by"),
        NEVER_REUSED,
    )

    def name_of(self, side: str) -> str:
        return self.enterprise_name if side == SIDES[0] else self.owner_name

    def signed_at(self, side: str) -> dt.datetime | None:
        return self.enterprise_signed_at if side == SIDES[0] else self.owner_signed_at

    @property
    def is_in_force(self) -> bool:
        return self.in_force_at is not None and self.ended_at is None


class DisclosureView(Base):
    """One look at what an agreement opens: who, when, which fields or file. Its number stands in the watermark."""

    __tablename__ = "disclosure_view"

    id: Mapped[int] = mapped_column(primary_key=True)
    match_id: Mapped[int] = mapped_column(sa.ForeignKey("match.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    fields: Mapped[list[str]] = mapped_column(default=list)
    file_name: Mapped[str | None] = mapped_column(sa.String(255))
    file_hash: Mapped[str | None] = mapped_column(sa.String(64))
    at: Mapped[dt.datetime] = mapped_column(default=now)

    account: Mapped[Account] = relationship()

    __table_args__ = (
        sa.CheckConstraint("(file_name IS NULL) = (file_hash IS NULL)", name="file"),
        NEVER_REUSED,
    )
