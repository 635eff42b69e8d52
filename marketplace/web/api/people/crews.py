"""Crews for programs: what everybody sees of those honoured, and the record written as on the pages."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.db import today, unit_of_work
from marketplace.models import Crew, CrewHonour
from marketplace.models.people.crew import KINDS
from marketplace.models.people.honour import STATES
from marketplace.runtime import runtime
from marketplace.schemas.crew import CrewHonourSchema, CrewSchema, FindingSchema, InnovationSchema
from marketplace.schemas.fields import Code
from marketplace.schemas.honour import RevocationSchema
from marketplace.services.crew import criteria, honours, public, records
from marketplace.services.crew.records import Asked
from marketplace.web.api.catalogue.studios import ConditionSchema
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_crews", __name__, url_prefix="/crews", description=_("班组荣誉"))

LOCATION = {"Location": {"description": _("这个班组公开页的地址"), "schema": {"type": "string"}}}


class CrewHonourAnswerSchema(ma.Schema):
    """An honour of a crew as it stands today."""

    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True, metadata={"description": _("依据文件里的名称")})
    kind = Code(vocabulary.crew_honour_kinds, required=True)
    level = Code(vocabulary.honour_levels, required=True)
    year = ma.fields.Integer(required=True)
    given_by = ma.fields.String(required=True, metadata={"description": _("授予单位")})
    basis = ma.fields.String(required=True, metadata={"description": _("依据文件的名称和文号")})
    begins_on = ma.fields.Date(required=True, allow_none=True)
    ends_on = ma.fields.Date(required=True, allow_none=True, metadata={"description": _("有效期的最后一天")})
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    revoked_on = ma.fields.Date(required=True, allow_none=True)


class CrewLineSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    aliases = ma.fields.List(ma.fields.String(), required=True, metadata={"description": _("曾用名和台账上的写法")})
    unit = ma.fields.String(required=True)
    region = Code(vocabulary.regions, required=True, allow_none=True)
    headcount = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("人数")})
    honours = ma.fields.List(ma.fields.Nested(CrewHonourAnswerSchema), required=True)


class CrewAnswerSchema(CrewLineSchema):
    story = ma.fields.String(required=True)
    formed_on = ma.fields.Date(required=True, allow_none=True)
    leader = ma.fields.String(required=True, allow_none=True, metadata={"description": _("本人没有同意公开时为空")})
    achievements = ma.fields.List(ma.fields.Integer(), required=True, metadata={"description": _("公开的成果的编号")})


class CrewsSchema(ma.Schema):
    crews = ma.fields.List(ma.fields.Nested(CrewLineSchema), required=True)
    count = ma.fields.Integer(required=True, metadata={"description": _("符合条件的总数")})
    next = ma.fields.String(required=True, allow_none=True)


class CrewCriteriaSchema(ma.Schema):
    as_of = ma.fields.Date(required=True, metadata={"description": _("截止日期")})
    computed = ma.fields.List(ma.fields.Nested(ConditionSchema), required=True)
    pioneer = ma.fields.List(ma.fields.Nested(ConditionSchema), required=True)
    five_and_five = ma.fields.List(ma.fields.Nested(ConditionSchema), required=True)


class CrewPartSchema(ma.Schema):
    """What was written: a part of a crew's record."""

    crew_id = ma.fields.Integer(required=True)


class CrewQuerySchema(PageQuerySchema):
    q = ma.fields.String(load_default="", metadata={"description": _("班组或单位里的文字")})
    kind = Code(vocabulary.crew_honour_kinds, load_default=None, metadata={"description": _("荣誉的类别")})
    level = Code(vocabulary.honour_levels, load_default=None, metadata={"description": _("荣誉的级别")})


class CrewBodySchema(CrewSchema):
    error_messages = BODY_MESSAGES


class CrewHonourBodySchema(CrewHonourSchema):
    error_messages = BODY_MESSAGES


class CrewRevocationBodySchema(RevocationSchema):
    error_messages = BODY_MESSAGES


class FindingBodySchema(FindingSchema):
    error_messages = BODY_MESSAGES


class InnovationBodySchema(InnovationSchema):
    error_messages = BODY_MESSAGES


@blueprint.route("")
@blueprint.doc(
    operationId="listCrews",
    summary=_("列出工人先锋号和五化五强班组"),
    description=_("荣誉现在有效的，新登记的在前。"),
)
@blueprint.arguments(CrewQuerySchema, location="query")
@blueprint.response(200, CrewsSchema)
def listing(question: dict[str, Any]) -> Response:
    limit = question["limit"]
    asked = Asked(question["q"].strip()[:100], question["kind"] or "", question["level"] or "")
    with runtime().sessions() as session:
        # One more than asked for tells whether there is a next page.
        found = public.listed(session, asked, limit=limit + 1, after=position(question))
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        lines = CrewLineSchema(many=True).dump([_line(crew, public.standing(crew)) for crew in found[:limit]])
        return jsonify({"crews": lines, "count": public.count(session, asked), "next": following})


@blueprint.route(f"/<{NUMBER}:crew_id>")
@blueprint.doc(
    operationId="readCrew",
    summary=_("读取一个班组"),
    description=_("公开的部分：荣誉只列现在有效的，成果只列公开的。"),
)
@blueprint.response(200, CrewAnswerSchema)
def one(crew_id: int) -> Response:
    with runtime().sessions() as session:
        shown = public.show(session, crew_id)
        told = _line(shown.crew, shown.honours) | {
            "story": shown.crew.story, "formed_on": shown.crew.formed_on,
            "leader": shown.leader.name if shown.leader else None,
            "achievements": [it.id for it in shown.achievements],
        }  # fmt: skip
        return jsonify(CrewAnswerSchema().dump(told))


