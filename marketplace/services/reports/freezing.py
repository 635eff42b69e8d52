"""Freeze a report: its numbers become a text with a hash that nothing changes; what changes later is told beside it.

Rule 67. An edition is the text ``chain.canonical`` makes; its event in the chain of the report has the same hash, and a
stamp of a time-stamping authority is asked for over that event. The database refuses to change an edition.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, chain
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotFound
from marketplace.models import AuditEntry, Campaign, FrozenReport, PeriodClose, PeriodErratum, Report
from marketplace.models.audit import TimeStamp
from marketplace.permissions import Actor, can_follow_report
from marketplace.services.participation import closing
from marketplace.services.reports import definitions, groups, rates, tables
from marketplace.services.reports.groups import Definition
from marketplace.services.reports.printing import Heading
from marketplace.services.reports.tables import Column, Row, Table
from marketplace.services.stamping import queue
from marketplace.services.tally import counting

# How many campaigns a refusal names.
_SHOWN = 3


def get(session: Session, actor: Actor, frozen_id: int) -> FrozenReport:
    """Return an edition of a report that the actor follows; raise NotFound."""
    frozen = session.get(FrozenReport, frozen_id)
    if frozen is None or not can_follow_report(actor, frozen.report):
        raise NotFound("frozen_report", frozen_id)
    return frozen


def listed(session: Session, report: Report) -> list[FrozenReport]:
    """Return the editions of a report, the latest period and edition first."""
    query = sa.select(FrozenReport).where(FrozenReport.report_id == report.id)
    return list(session.scalars(query.order_by(FrozenReport.period.desc(), FrozenReport.edition.desc())))


def freeze(session: Session, actor: Actor, report_id: int, data: Mapping[str, Any]) -> FrozenReport:
    """Freeze a period of a report from what ``FreezeSchema.load`` returned; another edition names the one before it.

    Raises NotAllowed, Invalid for a period nobody can read and another edition without a reason, and Conflict where
    the period is not over, has nothing to count, or is not closed for all units: only then has a later change a reason.
    """
    report = definitions.held(session, actor, report_id)
    of, period = Definition.of(report), data["period"]
    first, last = closing.months(period)
    if rates.last_day(last) >= today():
        raise Conflict(N_("%(period)s 还没有结束，不能冻结。"), period=period)
    chosen = groups.campaigns_of(session, of, period)
    if not chosen:
        raise Conflict(N_("这一期没有这样的活动，没有可以冻结的数字。"))
    # Nobody records or closes anything meanwhile.
    counting.hold(session, [it.id for it in chosen], alone=True)
    _require_closed(session, chosen, first, last)
    earlier = _latest(session, report, period)
    if earlier is not None and not data["reason"]:
        raise Invalid({"reason": [N_("这一期已经冻结过，重新冻结请写明理由。")]})
    told = _told(report, of, chosen, period, tables.build(session, of, chosen, period), earlier, data["reason"])
    text = chain.canonical(told)
    newest = session.scalar(sa.select(sa.func.max(PeriodErratum.id))) or 0
    frozen = FrozenReport(
        report=report, period=period, edition=told["edition"], replaces=earlier, reason=told["reason"], text=text,
        sha256=chain.sha256(text), last_erratum_id=newest, frozen_by=actor.name, frozen_at=told["frozen_at"],
    )  # fmt: skip
    session.add(frozen)
    session.flush()
    event = audit.record(session, actor, "freeze", "report", report.id, reason=data["reason"] or None, payload=told)
    queue.want(session, event)
    return frozen


def is_sound(frozen: FrozenReport) -> bool:
    """Say whether the text of an edition is the one that was hashed."""
    return chain.sha256(frozen.text) == frozen.sha256


def stamp(session: Session, frozen: FrozenReport) -> TimeStamp | None:
    """Return the stamp that was asked for over the event of an edition."""
    of_it = (AuditEntry.noun == "report", AuditEntry.object_id == frozen.report_id)
    query = sa.select(TimeStamp).join(TimeStamp.event).where(*of_it, AuditEntry.payload_hash == frozen.sha256)
    return session.scalar(query)


def content(frozen: FrozenReport) -> tuple[Heading, Table, Definition]:
    """Return what an edition says: what stands over the table, the table, and what its numbers were made of."""
    told = json.loads(frozen.text)
    made = told["definition"]
    heading = Heading(**told["heading"], edition=f"{told['edition']}（{told['frozen_at'][:10]}）")
    return heading, _table(told["table"]), Definition(**made | {"columns": tuple(made["columns"])})


def heading(report: Report, period: str) -> Heading:
    """Return what stands over the table of a report."""
    cut_off = rates.last_day(closing.months(period)[1]).isoformat()
    return Heading(report.title, report.table_number, report.issued_by, report.body, period, cut_off)


def _told(
    report: Report, of: Definition, chosen: Sequence[Campaign], period: str, table: Table,
    earlier: FrozenReport | None, reason: str,
) -> dict[str, Any]:  # fmt: skip
    above = {name: value for name, value in asdict(heading(report, period)).items() if name != "edition"}
    replaced = {"edition": earlier.edition, "sha256": earlier.sha256} if earlier is not None else None
    return {
        "report": report.id,
        "heading": above,
        "definition": asdict(of),
        "campaigns": [it.id for it in chosen],
        "edition": earlier.edition + 1 if earlier is not None else 1,
        "replaces": replaced,
        "reason": reason if earlier is not None else "",
        "frozen_at": now(),
        "table": asdict(table),
    }


def _table(told: Mapping[str, Any]) -> Table:
    def row(it: Mapping[str, Any]) -> Row:
        return Row(it["key"], (it["label"][0], it["label"][1]), tuple(it["cells"]))

    columns = (Column(it["group"], (it["label"][0], it["label"][1]), it["measure"]) for it in told["columns"])
    notes = tuple((text, dict(values)) for text, values in told["notes"])
    return Table(told["rows_of"], tuple(columns), tuple(map(row, told["rows"])), row(told["total"]), notes)


def _latest(session: Session, report: Report, period: str) -> FrozenReport | None:
    query = sa.select(FrozenReport).where(FrozenReport.report_id == report.id, FrozenReport.period == period)
    return session.scalar(query.order_by(FrozenReport.edition.desc()).limit(1))


def _require_closed(session: Session, chosen: Sequence[Campaign], first: int, last: int) -> None:
    waiting = [it.title for it in chosen if any(_open_months(session, it, first, last))]
    if waiting:
        raise Conflict(
            N_("还有 %(count)s 个活动没有为这一期的全部单位结账，例如：%(titles)s。请先结账，再冻结报表。"),
            count=len(waiting), titles="、".join(waiting[:_SHOWN]),
        )  # fmt: skip


def _open_months(session: Session, campaign: Campaign, first: int, last: int) -> Iterator[int]:
    """Yield the months of a campaign within a period that its host has not closed for all units."""
    closed = sa.select(PeriodClose.first_month, PeriodClose.last_month).where(
        PeriodClose.campaign_id == campaign.id, PeriodClose.organisation_id.is_(None)
    )
    spans = [(row[0], row[1]) for row in session.execute(closed)]
    begun = max(first, groups.month_of(campaign.opens_on))
    ended = min(last, groups.month_of(campaign.closes_on))
    for month in groups.months(begun, ended):
        if not any(begin <= month <= end for begin, end in spans):
            yield month
