"""Matches for programs: those of one's own sides, answered, talked over and, by a broker, introduced.

What opens to persons alone (contacts, the agreement on secrecy and what it covers) is not here.
"""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.models import Match, MatchMessage
from marketplace.models.market.match import STATES
from marketplace.models.market.nda import SPEAKERS
from marketplace.models.market.outcome import SIDES
from marketplace.permissions import match_sides
from marketplace.runtime import runtime
from marketplace.schemas.demand import disclosed
from marketplace.schemas.fields import DomainSchema, Text
from marketplace.services import outcome as outcomes
from marketplace.services.match import meeting, thread
from marketplace.web.api.answers import OutcomeAnswerSchema, ReferenceSchema
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import OutcomeBodySchema, PageQuerySchema

blueprint = Blueprint("api_matches", __name__, url_prefix="/matches", description=_("供需对接：匹配的双方"))

KEY = [{"demand_key": []}, {"token": []}]


class MatchesQuerySchema(PageQuerySchema):
    side = ma.fields.String(
        load_default=SIDES[0], validate=ma.validate.OneOf(SIDES), metadata={"description": _("自己是哪一方")}
    )
    group = ma.fields.String(
        load_default="yours",
        validate=ma.validate.OneOf(list(meeting.GROUPS[SIDES[0]])),
        metadata={"description": _("等自己办的、新推荐的、等待别人的、洽谈中的，或者已结束的")},
    )


class MessageBodySchema(DomainSchema):
    text = Text(thread.MOST, required=True, metadata={"description": _("双方都有意向以前，不能写联系方式")})


class MessageSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    side = ma.fields.String(required=True, validate=ma.validate.OneOf(SPEAKERS))
    text = ma.fields.String(required=True)
    at = ma.fields.DateTime(required=True)


class SideOfDemandSchema(ReferenceSchema):
    organisation = ma.fields.String(
        required=True, allow_none=True, metadata={"description": _("单位；需求方要求不公开时为空")}
    )


class MetSchema(ma.Schema):
    """A match as one side or its broker sees it."""

    id = ma.fields.Integer(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES), metadata={"description": _("所处状态")})
    sides = ma.fields.List(ma.fields.String(), required=True, metadata={"description": _("自己是哪一方；引荐人为空")})
    demand = ma.fields.Nested(SideOfDemandSchema, required=True)
    achievement = ma.fields.Nested(ReferenceSchema, required=True)
    stirred_at = ma.fields.DateTime(
        required=True, allow_none=True, metadata={"description": _("最后一次有动静的时间；还没有人看过时为空")}
    )


class MetWithThreadSchema(MetSchema):
    messages = ma.fields.List(ma.fields.Nested(MessageSchema), required=True)


class MetPageSchema(ma.Schema):
    matches = ma.fields.List(ma.fields.Nested(MetSchema), required=True)
    next = ma.fields.String(
        required=True, allow_none=True, metadata={"description": _("下一页的 cursor；没有下一页时为空")}
    )


@blueprint.route("")
@blueprint.doc(
    operationId="listOwnMatches",
    summary=_("列出自己的匹配"),
    description=_("按自己是哪一方、要办的事列出，最新的在前。"),
    security=KEY,
)
@blueprint.arguments(MatchesQuerySchema, location="query")
@blueprint.response(200, MetPageSchema)
def listing(question: dict[str, Any]) -> Response:
    side, group, limit = question["side"], question["group"], question["limit"]
    with runtime().sessions() as session:
        listed = meeting.listed(session, actor(), side, group, limit=limit + 1, after=position(question))
        return _some(question, listed)


@blueprint.route("/introductions")
@blueprint.doc(
    operationId="listMatchesToIntroduce",
    summary=_("列出等待引荐的双方"),
    description=_("供技术经理人和工会使用：双方都有意向、还没有人引荐的匹配。"),
    security=TOKEN,
)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, MetPageSchema)
def introductions(question: dict[str, Any]) -> Response:
    with runtime().sessions() as session:
        listed = meeting.to_introduce(session, actor(), limit=question["limit"] + 1, after=position(question))
        return _some(question, listed)


