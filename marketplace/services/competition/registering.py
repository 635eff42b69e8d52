"""Which units are registered in a competition: the fact that the coverage of enterprises counts (domain rule 52)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, selectinload

from marketplace import audit, vocabulary, workflow
from marketplace.db import today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from marketplace.models import Campaign, CompetitionAbsence, CompetitionRegistration, Organisation
from marketplace.permissions import (
    Actor,
    campaigns_seen,
    can_confirm_entries,
    can_see_registration,
    registrations_seen,
    takes_part,
)
from marketplace.services import publicity
from marketplace.services.organisation import name_key
from marketplace.services.participation import campaigns
from marketplace.services.tally import counting


def registrations_of(year: int) -> sa.Select[int]:
    """Return the query of the ids of the units registered in a competition of a year, each once.

    A competition is of every year it runs in, from the year a unit came to it. Whoever had left it when the year ended
    does not count in that year, though he came back in a later one.
    """
    of, first, last = CompetitionRegistration, dt.date(year, 1, 1), dt.date(year, 12, 31)
    was_away = of.absences.any(sa.and_(CompetitionAbsence.left_on <= last, CompetitionAbsence.returned_on > last))
    return (
        sa.select(of.organisation_id)
        .join(Campaign, Campaign.id == of.campaign_id)
        .where(
            Campaign.state != "draft", Campaign.opens_on <= last, Campaign.closes_on >= first,
            of.registered_on <= last, sa.or_(of.withdrawn_on.is_(None), of.withdrawn_on > last), ~was_away,
        )
        .distinct()
    )  # fmt: skip


def registered_units(session: Session, year: int) -> frozenset[int]:
    """Return the ids of the units registered in at least one competition of a year."""
    return frozenset(session.scalars(registrations_of(year)))


def competitions(session: Session, actor: Actor, *, limit: int, after: int | None = None) -> list[Campaign]:
    """Return the competitions the actor may know of, the newest first, from below the id ``after``."""
    query = sa.select(Campaign).where(campaigns_seen(actor), Campaign.competition_class.is_not(None))
    query = query if after is None else query.where(Campaign.id < after)
    query = query.options(selectinload(Campaign.organisation)).order_by(Campaign.id.desc()).limit(limit)
    return list(session.scalars(query))


def competition(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    """Return a competition: a campaign that has a class; raise NotFound for any other."""
    campaign = campaigns.get(session, actor, campaign_id)
    if campaign.competition_class is None:
        raise NotFound("competition", campaign_id)
    return campaign


def get(session: Session, actor: Actor, registration_id: int) -> CompetitionRegistration:
    """Return a registration the actor may see; raise NotFound."""
    found = session.get(CompetitionRegistration, registration_id)
    if found is None or not can_see_registration(actor, found):
        raise NotFound("competition_registration", registration_id)
    return found


def listed(
    session: Session, actor: Actor, campaign: Campaign, *, limit: int, after: int | None = None
) -> list[CompetitionRegistration]:
    """Return the registrations of a competition that the actor sees, the newest first, from below the id ``after``."""
    of = CompetitionRegistration
    query = sa.select(of).join(of.organisation).options(contains_eager(of.organisation))
    query = query.where(of.campaign_id == campaign.id, registrations_seen(actor, campaign))
    query = query if after is None else query.where(of.id < after)
    return list(session.scalars(query.order_by(of.id.desc()).limit(limit)))


def is_in(session: Session, campaign: Campaign, unit: Organisation) -> bool:
    """Say whether a unit is registered in a competition."""
    found = sa.select(CompetitionRegistration.id).filter_by(campaign_id=campaign.id, organisation_id=unit.id)
    return session.scalar(found.where(CompetitionRegistration.withdrawn_on.is_(None))) is not None


def types_of(campaign: Campaign) -> tuple[str, ...]:
    """Return the finer classes a unit names where the class of a competition is divided (rule 55)."""
    return vocabulary.competition_classes.children(campaign.competition_class or "")


def register(session: Session, actor: Actor, campaign_id: int, data: Mapping[str, Any]) -> CompetitionRegistration:
    """Register a unit from what ``RegistrationSchema.load`` returned; one that withdrew may come back.

    Raises NotAllowed for another's unit, Invalid for a unit that is not known or out of scope and for a type the class
    does not have, Conflict where it is registered already or the competition is not open.
    """
    campaign = _open(session, actor, campaign_id)
    unit = session.scalar(sa.select(Organisation).filter_by(name_key=name_key(data["organisation_name"])))
    if unit is None:
        raise Invalid({"unit": [N_("平台上没有这个单位，请核对全称。")]})
    if not can_confirm_entries(actor, unit):
        raise NotAllowed("register", "competition_registration")
    if not takes_part(campaign, unit):
        raise Invalid({"unit": [N_("这个单位不在竞赛的范围之内。")]})
    kind, kinds = data["enterprise_class"], types_of(campaign)
    if (kind is None) != (not kinds) or (kind is not None and kind not in kinds):
        raise Invalid({"enterprise_class": [N_("请按竞赛的类别选企业的类型；没有分类型的竞赛不填。")]})
    audit.hold(session, "competition", campaign.id)
    found = session.scalar(
        sa.select(CompetitionRegistration).filter_by(campaign_id=campaign.id, organisation_id=unit.id)
    )
    if found is not None and found.withdrawn_on is None:
        raise Conflict(N_("这个单位已经报名（第 %(number)s 号），不用再报。"), number=found.id)
    is_first = found is None
    if found is None:
        found = CompetitionRegistration(
            campaign=campaign, organisation=unit, registered_on=today(), absences=[], evaluations=[]
        )
        session.add(found)
    else:
        _come_back(session, actor, found)
    found.enterprise_class, found.registered_by = kind, actor.name
    session.flush()
    told = {"campaign": campaign.id, "unit": unit.id, "type": kind}
    audit.record(session, actor, "register", "competition_registration", found.id, payload=told, is_first=is_first)
    return found


def withdraw(session: Session, actor: Actor, registration_id: int, reason: str) -> CompetitionRegistration:
    """Take a unit out of a competition with a reason; the record stays, and leaves the list that is shown.

    Raises NotAllowed, Invalid or Conflict.
    """
    found = get(session, actor, registration_id)
    _open(session, actor, found.campaign_id)
    hold(session, found.campaign_id)
    session.refresh(found)
    if not can_confirm_entries(actor, found.organisation):
        raise NotAllowed("register", "competition_registration")
    if not reason.strip():
        raise Invalid({"reason": [N_("请写明理由。")]})
    if found.withdrawn_on is not None:
        raise Conflict(N_("这个单位已经退出。"))
    found.withdrawn_on, found.withdrawn_because = today(), reason.strip()
    session.flush()
    if found.state in publicity.WAITING and (shown := publicity.running_for(session, found)) is not None:
        workflow.apply(session, actor, found, "withdraw", reason, process="competition")
        publicity.begin_anew(session, actor, shown.id)
    else:
        audit.record(session, actor, "withdraw", "competition_registration", found.id, reason=reason.strip())
    return found


def hold(session: Session, campaign_id: int) -> None:
    """Wait until nobody else changes a competition or what is shown of it, an objection that is decided included."""
    audit.hold(session, "competition", campaign_id)
    publicity.hold(session)


def _come_back(session: Session, actor: Actor, found: CompetitionRegistration) -> None:
    """Let a unit in again: in it since its first day, so that the part before stays locked, and without its grade."""
    if found.withdrawn_on is not None:
        left = {"left_on": found.withdrawn_on, "because": found.withdrawn_because}
        found.absences.append(CompetitionAbsence(**left, returned_on=today()))
    found.withdrawn_on, found.withdrawn_because = None, ""
    if found.grade is not None:
        found.grade, found.graded_because, found.graded_by, found.graded_at = None, "", None, None
        workflow.apply(session, actor, found, "return", process="competition")


def _open(session: Session, actor: Actor, campaign_id: int) -> Campaign:
    counting.hold(session, [campaign_id])
    campaign = competition(session, actor, campaign_id)
    session.refresh(campaign)
    if campaign.state != "open" or today() > campaign.closes_on:
        raise Conflict(N_("竞赛没有开放，或者已经结束，现在不能报名，也不能退出。"))
    return campaign
