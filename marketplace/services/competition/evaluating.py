"""A unit of a competition measured before, during and after it by the same indicators, and graded (rule 55)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from marketplace import audit, workflow
from marketplace.db import now, today
from marketplace.errors import N_, Conflict, Invalid, NotAllowed
from marketplace.models import (
    Campaign,
    CompetitionEvaluation,
    CompetitionIndicator,
    CompetitionRegistration,
    CompetitionValue,
)
from marketplace.permissions import Actor, can_evaluate, can_run_campaign
from marketplace.services.competition import registering
from marketplace.services.publicity import WAITING

# In which states the place of a grade is taken.
HOLDING = ("graded", *WAITING, "announced")


def indicators(session: Session, campaign: Campaign) -> list[CompetitionIndicator]:
    """Return what is measured in a competition, in its order."""
    query = sa.select(CompetitionIndicator).filter_by(campaign_id=campaign.id)
    return list(session.scalars(query.order_by(CompetitionIndicator.position)))


def set_indicators(
    session: Session, actor: Actor, campaign_id: int, rows: Sequence[Mapping[str, Any]]
) -> list[CompetitionIndicator]:
    """Say what is measured, from what ``CompetitionIndicatorSchema`` returned for each; it replaces what was said.

    Raises NotAllowed for whoever does not run the competition, Invalid for a name that stands twice, and Conflict once
    a unit was measured (rule 56).
    """
    campaign = registering.competition(session, actor, campaign_id)
    if not can_run_campaign(actor, campaign):
        raise NotAllowed("run", "competition")
    audit.hold(session, "competition", campaign.id)
    known = indicators(session, campaign)
    measured = sa.select(CompetitionValue).where(CompetitionValue.indicator_id.in_([it.id for it in known]))
    if session.scalars(measured.limit(1)).first() is not None:
        raise Conflict(N_("已经有单位按这些指标评价过，指标不能再改。"))
    if len({row["name"] for row in rows}) < len(rows):
        raise Invalid({"indicators": [N_("有一项写了两次。")]})
    for it in known:
        session.delete(it)
    session.flush()
    session.add_all(CompetitionIndicator(campaign_id=campaign.id, position=at, **row) for at, row in enumerate(rows))
    session.flush()
    audit.record(session, actor, "set_indicators", "campaign", campaign.id, payload={"indicators": list(rows)})
    return indicators(session, campaign)


def locked_from(registration: CompetitionRegistration) -> dt.date:
    """Return the day from which the part before a competition stays as it is: its first, or that after registering."""
    return max(registration.campaign.opens_on, registration.registered_on + dt.timedelta(1))


def evaluate(session: Session, actor: Actor, registration_id: int, data: Mapping[str, Any]) -> CompetitionEvaluation:
    """Keep what was found of a unit, from what ``EvaluationSchema.load`` returned.

    The parts before and after are one each and are written over until they are fixed: before by the day the competition
    opens, after by the publicity of the grade. Raises NotAllowed, Invalid for an indicator the competition does not
    have or a day that is not of the phase, Conflict where the part is fixed or the unit has left.
    """
    registration, phase = registering.get(session, actor, registration_id), data["phase"]
    if not can_evaluate(actor, registration, phase):
        raise NotAllowed("decide", "competition_registration")
    audit.hold(session, "competition", registration.campaign_id)
    session.refresh(registration)
    _require_phase(registration, phase, data["evaluated_on"])
    known = {it.id for it in indicators(session, registration.campaign)}
    given = [it["indicator_id"] for it in data["values"]]
    if not given or not set(given) <= known or len(set(given)) < len(given):
        raise Invalid({"values": [N_("请按竞赛的指标填写，每项一次，至少一项。")]})
    found = next((it for it in registration.evaluations if it.phase == phase and phase != "during"), None)
    if found is None:
        found = CompetitionEvaluation(registration_id=registration.id, phase=phase, values=[])
        registration.evaluations.append(found)
    else:
        found.values = []
        session.flush()
    found.evaluated_on, found.finding = data["evaluated_on"], data["finding"]
    found.evaluated_by, found.evaluated_at = actor.name, now()
    found.values = [CompetitionValue(**it) for it in data["values"]]
    session.flush()
    told = {"phase": phase, "values": {str(it["indicator_id"]): str(it["value"]) for it in data["values"]}}
    audit.record(session, actor, "evaluate", "competition_registration", registration.id, payload=told)
    return found


@dataclass(frozen=True, slots=True)
class Compared:
    """An indicator of a unit before, at last during, and after; None where nothing was measured.

    ``change`` is after less before, ``per_cent`` that as a share of before, None where before is nothing or missing.
    ``is_met`` says whether the target is reached, None without one or without a value after.
    """

    indicator: CompetitionIndicator
    before: Decimal | None
    during: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Decimal | None:
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def per_cent(self) -> Decimal | None:
        if self.change is None or not self.before:
            return None
        return (self.change / abs(self.before) * 100).quantize(Decimal("0.1"))

    @property
    def is_met(self) -> bool | None:
        target = self.indicator.target
        if target is None or self.after is None:
            return None
        return self.after <= target if self.indicator.less_is_better else self.after >= target


def compared(session: Session, registration: CompetitionRegistration) -> list[Compared]:
    """Return each indicator of a competition as a unit had it before, during and after."""
    values: dict[tuple[str, int], Decimal] = {}
    for evaluation in sorted(registration.evaluations, key=lambda it: (it.evaluated_on, it.id)):
        values |= {(evaluation.phase, it.indicator_id): it.value for it in evaluation.values}
    return [
        Compared(it, *(values.get((phase, it.id)) for phase in ("before", "during", "after")))
        for it in indicators(session, registration.campaign)
    ]


def grade(session: Session, actor: Actor, registration_id: int, given: str, reason: str) -> CompetitionRegistration:
    """Grade a unit that was measured after the competition, within what the campaign gives out of each grade.

    The grade waits for its publicity, and is announced at once where the campaign has no days of it. Raises NotAllowed
    for who does not run it or comes from the unit, Invalid for a grade the campaign does not have, Conflict where none
    is left, the grade is shown already, or the results are published.
    """
    registration = registering.get(session, actor, registration_id)
    if not can_evaluate(actor, registration, "after"):
        raise NotAllowed("decide", "competition_registration")
    audit.hold(session, "competition", registration.campaign_id)
    session.refresh(registration)
    campaign = registration.campaign
    if given not in campaign.quotas:
        raise Invalid({"grade": [N_("竞赛没有设这个等级，请从列表里选。")]})
    if campaign.state == "published" or registration.withdrawn_on is not None:
        raise Conflict(N_("竞赛的结果已经公布，或者单位已经退出，不能再定等级。"))
    if is_fixed(registration):
        raise Conflict(N_("这个单位的等级已经公示，不能直接改；请先写明理由撤下或者撤销，再重新评定。"))
    if not any(it.phase == "after" for it in registration.evaluations):
        raise Conflict(N_("先作竞赛后的评价，再定等级。"))
    if grades_given(session, campaign, besides=registration.id)[given] >= campaign.quotas[given]:
        raise Conflict(N_("这个等级的名额已满。"))
    registration.grade, registration.graded_because = given, reason.strip()
    registration.graded_by, registration.graded_at = actor.name, now()
    told = {"grade": given}
    workflow.apply(session, actor, registration, "grade", reason.strip() or None, told, process="competition")
    if not campaign.publicity_days:
        workflow.apply(session, actor, registration, "publish", payload=told, process="competition")
    session.flush()
    return registration


def is_fixed(registration: CompetitionRegistration) -> bool:
    """Say whether a grade is shown, or was announced after it had been shown, and so is not simply written over."""
    was_shown = registration.state == "announced" and registration.campaign.publicity_days > 0
    return was_shown or registration.state in WAITING


def grades_given(session: Session, campaign: Campaign, besides: int = 0) -> Counter[str]:
    """Return how many units have each grade, announced or on its way there."""
    of = CompetitionRegistration
    query = sa.select(of.grade).where(of.campaign_id == campaign.id, of.state.in_(HOLDING), of.id != besides)
    return Counter(it for it in session.scalars(query.where(of.withdrawn_on.is_(None))) if it)


def _require_phase(registration: CompetitionRegistration, phase: str, day: dt.date) -> None:
    campaign = registration.campaign
    if registration.withdrawn_on is not None:
        raise Conflict(N_("这个单位已经退出。"))
    if campaign.state == "draft" or campaign.state == "published":
        raise Conflict(N_("竞赛还没有开放，或者结果已经公布，不能评价。"))
    if phase == "before" and today() >= locked_from(registration):
        raise Conflict(N_("竞赛前的评价从 %(day)s 起锁定，不能再改。"), day=locked_from(registration))
    if phase == "after" and is_fixed(registration):
        raise Conflict(N_("这个单位的等级已经公示，竞赛后的评价不能再改。"))
    if phase == "during" and not campaign.opens_on <= day <= campaign.closes_on:
        raise Invalid({"evaluated_on": [N_("竞赛中的评价，日期应在竞赛期间。")]})
    if phase == "after" and day < campaign.closes_on:
        raise Invalid({"evaluated_on": [N_("竞赛后的评价，日期不能早于竞赛的最后一天。")]})
