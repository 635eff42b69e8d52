"""Labour competitions for programs: units registered, grades and showcases listed once they are announced."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.db import unit_of_work
from marketplace.models import CompetitionShowcase
from marketplace.models.participation.campaign import LEVELS
from marketplace.models.participation.competition import SHOWCASE_KINDS
from marketplace.runtime import runtime
from marketplace.schemas.contest import CompetitionRegistrationSchema
from marketplace.schemas.fields import Code
from marketplace.services.competition import publishing, showcases
from marketplace.services.competition import registering as competing
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_competitions", __name__, url_prefix="/contests", description=_("劳动竞赛"))


class CompetitionRegistrationBodySchema(CompetitionRegistrationSchema):
    error_messages = BODY_MESSAGES


class CompetitionRegistrationAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    competition = ma.fields.Integer(required=True)
    unit = ma.fields.String(required=True)
    enterprise_class = Code(vocabulary.competition_classes, required=True, allow_none=True)
    registered_on = ma.fields.Date(required=True)


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


@blueprint.route(f"/competitions/<{NUMBER}:campaign_id>/registrations", methods=["POST"])
@blueprint.doc(
    operationId="registerInCompetition",
    summary=_("为单位报名参加一项劳动竞赛"),
    description=_("竞赛的类别分类型时，要写企业的类型。"),
    security=TOKEN,
)
@blueprint.arguments(CompetitionRegistrationBodySchema, example={"unit": "示例重机厂"})
@blueprint.response(201, CompetitionRegistrationAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def compete(data: dict[str, Any], campaign_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        made = competing.register(session, actor(), campaign_id, data)
        plain = {name: getattr(made, name) for name in ("id", "enterprise_class", "registered_on")}
        told = plain | {"competition": made.campaign_id, "unit": made.organisation.name}
        answer = jsonify(CompetitionRegistrationAnswerSchema().dump(told))
    answer.status_code = 201
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
