"""What is counted as one: a campaign, an item of one, or what several campaigns have in common."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from marketplace.models import Campaign, CampaignItem, ParticipationPerson
from marketplace.models.participation.tally import ALL_CODES, ALL_ITEMS


@dataclass(frozen=True, slots=True)
class Subject:
    """Campaigns with all their items, and items by themselves, by their ids.

    Where these are several, ``overlap`` names the measure and the code, or ``ALL_CODES``, of which they are all there
    are; None where they are fewer, and then nobody keeps how many persons they have together. ``days`` are the first
    and the last of its campaigns where they are known.
    """

    whole: tuple[int, ...] = ()
    single: tuple[int, ...] = ()
    overlap: tuple[str, str] | None = None
    days: tuple[dt.date, dt.date] | None = None

    @property
    def is_one(self) -> bool:
        """Say whether it is one item or one campaign."""
        return len(self.whole) + len(self.single) == 1

    @property
    def measure(self) -> str:
        """The measure of which these are all campaigns, with all that counts for it; "" where they are not."""
        measure, code = self.overlap or ("", ALL_CODES)
        return measure if code == ALL_CODES else ""

    def sums(self, table: Any) -> sa.ColumnElement[bool]:
        """Return, as SQL on a table of sums, which rows are of it."""
        every = sa.and_(table.campaign_id.in_(self.whole), table.item_id == ALL_ITEMS)
        return self._either(every, sa.and_(table.campaign_id.in_(self._campaigns()), table.item_id.in_(self.single)))

    def people(self) -> sa.ColumnElement[bool]:
        """Return, as SQL on ParticipationPerson, which rows are of it."""
        of = ParticipationPerson
        of_single = sa.and_(of.campaign_id.in_(self._campaigns()), of.item_id.in_(self.single))
        return self._either(of.campaign_id.in_(self.whole), of_single)

    def first_and_last(self) -> sa.Select[Any]:
        """Return the query of the first and the last day of its campaigns."""
        days: list[Any] = [sa.func.min(Campaign.opens_on), sa.func.max(Campaign.closes_on)]
        is_of = self._either(Campaign.id.in_(self.whole), Campaign.id.in_(self._campaigns()))
        return sa.select(*days).where(is_of)

    def _campaigns(self) -> sa.Select[Any]:
        campaigns: sa.Select[Any] = sa.select(CampaignItem.campaign_id).where(CampaignItem.id.in_(self.single))
        return campaigns

    def _either(self, whole: sa.ColumnElement[bool], single: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        # A condition that is never met keeps a database from its indexes.
        if not self.single:
            return whole
        return sa.or_(whole, single) if self.whole else single
