"""files that the evaluation of a unit in a competition rests on: the noun is longer than those before"""

import sqlalchemy as sa
from alembic import op

revision = "b15d8e60f2a7"
down_revision = "b64d1e98f70a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("evidence") as batch:
        batch.alter_column("noun", existing_type=sa.String(20), type_=sa.String(30), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("evidence") as batch:
        batch.alter_column("noun", existing_type=sa.String(30), type_=sa.String(20), existing_nullable=False)
