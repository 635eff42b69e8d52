"""Studios are reviewed every year: reports, grades, what is mended, appeals; a studio may lose its tier."""

import sqlalchemy as sa
from alembic import op

revision = "8f41c7d05e29"
down_revision = "917db23a7d9c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "review_year",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("region_path", sa.String(length=60), nullable=False),
        sa.Column("tiers", sa.JSON(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("cut_off", sa.Date(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("excellent_share", sa.Integer(), nullable=False),
        sa.Column("rectification", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(length=120), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=True),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (sha256 = '')",
            name=op.f("ck_review_year_closed"),
        ),
        sa.CheckConstraint("cut_off >= period_from", name=op.f("ck_review_year_cut_off")),
        sa.CheckConstraint("period_to > period_from", name=op.f("ck_review_year_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_year")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("review_year", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_year_year"), ["year"], unique=False)

    op.create_table(
        "studio_review",
        sa.Column("review_year_id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("office", sa.String(length=20), nullable=False),
        sa.Column("office_path", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("plans", sa.Text(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("submitted_by", sa.String(length=120), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("weighed", sa.Integer(), nullable=True),
        sa.Column("grade", sa.String(length=12), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("graded_as", sa.String(length=20), nullable=True),
        sa.Column("graded_by", sa.String(length=120), nullable=True),
        sa.Column("graded_on", sa.Date(), nullable=True),
        sa.Column("rectify_by", sa.Date(), nullable=True),
        sa.Column("mending", sa.Text(), nullable=False),
        sa.Column("mended_by", sa.String(length=120), nullable=True),
        sa.Column("mended_on", sa.Date(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.String(length=120), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "grade IS NULL OR grade IN ('excellent', 'qualified', 'rectify', 'failed')",
            name=op.f("ck_studio_review_grade"),
        ),
        sa.CheckConstraint(
            "state <> 'mended' OR (mending <> '' AND mended_on IS NOT NULL)", name=op.f("ck_studio_review_mended")
        ),
        sa.CheckConstraint(
            "state <> 'submitted' OR (submitted_at IS NOT NULL AND grade IS NULL)",
            name=op.f("ck_studio_review_handed_in"),
        ),
        sa.CheckConstraint(
            "state IN ('due', 'submitted', 'graded', 'rectifying', 'mended', 'passed', 'failed', 'delisted', 'dropped')",
            name=op.f("ck_studio_review_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('rectifying', 'mended') OR rectify_by IS NOT NULL", name=op.f("ck_studio_review_rectify_by")
        ),
        sa.CheckConstraint(
            "(grade IS NULL) = (graded_by IS NULL) AND (grade IS NULL) = (graded_on IS NULL)",
            name=op.f("ck_studio_review_graded"),
        ),
        sa.CheckConstraint("(submitted_by IS NULL) = (submitted_at IS NULL)", name=op.f("ck_studio_review_submitted")),
        sa.ForeignKeyConstraint(
            ["review_year_id"], ["review_year.id"], name=op.f("fk_studio_review_review_year_id_review_year")
        ),
        sa.ForeignKeyConstraint(["studio_id"], ["studio.id"], name=op.f("fk_studio_review_studio_id_studio")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_review")),
        sa.UniqueConstraint("year", "studio_id", name=op.f("uq_studio_review_year_studio_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("studio_review", schema=None) as batch_op:
        batch_op.create_index("ix_studio_review_office", ["review_year_id", "office", "office_path"], unique=False)
        batch_op.create_index(batch_op.f("ix_studio_review_review_year_id"), ["review_year_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_studio_review_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_studio_review_studio_id"), ["studio_id"], unique=False)

    op.create_table(
        "review_appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("studio_review_id", sa.Integer(), nullable=False),
        sa.Column("against", sa.String(length=10), nullable=False),
        sa.Column("appealed_from", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.String(length=120), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL) AND (state = 'open' OR (finding <> '' AND decided_by IS NOT NULL))",
            name=op.f("ck_review_appeal_decided"),
        ),
        sa.CheckConstraint("against IN ('grade', 'delisting')", name=op.f("ck_review_appeal_against")),
        sa.CheckConstraint("state IN ('open', 'upheld', 'dismissed')", name=op.f("ck_review_appeal_state")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_review_appeal_text")),
        sa.ForeignKeyConstraint(
            ["studio_review_id"], ["studio_review.id"], name=op.f("fk_review_appeal_studio_review_id_studio_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_appeal")),
        sa.UniqueConstraint("studio_review_id", "against", name=op.f("uq_review_appeal_studio_review_id_against")),
    )
    with op.batch_alter_table("review_appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_appeal_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_review_appeal_studio_review_id"), ["studio_review_id"], unique=False)
    op.add_column("studio", sa.Column("delisted_on", sa.Date(), nullable=True))
    with op.batch_alter_table("studio_tier", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("ended_because", sa.Text(), nullable=False, server_default=""))
        batch_op.drop_constraint(batch_op.f("uq_studio_tier_studio_id_tier"), type_="unique")
    with op.batch_alter_table("studio_tier", schema=None) as batch_op:
        batch_op.alter_column("ended_because", server_default=None)
        batch_op.create_check_constraint(
            batch_op.f("ck_studio_tier_ended"), "(ended_on IS NULL) = (ended_because = '')"
        )
        batch_op.create_index(
            "uq_studio_tier_held", ["studio_id", "tier"], unique=True,
            sqlite_where=sa.text("ended_on IS NULL"), postgresql_where=sa.text("ended_on IS NULL"),
        )  # fmt: skip


def downgrade() -> None:
    with op.batch_alter_table("studio_tier", schema=None) as batch_op:
        batch_op.drop_index("uq_studio_tier_held")
        batch_op.drop_constraint(batch_op.f("ck_studio_tier_ended"), type_="check")
    # The older table knows a tier once; the one held now stays.
    op.execute("DELETE FROM studio_tier WHERE ended_on IS NOT NULL")
    with op.batch_alter_table("studio_tier", schema=None) as batch_op:
        batch_op.drop_column("ended_because")
        batch_op.drop_column("ended_on")
        batch_op.create_unique_constraint(batch_op.f("uq_studio_tier_studio_id_tier"), ["studio_id", "tier"])
    op.drop_column("studio", "delisted_on")
    for table in ("review_appeal", "studio_review", "review_year"):
        op.drop_table(table)
