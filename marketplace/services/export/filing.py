"""The form in which an office files achievements it has reviewed with the office above; filing.toml is its layout."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace.db import today
from marketplace.errors import N_, Invalid, NotAllowed
from marketplace.models import Achievement, AuditEntry
from marketplace.permissions import Actor, Permission, can, can_enter_curation, readable
from marketplace.services.export import exporting, log, sheets
from marketplace.services.export.columns import Telling
from marketplace.services.export.sheets import Cell, Row

_LAYOUT = Path(__file__).with_name("filing.toml")
_SICHUAN = ZoneInfo("Asia/Shanghai")
# What was reviewed and then sent back, refused or taken away is not filed.
_FALLEN = ("draft", "returned", "rejected", "withdrawn", "revoked")
_WAN = 1_000_000


@dataclass(frozen=True, slots=True)
class Filing:
    """Who files, and what: the achievements the office passed from one day to another, both in Sichuan and included."""

    body: str
    contact: str
    phone: str
    since: dt.date
    until: dt.date


def form(
    session: Session, actor: Actor, filing: Filing, telling: Telling, most: int, noted: Mapping[str, str] | None = None
) -> IO[bytes]:
    """Return the form as a workbook, open at its start, with the completers by name; that it was made is recorded.

    ``noted`` is kept on record beside the days.

    Raises NotAllowed for whoever has no office that reviews, Invalid by the field where the heading is not filled in,
    and Conflict where there are more than ``most`` rows.
    """
    verb = require_office(actor)
    if problems := dict(_problems(filing)):
        raise Invalid(problems)
    found = list(_reviewed(session, actor, filing, verb, most + 1))
    if len(found) > most:
        raise exporting.too_many(most)
    filters = {"since": filing.since.isoformat(), "until": filing.until.isoformat(), **(noted or {})}
    wish = log.Wish("xlsx", filters, names_persons=True, purpose="向上级报送")
    widths = [column["width"] for column in _layout()["columns"]]
    file = sheets.write("xlsx", _rows(filing, found, telling), bold=2 + len(_layout()["heading"]), widths=widths)
    log.note(session, actor, "filing", wish, len(found))
    return file


def require_office(actor: Actor) -> str:
    """Return the step by which the actor's office passes an achievement; raise NotAllowed where it has none."""
    verb: str | None = _layout()["reviewed_by"].get(actor.role)
    if verb is None or not can_enter_curation(actor):
        raise NotAllowed("export", "filing")
    return verb


def _problems(filing: Filing) -> Iterator[tuple[str, list[str]]]:
    for name in ("body", "contact", "phone"):
        if not getattr(filing, name).strip():
            yield name, [N_("请填写，汇总表的表头要用。")]
    if filing.until < filing.since:
        yield "until", [N_("结束日期不能早于开始日期。")]


def _reviewed(session: Session, actor: Actor, filing: Filing, verb: str, limit: int) -> Iterator[Achievement]:
    """Yield the achievements of the actor's scope that passed a step within the period, in the order of passing."""
    since = dt.datetime.combine(filing.since, dt.time(), _SICHUAN)
    until = dt.datetime.combine(filing.until + dt.timedelta(days=1), dt.time(), _SICHUAN)
    passed = (
        sa.select(AuditEntry.object_id, sa.func.max(AuditEntry.id).label("event"))
        .where(AuditEntry.noun == "achievement", AuditEntry.verb == verb, AuditEntry.at >= since, AuditEntry.at < until)
        .group_by(AuditEntry.object_id)
        .subquery()
    )
    parts = (Achievement.units, Achievement.contributors, Achievement.rights, Achievement.sites)
    query = (
        sa.select(Achievement)
        .join(passed, passed.c.object_id == Achievement.id)
        .where(Achievement.state.not_in(_FALLEN), readable(Achievement, actor))
        .options(*map(selectinload, parts))
        .order_by(passed.c.event)
    )
    count = 0
    for achievement in session.scalars(query):
        # What is public elsewhere is read by anybody, and filed by the office it lies in.
        if can(actor, Permission.CURATION_ENTER, achievement):
            yield achievement
            count += 1
            if count == limit:
                return


def _rows(filing: Filing, found: list[Achievement], telling: Telling) -> Iterator[Row]:
    layout = _layout()
    said: dict[str, Cell] = {
        "body": filing.body,
        "filed_on": today(),
        "period": f"{filing.since.isoformat()} — {filing.until.isoformat()}",
        "contact": filing.contact,
        "phone": filing.phone,
    }
    yield [layout["title"]]
    for line in layout["heading"]:
        yield [line["label"], None, said[line["field"]]]
    yield [column["label"] for column in layout["columns"]]
    lines = [_line(number, achievement, telling) for number, achievement in enumerate(found, start=1)]
    for line in lines:
        yield [line[column["field"]] for column in layout["columns"]]
    yield _sum(layout, lines)
    yield []
    for signature in layout["signatures"]:
        yield [signature]


def _sum(layout: Mapping[str, Any], lines: list[dict[str, Cell]]) -> Row:
    """Return the last line: how many there are, and the sum of each column that has one; what is unknown counts 0."""
    sums: list[Cell] = [
        sum((it for line in lines if isinstance(it := line[column["field"]], Decimal)), Decimal(0))
        if column.get("is_summed") else None
        for column in layout["columns"]
    ]  # fmt: skip
    sums[0], sums[1] = layout["sum"], layout["count"].format(count=len(lines))
    return sums


def _line(number: int, achievement: Achievement, telling: Telling) -> dict[str, Cell]:
    completers = [contributor.name for contributor in achievement.contributors]
    rights = [f"{telling.label('ip_kinds', it.kind)} {it.number}".strip() for it in achievement.rights]
    benefit = achievement.benefit_claimed
    return {
        "number": number,
        "id": achievement.id,
        "title": achievement.title,
        "units": telling.together([unit.name for unit in achievement.units]),
        "first_completer": completers[0] if completers else None,
        "other_completers": telling.together(completers[1:]),
        "kind": telling.label("achievement_kinds", achievement.kind) if achievement.kind else None,
        "industry": telling.label("industries", achievement.industry) if achievement.industry else None,
        "region": telling.label("regions", achievement.region) if achievement.region else None,
        "trl": achievement.trl,
        "rights": telling.together(rights),
        "sites": telling.together([site.unit for site in achievement.sites]),
        "benefit": None if benefit is None else Decimal(benefit) / _WAN,
    }


@cache
def _layout() -> Mapping[str, Any]:
    return tomllib.loads(_LAYOUT.read_text("utf-8"))
