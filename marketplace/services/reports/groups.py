"""The campaigns a report adds up, and the groups its columns stand in: items, measures or classes of competition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from marketplace import vocabulary
from marketplace.models import Campaign, CampaignItem, Report
from marketplace.services.participation import closing
from marketplace.services.reports.kinds import kinds

# What is known in both languages of the pages.
Label = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Definition:
    """What of a ``Report`` decides its numbers; paths are those of its place, empty for the whole province."""

    kind: str
    campaign_id: int | None
    rows: str
    columns: tuple[str, ...]
    region_path: str
    industry_path: str
    organisation_id: int | None

    @classmethod
    def of(cls, report: Report) -> Definition:
        return cls(
            report.kind, report.campaign_id, report.rows, tuple(report.columns), report.scope_region_path,
            report.scope_industry_path, report.organisation_id,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """A group of columns: the ids of its items, and whether numbers without names are taken there."""

    code: str
    label: Label
    items: tuple[int, ...]
    takes_batches: bool


def campaigns_of(session: Session, of: Definition, period: str) -> list[Campaign]:
    """Return the campaigns that a report adds up for a period, the first opened first.

    Raises Invalid for a period nobody can read.
    """
    first, last = closing.months(period)
    query = sa.select(Campaign).options(selectinload(Campaign.items))
    if of.campaign_id is not None:
        return list(session.scalars(query.where(Campaign.id == of.campaign_id)))
    query = query.where(Campaign.kind.in_(kinds()[of.kind].campaigns), Campaign.state != "draft")
    return [
        it
        for it in session.scalars(query.order_by(Campaign.opens_on, Campaign.id))
        if month_of(it.opens_on) <= last and month_of(it.closes_on) >= first and _meets(it, of)
    ]


def groups_of(of: Definition, campaigns: Sequence[Campaign]) -> list[Group]:
    """Return the groups of the columns, in the order of the items or of the list of classes."""
    group = kinds()[of.kind].group
    known: dict[str, list[tuple[Campaign, CampaignItem]]] = {}
    for campaign in campaigns:
        for item in campaign.items:
            code = {"item": item.code, "measure": item.measure, "class": campaign.competition_class or ""}[group]
            known.setdefault(code, []).append((campaign, item))
    codes = [it for it in vocabulary.competition_classes if it in known] if group == "class" else list(known)
    return [_group(group, code, [item for _campaign, item in known[code]]) for code in codes]


def month_of(day: dt.date) -> int:
    """Return the month of a day as year × 100 + month."""
    return day.year * 100 + day.month


def months(first: int, last: int) -> Iterator[int]:
    """Yield the months (year × 100 + month) from the first to the last."""
    for year in range(first // 100, last // 100 + 1):
        yield from (it for month in range(1, 13) if first <= (it := year * 100 + month) <= last)


def is_along(one: str, other: str) -> bool:
    """Say whether one of two paths lies under the other, or is it."""
    return not one or not other or f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def label(codes: vocabulary.CodeList, code: str) -> Label:
    """Return what a code is called in both languages."""
    return codes.label(code), codes.label(code, "en")


def _group(group: str, code: str, items: Sequence[CampaignItem]) -> Group:
    named = {"measure": vocabulary.campaign_measures, "class": vocabulary.competition_classes}.get(group)
    called = label(named, code) if named is not None else (items[0].zh, items[0].en)
    return Group(code, called, tuple(it.id for it in items), any(it.takes_batches for it in items))


def _meets(campaign: Campaign, of: Definition) -> bool:
    """Say whether any unit may lie both in the scope of a campaign and in the place of a report."""
    if campaign.organisation_id is not None and of.organisation_id is not None:
        return campaign.organisation_id == of.organisation_id
    pairs = ((campaign.scope_region_path, of.region_path), (campaign.scope_industry_path, of.industry_path))
    return all(is_along(one, other) for one, other in pairs)
