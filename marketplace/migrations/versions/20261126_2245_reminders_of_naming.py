"""When it was last reminded of the days of a batch."""

import sqlalchemy as sa
from alembic import op

revision = "c47d19e6b05a"
down_revision = "8a5e2d0c6b17"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("naming_batch", sa.Column("reminded_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("naming_batch", "reminded_on")
