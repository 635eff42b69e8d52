"""The terms of a listing, an offer, an auction and a bid, as they come in. Amounts are integer fen."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import marshmallow as ma
from flask_babel import gettext

from marketplace import vocabulary
from marketplace.errors import N_
from marketplace.models.market.clearance import ANSWERS, BY_UNIT
from marketplace.models.market.listing import MODES, PASSING_ON, SHUTTING_OUT
from marketplace.schemas.benefit import Choice
from marketplace.schemas.fields import REQUIRED, Code, Day, DomainSchema, Fen, Flag, Line, Refusing, Text, Whole, passed

_CHINA = ZoneInfo("Asia/Shanghai")
# Where people put their heads together no price can stand beforehand.
_TOGETHER = ("joint_implementation", "own_implementation")


class Moment(Refusing, ma.fields.DateTime):
    """A moment as it is written in Sichuan, "2026-03-15T14:00", or with a zone of its own; kept in UTC."""

    default_error_messages = {**REQUIRED, "invalid": N_("请填写日期和时间，例如 2026-03-15T14:00（北京时间）。")}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> dt.datetime:
        try:
            moment = dt.datetime.fromisoformat(str(value))
            placed = moment if moment.tzinfo else moment.replace(tzinfo=_CHINA)
            if not 2000 <= placed.year <= 2100:
                raise self.make_error("invalid")
            return placed.astimezone(dt.UTC)
        except ValueError:
            raise self.make_error("invalid") from None


class ListingSchema(DomainSchema):
    """The terms; a licence of which nothing else is said is an ordinary one."""

    mode = Code(vocabulary.transfer_modes, required=True)
    may_sublicense = Flag(load_default=False)
    territory = Line(200, load_default="")
    term = Line(200, load_default="")
    price_form = Code(vocabulary.price_forms, required=True)
    price = Fen(load_default=None)
    note = Text(2000, load_default="")

    @ma.validates("mode")
    def check_mode(self, mode: str, **_options: Any) -> None:
        if mode not in MODES:
            raise ma.ValidationError(gettext("这种方式不能挂牌，请从列表里选。"))

    @ma.validates_schema(skip_on_field_errors=True)
    def check_price(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse a price without a listing at price, the other way round, and forms that do not go with the mode."""
        mode, form = data["mode"], data["price_form"]
        if (form == "listed") != (data["price"] is not None):
            raise ma.ValidationError(gettext("挂牌定价的填写价格，其他定价方式不填。"), "price")
        if data["price"] == 0:
            raise ma.ValidationError(gettext("价格应大于 0。"), "price")
        if form == "auction" and mode not in (*PASSING_ON, *SHUTTING_OUT):
            raise ma.ValidationError(gettext("只有转让、作价入股、独占和排他许可可以拍卖。"), "price_form")
        if mode in _TOGETHER and form != "agreed":
            raise ma.ValidationError(gettext("合作实施和自行实施请选协议定价。"), "price_form")
        if mode == "use_first" and form not in ("agreed", "free_trial"):
            raise ma.ValidationError(gettext("先用后转请选免费试用或者协议定价。"), "price_form")
        if form == "free_trial" and mode != "use_first":
            raise ma.ValidationError(gettext("免费试用只用于先用后转。"), "price_form")
        if data["may_sublicense"] and mode in (*PASSING_ON, *_TOGETHER):
            raise ma.ValidationError(gettext("只有许可才谈得上分许可。"), "may_sublicense")


class OfferSchema(DomainSchema):
    """An offer for an enterprise, which need not be named where one acts for a single one."""

    organisation_id = Whole(1, 10**9, load_default=None)
    note = Text(2000, load_default="")


class AuctionSchema(DomainSchema):
    """The terms of an auction; the reserve is the owner's secret."""

    start_price = Fen(required=True)
    increment = Fen(required=True)
    reserve = Fen(load_default=None)
    opens_at = Moment(required=True)
    closes_at = Moment(required=True)

    @ma.validates_schema(skip_on_field_errors=True)
    def check_terms(self, data: dict[str, Any], **_options: Any) -> None:
        for name in ("start_price", "increment"):
            if data[name] == 0:
                raise ma.ValidationError(gettext("金额应大于 0。"), name)
        if data["reserve"] is not None and data["reserve"] < data["start_price"]:
            raise ma.ValidationError(gettext("保留价不能低于起拍价。"), "reserve")
        if data["closes_at"] <= data["opens_at"]:
            raise ma.ValidationError(gettext("结束时间应晚于开始时间。"), "closes_at")


class BidSchema(DomainSchema):
    amount = Fen(required=True)
    organisation_id = Whole(1, 10**9, load_default=None)


class DecisionSchema(DomainSchema):
    """Whether something is accepted; a refusal says why."""

    is_accepted = Flag(required=True)
    reason = Text(1000, load_default="")


class RenewalSchema(DomainSchema):
    is_confirmed = Flag(load_default=False)


class TellingSchema(DomainSchema):
    """When, how and by whom a completer was told of first refusal by his unit, and what he said, if anything."""

    told_on = Day(required=True, validate=passed)
    told_how = Choice(BY_UNIT, required=True)
    told_by = Line(100, required=True)
    answer = Choice(("", *ANSWERS[:2]), load_default="")
