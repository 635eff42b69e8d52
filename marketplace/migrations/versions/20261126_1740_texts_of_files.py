"""With a content stands how much of its text was looked at, and the personal data that was found in it."""

import sqlalchemy as sa
from alembic import op

revision = "c5f27a90d1e8"
down_revision = "b1d07e4a95c2"
branch_labels = None
depends_on = None

_TEXTS = ("read", "partly", "none", "waiting", "marked")


def upgrade() -> None:
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("text", sa.String(10), nullable=False, server_default="waiting"))
        batch_op.add_column(sa.Column("personal", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.alter_column("text", server_default=None)
        batch_op.alter_column("personal", server_default=None)
        batch_op.create_check_constraint(op.f("ck_stored_file_text"), f"text IN {_TEXTS}")
        batch_op.create_index(op.f("ix_stored_file_text"), ["text"])


def downgrade() -> None:
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_stored_file_text"))
        batch_op.drop_constraint(op.f("ck_stored_file_text"), type_="check")
        batch_op.drop_column("personal")
        batch_op.drop_column("text")
