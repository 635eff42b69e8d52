"""A studio's application to be named in a batch, and the sheets of its judges."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now
from marketplace.models.people.account import Account
from marketplace.models.people.organisation import Organisation
from marketplace.models.review.sheet import Sheet, facts_of_a_sheet
from marketplace.models.studios.naming_batch import NamingBatch, NamingNotice
from marketplace.models.studios.studio import Studio
from marketplace.models.studios.studio_parts import StudioDossier

APPLICATION_STATES = (
    "applied", "returned", "withdrawn", "not_recommended", "recommended", "not_selected", "proposed", "publicity",
    "objected", "named", "struck", "revoked",
)  # fmt: skip
# Where an application is no longer in its batch.
APPLICATION_ENDED = ("withdrawn", "not_recommended", "not_selected", "named", "struck", "revoked")
# Why an application was not chosen: the arithmetic of the selection, or the meeting.
NOT_CHOSEN = ("below_line", "city_full", "quota_full", "tie", "meeting")


class StudioApplication(Aggregate, Base):
    """An application, decided by what its dossier froze.

    ``organisation_id`` is the unit that applies, ``account_id`` who applied for it. ``acknowledged`` names the
    conditions that were not met, or of which nothing was on record, and that the unit explained in ``explanation``.
    ``recommended_as`` is the role of the office that recommended, ``recommended_from`` its place (the path of a city
    or an industry), ``recommended_rank`` the application's place in the order of that office, from 1. ``decision`` is
    the latest reason an office gave for what it did. ``score`` and ``rank`` are there once the sheets are counted;
    equals share a rank. ``not_chosen_for`` is why the meeting did not propose it. A naming that was revoked keeps its
    plaque number, which nobody else gets.
    """

    __tablename__ = "studio_application"

    naming_batch_id: Mapped[int] = mapped_column(sa.ForeignKey("naming_batch.id"), index=True)
    studio_id: Mapped[int] = mapped_column(sa.ForeignKey("studio.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    dossier_id: Mapped[int] = mapped_column(sa.ForeignKey("studio_dossier.id"))
    state: Mapped[str] = mapped_column(sa.String(20), default="applied", index=True)
    statement: Mapped[str] = mapped_column(sa.Text, default="")
    acknowledged: Mapped[list[str]] = mapped_column(default=list)
    explanation: Mapped[str] = mapped_column(sa.Text, default="")
    applied_at: Mapped[dt.datetime] = mapped_column(default=now)

    recommended_by: Mapped[str | None] = mapped_column(sa.String(120))
    recommended_at: Mapped[dt.datetime | None]
    recommended_as: Mapped[str] = mapped_column(sa.String(20), default="")
    recommended_from: Mapped[str] = mapped_column(sa.String(60), default="")
    recommended_rank: Mapped[int | None]
    opinion: Mapped[str] = mapped_column(sa.Text, default="")
    decision: Mapped[str] = mapped_column(sa.Text, default="")

    score: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 2))
    rank: Mapped[int | None]
    not_chosen_for: Mapped[str | None] = mapped_column(sa.String(20))
    plaque: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    named_on: Mapped[dt.date | None]
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("naming_notice.id"))
    revoked_on: Mapped[dt.date | None]
    revoked_because: Mapped[str] = mapped_column(sa.Text, default="")

    batch: Mapped[NamingBatch] = relationship(back_populates="applications")
    studio: Mapped[Studio] = relationship()
    organisation: Mapped[Organisation] = relationship()
    account: Mapped[Account | None] = relationship()
    dossier: Mapped[StudioDossier] = relationship()
    notice: Mapped[NamingNotice | None] = relationship()
    sheets: Mapped[list[NamingSheet]] = relationship(
        order_by="NamingSheet.id", cascade="all, delete-orphan", back_populates="application"
    )

    __table_args__ = (
        sa.CheckConstraint(f"state IN {APPLICATION_STATES}", name="state"),
        sa.CheckConstraint("(recommended_by IS NULL) = (recommended_at IS NULL)", name="recommended"),
        sa.CheckConstraint("state <> 'recommended' OR recommended_at IS NOT NULL", name="recommendation"),
        sa.CheckConstraint(
            "(state IN ('named', 'revoked')) = (plaque IS NOT NULL) AND (plaque IS NULL) = (named_on IS NULL)"
            " AND (plaque IS NULL) = (notice_id IS NULL)",
            name="named",
        ),
        sa.CheckConstraint(
            "(state = 'revoked') = (revoked_on IS NOT NULL) AND (revoked_on IS NULL) = (revoked_because = '')",
            name="revoked",
        ),
        sa.CheckConstraint(f"not_chosen_for IS NULL OR not_chosen_for IN {NOT_CHOSEN}", name="not_chosen"),
        # A studio applies once in a batch.
        sa.UniqueConstraint("naming_batch_id", "studio_id"),
        NEVER_REUSED,
    )


class NamingSheet(Sheet, Base):
    """What one judge gave one application, or why he stays away."""

    __tablename__ = "naming_sheet"

    application_id: Mapped[int] = mapped_column(sa.ForeignKey("studio_application.id", ondelete="CASCADE"), index=True)

    application: Mapped[StudioApplication] = relationship(back_populates="sheets")

    __table_args__ = (sa.UniqueConstraint("application_id", "account_id"), *facts_of_a_sheet())
