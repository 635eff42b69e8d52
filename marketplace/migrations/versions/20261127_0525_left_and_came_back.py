"""when a unit had left a competition before it came back"""

import sqlalchemy as sa
from alembic import op

revision = "d72e0b5a91f4"
down_revision = "4a1f9c62d8e3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "competition_absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("because", sa.String(500), nullable=False),
        sa.CheckConstraint("returned_on >= left_on", name=op.f("ck_competition_absence_returned_on")),
        sa.CheckConstraint("because <> ''", name=op.f("ck_competition_absence_because")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["competition_registration.id"], name="fk_competition_absence_registration"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competition_absence")),
    )
    op.create_index(op.f("ix_competition_absence_registration_id"), "competition_absence", ["registration_id"])


def downgrade() -> None:
    op.drop_table("competition_absence")
