"""Who sees to the desk of an absent colleague, and from which day to which."""

import sqlalchemy as sa
from alembic import op

revision = "d7a1e53c8f40"
down_revision = "c5f27a90d1e8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deputation",
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_deputation_ends_on")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_deputation_ended")),
        sa.ForeignKeyConstraint(["deputy_id"], ["account.id"], name=op.f("fk_deputation_deputy_id_account")),
        sa.ForeignKeyConstraint(["grant_id"], ["role_grant.id"], name=op.f("fk_deputation_grant_id_role_grant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputation")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_deputation_grant_id"), "deputation", ["grant_id"])
    op.create_index(op.f("ix_deputation_deputy_id"), "deputation", ["deputy_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_deputation_deputy_id"), table_name="deputation")
    op.drop_index(op.f("ix_deputation_grant_id"), table_name="deputation")
    op.drop_table("deputation")
