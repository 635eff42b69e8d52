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

# What those who took part in several units of a campaign come to, as the recount of that day said it.
MOBILE = """
    INSERT INTO participation_mobile (campaign_id, item_id, region, industry, hierarchy, month, persons,
    persons_of_year, persons_of_all, complete, complete_of_year, complete_of_all) WITH everybody AS (SELECT
    part_6.campaign_id AS campaign_id, part_6.person_id AS person_id, part_6.item_id AS item_id,
    part_6.organisation_id AS organisation_id, part_6.month AS month, part_6.entries AS entries,
    min(part_6.organisation_id) OVER (PARTITION BY part_6.person_id) != max(part_6.organisation_id) OVER
    (PARTITION BY part_6.person_id) AS is_mobile FROM (SELECT participation_entry.campaign_id AS campaign_id,
    participation_entry.person_id AS person_id, participation_entry.item_id AS item_id,
    participation_entry.organisation_id AS organisation_id, participation_entry.month AS month,
    count(participation_entry.id) AS entries FROM participation_entry WHERE participation_entry.campaign_id =
    :campaign AND participation_entry.state = 'confirmed' AND participation_entry.person_id IS NOT NULL GROUP BY
    participation_entry.campaign_id, participation_entry.person_id, participation_entry.item_id,
    participation_entry.organisation_id, participation_entry.month) AS part_6), seated AS (SELECT
    everybody.person_id AS person_id, everybody.item_id AS item_id, everybody.month AS month, :items AS size,
    substr(organisation.region_path, 1, 7) AS region, substr(organisation.industry_path, 1, 4) AS industry,
    organisation.primary_hierarchy AS hierarchy FROM everybody JOIN organisation ON organisation.id =
    everybody.organisation_id WHERE everybody.is_mobile), once AS (SELECT DISTINCT seated.person_id AS
    person_id, seated.item_id AS item_id, seated.month AS month, seated.size AS size, CASE part_3.level WHEN 1
    THEN seated.region ELSE '*' END AS region, CASE part_4.level WHEN 1 THEN substr(seated.industry, 1, 1) || '/*'
    WHEN 2 THEN seated.industry ELSE '*' END AS industry, CASE part_5.level WHEN 1 THEN seated.hierarchy ELSE '*'
    END AS hierarchy FROM seated JOIN (SELECT 0 AS level UNION ALL SELECT 1 AS level) AS part_3 ON 1 = 1 JOIN
    (SELECT 0 AS level UNION ALL SELECT 1 AS level UNION ALL SELECT 2 AS level) AS part_4 ON 1 = 1 JOIN (SELECT 0
    AS level UNION ALL SELECT 1 AS level) AS part_5 ON 1 = 1) SELECT :campaign AS campaign_id, part_1.item_id,
    part_1.region, part_1.industry, part_1.hierarchy, part_1.month, CAST(sum(part_1.persons) AS BIGINT) AS
    persons, CAST(sum(part_1.persons_of_year) AS BIGINT) AS persons_of_year, CAST(sum(part_1.persons_of_all) AS
    BIGINT) AS persons_of_all, CAST(sum(part_1.complete) AS BIGINT) AS complete, CAST(sum(part_1.complete_of_year)
    AS BIGINT) AS complete_of_year, CAST(sum(part_1.complete_of_all) AS BIGINT) AS complete_of_all FROM (SELECT
    part_2.item_id AS item_id, part_2.region AS region, part_2.industry AS industry, part_2.hierarchy AS
    hierarchy, part_2.month AS month, count(*) AS persons, sum(part_2.y) AS persons_of_year, sum(part_2.a) AS
    persons_of_all, 0 AS complete, 0 AS complete_of_year, 0 AS complete_of_all FROM (SELECT once.item_id AS
    item_id, once.region AS region, once.industry AS industry, once.hierarchy AS hierarchy, once.month AS month,
    CASE WHEN (once.month = min(once.month) OVER (PARTITION BY once.person_id, once.item_id, once.region,
    once.industry, once.hierarchy, once.month / 100)) THEN 1 ELSE 0 END AS y, CASE WHEN (once.month =
    min(once.month) OVER (PARTITION BY once.person_id, once.item_id, once.region, once.industry, once.hierarchy))
    THEN 1 ELSE 0 END AS a FROM once) AS part_2 GROUP BY part_2.item_id, part_2.region, part_2.industry,
    part_2.hierarchy, part_2.month UNION ALL SELECT part_7.item_id AS item_id, part_7.region AS region,
    part_7.industry AS industry, part_7.hierarchy AS hierarchy, part_7.month AS month, count(*) AS persons,
    sum(part_7.y) AS persons_of_year, sum(part_7.a) AS persons_of_all, 0 AS complete, 0 AS complete_of_year, 0 AS
    complete_of_all FROM (SELECT part_8.item_id AS item_id, part_8.region AS region, part_8.industry AS industry,
    part_8.hierarchy AS hierarchy, part_8.month AS month, CASE WHEN (part_8.month = min(part_8.month) OVER
    (PARTITION BY part_8.person_id, part_8.item_id, part_8.region, part_8.industry, part_8.hierarchy, part_8.month
    / 100)) THEN 1 ELSE 0 END AS y, CASE WHEN (part_8.month = min(part_8.month) OVER (PARTITION BY
    part_8.person_id, part_8.item_id, part_8.region, part_8.industry, part_8.hierarchy)) THEN 1 ELSE 0 END AS a
    FROM (SELECT DISTINCT once.person_id AS person_id, 0 AS item_id, once.region AS region, once.industry AS
    industry, once.hierarchy AS hierarchy, once.month AS month FROM once) AS part_8) AS part_7 GROUP BY
    part_7.item_id, part_7.region, part_7.industry, part_7.hierarchy, part_7.month UNION ALL SELECT 0 AS item_id,
    part_9.region AS region, part_9.industry AS industry, part_9.hierarchy AS hierarchy, part_9.month AS month, 0
    AS persons, 0 AS persons_of_year, 0 AS persons_of_all, count(*) AS complete, 0 AS complete_of_year, 0 AS
    complete_of_all FROM (SELECT part_10.person_id AS person_id, part_10.region AS region, part_10.industry AS
    industry, part_10.hierarchy AS hierarchy, max(part_10.month) AS month FROM (SELECT once.person_id AS
    person_id, once.region AS region, once.industry AS industry, once.hierarchy AS hierarchy, min(once.month) AS
    month, max(once.size) AS size, once.month AS span FROM once GROUP BY once.person_id, once.region,
    once.industry, once.hierarchy, once.item_id, once.month) AS part_10 GROUP BY part_10.person_id,
    part_10.region, part_10.industry, part_10.hierarchy, part_10.span HAVING count(*) = max(part_10.size)) AS
    part_9 GROUP BY part_9.region, part_9.industry, part_9.hierarchy, part_9.month UNION ALL SELECT 0 AS item_id,
    part_11.region AS region, part_11.industry AS industry, part_11.hierarchy AS hierarchy, part_11.month AS
    month, 0 AS persons, 0 AS persons_of_year, 0 AS persons_of_all, 0 AS complete, count(*) AS complete_of_year, 0
    AS complete_of_all FROM (SELECT part_12.person_id AS person_id, part_12.region AS region, part_12.industry AS
    industry, part_12.hierarchy AS hierarchy, max(part_12.month) AS month FROM (SELECT once.person_id AS
    person_id, once.region AS region, once.industry AS industry, once.hierarchy AS hierarchy, min(once.month) AS
    month, max(once.size) AS size, once.month / 100 AS span FROM once GROUP BY once.person_id, once.region,
    once.industry, once.hierarchy, once.item_id, once.month / 100) AS part_12 GROUP BY part_12.person_id,
    part_12.region, part_12.industry, part_12.hierarchy, part_12.span HAVING count(*) = max(part_12.size)) AS
    part_11 GROUP BY part_11.region, part_11.industry, part_11.hierarchy, part_11.month UNION ALL SELECT 0 AS
    item_id, part_13.region AS region, part_13.industry AS industry, part_13.hierarchy AS hierarchy, part_13.month
    AS month, 0 AS persons, 0 AS persons_of_year, 0 AS persons_of_all, 0 AS complete, 0 AS complete_of_year,
    count(*) AS complete_of_all FROM (SELECT part_14.person_id AS person_id, part_14.region AS region,
    part_14.industry AS industry, part_14.hierarchy AS hierarchy, max(part_14.month) AS month FROM (SELECT
    once.person_id AS person_id, once.region AS region, once.industry AS industry, once.hierarchy AS hierarchy,
    min(once.month) AS month, max(once.size) AS size FROM once GROUP BY once.person_id, once.region,
    once.industry, once.hierarchy, once.item_id) AS part_14 GROUP BY part_14.person_id, part_14.region,
    part_14.industry, part_14.hierarchy HAVING count(*) = max(part_14.size)) AS part_13 GROUP BY part_13.region,
    part_13.industry, part_13.hierarchy, part_13.month) AS part_1 GROUP BY part_1.item_id, part_1.region,
    part_1.industry, part_1.hierarchy, part_1.month
"""
# By how much the persons of campaigns that count a measure exceed those of all of them, said the same way.
OVERLAP = """
    INSERT INTO participation_overlap (measure, code, region, industry, hierarchy, month, persons,
    persons_of_year, persons_of_all, complete, complete_of_year, complete_of_all) WITH shared AS (SELECT
    part_7.person_id AS person_id, part_7.campaign_id AS campaign_id, part_7.item_id AS item_id, part_7.month AS
    month, part_7.size AS size, part_7.region AS region, part_7.industry AS industry, part_7.hierarchy AS
    hierarchy FROM (SELECT participation_person.person_id AS person_id, campaign_item.campaign_id AS campaign_id,
    campaign_item.code AS item_id, participation_person.month AS month, part_8.size AS size,
    substr(organisation.region_path, 1, 7) AS region, substr(organisation.industry_path, 1, 4) AS industry,
    organisation.primary_hierarchy AS hierarchy, min(campaign_item.campaign_id) OVER (PARTITION BY
    participation_person.person_id) != max(campaign_item.campaign_id) OVER (PARTITION BY
    participation_person.person_id) AS is_shared FROM participation_person JOIN campaign_item ON campaign_item.id
    = participation_person.item_id JOIN (SELECT campaign_item.campaign_id AS campaign_id, count(*) AS size FROM
    campaign_item GROUP BY campaign_item.campaign_id) AS part_8 ON part_8.campaign_id = campaign_item.campaign_id
    JOIN organisation ON organisation.id = participation_person.organisation_id WHERE campaign_item.measure =
    :measure) AS part_7 WHERE part_7.is_shared), once AS (SELECT DISTINCT shared.person_id AS person_id,
    shared.campaign_id AS campaign_id, shared.item_id AS item_id, shared.month AS month, shared.size AS size, CASE
    part_4.level WHEN 1 THEN shared.region ELSE '*' END AS region, CASE part_5.level WHEN 1 THEN
    substr(shared.industry, 1, 1) || '/*' WHEN 2 THEN shared.industry ELSE '*' END AS industry, CASE part_6.level
    WHEN 1 THEN shared.hierarchy ELSE '*' END AS hierarchy FROM shared JOIN (SELECT 0 AS level UNION ALL SELECT 1
    AS level) AS part_4 ON 1 = 1 JOIN (SELECT 0 AS level UNION ALL SELECT 1 AS level UNION ALL SELECT 2 AS level)
    AS part_5 ON 1 = 1 JOIN (SELECT 0 AS level UNION ALL SELECT 1 AS level) AS part_6 ON 1 = 1) SELECT
    part_1.measure, part_1.code, part_1.region, part_1.industry, part_1.hierarchy, part_1.month, part_1.persons,
    part_1.persons_of_year, part_1.persons_of_all, part_1.complete, part_1.complete_of_year,
    part_1.complete_of_all FROM (SELECT :measure AS measure, part_2.code AS code, part_2.region AS region,
    part_2.industry AS industry, part_2.hierarchy AS hierarchy, part_2.month AS month, CAST(sum(part_2.persons) AS
    BIGINT) AS persons, CAST(sum(part_2.persons_of_year) AS BIGINT) AS persons_of_year,
    CAST(sum(part_2.persons_of_all) AS BIGINT) AS persons_of_all, CAST(sum(part_2.complete) AS BIGINT) AS
    complete, CAST(sum(part_2.complete_of_year) AS BIGINT) AS complete_of_year, CAST(sum(part_2.complete_of_all)
    AS BIGINT) AS complete_of_all FROM (SELECT part_3.item_id AS code, part_3.region AS region, part_3.industry AS
    industry, part_3.hierarchy AS hierarchy, part_3.month AS month, count(*) AS persons, sum(part_3.y) AS
    persons_of_year, sum(part_3.a) AS persons_of_all, 0 AS complete, 0 AS complete_of_year, 0 AS complete_of_all
    FROM (SELECT once.item_id AS item_id, once.campaign_id AS campaign_id, once.region AS region, once.industry AS
    industry, once.hierarchy AS hierarchy, once.month AS month, CASE WHEN (once.month = min(once.month) OVER
    (PARTITION BY once.person_id, once.item_id, once.campaign_id, once.region, once.industry, once.hierarchy,
    once.month / 100)) THEN 1 ELSE 0 END AS y, CASE WHEN (once.month = min(once.month) OVER (PARTITION BY
    once.person_id, once.item_id, once.campaign_id, once.region, once.industry, once.hierarchy)) THEN 1 ELSE 0 END
    AS a FROM once) AS part_3 GROUP BY part_3.item_id, part_3.campaign_id, part_3.region, part_3.industry,
    part_3.hierarchy, part_3.month UNION ALL SELECT part_9.item_id AS code, part_9.region AS region,
    part_9.industry AS industry, part_9.hierarchy AS hierarchy, part_9.month AS month, count(*) AS persons,
    sum(part_9.y) AS persons_of_year, sum(part_9.a) AS persons_of_all, 0 AS complete, 0 AS complete_of_year, 0 AS
    complete_of_all FROM (SELECT part_10.item_id AS item_id, part_10.campaign_id AS campaign_id, part_10.region AS
    region, part_10.industry AS industry, part_10.hierarchy AS hierarchy, part_10.month AS month, CASE WHEN
    (part_10.month = min(part_10.month) OVER (PARTITION BY part_10.person_id, part_10.item_id,
    part_10.campaign_id, part_10.region, part_10.industry, part_10.hierarchy, part_10.month / 100)) THEN 1 ELSE 0
    END AS y, CASE WHEN (part_10.month = min(part_10.month) OVER (PARTITION BY part_10.person_id, part_10.item_id,
    part_10.campaign_id, part_10.region, part_10.industry, part_10.hierarchy)) THEN 1 ELSE 0 END AS a FROM (SELECT
    DISTINCT once.person_id AS person_id, '' AS item_id, once.campaign_id AS campaign_id, once.region AS region,
    once.industry AS industry, once.hierarchy AS hierarchy, once.month AS month FROM once) AS part_10) AS part_9
    GROUP BY part_9.item_id, part_9.campaign_id, part_9.region, part_9.industry, part_9.hierarchy, part_9.month
    UNION ALL SELECT '' AS code, part_11.region AS region, part_11.industry AS industry, part_11.hierarchy AS
    hierarchy, part_11.month AS month, 0 AS persons, 0 AS persons_of_year, 0 AS persons_of_all, count(*) AS
    complete, 0 AS complete_of_year, 0 AS complete_of_all FROM (SELECT part_12.person_id AS person_id,
    part_12.campaign_id AS campaign_id, part_12.region AS region, part_12.industry AS industry, part_12.hierarchy
    AS hierarchy, max(part_12.month) AS month FROM (SELECT once.person_id AS person_id, once.campaign_id AS
    campaign_id, once.region AS region, once.industry AS industry, once.hierarchy AS hierarchy, min(once.month) AS
    month, max(once.size) AS size, once.month AS span FROM once GROUP BY once.person_id, once.campaign_id,
    once.region, once.industry, once.hierarchy, once.item_id, once.month) AS part_12 GROUP BY part_12.person_id,
    part_12.campaign_id, part_12.region, part_12.industry, part_12.hierarchy, part_12.span HAVING count(*) =
    max(part_12.size)) AS part_11 GROUP BY part_11.campaign_id, part_11.region, part_11.industry,
    part_11.hierarchy, part_11.month UNION ALL SELECT '' AS code, part_13.region AS region, part_13.industry AS
    industry, part_13.hierarchy AS hierarchy, part_13.month AS month, 0 AS persons, 0 AS persons_of_year, 0 AS
    persons_of_all, 0 AS complete, count(*) AS complete_of_year, 0 AS complete_of_all FROM (SELECT
    part_14.person_id AS person_id, part_14.campaign_id AS campaign_id, part_14.region AS region, part_14.industry
    AS industry, part_14.hierarchy AS hierarchy, max(part_14.month) AS month FROM (SELECT once.person_id AS
    person_id, once.campaign_id AS campaign_id, once.region AS region, once.industry AS industry, once.hierarchy
    AS hierarchy, min(once.month) AS month, max(once.size) AS size, once.month / 100 AS span FROM once GROUP BY
    once.person_id, once.campaign_id, once.region, once.industry, once.hierarchy, once.item_id, once.month / 100)
    AS part_14 GROUP BY part_14.person_id, part_14.campaign_id, part_14.region, part_14.industry,
    part_14.hierarchy, part_14.span HAVING count(*) = max(part_14.size)) AS part_13 GROUP BY part_13.campaign_id,
    part_13.region, part_13.industry, part_13.hierarchy, part_13.month UNION ALL SELECT '' AS code, part_15.region
    AS region, part_15.industry AS industry, part_15.hierarchy AS hierarchy, part_15.month AS month, 0 AS persons,
    0 AS persons_of_year, 0 AS persons_of_all, 0 AS complete, 0 AS complete_of_year, count(*) AS complete_of_all
    FROM (SELECT part_16.person_id AS person_id, part_16.campaign_id AS campaign_id, part_16.region AS region,
    part_16.industry AS industry, part_16.hierarchy AS hierarchy, max(part_16.month) AS month FROM (SELECT
    once.person_id AS person_id, once.campaign_id AS campaign_id, once.region AS region, once.industry AS
    industry, once.hierarchy AS hierarchy, min(once.month) AS month, max(once.size) AS size FROM once GROUP BY
    once.person_id, once.campaign_id, once.region, once.industry, once.hierarchy, once.item_id) AS part_16 GROUP
    BY part_16.person_id, part_16.campaign_id, part_16.region, part_16.industry, part_16.hierarchy HAVING count(*)
    = max(part_16.size)) AS part_15 GROUP BY part_15.campaign_id, part_15.region, part_15.industry,
    part_15.hierarchy, part_15.month UNION ALL SELECT part_17.item_id AS code, part_17.region AS region,
    part_17.industry AS industry, part_17.hierarchy AS hierarchy, part_17.month AS month, -count(*) AS persons,
    -sum(part_17.y) AS persons_of_year, -sum(part_17.a) AS persons_of_all, -0 AS complete, -0 AS complete_of_year,
    -0 AS complete_of_all FROM (SELECT part_18.item_id AS item_id, part_18.region AS region, part_18.industry AS
    industry, part_18.hierarchy AS hierarchy, part_18.month AS month, CASE WHEN (part_18.month =
    min(part_18.month) OVER (PARTITION BY part_18.person_id, part_18.item_id, part_18.region, part_18.industry,
    part_18.hierarchy, part_18.month / 100)) THEN 1 ELSE 0 END AS y, CASE WHEN (part_18.month = min(part_18.month)
    OVER (PARTITION BY part_18.person_id, part_18.item_id, part_18.region, part_18.industry, part_18.hierarchy))
    THEN 1 ELSE 0 END AS a FROM (SELECT DISTINCT once.person_id AS person_id, once.item_id AS item_id, once.month
    AS month, once.region AS region, once.industry AS industry, once.hierarchy AS hierarchy FROM once) AS part_18)
    AS part_17 GROUP BY part_17.item_id, part_17.region, part_17.industry, part_17.hierarchy, part_17.month UNION
    ALL SELECT part_19.item_id AS code, part_19.region AS region, part_19.industry AS industry, part_19.hierarchy
    AS hierarchy, part_19.month AS month, -count(*) AS persons, -sum(part_19.y) AS persons_of_year,
    -sum(part_19.a) AS persons_of_all, -0 AS complete, -0 AS complete_of_year, -0 AS complete_of_all FROM (SELECT
    part_20.item_id AS item_id, part_20.region AS region, part_20.industry AS industry, part_20.hierarchy AS
    hierarchy, part_20.month AS month, CASE WHEN (part_20.month = min(part_20.month) OVER (PARTITION BY
    part_20.person_id, part_20.item_id, part_20.region, part_20.industry, part_20.hierarchy, part_20.month / 100))
    THEN 1 ELSE 0 END AS y, CASE WHEN (part_20.month = min(part_20.month) OVER (PARTITION BY part_20.person_id,
    part_20.item_id, part_20.region, part_20.industry, part_20.hierarchy)) THEN 1 ELSE 0 END AS a FROM (SELECT
    DISTINCT part_18.person_id AS person_id, '' AS item_id, part_18.region AS region, part_18.industry AS
    industry, part_18.hierarchy AS hierarchy, part_18.month AS month FROM (SELECT DISTINCT once.person_id AS
    person_id, once.item_id AS item_id, once.month AS month, once.region AS region, once.industry AS industry,
    once.hierarchy AS hierarchy FROM once) AS part_18) AS part_20) AS part_19 GROUP BY part_19.item_id,
    part_19.region, part_19.industry, part_19.hierarchy, part_19.month UNION ALL SELECT '' AS code, part_21.region
    AS region, part_21.industry AS industry, part_21.hierarchy AS hierarchy, part_21.month AS month, -0 AS
    persons, -0 AS persons_of_year, -0 AS persons_of_all, -count(*) AS complete, -0 AS complete_of_year, -0 AS
    complete_of_all FROM (SELECT part_22.region AS region, part_22.industry AS industry, part_22.hierarchy AS
    hierarchy, min(part_22.month) AS month FROM (SELECT part_23.person_id AS person_id, part_23.campaign_id AS
    campaign_id, part_23.region AS region, part_23.industry AS industry, part_23.hierarchy AS hierarchy,
    max(part_23.month) AS month FROM (SELECT once.person_id AS person_id, once.campaign_id AS campaign_id,
    once.region AS region, once.industry AS industry, once.hierarchy AS hierarchy, min(once.month) AS month,
    max(once.size) AS size, once.month AS span FROM once GROUP BY once.person_id, once.campaign_id, once.region,
    once.industry, once.hierarchy, once.item_id, once.month) AS part_23 GROUP BY part_23.person_id,
    part_23.campaign_id, part_23.region, part_23.industry, part_23.hierarchy, part_23.span HAVING count(*) =
    max(part_23.size)) AS part_22 GROUP BY part_22.person_id, part_22.region, part_22.industry, part_22.hierarchy,
    part_22.month) AS part_21 GROUP BY part_21.region, part_21.industry, part_21.hierarchy, part_21.month UNION
    ALL SELECT '' AS code, part_24.region AS region, part_24.industry AS industry, part_24.hierarchy AS hierarchy,
    part_24.month AS month, -0 AS persons, -0 AS persons_of_year, -0 AS persons_of_all, -0 AS complete, -count(*)
    AS complete_of_year, -0 AS complete_of_all FROM (SELECT part_25.region AS region, part_25.industry AS
    industry, part_25.hierarchy AS hierarchy, min(part_25.month) AS month FROM (SELECT part_26.person_id AS
    person_id, part_26.campaign_id AS campaign_id, part_26.region AS region, part_26.industry AS industry,
    part_26.hierarchy AS hierarchy, max(part_26.month) AS month FROM (SELECT once.person_id AS person_id,
    once.campaign_id AS campaign_id, once.region AS region, once.industry AS industry, once.hierarchy AS
    hierarchy, min(once.month) AS month, max(once.size) AS size, once.month / 100 AS span FROM once GROUP BY
    once.person_id, once.campaign_id, once.region, once.industry, once.hierarchy, once.item_id, once.month / 100)
    AS part_26 GROUP BY part_26.person_id, part_26.campaign_id, part_26.region, part_26.industry,
    part_26.hierarchy, part_26.span HAVING count(*) = max(part_26.size)) AS part_25 GROUP BY part_25.person_id,
    part_25.region, part_25.industry, part_25.hierarchy, part_25.month / 100) AS part_24 GROUP BY part_24.region,
    part_24.industry, part_24.hierarchy, part_24.month UNION ALL SELECT '' AS code, part_27.region AS region,
    part_27.industry AS industry, part_27.hierarchy AS hierarchy, part_27.month AS month, -0 AS persons, -0 AS
    persons_of_year, -0 AS persons_of_all, -0 AS complete, -0 AS complete_of_year, -count(*) AS complete_of_all
    FROM (SELECT part_28.region AS region, part_28.industry AS industry, part_28.hierarchy AS hierarchy,
    min(part_28.month) AS month FROM (SELECT part_29.person_id AS person_id, part_29.campaign_id AS campaign_id,
    part_29.region AS region, part_29.industry AS industry, part_29.hierarchy AS hierarchy, max(part_29.month) AS
    month FROM (SELECT once.person_id AS person_id, once.campaign_id AS campaign_id, once.region AS region,
    once.industry AS industry, once.hierarchy AS hierarchy, min(once.month) AS month, max(once.size) AS size FROM
    once GROUP BY once.person_id, once.campaign_id, once.region, once.industry, once.hierarchy, once.item_id) AS
    part_29 GROUP BY part_29.person_id, part_29.campaign_id, part_29.region, part_29.industry, part_29.hierarchy
    HAVING count(*) = max(part_29.size)) AS part_28 GROUP BY part_28.person_id, part_28.region, part_28.industry,
    part_28.hierarchy) AS part_27 GROUP BY part_27.region, part_27.industry, part_27.hierarchy, part_27.month) AS
    part_2 GROUP BY part_2.code, part_2.region, part_2.industry, part_2.hierarchy, part_2.month) AS part_1 WHERE
    part_1.persons != 0 OR part_1.persons_of_year != 0 OR part_1.persons_of_all != 0 OR part_1.complete != 0 OR
    part_1.complete_of_year != 0 OR part_1.complete_of_all != 0
"""


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
    connection = op.get_bind()
    campaigns = sa.text("SELECT campaign_id, count(*) FROM campaign_item GROUP BY campaign_id")
    for campaign, items in connection.execute(campaigns).all():
        connection.execute(sa.text(MOBILE), {"campaign": campaign, "items": items})
    for (measure,) in connection.execute(sa.text("SELECT DISTINCT measure FROM campaign_item")).all():
        connection.execute(sa.text(OVERLAP), {"measure": measure})


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
