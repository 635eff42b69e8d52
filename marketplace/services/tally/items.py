"""Which items of campaigns count the same, so that they are added up as one."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Campaign, CampaignItem, ParticipationEntry
from marketplace.models.participation.tally import ALL_CODES
from marketplace.services.tally.slices import Slice
from marketplace.services.tally.subject import Subject

# January of the year 1, as year × 100 + month.
_FIRST_MONTH = 101


@dataclass(frozen=True, slots=True)
class Counted:
    """The items of campaigns that are counted as one; ``linked`` are those that objects count for by themselves.

    ``codes``, ``measures`` and ``campaigns`` say of each item its code, what it counts for and its campaign, ``named``
    holds an item of each code. ``sizes`` says how many items a campaign has, ``alike`` which items there are of a
    measure and a code. ``own`` are the items that objects of their own campaign alone count for. ``days`` are the first
    and the last of each campaign.
    """

    ids: tuple[int, ...]
    linked: tuple[int, ...] = ()
    codes: dict[int, str] = field(default_factory=dict, compare=False)
    measures: dict[int, str] = field(default_factory=dict, compare=False)
    campaigns: dict[int, int] = field(default_factory=dict, compare=False)
    named: dict[str, CampaignItem] = field(default_factory=dict, compare=False)
    sizes: dict[int, int] = field(default_factory=dict, compare=False)
    alike: dict[tuple[str, str], set[int]] = field(default_factory=dict, compare=False)
    own: frozenset[int] = frozenset()
    days: dict[int, tuple[dt.date, dt.date]] = field(default_factory=dict, compare=False)

    @property
    def may_repeat(self) -> bool:
        """Say whether an object may have counted in two campaigns."""
        return len({self.campaigns[it] for it in self.linked}) > 1 and not self.own.issuperset(self.linked)

    @property
    def subject(self) -> Subject:
        """What of these is counted whole and what by itself, and whether the sums know it."""
        held: dict[int, list[int]] = {}
        for it in self.ids:
            held.setdefault(self.campaigns[it], []).append(it)
        whole = tuple(campaign for campaign, ids in held.items() if len(ids) == self.sizes[campaign])
        single = tuple(it for campaign, ids in held.items() if campaign not in whole for it in ids)
        is_known = all(len(ids) == 1 for campaign, ids in held.items() if campaign not in whole)
        days = [self.days[campaign] for campaign in held]
        first_and_last = (min(it[0] for it in days), max(it[1] for it in days)) if days else None
        return Subject(whole, single, self._overlap() if is_known else None, first_and_last)

    def _overlap(self) -> tuple[str, str] | None:
        """Return the measure and the code that just these items have."""
        ids = set(self.ids)
        measures = {self.measures[it] for it in ids}
        codes = {self.codes[it] for it in ids}
        if len(measures) == 1:
            (measure,) = measures
            for code in (ALL_CODES, *codes):
                if ids == self.alike.get((measure, code)):
                    return measure, code
        return None


def counted(session: Session, of: Slice, *, measure: str = "", kind: str = "") -> Counted:
    """Return the items of every campaign, drafts excepted, that counts a measure in the months of a slice."""
    running = _running(session, of)
    rows = [it.item for it in running if (not measure or it.item.measure == measure) and (not kind or it.kind == kind)]
    return _as_one(rows, _nouns_counted(session, rows), running)


def by_kind(session: Session, of: Slice) -> dict[tuple[str, str], Counted]:
    """Return what ``counted`` does for every kind and measure that is counted, and under "" for all of a kind.

    All of it is read at once, for a page that shows many.
    """
    running = _running(session, of)
    found: dict[tuple[str, str], list[CampaignItem]] = {}
    for it in running:
        for measure in (it.item.measure, ""):
            found.setdefault((it.kind, measure), []).append(it.item)
    nouns = _nouns_counted(session, [it.item for it in running])
    return {key: _as_one(items, nouns, running) for key, items in found.items()}


class _Running(NamedTuple):
    """An item, the kind of its campaign, and the first and the last day of it."""

    item: CampaignItem
    kind: str
    days: tuple[dt.date, dt.date]


def _as_one(rows: Sequence[CampaignItem], nouns: frozenset[str], running: Sequence[_Running]) -> Counted:
    measures = {row.measure for row in rows}
    alike: dict[tuple[str, str], set[int]] = {}
    for item in (it.item for it in running if it.item.measure in measures):
        for code in (ALL_CODES, item.code):
            alike.setdefault((item.measure, code), set()).add(item.id)
    return Counted(
        ids=tuple(row.id for row in rows),
        linked=tuple(row.id for row in rows if row.links in nouns),
        codes={row.id: row.code for row in rows},
        measures={row.id: row.measure for row in rows},
        campaigns={row.id: row.campaign_id for row in rows},
        named={row.code: row for row in rows},
        sizes=Counter(it.item.campaign_id for it in running),
        alike=alike,
        own=frozenset(row.id for row in rows if row.is_own),
        days={it.item.campaign_id: it.days for it in running},
    )


def narrowed(items: Counted, ids: Collection[int]) -> Counted:
    """Return some of the items alone."""
    chosen = tuple(it for it in items.ids if it in ids)
    return dataclasses.replace(items, ids=chosen, linked=tuple(it for it in items.linked if it in ids))


def of_code(items: Counted, code: str) -> Counted:
    """Return the items of one code alone."""
    return narrowed(items, {it for it in items.ids if items.codes[it] == code})


def joined(parts: Iterable[Counted]) -> Counted:
    """Return items that were counted apart as one."""
    found = Counted(())
    for part in parts:
        found = Counted(
            ids=found.ids + part.ids,
            linked=found.linked + part.linked,
            codes=found.codes | part.codes,
            measures=found.measures | part.measures,
            campaigns=found.campaigns | part.campaigns,
            named=found.named | part.named,
            sizes=found.sizes | part.sizes,
            alike=found.alike | part.alike,
            own=found.own | part.own,
            days=found.days | part.days,
        )
    return found


def _running(session: Session, of: Slice) -> list[_Running]:
    """Return the items of the campaigns that run on a day of the months of a slice."""
    campaign = Campaign
    query = sa.select(CampaignItem, campaign.kind, campaign.opens_on, campaign.closes_on)
    query = query.join(campaign, campaign.id == CampaignItem.campaign_id)
    conditions = [Campaign.state != "draft"]
    if of.first_month >= _FIRST_MONTH:
        conditions.append(Campaign.closes_on >= dt.date(of.first_month // 100, of.first_month % 100, 1))
    year, month = divmod(of.last_month, 100)
    if year < dt.MAXYEAR:
        after = dt.date(year + month // 12, month % 12 + 1, 1)
        conditions.append(Campaign.opens_on < after)
    found = session.execute(query.where(*conditions).order_by(CampaignItem.id))
    return [_Running(item, kind, (first, last)) for item, kind, first, last in found]


def _nouns_counted(session: Session, rows: Sequence[CampaignItem]) -> frozenset[str]:
    """Return which nouns ever counted: where nothing of one did, nothing of it can repeat."""
    return frozenset(it for it in sorted({row.links for row in rows if row.links}) if _is_counted(session, it))


def _is_counted(session: Session, noun: str) -> bool:
    return session.scalar(sa.select(ParticipationEntry.id).where(ParticipationEntry.noun == noun).limit(1)) is not None
