"""Lists taken away as files stay on record, with what for."""

import sqlalchemy as sa
from alembic import op

revision = "c93e4a1f6d28"
down_revision = "4e90d7c2ab36"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("form", sa.String(length=4), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("names_persons", sa.Boolean(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("form IN ('csv', 'xlsx')", name=op.f("ck_export_form")),
        sa.CheckConstraint("purpose <> '' OR NOT names_persons", name=op.f("ck_export_purpose")),
        sa.CheckConstraint("row_count >= 0", name=op.f("ck_export_row_count")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_index(op.f("ix_export_at"), "export", ["at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_export_at"), table_name="export")
    op.drop_table("export")
