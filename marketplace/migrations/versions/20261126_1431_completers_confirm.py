"""Completers are asked and answer in person, colleagues ask to join, and an achievement names what it improves on."""

import sqlalchemy as sa
from alembic import op

revision = "b7c1e94a20d3"
down_revision = "b7e41d90c6a2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contributor", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(length=254), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("standing", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("secret_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("decline_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("excused_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("excused_by", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("excuse", sa.Text(), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_contributor_email"), ["email"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_contributor_secret_hash"), ["secret_hash"])
        batch_op.create_check_constraint(
            op.f("ck_contributor_one_answer"), "confirmed_at IS NULL OR declined_at IS NULL"
        )
        batch_op.create_check_constraint(
            op.f("ck_contributor_declined"), "(declined_at IS NULL) = (decline_reason = '')"
        )
        batch_op.create_check_constraint(
            op.f("ck_contributor_excused"),
            "(excused_at IS NULL) = (excused_by IS NULL) AND (excused_at IS NULL) = (excuse = '')",
        )
    with op.batch_alter_table("contributor", schema=None) as batch_op:
        batch_op.alter_column("email", existing_type=sa.String(length=254), server_default=None)
        batch_op.alter_column("standing", existing_type=sa.JSON(), server_default=None)
        batch_op.alter_column("decline_reason", existing_type=sa.Text(), server_default=None)
        batch_op.alter_column("excuse", existing_type=sa.Text(), server_default=None)

    op.create_table(
        "improvement",
        sa.Column("achievement_id", sa.Integer(), nullable=False),
        sa.Column("base_id", sa.Integer(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("achievement_id <> base_id", name=op.f("ck_improvement_other")),
        sa.ForeignKeyConstraint(
            ["achievement_id"],
            ["achievement.id"],
            name=op.f("fk_improvement_achievement_id_achievement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["base_id"], ["achievement.id"], name=op.f("fk_improvement_base_id_achievement"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("achievement_id", "base_id", name=op.f("pk_improvement")),
    )
    with op.batch_alter_table("improvement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_improvement_base_id"), ["base_id"], unique=False)

    op.create_table(
        "join_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("achievement_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=120), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.CheckConstraint("part <> ''", name=op.f("ck_join_request_part")),
        sa.CheckConstraint("state IN ('open', 'accepted', 'declined')", name=op.f("ck_join_request_state")),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)",
            name=op.f("ck_join_request_answered"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_join_request_account_id_account")),
        sa.ForeignKeyConstraint(
            ["achievement_id"],
            ["achievement.id"],
            name=op.f("fk_join_request_achievement_id_achievement"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_request")),
    )
    with op.batch_alter_table("join_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_request_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_join_request_achievement_id"), ["achievement_id"], unique=False)
        batch_op.create_index(
            "ux_join_request_open",
            ["achievement_id", "account_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("join_request", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_join_request_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index(batch_op.f("ix_join_request_achievement_id"))
        batch_op.drop_index(batch_op.f("ix_join_request_account_id"))

    op.drop_table("join_request")
    with op.batch_alter_table("improvement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_improvement_base_id"))

    op.drop_table("improvement")
    with op.batch_alter_table("contributor", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_contributor_excused"), type_="check")
        batch_op.drop_constraint(op.f("ck_contributor_declined"), type_="check")
        batch_op.drop_constraint(op.f("ck_contributor_one_answer"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_contributor_secret_hash"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_contributor_email"))
        for name in (
            "excuse", "excused_by", "excused_at", "decline_reason", "declined_at", "secret_hash", "asked_at",
            "standing", "email",
        ):  # fmt: skip
            batch_op.drop_column(name)