@blueprint.route(f"/<{NUMBER}:match_id>")
@blueprint.doc(
    operationId="readMatch",
    summary=_("读取一项匹配和它的留言"),
    description=_(
        "双方可读；双方都有意向以后，附近的技术经理人和工会也可读。联系方式和保密内容只在网页上、由本人查看。"
    ),
    security=KEY,
)
@blueprint.response(200, MetWithThreadSchema)
def one(match_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        match = meeting.see(session, actor(), match_id)
        said = [_message(it) for it in thread.of(session, match)]
        return jsonify(MetWithThreadSchema().dump({**_met(match), "messages": said}))


@blueprint.route(f"/<{NUMBER}:match_id>/answer", methods=["POST"])
@blueprint.doc(
    operationId="answerOwnMatch",
    summary=_("答复自己的一项匹配"),
    description=_("有意向，或说明为什么不合适：理由用代码表 refusals 中的代码，可多选。签约以前随时可以婉拒。"),
    security=KEY,
)
@blueprint.arguments(OutcomeBodySchema, example={"interested": True})
@blueprint.response(200, OutcomeAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def answer(data: dict[str, Any], match_id: int) -> dict[str, Any]:
    with unit_of_work(runtime().sessions) as session:
        match = meeting.get(session, actor(), match_id)
        side = meeting.side_of(actor(), match)
        outcome = outcomes.answer(session, actor(), match, side, data)
        told = {name: getattr(outcome, name) for name in ("is_interested", "codes", "note")}
        return {**told, "state": match.state}


@blueprint.route(f"/<{NUMBER}:match_id>/messages", methods=["POST"])
@blueprint.doc(
    operationId="writeInMatch",
    summary=_("给匹配的对方留言"),
    description=_("双方都有意向以前，写了电话、邮箱、微信等联系方式的不接收。"),
    security=KEY,
)
@blueprint.arguments(MessageBodySchema, example={"text": "能用在铸铁上吗？"})
@blueprint.response(201, MessageSchema)
@blueprint.alt_response(409, "CONFLICT")
def say(data: dict[str, Any], match_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        answered = jsonify(MessageSchema().dump(_message(thread.say(session, actor(), match_id, data["text"]))))
    answered.status_code = 201
    return answered


@blueprint.route(f"/<{NUMBER}:match_id>/take-up", methods=["POST"])
@blueprint.doc(
    operationId="takeUpMatch",
    summary=_("重新对接久无回音的匹配"),
    description=_("由任何一方；对方再答复一次。需求已关闭、成果不再公布或者已归别人的，不能重新对接。"),
    security=KEY,
)
@blueprint.response(200, MetSchema)
@blueprint.alt_response(409, "CONFLICT")
def take_up(match_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(MetSchema().dump(_met(outcomes.take_up(session, actor(), match_id))))


@blueprint.route(f"/<{NUMBER}:match_id>/introduction", methods=["POST"])
@blueprint.doc(
    operationId="introduceMatch",
    summary=_("引荐匹配的双方"),
    description=_("由附近的技术经理人或工会引荐；与任何一方有关的不能引荐。"),
    security=TOKEN,
)
@blueprint.response(200, MetSchema)
@blueprint.alt_response(409, "CONFLICT")
def introduce(match_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(MetSchema().dump(_met(meeting.introduce(session, actor(), match_id))))


def _some(question: dict[str, Any], listed: list[Match]) -> Response:
    limit = question["limit"]
    following = cursor(question, listed[limit - 1].id) if len(listed) > limit else None
    return jsonify(MetPageSchema().dump({"matches": [_met(it) for it in listed[:limit]], "next": following}))


def _met(match: Match) -> dict[str, Any]:
    demand = disclosed(match.demand)
    unit = demand["organisation"]
    return {
        "id": match.id, "state": match.state, "sides": sorted(match_sides(actor(), match)),
        "demand": {"id": match.demand_id, "title": demand["title"], "organisation": unit["name"] if unit else None},
        "achievement": match.achievement, "stirred_at": match.stirred_at,
    }  # fmt: skip


def _message(message: MatchMessage) -> dict[str, Any]:
    return {name: getattr(message, name) for name in ("id", "side", "text", "at")}
