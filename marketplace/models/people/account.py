"""Who signs in, and in which role: an account holds any number of grants, each a role with its scope and its time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base, now
from marketplace.models.people.organisation import Organisation

if TYPE_CHECKING:
    from marketplace.models.people.deputation import Deputation

# From the one with the widest reach to the one with the narrowest; an account acts in the first it holds.
ROLES = (
    "admin", "province_curator", "auditor", "city", "industry_union", "county", "unit_union",
    "enterprise", "broker", "judge", "finance_attestor", "studio_leader", "worker",
)  # fmt: skip


class RoleGrant(Base):
    """A role given to an account, for records within a scope, from one moment to another.

    A scope is everything under a region path, under an industry path, or of one organisation; where two are stated
    both must hold, and an empty path sets no bound on that hierarchy. A grant that was taken back stays on record.
    """

    __tablename__ = "role_grant"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(sa.String(20))
    region_path: Mapped[str] = mapped_column(sa.String(60), default="", index=True)
    industry_path: Mapped[str] = mapped_column(sa.String(30), default="", index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    valid_from: Mapped[dt.datetime] = mapped_column(default=now)
    valid_until: Mapped[dt.datetime | None]
    granted_by: Mapped[str] = mapped_column(sa.String(120))
    revoked_at: Mapped[dt.datetime | None]
    revoked_by: Mapped[str | None] = mapped_column(sa.String(120))
    reason: Mapped[str | None] = mapped_column(sa.Text)

    organisation: Mapped[Organisation | None] = relationship()
    account: Mapped[Account] = relationship(back_populates="grants")

    __table_args__ = (
        sa.CheckConstraint(f"role IN {ROLES}", name="role"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="valid_until"),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (reason IS NULL)", name="revoked"
        ),
    )

    def is_in_force(self, moment: dt.datetime) -> bool:
        begun = self.valid_from <= moment and (self.valid_until is None or moment < self.valid_until)
        return begun and self.revoked_at is None


class Account(Aggregate, Base):
    """A person. The address is kept folded; without a password the account was invited and not yet taken up.

    ``claimed_organisation`` is the unit a person says to belong to; it opens nothing until staff confirm it by a grant.
    """

    __tablename__ = "account"

    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    language: Mapped[str] = mapped_column(sa.String(8), default="zh_Hans")
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    confirmed_at: Mapped[dt.datetime | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    claimed_organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]
    totp_secret: Mapped[str | None] = mapped_column(sa.String(32))
    totp_confirmed_at: Mapped[dt.datetime | None]
    # The time step of the last code accepted: a code seen over a shoulder opens nothing a second time.
    totp_step: Mapped[int | None]

    grants: Mapped[list[RoleGrant]] = relationship(
        order_by="RoleGrant.id", cascade="all, delete-orphan", back_populates="account"
    )
    # The desks of others that this person was asked to see to.
    deputations: Mapped[list[Deputation]] = relationship(order_by="Deputation.id", back_populates="deputy")
    claimed_organisation: Mapped[Organisation | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint("email <> '' AND name <> ''", name="named"),
        sa.CheckConstraint("totp_confirmed_at IS NULL OR totp_secret IS NOT NULL", name="totp"),
        NEVER_REUSED,
    )
