"""Batches in which studios are named, their applications, judges, sheets and meetings."""

import sqlalchemy as sa
from alembic import op

revision = "a535acb413c1"
down_revision = "19f516f66f9b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "naming_batch",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("region_path", sa.String(length=60), nullable=False),
        sa.Column("industry_path", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("announcement", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("recommend_by", sa.Date(), nullable=False),
        sa.Column("score_by", sa.Date(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("city_cap", sa.Integer(), nullable=True),
        sa.Column("recommendation_cap", sa.Integer(), nullable=True),
        sa.Column("indicators", sa.JSON(), nullable=False),
        sa.Column("barring", sa.JSON(), nullable=False),
        sa.Column("line", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("judges_needed", sa.Integer(), nullable=False),
        sa.Column("publicity_days", sa.Integer(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("notice_number", sa.String(length=120), nullable=False),
        sa.Column("named_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'named') = (named_on IS NOT NULL)", name=op.f("ck_naming_batch_named")),
        sa.CheckConstraint(
            "state IN ('open', 'scoring', 'scored', 'meeting', 'publicity', 'named', 'cancelled')",
            name=op.f("ck_naming_batch_state"),
        ),
        sa.CheckConstraint(
            "tier IN ('county', 'city', 'industry', 'province', 'showcase')", name=op.f("ck_naming_batch_tier")
        ),
        sa.CheckConstraint("city_cap IS NULL OR city_cap > 0", name=op.f("ck_naming_batch_city_cap")),
        sa.CheckConstraint(
            "closes_on >= opens_on AND recommend_by >= closes_on AND score_by >= recommend_by",
            name=op.f("ck_naming_batch_calendar"),
        ),
        sa.CheckConstraint("quota > 0", name=op.f("ck_naming_batch_quota")),
        sa.CheckConstraint(
            "recommendation_cap IS NULL OR recommendation_cap > 0", name=op.f("ck_naming_batch_recommendation_cap")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_naming_batch")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("naming_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_naming_batch_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_naming_batch_year",
            ["year", "tier", "region_path", "industry_path"],
            unique=True,
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )

    op.create_table(
        "naming_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("naming_batch_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("chair", sa.String(length=100), nullable=False),
        sa.Column("present", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("ties", sa.JSON(), nullable=False),
        sa.Column("written_by", sa.String(length=120), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("chair <> '' AND minutes <> ''", name=op.f("ck_naming_meeting_minutes")),
        sa.ForeignKeyConstraint(
            ["naming_batch_id"], ["naming_batch.id"], name=op.f("fk_naming_meeting_naming_batch_id_naming_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_naming_meeting")),
    )
    with op.batch_alter_table("naming_meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_naming_meeting_naming_batch_id"), ["naming_batch_id"], unique=False)

    op.create_table(
        "naming_judge",
        sa.Column("naming_batch_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_naming_judge_account_id_account")),
        sa.ForeignKeyConstraint(
            ["naming_batch_id"],
            ["naming_batch.id"],
            name=op.f("fk_naming_judge_naming_batch_id_naming_batch"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("naming_batch_id", "account_id", name=op.f("pk_naming_judge")),
    )
    op.create_table(
        "studio_application",
        sa.Column("naming_batch_id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("acknowledged", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recommended_by", sa.String(length=120), nullable=True),
        sa.Column("recommended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recommended_as", sa.String(length=20), nullable=False),
        sa.Column("recommended_from", sa.String(length=60), nullable=False),
        sa.Column("recommended_rank", sa.Integer(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("plaque", sa.String(length=60), nullable=True),
        sa.Column("named_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'named') = (plaque IS NOT NULL) AND (plaque IS NULL) = (named_on IS NULL)",
            name=op.f("ck_studio_application_named"),
        ),
        sa.CheckConstraint(
            "state <> 'recommended' OR recommended_at IS NOT NULL", name=op.f("ck_studio_application_recommendation")
        ),
        sa.CheckConstraint(
            "state IN ('applied', 'returned', 'withdrawn', 'not_recommended', 'recommended', 'not_selected', "
            "'proposed', 'publicity', 'objected', 'named', 'struck')",
            name=op.f("ck_studio_application_state"),
        ),
        sa.CheckConstraint(
            "(recommended_by IS NULL) = (recommended_at IS NULL)", name=op.f("ck_studio_application_recommended")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_studio_application_account_id_account")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["studio_dossier.id"], name=op.f("fk_studio_application_dossier_id_studio_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["naming_batch_id"], ["naming_batch.id"], name=op.f("fk_studio_application_naming_batch_id_naming_batch")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_studio_application_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["studio_id"], ["studio.id"], name=op.f("fk_studio_application_studio_id_studio")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_application")),
        sa.UniqueConstraint(
            "naming_batch_id", "studio_id", name=op.f("uq_studio_application_naming_batch_id_studio_id")
        ),
        sa.UniqueConstraint("plaque", name=op.f("uq_studio_application_plaque")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("studio_application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_studio_application_naming_batch_id"), ["naming_batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_studio_application_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_studio_application_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_studio_application_studio_id"), ["studio_id"], unique=False)

    op.create_table(
        "naming_sheet",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("recused_because", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "locked_at IS NULL OR total IS NOT NULL OR recused_because IS NOT NULL", name=op.f("ck_naming_sheet_locked")
        ),
        sa.CheckConstraint("recused_because IS NULL OR total IS NULL", name=op.f("ck_naming_sheet_recused")),
        sa.CheckConstraint("total IS NULL OR total BETWEEN 0 AND 100", name=op.f("ck_naming_sheet_total")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_naming_sheet_account_id_account")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["studio_application.id"],
            name=op.f("fk_naming_sheet_application_id_studio_application"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_naming_sheet")),
        sa.UniqueConstraint("application_id", "account_id", name=op.f("uq_naming_sheet_application_id_account_id")),
    )
    with op.batch_alter_table("naming_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_naming_sheet_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_naming_sheet_application_id"), ["application_id"], unique=False)

    with op.batch_alter_table("publicity", schema=None, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("naming_batch_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_publicity_naming_batch_id"), ["naming_batch_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_publicity_naming_batch_id_naming_batch"), "naming_batch", ["naming_batch_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("publicity", schema=None, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_publicity_naming_batch_id_naming_batch"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_publicity_naming_batch_id"))
        batch_op.drop_column("naming_batch_id")

    with op.batch_alter_table("naming_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_naming_sheet_application_id"))
        batch_op.drop_index(batch_op.f("ix_naming_sheet_account_id"))

    op.drop_table("naming_sheet")
    with op.batch_alter_table("studio_application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_studio_application_studio_id"))
        batch_op.drop_index(batch_op.f("ix_studio_application_state"))
        batch_op.drop_index(batch_op.f("ix_studio_application_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_studio_application_naming_batch_id"))

    op.drop_table("studio_application")
    op.drop_table("naming_judge")
    with op.batch_alter_table("naming_meeting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_naming_meeting_naming_batch_id"))

    op.drop_table("naming_meeting")
    with op.batch_alter_table("naming_batch", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_naming_batch_year",
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )
        batch_op.drop_index(batch_op.f("ix_naming_batch_state"))

    op.drop_table("naming_batch")
