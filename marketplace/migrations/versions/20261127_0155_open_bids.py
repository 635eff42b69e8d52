"""Demands listed with a reward, the bids for them and what the chosen one owes."""

import sqlalchemy as sa
from alembic import op

revision = "d9e83a5c0b17"
down_revision = "b6d02f7e91c4"
branch_labels = None
depends_on = None

_CHOSEN = {"sqlite_where": sa.text("state = 'chosen'"), "postgresql_where": sa.text("state = 'chosen'")}


def _aggregate() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "open_call",
        *_aggregate(),
        sa.Column("demand_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reward", sa.BigInteger(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("listed_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'awarded', 'failed')", name=op.f("ck_open_call_state")),
        sa.CheckConstraint("reward > 0", name=op.f("ck_open_call_reward")),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f("ck_open_call_decided_at")),
        sa.CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_open_call_decided_by")),
        sa.CheckConstraint("(state = 'open') = (reason = '')", name=op.f("ck_open_call_reason")),
        sa.ForeignKeyConstraint(["demand_id"], ["demand.id"], name=op.f("fk_open_call_demand_id_demand")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_call")),
        sa.UniqueConstraint("demand_id", name=op.f("uq_open_call_demand_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_open_call_state"), "open_call", ["state"])
    op.create_table(
        "open_bid",
        *_aggregate(),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("team", sa.String(length=200), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('submitted', 'withdrawn', 'chosen', 'not_chosen')", name=op.f("ck_open_bid_state")
        ),
        sa.CheckConstraint("price >= 0 AND days > 0", name=op.f("ck_open_bid_terms")),
        sa.CheckConstraint("(state IN ('chosen', 'not_chosen')) = (reason <> '')", name=op.f("ck_open_bid_reason")),
        sa.ForeignKeyConstraint(["call_id"], ["open_call.id"], name=op.f("fk_open_bid_call_id_open_call")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_open_bid_account_id_account")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_open_bid_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_bid")),
        sa.UniqueConstraint("call_id", "account_id", name=op.f("uq_open_bid_call_id_account_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_open_bid_call_id"), "open_bid", ["call_id"])
    op.create_index(op.f("ix_open_bid_account_id"), "open_bid", ["account_id"])
    op.create_index("ux_open_bid_chosen", "open_bid", ["call_id"], unique=True, **_CHOSEN)
    op.create_table(
        "open_bid_milestone",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("title <> ''", name=op.f("ck_open_bid_milestone_title")),
        sa.ForeignKeyConstraint(
            ["bid_id"], ["open_bid.id"], name=op.f("fk_open_bid_milestone_bid_id_open_bid"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_bid_milestone")),
    )
    op.create_index(op.f("ix_open_bid_milestone_bid_id"), "open_bid_milestone", ["bid_id"])


def downgrade() -> None:
    op.drop_table("open_bid_milestone")
    op.drop_table("open_bid")
    op.drop_table("open_call")
