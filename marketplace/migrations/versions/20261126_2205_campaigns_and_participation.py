"""campaigns and the ledger of participation"""

import sqlalchemy as sa
from alembic import op

revision = "68f952555644"
down_revision = "6b0e4f9d3a72"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("theme", sa.String(length=300), nullable=False),
        sa.Column("eligibility", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("competition_class", sa.String(length=30), nullable=True),
        sa.Column("host_role", sa.String(length=20), nullable=False),
        sa.Column("region_path", sa.String(length=60), nullable=False),
        sa.Column("industry_path", sa.String(length=30), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("scope_region_path", sa.String(length=60), nullable=False),
        sa.Column("scope_industry_path", sa.String(length=30), nullable=False),
        sa.Column("rubric", sa.JSON(), nullable=False),
        sa.Column("quotas", sa.JSON(), nullable=False),
        sa.Column("publicity_days", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(host_role = 'unit_union') = (organisation_id IS NOT NULL)", name=op.f("ck_campaign_host")),
        sa.CheckConstraint(
            "host_role IN ('province_curator', 'city', 'industry_union', 'county', 'unit_union')",
            name=op.f("ck_campaign_host_role"),
        ),
        sa.CheckConstraint(
            "level IN ('unit', 'county', 'city', 'industry', 'province')", name=op.f("ck_campaign_level")
        ),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed', 'published')", name=op.f("ck_campaign_state")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_campaign_title")),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_campaign_closes_on")),
        sa.CheckConstraint("publicity_days >= 0", name=op.f("ck_campaign_publicity_days")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_campaign_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_industry_path"), ["industry_path"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_opens_on"), ["opens_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_region_path"), ["region_path"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_state"), ["state"], unique=False)

    op.create_table(
        "campaign_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("zh", sa.String(length=120), nullable=False),
        sa.Column("en", sa.String(length=120), nullable=False),
        sa.Column("links", sa.String(length=20), nullable=False),
        sa.Column("measure", sa.String(length=30), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("takes_batches", sa.Boolean(), nullable=False),
        sa.Column("needs_evidence", sa.Boolean(), nullable=False),
        sa.CheckConstraint("by_hand OR (links <> '' AND NOT takes_batches)", name=op.f("ck_campaign_item_by_hand")),
        sa.CheckConstraint(
            "links IN ('', 'proposal', 'achievement', 'apprenticeship', 'contest')", name=op.f("ck_campaign_item_links")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_item_campaign_id_campaign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_item")),
        sa.UniqueConstraint("campaign_id", "code", name=op.f("uq_campaign_item_campaign_id_code")),
    )
    op.create_table(
        "campaign_target",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=30), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_campaign_target_amount")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_target_campaign_id_campaign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("campaign_id", "measure", name=op.f("pk_campaign_target")),
    )
    op.create_table(
        "period_close",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("first_month", sa.Integer(), nullable=False),
        sa.Column("last_month", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("closed_by", sa.String(length=120), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last_month >= first_month", name=op.f("ck_period_close_months")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_period_close_campaign_id_campaign")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_period_close_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_close")),
    )
    with op.batch_alter_table("period_close", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_period_close_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_period_close_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "participation_entry",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("person_times", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("noun", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=True),
        sa.Column("objects", sa.SmallInteger(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("claim", sa.String(length=200), nullable=True),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(claim IS NULL) = (state IN ('refused', 'withdrawn', 'replaced'))",
            name=op.f("ck_participation_entry_claim"),
        ),
        sa.CheckConstraint("(noun = '') = (object_id IS NULL)", name=op.f("ck_participation_entry_object")),
        sa.CheckConstraint(
            "noun IN ('', 'proposal', 'achievement', 'apprenticeship', 'contest')",
            name=op.f("ck_participation_entry_noun"),
        ),
        sa.CheckConstraint(
            "source IN ('worker', 'clerk', 'import', 'linked')", name=op.f("ck_participation_entry_source")
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR decided_at IS NOT NULL", name=op.f("ck_participation_entry_confirmed")
        ),
        sa.CheckConstraint(
            "state IN ('recorded', 'confirmed', 'refused', 'withdrawn', 'replaced')",
            name=op.f("ck_participation_entry_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('refused', 'withdrawn', 'replaced') OR reason <> ''",
            name=op.f("ck_participation_entry_reason"),
        ),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_participation_entry_decided")),
        sa.CheckConstraint("objects IN (0, 1)", name=op.f("ck_participation_entry_objects")),
        sa.CheckConstraint(
            "person_id IS NULL OR (persons = 1 AND person_times = 1)", name=op.f("ck_participation_entry_person")
        ),
        sa.CheckConstraint("person_times > 0", name=op.f("ck_participation_entry_person_times")),
        sa.CheckConstraint(
            "persons IS NULL OR (persons > 0 AND persons <= person_times)", name=op.f("ck_participation_entry_persons")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_participation_entry_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["campaign_item.id"], name=op.f("fk_participation_entry_item_id_campaign_item")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_participation_entry_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_participation_entry_person_id_person")),
        sa.ForeignKeyConstraint(
            ["replaces_id"],
            ["participation_entry.id"],
            name=op.f("fk_participation_entry_replaces_id_participation_entry"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_entry")),
        sa.UniqueConstraint("campaign_id", "claim", name=op.f("uq_participation_entry_campaign_id_claim")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_participation_entry_replaces_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("participation_entry", schema=None) as batch_op:
        batch_op.create_index("ix_participation_entry_object", ["noun", "object_id"], unique=False)
        batch_op.create_index("ix_participation_entry_person", ["person_id", "campaign_id"], unique=False)
        batch_op.create_index(
            "ix_participation_entry_queue", ["campaign_id", "organisation_id", "state", "day"], unique=False
        )

    op.create_table(
        "participation_person",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_participation_person_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["campaign_item.id"], name=op.f("fk_participation_person_item_id_campaign_item")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_participation_person_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_participation_person_person_id_person")),
        sa.PrimaryKeyConstraint(
            "campaign_id", "item_id", "organisation_id", "month", "person_id", name=op.f("pk_participation_person")
        ),
    )
    op.create_table(
        "participation_tally",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("objects", sa.Integer(), nullable=False),
        sa.Column("person_times", sa.BigInteger(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("batch_persons", sa.BigInteger(), nullable=False),
        sa.Column("uncounted", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "entries >= 0 AND objects >= 0 AND person_times >= 0 AND persons >= 0 AND batch_persons >= 0"
            " AND uncounted >= 0",
            name=op.f("ck_participation_tally_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_participation_tally_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["campaign_item.id"], name=op.f("fk_participation_tally_item_id_campaign_item")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_participation_tally_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "item_id", "organisation_id", "month", name=op.f("pk_participation_tally")
        ),
    )
    with op.batch_alter_table("participation_tally", schema=None) as batch_op:
        batch_op.create_index("ix_participation_tally_organisation", ["organisation_id"], unique=False)

    op.create_table(
        "period_erratum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("close_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_period_erratum_reason")),
        sa.ForeignKeyConstraint(
            ["close_id"], ["period_close.id"], name=op.f("fk_period_erratum_close_id_period_close")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["participation_entry.id"], name=op.f("fk_period_erratum_entry_id_participation_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_erratum")),
    )
    with op.batch_alter_table("period_erratum", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_period_erratum_close_id"), ["close_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("period_erratum", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_period_erratum_close_id"))

    op.drop_table("period_erratum")
    with op.batch_alter_table("participation_tally", schema=None) as batch_op:
        batch_op.drop_index("ix_participation_tally_organisation")

    op.drop_table("participation_tally")
    op.drop_table("participation_person")
    with op.batch_alter_table("participation_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_participation_entry_queue")
        batch_op.drop_index("ix_participation_entry_person")
        batch_op.drop_index("ix_participation_entry_object")

    op.drop_table("participation_entry")
    with op.batch_alter_table("period_close", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_period_close_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_period_close_campaign_id"))

    op.drop_table("period_close")
    op.drop_table("campaign_target")
    op.drop_table("campaign_item")
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_state"))
        batch_op.drop_index(batch_op.f("ix_campaign_region_path"))
        batch_op.drop_index(batch_op.f("ix_campaign_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_opens_on"))
        batch_op.drop_index(batch_op.f("ix_campaign_kind"))
        batch_op.drop_index(batch_op.f("ix_campaign_industry_path"))

    op.drop_table("campaign")
