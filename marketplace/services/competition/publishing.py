"""Grades of a competition: shown to the public first, announced where nothing stands in the way (rules 59 and 60)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from marketplace import workflow
from marketplace.errors import N_, Conflict, DomainError, Invalid, NotAllowed
from marketplace.models import Campaign, CompetitionRegistration, Organisation, Publicity
from marketplace.models.participation.competition import GRADED
from marketplace.permissions import Actor, can_evaluate, can_run_campaign
from marketplace.services import publicity
from marketplace.services.competition import registering


def on_the_way(session: Session, campaign: Campaign) -> list[CompetitionRegistration]:
    """Return the units whose grade is not announced yet, the highest grade first."""
    of = CompetitionRegistration
    query = sa.select(of).join(of.organisation).options(contains_eager(of.organisation))
    query = query.where(of.campaign_id == campaign.id, of.state.in_(GRADED))
    grades = list(campaign.quotas)
    return sorted(
        session.scalars(query.where(of.withdrawn_on.is_(None))),
        key=lambda it: (grades.index(it.grade) if it.grade in grades else len(grades), it.id),
    )


def put_up(session: Session, actor: Actor, campaign_id: int, channel: str) -> Publicity:
    """Begin the publicity of the grades that wait for it, for the days the campaign has fixed.

    Where a list is shown already, its period begins anew with them. Raises NotFound, NotAllowed for whoever does not
    run the competition, and Conflict where no grade waits.
    """
    campaign = _held(session, actor, campaign_id)
    found = on_the_way(session, campaign)
    graded = [it for it in found if it.state == "graded"]
    if not graded:
        raise Conflict(N_("没有等待公示的等级。"))
    running = publicity.running_for(session, *found)
    for it in graded:
        workflow.apply(session, actor, it, "announce", payload={"grade": it.grade}, process="competition")
    session.flush()
    return publicity.add_to(
        session, actor, running, [(it, as_shown(it)) for it in graded],
        title=campaign.title, channel=channel, days=campaign.publicity_days,
    )  # fmt: skip


def announce(session: Session, actor: Actor, campaign_id: int) -> Mapping[int, DomainError | None]:
    """Announce the grades whose publicity is over; return, for each that was shown, what holds it up or None."""
    campaign = _held(session, actor, campaign_id)
    shown = [it for it in on_the_way(session, campaign) if it.state in publicity.WAITING]
    if not shown:
        raise Conflict(N_("公示之后才能公布等级。"))
    return publicity.each(shown, lambda it: _publish(session, actor, it))


def take_back(session: Session, actor: Actor, registration_id: int, reason: str) -> CompetitionRegistration:
    """Strike a unit from the list that is shown, which begins its period anew, or revoke the grade it was given.

    Raises NotAllowed for who does not run the competition or comes from the unit, Invalid without a reason, Conflict
    for a unit whose grade is neither shown nor announced.
    """
    found = registering.get(session, actor, registration_id)
    registering.hold(session, found.campaign_id)
    session.refresh(found)
    if not can_evaluate(actor, found, "after"):
        raise NotAllowed("decide", "competition_registration")
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    if found.state == "announced":
        workflow.apply(session, actor, found, "revoke", reason, process="competition")
    elif found.state in publicity.WAITING and (shown := publicity.running_for(session, found)) is not None:
        workflow.apply(session, actor, found, "strike", reason, process="competition")
        publicity.begin_anew(session, actor, shown.id)
    else:
        raise Conflict(N_("这个单位的等级没有公布，也不在公示的名单上。"))
    session.flush()
    return found


def told(
    session: Session, *, campaign_id: int | None = None, limit: int, after: int | None = None
) -> list[CompetitionRegistration]:
    """Return the units whose grade everybody is told, the last registered first, from below the id ``after``."""
    of = CompetitionRegistration
    query = sa.select(of).where(of.state == "announced", of.withdrawn_on.is_(None))
    query = query if campaign_id is None else query.where(of.campaign_id == campaign_id)
    query = query if after is None else query.where(of.id < after)
    query = query.options(joinedload(of.organisation), joinedload(of.campaign))
    return list(session.scalars(query.order_by(of.id.desc()).limit(limit)))


def as_shown(registration: CompetitionRegistration) -> dict[str, Any]:
    """Return what the public list says of a grade."""
    unit: Organisation = registration.organisation
    return {
        "title": unit.name,
        "grade": registration.grade,
        "region": unit.region_path.rsplit("/", 1)[-1] or None,
    }


def _held(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    registering.hold(session, campaign_id)
    campaign = registering.competition(session, actor, campaign_id)
    if not can_run_campaign(actor, campaign):
        raise NotAllowed("run", "competition")
    return campaign


def _publish(session: Session, actor: Actor, registration: CompetitionRegistration) -> None:
    shown = publicity.require_over(session, registration)
    payload = {"grade": registration.grade}
    workflow.apply(session, actor, registration, "publish", payload=payload, process="competition")
    session.flush()
    publicity.close_if_done(session, shown)
