"""Questions that people keep, what was found for them, and the changes still to be asked about."""

import sqlalchemy as sa
from alembic import op

revision = "8c51f0a7d3e2"
down_revision = "d9e83a5c0b17"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "saved_search",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("frequency", sa.String(10), nullable=False),
        sa.Column("paused_at", moment, nullable=True),
        sa.Column("feed_key", sa.String(43), nullable=False),
        sa.Column("unsubscribe_key", sa.String(43), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.CheckConstraint("kind IN ('achievement', 'demand', 'studio')", name=op.f("ck_saved_search_kind")),
        sa.CheckConstraint("frequency IN ('at_once', 'daily', 'weekly')", name=op.f("ck_saved_search_frequency")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_saved_search_named")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_saved_search_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("feed_key", name=op.f("uq_saved_search_feed_key")),
        sa.UniqueConstraint("unsubscribe_key", name=op.f("uq_saved_search_unsubscribe_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_saved_search_account_id"), "saved_search", ["account_id"])
    op.create_table(
        "saved_search_hit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("saved_search_id", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("told_hash", sa.String(64), nullable=True),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("similarity", sa.Double(), nullable=True),
        sa.Column("solution", sa.JSON(), nullable=False),
        sa.Column("found_at", moment, nullable=False),
        sa.Column("told_at", moment, nullable=True),
        sa.CheckConstraint("(told_at IS NULL) = (told_hash IS NULL)", name=op.f("ck_saved_search_hit_told")),
        sa.ForeignKeyConstraint(
            ["saved_search_id"], ["saved_search.id"],
            name=op.f("fk_saved_search_hit_saved_search_id_saved_search"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search_hit")),
        sa.UniqueConstraint(
            "saved_search_id", "object_id", name=op.f("uq_saved_search_hit_saved_search_id_object_id")
        ),
    )  # fmt: skip
    op.create_table(
        "changed_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changed_record")),
    )


def downgrade() -> None:
    op.drop_table("changed_record")
    op.drop_table("saved_search_hit")
    op.drop_index(op.f("ix_saved_search_account_id"), "saved_search")
    op.drop_table("saved_search")
