"""A deal: what an enterprise and the owner of an achievement negotiate, sign, register and see through."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.market.match import Match
from marketplace.models.market.outcome import SIDES
from marketplace.models.people.account import Account
from marketplace.models.people.organisation import Organisation
from marketplace.models.records.achievement import Achievement

DEAL_STATES = (
    "negotiating", "letter_of_intent", "signed", "registered", "implemented", "verified", "terminated",
)  # fmt: skip
# A contract stands from here on; one that was ended afterwards keeps the day it was signed.
CONTRACTED = ("signed", "registered", "implemented", "verified")
_IN_USE = ("implemented", "verified")


class Deal(Aggregate, Base):
    """The terms of the contract are there once both sides have accepted one version of the term sheet.

    A side is an organisation, a person, or a person of an organisation. ``amount`` is the whole contract and
    ``technical_part`` what of it is for technology (技术交易额), both in fen. ``contract_kind`` is one of the five the
    Civil Code knows; ``listing_id`` is the listing it came from and ``follows_id`` the deal it goes on from, such as
    the free use before a transfer. A contract that was ended keeps what was signed and registered.
    """

    __tablename__ = "deal"

    title: Mapped[str] = mapped_column(sa.String(300))
    state: Mapped[str] = mapped_column(sa.String(20), default="negotiating", index=True)
    achievement_id: Mapped[int] = mapped_column(sa.ForeignKey("achievement.id"), index=True)
    match_id: Mapped[int | None] = mapped_column(sa.ForeignKey("match.id"))
    listing_id: Mapped[int | None] = mapped_column(index=True)
    follows_id: Mapped[int | None] = mapped_column(sa.ForeignKey("deal.id"), index=True)

    enterprise_organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    enterprise_account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    owner_organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    owner_account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    broker_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)

    contract_kind: Mapped[str | None] = mapped_column(sa.String(20))
    mode: Mapped[str | None] = mapped_column(sa.String(30))
    licence_kind: Mapped[str | None] = mapped_column(sa.String(30))
    price_form: Mapped[str | None] = mapped_column(sa.String(30))
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    technical_part: Mapped[int | None] = mapped_column(sa.BigInteger)
    is_related_party: Mapped[bool] = mapped_column(default=False)

    # The version of the terms that was signed, by one side at first.
    signed_version: Mapped[int | None]
    enterprise_signed_by: Mapped[str | None] = mapped_column(sa.String(120))
    owner_signed_by: Mapped[str | None] = mapped_column(sa.String(120))
    signed_on: Mapped[dt.date | None]
    registration_no: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    registration_office: Mapped[str] = mapped_column(sa.String(120), default="")
    registered_on: Mapped[dt.date | None]
    registered_by: Mapped[str | None] = mapped_column(sa.String(120))
    first_used_on: Mapped[dt.date | None]
    terminated_at: Mapped[dt.datetime | None]
    terminated_because: Mapped[str] = mapped_column(sa.Text, default="")

    achievement: Mapped[Achievement] = relationship()
    match: Mapped[Match | None] = relationship()
    follows: Mapped[Deal | None] = relationship(remote_side="Deal.id")
    enterprise_organisation: Mapped[Organisation | None] = relationship(foreign_keys=[enterprise_organisation_id])
    owner_organisation: Mapped[Organisation | None] = relationship(foreign_keys=[owner_organisation_id])
    enterprise_account: Mapped[Account | None] = relationship(foreign_keys=[enterprise_account_id])
    owner_account: Mapped[Account | None] = relationship(foreign_keys=[owner_account_id])
    broker: Mapped[Account | None] = relationship(foreign_keys=[broker_id])
    owners: Mapped[list[OwnerShare]] = relationship(order_by="OwnerShare.id", cascade="all, delete-orphan")

    __table_args__ = (
        sa.CheckConstraint(f"state IN {DEAL_STATES}", name="state"),
        sa.CheckConstraint("enterprise_organisation_id IS NOT NULL OR enterprise_account_id IS NOT NULL", name="buyer"),
        sa.CheckConstraint("owner_organisation_id IS NOT NULL OR owner_account_id IS NOT NULL", name="owner"),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name="amount"),
        sa.CheckConstraint("technical_part IS NULL OR technical_part BETWEEN 0 AND amount", name="technical_part"),
        sa.CheckConstraint(
            "(signed_on IS NULL) = (enterprise_signed_by IS NULL OR owner_signed_by IS NULL)", name="signed_by_both"
        ),
        sa.CheckConstraint(
            "(signed_version IS NULL) = (enterprise_signed_by IS NULL AND owner_signed_by IS NULL)",
            name="signed_version",
        ),
        sa.CheckConstraint(f"state NOT IN {CONTRACTED} OR signed_on IS NOT NULL", name="signed"),
        sa.CheckConstraint("signed_on IS NULL OR (contract_kind IS NOT NULL AND amount IS NOT NULL)", name="contract"),
        sa.CheckConstraint(
            "(registration_no IS NULL) = (registered_on IS NULL)"
            " AND (registration_no IS NULL) = (registered_by IS NULL)"
            " AND (registration_no IS NULL) = (registration_office = '')",
            name="registration",
        ),
        sa.CheckConstraint("registered_on IS NULL OR registered_on >= signed_on", name="registered_on"),
        sa.CheckConstraint("state <> 'registered' OR registration_no IS NOT NULL", name="registered"),
        sa.CheckConstraint(f"state NOT IN {_IN_USE} OR first_used_on IS NOT NULL", name="in_use"),
        sa.CheckConstraint(
            "(state = 'terminated') = (terminated_at IS NOT NULL)"
            " AND (state = 'terminated') = (terminated_because <> '')",
            name="terminated",
        ),
        # A match leads to one deal at a time.
        sa.Index(
            "ux_deal_match", "match_id", unique=True,
            sqlite_where=sa.text("state <> 'terminated'"), postgresql_where=sa.text("state <> 'terminated'"),
        ),
        NEVER_REUSED,
    )  # fmt: skip

    def organisation_of(self, side: str) -> Organisation | None:
        return self.enterprise_organisation if side == SIDES[0] else self.owner_organisation

    def account_of(self, side: str) -> Account | None:
        return self.enterprise_account if side == SIDES[0] else self.owner_account

    @property
    def owner_unit_ids(self) -> frozenset[int]:
        """The units whose achievement it is: the one that negotiates, and those that own it with it."""
        held = {self.owner_organisation_id, *(it.organisation_id for it in self.owners)}
        return frozenset(it for it in held if it is not None)

    @property
    def co_owners(self) -> list[OwnerShare]:
        """The units that own the achievement together with the one that negotiates."""
        return [it for it in self.owners if it.organisation_id != self.owner_organisation_id]

    def party(self, side: str) -> str:
        """Return what a side is called: its organisation or, where it has none, the person."""
        unit, person = self.organisation_of(side), self.account_of(side)
        return unit.name if unit is not None else person.name if person is not None else ""


class OwnerShare(Base):
    """One of several units that own the achievement of a deal, and its part of what is left to them, in per cent.

    The one that negotiates is among them and agrees by signing; each of the others consents to a ``version`` of the
    terms and to the parts, or refuses with the reason. Where there is one owner there is no row.
    """

    __tablename__ = "owner_share"

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[int] = mapped_column(sa.ForeignKey("deal.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    share: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 2))
    version: Mapped[int | None]
    consents: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    answered_by: Mapped[str | None] = mapped_column(sa.String(120))
    answered_at: Mapped[dt.datetime | None]

    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("deal_id", "organisation_id"),
        sa.CheckConstraint("share IS NULL OR (share > 0 AND share < 100)", name="share"),
        sa.CheckConstraint(
            "(version IS NULL) = (consents IS NULL) AND (version IS NULL) = (answered_by IS NULL)"
            " AND (version IS NULL) = (answered_at IS NULL)",
            name="answered",
        ),
        sa.CheckConstraint("consents IS NOT FALSE OR reason <> ''", name="refused"),
    )

    def forget_answer(self) -> None:
        """Let nothing have been answered, because the parts have changed."""
        self.version = self.consents = self.answered_by = self.answered_at = None
        self.reason = ""
