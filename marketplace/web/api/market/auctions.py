"""Auctions for programs: announced by owners, bid in by enterprises, read by everybody without names."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.models import Auction, AuctionBid, AuctionBidder
from marketplace.models.market.auction import BIDDER_STATES, OUTCOMES
from marketplace.permissions import can_list
from marketplace.runtime import runtime
from marketplace.schemas.fields import DomainSchema, Text, Whole
from marketplace.schemas.listing import AuctionSchema, BidSchema, DecisionSchema
from marketplace.services.auction import announcing, bidding
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor

blueprint = Blueprint("api_auctions", __name__, url_prefix="/auctions", description=_("拍卖和出价"))

EXAMPLE = {
    "start_price": 10_000_000, "increment": 100_000, "reserve": 12_000_000, "opens_at": "2026-12-10T09:00:00+08:00",
    "closes_at": "2026-12-10T16:00:00+08:00",
}  # fmt: skip


_MOMENTS = ("opens_at", "closes_at", "closed_at")


class AuctionBidAnswerSchema(ma.Schema):
    sequence = ma.fields.Integer(required=True)
    bidder = ma.fields.Integer(required=True, metadata={"description": _("竞买人的号数")})
    amount = ma.fields.Integer(required=True, metadata={"description": _("出价，单位分")})
    placed_at = ma.fields.String(required=True)
    hash = ma.fields.String(required=True, metadata={"description": _("带着上一次出价的哈希")})


class AuctionBidderAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(BIDDER_STATES))
    number = ma.fields.Integer(required=True, allow_none=True)
    enterprise = ma.fields.String(metadata={"description": _("只给权利人")})


class AuctionAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    listing_id = ma.fields.Integer(required=True)
    start_price = ma.fields.Integer(required=True)
    increment = ma.fields.Integer(required=True)
    has_reserve = ma.fields.Boolean(required=True, metadata={"description": _("有没有保留价；数额不公开")})
    opens_at = ma.fields.String(required=True)
    closes_at = ma.fields.String(required=True)
    closed_at = ma.fields.String(required=True, allow_none=True)
    outcome = ma.fields.String(required=True, allow_none=True, validate=ma.validate.OneOf(OUTCOMES))
    least = ma.fields.Integer(required=True, metadata={"description": _("现在至少出多少，单位分")})
    bids = ma.fields.List(ma.fields.Nested(AuctionBidAnswerSchema), required=True)
    bidders = ma.fields.List(ma.fields.Nested(AuctionBidderAnswerSchema), required=True)


class AuctionBodySchema(AuctionSchema):
    error_messages = BODY_MESSAGES


class AuctionBidBodySchema(BidSchema):
    error_messages = BODY_MESSAGES


class AuctionAskingBodySchema(DomainSchema):
    error_messages = BODY_MESSAGES
    organisation_id = Whole(1, 10**9, load_default=None)


class AuctionDecisionBodySchema(DecisionSchema):
    error_messages = BODY_MESSAGES


class AuctionCancellationBodySchema(DomainSchema):
    error_messages = BODY_MESSAGES
    reason = Text(1000, required=True)


@blueprint.route(f"/<{NUMBER}:auction_id>")
@blueprint.doc(
    operationId="readAuction",
    summary=_("读取一次拍卖"),
    description=_("出价按次序；竞买人只有号数。到时的拍卖即结束。"),
)
@blueprint.response(200, AuctionAnswerSchema)
def one(auction_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        bidding.close_if_over(session, announcing.get(session, actor(), auction_id))
    with runtime().sessions() as session:
        return jsonify(_told(announcing.get(session, actor(), auction_id)))


@blueprint.route(f"/listings/<{NUMBER}:listing_id>", methods=["POST"])
@blueprint.doc(
    operationId="announceAuction",
    summary=_("公布一项挂牌的拍卖"),
    description=_("没有写时区的时间是北京时间；金额单位分。"),
    security=TOKEN,
)
@blueprint.arguments(AuctionBodySchema, example=EXAMPLE)
@blueprint.response(201, AuctionAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def announce(data: dict[str, Any], listing_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        answer = jsonify(_told(announcing.announce(session, actor(), listing_id, data)))
    answer.status_code = 201
    return answer


@blueprint.route(f"/<{NUMBER}:auction_id>/bidders", methods=["POST"])
@blueprint.doc(
    operationId="askToBid", summary=_("报名参加拍卖"), description=_("由权利人核对企业以后同意。"), security=TOKEN
)
@blueprint.arguments(AuctionAskingBodySchema, example={})
@blueprint.response(201, AuctionBidderAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def ask(data: dict[str, Any], auction_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        answer = jsonify(_bidder(announcing.ask(session, actor(), auction_id, data["organisation_id"])))
    answer.status_code = 201
    return answer


@blueprint.route(f"/bidders/<{NUMBER}:bidder_id>/decide", methods=["POST"])
@blueprint.doc(operationId="decideBidder", summary=_("答复一个报名"), description=_("不同意要写理由。"), security=TOKEN)
@blueprint.arguments(AuctionDecisionBodySchema, example={"is_accepted": True})
@blueprint.response(200, AuctionBidderAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def decide(data: dict[str, Any], bidder_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(_bidder(announcing.decide(session, actor(), bidder_id, **data)))


@blueprint.route(f"/<{NUMBER}:auction_id>/bids", methods=["POST"])
@blueprint.doc(
    operationId="bid",
    summary=_("出一次价"),
    description=_("到了结束时间就不再计入；临近结束的出价会延长时间。"),
    security=TOKEN,
)
@blueprint.arguments(AuctionBidBodySchema, example={"amount": 10_000_000})
@blueprint.response(201, AuctionBidAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def bid(data: dict[str, Any], auction_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        answer = jsonify(_bid(bidding.bid(session, actor(), auction_id, data["amount"], data["organisation_id"])))
    answer.status_code = 201
    return answer


@blueprint.route(f"/<{NUMBER}:auction_id>/cancel", methods=["POST"])
@blueprint.doc(
    operationId="cancelAuction", summary=_("取消拍卖"), description=_("还没有人出价时；要写理由。"), security=TOKEN
)
@blueprint.arguments(AuctionCancellationBodySchema, example={"reason": "权属有争议"})
@blueprint.response(200, AuctionAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def cancel(data: dict[str, Any], auction_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(_told(announcing.cancel(session, actor(), auction_id, data["reason"])))


def _told(auction: Auction) -> dict[str, Any]:
    bids = list(auction.bids)
    plain = {name: getattr(auction, name) for name in ("id", "listing_id", "start_price", "increment", "outcome")}
    moments = {name: getattr(auction, name) and getattr(auction, name).isoformat() for name in _MOMENTS}
    # Who asked is the owner's business; to everybody else a bidder is a number.
    is_owner = can_list(actor(), auction.listing.achievement)
    seen = [it for it in auction.bidders if is_owner or it.state == "approved"]
    answer: dict[str, Any] = AuctionAnswerSchema().dump(
        {
            **plain,
            **moments,
            "has_reserve": auction.reserve is not None,
            "least": bidding.least_bid(auction, bids[-1] if bids else None),
            "bids": [_bid(it) for it in bids],
            "bidders": [_bidder(it, is_owner) for it in seen],
        }
    )
    return answer


def _bid(bid: AuctionBid) -> dict[str, Any]:
    return {
        "sequence": bid.sequence, "bidder": bid.bidder.number, "amount": bid.amount,
        "placed_at": bid.placed_at.isoformat(), "hash": bid.hash,
    }  # fmt: skip


def _bidder(bidder: AuctionBidder, is_named: bool = True) -> dict[str, Any]:
    told = {"id": bidder.id, "state": bidder.state, "number": bidder.number}
    return told | ({"enterprise": bidder.organisation.name} if is_named else {})
