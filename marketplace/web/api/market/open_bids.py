"""Demands listed with a reward for programs: read, and bid for; who decides does so on the page, in person."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _

from marketplace.db import today, unit_of_work
from marketplace.models import OpenCall
from marketplace.models.market.open_bid import BID_STATES, CALL_STATES
from marketplace.runtime import runtime
from marketplace.schemas.demand import disclosed
from marketplace.schemas.open_bid import BidSchema
from marketplace.services.open_bid import bids, calls, choosing
from marketplace.web.api.answers import ReferenceSchema
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_open_bids", __name__, url_prefix="/open-bids", description=_("揭榜挂帅"))


class CallAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    demand = ma.fields.Nested(ReferenceSchema, required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(CALL_STATES))
    reward = ma.fields.Integer(required=True, metadata={"description": _("奖金，单位分")})
    closes_on = ma.fields.Date(required=True, metadata={"description": _("揭榜的最后一天")})
    takes_bids = ma.fields.Boolean(required=True, metadata={"description": _("现在是否可以揭榜")})
    terms = ma.fields.String(required=True)


class OneCallSchema(CallAnswerSchema):
    bids = ma.fields.Integer(required=True, metadata={"description": _("有几份方案；内容截止以前谁也看不到")})
    chosen = ma.fields.String(required=True, allow_none=True, metadata={"description": _("选中的团队")})
    reason = ma.fields.String(required=True, metadata={"description": _("定标或流标的理由")})


class CallPageSchema(ma.Schema):
    calls = ma.fields.List(ma.fields.Nested(CallAnswerSchema), required=True)
    next = ma.fields.String(
        required=True, allow_none=True, metadata={"description": _("下一页的 cursor；没有下一页时为空")}
    )


class BidAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(BID_STATES))


@blueprint.route("")
@blueprint.doc(operationId="listOpenCalls", summary=_("列出悬赏求解的需求"), description=_("最新的在前。"))
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, CallPageSchema)
def listing(question: dict[str, Any]) -> Response:
    limit = question["limit"]
    with runtime().sessions() as session:
        found = calls.listed(session, actor(), limit=limit + 1, after=position(question))
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        return jsonify(CallPageSchema().dump({"calls": [_told(it) for it in found[:limit]], "next": following}))


@blueprint.route(f"/<{NUMBER}:call_id>")
@blueprint.doc(
    operationId="readOpenCall", summary=_("读取一张榜"), description=_("方案的内容不在这里；选中的团队和理由公开。")
)
@blueprint.response(200, OneCallSchema)
def one(call_id: int) -> Response:
    with runtime().sessions() as session:
        call = calls.get(session, actor(), call_id)
        chosen = choosing.chosen(session, call)
        told = {"bids": bids.count(session, call), "chosen": chosen.team if chosen else None, "reason": call.reason}
        return jsonify(OneCallSchema().dump({**_told(call), **told}))


@blueprint.route(f"/<{NUMBER}:call_id>/bid", methods=["POST"])
@blueprint.doc(
    operationId="bidForDemand",
    summary=_("揭榜，或者修改自己的方案"),
    description=_("截止以前可以改，谁也看不到；金额以分计。"),
    security=TOKEN,
)
@blueprint.arguments(BidSchema, example={"team": "攻关组", "plan": "改用液性塑料夹具。", "price": 5000000, "days": 60})
@blueprint.response(201, BidAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def bid(data: dict[str, Any], call_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        made = bids.submit(session, actor(), call_id, data)
        answered = jsonify({"id": made.id, "state": made.state})
    answered.status_code = 201
    return answered


def _told(call: OpenCall) -> dict[str, Any]:
    names = ("id", "state", "reward", "closes_on", "terms")
    return {name: getattr(call, name) for name in names} | {
        "demand": {"id": call.demand_id, "title": disclosed(call.demand)["title"]},
        "takes_bids": call.takes_bids(today()),
    }
