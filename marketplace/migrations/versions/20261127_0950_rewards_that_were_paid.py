"""when the completers were given what of a payment is theirs, and when the owner's side was reminded of it"""

import sqlalchemy as sa
from alembic import op

revision = "d29b6f0c7e14"
down_revision = "c3f81d6e2a70"
branch_labels = None
depends_on = None

_PAID = (
    "(reward_paid_on IS NULL) = (reward_paid_by IS NULL)"
    " AND (reward_paid_on IS NULL OR reward_paid_on >= paid_on)"
)


def upgrade() -> None:
    kinds = {"reward_paid_on": "DATE", "reward_paid_by": "VARCHAR(120)", "reminded_on": "DATE"}
    # Copying the table, as SQLite does for anything else, would take the shares along with the old one.
    for name, kind in kinds.items():
        check = f" CONSTRAINT ck_deal_payment_reward_paid CHECK ({_PAID})" if name == "reward_paid_by" else ""
        op.execute(f"ALTER TABLE deal_payment ADD COLUMN {name} {kind}{check}")


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute("ALTER TABLE deal_payment DROP CONSTRAINT ck_deal_payment_reward_paid")
    for name in ("reminded_on", "reward_paid_by", "reward_paid_on"):
        op.execute(f"ALTER TABLE deal_payment DROP COLUMN {name}")
