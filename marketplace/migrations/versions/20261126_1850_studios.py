"""Innovation studios with their tiers, people, money, pairs, results, alliances and moves."""

import sqlalchemy as sa
from alembic import op

revision = "3ef099318794"
down_revision = "f62396ca7cb8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "studio",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(length=200), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("area", sa.Integer(), nullable=True),
        sa.Column("equipment", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("suspended_because", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_because", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_on IS NOT NULL) AND (state = 'closed') = (closed_because <> '')",
            name=op.f("ck_studio_closed"),
        ),
        sa.CheckConstraint("(state = 'suspended') = (suspended_because <> '')", name=op.f("ck_studio_suspended")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_studio_name")),
        sa.CheckConstraint("state IN ('active', 'suspended', 'closed')", name=op.f("ck_studio_state")),
        sa.CheckConstraint(
            "tier IN ('unit', 'county', 'city', 'industry', 'province', 'showcase', 'national')",
            name=op.f("ck_studio_tier"),
        ),
        sa.CheckConstraint("area IS NULL OR area >= 0", name=op.f("ck_studio_area")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_studio_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio")),
        sa.UniqueConstraint("name_key", "organisation_id", name=op.f("uq_studio_name_key_organisation_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("studio", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_studio_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_studio_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_studio_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_studio_tier"), ["tier"], unique=False)

    op.create_table(
        "alliance_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alliance_id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("alliance_id <> studio_id", name=op.f("ck_alliance_member_other")),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_alliance_member_until")),
        sa.ForeignKeyConstraint(
            ["alliance_id"], ["studio.id"], name=op.f("fk_alliance_member_alliance_id_studio"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studio.id"], name=op.f("fk_alliance_member_studio_id_studio"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alliance_member")),
    )
    with op.batch_alter_table("alliance_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alliance_member_alliance_id"), ["alliance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alliance_member_studio_id"), ["studio_id"], unique=False)
        batch_op.create_index(
            "uq_alliance_member_now",
            ["alliance_id", "studio_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "studio_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("payer", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_studio_grant_amount")),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studio.id"], name=op.f("fk_studio_grant_studio_id_studio"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_grant")),
    )
    with op.batch_alter_table("studio_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_studio_grant_studio_id"), ["studio_id"], unique=False)

    op.create_table(
        "studio_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_studio_move_elsewhere")),
        sa.ForeignKeyConstraint(["from_id"], ["organisation.id"], name=op.f("fk_studio_move_from_id_organisation")),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studio.id"], name=op.f("fk_studio_move_studio_id_studio"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_id"], ["organisation.id"], name=op.f("fk_studio_move_to_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_move")),
    )
    with op.batch_alter_table("studio_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_studio_move_studio_id"), ["studio_id"], unique=False)

    op.create_table(
        "studio_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('achievement', 'proposal')) = (object_id IS NOT NULL)", name=op.f("ck_studio_result_linked")
        ),
        sa.CheckConstraint(
            "kind IN ('achievement', 'proposal', 'project', 'standard', 'paper', 'patent')",
            name=op.f("ck_studio_result_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studio.id"], name=op.f("fk_studio_result_studio_id_studio"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_result")),
        sa.UniqueConstraint("studio_id", "kind", "object_id", name=op.f("uq_studio_result_studio_id_kind_object_id")),
    )
    with op.batch_alter_table("studio_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_studio_result_studio_id"), ["studio_id"], unique=False)

    op.create_table(
        "studio_tier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("tier", sa.String(length=10), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("plaque", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "tier IN ('unit', 'county', 'city', 'industry', 'province', 'showcase', 'national')",
            name=op.f("ck_studio_tier_tier"),
        ),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studio.id"], name=op.f("fk_studio_tier_studio_id_studio"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_tier")),
        sa.UniqueConstraint("studio_id", "tier", name=op.f("uq_studio_tier_studio_id_tier")),
    )
    with op.batch_alter_table("studio_tier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_studio_tier_studio_id"), ["studio_id"], unique=False)

    op.create_table(
        "studio_year",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("budget IS NULL OR budget >= 0", name=op.f("ck_studio_year_budget")),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studio.id"], name=op.f("fk_studio_year_studio_id_studio"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_year")),
        sa.UniqueConstraint("studio_id", "year", name=op.f("uq_studio_year_studio_id_year")),
    )
    with op.batch_alter_table("studio_year", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_studio_year_studio_id"), ["studio_id"], unique=False)

    op.create_table(
        "apprenticeship",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("mentor_id", sa.Integer(), nullable=False),
        sa.Column("apprentice_id", sa.Integer(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.CheckConstraint("(ended_on IS NULL) = (result = '')", name=op.f("ck_apprenticeship_result")),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= began_on", name=op.f("ck_apprenticeship_ended_on")),
        sa.CheckConstraint("mentor_id <> apprentice_id", name=op.f("ck_apprenticeship_pair")),
        sa.ForeignKeyConstraint(["apprentice_id"], ["person.id"], name=op.f("fk_apprenticeship_apprentice_id_person")),
        sa.ForeignKeyConstraint(["mentor_id"], ["person.id"], name=op.f("fk_apprenticeship_mentor_id_person")),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studio.id"], name=op.f("fk_apprenticeship_studio_id_studio"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apprenticeship")),
    )
    with op.batch_alter_table("apprenticeship", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_apprenticeship_apprentice_id"), ["apprentice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_apprenticeship_mentor_id"), ["mentor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_apprenticeship_studio_id"), ["studio_id"], unique=False)

    op.create_table(
        "grant_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grant_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("receipt", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "category IN ('projects', 'equipment', 'training', 'promotion')", name=op.f("ck_grant_use_category")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_grant_use_amount")),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["studio_grant.id"], name=op.f("fk_grant_use_grant_id_studio_grant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_use")),
    )
    with op.batch_alter_table("grant_use", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grant_use_grant_id"), ["grant_id"], unique=False)

    op.create_table(
        "studio_leader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.CheckConstraint("(until IS NULL) = (ended_because = '')", name=op.f("ck_studio_leader_ended")),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_studio_leader_until")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_studio_leader_person_id_person")),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studio.id"], name=op.f("fk_studio_leader_studio_id_studio"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_leader")),
    )
    with op.batch_alter_table("studio_leader", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_studio_leader_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_studio_leader_studio_id"), ["studio_id"], unique=False)
        batch_op.create_index(
            "uq_studio_leader_now",
            ["studio_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "studio_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("skill_level", sa.String(length=20), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_studio_member_until")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_studio_member_person_id_person")),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studio.id"], name=op.f("fk_studio_member_studio_id_studio"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_member")),
    )
    with op.batch_alter_table("studio_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_studio_member_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_studio_member_studio_id"), ["studio_id"], unique=False)
        batch_op.create_index(
            "uq_studio_member_now",
            ["studio_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("studio_member", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_studio_member_now", sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_studio_member_studio_id"))
        batch_op.drop_index(batch_op.f("ix_studio_member_person_id"))

    op.drop_table("studio_member")
    with op.batch_alter_table("studio_leader", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_studio_leader_now", sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_studio_leader_studio_id"))
        batch_op.drop_index(batch_op.f("ix_studio_leader_person_id"))

    op.drop_table("studio_leader")
    with op.batch_alter_table("grant_use", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grant_use_grant_id"))

    op.drop_table("grant_use")
    with op.batch_alter_table("apprenticeship", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_apprenticeship_studio_id"))
        batch_op.drop_index(batch_op.f("ix_apprenticeship_mentor_id"))
        batch_op.drop_index(batch_op.f("ix_apprenticeship_apprentice_id"))

    op.drop_table("apprenticeship")
    with op.batch_alter_table("studio_year", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_studio_year_studio_id"))

    op.drop_table("studio_year")
    with op.batch_alter_table("studio_tier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_studio_tier_studio_id"))

    op.drop_table("studio_tier")
    with op.batch_alter_table("studio_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_studio_result_studio_id"))

    op.drop_table("studio_result")
    with op.batch_alter_table("studio_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_studio_move_studio_id"))

    op.drop_table("studio_move")
    with op.batch_alter_table("studio_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_studio_grant_studio_id"))

    op.drop_table("studio_grant")
    with op.batch_alter_table("alliance_member", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_alliance_member_now", sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_alliance_member_studio_id"))
        batch_op.drop_index(batch_op.f("ix_alliance_member_alliance_id"))

    op.drop_table("alliance_member")
    with op.batch_alter_table("studio", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_studio_tier"))
        batch_op.drop_index(batch_op.f("ix_studio_state"))
        batch_op.drop_index(batch_op.f("ix_studio_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_studio_kind"))

    op.drop_table("studio")
