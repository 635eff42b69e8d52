"""several units that own what a deal is about: their parts, their consent, and what each has of a payment"""

import sqlalchemy as sa
from alembic import op

revision = "94e3c1a7f5d2"
down_revision = "5b90c2e7d814"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "owner_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deal_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("share", sa.Numeric(5, 2)),
        sa.Column("version", sa.Integer()),
        sa.Column("consents", sa.Boolean()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(120)),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("share IS NULL OR (share > 0 AND share < 100)", name=op.f("ck_owner_share_share")),
        sa.CheckConstraint(
            "(version IS NULL) = (consents IS NULL) AND (version IS NULL) = (answered_by IS NULL)"
            " AND (version IS NULL) = (answered_at IS NULL)",
            name=op.f("ck_owner_share_answered"),
        ),
        sa.CheckConstraint("consents IS NOT FALSE OR reason <> ''", name=op.f("ck_owner_share_refused")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_owner_share_deal_id_deal"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_owner_share_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_share")),
        sa.UniqueConstraint("deal_id", "organisation_id", name=op.f("uq_owner_share_deal_id_organisation_id")),
    )
    op.create_index(op.f("ix_owner_share_organisation_id"), "owner_share", ["organisation_id"])
    op.create_table(
        "owner_income",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("share", sa.Numeric(5, 2), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_owner_income_amount")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["deal_payment.id"], name=op.f("fk_owner_income_payment_id_deal_payment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_owner_income_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_income")),
        sa.UniqueConstraint("payment_id", "organisation_id", name=op.f("uq_owner_income_payment_id_organisation_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_owner_income_organisation_id"), "owner_income", ["organisation_id"])
    # What is not signed yet waits for the consent of all who own it.
    op.execute(
        "INSERT INTO owner_share (deal_id, organisation_id, reason)"
        " SELECT deal.id, owning.organisation_id, '' FROM deal"
        " JOIN achievement ON achievement.id = deal.achievement_id"
        " JOIN achievement_unit AS owning ON owning.achievement_id = achievement.id"
        " WHERE deal.state IN ('negotiating', 'letter_of_intent') AND achievement.is_duty IS NOT FALSE"
        " AND (deal.enterprise_organisation_id IS NULL OR owning.organisation_id <> deal.enterprise_organisation_id)"
        " AND (SELECT count(*) FROM achievement_unit WHERE achievement_unit.achievement_id = achievement.id"
        " AND (deal.enterprise_organisation_id IS NULL"
        " OR achievement_unit.organisation_id <> deal.enterprise_organisation_id)) > 1"
        " ORDER BY deal.id, owning.position"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_owner_income_organisation_id"), table_name="owner_income")
    op.drop_table("owner_income")
    op.drop_index(op.f("ix_owner_share_organisation_id"), table_name="owner_share")
    op.drop_table("owner_share")
