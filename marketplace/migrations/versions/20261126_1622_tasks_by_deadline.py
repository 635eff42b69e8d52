"""The tasks of all offices are read in the order of their deadlines."""

import sqlalchemy as sa
from alembic import op

revision = "b1d07e4a95c2"
down_revision = "10be60523464"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_task_deadline", "task", ["due_on", "id"], unique=False, sqlite_where=_OPEN, postgresql_where=_OPEN
    )


def downgrade() -> None:
    op.drop_index("ix_task_deadline", table_name="task", sqlite_where=_OPEN, postgresql_where=_OPEN)