@blueprint.route("", methods=["POST"])
@blueprint.doc(
    operationId="addCrew", summary=_("登记班组"), description=_("单位须在您的范围之内。"), security=TOKEN
)  # fmt: skip
@blueprint.arguments(CrewBodySchema, example={"name": "磨工一班", "unit": "示例重机厂", "headcount": 12})
@blueprint.response(201, CrewLineSchema, headers=LOCATION)
@blueprint.alt_response(409, "CONFLICT")
def add(data: dict[str, Any]) -> Response:
    with unit_of_work(runtime().sessions) as session:
        crew = records.add(session, actor(), data)
        answer = jsonify(CrewLineSchema().dump(_line(crew, crew.honours)))
    answer.status_code = 201
    answer.location = url_for(".one", crew_id=crew.id)
    return answer


@blueprint.route(f"/<{NUMBER}:crew_id>/criteria")
@blueprint.doc(
    operationId="readCrewCriteria",
    summary=_("逐条看班组符合不符合标准"),
    description=_("computed 由平台的记录算出，另外两组由工会评定，名称就是标准的文字；没有数据的不当作零。"),
    security=TOKEN,
)
@blueprint.response(200, CrewCriteriaSchema)
def criteria_of(crew_id: int) -> Response:
    with runtime().sessions() as session:
        found = criteria.of(session, records.get(session, actor(), crew_id), today())
        told = {"computed": found[""], **{kind: found[kind] for kind in KINDS}}
        return jsonify(CrewCriteriaSchema().dump({"as_of": today(), **told}))


@blueprint.route(f"/<{NUMBER}:crew_id>/findings", methods=["POST"])
@blueprint.doc(
    operationId="findOfCrew",
    summary=_("评定一条标准"),
    description=_("标准须是现行规则里的一条，照原文写；写明依据。"),
    security=TOKEN,
)
@blueprint.arguments(
    FindingBodySchema,
    example={
        "kind": "pioneer", "criterion": "一流业绩", "is_met": True, "evidence": "2025 年度质量台账",
        "found_on": "2026-03-01",
    },
)  # fmt: skip
@blueprint.response(201, CrewPartSchema)
@blueprint.alt_response(409, "CONFLICT")
def find(data: dict[str, Any], crew_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        criteria.find(session, actor(), crew_id, data)
    return _written(crew_id)


@blueprint.route(f"/<{NUMBER}:crew_id>/innovations", methods=["POST"])
@blueprint.doc(
    operationId="addCrewInnovation",
    summary=_("列入班组的成果"),
    description=_("本平台的成果，填编号；须是班组所在单位完成的。"),
    security=TOKEN,
)
@blueprint.arguments(InnovationBodySchema, example={"achievement_id": 1})
@blueprint.response(201, CrewPartSchema)
@blueprint.alt_response(409, "CONFLICT")
def bring_about(data: dict[str, Any], crew_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        records.bring_about(session, actor(), crew_id, data["achievement_id"])
    return _written(crew_id)


@blueprint.route(f"/<{NUMBER}:crew_id>/honours", methods=["POST"])
@blueprint.doc(
    operationId="recordCrewHonour",
    summary=_("登记班组的荣誉"),
    description=_("类别和级别可以由名称判断；级别须在您的工会授予的范围之内。"),
    security=TOKEN,
)
@blueprint.arguments(CrewHonourBodySchema, example={"title": "德阳市工人先锋号", "year": 2025})
@blueprint.response(201, CrewHonourAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def record(data: dict[str, Any], crew_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        answer = jsonify(_told(honours.record(session, actor(), crew_id, data)))
    answer.status_code = 201
    return answer


@blueprint.route(f"/honours/<{NUMBER}:honour_id>/revoke", methods=["POST"])
@blueprint.doc(
    operationId="revokeCrewHonour",
    summary=_("撤销班组的荣誉"),
    description=_("记录保留；级别须在您的工会授予的范围之内。"),
    security=TOKEN,
)
@blueprint.arguments(CrewRevocationBodySchema, example={"revoked_on": "2026-05-01", "reason": "发生责任事故"})
@blueprint.response(200, CrewHonourAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def revoke(data: dict[str, Any], honour_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(_told(honours.revoke(session, actor(), honour_id, data)))


def _written(crew_id: int) -> Response:
    answer = jsonify({"crew_id": crew_id})
    answer.status_code = 201
    return answer


def _told(honour: CrewHonour) -> dict[str, Any]:
    plain: dict[str, Any] = CrewHonourAnswerSchema().dump(_fields(honour))
    return plain


def _line(crew: Crew, held: list[CrewHonour]) -> dict[str, Any]:
    names = ("id", "name", "aliases", "headcount")
    unit = crew.organisation
    told = {"unit": unit.name, "region": unit.region, "honours": [_fields(it) for it in held]}
    return {name: getattr(crew, name) for name in names} | told


def _fields(honour: CrewHonour) -> dict[str, Any]:
    names = [name for name in CrewHonourAnswerSchema().fields if name != "state"]
    return {name: getattr(honour, name) for name in names} | {"state": honour.state_on(today())}
