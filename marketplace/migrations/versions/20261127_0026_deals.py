"""Deals between an enterprise and the owner of an achievement."""

import sqlalchemy as sa
from alembic import op

revision = "fdaba3d99230"
down_revision = "c47d19e6b05a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deal",
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("achievement_id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=True),
        sa.Column("listing_id", sa.Integer(), nullable=True),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("enterprise_organisation_id", sa.Integer(), nullable=True),
        sa.Column("enterprise_account_id", sa.Integer(), nullable=True),
        sa.Column("owner_organisation_id", sa.Integer(), nullable=True),
        sa.Column("owner_account_id", sa.Integer(), nullable=True),
        sa.Column("broker_id", sa.Integer(), nullable=True),
        sa.Column("contract_kind", sa.String(length=20), nullable=True),
        sa.Column("mode", sa.String(length=30), nullable=True),
        sa.Column("licence_kind", sa.String(length=30), nullable=True),
        sa.Column("price_form", sa.String(length=30), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("technical_part", sa.BigInteger(), nullable=True),
        sa.Column("is_related_party", sa.Boolean(), nullable=False),
        sa.Column("signed_version", sa.Integer(), nullable=True),
        sa.Column("enterprise_signed_by", sa.String(length=120), nullable=True),
        sa.Column("owner_signed_by", sa.String(length=120), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("registration_no", sa.String(length=60), nullable=True),
        sa.Column("registration_office", sa.String(length=120), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("registered_by", sa.String(length=120), nullable=True),
        sa.Column("first_used_on", sa.Date(), nullable=True),
        sa.Column("terminated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("terminated_because", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(registration_no IS NULL) = (registered_on IS NULL)"
            " AND (registration_no IS NULL) = (registered_by IS NULL)"
            " AND (registration_no IS NULL) = (registration_office = '')",
            name=op.f("ck_deal_registration"),
        ),
        sa.CheckConstraint(
            "(state = 'terminated') = (terminated_at IS NOT NULL)"
            " AND (state = 'terminated') = (terminated_because <> '')",
            name=op.f("ck_deal_terminated"),
        ),
        sa.CheckConstraint("state <> 'registered' OR registration_no IS NOT NULL", name=op.f("ck_deal_registered")),
        sa.CheckConstraint(
            "state IN ('negotiating', 'letter_of_intent', 'signed', 'registered', 'implemented', 'verified',"
            " 'terminated')",
            name=op.f("ck_deal_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('implemented', 'verified') OR first_used_on IS NOT NULL", name=op.f("ck_deal_in_use")
        ),
        sa.CheckConstraint(
            "state NOT IN ('signed', 'registered', 'implemented', 'verified') OR signed_on IS NOT NULL",
            name=op.f("ck_deal_signed"),
        ),
        sa.CheckConstraint(
            "(signed_version IS NULL) = (enterprise_signed_by IS NULL AND owner_signed_by IS NULL)",
            name=op.f("ck_deal_signed_version"),
        ),
        sa.CheckConstraint(
            "(signed_on IS NULL) = (enterprise_signed_by IS NULL OR owner_signed_by IS NULL)",
            name=op.f("ck_deal_signed_by_both"),
        ),
        sa.CheckConstraint("amount IS NULL OR amount >= 0", name=op.f("ck_deal_amount")),
        sa.CheckConstraint(
            "enterprise_organisation_id IS NOT NULL OR enterprise_account_id IS NOT NULL", name=op.f("ck_deal_buyer")
        ),
        sa.CheckConstraint(
            "owner_organisation_id IS NOT NULL OR owner_account_id IS NOT NULL", name=op.f("ck_deal_owner")
        ),
        sa.CheckConstraint("registered_on IS NULL OR registered_on >= signed_on", name=op.f("ck_deal_registered_on")),
        sa.CheckConstraint(
            "signed_on IS NULL OR (contract_kind IS NOT NULL AND amount IS NOT NULL)", name=op.f("ck_deal_contract")
        ),
        sa.CheckConstraint(
            "technical_part IS NULL OR technical_part BETWEEN 0 AND amount", name=op.f("ck_deal_technical_part")
        ),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievement.id"], name=op.f("fk_deal_achievement_id_achievement")
        ),
        sa.ForeignKeyConstraint(["broker_id"], ["account.id"], name=op.f("fk_deal_broker_id_account")),
        sa.ForeignKeyConstraint(
            ["enterprise_account_id"], ["account.id"], name=op.f("fk_deal_enterprise_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_deal_enterprise_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["follows_id"], ["deal.id"], name=op.f("fk_deal_follows_id_deal")),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name=op.f("fk_deal_match_id_match")),
        sa.ForeignKeyConstraint(["owner_account_id"], ["account.id"], name=op.f("fk_deal_owner_account_id_account")),
        sa.ForeignKeyConstraint(
            ["owner_organisation_id"], ["organisation.id"], name=op.f("fk_deal_owner_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
        sa.UniqueConstraint("registration_no", name=op.f("uq_deal_registration_no")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deal_achievement_id"), ["achievement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_broker_id"), ["broker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_enterprise_account_id"), ["enterprise_account_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_deal_enterprise_organisation_id"), ["enterprise_organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_deal_follows_id"), ["follows_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_listing_id"), ["listing_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_owner_account_id"), ["owner_account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_owner_organisation_id"), ["owner_organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_state"), ["state"], unique=False)
        batch_op.create_index(
            "ux_deal_match",
            ["match_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'terminated'"),
            postgresql_where=sa.text("state <> 'terminated'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_deal_match",
            sqlite_where=sa.text("state <> 'terminated'"),
            postgresql_where=sa.text("state <> 'terminated'"),
        )
        batch_op.drop_index(batch_op.f("ix_deal_state"))
        batch_op.drop_index(batch_op.f("ix_deal_owner_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_deal_owner_account_id"))
        batch_op.drop_index(batch_op.f("ix_deal_listing_id"))
        batch_op.drop_index(batch_op.f("ix_deal_follows_id"))
        batch_op.drop_index(batch_op.f("ix_deal_enterprise_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_deal_enterprise_account_id"))
        batch_op.drop_index(batch_op.f("ix_deal_broker_id"))
        batch_op.drop_index(batch_op.f("ix_deal_achievement_id"))

    op.drop_table("deal")
