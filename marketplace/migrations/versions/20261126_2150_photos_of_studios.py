"""photos of studios"""

import sqlalchemy as sa
from alembic import op

revision = "6b0e4f9d3a72"
down_revision = "d8d9ace57f60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "studio_photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("picture_text", sa.String(length=200), nullable=False),
        sa.Column("caption", sa.String(length=200), nullable=False),
        sa.CheckConstraint("picture_text <> ''", name=op.f("ck_studio_photo_picture_text")),
        sa.ForeignKeyConstraint(
            ["studio_id"], ["studio.id"], name=op.f("fk_studio_photo_studio_id_studio"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_studio_photo_evidence_id_evidence"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_photo")),
        sa.UniqueConstraint("evidence_id", name=op.f("uq_studio_photo_evidence_id")),
    )
    op.create_index(op.f("ix_studio_photo_studio_id"), "studio_photo", ["studio_id"])
    op.create_index("ix_studio_result_object", "studio_result", ["kind", "object_id"])


def downgrade() -> None:
    op.drop_index("ix_studio_result_object", table_name="studio_result")
    op.drop_index(op.f("ix_studio_photo_studio_id"), table_name="studio_photo")
    op.drop_table("studio_photo")
