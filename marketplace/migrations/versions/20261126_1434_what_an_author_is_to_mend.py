"""A task names the fields an author is to mend, and a queue of one place is read in the order of its deadlines."""

import sqlalchemy as sa
from alembic import op

revision = "a91e5c60d7b4"
down_revision = "5d0b7c3e91fa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("task") as batch_op:
        batch_op.add_column(sa.Column("to_mend", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.create_index(
            "ix_task_place_queue",
            ["role", "region_path", "due_on", "id"],
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
    with op.batch_alter_table("task") as batch_op:
        batch_op.alter_column("to_mend", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("task") as batch_op:
        batch_op.drop_index("ix_task_place_queue")
        batch_op.drop_column("to_mend")
