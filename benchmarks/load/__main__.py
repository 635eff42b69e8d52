"""Fill a PostgreSQL of its own, ask every list, and write docs/performance.md."""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from benchmarks.__main__ import machine, markdown
from benchmarks.load import pages
from benchmarks.load.population import busiest, populate
from marketplace.app import create_app
from marketplace.config import Settings
from tests.services import Postgres

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
HEAD = """# 大数据量下的列表

> **In English.** What the lists and work queues cost with a million proposals and 200,000 achievements in PostgreSQL,
> measured by `python -m benchmarks.load`: each page is opened {asked} times, one page after the other down the list, by
> the busiest unit, its county and city, and the province. "Database" is the part of p95 spent in SQL; the plan is that
> of the slowest statement.

{when}：`python -m benchmarks.load`。
{proposals:,} 条建议、{achievements:,} 项成果，装入 {fill:.0f} 秒，数据库 {size:.1f} GB。
每页打开 {asked} 次，沿“下一页”往后翻；“数据库”是 p95 中 SQL 所占的部分。目标：每页 p95 不超过 150 毫秒。
"""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--proposals", type=int, default=1_000_000)
    parser.add_argument("--achievements", type=int, default=200_000)
    parser.add_argument("--no-page", action="store_true", help="print only, and leave docs/performance.md as it is")
    chosen = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="load-", ignore_cleanup_errors=True) as folder,
        Postgres.started(Path(folder)) as server,
        server.database() as url,
    ):
        text, table = _measured(url, Path(folder), chosen.proposals, chosen.achievements)
    Console().print(table)
    if not chosen.no_page:
        PAGE.write_text(text, "utf-8")


def _measured(url: str, folder: Path, proposals: int, achievements: int) -> tuple[str, Table]:
    begun = time.perf_counter()
    filling = sa.create_engine(url)
    populate(filling, proposals, achievements)
    fill = time.perf_counter() - begun
    with filling.connect() as connection:
        unit, _city = busiest(connection, "proposal")
        path = connection.execute(
            sa.text("SELECT region_path FROM organisation WHERE id = :id"), {"id": unit}
        ).scalar_one()
        size = connection.execute(sa.text("SELECT pg_database_size(current_database())")).scalar_one() / 1e9
    filling.dispose()
    app = create_app(
        Settings.from_environment(
            {
                "MARKETPLACE_ENV": "testing", "INSTANCE_PATH": str(folder / "instance"), "DATABASE_URL": url,
                "LOG_LEVEL": "ERROR", "RATE_LIMIT": "1000000 per minute",
            }
        )
    )  # fmt: skip
    engine = app.extensions["marketplace"].engine
    people = pages.People.of(app, unit, path)
    # As the server does before it answers, see gunicorn.conf.py.
    gc.collect()
    gc.freeze()
    table = Table("list", "role", "p50 ms", "p95 ms", "database ms")
    plans = []
    for asked in pages.LISTS:
        found = pages.ask(people.clients[asked.role], engine, asked.address)
        table.add_row(
            asked.address, asked.role,
            *(f"{it:.0f}" for it in (
                pages.percentile(found.whole, 0.5), pages.percentile(found.whole, 0.95),
                pages.percentile(found.database, 0.95),
            )),
        )  # fmt: skip
        seconds, statement, given = found.slowest
        if statement:
            lines = "\n".join(pages.explained(engine, statement, given))
            plans.append(f"### `{asked.address}` · {asked.role} · {1000 * seconds:.0f} ms\n\n```\n{lines}\n```")
    engine.dispose()
    when = f"{dt.datetime.now(dt.UTC):%Y-%m-%d}，{machine()}"
    head = HEAD.format(
        when=when, proposals=proposals, achievements=achievements, fill=fill, size=size, asked=pages.ASKED
    )
    return "\n\n".join([head.strip(), markdown(table), "## 最慢的查询怎样执行", *plans]) + "\n", table


if __name__ == "__main__":
    main()
