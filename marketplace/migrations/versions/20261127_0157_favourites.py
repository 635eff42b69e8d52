"""Records that people mark to find them again."""

import sqlalchemy as sa
from alembic import op

revision = "4b9e71d3c8f5"
down_revision = "8c51f0a7d3e2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "favourite",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('achievement', 'demand', 'studio')", name=op.f("ck_favourite_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_favourite_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_favourite")),
        sa.UniqueConstraint("account_id", "kind", "object_id", name=op.f("uq_favourite_account_id_kind_object_id")),
    )


def downgrade() -> None:
    op.drop_table("favourite")
