"""A studio remembers the register it was brought from."""

import sqlalchemy as sa
from alembic import op

revision = "19f516f66f9b"
down_revision = "c6d4e2367509"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("studio", sa.Column("source", sa.String(length=40), nullable=True))
    op.add_column("studio", sa.Column("source_id", sa.String(length=120), nullable=True))
    op.add_column("studio", sa.Column("source_hash", sa.String(length=64), nullable=True))
    op.create_index("uq_studio_source", "studio", ["source", "source_id"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_studio_source", table_name="studio")
    for column in ("source_hash", "source_id", "source"):
        op.drop_column("studio", column)
