"""Submissions are stamped by a time-stamping authority; those made before wait for a stamp too."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "8c1f5b7a2e94"
down_revision = "5d2a81c3f7e0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    made = op.create_table(
        "time_stamp",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=True),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(response IS NULL) = (due_at IS NOT NULL)", name=op.f("ck_time_stamp_due")),
        sa.CheckConstraint("(response IS NULL) = (stamped_at IS NULL)", name=op.f("ck_time_stamp_stamped")),
        sa.ForeignKeyConstraint(["event_id"], ["audit_entry.id"], name=op.f("fk_time_stamp_event_id_audit_entry")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_time_stamp")),
    )
    op.create_index(op.f("ix_time_stamp_due_at"), "time_stamp", ["due_at"])
    submitted = sa.table("submitted_text", sa.column("event_id", sa.Integer()))
    now = sa.literal(dt.datetime.now(dt.UTC), sa.DateTime(timezone=True))
    op.execute(
        sa.insert(made).from_select(
            ["event_id", "attempts", "due_at"], sa.select(submitted.c.event_id, sa.literal(0), now)
        )
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_time_stamp_due_at"), table_name="time_stamp")
    op.drop_table("time_stamp")
