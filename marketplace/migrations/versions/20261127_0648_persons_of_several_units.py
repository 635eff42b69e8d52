"""those who took part in several units are counted from an index alone"""

import sqlalchemy as sa
from alembic import op

revision = "f3d6b1804a9e"
down_revision = "e19c47d05ab3"
branch_labels = None
depends_on = None

_NAME, _TABLE = "ix_participation_person_mobile", "participation_person"
_IS_MOBILE = sa.text("is_mobile")


def _index(*columns: str) -> None:
    op.drop_index(_NAME, table_name=_TABLE)
    op.create_index(_NAME, _TABLE, columns, postgresql_where=_IS_MOBILE, sqlite_where=_IS_MOBILE)


def upgrade() -> None:
    _index("campaign_id", "month", "item_id", "organisation_id", "person_id")


def downgrade() -> None:
    _index("campaign_id", "item_id", "month")
