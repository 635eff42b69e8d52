"""The term sheet of a deal for programs of its parties: read, proposed, accepted and declined; signed in person."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.models.market.outcome import SIDES
from marketplace.runtime import runtime
from marketplace.schemas import deal as plain
from marketplace.services.deal import rooms, terms
from marketplace.web.api.market.deals import LOCATION, created
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor

blueprint = Blueprint("api_term_sheets", __name__, url_prefix="/deals", description=_("条款的各个版本"))


class TermSheetAnswerSchema(ma.Schema):
    number = ma.fields.Integer(required=True)
    side = ma.fields.String(required=True, validate=ma.validate.OneOf(SIDES), metadata={"description": _("谁提出的")})
    terms = ma.fields.Dict(required=True, metadata={"description": _("条款，金额单位分")})
    note = ma.fields.String(required=True)
    is_agreed = ma.fields.Boolean(required=True, metadata={"description": _("双方是不是都接受了这一版")})
    declined_because = ma.fields.String(required=True)
    proposed_at = ma.fields.String(required=True)
    accepted_at = ma.fields.String(required=True, allow_none=True)
    declined_at = ma.fields.String(required=True, allow_none=True)


class TermSheetsSchema(ma.Schema):
    versions = ma.fields.List(ma.fields.Nested(TermSheetAnswerSchema), required=True)


class DealTermsBodySchema(plain.ProposalOfTermsSchema):
    error_messages = BODY_MESSAGES


class DeclineTermsBodySchema(plain.ReasonSchema):
    error_messages = BODY_MESSAGES


@blueprint.route(f"/<{NUMBER}:deal_id>/terms")
@blueprint.doc(
    operationId="listTermSheets", summary=_("列出条款的各个版本"), description=_("从第一版起。"), security=TOKEN
)
@blueprint.response(200, TermSheetsSchema)
def versions(deal_id: int) -> Response:
    with runtime().sessions() as session:
        deal = rooms.enter(session, actor(), deal_id)
        found = terms.versions(session, actor(), deal)
        return jsonify({"versions": [plain.shown_version(it) for it in found]})


@blueprint.route(f"/<{NUMBER}:deal_id>/terms", methods=["POST"])
@blueprint.doc(
    operationId="proposeTerms",
    summary=_("提出一版条款"),
    description=_("after 是您看到的最新一版的号码，还没有时为 0；对方已另提一版时答复 409。金额单位分。"),
    security=TOKEN,
)
@blueprint.arguments(DealTermsBodySchema, example={"after": 0, "contract_kind": "licence", "amount": 10_000_000})
@blueprint.response(201, TermSheetAnswerSchema, headers=LOCATION)
@blueprint.alt_response(409, "CONFLICT")
def propose(data: dict[str, Any], deal_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return created(plain.shown_version(terms.propose(session, actor(), deal_id, data)), deal_id)


@blueprint.route(f"/<{NUMBER}:deal_id>/terms/<{NUMBER}:number>/accept", methods=["POST"])
@blueprint.doc(
    operationId="acceptTerms",
    summary=_("接受一版条款"),
    description=_("由另一方接受现在的一版；合同由双方本人在网页上签订。"),
    security=TOKEN,
)
@blueprint.response(200, TermSheetAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def accept(deal_id: int, number: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(plain.shown_version(terms.accept(session, actor(), deal_id, number)))


@blueprint.route(f"/<{NUMBER}:deal_id>/terms/<{NUMBER}:number>/decline", methods=["POST"])
@blueprint.doc(
    operationId="declineTerms",
    summary=_("不接受一版条款"),
    description=_("写明理由；自己提出的可以收回。前一版又算现在的一版。"),
    security=TOKEN,
)
@blueprint.arguments(DeclineTermsBodySchema, example={"reason": "低于成本。"})
@blueprint.response(200, TermSheetAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def decline(data: dict[str, Any], deal_id: int, number: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(plain.shown_version(terms.decline(session, actor(), deal_id, number, data["reason"])))
