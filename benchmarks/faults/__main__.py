"""Do harm on purpose and write what became of it into docs/reliability.md.

    python -m benchmarks.faults                all faults, about ten minutes
    python -m benchmarks.faults killed_node    only these; the others stay as they were measured

Each part says when and on what it was measured.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import random
import re
import statistics
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.__main__ import machine, markdown
from benchmarks.faults import killed_node, killed_worker, slow_engine, stopped_engine, workers
from benchmarks.faults.proxy import proxy
from marketplace import logs
from marketplace.app import create_app
from marketplace.config import Settings
from tests.elasticsearch_node import cluster
from tests.elasticsearch_node.server import Server
from tests.services import migrate

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"


def _settings(folder: Path, url: str = "", **others: str) -> Settings:
    """Return the settings of a new installation, its tables made."""
    told = {"MARKETPLACE_ENV": "testing", "INSTANCE_PATH": str(folder), "OUTBOX_BATCH": "100", "LOG_LEVEL": "ERROR"}
    if url:
        told |= {"SEARCH_ENGINE": "elasticsearch", "ELASTICSEARCH_URL": url}
    settings = Settings.from_environment(told | others)
    migrate(settings.database_url)
    return settings


def _killed_worker(folder: Path) -> Table:
    it = killed_worker.killed(_settings(folder), changes=10_000, kills=50)
    return _table(
        {
            "changes made meanwhile": it.changes,
            "kills (SIGKILL)": it.kills,
            "of these, of a worker with work left": it.amid,
            "of these, of a worker that had already done some": it.at_work,
            "records at the end": it.records,
            "lost": it.lost,
            "left over": it.surplus,
            "out of date": it.stale,
            "doubled": it.doubled,
            "changes never matched": it.unmatched,
            "seconds": it.seconds,
        }
    )


def _stopped_engine(folder: Path) -> Table:
    server = Server(folder / "elasticsearch", is_brief=False)
    server.start()
    with closing(server):
        it = stopped_engine.imported_while_down(
            _settings(folder, server.url), folder, records=2_000, stop=server.kill, start=server.start
        )
    return _table(
        {
            "rows to import": it.records,
            "imported": it.imported,
            "seconds of the import": it.import_seconds,
            "changes waiting afterwards": it.waiting,
            "parked": it.parked,
            "seconds until the index had caught up, after the server was back": it.caught_up,
            "differences between database and index": it.differences,
        }
    )


def _killed_node(folder: Path) -> Table:
    with cluster(folder / "cluster", is_brief=False) as nodes:
        # A question may take long on a machine that runs three servers; how long is not what is tried here.
        settings = _settings(folder, ",".join(node.url for node in nodes), ELASTICSEARCH_TIMEOUT="30")
        it = killed_node.asked_and_changed_while(settings, records=1_000, changes=1_000, kill=nodes[0].kill, seconds=60)
    return _table(
        {
            "records": it.records,
            "questions asked": it.questions,
            "failed after the client's retries": it.failures.total(),
            "slowest question, s": it.slowest,
            "differences between database and index": it.differences,
        }
    )


def _slow_engine(folder: Path) -> Table:
    server = Server(folder / "elasticsearch", is_brief=False)
    server.start()
    table = Table(
        "trouble", "questions", "answered 200", "with the notice", "slowest, s", "median, s", "by the index again, s"
    )
    with closing(server), proxy(server.url) as network:
        settings = _settings(folder, network.url, RATE_LIMIT="100000 per minute")
        held = workers.opened(settings)
        killed_worker.Changes(held, random.Random(1)).until(2_000)
        workers.worker_of(held).once()
        app = create_app(settings)
        app.extensions["marketplace"] = held
        for name, waits in slow_engine.in_trouble(
            network,
            app.test_client(),
            "/achievements?q=密封夹具",
            patience=settings.elasticsearch_timeout,
            questions=20,
        ):
            *during, after = waits
            seconds = [wait.seconds for wait in during]
            table.add_row(
                name,
                str(len(during)),
                str(sum(wait.status == 200 for wait in during)),
                str(sum(wait.has_notice for wait in during)),
                f"{max(seconds):.2f}",
                f"{statistics.median(seconds):.2f}",
                f"{after.seconds:.2f}",
            )
    return table


FAULTS: Mapping[str, Callable[[Path], Table]] = {
    "killed_worker": _killed_worker,
    "stopped_engine": _stopped_engine,
    "killed_node": _killed_node,
    "slow_engine": _slow_engine,
}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description="Write docs/reliability.md.")
    parser.add_argument("names", nargs="*", metavar="FAULT", help=f"of {', '.join(FAULTS)}; all when none is given")
    names = parser.parse_args(arguments).names or list(FAULTS)
    if unknown := set(names) - FAULTS.keys():
        parser.error(f"no fault {', '.join(sorted(unknown))}; there are {', '.join(FAULTS)}")
    logs.configure("ERROR", "json")
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)
    for name in names:
        with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
            table = FAULTS[name](Path(folder))
        Console().print(table)
        PAGE.write_text(written(PAGE.read_text("utf-8"), name, table), "utf-8")


def written(page: str, name: str, table: Table) -> str:
    """Return the page with a part measured anew; raise LookupError where it has no such part."""
    said = f"{dt.datetime.now(dt.UTC):%Y-%m-%d}，{machine()}：`python -m benchmarks.faults {name}`"
    part = re.compile(rf"(<!-- measured: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not part.search(page):
        raise LookupError(name)
    return part.sub(lambda found: f"{found[1]}{said}\n\n{markdown(table)}\n{found[2]}", page)


def _table(figures: Mapping[str, float]) -> Table:
    table = Table("what", "measured")
    for what, figure in figures.items():
        table.add_row(what, f"{figure:,.1f}" if isinstance(figure, float) else f"{figure:,}")
    return table


if __name__ == "__main__":
    main()
