"""The rates the rules ask for, for programs: each with both its numbers, and what these count one by one."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.models import Achievement, Match, Organisation, Person, Proposal
from marketplace.permissions import can_see_name
from marketplace.runtime import runtime
from marketplace.services.export import masking
from marketplace.services.proposal import rates as proposal_rates
from marketplace.services.statistics import divided, market, rates
from marketplace.services.statistics.divided import Line, Record
from marketplace.services.statistics.rate import Rate
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.office.questions import FiguresQuerySchema, asked_of
from marketplace.web.api.parsing import TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_rates", __name__, url_prefix="/statistics/rates", description=_("统计"))


class RateSchema(ma.Schema):
    """A rate with everything it rests on; ``value`` is empty where there is no denominator."""

    value = ma.fields.Float(required=True, allow_none=True, metadata={"description": _("没有分母时为空，不是 0")})
    text = ma.fields.String(required=True)
    numerator = ma.fields.Integer(required=True)
    denominator = ma.fields.Float(required=True, allow_none=True)
    numerator_source = ma.fields.String(required=True)
    denominator_source = ma.fields.String(required=True)
    cut_off = ma.fields.Date(required=True)


def _of_the_market(about: object) -> ma.fields.Nested:
    """Return the field of a rate that only the offices see which register contracts of the place; None for others."""
    return ma.fields.Nested(RateSchema, required=True, allow_none=True, metadata={"description": about})


class RatesSchema(ma.Schema):
    participation = ma.fields.Nested(RateSchema, required=True, metadata={"description": _("六个一的参与率")})
    full_six = ma.fields.Nested(RateSchema, required=True, metadata={"description": _("六项齐全的比率")})
    items_per_head = ma.fields.Nested(RateSchema, required=True)
    units_without_headcount = ma.fields.Integer(required=True)
    coverage = ma.fields.Nested(RateSchema, required=True, metadata={"description": _("规模以上企业的覆盖率")})
    coverage_target = ma.fields.Integer(required=True, metadata={"description": _("百分之几")})
    decision = ma.fields.Nested(RateSchema, required=True)
    adoption = ma.fields.Nested(RateSchema, required=True)
    adopted_in_part = ma.fields.Integer(required=True)
    implementation = ma.fields.Nested(RateSchema, required=True)
    proposals_per_head = ma.fields.Nested(RateSchema, required=True)
    transfer = _of_the_market(_("成果转化率：公布满六个月的成果里签过合同的"))
    introduction = _of_the_market(_("引荐率"))
    mutual_interest = _of_the_market(_("双方有意向率"))
    signing = _of_the_market(_("签约率"))


class RateQuerySchema(FiguresQuerySchema, PageQuerySchema):
    rate = ma.fields.String(
        required=True, validate=ma.validate.OneOf(tuple(divided.SIDES), error=_("请从列表里选。")),
        metadata={"description": _("哪一个比率")},
    )  # fmt: skip
    side = ma.fields.String(
        load_default="part",
        validate=ma.validate.OneOf(("part", "whole", "rest", "partly"), error=_("请从列表里选。")),
        metadata={"description": _("分子、分母、分母里不在分子里的，或者部分采纳的")},
    )


class CountedSchema(ma.Schema):
    noun = ma.fields.String(required=True, metadata={"description": _("人、单位、参与记录、建议、成果或匹配")})
    id = ma.fields.Integer(required=True)
    name = ma.fields.String(
        required=True, metadata={"description": _("名称，参与记录为项目的代码；没有权限看姓名的，姓名是遮盖的")}
    )
    unit = ma.fields.String(required=True, allow_none=True)
    staff = ma.fields.Float(
        required=True, allow_none=True, metadata={"description": _("单位的职工人数，分母是它们的和")}
    )


class DividedSchema(ma.Schema):
    number = ma.fields.Float(required=True, metadata={"description": _("各条加起来是这个数")})
    rate = ma.fields.Nested(RateSchema, required=True)
    counted = ma.fields.List(ma.fields.Nested(CountedSchema), required=True)
    is_withheld = ma.fields.Boolean(required=True, metadata={"description": _("只能看数字，不能看各条")})
    withheld = ma.fields.Integer(required=True, metadata={"description": _("有几条只计数，您不能看")})
    next = ma.fields.String(required=True, allow_none=True)


@blueprint.route("")
@blueprint.doc(
    operationId="readRates",
    summary=_("规定的比率"),
    description=_(
        "六个一、劳动竞赛的覆盖率、建议的答复率、采纳率和实施率，登记合同的工会还有市场的比率，"
        "各有分子、分母、来源和截止日。"
    ),
    security=TOKEN,
)
@blueprint.arguments(FiguresQuerySchema, location="query")
@blueprint.response(200, RatesSchema)
def of_scope(asked: dict[str, Any]) -> Response:
    with runtime().sessions() as session:
        found = asked_of(session, asked)
        scope, period = found.scope, found.period
        six, covered = rates.six_ones(session, scope, period), rates.coverage(session, scope, period)
        told = proposal_rates.of_scope(session, actor(), period.first_day, period.cut_off, scope)
        sold = market.rates(session, actor(), scope) if market.can_see(actor(), scope) else {}
        return jsonify(
            participation=rate_told(six.participation), full_six=rate_told(six.full),
            items_per_head=rate_told(six.per_head), units_without_headcount=six.without_headcount,
            coverage=rate_told(covered.rate), coverage_target=covered.target,
            decision=rate_told(told.decision), adoption=rate_told(told.adoption), adopted_in_part=told.partly,
            implementation=rate_told(told.implementation), proposals_per_head=rate_told(told.per_head),
            **{name: rate_told(sold[name]) if name in sold else None for name in market.NAMES},
        )  # fmt: skip


@blueprint.route("/counted")
@blueprint.doc(
    operationId="listCounted",
    summary=_("一个比率的分子或分母里的各条"),
    description=_("人、单位、参与记录、建议、成果或匹配，加上您不能看的几条，正好是这个数；姓名按您的权限遮盖。"),
    security=TOKEN,
)
@blueprint.arguments(RateQuerySchema, location="query")
@blueprint.response(200, DividedSchema)
def counted(asked: dict[str, Any]) -> Response:
    with runtime().sessions() as session:
        read = asked_of(session, asked)
        found = divided.listing(
            session, actor(), asked["rate"], asked["side"], read.scope, read.period, limit=asked["limit"],
            after=position(asked),
        )  # fmt: skip
        told = [_line(found.noun, it) for it in found.lines]
        return jsonify(
            number=float(found.number), rate=rate_told(found.rate), counted=told, is_withheld=found.is_withheld,
            withheld=found.withheld, next=cursor(asked, found.next_after),
        )  # fmt: skip


def _line(noun: str, line: Line) -> dict[str, Any]:
    """Return one of what is counted by its name, an entry by the code of its item."""
    it = line.record
    name, unit = _named(it)
    staff = None if line.staff is None else float(line.staff)
    return {"noun": noun, "id": it.id, "name": name, "unit": unit, "staff": staff}


def _named(it: Record) -> tuple[str, str | None]:
    """Return what a record is called and the name of its unit."""
    if isinstance(it, Organisation):
        return it.name, None
    if isinstance(it, Achievement):
        return it.title, it.units[0].name if it.units else None
    if isinstance(it, Match):
        return f"{it.demand.title} — {it.achievement.title}", None
    unit = it.organisation.name if it.organisation else None
    if isinstance(it, Proposal):
        return it.title, unit
    if isinstance(it, Person):
        return (it.name if can_see_name(actor(), it) else masking.name(it.name)), unit
    return it.item.code, unit


def rate_told(rate: Rate) -> dict[str, Any]:
    """Return a rate as ``RateSchema`` describes it."""
    return {
        "value": None if rate.value is None else float(rate.value),
        "text": rate.text(gettext),
        "numerator": rate.part,
        "denominator": float(rate.whole) if rate.whole else None,
        "numerator_source": rate.part_source.text(gettext),
        "denominator_source": rate.whole_source.text(gettext),
        "cut_off": rate.cut_off.isoformat(),
    }
