"""publicity events and who came"""

import sqlalchemy as sa
from alembic import op

revision = "d2715abf4219"
down_revision = "8f41c7d05e29"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outreach",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("theme", sa.String(length=300), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("host_role", sa.String(length=20), nullable=False),
        sa.Column("region_path", sa.String(length=60), nullable=False),
        sa.Column("industry_path", sa.String(length=30), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("cancelled_because", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(cancelled_on IS NULL) = (cancelled_because = '')", name=op.f("ck_outreach_cancelled")),
        sa.CheckConstraint("(host_role = 'unit_union') = (organisation_id IS NOT NULL)", name=op.f("ck_outreach_host")),
        sa.CheckConstraint(
            "host_role IN ('province_curator', 'city', 'industry_union', 'county', 'unit_union')",
            name=op.f("ck_outreach_host_role"),
        ),
        sa.CheckConstraint("title <> ''", name=op.f("ck_outreach_title")),
        sa.CheckConstraint("ends_on >= begins_on", name=op.f("ck_outreach_ends_on")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_outreach_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outreach", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outreach_begins_on"), ["begins_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_outreach_industry_path"), ["industry_path"], unique=False)
        batch_op.create_index(batch_op.f("ix_outreach_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_outreach_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outreach_region_path"), ["region_path"], unique=False)

    op.create_table(
        "outreach_invitation",
        sa.Column("outreach_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_outreach_invitation_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["outreach_id"],
            ["outreach.id"],
            name=op.f("fk_outreach_invitation_outreach_id_outreach"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("outreach_id", "organisation_id", name=op.f("pk_outreach_invitation")),
    )
    op.create_table(
        "outreach_attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outreach_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("person_times", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("reported_by", sa.String(length=120), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=120), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.String(length=120), nullable=True),
        sa.Column("source_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_outreach_attendance_confirmed")
        ),
        sa.CheckConstraint("person_id IS NULL OR persons = 1", name=op.f("ck_outreach_attendance_person")),
        sa.CheckConstraint("person_times > 0", name=op.f("ck_outreach_attendance_person_times")),
        sa.CheckConstraint(
            "persons IS NULL OR (persons > 0 AND persons <= person_times)", name=op.f("ck_outreach_attendance_persons")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_outreach_attendance_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["outreach_id"], ["outreach.id"], name=op.f("fk_outreach_attendance_outreach_id_outreach")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_outreach_attendance_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach_attendance")),
        sa.UniqueConstraint(
            "outreach_id",
            "organisation_id",
            "person_id",
            name=op.f("uq_outreach_attendance_outreach_id_organisation_id_person_id"),
        ),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_outreach_attendance_source_source_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outreach_attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outreach_attendance_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outreach_attendance_outreach_id"), ["outreach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outreach_attendance_person_id"), ["person_id"], unique=False)

    op.create_table(
        "outreach_speaker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outreach_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) = (name <> '')", name=op.f("ck_outreach_speaker_named")),
        sa.ForeignKeyConstraint(
            ["outreach_id"], ["outreach.id"], name=op.f("fk_outreach_speaker_outreach_id_outreach"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_outreach_speaker_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach_speaker")),
    )
    with op.batch_alter_table("outreach_speaker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outreach_speaker_outreach_id"), ["outreach_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outreach_speaker_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outreach_speaker", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outreach_speaker_person_id"))
        batch_op.drop_index(batch_op.f("ix_outreach_speaker_outreach_id"))

    op.drop_table("outreach_speaker")
    with op.batch_alter_table("outreach_attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outreach_attendance_person_id"))
        batch_op.drop_index(batch_op.f("ix_outreach_attendance_outreach_id"))
        batch_op.drop_index(batch_op.f("ix_outreach_attendance_organisation_id"))

    op.drop_table("outreach_attendance")
    op.drop_table("outreach_invitation")
    with op.batch_alter_table("outreach", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outreach_region_path"))
        batch_op.drop_index(batch_op.f("ix_outreach_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_outreach_kind"))
        batch_op.drop_index(batch_op.f("ix_outreach_industry_path"))
        batch_op.drop_index(batch_op.f("ix_outreach_begins_on"))

    op.drop_table("outreach")
