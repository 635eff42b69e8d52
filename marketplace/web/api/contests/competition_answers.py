"""What programs are told of a labour competition and of a unit in it, as far as whoever asks may know it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.models import Campaign, CompetitionRegistration
from marketplace.models.participation.campaign import LEVELS, STATES
from marketplace.models.participation.competition import PHASES, REGISTRATION_STATES
from marketplace.permissions import can_evaluate, can_follow_campaign, can_see_grade
from marketplace.schemas.fields import Code
from marketplace.services import publicity as publicities
from marketplace.services.account import people
from marketplace.services.competition import evaluating, publishing, registering
from marketplace.services.competition.evaluating import Compared
from marketplace.web.api.parsing import actor
from marketplace.web.deciding import signature
from marketplace.web.display import measured
from marketplace.web.outreach.names import host_name


class CompetitionIndicatorAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    unit = ma.fields.String(required=True)
    target = ma.fields.String(required=True, allow_none=True, metadata={"description": _("目标值，没有的为空")})
    less_is_better = ma.fields.Boolean(required=True)


class CompetitionQuotaSchema(ma.Schema):
    grade = ma.fields.String(required=True)
    count = ma.fields.Integer(required=True, metadata={"description": _("名额")})
    given = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": _("已定几个；只告诉主办的工会和审计，对别人为空")}
    )


class CompetitionAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    theme = ma.fields.String(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    level = ma.fields.String(required=True, validate=ma.validate.OneOf(LEVELS))
    host = ma.fields.String(required=True, metadata={"description": _("主办的工会")})
    competition_class = Code(vocabulary.competition_classes, required=True)
    types = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": _("报名时要选的企业类型，不分类型的为空")}
    )
    opens_on = ma.fields.Date(required=True)
    closes_on = ma.fields.Date(required=True)
    publicity_days = ma.fields.Integer(
        required=True, metadata={"description": _("等级公示几个工作日，0 为评定以后即公布")}
    )
    indicators = ma.fields.List(ma.fields.Nested(CompetitionIndicatorAnswerSchema), required=True)
    grades = ma.fields.List(ma.fields.Nested(CompetitionQuotaSchema), required=True)


class CompetitionsSchema(ma.Schema):
    competitions = ma.fields.List(ma.fields.Nested(CompetitionAnswerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class CompetitionRegistrationAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    competition = ma.fields.Integer(required=True)
    unit = ma.fields.String(required=True)
    enterprise_class = Code(vocabulary.competition_classes, required=True, allow_none=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(REGISTRATION_STATES))
    registered_on = ma.fields.Date(required=True)
    withdrawn_on = ma.fields.Date(required=True, allow_none=True)
    withdrawn_because = ma.fields.String(required=True)
    grade = ma.fields.String(
        required=True, allow_none=True, metadata={"description": _("公布以前只告诉主办的工会和审计，对别人为空")}
    )
    graded_because = ma.fields.String(
        required=True, metadata={"description": _("公布以前只告诉主办的工会和审计，对别人为空")}
    )
    taken_back_because = ma.fields.String(required=True, metadata={"description": _("撤下或者撤销等级的理由")})


class CompetitionRegistrationsSchema(ma.Schema):
    registrations = ma.fields.List(ma.fields.Nested(CompetitionRegistrationAnswerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class EvaluatedValueSchema(ma.Schema):
    indicator_id = ma.fields.Integer(required=True)
    value = ma.fields.String(required=True)
    evidence = ma.fields.String(required=True)


class EvaluationAnswerSchema(ma.Schema):
    phase = ma.fields.String(required=True, validate=ma.validate.OneOf(PHASES))
    evaluated_on = ma.fields.Date(required=True)
    by = ma.fields.String(required=True, metadata={"description": _("谁作的评价")})
    finding = ma.fields.String(required=True)
    values = ma.fields.List(ma.fields.Nested(EvaluatedValueSchema), required=True)


class ComparedIndicatorSchema(ma.Schema):
    indicator_id = ma.fields.Integer(required=True)
    before = ma.fields.String(required=True, allow_none=True)
    during = ma.fields.String(required=True, allow_none=True, metadata={"description": _("竞赛中最后一次的")})
    after = ma.fields.String(required=True, allow_none=True)
    change = ma.fields.String(required=True, allow_none=True, metadata={"description": _("竞赛后减去竞赛前")})
    per_cent = ma.fields.String(
        required=True, allow_none=True, metadata={"description": _("变化占竞赛前的百分比，竞赛前是 0 的为空")}
    )
    is_met = ma.fields.Boolean(
        required=True, allow_none=True, metadata={"description": _("是否达标；没有目标值或竞赛后的数的为空")}
    )


class CompetitionUnitSchema(CompetitionRegistrationAnswerSchema):
    """A unit with what was found of it, and what the actor may still say."""

    evaluations = ma.fields.List(ma.fields.Nested(EvaluationAnswerSchema), required=True)
    compared = ma.fields.List(
        ma.fields.Nested(ComparedIndicatorSchema),
        required=True,
        metadata={"description": _("各项指标，没有数据的为空")},
    )
    locked_from = ma.fields.Date(required=True, metadata={"description": _("竞赛前的评价从哪天起不能再改")})
    phases = ma.fields.List(
        ma.fields.String(validate=ma.validate.OneOf(PHASES)),
        required=True,
        metadata={"description": _("您评价哪些阶段")},
    )


class HeldUpGradeSchema(ma.Schema):
    registration = ma.fields.Integer(required=True)
    why = ma.fields.String(required=True, allow_none=True, metadata={"description": _("没有公布的原因；已公布的为空")})


class AnnouncedGradesSchema(ma.Schema):
    results = ma.fields.List(ma.fields.Nested(HeldUpGradeSchema), required=True)


class WaitingGradesSchema(ma.Schema):
    registrations = ma.fields.List(ma.fields.Nested(CompetitionRegistrationAnswerSchema), required=True)
    publicity = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": _("正在进行的公示的编号，没有时为空")}
    )


_TERMS = (
    "id", "title", "theme", "state", "level", "competition_class", "opens_on", "closes_on", "publicity_days",
)  # fmt: skip
_REGISTERED = (
    "id", "enterprise_class", "state", "registered_on", "withdrawn_on", "withdrawn_because", "taken_back_because",
)  # fmt: skip


def competition_told(session: Session, campaign: Campaign) -> dict[str, Any]:
    """Return what ``CompetitionAnswerSchema`` describes; how many of a grade are given only to who follows it."""
    given = evaluating.grades_given(session, campaign) if can_follow_campaign(actor(), campaign) else None
    told = {name: getattr(campaign, name) for name in _TERMS} | {
        "host": host_name(campaign),
        "types": registering.types_of(campaign),
        "indicators": [
            {name: getattr(it, name) for name in ("id", "name", "unit", "less_is_better")}
            | {"target": _said(it.target)}
            for it in evaluating.indicators(session, campaign)
        ],
        "grades": [
            {"grade": grade, "count": count, "given": None if given is None else given[grade]}
            for grade, count in campaign.quotas.items()
        ],
    }
    answer: dict[str, Any] = CompetitionAnswerSchema().dump(told)
    return answer


def registration_told(found: CompetitionRegistration) -> dict[str, Any]:
    """Return what ``CompetitionRegistrationAnswerSchema`` describes, with the grade where the actor is told it."""
    answer: dict[str, Any] = CompetitionRegistrationAnswerSchema().dump(_registered(found))
    return answer


def unit_told(session: Session, found: CompetitionRegistration) -> dict[str, Any]:
    """Return what ``CompetitionUnitSchema`` describes: a unit, what was found of it, and how that compares."""
    names = people.called(session, (it.evaluated_by for it in found.evaluations))
    told = _registered(found) | {
        "locked_from": evaluating.locked_from(found),
        "phases": [it for it in PHASES if can_evaluate(actor(), found, it)],
        "compared": [_compared(it) for it in evaluating.compared(session, found)],
        "evaluations": [
            {"phase": it.phase, "evaluated_on": it.evaluated_on, "finding": it.finding}
            | {"by": signature(it.evaluated_by, names)}
            | {
                "values": [
                    {"indicator_id": one.indicator_id, "value": _said(one.value), "evidence": one.evidence}
                    for one in it.values
                ]
            }
            for it in found.evaluations
        ],
    }
    answer: dict[str, Any] = CompetitionUnitSchema().dump(told)
    return answer


def waiting_told(session: Session, campaign: Campaign) -> dict[str, Any]:
    """Return what ``WaitingGradesSchema`` describes; nothing for whoever does not follow the competition."""
    waiting = publishing.on_the_way(session, campaign) if can_follow_campaign(actor(), campaign) else []
    running = publicities.running_for(session, *waiting)
    return {"registrations": [registration_told(it) for it in waiting], "publicity": running.id if running else None}


def _registered(found: CompetitionRegistration) -> dict[str, Any]:
    is_told = can_see_grade(actor(), found)
    return {name: getattr(found, name) for name in _REGISTERED} | {
        "competition": found.campaign_id, "unit": found.organisation.name,
        "grade": found.grade if is_told else None, "graded_because": found.graded_because if is_told else "",
    }  # fmt: skip


def _compared(it: Compared) -> dict[str, Any]:
    names = ("before", "during", "after", "change", "per_cent")
    told = {name: _said(getattr(it, name)) for name in names}
    return {"indicator_id": it.indicator.id, "is_met": it.is_met, **told}


def _said(value: Decimal | None) -> str | None:
    return None if value is None else measured(value)
