"""Ask the lists and queues as their people do, and have PostgreSQL explain what each of them costs most."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from marketplace.db import unit_of_work
from marketplace.models import Account, RoleGrant
from marketplace.services.account import signing_in

ASKED = 40


@dataclass(frozen=True, slots=True)
class List:
    """A page with a list, and the role that opens it."""

    role: str
    address: str


LISTS = (
    List("province_curator", "/curation"),
    List("province_curator", "/curation/queue"),
    List("province_curator", "/curation/achievements"),
    List("province_curator", "/curation/publicity"),
    List("province_curator", "/curation/people"),
    List("province_curator", "/curation/proposals"),
    List("province_curator", "/curation/awards"),
    List("province_curator", "/curation/awards/1"),
    List("province_curator", "/curation/queue/below"),
    List("city", "/curation/awards/1"),
    List("city", "/curation/queue"),
    List("city", "/curation/queue?overdue=1"),
    List("city", "/curation/achievements"),
    List("city", "/curation/proposals"),
    List("city", "/curation/queue/below"),
    List("county", "/curation/queue"),
    List("county", "/curation/queue?noun=proposal"),
    List("unit_union", "/curation/queue"),
    List("unit_union", "/curation/queue?state=unit_review"),
    List("unit_union", "/curation/proposals"),
    List("worker", "/proposals"),
    List("worker", "/submissions"),
    List("worker", "/golden-ideas"),
    List("worker", "/publicity"),
    List("judge", "/judging"),
)


@dataclass(slots=True)
class Figures:
    """Seconds each answer took, those of them spent in the database, and the statement that took longest."""

    whole: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    slowest: tuple[float, str, Any] = (0.0, "", None)


@dataclass(frozen=True, slots=True)
class People:
    """A browser for each role: the unit with most to do, its county and city, the province, a worker and a judge."""

    clients: dict[str, FlaskClient]

    @classmethod
    def of(cls, app: Flask, unit_id: int, region_path: str) -> People:
        codes = region_path.split("/")
        scopes: dict[str, dict[str, Any]] = {
            "province_curator": {}, "city": {"region_path": "/".join(codes[:2])},
            "county": {"region_path": region_path}, "unit_union": {"organisation_id": unit_id},
            "worker": {"organisation_id": unit_id}, "judge": {},
        }  # fmt: skip
        clients = {}
        for place, (role, scope) in enumerate(scopes.items(), start=1):
            with unit_of_work(app.extensions["marketplace"].sessions) as session:
                account = session.get_one(Account, place)
                account.grants.append(RoleGrant(role=role, granted_by="benchmark", **scope))
                session.flush()
                secret = signing_in.sign_in(session, account, has_second_factor=True, address="", agent="")
            clients[role] = app.test_client()
            with clients[role].session_transaction() as kept:
                kept["sign_in"] = secret
        return cls(clients)


def ask(client: FlaskClient, engine: sa.Engine, address: str, times: int = ASKED) -> Figures:
    """Open a page many times, going on to its next page where it has one; raise RuntimeError where it has none.

    The first two answers only warm.
    """
    figures, at = Figures(), address
    with _listening(engine) as statements:
        for number in range(times + 2):
            statements.clear()
            begun = time.perf_counter()
            answer = client.get(at)
            taken = time.perf_counter() - begun
            if answer.status_code != 200:
                raise RuntimeError(f"{at} answered {answer.status_code}")
            if number >= 2:
                figures.whole.append(taken)
                figures.database.append(sum(seconds for seconds, _text, _given in statements))
                figures.slowest = max([figures.slowest, *statements], key=lambda it: it[0])
            at = _next(answer.text) or address
    return figures


def explained(engine: sa.Engine, statement: str, given: Any) -> list[str]:
    """Return how PostgreSQL answers a statement: the scans and sorts of its plan, with the indexes."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) {statement}", given)
        lines = [str(row[0]) for row in rows]
    return [re.sub(r"\s+", " ", line.strip(" ->")) for line in lines if re.search(r"Scan|Sort |Aggregate", line)]


@contextmanager
def _listening(engine: sa.Engine) -> Iterator[list[tuple[float, str, Any]]]:
    """Collect (seconds, statement, parameters) of everything the database is asked."""
    asked: list[tuple[float, str, Any]] = []
    begun: list[float] = []

    def before(*_given: Any) -> None:
        begun.append(time.perf_counter())

    def after(_connection: Any, _cursor: Any, statement: str, given: Any, *_others: Any) -> None:
        asked.append((time.perf_counter() - begun.pop(), statement, given))

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    yield asked
    event.remove(engine, "before_cursor_execute", before)
    event.remove(engine, "after_cursor_execute", after)


def _next(page: str) -> str | None:
    found = re.search(r'<a[^>]*rel="next"[^>]*href="([^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else None


def percentile(seconds: Sequence[float], share: float) -> float:
    """Return the time that a share of the answers did not exceed, in milliseconds."""
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]
