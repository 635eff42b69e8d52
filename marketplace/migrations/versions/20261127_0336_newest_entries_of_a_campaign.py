"""the newest entries of a campaign, without reading those of all others"""

from alembic import op

revision = "e3b58d07c14f"
down_revision = "c07a5e92b1d6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_participation_entry_newest", "participation_entry", ["campaign_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_participation_entry_newest", table_name="participation_entry")
