"""A studio knows since when its leader can no longer lead, and that it was suspended for want of one."""

import sqlalchemy as sa
from alembic import op

revision = "d2b8f6a41c07"
down_revision = "a535acb413c1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("studio", sa.Column("suspended_for", sa.String(length=10), nullable=True))
    op.add_column("studio_leader", sa.Column("from_unit", sa.Integer(), nullable=True))
    op.add_column("studio_leader", sa.Column("unfit_since", sa.Date(), nullable=True))
    # Whoever leads now came from where he is now, as far as anybody noted.
    op.execute(
        "UPDATE studio_leader SET from_unit ="
        " (SELECT organisation_id FROM person WHERE person.id = studio_leader.person_id)"
    )


def downgrade() -> None:
    op.drop_column("studio_leader", "unfit_since")
    op.drop_column("studio_leader", "from_unit")
    op.drop_column("studio", "suspended_for")
