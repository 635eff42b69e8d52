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

# What the entries of a campaign add up to, as the recount of that day said it.
PEOPLE = """
    INSERT INTO participation_person (campaign_id, person_id, item_id, organisation_id, month, entries, is_mobile)
    SELECT anon_1.campaign_id, anon_1.person_id, anon_1.item_id, anon_1.organisation_id, anon_1.month,
    anon_1.entries, min(anon_1.organisation_id) OVER (PARTITION BY anon_1.person_id) != max(anon_1.organisation_id)
    OVER (PARTITION BY anon_1.person_id) AS is_mobile
    FROM (SELECT participation_entry.campaign_id AS campaign_id, participation_entry.person_id AS person_id,
    participation_entry.item_id AS item_id, participation_entry.organisation_id AS organisation_id,
    participation_entry.month AS month, count(participation_entry.id) AS entries
    FROM participation_entry
    WHERE participation_entry.campaign_id = :campaign AND participation_entry.state = 'confirmed' AND
    participation_entry.person_id IS NOT NULL GROUP BY participation_entry.campaign_id,
    participation_entry.person_id, participation_entry.item_id, participation_entry.organisation_id,
    participation_entry.month) AS anon_1
"""
TALLIES = """
    INSERT INTO participation_tally (campaign_id, item_id, organisation_id, month, {measures})
    WITH everybody AS
    (SELECT anon_4.campaign_id AS campaign_id, anon_4.person_id AS person_id, anon_4.item_id AS item_id,
    anon_4.organisation_id AS organisation_id, anon_4.month AS month, anon_4.entries AS entries,
    min(anon_4.organisation_id) OVER (PARTITION BY anon_4.person_id) != max(anon_4.organisation_id) OVER (PARTITION
    BY anon_4.person_id) AS is_mobile
    FROM (SELECT participation_entry.campaign_id AS campaign_id, participation_entry.person_id AS person_id,
    participation_entry.item_id AS item_id, participation_entry.organisation_id AS organisation_id,
    participation_entry.month AS month, count(participation_entry.id) AS entries
    FROM participation_entry
    WHERE participation_entry.campaign_id = :campaign AND participation_entry.state = 'confirmed' AND
    participation_entry.person_id IS NOT NULL GROUP BY participation_entry.campaign_id,
    participation_entry.person_id, participation_entry.item_id, participation_entry.organisation_id,
    participation_entry.month) AS anon_4)
    SELECT CAST(:campaign AS INTEGER) AS campaign_id, anon_1.item_id, anon_1.organisation_id, anon_1.month,
    CAST(sum(anon_1.entries) AS BIGINT) AS entries, CAST(sum(anon_1.objects) AS BIGINT) AS objects,
    CAST(sum(anon_1.person_times) AS BIGINT) AS person_times, CAST(sum(anon_1.batch_persons) AS BIGINT) AS
    batch_persons, CAST(sum(anon_1.uncounted) AS BIGINT) AS uncounted, CAST(sum(anon_1.persons) AS BIGINT) AS
    persons, CAST(sum(anon_1.persons_of_year) AS BIGINT) AS persons_of_year, CAST(sum(anon_1.persons_of_all) AS
    BIGINT) AS persons_of_all, CAST(sum(anon_1.complete) AS BIGINT) AS complete, CAST(sum(anon_1.complete_of_year)
    AS BIGINT) AS complete_of_year, CAST(sum(anon_1.complete_of_all) AS BIGINT) AS complete_of_all
    FROM (SELECT participation_entry.item_id AS item_id, participation_entry.organisation_id AS organisation_id,
    participation_entry.month AS month, count(participation_entry.id) AS entries, sum(participation_entry.objects)
    AS objects, sum(participation_entry.person_times) AS person_times, coalesce(sum(CASE WHEN
    (participation_entry.person_id IS NULL) THEN participation_entry.persons END), 0) AS batch_persons, sum(CASE
    WHEN (participation_entry.person_id IS NULL AND participation_entry.persons IS NULL) THEN 1 ELSE 0 END) AS
    uncounted, 0 AS persons, 0 AS persons_of_year, 0 AS persons_of_all, 0 AS complete, 0 AS complete_of_year, 0 AS
    complete_of_all
    FROM participation_entry
    WHERE participation_entry.campaign_id = :campaign AND participation_entry.state = 'confirmed' GROUP BY
    participation_entry.item_id, participation_entry.organisation_id, participation_entry.month UNION ALL SELECT 0
    AS item_id, participation_entry.organisation_id AS organisation_id, participation_entry.month AS month,
    count(participation_entry.id) AS entries, sum(participation_entry.objects) AS objects,
    sum(participation_entry.person_times) AS person_times, coalesce(sum(CASE WHEN (participation_entry.person_id IS
    NULL) THEN participation_entry.persons END), 0) AS batch_persons, sum(CASE WHEN (participation_entry.person_id
    IS NULL AND participation_entry.persons IS NULL) THEN 1 ELSE 0 END) AS uncounted, 0 AS persons, 0 AS
    persons_of_year, 0 AS persons_of_all, 0 AS complete, 0 AS complete_of_year, 0 AS complete_of_all
    FROM participation_entry
    WHERE participation_entry.campaign_id = :campaign AND participation_entry.state = 'confirmed' GROUP BY
    participation_entry.organisation_id, participation_entry.month UNION ALL SELECT anon_2.item_id AS item_id,
    anon_2.organisation_id AS organisation_id, anon_2.month AS month, 0 AS entries, 0 AS objects, 0 AS person_times,
    0 AS batch_persons, 0 AS uncounted, count(*) AS persons, sum(anon_2.y) AS persons_of_year, sum(anon_2.a) AS
    persons_of_all, 0 AS complete, 0 AS complete_of_year, 0 AS complete_of_all
    FROM (SELECT anon_3.item_id AS item_id, anon_3.organisation_id AS organisation_id, anon_3.month AS month, CASE
    WHEN (anon_3.month = min(anon_3.month) OVER (PARTITION BY anon_3.person_id, anon_3.item_id, anon_3.month / 100))
    THEN 1 ELSE 0 END AS y, CASE WHEN (anon_3.month = min(anon_3.month) OVER (PARTITION BY anon_3.person_id,
    anon_3.item_id)) THEN 1 ELSE 0 END AS a
    FROM (SELECT everybody.person_id AS person_id, everybody.item_id AS item_id, everybody.organisation_id AS
    organisation_id, everybody.month AS month
    FROM everybody
    WHERE NOT everybody.is_mobile) AS anon_3) AS anon_2 GROUP BY anon_2.item_id, anon_2.organisation_id,
    anon_2.month UNION ALL SELECT anon_5.item_id AS item_id, anon_5.organisation_id AS organisation_id, anon_5.month
    AS month, 0 AS entries, 0 AS objects, 0 AS person_times, 0 AS batch_persons, 0 AS uncounted, count(*) AS
    persons, sum(anon_5.y) AS persons_of_year, sum(anon_5.a) AS persons_of_all, 0 AS complete, 0 AS
    complete_of_year, 0 AS complete_of_all
    FROM (SELECT anon_6.item_id AS item_id, anon_6.organisation_id AS organisation_id, anon_6.month AS month, CASE
    WHEN (anon_6.month = min(anon_6.month) OVER (PARTITION BY anon_6.person_id, anon_6.item_id, anon_6.month / 100))
    THEN 1 ELSE 0 END AS y, CASE WHEN (anon_6.month = min(anon_6.month) OVER (PARTITION BY anon_6.person_id,
    anon_6.item_id)) THEN 1 ELSE 0 END AS a
    FROM (SELECT DISTINCT everybody.person_id AS person_id, 0 AS item_id, everybody.organisation_id AS
    organisation_id, everybody.month AS month
    FROM everybody
    WHERE NOT everybody.is_mobile) AS anon_6) AS anon_5 GROUP BY anon_5.item_id, anon_5.organisation_id,
    anon_5.month UNION ALL SELECT 0 AS item_id, anon_7.organisation_id AS organisation_id, anon_7.month AS month, 0
    AS entries, 0 AS objects, 0 AS person_times, 0 AS batch_persons, 0 AS uncounted, 0 AS persons, 0 AS
    persons_of_year, 0 AS persons_of_all, count(*) AS complete, 0 AS complete_of_year, 0 AS complete_of_all
    FROM (SELECT anon_8.organisation_id AS organisation_id, max(anon_8.month) AS month
    FROM (SELECT anon_9.person_id AS person_id, anon_9.organisation_id AS organisation_id, min(anon_9.month) AS
    month, anon_9.month AS span
    FROM (SELECT everybody.person_id AS person_id, everybody.item_id AS item_id, everybody.organisation_id AS
    organisation_id, everybody.month AS month
    FROM everybody
    WHERE NOT everybody.is_mobile) AS anon_9 GROUP BY anon_9.person_id, anon_9.organisation_id, anon_9.item_id,
    anon_9.month) AS anon_8 GROUP BY anon_8.person_id, anon_8.organisation_id, anon_8.span
    HAVING count(*) = :items) AS anon_7 GROUP BY anon_7.organisation_id, anon_7.month UNION ALL SELECT 0 AS item_id,
    anon_10.organisation_id AS organisation_id, anon_10.month AS month, 0 AS entries, 0 AS objects, 0 AS
    person_times, 0 AS batch_persons, 0 AS uncounted, 0 AS persons, 0 AS persons_of_year, 0 AS persons_of_all, 0 AS
    complete, count(*) AS complete_of_year, 0 AS complete_of_all
    FROM (SELECT anon_11.organisation_id AS organisation_id, max(anon_11.month) AS month
    FROM (SELECT anon_9.person_id AS person_id, anon_9.organisation_id AS organisation_id, min(anon_9.month) AS
    month, anon_9.month / 100 AS span
    FROM (SELECT everybody.person_id AS person_id, everybody.item_id AS item_id, everybody.organisation_id AS
    organisation_id, everybody.month AS month
    FROM everybody
    WHERE NOT everybody.is_mobile) AS anon_9 GROUP BY anon_9.person_id, anon_9.organisation_id, anon_9.item_id,
    anon_9.month / 100) AS anon_11 GROUP BY anon_11.person_id, anon_11.organisation_id, anon_11.span
    HAVING count(*) = :items) AS anon_10 GROUP BY anon_10.organisation_id, anon_10.month UNION ALL SELECT 0 AS
    item_id, anon_12.organisation_id AS organisation_id, anon_12.month AS month, 0 AS entries, 0 AS objects, 0 AS
    person_times, 0 AS batch_persons, 0 AS uncounted, 0 AS persons, 0 AS persons_of_year, 0 AS persons_of_all, 0 AS
    complete, 0 AS complete_of_year, count(*) AS complete_of_all
    FROM (SELECT anon_13.organisation_id AS organisation_id, max(anon_13.month) AS month
    FROM (SELECT anon_9.person_id AS person_id, anon_9.organisation_id AS organisation_id, min(anon_9.month) AS
    month
    FROM (SELECT everybody.person_id AS person_id, everybody.item_id AS item_id, everybody.organisation_id AS
    organisation_id, everybody.month AS month
    FROM everybody
    WHERE NOT everybody.is_mobile) AS anon_9 GROUP BY anon_9.person_id, anon_9.organisation_id, anon_9.item_id) AS
    anon_13 GROUP BY anon_13.person_id, anon_13.organisation_id
    HAVING count(*) = :items) AS anon_12 GROUP BY anon_12.organisation_id, anon_12.month) AS anon_1 GROUP BY
    anon_1.item_id, anon_1.organisation_id, anon_1.month
"""
PLACES = """
    INSERT INTO participation_place (campaign_id, item_id, region, industry, hierarchy, month, {measures})
    SELECT participation_tally.campaign_id, participation_tally.item_id, substr(organisation.region_path, 1, 7) AS
    region, substr(organisation.industry_path, 1, 4) AS industry, organisation.primary_hierarchy AS hierarchy,
    participation_tally.month, CAST(sum(participation_tally.entries) AS BIGINT) AS entries,
    CAST(sum(participation_tally.objects) AS BIGINT) AS objects, CAST(sum(participation_tally.person_times) AS
    BIGINT) AS person_times, CAST(sum(participation_tally.batch_persons) AS BIGINT) AS batch_persons,
    CAST(sum(participation_tally.uncounted) AS BIGINT) AS uncounted, CAST(sum(participation_tally.persons) AS
    BIGINT) AS persons, CAST(sum(participation_tally.persons_of_year) AS BIGINT) AS persons_of_year,
    CAST(sum(participation_tally.persons_of_all) AS BIGINT) AS persons_of_all,
    CAST(sum(participation_tally.complete) AS BIGINT) AS complete, CAST(sum(participation_tally.complete_of_year) AS
    BIGINT) AS complete_of_year, CAST(sum(participation_tally.complete_of_all) AS BIGINT) AS complete_of_all
    FROM participation_tally JOIN organisation ON organisation.id = participation_tally.organisation_id
    WHERE participation_tally.campaign_id = :campaign AND (participation_tally.entries != 0 OR
    participation_tally.objects != 0 OR participation_tally.person_times != 0 OR participation_tally.batch_persons
    != 0 OR participation_tally.uncounted != 0 OR participation_tally.persons != 0 OR
    participation_tally.persons_of_year != 0 OR participation_tally.persons_of_all != 0 OR
    participation_tally.complete != 0 OR participation_tally.complete_of_year != 0 OR
    participation_tally.complete_of_all != 0) GROUP BY participation_tally.campaign_id, participation_tally.item_id,
    substr(organisation.region_path, 1, 7), substr(organisation.industry_path, 1, 4),
    organisation.primary_hierarchy, participation_tally.month
"""


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
    connection = op.get_bind()
    query = "SELECT campaign_id, count(*) FROM campaign_item GROUP BY campaign_id"
    for campaign, items in connection.execute(sa.text(query)).all():
        for statement in (PEOPLE, TALLIES, PLACES):
            text = statement.replace("{measures}", ", ".join(MEASURES))
            known = {"campaign": campaign} | ({"items": items} if ":items" in text else {})
            connection.execute(sa.text(text), known)


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
