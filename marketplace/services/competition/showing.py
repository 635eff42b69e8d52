"""Showcases are shown to the public before they are named: a list for each competition they come from (rule 60)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from marketplace import rules, workflow
from marketplace.db import today
from marketplace.errors import N_, Conflict, DomainError, NotAllowed
from marketplace.models import Campaign, CompetitionShowcase, Publicity, PublicityEntry
from marketplace.permissions import Actor, can_decide_showcase, showcase_levels
from marketplace.services import publicity


@dataclass(frozen=True, slots=True)
class Group:
    """What comes from one competition, or from none, and is not named yet; ``running`` is the list shown of it."""

    campaign: Campaign | None
    found: Sequence[CompetitionShowcase]
    days: int
    running: Publicity | None


def days_of(session: Session, campaign: Campaign | None) -> int:
    """Return how many working days a showcase is shown: those of its competition, without one those of the rule."""
    days: int = rules.value(session, "showcase_publicity", today()) if campaign is None else campaign.publicity_days
    return days


def groups(session: Session, actor: Actor) -> list[Group]:
    """Return what the actor's offices proposed and is not named yet; raise NotAllowed for who names no showcases."""
    return [
        Group(campaign, found, days_of(session, campaign), publicity.running_for(session, *found))
        for campaign, found in _on_the_way(session, actor).items()
    ]


def put_up(session: Session, actor: Actor, campaign_id: int | None, channel: str) -> Publicity:
    """Begin the publicity of what was proposed from a competition, or from none.

    Where a list is shown already, its period begins anew with them. Raises NotAllowed for who names no showcases, and
    Conflict where none waits.
    """
    found = _held(session, actor, campaign_id)
    proposed = [it for it in found if it.state == "proposed"]
    if not proposed:
        raise Conflict(N_("没有等待公示的示范企业或示范园区。"))
    running = publicity.running_for(session, *found)
    for it in proposed:
        workflow.apply(session, actor, it, "announce", process="competition")
    session.flush()
    campaign, title = proposed[0].campaign, "拟命名的示范企业和示范园区"
    return publicity.add_to(
        session, actor, running, [(it, as_shown(it)) for it in proposed],
        title=title if campaign is None else f"{campaign.title[:180]}：{title}",
        channel=channel, days=days_of(session, campaign),
    )  # fmt: skip


def announce(session: Session, actor: Actor, campaign_id: int | None) -> Mapping[int, DomainError | None]:
    """Name those whose publicity is over; return, for each that was shown, what holds it up or None."""
    shown = [it for it in _held(session, actor, campaign_id) if it.state in publicity.WAITING]
    if not shown:
        raise Conflict(N_("公示之后才能命名。"))
    return publicity.each(shown, lambda it: _name(session, actor, it))


def of_units(session: Session, actor: Actor) -> list[CompetitionShowcase]:
    """Return what was shown of the units the actor acts for and is not named, for them to see how it stands."""
    if not actor.reads:
        return []
    of, on = CompetitionShowcase, PublicityEntry
    was_shown = sa.exists().where(on.noun == of.__tablename__, on.object_id == of.id)
    query = sa.select(of).where(of.organisation_id.in_(actor.organisation_ids), was_shown)
    query = query.where(of.state.in_((*publicity.WAITING, "struck"))).order_by(of.id)
    return list(session.scalars(query.options(joinedload(of.organisation), joinedload(of.campaign))))


def as_shown(showcase: CompetitionShowcase) -> dict[str, Any]:
    """Return what the public list says of a showcase."""
    return {
        "title": showcase.organisation.name if showcase.organisation is not None else showcase.name,
        "showcase": showcase.kind,
        "level": showcase.level,
        "abstract": showcase.criteria,
        "region": showcase.region_path.rsplit("/", 1)[-1] or None,
    }


def _on_the_way(session: Session, actor: Actor) -> dict[Campaign | None, list[CompetitionShowcase]]:
    if not showcase_levels(actor):
        raise NotAllowed("name", "competition_showcase")
    of = CompetitionShowcase
    query = sa.select(of).where(of.level.in_(showcase_levels(actor)), of.state.in_(("proposed", *publicity.WAITING)))
    found: dict[Campaign | None, list[CompetitionShowcase]] = {}
    for it in session.scalars(query.options(joinedload(of.organisation), joinedload(of.campaign)).order_by(of.id)):
        if can_decide_showcase(actor, it):
            found.setdefault(it.campaign, []).append(it)
    return found


def _held(session: Session, actor: Actor, campaign_id: int | None) -> list[CompetitionShowcase]:
    publicity.hold(session)
    found = _on_the_way(session, actor)
    return next((them for campaign, them in found.items() if (campaign.id if campaign else None) == campaign_id), [])


def _name(session: Session, actor: Actor, showcase: CompetitionShowcase) -> None:
    shown = publicity.require_over(session, showcase)
    showcase.named_on = today()
    workflow.apply(session, actor, showcase, "name", process="competition")
    session.flush()
    publicity.close_if_done(session, shown)
