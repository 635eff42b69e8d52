"""What a studio is checked by beside its record, and dossiers that are frozen."""

import sqlalchemy as sa
from alembic import op

revision = "ee6db72aeff8"
down_revision = "e6b40f92a7c3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "studio_dossier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("studio_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint("purpose <> ''", name=op.f("ck_studio_dossier_purpose")),
        sa.ForeignKeyConstraint(["studio_id"], ["studio.id"], name=op.f("fk_studio_dossier_studio_id_studio")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_dossier")),
    )
    with op.batch_alter_table("studio_dossier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_studio_dossier_studio_id"), ["studio_id"], unique=False)

    # Added in place: a table that is copied would lose the condition of its unique indexes.
    op.add_column("studio", sa.Column("was_lab", sa.Boolean(), nullable=True))
    op.add_column("studio_member", sa.Column("crew", sa.String(length=120), nullable=True))


def downgrade() -> None:
    op.drop_column("studio_member", "crew")
    op.drop_column("studio", "was_lab")
    with op.batch_alter_table("studio_dossier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_studio_dossier_studio_id"))

    op.drop_table("studio_dossier")
