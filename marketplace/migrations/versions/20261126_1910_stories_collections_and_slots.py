"""Stories, collections, and what stands on the front page."""

import sqlalchemy as sa
from alembic import op

revision = "c6d4e2367509"
down_revision = "ee6db72aeff8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "collection",
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("lead", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("shown_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_collection_language")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_collection_title")),
        sa.CheckConstraint(
            "shown_until IS NULL OR (shown_from IS NOT NULL AND shown_until > shown_from)",
            name=op.f("ck_collection_shown_until"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "slot",
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("noun", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_taken_down", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(place = 'month') = (month IS NOT NULL)", name=op.f("ck_slot_month")),
        sa.CheckConstraint("place IN ('month', 'top', 'row')", name=op.f("ck_slot_place")),
        sa.CheckConstraint("month IS NULL OR valid_until IS NOT NULL", name=op.f("ck_slot_month_ends")),
        sa.CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_slot_valid_until")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("slot", schema=None) as batch_op:
        batch_op.create_index(
            "uq_slot_month",
            ["month"],
            unique=True,
            sqlite_where=sa.text("NOT is_taken_down"),
            postgresql_where=sa.text("NOT is_taken_down"),
        )

    op.create_table(
        "collection_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("noun", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collection.id"],
            name=op.f("fk_collection_item_collection_id_collection"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_item")),
    )
    with op.batch_alter_table("collection_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_collection_item_collection_id"), ["collection_id"], unique=False)

    op.create_table(
        "showcase_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("noun", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["audit_entry.id"], name=op.f("fk_showcase_version_event_id_audit_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_showcase_version")),
    )
    with op.batch_alter_table("showcase_version", schema=None) as batch_op:
        batch_op.create_index("ix_showcase_version_object", ["noun", "object_id"], unique=False)

    op.create_table(
        "story",
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("lead", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=True),
        sa.Column("picture_text", sa.String(length=200), nullable=False),
        sa.Column("consent", sa.String(length=10), nullable=False),
        sa.Column("appearing", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("shown_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(consent = 'given') = (agreed_on IS NOT NULL)", name=op.f("ck_story_agreed_on")),
        sa.CheckConstraint("(consent = 'given') = (appearing <> '')", name=op.f("ck_story_appearing")),
        sa.CheckConstraint("consent IN ('open', 'nobody', 'given')", name=op.f("ck_story_consent")),
        sa.CheckConstraint("language IN ('zh', 'en')", name=op.f("ck_story_language")),
        sa.CheckConstraint("shown_from IS NULL OR (text <> '' AND consent <> 'open')", name=op.f("ck_story_shown")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_story_title")),
        sa.CheckConstraint(
            "shown_until IS NULL OR (shown_from IS NOT NULL AND shown_until > shown_from)",
            name=op.f("ck_story_shown_until"),
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["evidence.id"], name=op.f("fk_story_picture_id_evidence"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("story")
    with op.batch_alter_table("showcase_version", schema=None) as batch_op:
        batch_op.drop_index("ix_showcase_version_object")

    op.drop_table("showcase_version")
    with op.batch_alter_table("collection_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_collection_item_collection_id"))

    op.drop_table("collection_item")
    with op.batch_alter_table("slot", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_slot_month", sqlite_where=sa.text("NOT is_taken_down"), postgresql_where=sa.text("NOT is_taken_down")
        )

    op.drop_table("slot")
    op.drop_table("collection")
