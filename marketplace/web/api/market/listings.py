"""Listings and offers for programs of owners and enterprises."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.db import unit_of_work
from marketplace.models import Listing, ListingOffer
from marketplace.models.market.listing import MODES, OFFER_KINDS, OFFER_STATES, STATES
from marketplace.runtime import runtime
from marketplace.schemas.fields import Code, DomainSchema, Text, Whole
from marketplace.schemas.listing import DecisionSchema, ListingSchema, OfferSchema, RenewalSchema
from marketplace.services.listing import keeping, offering, reading
from marketplace.services.listing.reading import Asked
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_listings", __name__, url_prefix="/listings", description=_("挂牌和应答"))

LOCATION = {"Location": {"description": _("这项挂牌的地址"), "schema": {"type": "string"}}}
EXAMPLE = {"mode": "exclusive_licence", "price_form": "listed", "price": 8_000_000, "term": "五年"}


class ListingAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    revision = ma.fields.Integer(required=True)
    achievement_id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    mode = Code(vocabulary.transfer_modes, required=True)
    may_sublicense = ma.fields.Boolean(required=True)
    territory = ma.fields.String(required=True)
    term = ma.fields.String(required=True)
    price_form = Code(vocabulary.price_forms, required=True)
    price = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("标价，单位分")})
    note = ma.fields.String(required=True)
    valid_until = ma.fields.Date(required=True, allow_none=True, metadata={"description": _("挂牌的最后一天")})


class ListingsSchema(ma.Schema):
    listings = ma.fields.List(ma.fields.Nested(ListingAnswerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class ListingOfferAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    listing_id = ma.fields.Integer(required=True)
    enterprise = ma.fields.String(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(OFFER_KINDS))
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(OFFER_STATES))
    amount = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("金额，单位分")})
    note = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)
    deal_id = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("接受以后开设的交易")})


class ListingOffersSchema(ma.Schema):
    offers = ma.fields.List(ma.fields.Nested(ListingOfferAnswerSchema), required=True)


class ListingsQuerySchema(PageQuerySchema):
    mode = ma.fields.String(
        load_default="",
        validate=ma.validate.OneOf(("", *MODES), error=_("请从列表里选。")),
        metadata={"description": _("方式")},
    )
    price_form = ma.fields.String(
        load_default="",
        validate=ma.validate.OneOf(("", *vocabulary.price_forms), error=_("请从列表里选。")),
        metadata={"description": _("定价方式")},
    )


class ListingBodySchema(ListingSchema):
    error_messages = BODY_MESSAGES


class ListingRevisionBodySchema(ListingSchema):
    error_messages = BODY_MESSAGES
    revision = Whole(1, 2**31 - 1, required=True)


class ListingRenewalBodySchema(RenewalSchema):
    error_messages = BODY_MESSAGES


class ListingOfferBodySchema(OfferSchema):
    error_messages = BODY_MESSAGES


class ListingDecisionBodySchema(DecisionSchema):
    error_messages = BODY_MESSAGES


class ListingWithdrawalBodySchema(DomainSchema):
    error_messages = BODY_MESSAGES
    reason = Text(1000, load_default="")


@blueprint.route("")
@blueprint.doc(operationId="listListings", summary=_("列出挂牌的成果"), description=_("现在可以应答的，新的在前。"))
@blueprint.arguments(ListingsQuerySchema, location="query")
@blueprint.response(200, ListingsSchema)
def listing(question: dict[str, Any]) -> Response:
    limit, asked = question["limit"], Asked(mode=question["mode"], price_form=question["price_form"])
    with runtime().sessions() as session:
        found = reading.listed(session, actor(), asked, limit=limit + 1, after=position(question))
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        return jsonify({"listings": [told(it) for it in found[:limit]], "next": following})


@blueprint.route(f"/<{NUMBER}:listing_id>")
@blueprint.doc(operationId="readListing", summary=_("读取一项挂牌"), description=_("已成交的也能读取，条款留存。"))
@blueprint.response(200, ListingAnswerSchema)
def one(listing_id: int) -> Response:
    with runtime().sessions() as session:
        return jsonify(told(reading.get(session, actor(), listing_id)))


@blueprint.route(f"/achievements/<{NUMBER}:achievement_id>", methods=["POST"])
@blueprint.doc(
    operationId="prepareListing",
    summary=_("写好一项成果的挂牌条款"),
    description=_("职务成果的完成人写好以后由单位挂牌；金额单位分。"),
    security=TOKEN,
)
@blueprint.arguments(ListingBodySchema, example=EXAMPLE)
@blueprint.response(201, ListingAnswerSchema, headers=LOCATION)
@blueprint.alt_response(409, "CONFLICT")
def prepare(data: dict[str, Any], achievement_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        made = keeping.prepare(session, actor(), achievement_id, data)
        answer = jsonify(told(made))
        answer.headers["Location"] = url_for(".one", listing_id=made.id)
    answer.status_code = 201
    return answer


@blueprint.route(f"/<{NUMBER}:listing_id>", methods=["PUT"])
@blueprint.doc(
    operationId="reviseListing",
    summary=_("修改挂牌条款"),
    description=_("有企业应答以后不能再改。"),
    security=TOKEN,
)
@blueprint.arguments(ListingRevisionBodySchema, example={**EXAMPLE, "revision": 1})
@blueprint.response(200, ListingAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def revise(data: dict[str, Any], listing_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(told(keeping.revise(session, actor(), listing_id, data["revision"], data)))


@blueprint.route(f"/<{NUMBER}:listing_id>/list", methods=["POST"])
@blueprint.doc(
    operationId="letListingOut",
    summary=_("把写好的条款挂牌"),
    description=_("拍卖的，公布拍卖即挂牌。"),
    security=TOKEN,
)
@blueprint.response(200, ListingAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def let_out(listing_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(told(keeping.let_out(session, actor(), listing_id)))


@blueprint.route(f"/<{NUMBER}:listing_id>/renew", methods=["POST"])
@blueprint.doc(
    operationId="renewListing", summary=_("续期"), description=_("须确认权属没有变化、条款仍然有效。"), security=TOKEN
)
@blueprint.arguments(ListingRenewalBodySchema, example={"is_confirmed": True})
@blueprint.response(200, ListingAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def renew(data: dict[str, Any], listing_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(told(keeping.renew(session, actor(), listing_id, **data)))


@blueprint.route(f"/<{NUMBER}:listing_id>/withdraw", methods=["POST"])
@blueprint.doc(
    operationId="withdrawListing", summary=_("撤下挂牌"), description=_("等待答复的企业会收到通知。"), security=TOKEN
)
@blueprint.arguments(ListingWithdrawalBodySchema, example={"reason": "改为自行实施"})
@blueprint.response(200, ListingAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def withdraw(data: dict[str, Any], listing_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(told(keeping.withdraw(session, actor(), listing_id, data["reason"])))


@blueprint.route(f"/<{NUMBER}:listing_id>/offers")
@blueprint.doc(
    operationId="listListingOffers",
    summary=_("列出一项挂牌的应答"),
    description=_("权利人看到全部，企业看到自己的。"),
    security=TOKEN,
)
@blueprint.response(200, ListingOffersSchema)
def offers(listing_id: int) -> Response:
    with runtime().sessions() as session:
        found = reading.offers_of(session, actor(), reading.get(session, actor(), listing_id))
        return jsonify({"offers": [_offer(it) for it in found]})


@blueprint.route(f"/<{NUMBER}:listing_id>/offers", methods=["POST"])
@blueprint.doc(
    operationId="answerListing",
    summary=_("以企业的名义应答一项挂牌"),
    description=_("标了价的，接受即成交；协议定价和试用的，表达意向，等权利人答复。"),
    security=TOKEN,
)
@blueprint.arguments(ListingOfferBodySchema, example={"note": "用于壳体车间"})
@blueprint.response(201, ListingOfferAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def offer(data: dict[str, Any], listing_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        at_price = reading.get(session, actor(), listing_id).price_form == "listed"
        made = (offering.take if at_price else offering.ask)(session, actor(), listing_id, data)
        answer = jsonify(_offer(made))
    answer.status_code = 201
    return answer


@blueprint.route(f"/offers/<{NUMBER}:offer_id>/decide", methods=["POST"])
@blueprint.doc(
    operationId="decideListingOffer",
    summary=_("答复一份意向"),
    description=_("接受即开设交易；不接受要写理由。"),
    security=TOKEN,
)
@blueprint.arguments(ListingDecisionBodySchema, example={"is_accepted": True})
@blueprint.response(200, ListingOfferAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def decide(data: dict[str, Any], offer_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(_offer(offering.decide(session, actor(), offer_id, **data)))


@blueprint.route(f"/offers/<{NUMBER}:offer_id>/take-back", methods=["POST"])
@blueprint.doc(
    operationId="takeBackListingOffer", summary=_("撤回一份意向"), description=_("对方答复以前。"), security=TOKEN
)
@blueprint.response(200, ListingOfferAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def take_back(offer_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(_offer(offering.take_back(session, actor(), offer_id)))


def told(listing: Listing) -> dict[str, Any]:
    names = ("id", "revision", "achievement_id", "state", "valid_until", *keeping.TERMS)
    plain = {name: getattr(listing, name) for name in names} | {"title": listing.achievement.title}
    answer: dict[str, Any] = ListingAnswerSchema().dump(plain)
    return answer


def _offer(offer: ListingOffer) -> dict[str, Any]:
    names = ("id", "listing_id", "kind", "state", "amount", "note", "reason", "deal_id")
    plain = {name: getattr(offer, name) for name in names} | {"enterprise": offer.organisation.name}
    answer: dict[str, Any] = ListingOfferAnswerSchema().dump(plain)
    return answer
