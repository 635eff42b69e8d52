"""Files are kept once by their content, records hold them, and personal data meant for the public is accounted for."""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "b7e41d90c6a2"
down_revision = "ad6c0f389dfd"
branch_labels = None
depends_on = None

_PURPOSES = (
    "authorisation_letter", "integrity_statement", "drawing", "photo", "test_report", "user_certificate", "finance",
    "other",
)  # fmt: skip
_SCANS = ("clean", "waiting", "unscanned", "infected")


def upgrade() -> None:
    stored = op.create_table(
        "stored_file",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("scan", sa.String(10), nullable=False),
        sa.Column("finding", sa.String(200), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_stored_file_size")),
        sa.CheckConstraint(f"scan IN {_SCANS}", name=op.f("ck_stored_file_scan")),
        sa.CheckConstraint(
            "(scan IN ('clean', 'infected')) = (scanned_at IS NOT NULL)", name=op.f("ck_stored_file_scanned_at")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_file")),
    )
    op.create_index(op.f("ix_stored_file_scan"), "stored_file", ["scan"])
    held = sa.table(
        "attachment", sa.column("sha256", sa.String()), sa.column("size", sa.Integer()),
        sa.column("media_type", sa.String()),
    )  # fmt: skip
    known = sa.select(
        held.c.sha256, sa.func.max(held.c.size), sa.func.max(held.c.media_type), sa.literal("unscanned"),
        sa.literal(""), sa.literal(dt.datetime.now(dt.UTC), sa.DateTime(timezone=True)),
    ).group_by(held.c.sha256)  # fmt: skip
    columns = ["sha256", "size", "media_type", "scan", "finding", "touched_at"]
    op.execute(sa.insert(stored).from_select(columns, known))
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purpose", sa.String(30), nullable=False, server_default="other"))
        batch_op.add_column(sa.Column("uploaded_by", sa.String(120), nullable=False, server_default=""))
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.alter_column("purpose", server_default=None)
        batch_op.alter_column("uploaded_by", server_default=None)
        batch_op.create_check_constraint(op.f("ck_attachment_purpose"), f"purpose IN {_PURPOSES}")
        batch_op.create_foreign_key(
            op.f("fk_attachment_sha256_stored_file"), "stored_file", ["sha256"], ["sha256"]
        )
        batch_op.create_index(op.f("ix_attachment_sha256"), ["sha256"])
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("noun", sa.String(20), nullable=False),
        sa.Column("object_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(30), nullable=False),
        sa.Column("uploaded_by", sa.String(120), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_evidence_size")),
        sa.CheckConstraint(f"purpose IN {_PURPOSES}", name=op.f("ck_evidence_purpose")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_evidence_sha256_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_object", "evidence", ["noun", "object_id"])
    op.create_index(op.f("ix_evidence_sha256"), "evidence", ["sha256"])
    op.add_column("achievement", sa.Column("protection", sa.String(20), nullable=True))
    op.create_table(
        "personal_data_clearance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("achievement_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cleared_by", sa.String(120), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_personal_data_clearance_reason")),
        sa.ForeignKeyConstraint(
            ["achievement_id"], ["achievement.id"], ondelete="CASCADE",
            name=op.f("fk_personal_data_clearance_achievement_id_achievement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_data_clearance")),
        sa.UniqueConstraint(
            "achievement_id", "place", "kind", "text_hash",
            name=op.f("uq_personal_data_clearance_achievement_id_place_kind_text_hash"),
        ),
    )  # fmt: skip
    op.create_index(
        op.f("ix_personal_data_clearance_achievement_id"), "personal_data_clearance", ["achievement_id"]
    )


def downgrade() -> None:
    op.drop_table("personal_data_clearance")
    op.drop_column("achievement", "protection")
    op.drop_table("evidence")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_attachment_sha256"))
        batch_op.drop_constraint(op.f("fk_attachment_sha256_stored_file"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_attachment_purpose"), type_="check")
        batch_op.drop_column("uploaded_by")
        batch_op.drop_column("purpose")
    op.drop_table("stored_file")
