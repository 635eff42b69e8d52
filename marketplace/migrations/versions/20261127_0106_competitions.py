"""Units in labour competitions, what was found of them, showcase enterprises and parks."""

import sqlalchemy as sa
from alembic import op

revision = "5d0c2b7e91af"
down_revision = "9c4d17e2ab60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "competition_indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=30), nullable=False),
        sa.Column("target", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("less_is_better", sa.Boolean(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_competition_indicator_name")),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaign.id"],
            name=op.f("fk_competition_indicator_campaign_id_campaign"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_indicator")),
        sa.UniqueConstraint("campaign_id", "name", name=op.f("uq_competition_indicator_campaign_id_name")),
    )
    op.create_table(
        "competition_registration",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_class", sa.String(length=30), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("registered_by", sa.String(length=120), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_because", sa.String(length=500), nullable=False),
        sa.Column("grade", sa.String(length=60), nullable=True),
        sa.Column("graded_because", sa.Text(), nullable=False),
        sa.Column("graded_by", sa.String(length=120), nullable=True),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawn_because = '')", name=op.f("ck_competition_registration_withdrawn")
        ),
        sa.CheckConstraint(
            "(grade IS NULL) = (graded_by IS NULL) AND (grade IS NULL) = (graded_at IS NULL)",
            name=op.f("ck_competition_registration_graded"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_competition_registration_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_competition_registration_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_registration")),
        sa.UniqueConstraint(
            "campaign_id", "organisation_id", name=op.f("uq_competition_registration_campaign_id_organisation_id")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("competition_registration", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_competition_registration_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_competition_registration_registered_on"), ["registered_on"], unique=False)

    op.create_table(
        "competition_showcase",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("region_path", sa.String(length=60), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("named_on", sa.Date(), nullable=False),
        sa.Column("named_by", sa.String(length=120), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revoked_because", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'enterprise') = (organisation_id IS NOT NULL) AND (kind = 'park') = (name <> '')",
            name=op.f("ck_competition_showcase_named"),
        ),
        sa.CheckConstraint(
            "(revoked_on IS NULL) = (revoked_because = '')", name=op.f("ck_competition_showcase_revoked")
        ),
        sa.CheckConstraint("criteria <> '' AND basis <> ''", name=op.f("ck_competition_showcase_basis")),
        sa.CheckConstraint("kind IN ('enterprise', 'park')", name=op.f("ck_competition_showcase_kind")),
        sa.CheckConstraint(
            "level IN ('unit', 'county', 'city', 'industry', 'province')", name=op.f("ck_competition_showcase_level")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_competition_showcase_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_competition_showcase_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_showcase")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("competition_showcase", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_competition_showcase_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_competition_showcase_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_competition_showcase_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(
            "uq_competition_showcase_standing",
            ["level", "organisation_id"],
            unique=True,
            sqlite_where=sa.text("revoked_on IS NULL"),
            postgresql_where=sa.text("revoked_on IS NULL"),
        )

    op.create_table(
        "competition_evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("evaluated_on", sa.Date(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("evaluated_by", sa.String(length=120), nullable=False),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("phase IN ('before', 'during', 'after')", name=op.f("ck_competition_evaluation_phase")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["competition_registration.id"],
            name="fk_competition_evaluation_registration",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_evaluation")),
    )
    with op.batch_alter_table("competition_evaluation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_competition_evaluation_registration_id"), ["registration_id"], unique=False
        )
        batch_op.create_index(
            "uq_competition_evaluation_phase",
            ["registration_id", "phase"],
            unique=True,
            sqlite_where=sa.text("phase <> 'during'"),
            postgresql_where=sa.text("phase <> 'during'"),
        )

    op.create_table(
        "competition_value",
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["competition_evaluation.id"],
            name=op.f("fk_competition_value_evaluation_id_competition_evaluation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"],
            ["competition_indicator.id"],
            name=op.f("fk_competition_value_indicator_id_competition_indicator"),
        ),
        sa.PrimaryKeyConstraint("evaluation_id", "indicator_id", name=op.f("pk_competition_value")),
    )


def downgrade() -> None:
    op.drop_table("competition_value")
    with op.batch_alter_table("competition_evaluation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_competition_evaluation_phase",
            sqlite_where=sa.text("phase <> 'during'"),
            postgresql_where=sa.text("phase <> 'during'"),
        )
        batch_op.drop_index(batch_op.f("ix_competition_evaluation_registration_id"))

    op.drop_table("competition_evaluation")
    with op.batch_alter_table("competition_showcase", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_competition_showcase_standing",
            sqlite_where=sa.text("revoked_on IS NULL"),
            postgresql_where=sa.text("revoked_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_competition_showcase_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_competition_showcase_kind"))
        batch_op.drop_index(batch_op.f("ix_competition_showcase_campaign_id"))

    op.drop_table("competition_showcase")
    with op.batch_alter_table("competition_registration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_competition_registration_registered_on"))
        batch_op.drop_index(batch_op.f("ix_competition_registration_organisation_id"))

    op.drop_table("competition_registration")
    op.drop_table("competition_indicator")
