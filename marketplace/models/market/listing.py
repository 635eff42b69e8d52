"""A published achievement offered on terms, and what enterprises offered for it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.people.account import Account
from marketplace.models.people.organisation import Organisation
from marketplace.models.records.achievement import Achievement

STATES = (
    "unlisted", "listed", "in_negotiation", "transferred", "licensed_exclusive", "licensed_ordinary", "expired",
    "withdrawn",
)  # fmt: skip
# Of the ways to transfer those that one can be asked for by name; a licence that says nothing else is an ordinary one.
MODES = (
    "assignment", "exclusive_licence", "sole_licence", "ordinary_licence", "use_first", "joint_implementation",
    "equity", "own_implementation",
)  # fmt: skip
PRICE_FORMS = ("agreed", "listed", "auction", "free_trial")
# What leaves nobody else to be offered the achievement: its right passes on, or a licence shuts all others out.
PASSING_ON = ("assignment", "equity")
SHUTTING_OUT = ("exclusive_licence", "sole_licence")
# Where offers are taken, where one has it alone, and where it stays for good.
OPEN = ("listed", "licensed_ordinary")
TAKEN = ("transferred", "licensed_exclusive")
OFFER_KINDS = ("price", "interest", "bid")
OFFER_STATES = ("waiting", "accepted", "ended", "declined", "withdrawn", "lost")

# Where one enterprise has it for itself, for now or for good.
HELD = ("in_negotiation", *TAKEN)
_UNDER_WAY = ("unlisted", *OPEN, "in_negotiation")


class Listing(Aggregate, Base):
    """One way to have an achievement, for a price in fen or by a way to find one.

    Several of one achievement may be open side by side, each of another mode. ``valid_until`` is the last day.
    ``account_id`` is who prepared it.
    """

    __tablename__ = "listing"
    # What is offered is told in the document of its achievement.
    __outbox__ = ("achievement", "achievement_id")

    achievement_id: Mapped[int] = mapped_column(sa.ForeignKey("achievement.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(20), default="unlisted", index=True)
    mode: Mapped[str] = mapped_column(sa.String(30))
    may_sublicense: Mapped[bool] = mapped_column(default=False)
    territory: Mapped[str] = mapped_column(sa.String(200), default="")
    term: Mapped[str] = mapped_column(sa.String(200), default="")
    price_form: Mapped[str] = mapped_column(sa.String(30))
    price: Mapped[int | None] = mapped_column(sa.BigInteger)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    listed_at: Mapped[dt.datetime | None]
    valid_until: Mapped[dt.date | None] = mapped_column(index=True)
    reminded_on: Mapped[dt.date | None]

    achievement: Mapped[Achievement] = relationship()
    account: Mapped[Account | None] = relationship()

    __table_args__ = (
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint(f"mode IN {MODES}", name="mode"),
        sa.CheckConstraint(f"price_form IN {PRICE_FORMS}", name="price_form"),
        sa.CheckConstraint("(price_form = 'listed') = (price IS NOT NULL)", name="price_listed"),
        sa.CheckConstraint("price IS NULL OR price > 0", name="price"),
        sa.CheckConstraint("state IN ('unlisted', 'withdrawn') OR listed_at IS NOT NULL", name="listed"),
        sa.CheckConstraint("(listed_at IS NULL) = (valid_until IS NULL)", name="valid_until"),
        # Whoever has an achievement to himself has it alone, whichever listing it came from.
        sa.Index(
            "ux_listing_taken", "achievement_id", unique=True,
            sqlite_where=sa.text(f"state IN {HELD}"), postgresql_where=sa.text(f"state IN {HELD}"),
        ),
        sa.Index(
            "ux_listing_terms", "achievement_id", "mode", unique=True,
            sqlite_where=sa.text(f"state IN {_UNDER_WAY}"), postgresql_where=sa.text(f"state IN {_UNDER_WAY}"),
        ),
        NEVER_REUSED,
    )  # fmt: skip

    @property
    def is_exclusive(self) -> bool:
        """Whether one buyer alone can have it."""
        return self.mode in (*PASSING_ON, *SHUTTING_OUT)


class ListingOffer(Aggregate, Base):
    """What an enterprise offered: the price that is listed, its interest where a price is to be agreed, or a bid.

    Where it was accepted a deal was opened; ``ended`` says that this came to nothing. ``amount`` is in fen.
    """

    __tablename__ = "listing_offer"

    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listing.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting")
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    decided_by: Mapped[str | None] = mapped_column(sa.String(120))
    decided_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    deal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("deal.id"), index=True)

    listing: Mapped[Listing] = relationship()
    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (
        sa.CheckConstraint(f"kind IN {OFFER_KINDS}", name="kind"),
        sa.CheckConstraint(f"state IN {OFFER_STATES}", name="state"),
        sa.CheckConstraint("(kind = 'interest') OR amount IS NOT NULL", name="amount"),
        sa.CheckConstraint("(state IN ('accepted', 'ended')) = (deal_id IS NOT NULL)", name="deal"),
        sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_by"),
        sa.Index(
            "ux_listing_offer_open", "listing_id", "organisation_id", unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'accepted')"),
            postgresql_where=sa.text("state IN ('waiting', 'accepted')"),
        ),
        NEVER_REUSED,
    )  # fmt: skip
