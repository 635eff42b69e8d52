"""Close a period: its figures are frozen as text with a hash, and what changes later is an erratum (rule 67)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, chain
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Campaign, Organisation, ParticipationEntry, PeriodClose
from marketplace.permissions import Actor, can_confirm_entries, can_follow_campaign, can_run_campaign
from marketplace.services.organisation import name_key
from marketplace.services.participation import campaigns
from marketplace.services.tally import counting, figures
from marketplace.services.tally.slices import Slice

_PERIOD = re.compile(r"(?P<year>20\d\d)(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


def months(period: str) -> tuple[int, int]:
    """Return the first and the last month of "2026", "2026-Q1" or "2026-03" as year × 100 + month; raise Invalid."""
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise Invalid({"period": [N_("请写年、季度或月，例如 2026、2026-Q1、2026-03。")]})
    year, quarter, month = int(found["year"]) * 100, found["quarter"], found["month"]
    if quarter:
        return year + int(quarter) * 3 - 2, year + int(quarter) * 3
    return (year + int(month), year + int(month)) if month else (year + 1, year + 12)


def close(session: Session, actor: Actor, campaign_id: int, data: Mapping[str, Any]) -> PeriodClose:
    """Close a period for a unit, or, by the host, for all units, from what ``CloseSchema.load`` returned.

    A unit first decides what waits; the host does not wait for the units, and what one confirms later is an erratum.
    Raises NotAllowed, Invalid for a period nobody can read or an unknown unit, Conflict where entries wait or a part
    of the period is closed already.
    """
    counting.hold(session, [campaign_id], alone=True)
    campaign = campaigns.get(session, actor, campaign_id)
    unit = _unit(session, data["organisation_name"])
    if not (can_confirm_entries(actor, unit) if unit is not None else can_run_campaign(actor, campaign)):
        raise NotAllowed("confirm", "period_close")
    first, last = months(data["period"])
    _refuse_overlap(session, campaign, unit, first, last)
    waits = _waiting(session, campaign, unit, first, last)
    if unit is not None and waits:
        raise Conflict(N_("还有 %(count)s 条记录等待确认，请先办理再结账。"), count=waits)
    text = chain.canonical(_snapshot(session, campaign, unit, data["period"], waits))
    closed = PeriodClose(
        campaign_id=campaign.id, organisation_id=unit.id if unit is not None else None, period=data["period"],
        first_month=first, last_month=last, snapshot=text, sha256=chain.sha256(text), closed_by=actor.name, errata=[],
    )  # fmt: skip
    session.add(closed)
    session.flush()
    told = {"period": closed.period, "unit": closed.organisation_id, "sha256": closed.sha256}
    audit.record(session, actor, "close_period", "campaign", campaign.id, payload=told)
    return closed


def get(session: Session, actor: Actor, close_id: int) -> PeriodClose:
    """Return a closed period of a campaign or a unit that the actor follows; raise NotFound."""
    closed = session.get(PeriodClose, close_id)
    if closed is None or not _may_read(session, actor, closed):
        raise NotFound("period_close", close_id)
    return closed


def listed(session: Session, actor: Actor, campaign: Campaign) -> list[PeriodClose]:
    """Return the closed periods of a campaign that the actor may read, the latest first."""
    query = sa.select(PeriodClose).where(PeriodClose.campaign_id == campaign.id).order_by(PeriodClose.id.desc())
    return [it for it in session.scalars(query) if _may_read(session, actor, it)]


def is_sound(closed: PeriodClose) -> bool:
    """Say whether the text of a closed period is the one that was hashed."""
    return chain.sha256(closed.snapshot) == closed.sha256


def _may_read(session: Session, actor: Actor, closed: PeriodClose) -> bool:
    campaign = session.get_one(Campaign, closed.campaign_id)
    is_of_unit = closed.organisation is not None and can_confirm_entries(actor, closed.organisation)
    return is_of_unit or (actor.reads and can_follow_campaign(actor, campaign))


def _unit(session: Session, name: str) -> Organisation | None:
    if not name:
        return None
    unit = session.scalar(sa.select(Organisation).filter_by(name_key=name_key(name)))
    if unit is None:
        raise Invalid({"unit": [N_("平台上没有这个单位，请核对全称。")]})
    return unit


def _refuse_overlap(session: Session, campaign: Campaign, unit: Organisation | None, first: int, last: int) -> None:
    query = sa.select(PeriodClose.period).where(
        PeriodClose.campaign_id == campaign.id, PeriodClose.first_month <= last, PeriodClose.last_month >= first,
        PeriodClose.organisation_id == unit.id if unit is not None else PeriodClose.organisation_id.is_(None),
    )  # fmt: skip
    known = session.scalar(query.limit(1))
    if known is not None:
        raise Conflict(N_("%(period)s 已经结账，不能再结一次。"), period=known)


def _waiting(session: Session, campaign: Campaign, unit: Organisation | None, first: int, last: int) -> int:
    of = ParticipationEntry
    query = sa.select(sa.func.count(of.id)).where(
        of.campaign_id == campaign.id, of.state == "recorded", of.month.between(first, last)
    )
    return session.scalar(query if unit is None else query.where(of.organisation_id == unit.id)) or 0


def _snapshot(
    session: Session, campaign: Campaign, unit: Organisation | None, period: str, waiting: int
) -> dict[str, Any]:
    """Return what a period comes to: figures by item, persons over all items, and of which entries, as a hash."""
    first, last = months(period)
    of = Slice(organisation_id=unit.id if unit is not None else None, first_month=first, last_month=last)
    counted = figures.by_item(session, campaign.id, of)
    table = ParticipationEntry
    entries = sa.select(table.id).where(
        table.campaign_id == campaign.id, table.state == "confirmed", table.month.between(first, last)
    )
    entries = entries if unit is None else entries.where(table.organisation_id == unit.id)
    numbers = "\n".join(map(str, session.scalars(entries.order_by(table.id))))
    return {
        "campaign": {"id": campaign.id, "kind": campaign.kind, "title": campaign.title},
        "unit": {"id": unit.id, "name": unit.name, "headcount": unit.headcount} if unit is not None else None,
        "units": figures.units(session, campaign.id, of),
        "period": period,
        "items": {it.code: asdict(counted.get(it.id, counting.Figures())) for it in campaign.items},
        "total": asdict(figures.total(session, campaign.id, of)),
        "persons_with_all_items": figures.complete(session, campaign.id, of, len(campaign.items)),
        "waiting": waiting,
        "entries_sha256": chain.sha256(numbers),
    }
