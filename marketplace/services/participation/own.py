"""What the actor took part in himself: his boards, one a campaign, with what he has and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace.models import Campaign, CampaignItem, Organisation, ParticipationEntry, Person
from marketplace.permissions import Actor, Permission, can
from marketplace.services.participation import campaigns


@dataclass(frozen=True, slots=True)
class Row:
    """An item with the person's entries that stand or were refused, the newest first."""

    item: CampaignItem
    entries: Sequence[ParticipationEntry]

    @property
    def is_done(self) -> bool:
        return any(it.state in ("recorded", "confirmed") for it in self.entries)


@dataclass(frozen=True, slots=True)
class Board:
    """A campaign that runs in the person's unit."""

    campaign: Campaign
    unit: Organisation
    rows: Sequence[Row]

    @property
    def done(self) -> int:
        return sum(row.is_done for row in self.rows)


def boards(session: Session, actor: Actor) -> list[Board]:
    """Return the boards of the campaigns that run in the actor's units, those of six ones first."""
    if not can(actor, Permission.PARTICIPATION_RECORD) or actor.account_id is None or not actor.reads:
        return []
    units = session.scalars(sa.select(Organisation).where(Organisation.id.in_(actor.colleague_of)))
    running: dict[int, tuple[Campaign, Organisation]] = {}
    for unit in units.all():
        for campaign in campaigns.running_for(session, unit):
            running.setdefault(campaign.id, (campaign, unit))
    of = ParticipationEntry
    mine = (
        sa.select(of)
        .join(Person, Person.id == of.person_id)
        .where(Person.account_id == actor.account_id, of.campaign_id.in_(running))
        .where(of.state.in_(("recorded", "confirmed", "refused")))
        .order_by(of.id.desc())
    )
    found: dict[int, list[ParticipationEntry]] = {}
    for entry in session.scalars(mine):
        found.setdefault(entry.item_id, []).append(entry)
    ordered = sorted(running.values(), key=lambda it: (it[0].kind != "six_ones", it[0].closes_on, it[0].id))
    return [
        Board(campaign, unit, [Row(it, found.get(it.id, [])) for it in campaign.items]) for campaign, unit in ordered
    ]
