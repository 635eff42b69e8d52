"""Who was told that the term of a crew ends."""

import sqlalchemy as sa
from alembic import op

revision = "3f1c7b90ad46"
down_revision = "68f952555644"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("crew_honour", sa.Column("reminded_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("crew_honour", "reminded_on")
