"""Changes the index refuses are tried again and parked, and matching keeps its own account of what it did."""

import sqlalchemy as sa
from alembic import op

revision = "3b1f6a0c92de"
down_revision = "105243db247c"
branch_labels = None
depends_on = None

_PENDING = sa.text("processed_at IS NULL")
_UNMATCHED = sa.text("processed_at IS NOT NULL AND matched_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("outbox_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True))
    # What the index has was matched by the same command until now.
    op.execute("UPDATE outbox_entry SET matched_at = processed_at")
    with op.batch_alter_table("outbox_entry", schema=None) as batch_op:
        batch_op.alter_column("attempts", server_default=None)
        batch_op.alter_column("reason", server_default=None)
        batch_op.create_check_constraint(
            op.f("ck_outbox_entry_parked"), "parked_at IS NULL OR (processed_at IS NULL AND reason <> '')"
        )
        batch_op.create_check_constraint(
            op.f("ck_outbox_entry_matched"), "matched_at IS NULL OR processed_at IS NOT NULL"
        )
        batch_op.create_index(
            "ix_outbox_entry_pending_object", ["object_id"], sqlite_where=_PENDING, postgresql_where=_PENDING
        )
        batch_op.create_index("ix_outbox_entry_unmatched", ["id"], sqlite_where=_UNMATCHED, postgresql_where=_UNMATCHED)


def downgrade() -> None:
    with op.batch_alter_table("outbox_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_entry_unmatched")
        batch_op.drop_index("ix_outbox_entry_pending_object")
        batch_op.drop_constraint(op.f("ck_outbox_entry_matched"), type_="check")
        batch_op.drop_constraint(op.f("ck_outbox_entry_parked"), type_="check")
        for name in ("parked_at", "retry_at", "reason", "attempts", "matched_at"):
            batch_op.drop_column(name)
