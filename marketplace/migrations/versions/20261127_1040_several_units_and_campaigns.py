"""sums by place of those who took part in several units, and of what several campaigns come to too much"""

import sqlalchemy as sa
from alembic import op

revision = "b60e7d19c4f2"
down_revision = "c86f20d5b9a1"
branch_labels = None
depends_on = None

MEASURES = (
    "persons", "persons_of_year", "persons_of_all", "complete", "complete_of_year", "complete_of_all",
)  # fmt: skip


def upgrade() -> None:
    _know_persons_by("person_id", "campaign_id")
    op.create_index("ix_participation_person_campaign_id", "participation_person", ["campaign_id"])
    op.create_table(
        "participation_mobile",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
        *_sums("participation_mobile"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name="fk_participation_mobile_campaign_id_campaign"),
        sa.PrimaryKeyConstraint(
            "campaign_id", "item_id", "region", "industry", "hierarchy", "month", name="pk_participation_mobile"
        ),
    )
    op.create_table(
        "participation_overlap",
        sa.Column("measure", sa.String(length=30), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        *_sums("participation_overlap"),
        sa.PrimaryKeyConstraint(
            "measure", "code", "region", "industry", "hierarchy", "month", name="pk_participation_overlap"
        ),
    )


def downgrade() -> None:
    op.drop_table("participation_overlap")
    op.drop_table("participation_mobile")
    op.drop_index("ix_participation_person_campaign_id", "participation_person")
    _know_persons_by("campaign_id", "person_id")


def _know_persons_by(*first: str) -> None:
    with op.batch_alter_table("participation_person") as batch:
        batch.drop_constraint("pk_participation_person", type_="primary")
        batch.create_primary_key("pk_participation_person", [*first, "item_id", "organisation_id", "month"])


def _sums(table):
    return [
        sa.Column("region", sa.String(length=7), nullable=False),
        sa.Column("industry", sa.String(length=4), nullable=False),
        sa.Column("hierarchy", sa.String(length=10), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(it, sa.Integer(), nullable=False) for it in MEASURES),
        sa.CheckConstraint(" AND ".join(f"{it} >= 0" for it in MEASURES), name=op.f(f"ck_{table}_whole")),
    ]
