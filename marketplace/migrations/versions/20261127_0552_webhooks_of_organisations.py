"""webhooks of organisations, and why an event was not sent; those that are there stay their persons'"""

import sqlalchemy as sa
from alembic import op

revision = "b64d1e98f70a"
down_revision = "d72e0b5a91f4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("webhook", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("organisation_id", sa.Integer(), nullable=True))
        batch.alter_column("account_id", existing_type=sa.Integer(), nullable=True)
        batch.create_foreign_key(
            op.f("fk_webhook_organisation_id_organisation"),
            "organisation",
            ["organisation_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch.create_check_constraint(op.f("ck_webhook_owner"), "(account_id IS NULL) <> (organisation_id IS NULL)")
        batch.create_index(op.f("ix_webhook_organisation_id"), ["organisation_id"])
    with op.batch_alter_table("webhook_delivery") as batch:
        batch.add_column(sa.Column("withheld", sa.String(20), nullable=True))
        batch.create_check_constraint(
            op.f("ck_webhook_delivery_withheld"),
            "withheld IS NULL OR (withheld IN ('account_closed', 'stopped') AND failed_at IS NOT NULL)",
        )


def downgrade() -> None:
    # Nobody could say whose those of organisations would be.
    op.execute("DELETE FROM webhook_delivery WHERE webhook_id IN (SELECT id FROM webhook WHERE account_id IS NULL)")
    op.execute("DELETE FROM webhook WHERE account_id IS NULL")
    with op.batch_alter_table("webhook_delivery") as batch:
        batch.drop_constraint(op.f("ck_webhook_delivery_withheld"), type_="check")
        batch.drop_column("withheld")
    with op.batch_alter_table("webhook", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_index(op.f("ix_webhook_organisation_id"))
        batch.drop_constraint(op.f("ck_webhook_owner"), type_="check")
        batch.drop_constraint(op.f("fk_webhook_organisation_id_organisation"), type_="foreignkey")
        batch.alter_column("account_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_column("organisation_id")
