"""Deals for programs of their parties and of the offices that register contracts; terms are in ``term_sheets``.

A contract is signed in person, and the room is taken away in person: neither is here.
"""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.db import unit_of_work
from marketplace.models import DealMessage
from marketplace.models.market.deal import DEAL_STATES
from marketplace.models.market.deal_room import SEATS, TASK_KINDS
from marketplace.runtime import runtime
from marketplace.schemas import deal as plain
from marketplace.schemas.fields import Code, Whole
from marketplace.services.deal import milestones, rooms, signing
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_deals", __name__, url_prefix="/deals", description=_("交易：洽谈室、条款和技术合同"))

LOCATION = {"Location": {"description": _("这项交易的地址"), "schema": {"type": "string"}}}
_DAY = {"required": True, "allow_none": True}


class DealAnswerSchema(ma.Schema):
    """A contract record; what both sides agreed on is there once it is signed."""

    id = ma.fields.Integer(required=True)
    revision = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(DEAL_STATES))
    achievement_id = ma.fields.Integer(required=True)
    match_id = ma.fields.Integer(required=True, allow_none=True)
    listing_id = ma.fields.Integer(required=True, allow_none=True)
    follows_id = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("由哪项试用转来")})
    enterprise = ma.fields.String(required=True, metadata={"description": _("需求方")})
    owner = ma.fields.String(required=True, metadata={"description": _("成果方")})
    contract_kind = Code(vocabulary.contract_kinds, required=True, allow_none=True)
    mode = Code(vocabulary.transfer_modes, required=True, allow_none=True)
    licence_kind = Code(vocabulary.licence_kinds, required=True, allow_none=True)
    price_form = Code(vocabulary.price_forms, required=True, allow_none=True)
    amount = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("合同金额，单位分")})
    technical_part = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": _("技术交易额，单位分")}
    )
    is_related_party = ma.fields.Boolean(required=True)
    signed_version = ma.fields.Integer(required=True, allow_none=True)
    signed_on = ma.fields.String(**_DAY)
    registration_no = ma.fields.String(required=True, allow_none=True)
    registration_office = ma.fields.String(required=True)
    registered_on = ma.fields.String(**_DAY)
    first_used_on = ma.fields.String(**_DAY)
    terminated_because = ma.fields.String(required=True)


class DealsSchema(ma.Schema):
    deals = ma.fields.List(ma.fields.Nested(DealAnswerSchema), required=True)
    next = ma.fields.String(
        required=True, allow_none=True, metadata={"description": _("下一页的 cursor；没有下一页时为空")}
    )


class DealsQuerySchema(PageQuerySchema):
    as_office = ma.fields.Boolean(
        load_default=False, metadata={"description": _("列出本范围内签订的合同，而不是自己的交易")}
    )
    unregistered = ma.fields.Boolean(load_default=False, metadata={"description": _("只列还没有登记的合同")})


class DealMessageAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    seat = ma.fields.String(required=True, validate=ma.validate.OneOf(SEATS))
    text = ma.fields.String(required=True)
    files = ma.fields.List(ma.fields.Integer(), required=True, metadata={"description": _("随这条留言的附件编号")})
    said_at = ma.fields.DateTime(required=True)


class DealMessagesSchema(ma.Schema):
    messages = ma.fields.List(ma.fields.Nested(DealMessageAnswerSchema), required=True)


class DealTaskAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(TASK_KINDS))
    title = ma.fields.String(required=True)
    seat = ma.fields.String(required=True, validate=ma.validate.OneOf(SEATS))
    due_on = ma.fields.String(required=True)
    done_on = ma.fields.String(**_DAY)
    note = ma.fields.String(required=True)


class DealTasksSchema(ma.Schema):
    tasks = ma.fields.List(ma.fields.Nested(DealTaskAnswerSchema), required=True)


class DealMessageBodySchema(plain.MessageSchema):
    error_messages = BODY_MESSAGES


class DealTaskBodySchema(plain.DealTaskSchema):
    error_messages = BODY_MESSAGES


class ContractBodySchema(plain.RegistrationSchema):
    error_messages = BODY_MESSAGES
    revision = Whole(1, 2**31 - 1, required=True, metadata={"description": _("您看到的合同记录是第几版")})


