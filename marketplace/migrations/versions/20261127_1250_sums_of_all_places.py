"""sums by place of whatever units lie in, persons who are new since each month, and repeats of linked objects"""

import sqlalchemy as sa
from alembic import op

revision = "d41c7e60f9a8"
down_revision = "7c41d08ae35b"
branch_labels = None
depends_on = None

SPANS = (*(f"since_{month}" for month in range(1, 13)), "of_all")
OF_PERSONS = tuple(f"{what}_{span}" for what in ("persons", "complete") for span in SPANS)
BEFORE = tuple(f"{what}{span}" for what in ("persons", "complete") for span in ("", "_of_year", "_of_all"))
OF_ENTRIES = ("entries", "objects", "person_times", "batch_persons", "uncounted")
NUMBERS = ("person_id", "item_id", "campaign_id", "organisation_id", "month")
LARGE = ("person_times", "batch_persons")


def upgrade() -> None:
    for table in ("participation_overlap", "participation_mobile", "participation_place"):
        op.drop_table(table)
    # What is empty is recounted by the command that upgrades.
    op.execute("DELETE FROM participation_tally")
    _count_persons(BEFORE, OF_PERSONS)
    _of_places("participation_place", _of_item(), OF_ENTRIES + OF_PERSONS)
    _of_places("participation_overlap", _of_code(), OF_PERSONS + ("entries", "objects"))
    op.create_table(
        "participation_object",
        sa.Column("noun", sa.String(length=20), nullable=False),
        *(sa.Column(it, sa.Integer(), autoincrement=False, nullable=False) for it in ("object_id", *NUMBERS[:2])),
        *(sa.Column(it, sa.Integer(), nullable=False) for it in NUMBERS[2:]),
        sa.Column("objects", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("noun", "object_id", "person_id", "item_id", name=op.f("pk_participation_object")),
    )
    for it in ("campaign_id", "organisation_id"):
        op.create_index(op.f(f"ix_participation_object_{it}"), "participation_object", [it])


def downgrade() -> None:
    op.drop_table("participation_object")
    op.drop_table("participation_overlap")
    op.drop_table("participation_place")
    op.execute("DELETE FROM participation_tally")
    _count_persons(OF_PERSONS, BEFORE)
    _of_places("participation_place", _of_item(), OF_ENTRIES + BEFORE, 7)
    _of_places("participation_mobile", _of_item(), BEFORE, 7)
    _of_places("participation_overlap", _of_code(), BEFORE, 7)
    # The version before recounts: flask participation recount --mend.


def _count_persons(before, after):
    with op.batch_alter_table("participation_tally") as batch:
        batch.drop_constraint(op.f("ck_participation_tally_whole"), type_="check")
        for name in before:
            if name not in after:
                batch.drop_column(name)
        for name in after:
            if name not in before:
                batch.add_column(sa.Column(name, sa.Integer(), nullable=False))
        batch.create_check_constraint(op.f("ck_participation_tally_whole"), _whole(OF_ENTRIES + after))


def _of_item():
    return [
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
    ]


def _of_code():
    return [
        sa.Column("measure", sa.String(length=30), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
    ]


def _of_places(table, known, measures, region=14):
    if region == 14:
        known = [*known, sa.Column("level", sa.Integer(), autoincrement=False, nullable=False)]
    key = [*(it.name for it in known), "region", "industry", "hierarchy", "month"]
    follows = [
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f(f"fk_{table}_campaign_id_campaign"))
        for it in known
        if it.name == "campaign_id"
    ]
    op.create_table(
        table,
        *known,
        sa.Column("region", sa.String(length=region), nullable=False),
        sa.Column("industry", sa.String(length=4), nullable=False),
        sa.Column("hierarchy", sa.String(length=10), nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(it, sa.BigInteger() if it in LARGE else sa.Integer(), nullable=False) for it in measures),
        sa.CheckConstraint(_whole(measures), name=op.f(f"ck_{table}_whole")),
        *follows,
        sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{table}")),
    )


def _whole(measures):
    return " AND ".join(f"{it} >= 0" for it in measures)
