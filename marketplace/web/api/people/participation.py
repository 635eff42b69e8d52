"""Entries of participation for programs: a unit records, confirms, refuses, corrects and withdraws."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.errors import DomainError
from marketplace.models import ParticipationEntry
from marketplace.models.participation.entry import SOURCES, STATES
from marketplace.permissions import can_see_name
from marketplace.runtime import runtime
from marketplace.schemas.fields import DomainSchema, Text, Whole
from marketplace.schemas.participation import DecisionSchema, EntrySchema
from marketplace.services.export import masking
from marketplace.services.participation import campaigns, deciding, recording
from marketplace.services.participation.deciding import Asked
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_participation", __name__, url_prefix="/participation", description=_("参与记录"))

EXAMPLE = {"item": "training", "unit": "示例重机厂", "day": "2026-03-01", "person_times": 120, "persons": 80}


class EntryAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    revision = ma.fields.Integer(required=True)
    campaign = ma.fields.Integer(required=True)
    item = ma.fields.String(required=True)
    unit = ma.fields.String(required=True)
    day = ma.fields.Date(required=True)
    person = ma.fields.String(required=True, allow_none=True, metadata={"description": _("按人数填报时为空")})
    person_times = ma.fields.Integer(required=True)
    persons = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("没有统计时为空")})
    subject = ma.fields.String(required=True)
    noun = ma.fields.String(required=True, metadata={"description": _("自动计入的对象，没有时为空")})
    object_id = ma.fields.Integer(required=True, allow_none=True)
    evidence = ma.fields.String(required=True)
    source = ma.fields.String(required=True, validate=ma.validate.OneOf(SOURCES))
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    reason = ma.fields.String(required=True)
    replaces_id = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("更正了哪一条")})


class EntriesSchema(ma.Schema):
    entries = ma.fields.List(ma.fields.Nested(EntryAnswerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class EntryResultSchema(ma.Schema):
    entry = ma.fields.Integer(required=True)
    is_done = ma.fields.Boolean(required=True)
    why = ma.fields.String(required=True, allow_none=True, metadata={"description": _("没有办成的原因")})


class EntryResultsSchema(ma.Schema):
    results = ma.fields.List(ma.fields.Nested(EntryResultSchema), required=True)


class EntriesQuerySchema(PageQuerySchema):
    state = ma.fields.String(
        load_default="",
        validate=ma.validate.OneOf(("", *STATES), error=_("请从列表里选。")),
        metadata={"description": _("状态")},
    )


class EntryBodySchema(EntrySchema):
    error_messages = BODY_MESSAGES


class EntryCorrectionSchema(EntrySchema):
    error_messages = BODY_MESSAGES
    revision = Whole(1, 10**9, required=True)


class EntryDecisionSchema(DecisionSchema):
    error_messages = BODY_MESSAGES


class WithdrawalSchema(DomainSchema):
    error_messages = BODY_MESSAGES
    reason = Text(500, required=True)


@blueprint.route(f"/campaigns/<{NUMBER}:campaign_id>")
@blueprint.doc(
    operationId="listEntries",
    summary=_("列出一个活动的参与记录"),
    description=_("只有您范围内单位的，新的在前。"),
    security=TOKEN,
)
@blueprint.arguments(EntriesQuerySchema, location="query")
@blueprint.response(200, EntriesSchema)
def listing(question: dict[str, Any], campaign_id: int) -> Response:
    limit, asked = question["limit"], Asked(state=question["state"])
    with runtime().sessions() as session:
        campaign = campaigns.get(session, actor(), campaign_id)
        after = position(question)
        found = deciding.listed(session, actor(), campaign.id, asked, limit=limit + 1, after=after)
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        return jsonify({"entries": [entry_told(it) for it in found[:limit]], "next": following})


@blueprint.route(f"/campaigns/<{NUMBER}:campaign_id>", methods=["POST"])
@blueprint.doc(
    operationId="recordEntry",
    summary=_("登记一人，或一批人"),
    description=_("由单位工会登记，登记即计入；登记过的不能再登记。"),
    security=TOKEN,
)
@blueprint.arguments(EntryBodySchema, example=EXAMPLE)
@blueprint.response(201, EntryAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def record(data: dict[str, Any], campaign_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        answer = jsonify(entry_told(recording.record(session, actor(), campaign_id, data)))
    answer.status_code = 201
    return answer


@blueprint.route("/confirm", methods=["POST"])
@blueprint.doc(
    operationId="confirmEntries", summary=_("确认参与记录"), description=_("每一条的结果分别告知。"), security=TOKEN
)
@blueprint.arguments(EntryDecisionSchema, example={"entries": [1, 2]})
@blueprint.response(200, EntryResultsSchema)
def confirm(data: dict[str, Any]) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return _results(deciding.confirm(session, actor(), data["entries"], data["reason"]))


@blueprint.route("/refuse", methods=["POST"])
@blueprint.doc(operationId="refuseEntries", summary=_("不予确认"), description=_("理由本人看得到。"), security=TOKEN)
@blueprint.arguments(EntryDecisionSchema, example={"entries": [1], "reason": "那天没有比赛"})
@blueprint.response(200, EntryResultsSchema)
def refuse(data: dict[str, Any]) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return _results(deciding.refuse(session, actor(), data["entries"], data["reason"]))


@blueprint.route(f"/<{NUMBER}:entry_id>/correct", methods=["POST"])
@blueprint.doc(
    operationId="correctEntry",
    summary=_("更正一条参与记录"),
    description=_("新的一条代替旧的，两条都保留；要写理由。"),
    security=TOKEN,
)
@blueprint.arguments(EntryCorrectionSchema, example={**EXAMPLE, "person_times": 12, "reason": "多写了", "revision": 1})
@blueprint.response(201, EntryAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def correct(data: dict[str, Any], entry_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        answer = jsonify(entry_told(deciding.correct(session, actor(), entry_id, data["revision"], data)))
    answer.status_code = 201
    return answer


@blueprint.route(f"/<{NUMBER}:entry_id>/withdraw", methods=["POST"])
@blueprint.doc(
    operationId="withdrawEntry", summary=_("撤回一条参与记录"), description=_("不再计入，记录保留。"), security=TOKEN
)
@blueprint.arguments(WithdrawalSchema, example={"reason": "没有办"})
@blueprint.response(200, EntryAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def withdraw(data: dict[str, Any], entry_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(entry_told(deciding.withdraw(session, actor(), entry_id, data["reason"])))


def _results(found: dict[int, DomainError | None]) -> Response:
    told = [{"entry": it, "is_done": why is None, "why": why and why.text(gettext)} for it, why in found.items()]
    return jsonify({"results": told})


def entry_told(entry: ParticipationEntry) -> dict[str, Any]:
    """Return an entry as whoever asks may see it."""
    names = ("id", "revision", "day", "person_times", "persons", "subject", "noun", "object_id", "evidence", "source",
             "state", "reason", "replaces_id")  # fmt: skip
    person = entry.person
    name = None if person is None else person.name if can_see_name(actor(), person) else masking.name(person.name)
    told = {it: getattr(entry, it) for it in names} | {"person": name, "unit": entry.organisation.name}
    answer: dict[str, Any] = EntryAnswerSchema().dump(told | {"campaign": entry.campaign_id, "item": entry.item.code})
    return answer
