"""tallies that say when a person is new, and what the units of a place come to"""

import sqlalchemy as sa
from alembic import op

revision = "4f7a91c3e6b8"
down_revision = "c2f49a71e0d8"
branch_labels = None
depends_on = None

MEASURES = (
    "entries", "objects", "person_times", "batch_persons", "uncounted", "persons", "persons_of_year", "persons_of_all",
    "complete", "complete_of_year", "complete_of_all",
)  # fmt: skip
LARGE = ("person_times", "batch_persons")


def upgrade() -> None:
    _drop()
    op.create_table(
        "participation_person",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("is_mobile", sa.Boolean(), nullable=False),
        _follows("participation_person", "campaign_id", "campaign"),
        _follows("participation_person", "person_id", "person"),
        _follows("participation_person", "item_id", "campaign_item"),
        _follows("participation_person", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint(
            "campaign_id", "person_id", "item_id", "organisation_id", "month", name=op.f("pk_participation_person")
        ),
    )
    op.create_index("ix_participation_person_unit", "participation_person", ["organisation_id", "campaign_id"])
    op.create_index(
        "ix_participation_person_mobile",
        "participation_person",
        ["campaign_id", "item_id", "month"],
        postgresql_where=sa.text("is_mobile"),
        sqlite_where=sa.text("is_mobile"),
    )
    op.create_table(
        "participation_tally",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        *_sums("participation_tally"),
        _follows("participation_tally", "campaign_id", "campaign"),
        _follows("participation_tally", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint(
            "campaign_id", "item_id", "organisation_id", "month", name=op.f("pk_participation_tally")
        ),
    )
    op.create_index("ix_participation_tally_organisation", "participation_tally", ["organisation_id"])
    op.create_table(
        "participation_place",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("region", sa.String(length=7), nullable=False),
        sa.Column("industry", sa.String(length=4), nullable=False),
        sa.Column("hierarchy", sa.String(length=10), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        *_sums("participation_place"),
        _follows("participation_place", "campaign_id", "campaign"),
        sa.PrimaryKeyConstraint(
            "campaign_id", "item_id", "region", "industry", "hierarchy", "month", name=op.f("pk_participation_place")
        ),
    )


def downgrade() -> None:
    op.drop_table("participation_place")
    _drop()
    op.create_table(
        "participation_person",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        _follows("participation_person", "campaign_id", "campaign"),
        _follows("participation_person", "item_id", "campaign_item"),
        _follows("participation_person", "organisation_id", "organisation"),
        _follows("participation_person", "person_id", "person"),
        sa.PrimaryKeyConstraint(
            "campaign_id", "item_id", "organisation_id", "month", "person_id", name=op.f("pk_participation_person")
        ),
    )
    names = ("entries", "objects", "person_times", "persons", "batch_persons", "uncounted")
    op.create_table(
        "participation_tally",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        *_sums("participation_tally", names),
        _follows("participation_tally", "campaign_id", "campaign"),
        _follows("participation_tally", "item_id", "campaign_item"),
        _follows("participation_tally", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint(
            "campaign_id", "item_id", "organisation_id", "month", name=op.f("pk_participation_tally")
        ),
    )
    op.create_index("ix_participation_tally_organisation", "participation_tally", ["organisation_id"])
    # The version before recounts: flask participation recount --mend.


def _drop() -> None:
    op.drop_table("participation_tally")
    op.drop_table("participation_person")


def _sums(table, names=MEASURES):
    columns = [sa.Column(it, sa.BigInteger() if it in LARGE else sa.Integer(), nullable=False) for it in names]
    return [*columns, sa.CheckConstraint(" AND ".join(f"{it} >= 0" for it in names), name=op.f(f"ck_{table}_whole"))]


def _follows(table, column, target):
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}"))
