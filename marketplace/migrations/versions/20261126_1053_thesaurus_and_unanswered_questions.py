"""What staff change in the thesaurus, and questions that found nothing."""

import sqlalchemy as sa
from alembic import op

revision = "c27c98199335"
down_revision = "f0c3b5a35894"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "thesaurus_entry",
        sa.Column("shipped_id", sa.String(length=40), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thesaurus_entry")),
        sa.UniqueConstraint("shipped_id", name=op.f("uq_thesaurus_entry_shipped_id")),
    )
    op.create_table(
        "thesaurus_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["thesaurus_entry.id"], name=op.f("fk_thesaurus_version_entry_id_thesaurus_entry")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["audit_entry.id"], name=op.f("fk_thesaurus_version_event_id_audit_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thesaurus_version")),
    )
    with op.batch_alter_table("thesaurus_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_thesaurus_version_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "unanswered_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("found", sa.String(length=10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=120), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("found IN ('nothing', 'weak')", name=op.f("ck_unanswered_question_found")),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL) AND (entry_id IS NULL OR settled_at IS NOT NULL)",
            name=op.f("ck_unanswered_question_settled"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["thesaurus_entry.id"], name=op.f("fk_unanswered_question_entry_id_thesaurus_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unanswered_question")),
        sa.UniqueConstraint("text", "language", name=op.f("uq_unanswered_question_text_language")),
    )
    with op.batch_alter_table("unanswered_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unanswered_question_last_on"), ["last_on"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("unanswered_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unanswered_question_last_on"))

    op.drop_table("unanswered_question")
    with op.batch_alter_table("thesaurus_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_thesaurus_version_entry_id"))

    op.drop_table("thesaurus_version")
    op.drop_table("thesaurus_entry")
