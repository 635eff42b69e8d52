"""Contests with their stages, groups, judges and contestants; items that count those of their own campaign alone."""

import sqlalchemy as sa
from alembic import op

revision = "8f21c6b0d4e7"
down_revision = "4f7a91c3e6b8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contest",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("announcement", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("registers_until", sa.Date(), nullable=False),
        sa.Column("unit_quota", sa.Integer(), nullable=True),
        sa.Column("judges_needed", sa.Integer(), nullable=False),
        sa.Column("drops_extremes", sa.Boolean(), nullable=False),
        sa.Column("spread", sa.Integer(), nullable=False),
        sa.Column("prizes", sa.JSON(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("cancelled_because", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'cancelled') = (cancelled_because <> '')", name=op.f("ck_contest_cancelled")),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'running', 'ranked', 'publicity', 'published', 'cancelled')",
            name=op.f("ck_contest_state"),
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_contest_title")),
        sa.CheckConstraint("judges_needed > 0 AND spread >= 0", name=op.f("ck_contest_judging")),
        sa.CheckConstraint("unit_quota IS NULL OR unit_quota > 0", name=op.f("ck_contest_unit_quota")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_contest_campaign_id_campaign")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contest_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contest_state"), ["state"], unique=False)

    op.create_table(
        "contest_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("tie_break", sa.JSON(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_contest_group_name")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_contest_group_contest_id_contest"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_group")),
        sa.UniqueConstraint("contest_id", "name", name=op.f("uq_contest_group_contest_id_name")),
    )
    op.create_table(
        "contest_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("advancing", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'scoring', 'second_round', 'ranked')", name=op.f("ck_contest_stage_state")
        ),
        sa.CheckConstraint("advancing IS NULL OR advancing > 0", name=op.f("ck_contest_stage_advancing")),
        sa.CheckConstraint("ends_on >= begins_on", name=op.f("ck_contest_stage_ends_on")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contest.id"], name=op.f("fk_contest_stage_contest_id_contest"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_stage")),
        sa.UniqueConstraint("contest_id", "position", name=op.f("uq_contest_stage_contest_id_position")),
    )
    op.create_table(
        "contest_judge",
        sa.Column("contest_group_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_contest_judge_account_id_account")),
        sa.ForeignKeyConstraint(
            ["contest_group_id"],
            ["contest_group.id"],
            name=op.f("fk_contest_judge_contest_group_id_contest_group"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contest_group_id", "account_id", name=op.f("pk_contest_judge")),
    )
    op.create_table(
        "contestant",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("contest_group_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("registered_by", sa.String(length=120), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("grade", sa.String(length=60), nullable=True),
        sa.Column("certificate_number", sa.String(length=40), nullable=True),
        sa.Column("stated", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state IN ('awarded', 'revoked')) = (certificate_number IS NOT NULL)"
            " AND (certificate_number IS NULL) = (granted_on IS NULL)",
            name=op.f("ck_contestant_granted"),
        ),
        sa.CheckConstraint(
            "(state IN ('withdrawn', 'disqualified', 'struck', 'revoked')) = (reason <> '')",
            name=op.f("ck_contestant_reason"),
        ),
        sa.CheckConstraint(
            "state IN ('registered', 'withdrawn', 'disqualified', 'publicity', 'objected', 'struck',"
            " 'awarded', 'revoked')",
            name=op.f("ck_contestant_state"),
        ),
        sa.ForeignKeyConstraint(
            ["contest_group_id"], ["contest_group.id"], name=op.f("fk_contestant_contest_group_id_contest_group")
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_contestant_contest_id_contest")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_contestant_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contestant_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contestant")),
        sa.UniqueConstraint("certificate_number", name=op.f("uq_contestant_certificate_number")),
        sa.UniqueConstraint("contest_group_id", "number", name=op.f("uq_contestant_contest_group_id_number")),
        sa.UniqueConstraint("contest_id", "person_id", name=op.f("uq_contestant_contest_id_person_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("contestant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contestant_contest_group_id"), ["contest_group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contestant_contest_id"), ["contest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contestant_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contestant_person_id"), ["person_id"], unique=False)

    op.create_table(
        "contest_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contestant_id", sa.Integer(), nullable=False),
        sa.Column("contest_stage_id", sa.Integer(), nullable=False),
        sa.Column("is_absent", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("advanced", sa.Boolean(), nullable=False),
        sa.CheckConstraint("NOT is_absent OR (score IS NULL AND rank IS NULL)", name=op.f("ck_contest_result_absent")),
        sa.ForeignKeyConstraint(
            ["contest_stage_id"], ["contest_stage.id"], name=op.f("fk_contest_result_contest_stage_id_contest_stage")
        ),
        sa.ForeignKeyConstraint(
            ["contestant_id"],
            ["contestant.id"],
            name=op.f("fk_contest_result_contestant_id_contestant"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_result")),
        sa.UniqueConstraint(
            "contestant_id", "contest_stage_id", name=op.f("uq_contest_result_contestant_id_contest_stage_id")
        ),
    )
    with op.batch_alter_table("contest_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contest_result_contest_stage_id"), ["contest_stage_id"], unique=False)

    op.create_table(
        "contest_sheet",
        sa.Column("contest_result_id", sa.Integer(), nullable=False),
        sa.Column("scoring", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("recused_because", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "locked_at IS NULL OR total IS NOT NULL OR recused_because IS NOT NULL",
            name=op.f("ck_contest_sheet_locked"),
        ),
        sa.CheckConstraint("recused_because IS NULL OR total IS NULL", name=op.f("ck_contest_sheet_recused")),
        sa.CheckConstraint("total IS NULL OR total BETWEEN 0 AND 100", name=op.f("ck_contest_sheet_total")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_contest_sheet_account_id_account")),
        sa.ForeignKeyConstraint(
            ["contest_result_id"],
            ["contest_result.id"],
            name=op.f("fk_contest_sheet_contest_result_id_contest_result"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_sheet")),
        sa.UniqueConstraint(
            "contest_result_id",
            "account_id",
            "scoring",
            name=op.f("uq_contest_sheet_contest_result_id_account_id_scoring"),
        ),
    )
    with op.batch_alter_table("contest_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contest_sheet_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contest_sheet_contest_result_id"), ["contest_result_id"], unique=False)

    with op.batch_alter_table("campaign_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_own", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("campaign_item", schema=None) as batch_op:
        batch_op.alter_column("is_own", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("campaign_item", schema=None) as batch_op:
        batch_op.drop_column("is_own")

    with op.batch_alter_table("contest_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contest_sheet_contest_result_id"))
        batch_op.drop_index(batch_op.f("ix_contest_sheet_account_id"))

    op.drop_table("contest_sheet")
    with op.batch_alter_table("contest_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contest_result_contest_stage_id"))

    op.drop_table("contest_result")
    with op.batch_alter_table("contestant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contestant_person_id"))
        batch_op.drop_index(batch_op.f("ix_contestant_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_contestant_contest_id"))
        batch_op.drop_index(batch_op.f("ix_contestant_contest_group_id"))

    op.drop_table("contestant")
    op.drop_table("contest_judge")
    op.drop_table("contest_stage")
    op.drop_table("contest_group")
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contest_state"))
        batch_op.drop_index(batch_op.f("ix_contest_campaign_id"))

    op.drop_table("contest")
