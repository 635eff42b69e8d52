"""what the campaigns that count a measure come to together in each unit, and who was in several units in a year"""

import sqlalchemy as sa
from alembic import op

revision = "3b8e5d0c71f4"
down_revision = "d41c7e60f9a8"
branch_labels = None
depends_on = None

OF_ENTRIES = ("entries", "objects", "person_times", "batch_persons", "uncounted")
OF_YEARS = tuple(f"{what}_since_{month}" for what in ("persons", "complete") for month in range(1, 13))
LARGE = ("person_times", "batch_persons")


def upgrade() -> None:
    # Both are empty: the command that upgrades adds them up.
    measures = OF_ENTRIES + OF_YEARS
    op.create_table(
        "participation_unit",
        sa.Column("measure", sa.String(length=30), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(it, sa.BigInteger() if it in LARGE else sa.Integer(), nullable=False) for it in measures),
        sa.CheckConstraint(" AND ".join(f"{it} >= 0" for it in measures), name=op.f("ck_participation_unit_whole")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_participation_unit_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("measure", "organisation_id", "month", name=op.f("pk_participation_unit")),
    )
    op.create_index(op.f("ix_participation_unit_organisation_id"), "participation_unit", ["organisation_id"])
    key = ("organisation_id", "month", "person_id", "campaign_id", "item_id")
    op.create_table(
        "participation_mover",
        sa.Column("measure", sa.String(length=30), nullable=False),
        *(sa.Column(it, sa.Integer(), autoincrement=False, nullable=False) for it in key),
        sa.PrimaryKeyConstraint("measure", *key, name=op.f("pk_participation_mover")),
    )
    op.create_index(op.f("ix_participation_mover_person_id"), "participation_mover", ["person_id"])


def downgrade() -> None:
    op.drop_table("participation_mover")
    op.drop_table("participation_unit")
