"""Notices in the product, and how each person wants to be told of each topic."""

import sqlalchemy as sa
from alembic import op

revision = "5d2e8f71c0a4"
down_revision = "3b8e51c7d92f"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("gathered", sa.String(10), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("gathered IN ('daily', 'weekly')", name=op.f("ck_notice_gathered")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notice_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_account_id", "notice", ["account_id", "id"])
    for name, column, condition in (
        ("unread", "account_id", "read_at IS NULL"), ("gathered", "gathered", "gathered IS NOT NULL"),
    ):  # fmt: skip
        where = sa.text(condition)
        op.create_index(f"ix_notice_{name}", "notice", [column], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "notice_preference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(20), nullable=False),
        sa.Column("in_product", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.String(10), nullable=False),
        sa.CheckConstraint("mail IN ('at_once', 'daily', 'weekly', 'never')", name=op.f("ck_notice_preference_mail")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notice_preference_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_preference")),
        sa.UniqueConstraint("account_id", "topic", name=op.f("uq_notice_preference_account_id_topic")),
    )


def downgrade() -> None:
    op.drop_table("notice_preference")
    for name in ("gathered", "unread", "account_id"):
        op.drop_index(f"ix_notice_{name}", "notice")
    op.drop_table("notice")
