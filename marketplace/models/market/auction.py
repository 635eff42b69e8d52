"""An auction of a listing: its terms, who may bid, and every bid in the order in which it came."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.db import NEVER_REUSED, Aggregate, Base
from marketplace.models.market.listing import Listing
from marketplace.models.people.organisation import Organisation

OUTCOMES = ("sold", "reserve_not_met", "no_bids", "cancelled")
BIDDER_STATES = ("asked", "approved", "refused")


class Auction(Aggregate, Base):
    """Amounts are fen. Bids are taken from ``opens_at`` up to, and no longer at, ``closes_at``, which a late bid moves.

    ``reserve`` is known to the owner alone; below it nothing is sold.
    """

    __tablename__ = "auction"

    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("listing.id"), index=True)
    start_price: Mapped[int] = mapped_column(sa.BigInteger)
    increment: Mapped[int] = mapped_column(sa.BigInteger)
    reserve: Mapped[int | None] = mapped_column(sa.BigInteger)
    opens_at: Mapped[dt.datetime]
    closes_at: Mapped[dt.datetime] = mapped_column(index=True)
    # What the rule said when the auction was made, in minutes.
    extension: Mapped[int]
    times_extended: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None] = mapped_column(sa.String(20))

    listing: Mapped[Listing] = relationship()
    bidders: Mapped[list[AuctionBidder]] = relationship(order_by="AuctionBidder.id")
    bids: Mapped[list[AuctionBid]] = relationship(order_by="AuctionBid.sequence")

    __table_args__ = (
        sa.CheckConstraint("start_price > 0", name="start_price"),
        sa.CheckConstraint("increment > 0", name="increment"),
        sa.CheckConstraint("reserve IS NULL OR reserve >= start_price", name="reserve"),
        sa.CheckConstraint("closes_at > opens_at", name="closes_at"),
        sa.CheckConstraint(f"outcome IS NULL OR outcome IN {OUTCOMES}", name="outcome"),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed"),
        sa.Index(
            "ux_auction_open", "listing_id", unique=True,
            sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL"),
        ),
        NEVER_REUSED,
    )  # fmt: skip


class AuctionBidder(Base):
    """An enterprise that asked to bid. Others know it by ``number`` alone, given when the owner admits it."""

    __tablename__ = "auction_bidder"

    id: Mapped[int] = mapped_column(primary_key=True)
    auction_id: Mapped[int] = mapped_column(sa.ForeignKey("auction.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(sa.String(10), default="asked")
    number: Mapped[int | None]
    decided_by: Mapped[str | None] = mapped_column(sa.String(120))
    decided_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    organisation: Mapped[Organisation] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("auction_id", "organisation_id"),
        sa.UniqueConstraint("auction_id", "number"),
        sa.CheckConstraint(f"state IN {BIDDER_STATES}", name="state"),
        sa.CheckConstraint("(state = 'approved') = (number IS NOT NULL)", name="number"),
        sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided"),
    )


class AuctionBid(Base):
    """A bid, never changed or removed, which the database refuses; each carries the hash of the one before it."""

    __tablename__ = "auction_bid"

    id: Mapped[int] = mapped_column(primary_key=True)
    auction_id: Mapped[int] = mapped_column(sa.ForeignKey("auction.id"))
    sequence: Mapped[int]
    bidder_id: Mapped[int] = mapped_column(sa.ForeignKey("auction_bidder.id"), index=True)
    amount: Mapped[int] = mapped_column(sa.BigInteger)
    placed_at: Mapped[dt.datetime]
    previous_hash: Mapped[str | None] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))

    bidder: Mapped[AuctionBidder] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("auction_id", "sequence"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("(sequence = 1) = (previous_hash IS NULL)", name="previous_hash"),
        NEVER_REUSED,
    )
