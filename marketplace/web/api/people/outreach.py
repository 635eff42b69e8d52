"""Publicity events for programs: what everybody sees, and who came as units report and hosts confirm it."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.db import today, unit_of_work
from marketplace.models import Outreach, OutreachAttendance
from marketplace.permissions import can_see_name
from marketplace.runtime import runtime
from marketplace.schemas.fields import Code
from marketplace.schemas.outreach import AttendanceSchema, CancellationSchema, ConfirmationSchema, OutreachSchema
from marketplace.services.export import masking
from marketplace.services.outreach import attendance, events
from marketplace.services.outreach.attendance import Figures
from marketplace.services.outreach.events import Asked
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema
from marketplace.web.outreach.names import host_name

blueprint = Blueprint("api_outreach", __name__, url_prefix="/outreach", description=_("宣传活动"))

LOCATION = {"Location": {"description": _("这次活动的地址"), "schema": {"type": "string"}}}
DAY = "2026-05-01"


class FiguresSchema(ma.Schema):
    """Person-times and persons are two counts; persons is empty where nobody counted them."""

    units = ma.fields.Integer(required=True, metadata={"description": _("已确认的单位数")})
    person_times = ma.fields.Integer(required=True, metadata={"description": _("已确认的人次")})
    persons = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("已确认的人数")})
    uncounted = ma.fields.Integer(required=True, metadata={"description": _("没有报人数的行数，不在人数之内")})


class SpeakerAnswerSchema(ma.Schema):
    name = ma.fields.String(required=True, metadata={"description": _("本人没有同意公开的，看到的是遮盖的")})
    about = ma.fields.String(required=True)


class OutreachAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    kind = Code(vocabulary.outreach_kinds, required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(events.STATES))
    theme = ma.fields.String(required=True)
    story = ma.fields.String(required=True)
    place = ma.fields.String(required=True)
    begins_on = ma.fields.Date(required=True)
    ends_on = ma.fields.Date(required=True)
    host = ma.fields.String(required=True, metadata={"description": _("主办的工会")})
    speakers = ma.fields.List(ma.fields.Nested(SpeakerAnswerSchema), required=True)
    figures = ma.fields.Nested(FiguresSchema, required=True)


class OutreachesSchema(ma.Schema):
    events = ma.fields.List(ma.fields.Nested(OutreachAnswerSchema), required=True)
    count = ma.fields.Integer(required=True, metadata={"description": _("符合条件的总数")})
    next = ma.fields.String(required=True, allow_none=True)


class AttendanceAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    unit = ma.fields.String(required=True)
    person = ma.fields.String(required=True, allow_none=True, metadata={"description": _("按姓名上报的人")})
    person_times = ma.fields.Integer(required=True)
    persons = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("没有统计时为空")})
    note = ma.fields.String(required=True)
    is_confirmed = ma.fields.Boolean(required=True)


class AttendancesSchema(ma.Schema):
    lines = ma.fields.List(ma.fields.Nested(AttendanceAnswerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class ConfirmedSchema(ma.Schema):
    confirmed = ma.fields.Integer(required=True, metadata={"description": _("确认了几行")})


class OutreachQuerySchema(PageQuerySchema):
    q = ma.fields.String(load_default="", metadata={"description": _("名称、主题或地点里的文字")})
    kind = Code(vocabulary.outreach_kinds, load_default=None, metadata={"description": _("类别")})
    region = Code(vocabulary.regions, load_default=None, metadata={"description": _("地区代码，包含其下级")})
    state = ma.fields.String(
        load_default="",
        validate=ma.validate.OneOf(("", *events.STATES), error=_("请从列表里选。")),
        metadata={"description": _("状态")},
    )


class OutreachBodySchema(OutreachSchema):
    error_messages = BODY_MESSAGES


class AttendanceBodySchema(AttendanceSchema):
    error_messages = BODY_MESSAGES


class ConfirmationBodySchema(ConfirmationSchema):
    error_messages = BODY_MESSAGES


class CancellationBodySchema(CancellationSchema):
    error_messages = BODY_MESSAGES


@blueprint.route("")
@blueprint.doc(
    operationId="listOutreach", summary=_("列出宣传活动"), description=_("新发布的在前，附参加的人次和人数。")
)
@blueprint.arguments(OutreachQuerySchema, location="query")
@blueprint.response(200, OutreachesSchema)
def listing(question: dict[str, Any]) -> Response:
    limit = question["limit"]
    wanted = {name: question[name] or "" for name in ("kind", "state", "region")}
    asked = Asked(question["q"].strip()[:100], **wanted)
    with runtime().sessions() as session:
        # One more than asked for tells whether there is a next page.
        found = events.listed(session, asked, limit=limit + 1, after=position(question))
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        figures = attendance.figures(session, [it.id for it in found[:limit]])
        told = OutreachAnswerSchema(many=True).dump([_told(it, figures[it.id]) for it in found[:limit]])
        return jsonify({"events": told, "count": events.count(session, asked), "next": following})


@blueprint.route(f"/<{NUMBER}:event_id>")
@blueprint.doc(operationId="readOutreach", summary=_("读取一次宣传活动"), description=_("任何人都可以读取。"))
@blueprint.response(200, OutreachAnswerSchema)
def one(event_id: int) -> Response:
    with runtime().sessions() as session:
        event = events.get(session, event_id)
        figures = attendance.figures(session, [event.id])[event.id]
        return jsonify(OutreachAnswerSchema().dump(_told(event, figures)))


@blueprint.route("", methods=["POST"])
@blueprint.doc(
    operationId="announceOutreach",
    summary=_("发布宣传活动"),
    description=_("host 是您的一个岗位，例如 city:5106；不写就用范围最广的一个。"),
    security=TOKEN,
)
@blueprint.arguments(OutreachBodySchema, example={"title": "劳模精神宣讲", "kind": "talk", "begins_on": DAY})
@blueprint.response(201, OutreachAnswerSchema, headers=LOCATION)
def announce(data: dict[str, Any]) -> Response:
    with unit_of_work(runtime().sessions) as session:
        event = events.announce(session, actor(), data)
        answer = jsonify(OutreachAnswerSchema().dump(_told(event, Figures())))
    answer.status_code = 201
    answer.location = url_for(".one", event_id=event.id)
    return answer


@blueprint.route(f"/<{NUMBER}:event_id>/cancel", methods=["POST"])
@blueprint.doc(
    operationId="cancelOutreach",
    summary=_("取消宣传活动"),
    description=_("已经有单位上报的不能取消；记录保留。"),
    security=TOKEN,
)
@blueprint.arguments(CancellationBodySchema, example={"cancelled_on": DAY, "reason": "防汛"})
@blueprint.response(200, OutreachAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def cancel(data: dict[str, Any], event_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        event = events.cancel(session, actor(), event_id, data)
        return jsonify(OutreachAnswerSchema().dump(_told(event, Figures())))


@blueprint.route(f"/<{NUMBER}:event_id>/attendance")
@blueprint.doc(
    operationId="listAttendance",
    summary=_("列出一次活动的参加情况"),
    description=_("主办的工会看到全部，其他的看到自己范围内单位的。"),
    security=TOKEN,
)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, AttendancesSchema)
def came(question: dict[str, Any], event_id: int) -> Response:
    limit = question["limit"]
    with runtime().sessions() as session:
        found = attendance.listed(session, actor(), event_id, limit=limit + 1, after=position(question))
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        return jsonify({"lines": [_line(it) for it in found[:limit]], "next": following})


@blueprint.route(f"/<{NUMBER}:event_id>/attendance", methods=["POST"])
@blueprint.doc(
    operationId="reportAttendance",
    summary=_("上报一个单位的参加情况"),
    description=_("再报一次就是改正；主办的工会报的当即算确认。人次和人数分开，没有统计人数的不填。"),
    security=TOKEN,
)
@blueprint.arguments(AttendanceBodySchema, example={"unit": "示例重机厂", "person_times": 120, "persons": 80})
@blueprint.response(201, AttendanceAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def report(data: dict[str, Any], event_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        answer = jsonify(_line(attendance.report(session, actor(), event_id, data)))
    answer.status_code = 201
    return answer


@blueprint.route(f"/<{NUMBER}:event_id>/confirm", methods=["POST"])
@blueprint.doc(
    operationId="confirmAttendance",
    summary=_("确认参加情况"),
    description=_("由主办的工会确认；不写哪几行就全部确认。"),
    security=TOKEN,
)
@blueprint.arguments(ConfirmationBodySchema, example={"lines": [1]})
@blueprint.response(200, ConfirmedSchema)
@blueprint.alt_response(409, "CONFLICT")
def confirm(data: dict[str, Any], event_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify({"confirmed": attendance.confirm(session, actor(), event_id, data["lines"])})


def _told(event: Outreach, figures: Figures) -> dict[str, Any]:
    names = ("id", "title", "kind", "theme", "story", "place", "begins_on", "ends_on")
    told = [
        {"name": it.name or _name(it.person), "about": it.about} for it in event.speakers
    ]  # fmt: skip
    plain = {name: getattr(event, name) for name in names}
    return plain | {
        "state": event.state_on(today()), "host": host_name(event), "speakers": told, "figures": figures,
    }  # fmt: skip


def _name(person: Any) -> str:
    name: str = person.name
    return name if can_see_name(actor(), person) else masking.name(name)


def _line(line: OutreachAttendance) -> dict[str, Any]:
    told = {name: getattr(line, name) for name in ("id", "person_times", "persons", "note")}
    person = _name(line.person) if line.person is not None else None
    return told | {
        "unit": line.organisation.name, "person": person, "is_confirmed": line.confirmed_at is not None,
    }  # fmt: skip
