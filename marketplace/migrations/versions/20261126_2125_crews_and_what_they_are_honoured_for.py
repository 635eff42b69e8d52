"""crews and what they are honoured for"""

import sqlalchemy as sa
from alembic import op

revision = "917db23a7d9c"
down_revision = "5b0c6f1d92e4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crew",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("formed_on", sa.Date(), nullable=True),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("dissolved_on", sa.Date(), nullable=True),
        sa.Column("dissolved_because", sa.Text(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(dissolved_on IS NULL) = (dissolved_because = '')", name=op.f("ck_crew_dissolved")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_crew_name")),
        sa.CheckConstraint("headcount IS NULL OR headcount > 0", name=op.f("ck_crew_headcount")),
        sa.ForeignKeyConstraint(["leader_id"], ["person.id"], name=op.f("fk_crew_leader_id_person")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_crew_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crew")),
        sa.UniqueConstraint("name_key", "organisation_id", name=op.f("uq_crew_name_key_organisation_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("crew", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crew_leader_id"), ["leader_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_crew_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "crew_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("crew_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("criterion", sa.String(length=300), nullable=False),
        sa.Column("is_met", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("found_by", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("evidence <> ''", name=op.f("ck_crew_finding_evidence")),
        sa.CheckConstraint("kind IN ('pioneer', 'five_and_five')", name=op.f("ck_crew_finding_kind")),
        sa.ForeignKeyConstraint(
            ["crew_id"], ["crew.id"], name=op.f("fk_crew_finding_crew_id_crew"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crew_finding")),
    )
    with op.batch_alter_table("crew_finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crew_finding_crew_id"), ["crew_id"], unique=False)

    op.create_table(
        "crew_honour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("crew_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revoked_by", sa.String(length=120), nullable=True),
        sa.Column("revoked_because", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.String(length=120), nullable=True),
        sa.Column("source_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(revoked_on IS NULL) = (revoked_by IS NULL) AND (revoked_on IS NULL) = (revoked_because = '')",
            name=op.f("ck_crew_honour_revoked"),
        ),
        sa.CheckConstraint(
            "level IN ('unit', 'county', 'city', 'industry', 'province', 'national')", name=op.f("ck_crew_honour_level")
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_crew_honour_title")),
        sa.CheckConstraint(
            "ends_on IS NULL OR begins_on IS NULL OR ends_on >= begins_on", name=op.f("ck_crew_honour_ends_on")
        ),
        sa.ForeignKeyConstraint(["crew_id"], ["crew.id"], name=op.f("fk_crew_honour_crew_id_crew")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crew_honour")),
        sa.UniqueConstraint(
            "crew_id", "kind", "level", "year", "title", name=op.f("uq_crew_honour_crew_id_kind_level_year_title")
        ),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_crew_honour_source_source_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("crew_honour", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crew_honour_crew_id"), ["crew_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_crew_honour_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_crew_honour_level"), ["level"], unique=False)
        batch_op.create_index(batch_op.f("ix_crew_honour_year"), ["year"], unique=False)

    op.create_table(
        "crew_innovation",
        sa.Column("crew_id", sa.Integer(), nullable=False),
        sa.Column("achievement_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievement.id"], name=op.f("fk_crew_innovation_achievement_id_achievement")
        ),
        sa.ForeignKeyConstraint(
            ["crew_id"], ["crew.id"], name=op.f("fk_crew_innovation_crew_id_crew"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("crew_id", "achievement_id", name=op.f("pk_crew_innovation")),
    )


def downgrade() -> None:
    op.drop_table("crew_innovation")
    with op.batch_alter_table("crew_honour", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crew_honour_year"))
        batch_op.drop_index(batch_op.f("ix_crew_honour_level"))
        batch_op.drop_index(batch_op.f("ix_crew_honour_kind"))
        batch_op.drop_index(batch_op.f("ix_crew_honour_crew_id"))

    op.drop_table("crew_honour")
    with op.batch_alter_table("crew_finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crew_finding_crew_id"))

    op.drop_table("crew_finding")
    with op.batch_alter_table("crew", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crew_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_crew_leader_id"))

    op.drop_table("crew")
