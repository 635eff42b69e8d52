"""What the desk found of a demand, and when it was warned of its end."""

import sqlalchemy as sa
from alembic import op

revision = "b6d02f7e91c4"
down_revision = "8f21c6b0d4e7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("demand", sa.Column("expiry_warned_on", sa.Date(), nullable=True))
    op.create_table(
        "demand_check",
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("checked", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.String(length=120), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("factors", sa.JSON(), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("broker_id", sa.Integer(), nullable=True),
        sa.Column("assigned_by", sa.String(length=120), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("tier IN ('direct', 'hint', 'broker')", name=op.f("ck_demand_check_tier")),
        sa.CheckConstraint("score >= 0", name=op.f("ck_demand_check_score")),
        sa.CheckConstraint(
            "(broker_id IS NULL) = (assigned_at IS NULL) AND (broker_id IS NULL) = (assigned_by IS NULL)",
            name=op.f("ck_demand_check_assigned"),
        ),
        sa.ForeignKeyConstraint(
            ["demand_id"], ["demand.id"], name=op.f("fk_demand_check_demand_id_demand"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["broker_id"], ["account.id"], name=op.f("fk_demand_check_broker_id_account")),
        sa.PrimaryKeyConstraint("demand_id", name=op.f("pk_demand_check")),
    )
    op.create_index(op.f("ix_demand_check_broker_id"), "demand_check", ["broker_id"])


def downgrade() -> None:
    op.drop_table("demand_check")
    op.drop_column("demand", "expiry_warned_on")
