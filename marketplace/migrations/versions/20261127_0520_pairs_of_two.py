"""a pair counts for both who are in it, unless an item asks who trains an apprentice"""

import sqlalchemy as sa
from alembic import op

revision = "4a1f9c62d8e3"
down_revision = "a90f4c27e8b3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("campaign_item") as batch:
        batch.add_column(sa.Column("mentor_alone", sa.Boolean(), nullable=False, server_default=sa.false()))
    item = sa.table("campaign_item", *map(sa.column, ("mentor_alone", "links", "measure")))
    trains = (item.c.links == "apprenticeship", item.c.measure == "six_ones")
    op.execute(sa.update(item).where(*trains).values(mentor_alone=sa.true()))
    with op.batch_alter_table("campaign_item") as batch:
        batch.alter_column("mentor_alone", server_default=None)


def downgrade() -> None:
    op.drop_column("campaign_item", "mentor_alone")
