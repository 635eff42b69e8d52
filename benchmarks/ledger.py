"""The ledger the figures are asked of: lists that come in by the product's own way, and millions made by PostgreSQL."""

from __future__ import annotations

import csv
import datetime as dt
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ingest.pipeline import Import
from marketplace import vocabulary
from marketplace.db import unit_of_work
from marketplace.models import Campaign, CampaignItem, Headcount, Organisation

ENTRIES = int(os.environ.get("BENCHMARK_ENTRIES", "7000000"))
UNITS = 10_000
LINES, LISTS = 40_000, 3
CAMPAIGNS = 20
ITEMS = 6
_PEOPLE_A_UNIT = 300

# A person in fifty goes to another unit in the middle of the year; one entry in ten counts people without names. Seven
# entries in ten are of the first campaign, the others of one that his unit takes part in beside it.
_FILL = """
    INSERT INTO participation_entry (campaign_id, item_id, organisation_id, day, month, person_id, person_times,
        persons, subject, noun, objects, evidence, source, state, claim, recorded_by, decided_by, decided_at, reason,
        revision, created_at, updated_at)
    SELECT campaign, (campaign - 1) * {items} + item,
        CASE WHEN person % 50 = 0 AND day >= '2026-07-01' THEN unit % {units} + 1 ELSE unit END, day,
        2026 * 100 + extract(month FROM day)::int, CASE WHEN is_batch THEN NULL ELSE person END,
        CASE WHEN is_batch THEN 40 ELSE 1 END, CASE WHEN is_batch THEN 25 ELSE 1 END, '', '', 0, '', 'import',
        'confirmed', number::text, 'benchmark', 'benchmark', now(), '', 1, now(), now()
    FROM (SELECT number, number % 10 = 0 AS is_batch, hash % {units} + 1 AS unit,
            (hash % {units}) * {people} + hash / 65536 % {people} + 1 AS person, hash / 7 % {items} + 1 AS item,
            CASE WHEN hash / 13 % 10 < 7 THEN 1 ELSE hash % {units} % {others} + 2 END AS campaign,
            DATE '2026-01-01' + (hash / 11 % 334)::int AS day
          FROM (SELECT number, abs(hashint8(number)::bigint) AS hash
                FROM generate_series(1, {entries}) number) made) said
"""
_PERSONS = """
    INSERT INTO person (id, name, organisation_id, phone, employment, shows_name, shows_unit, extra, revision,
        created_at, updated_at)
    SELECT number, 'n' || number, (number - 1) / {people} + 1, '', 'in_service', false, false, '{{}}', 1, now(), now()
    FROM generate_series(1, {units} * {people}) number ON CONFLICT DO NOTHING
"""
_DROPPED = tuple(f"ix_participation_entry_{it}" for it in ("queue", "newest", "person", "object"))


def brought_in(factory: Any) -> float:
    """Make the units and the campaigns, bring lists in and return how many rows a second the middle one takes."""
    with unit_of_work(factory) as session:
        cities = vocabulary.regions.children("51")
        counties = [vocabulary.regions.path(it) for city in cities for it in vocabulary.regions.children(city)]
        for number in range(UNITS):
            name = f"示例{number + 1}厂"
            session.add(
                Organisation(
                    name=name, name_key=name, kind="enterprise", region_path=counties[number % len(counties)],
                    industry_path=f"C/{13 + number % 31}",
                    primary_hierarchy="industry" if number % 7 == 0 else "region",
                )
            )  # fmt: skip
        session.flush()
        # One unit in a hundred never said how many people it employs.
        of_day = {"day": dt.date(2026, 1, 1), "number": _PEOPLE_A_UNIT, "source": "表", "recorded_by": "benchmark"}
        units = session.scalars(sa.select(Organisation.id)).all()
        session.add_all(Headcount(organisation_id=it, **of_day) for it in units if it % 100)
        for number in range(CAMPAIGNS):
            session.add(_campaign(f"六个一{number or ''}"))
            # Their numbers, and those of their items, follow each other.
            session.flush()
    return statistics.median(_brought(factory, number) for number in range(LISTS))


def _brought(factory: Any, number: int) -> float:
    """Bring a list of people nobody knows yet in, of units of its own, and return its rows a second."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"list-{number}.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            told = csv.writer(file)
            told.writerow(["活动名称", "项目", "单位名称", "姓名", "日期", "名称", "依据"])
            told.writerows(
                [
                    "六个一",
                    f"item{n % 6}",
                    f"示例{(number * LINES + n) // 200 + 1}厂",
                    f"职工{n % 200}",
                    f"2026-{n % 10 + 1:02}-1{n % 9}",
                    "",
                    "表",
                ]
                for n in range(LINES)
            )
        run = Import(factory, "participation")
        taken = timed(lambda: run.run(path))
    if run.report.rows_read != LINES or run.report.problems:
        raise AssertionError(f"not every row came in: {run.report.fates}, {run.report.problems}")
    return LINES / taken


def _campaign(title: str) -> Campaign:
    items = [
        CampaignItem(
            position=it, code=f"item{it}", zh=f"第{it}项", en=f"Item {it}", measure="six_ones", takes_batches=True
        )
        for it in range(ITEMS)
    ]
    return Campaign(
        kind="six_ones", level="province", state="open", title=title, opens_on=dt.date(2026, 1, 1),
        closes_on=dt.date(2026, 12, 31), host_role="province_curator", scope_region_path="", items=items,
    )  # fmt: skip


def fill(session: Session) -> None:
    """Write the entries, indexed afterwards as an administrator would."""
    session.execute(sa.text("SET LOCAL work_mem = '256MB'"))
    session.execute(sa.text("DELETE FROM participation_place"))
    session.execute(sa.text("TRUNCATE participation_entry CASCADE"))
    session.execute(
        sa.text(
            "TRUNCATE participation_person, participation_tally, participation_overlap,"
            " participation_unit, participation_mover"
        )
    )
    known = {
        "units": UNITS, "people": _PEOPLE_A_UNIT, "entries": ENTRIES, "items": ITEMS, "others": CAMPAIGNS - 1,
    }  # fmt: skip
    session.execute(sa.text(_PERSONS.format(**known)))
    indexes = session.execute(
        sa.text("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'participation_entry'")
    ).all()
    for name in _DROPPED:
        session.execute(sa.text(f"DROP INDEX {name}"))
    session.execute(sa.text(_FILL.format(**known)))
    for name, definition in indexes:
        if name in _DROPPED:
            session.execute(sa.text(definition))
    session.execute(sa.text("ANALYZE participation_entry"))


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
