"""Listings, offers, auctions, the publicity of prices and first refusal."""

import sqlalchemy as sa
from alembic import op

revision = "9c4d17e2ab60"
down_revision = "e1b7a94c30d2"
branch_labels = None
depends_on = None

# The two kinds of database each say it in their own way.
_SQLITE = tuple(
    f"CREATE TRIGGER auction_bid_never_{verb}d BEFORE {verb.upper()} ON auction_bid "
    "BEGIN SELECT RAISE(ABORT, 'bids are never changed or removed'); END"
    for verb in ("update", "delete")
)
_POSTGRESQL = (
    "CREATE FUNCTION refuse_to_change_bids() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
    "'bids are never changed or removed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER auction_bid_never_changed BEFORE UPDATE OR DELETE ON auction_bid "
    "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_bids()",
)


def upgrade() -> None:
    op.create_table(
        "listing",
        sa.Column("achievement_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("mode", sa.String(length=30), nullable=False),
        sa.Column("may_sublicense", sa.Boolean(), nullable=False),
        sa.Column("territory", sa.String(length=200), nullable=False),
        sa.Column("term", sa.String(length=200), nullable=False),
        sa.Column("price_form", sa.String(length=30), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(price_form = 'listed') = (price IS NOT NULL)", name=op.f("ck_listing_price_listed")),
        sa.CheckConstraint(
            "mode IN ('assignment', 'exclusive_licence', 'sole_licence', 'ordinary_licence', 'use_first', "
            "'joint_implementation', 'equity', 'own_implementation')",
            name=op.f("ck_listing_mode"),
        ),
        sa.CheckConstraint(
            "price_form IN ('agreed', 'listed', 'auction', 'free_trial')", name=op.f("ck_listing_price_form")
        ),
        sa.CheckConstraint(
            "state IN ('unlisted', 'listed', 'in_negotiation', 'transferred', 'licensed_exclusive', "
            "'licensed_ordinary', 'expired', 'withdrawn')",
            name=op.f("ck_listing_state"),
        ),
        sa.CheckConstraint(
            "state IN ('unlisted', 'withdrawn') OR listed_at IS NOT NULL", name=op.f("ck_listing_listed")
        ),
        sa.CheckConstraint("(listed_at IS NULL) = (valid_until IS NULL)", name=op.f("ck_listing_valid_until")),
        sa.CheckConstraint("price IS NULL OR price > 0", name=op.f("ck_listing_price")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_listing_account_id_account")),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievement.id"], name=op.f("fk_listing_achievement_id_achievement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_achievement_id"), ["achievement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_valid_until"), ["valid_until"], unique=False)
        batch_op.create_index(
            "ux_listing_taken",
            ["achievement_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('in_negotiation', 'transferred', 'licensed_exclusive')"),
            postgresql_where=sa.text("state IN ('in_negotiation', 'transferred', 'licensed_exclusive')"),
        )
        batch_op.create_index(
            "ux_listing_terms",
            ["achievement_id", "mode"],
            unique=True,
            sqlite_where=sa.text("state IN ('unlisted', 'listed', 'licensed_ordinary', 'in_negotiation')"),
            postgresql_where=sa.text("state IN ('unlisted', 'listed', 'licensed_ordinary', 'in_negotiation')"),
        )

    op.create_table(
        "auction",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("start_price", sa.BigInteger(), nullable=False),
        sa.Column("increment", sa.BigInteger(), nullable=False),
        sa.Column("reserve", sa.BigInteger(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extension", sa.Integer(), nullable=False),
        sa.Column("times_extended", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('sold', 'reserve_not_met', 'no_bids', 'cancelled')",
            name=op.f("ck_auction_outcome"),
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_auction_closed")),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_auction_closes_at")),
        sa.CheckConstraint("increment > 0", name=op.f("ck_auction_increment")),
        sa.CheckConstraint("reserve IS NULL OR reserve >= start_price", name=op.f("ck_auction_reserve")),
        sa.CheckConstraint("start_price > 0", name=op.f("ck_auction_start_price")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_auction_listing_id_listing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auction")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("auction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_auction_closes_at"), ["closes_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_auction_listing_id"), ["listing_id"], unique=False)
        batch_op.create_index(
            "ux_auction_open",
            ["listing_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "auction_bidder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("auction_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'approved') = (number IS NOT NULL)", name=op.f("ck_auction_bidder_number")),
        sa.CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name=op.f("ck_auction_bidder_decided")),
        sa.CheckConstraint("state IN ('asked', 'approved', 'refused')", name=op.f("ck_auction_bidder_state")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_auction_bidder_account_id_account")),
        sa.ForeignKeyConstraint(["auction_id"], ["auction.id"], name=op.f("fk_auction_bidder_auction_id_auction")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_auction_bidder_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auction_bidder")),
        sa.UniqueConstraint("auction_id", "number", name=op.f("uq_auction_bidder_auction_id_number")),
        sa.UniqueConstraint("auction_id", "organisation_id", name=op.f("uq_auction_bidder_auction_id_organisation_id")),
    )
    with op.batch_alter_table("auction_bidder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_auction_bidder_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "first_refusal",
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("terms", sa.String(length=64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'waived', 'lapsed', 'exercised', 'replaced')", name=op.f("ck_first_refusal_state")
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_first_refusal_ends_on")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_first_refusal_deal_id_deal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_refusal")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("first_refusal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_first_refusal_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(
            "ux_first_refusal_standing",
            ["deal_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'replaced'"),
            postgresql_where=sa.text("state <> 'replaced'"),
        )

    op.create_table(
        "listing_offer",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'interest') OR amount IS NOT NULL", name=op.f("ck_listing_offer_amount")),
        sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_listing_offer_decided")),
        sa.CheckConstraint(
            "(state IN ('accepted', 'ended')) = (deal_id IS NOT NULL)", name=op.f("ck_listing_offer_deal")
        ),
        sa.CheckConstraint("kind IN ('price', 'interest', 'bid')", name=op.f("ck_listing_offer_kind")),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'ended', 'declined', 'withdrawn', 'lost')",
            name=op.f("ck_listing_offer_state"),
        ),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_listing_offer_decided_by")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_listing_offer_account_id_account")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_listing_offer_deal_id_deal")),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_offer_listing_id_listing")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_listing_offer_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_offer")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("listing_offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_offer_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_offer_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_offer_listing_id"), ["listing_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_offer_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(
            "ux_listing_offer_open",
            ["listing_id", "organisation_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'accepted')"),
            postgresql_where=sa.text("state IN ('waiting', 'accepted')"),
        )

    op.create_table(
        "price_notice",
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("mode", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("is_related_party", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('publicity', 'objected', 'passed', 'replaced', 'struck')", name=op.f("ck_price_notice_state")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_price_notice_amount")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_price_notice_deal_id_deal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_notice")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("price_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_price_notice_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(
            "ux_price_notice_open",
            ["deal_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('publicity', 'objected', 'passed')"),
            postgresql_where=sa.text("state IN ('publicity', 'objected', 'passed')"),
        )

    op.create_table(
        "auction_bid",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("auction_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("bidder_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("(sequence = 1) = (previous_hash IS NULL)", name=op.f("ck_auction_bid_previous_hash")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_auction_bid_amount")),
        sa.ForeignKeyConstraint(["auction_id"], ["auction.id"], name=op.f("fk_auction_bid_auction_id_auction")),
        sa.ForeignKeyConstraint(
            ["bidder_id"], ["auction_bidder.id"], name=op.f("fk_auction_bid_bidder_id_auction_bidder")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auction_bid")),
        sa.UniqueConstraint("auction_id", "sequence", name=op.f("uq_auction_bid_auction_id_sequence")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("auction_bid", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_auction_bid_bidder_id"), ["bidder_id"], unique=False)

    op.create_table(
        "first_refusal_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_refusal_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "answer IS NULL OR answer IN ('waived', 'exercised')", name=op.f("ck_first_refusal_answer_answer")
        ),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_first_refusal_answer_answered")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_first_refusal_answer_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["first_refusal_id"],
            ["first_refusal.id"],
            name=op.f("fk_first_refusal_answer_first_refusal_id_first_refusal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_refusal_answer")),
        sa.UniqueConstraint(
            "first_refusal_id", "account_id", name=op.f("uq_first_refusal_answer_first_refusal_id_account_id")
        ),
    )
    with op.batch_alter_table("first_refusal_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_first_refusal_answer_account_id"), ["account_id"], unique=False)

    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("first_refusal_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_first_refusal_answer_account_id"))

    op.drop_table("first_refusal_answer")
    with op.batch_alter_table("auction_bid", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_auction_bid_bidder_id"))

    op.drop_table("auction_bid")
    with op.batch_alter_table("price_notice", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_price_notice_open",
            sqlite_where=sa.text("state IN ('publicity', 'objected', 'passed')"),
            postgresql_where=sa.text("state IN ('publicity', 'objected', 'passed')"),
        )
        batch_op.drop_index(batch_op.f("ix_price_notice_deal_id"))

    op.drop_table("price_notice")
    with op.batch_alter_table("listing_offer", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_listing_offer_open",
            sqlite_where=sa.text("state IN ('waiting', 'accepted')"),
            postgresql_where=sa.text("state IN ('waiting', 'accepted')"),
        )
        batch_op.drop_index(batch_op.f("ix_listing_offer_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_listing_offer_listing_id"))
        batch_op.drop_index(batch_op.f("ix_listing_offer_deal_id"))
        batch_op.drop_index(batch_op.f("ix_listing_offer_account_id"))

    op.drop_table("listing_offer")
    with op.batch_alter_table("first_refusal", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_first_refusal_standing",
            sqlite_where=sa.text("state <> 'replaced'"),
            postgresql_where=sa.text("state <> 'replaced'"),
        )
        batch_op.drop_index(batch_op.f("ix_first_refusal_deal_id"))

    op.drop_table("first_refusal")
    with op.batch_alter_table("auction_bidder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_auction_bidder_organisation_id"))

    op.drop_table("auction_bidder")
    with op.batch_alter_table("auction", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_auction_open", sqlite_where=sa.text("closed_at IS NULL"), postgresql_where=sa.text("closed_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_auction_listing_id"))
        batch_op.drop_index(batch_op.f("ix_auction_closes_at"))

    op.drop_table("auction")
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_listing_terms",
            sqlite_where=sa.text("state IN ('unlisted', 'listed', 'licensed_ordinary', 'in_negotiation')"),
            postgresql_where=sa.text("state IN ('unlisted', 'listed', 'licensed_ordinary', 'in_negotiation')"),
        )
        batch_op.drop_index(
            "ux_listing_taken",
            sqlite_where=sa.text("state IN ('in_negotiation', 'transferred', 'licensed_exclusive')"),
            postgresql_where=sa.text("state IN ('in_negotiation', 'transferred', 'licensed_exclusive')"),
        )
        batch_op.drop_index(batch_op.f("ix_listing_valid_until"))
        batch_op.drop_index(batch_op.f("ix_listing_state"))
        batch_op.drop_index(batch_op.f("ix_listing_achievement_id"))
        batch_op.drop_index(batch_op.f("ix_listing_account_id"))

    op.drop_table("listing")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_to_change_bids()")
