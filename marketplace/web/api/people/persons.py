"""The files an office keeps of its people, for programs; personal data is read by persons alone, for a purpose."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.db import unit_of_work
from marketplace.errors import NotAllowed
from marketplace.models import Person
from marketplace.permissions import Permission, can, can_see_name
from marketplace.runtime import runtime
from marketplace.schemas.fields import Code
from marketplace.schemas.honour import AgreementSchema, HonourSchema, ManagementSchema, PersonSchema
from marketplace.services.export import masking
from marketplace.services.honour import management, persons, recording
from marketplace.services.honour.persons import Asked
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.people.honours import HonourAnswerSchema, told
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_people", __name__, url_prefix="/people", description=_("人员档案"))

LOCATION = {"Location": {"description": _("这份档案的地址"), "schema": {"type": "string"}}}
EXAMPLE = {"name": "王示例", "unit": "示例重机厂", "region": "510603", "skill_level": "technician"}


class PersonBodySchema(PersonSchema):
    error_messages = BODY_MESSAGES


class HonourBodySchema(HonourSchema):
    error_messages = BODY_MESSAGES


class ManagementBodySchema(ManagementSchema):
    error_messages = BODY_MESSAGES


class AgreementBodySchema(AgreementSchema):
    error_messages = BODY_MESSAGES


class PersonAnswerSchema(ma.Schema):
    """A file without what is read for a purpose alone."""

    id = ma.fields.Integer(required=True)
    revision = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True, metadata={"description": _("不该知道姓名的，看到的是遮盖的")})
    unit = ma.fields.String(required=True)
    employment = Code(vocabulary.employment, required=True)
    skill_level = Code(vocabulary.skill_levels, required=True, allow_none=True)
    management_level = Code(vocabulary.award_levels, required=True, allow_none=True)
    shows_name = ma.fields.Boolean(required=True, metadata={"description": _("本人是否同意公开姓名和荣誉")})
    shows_unit = ma.fields.Boolean(required=True, metadata={"description": _("本人是否同意公开单位")})
    honours = ma.fields.List(ma.fields.Nested(HonourAnswerSchema), required=True)


class PeopleSchema(ma.Schema):
    people = ma.fields.List(ma.fields.Nested(PersonAnswerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class PeopleQuerySchema(PageQuerySchema):
    q = ma.fields.String(load_default="", metadata={"description": _("姓名或单位里的文字")})
    kind = Code(vocabulary.honour_kinds, load_default=None, metadata={"description": _("荣誉的类别")})
    level = Code(vocabulary.honour_levels, load_default=None, metadata={"description": _("荣誉的级别")})
    management_level = Code(vocabulary.award_levels, load_default=None, metadata={"description": _("劳模由哪一级管理")})
    place = ma.fields.String(
        load_default="", metadata={"description": _("管理的地区或行业的代码，或者单位的编号，配合管理层级使用")}
    )


@blueprint.route("")
@blueprint.doc(
    operationId="listPeople", summary=_("列出您范围内的人员档案"), description=_("新建的在前。"), security=TOKEN
)
@blueprint.arguments(PeopleQuerySchema, location="query")
@blueprint.response(200, PeopleSchema)
def listing(question: dict[str, Any]) -> Response:
    if not can(actor(), Permission.HONOUR_RECORD) and not can(actor(), Permission.CURATION_ENTER):
        raise NotAllowed("read", "person")
    limit = question["limit"]
    wanted = {name: question[name] or "" for name in ("kind", "level", "management_level", "place")}
    asked = Asked(question["q"].strip()[:100], **wanted)
    with runtime().sessions() as session:
        # One more than asked for tells whether there is a next page.
        found = persons.listed(session, actor(), asked, limit=limit + 1, after=position(question))
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        return jsonify({"people": [_told(person) for person in found[:limit]], "next": following})


@blueprint.route(f"/<{NUMBER}:person_id>")
@blueprint.doc(
    operationId="readPerson",
    summary=_("读取一份人员档案"),
    description=_("附荣誉；电话、出生日期和联系帮扶记录不给程序。"),
    security=TOKEN,
)
@blueprint.response(200, PersonAnswerSchema)
def one(person_id: int) -> Response:
    with runtime().sessions() as session:
        return jsonify(_told(persons.get(session, actor(), person_id)))


@blueprint.route("", methods=["POST"])
@blueprint.doc(
    operationId="addPerson",
    summary=_("建立人员档案"),
    description=_("单位须在您的范围之内；同一单位有同名的人时，要填出生日期。"),
    security=TOKEN,
)
@blueprint.arguments(PersonBodySchema, example=EXAMPLE)
@blueprint.response(201, PersonAnswerSchema, headers=LOCATION)
@blueprint.alt_response(409, "CONFLICT")
def add(data: dict[str, Any]) -> Response:
    with unit_of_work(runtime().sessions) as session:
        person = persons.add(session, actor(), data)
        answer = jsonify(_told(person))
    answer.status_code = 201
    answer.location = url_for(".one", person_id=person.id)
    return answer


@blueprint.route(f"/<{NUMBER}:person_id>/honours", methods=["POST"])
@blueprint.doc(
    operationId="recordHonour",
    summary=_("登记一项荣誉"),
    description=_("类别和级别可以由名称判断；级别须在您的工会授予的范围之内。"),
    security=TOKEN,
)
@blueprint.arguments(HonourBodySchema, example={"title": "德阳市劳动模范", "year": 2025, "basis": "德委发〔2025〕3号"})
@blueprint.response(201, HonourAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def record(data: dict[str, Any], person_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        answer = jsonify(told(recording.record(session, actor(), person_id, data)))
    answer.status_code = 201
    return answer


@blueprint.route(f"/<{NUMBER}:person_id>/management", methods=["POST"])
@blueprint.doc(
    operationId="handOver",
    summary=_("确定或移交劳模的管理"),
    description=_("只在您的工会授予荣誉的级别之间移交；以前的管理保留。"),
    security=TOKEN,
)
@blueprint.arguments(
    ManagementBodySchema, example={"level": "city", "since": "2026-05-01", "reason": "本人调到另一个县"}
)
@blueprint.response(200, PersonAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def hand_over(data: dict[str, Any], person_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        management.hand_over(session, actor(), person_id, data)
        return jsonify(_told(persons.get(session, actor(), person_id)))


@blueprint.route(f"/<{NUMBER}:person_id>/agreement", methods=["PUT"])
@blueprint.doc(
    operationId="setAgreement",
    summary=_("设定本人同意公开什么"),
    description=_("本人，或者持有书面同意的工会；收回立即生效。"),
    security=TOKEN,
)
@blueprint.arguments(AgreementBodySchema, example={"shows_name": True, "shows_unit": False})
@blueprint.response(200, PersonAnswerSchema)
def agree(data: dict[str, Any], person_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(_told(persons.agree(session, actor(), person_id, data)))


def _told(person: Person) -> dict[str, Any]:
    copied = (
        "id", "revision", "employment", "skill_level", "management_level", "shows_name", "shows_unit",
    )  # fmt: skip
    plain = {name: getattr(person, name) for name in copied}
    name = person.name if can_see_name(actor(), person) else masking.name(person.name)
    return plain | {"name": name, "unit": person.organisation.name, "honours": [told(it) for it in person.honours]}
