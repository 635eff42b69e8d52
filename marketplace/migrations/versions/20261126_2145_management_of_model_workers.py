"""The offices that look after model workers with their history, and who was told that a term ends."""

import sqlalchemy as sa
from alembic import op

revision = "d8d9ace57f60"
down_revision = "d2715abf4219"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "management",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "level IN ('unit', 'county', 'city', 'industry', 'province')", name=op.f("ck_management_level")
        ),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_management_until")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_management_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_management")),
    )
    with op.batch_alter_table("management", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_management_person_id"), ["person_id"], unique=False)

    op.add_column("honour", sa.Column("reminded_on", sa.Date(), nullable=True))
    op.execute(
        "INSERT INTO management (person_id, level, since, reason, recorded_by, recorded_at)"
        " SELECT id, management_level, DATE(created_at), '', 'migration', created_at FROM person"
        " WHERE management_level IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_column("honour", "reminded_on")

    with op.batch_alter_table("management", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_management_person_id"))

    op.drop_table("management")
