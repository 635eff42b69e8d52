"""A benefit: fixed before, claimed, attested, verified, and counted once wherever it is referred to."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now

ATTESTORS = ("finance", "outside")


class BenefitReference(Base):
    """A record that refers to a benefit; totals sum benefits, never references."""

    __tablename__ = "benefit_reference"

    benefit_id: Mapped[int] = mapped_column(sa.ForeignKey("benefit.id", ondelete="CASCADE"), primary_key=True)
    noun: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    object_id: Mapped[int] = mapped_column(primary_key=True)

    __table_args__ = (sa.Index("ix_benefit_reference_object", "noun", "object_id"),)


class Benefit(Aggregate, Base):
    """A net benefit of twelve months from first use, in integer fen of ``price_year``.

    Costs before and after are fen for one unit of output, ``yearly_output`` counts those units in a year and
    ``implementation_cost`` is fen a year. ``safety_effect`` tells a benefit that is not money. Claimed, attested and
    verified amounts stand side by side and never replace one another. ``planned_attestor`` is who was to attest it,
    stated before anything was measured. A benefit found false is revoked: it keeps its amounts and counts no more.
    """

    __tablename__ = "benefit"

    metric: Mapped[str] = mapped_column(sa.Text)
    baseline: Mapped[str] = mapped_column(sa.Text)
    method: Mapped[str] = mapped_column(sa.Text)
    period_from: Mapped[dt.date | None]
    period_to: Mapped[dt.date | None]
    currency: Mapped[str] = mapped_column(sa.String(3), default="CNY")
    tax_basis: Mapped[str] = mapped_column(sa.String(20), default="excluded")
    price_year: Mapped[int | None]
    unit_of_output: Mapped[str] = mapped_column(sa.String(40), default="")
    unit_cost_before: Mapped[int | None] = mapped_column(sa.BigInteger)
    unit_cost_after: Mapped[int | None] = mapped_column(sa.BigInteger)
    yearly_output: Mapped[Decimal | None] = mapped_column(sa.Numeric(18, 4))
    implementation_cost: Mapped[int | None] = mapped_column(sa.BigInteger)
    safety_effect: Mapped[str] = mapped_column(sa.Text, default="")
    planned_attestor: Mapped[str | None] = mapped_column(sa.String(10))

    claimed: Mapped[int | None] = mapped_column(sa.BigInteger)
    claimed_by: Mapped[str | None] = mapped_column(sa.String(120))
    claimed_at: Mapped[dt.datetime | None]
    attested: Mapped[int | None] = mapped_column(sa.BigInteger)
    attestor: Mapped[str | None] = mapped_column(sa.String(10))
    attested_by: Mapped[str | None] = mapped_column(sa.String(120))
    attested_at: Mapped[dt.datetime | None]
    attestation_note: Mapped[str] = mapped_column(sa.Text, default="")
    verified: Mapped[int | None] = mapped_column(sa.BigInteger)
    verified_by: Mapped[str | None] = mapped_column(sa.String(120))
    verified_at: Mapped[dt.datetime | None]
    verification_note: Mapped[str] = mapped_column(sa.Text, default="")
    revoked_by: Mapped[str | None] = mapped_column(sa.String(120))
    revoked_at: Mapped[dt.datetime | None]
    revoked_because: Mapped[str] = mapped_column(sa.Text, default="")

    references: Mapped[list[BenefitReference]] = relationship(cascade="all, delete-orphan")

    __table_args__ = (
        sa.CheckConstraint("(claimed_by IS NULL) = (claimed_at IS NULL)", name="claimed"),
        sa.CheckConstraint(
            "(attested_by IS NULL) = (attested_at IS NULL) AND (attested_by IS NULL) = (attestor IS NULL)",
            name="attested",
        ),
        sa.CheckConstraint(f"attestor IS NULL OR attestor IN {ATTESTORS}", name="attestor"),
        sa.CheckConstraint(f"planned_attestor IS NULL OR planned_attestor IN {ATTESTORS}", name="planned_attestor"),
        sa.CheckConstraint(
            "(revoked_by IS NULL) = (revoked_at IS NULL) AND (revoked_by IS NULL) = (revoked_because = '')",
            name="revoked",
        ),
        sa.CheckConstraint("(verified_by IS NULL) = (verified_at IS NULL)", name="verified"),
        sa.CheckConstraint("verified_at IS NULL OR claimed_at IS NOT NULL", name="verified_after_claim"),
        sa.CheckConstraint("tax_basis IN ('excluded', 'included')", name="tax_basis"),
        sa.CheckConstraint("period_from IS NULL OR period_to > period_from", name="period"),
        NEVER_REUSED,
    )


class ApplicationBlock(Base):
    """A person or a unit that submits nothing for a while, because of false data in the record it names.

    Blocked from ``blocked_from`` up to, and no longer on, ``blocked_until``.
    """

    __tablename__ = "application_block"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    noun: Mapped[str] = mapped_column(sa.String(20))
    object_id: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text)
    blocked_from: Mapped[dt.date]
    blocked_until: Mapped[dt.date]
    set_by: Mapped[str] = mapped_column(sa.String(120))
    set_at: Mapped[dt.datetime] = mapped_column(default=now)

    __table_args__ = (
        sa.CheckConstraint("(account_id IS NULL) <> (organisation_id IS NULL)", name="one_is_blocked"),
        sa.CheckConstraint("blocked_until > blocked_from", name="blocked_until"),
    )