@blueprint.route("")
@blueprint.doc(
    operationId="listDeals",
    summary=_("列出交易"),
    description=_("自己是当事人或技术经理人的交易，新的在前；as_office 列出本范围内要登记的合同。"),
    security=TOKEN,
)
@blueprint.arguments(DealsQuerySchema, location="query")
@blueprint.response(200, DealsSchema)
def listing(question: dict[str, Any]) -> Response:
    limit, after = question["limit"], position(question)
    with runtime().sessions() as session:
        if question["as_office"]:
            unregistered = question["unregistered"]
            found = rooms.contracts(session, actor(), unregistered=unregistered, limit=limit + 1, after=after)
        else:
            found = rooms.listed(session, actor(), limit=limit + 1, after=after)
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        return jsonify({"deals": [plain.shown(it) for it in found[:limit]], "next": following})


@blueprint.route(f"/<{NUMBER}:deal_id>")
@blueprint.doc(
    operationId="readDeal",
    summary=_("读取一项交易"),
    description=_("当事人、技术经理人和审计可读；签约以后登记合同的工会也可读。"),
    security=TOKEN,
)
@blueprint.response(200, DealAnswerSchema)
def one(deal_id: int) -> Response:
    with runtime().sessions() as session:
        return jsonify(plain.shown(rooms.get(session, actor(), deal_id)))


@blueprint.route(f"/<{NUMBER}:deal_id>/messages")
@blueprint.doc(
    operationId="listDealMessages",
    summary=_("列出洽谈室的留言"),
    description=_("从旧到新；读取不改变未读标记。"),
    security=TOKEN,
)
@blueprint.response(200, DealMessagesSchema)
def said(deal_id: int) -> Response:
    with runtime().sessions() as session:
        deal = rooms.enter(session, actor(), deal_id)
        return jsonify({"messages": [_message(it) for it in rooms.messages(session, actor(), deal)]})


@blueprint.route(f"/<{NUMBER}:deal_id>/messages", methods=["POST"])
@blueprint.doc(operationId="sayInDeal", summary=_("在洽谈室留言"), description=_("附件在网页上添加。"), security=TOKEN)
@blueprint.arguments(DealMessageBodySchema, example={"text": "能否先试用一个月？"})
@blueprint.response(201, DealMessageAnswerSchema, headers=LOCATION)
@blueprint.alt_response(409, "CONFLICT")
def say(data: dict[str, Any], deal_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return created(_message(rooms.say(session, actor(), deal_id, data["text"])), deal_id)


@blueprint.route(f"/<{NUMBER}:deal_id>/tasks")
@blueprint.doc(
    operationId="listDealTasks",
    summary=_("列出任务和签约以后的节点"),
    description=_("按期限排列。"),
    security=TOKEN,
)
@blueprint.response(200, DealTasksSchema)
def tasks(deal_id: int) -> Response:
    with runtime().sessions() as session:
        deal = rooms.enter(session, actor(), deal_id)
        return jsonify({"tasks": [plain.shown_task(it) for it in milestones.of(session, actor(), deal)]})


@blueprint.route(f"/<{NUMBER}:deal_id>/tasks", methods=["POST"])
@blueprint.doc(operationId="addDealTask", summary=_("添加任务"), description=_("写明由哪一方办。"), security=TOKEN)
@blueprint.arguments(DealTaskBodySchema, example={"title": "寄送样件", "seat": "owner", "due_on": "2026-12-15"})
@blueprint.response(201, DealTaskAnswerSchema, headers=LOCATION)
@blueprint.alt_response(409, "CONFLICT")
def add_task(data: dict[str, Any], deal_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return created(plain.shown_task(milestones.add(session, actor(), deal_id, data)), deal_id)


@blueprint.route(f"/<{NUMBER}:deal_id>/register", methods=["POST"])
@blueprint.doc(
    operationId="registerContract",
    summary=_("记入合同的认定登记号"),
    description=_("由合同所在地的工会记入，记入以后不能再改；revision 是您看到的版次。"),
    security=TOKEN,
)
@blueprint.arguments(
    ContractBodySchema,
    example={
        "revision": 1, "registration_no": "2026510700001234", "registration_office": "绵阳市技术合同登记处",
        "registered_on": "2026-05-01",
    },
)  # fmt: skip
@blueprint.response(200, DealAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def register(data: dict[str, Any], deal_id: int) -> Response:
    revision = data.pop("revision")
    with unit_of_work(runtime().sessions) as session:
        return jsonify(plain.shown(signing.register(session, actor(), deal_id, revision, data)))


def _message(message: DealMessage) -> dict[str, Any]:
    told: dict[str, Any] = DealMessageAnswerSchema().dump(message)
    return told


def created(told: dict[str, Any], deal_id: int) -> Response:
    """Answer with what was added to a deal, and the address of the deal."""
    answer = jsonify(told)
    answer.status_code = 201
    answer.location = url_for("api_deals.one", deal_id=deal_id)
    return answer
