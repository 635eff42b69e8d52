"""the former secret of a webhook, for as long as it signs beside the new one"""

import sqlalchemy as sa
from alembic import op

revision = "7d2c9a41e6b8"
down_revision = "a7c40e2d95b8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("webhook", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("former_secret", sa.String(60), nullable=True))
        batch.add_column(sa.Column("former_until", sa.DateTime(timezone=True), nullable=True))
        batch.create_check_constraint(op.f("ck_webhook_former"), "(former_secret IS NULL) = (former_until IS NULL)")


def downgrade() -> None:
    with op.batch_alter_table("webhook", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint(op.f("ck_webhook_former"), type_="check")
        batch.drop_column("former_until")
        batch.drop_column("former_secret")
