"""Whoever has a part in achievements finds them by the account."""

import sqlalchemy as sa
from alembic import op

revision = "10be60523464"
down_revision = "c93e4a1f6d28"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contributor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contributor_account_id"), ["account_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("contributor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contributor_account_id"))
