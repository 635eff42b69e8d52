"""Which items of campaigns count the same, so that they are added up as one."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Campaign, CampaignItem, ParticipationEntry
from marketplace.services.participation.counting import Figures
from marketplace.services.participation.figures import Slice

# January of the year 1, as year × 100 + month.
_FIRST_MONTH = 101

Key = tuple[Any, ...]
# How many persons took part in one unit alone, by place, and where each of the others did.
People = tuple[dict[Key, int], list[Key]]


@dataclass(frozen=True, slots=True)
class Counted:
    """The items of campaigns that are counted as one; ``linked`` are those that objects count for by themselves.

    ``codes`` and ``campaigns`` say of each item its code and its campaign, ``named`` holds an item of each code.
    ``whole`` is the campaign of which these are all the items, if there is one. ``sums`` and ``people`` are read once.
    ``own`` are the items that objects of their own campaign alone count for.
    """

    ids: tuple[int, ...]
    linked: tuple[int, ...] = ()
    codes: dict[int, str] = field(default_factory=dict, compare=False)
    campaigns: dict[int, int] = field(default_factory=dict, compare=False)
    named: dict[str, CampaignItem] = field(default_factory=dict, compare=False)
    whole: int | None = None
    own: frozenset[int] = frozenset()
    sums: dict[Any, dict[Key, Figures]] = field(default_factory=dict, compare=False, repr=False)
    people: dict[Any, People] = field(default_factory=dict, compare=False, repr=False)

    @property
    def may_repeat(self) -> bool:
        """Say whether an object may have counted in two campaigns."""
        return len({self.campaigns[it] for it in self.linked}) > 1 and not self.own.issuperset(self.linked)


def counted(session: Session, of: Slice, *, measure: str = "", kind: str = "") -> Counted:
    """Return the items of every campaign, drafts excepted, that counts a measure in the months of a slice."""
    query = sa.select(CampaignItem).join(Campaign, Campaign.id == CampaignItem.campaign_id)
    query = query.where(Campaign.state != "draft").order_by(CampaignItem.id)
    query = query.where(CampaignItem.measure == measure) if measure else query
    query = query.where(Campaign.kind == kind) if kind else query
    rows = session.scalars(query.where(*_running(of))).all()
    whole = None
    if len({row.campaign_id for row in rows}) == 1:
        held = sa.select(sa.func.count()).where(CampaignItem.campaign_id == rows[0].campaign_id)
        whole = rows[0].campaign_id if session.scalar(held) == len(rows) else None
    return _as_one(rows, _nouns_counted(session, rows), whole)


def by_kind(session: Session, of: Slice) -> dict[tuple[str, str], Counted]:
    """Return what ``counted`` does for every kind and measure that is counted, and under "" for all of a kind.

    All of it is read at once, for a page that shows many.
    """
    query = sa.select(CampaignItem, Campaign.kind).join(Campaign, Campaign.id == CampaignItem.campaign_id)
    query = query.where(Campaign.state != "draft", *_running(of)).order_by(CampaignItem.id)
    found: dict[tuple[str, str], list[CampaignItem]] = {}
    sizes: Counter[int] = Counter()
    for item, kind in session.execute(query):
        sizes[item.campaign_id] += 1
        for measure in (item.measure, ""):
            found.setdefault((kind, measure), []).append(item)
    nouns = _nouns_counted(session, [it for items in found.values() for it in items])

    def whole(items: Sequence[CampaignItem]) -> int | None:
        campaigns = {it.campaign_id for it in items}
        return items[0].campaign_id if len(campaigns) == 1 and sizes[items[0].campaign_id] == len(items) else None

    return {key: _as_one(items, nouns, whole(items)) for key, items in found.items()}


def _as_one(rows: Sequence[CampaignItem], nouns: frozenset[str], whole: int | None) -> Counted:
    return Counted(
        ids=tuple(row.id for row in rows),
        linked=tuple(row.id for row in rows if row.links in nouns),
        codes={row.id: row.code for row in rows},
        campaigns={row.id: row.campaign_id for row in rows},
        named={row.code: row for row in rows},
        whole=whole,
        own=frozenset(row.id for row in rows if row.is_own),
    )


def of_code(items: Counted, code: str) -> Counted:
    """Return the items of one code alone."""
    ids = tuple(it for it in items.ids if items.codes[it] == code)
    return dataclasses.replace(items, ids=ids, linked=tuple(it for it in items.linked if it in ids))


def _running(of: Slice) -> tuple[sa.ColumnElement[bool], ...]:
    """Return, as conditions on Campaign, that it runs on a day of the months of a slice."""
    conditions = []
    if of.first_month >= _FIRST_MONTH:
        conditions.append(Campaign.closes_on >= dt.date(of.first_month // 100, of.first_month % 100, 1))
    year, month = divmod(of.last_month, 100)
    if year < dt.MAXYEAR:
        after = dt.date(year + month // 12, month % 12 + 1, 1)
        conditions.append(Campaign.opens_on < after)
    return tuple(conditions)


def _nouns_counted(session: Session, rows: Sequence[CampaignItem]) -> frozenset[str]:
    """Return which nouns ever counted: where nothing of one did, nothing of it can repeat."""
    return frozenset(it for it in sorted({row.links for row in rows if row.links}) if _is_counted(session, it))


def _is_counted(session: Session, noun: str) -> bool:
    return session.scalar(sa.select(ParticipationEntry.id).where(ParticipationEntry.noun == noun).limit(1)) is not None
