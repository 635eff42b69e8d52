"""Labour competitions for programs: what is measured, units registered, grades and showcases listed once announced."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.models import CompetitionShowcase
from marketplace.models.participation.campaign import LEVELS
from marketplace.models.participation.competition import SHOWCASE_KINDS
from marketplace.runtime import runtime
from marketplace.schemas.contest import CompetitionIndicatorSchema, CompetitionRegistrationSchema
from marketplace.schemas.fields import DomainSchema, Many, Nested
from marketplace.services.competition import evaluating, publishing, showcases
from marketplace.services.competition import registering as competing
from marketplace.web.api.contests.competition_answers import (
    CompetitionAnswerSchema,
    CompetitionRegistrationAnswerSchema,
    CompetitionRegistrationsSchema,
    CompetitionsSchema,
    competition_told,
    registration_told,
)
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_competitions", __name__, url_prefix="/contests", description=_("劳动竞赛"))

LOCATION = {"Location": {"description": _("这个单位在竞赛里的地址"), "schema": {"type": "string"}}}
INDICATORS = {"indicators": [{"name": "万元产值能耗", "unit": "吨标煤", "target": "8", "less_is_better": True}]}


class CompetitionRegistrationBodySchema(CompetitionRegistrationSchema):
    error_messages = BODY_MESSAGES


class IndicatorsBodySchema(DomainSchema):
    error_messages = BODY_MESSAGES
    indicators = Many(
        Nested(CompetitionIndicatorSchema),
        required=True,
        load_default=ma.missing,
        metadata={"description": _("评价指标，按先后；代替以前的")},
    )


class CompetitionGradeSchema(ma.Schema):
    id = ma.fields.Integer(required=True, metadata={"description": _("报名的编号")})
    unit = ma.fields.String(required=True)
    grade = ma.fields.String(required=True)


class CompetitionGradesSchema(ma.Schema):
    grades = ma.fields.List(ma.fields.Nested(CompetitionGradeSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class CompetitionShowcaseAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(SHOWCASE_KINDS))
    level = ma.fields.String(required=True, validate=ma.validate.OneOf(LEVELS))
    name = ma.fields.String(required=True)
    criteria = ma.fields.String(required=True)
    basis = ma.fields.String(required=True)
    named_on = ma.fields.Date(required=True)


class CompetitionShowcasesSchema(ma.Schema):
    showcases = ma.fields.List(ma.fields.Nested(CompetitionShowcaseAnswerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


@blueprint.route("/competitions")
@blueprint.doc(
    operationId="listCompetitions",
    summary=_("列出劳动竞赛"),
    description=_("新的在前，附评价指标和等级的名额；草稿只给主办的工会。"),
)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, CompetitionsSchema)
def listing(question: dict[str, Any]) -> Response:
    limit = question["limit"]
    with runtime().sessions() as session:
        found = competing.competitions(session, actor(), limit=limit + 1, after=position(question))
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        told = [competition_told(session, it) for it in found[:limit]]
        return jsonify({"competitions": told, "next": following})


@blueprint.route(f"/competitions/<{NUMBER}:campaign_id>")
@blueprint.doc(
    operationId="readCompetition",
    summary=_("读取一项劳动竞赛"),
    description=_("类别、时间、评价指标和等级的名额。"),
)
@blueprint.response(200, CompetitionAnswerSchema)
def one(campaign_id: int) -> Response:
    with runtime().sessions() as session:
        return jsonify(competition_told(session, competing.competition(session, actor(), campaign_id)))


@blueprint.route(f"/competitions/<{NUMBER}:campaign_id>/indicators", methods=["PUT"])
@blueprint.doc(
    operationId="setCompetitionIndicators",
    summary=_("设定一项劳动竞赛的评价指标"),
    description=_("由主办的工会，整份替换；有单位按这些指标评价过就不能再改。"),
    security=TOKEN,
)
@blueprint.arguments(IndicatorsBodySchema, example=INDICATORS)
@blueprint.response(200, CompetitionAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def indicators(data: dict[str, Any], campaign_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        evaluating.set_indicators(session, actor(), campaign_id, data["indicators"])
        return jsonify(competition_told(session, competing.competition(session, actor(), campaign_id)))


@blueprint.route(f"/competitions/<{NUMBER}:campaign_id>/registrations")
@blueprint.doc(
    operationId="listCompetitionRegistrations",
    summary=_("列出一项劳动竞赛报名的单位"),
    description=_("报名晚的在前；主办的工会和审计看到全部，其他的看到自己范围内的单位。"),
    security=TOKEN,
)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, CompetitionRegistrationsSchema)
def registrations(question: dict[str, Any], campaign_id: int) -> Response:
    limit = question["limit"]
    with runtime().sessions() as session:
        campaign = competing.competition(session, actor(), campaign_id)
        found = competing.listed(session, actor(), campaign, limit=limit + 1, after=position(question))
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        return jsonify({"registrations": [registration_told(it) for it in found[:limit]], "next": following})


@blueprint.route(f"/competitions/<{NUMBER}:campaign_id>/registrations", methods=["POST"])
@blueprint.doc(
    operationId="registerInCompetition",
    summary=_("为单位报名参加一项劳动竞赛"),
    description=_("竞赛的类别分类型时，要写企业的类型。"),
    security=TOKEN,
)
@blueprint.arguments(CompetitionRegistrationBodySchema, example={"unit": "示例重机厂"})
@blueprint.response(201, CompetitionRegistrationAnswerSchema, headers=LOCATION)
@blueprint.alt_response(409, "CONFLICT")
def compete(data: dict[str, Any], campaign_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        made = competing.register(session, actor(), campaign_id, data)
        answer = jsonify(registration_told(made))
    answer.status_code, answer.location = 201, url_for("api_competition_evaluations.one", registration_id=made.id)
    return answer


@blueprint.route(f"/competitions/<{NUMBER}:campaign_id>/grades")
@blueprint.doc(
    operationId="listCompetitionGrades",
    summary=_("列出一项劳动竞赛已公布的等级"),
    description=_("公示期满、没有异议的才列出，报名晚的在前。"),
)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, CompetitionGradesSchema)
def grades(question: dict[str, Any], campaign_id: int) -> Response:
    limit = question["limit"]
    with runtime().sessions() as session:
        campaign = competing.competition(session, actor(), campaign_id)
        found = publishing.told(session, campaign_id=campaign.id, limit=limit + 1, after=position(question))
        told = [{"id": it.id, "unit": it.organisation.name, "grade": it.grade} for it in found[:limit]]
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        return jsonify({"grades": told, "next": following})


@blueprint.route("/showcases")
@blueprint.doc(
    operationId="listShowcaseEnterprises",
    summary=_("列出示范企业和示范园区"),
    description=_("新的在前，不含还在公示的和已撤销的。"),
)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, CompetitionShowcasesSchema)
def listed_showcases(question: dict[str, Any]) -> Response:
    limit = question["limit"]
    with runtime().sessions() as session:
        found = showcases.listed(session, limit=limit + 1, after=position(question))
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        return jsonify({"showcases": [_showcase(it) for it in found[:limit]], "next": following})


def _showcase(found: CompetitionShowcase) -> dict[str, Any]:
    names = ("id", "kind", "level", "criteria", "basis", "named_on")
    plain = {name: getattr(found, name) for name in names}
    name = found.organisation.name if found.organisation is not None else found.name
    answer: dict[str, Any] = CompetitionShowcaseAnswerSchema().dump(plain | {"name": name})
    return answer
