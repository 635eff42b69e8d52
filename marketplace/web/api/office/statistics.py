"""The figures of union staff for programs: what was reached, rates, and the entries behind a number."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.runtime import runtime
from marketplace.schemas.fields import Code
from marketplace.services.participation.counting import Figures
from marketplace.services.proposal import rates as proposal_rates
from marketplace.services.statistics import board, entries, rates
from marketplace.services.statistics.asking import Question, question
from marketplace.services.statistics.board import Change, Row
from marketplace.services.statistics.rate import Rate
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import TOKEN, Blueprint, actor
from marketplace.web.api.people.campaigns import CampaignFiguresSchema
from marketplace.web.api.people.participation import EntryAnswerSchema, entry_told
from marketplace.web.api.questions import PageQuerySchema, QuerySchema

blueprint = Blueprint("api_statistics", __name__, url_prefix="/statistics", description=_("统计"))


def _whole(least: int, most: int, about: object, **options: Any) -> ma.fields.Integer:
    bounds = ma.validate.Range(least, most, error=_("应在 {min} 和 {max} 之间。"))
    return ma.fields.Integer(
        validate=bounds, error_messages={"invalid": _("请填写整数。")}, metadata={"description": about}, **options
    )


class FiguresQuerySchema(QuerySchema):
    year = _whole(2000, 2100, _("年度，不填为今年"), load_default=None)
    first = _whole(1, 12, _("从几月"), load_default=1)
    last = _whole(1, 12, _("到几月"), load_default=12)
    region = Code(vocabulary.regions, load_default=None, metadata={"description": _("地区代码，不填为您的范围")})
    industry = Code(vocabulary.industries, load_default=None, metadata={"description": _("行业代码")})
    unit = _whole(1, 2**31 - 1, _("单位编号"), load_default=None)


class ThemeQuerySchema(FiguresQuerySchema):
    theme = Code(vocabulary.campaign_kinds, required=True, metadata={"description": _("活动的类别")})
    measure = Code(vocabulary.campaign_measures, load_default=None, metadata={"description": _("指标")})


class BoardQuerySchema(ThemeQuerySchema):
    versus = _whole(0, 2100, _("与哪一年相比，不填为上一年，0 为不比较"), load_default=None)
    versus_first = _whole(1, 12, _("相比的月份，从"), load_default=None)
    versus_last = _whole(1, 12, _("相比的月份，到"), load_default=None)


class BehindQuerySchema(ThemeQuerySchema, PageQuerySchema):
    item = ma.fields.String(load_default="", metadata={"description": _("项目的代码")})


class RateSchema(ma.Schema):
    """A rate with everything it rests on; ``value`` is empty where there is no denominator."""

    value = ma.fields.Float(required=True, allow_none=True, metadata={"description": _("没有分母时为空，不是 0")})
    text = ma.fields.String(required=True)
    numerator = ma.fields.Integer(required=True)
    denominator = ma.fields.Float(required=True, allow_none=True)
    numerator_source = ma.fields.String(required=True)
    denominator_source = ma.fields.String(required=True)
    cut_off = ma.fields.Date(required=True)


class PeriodChangeSchema(ma.Schema):
    before = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("相比时期的人次")})
    difference = ma.fields.Integer(required=True, allow_none=True)
    percent = ma.fields.Float(required=True, allow_none=True)


class StatisticsRowSchema(ma.Schema):
    code = ma.fields.String(required=True, metadata={"description": _("指标、地区或行业的代码，不知道时为空")})
    figures = ma.fields.Nested(CampaignFiguresSchema, required=True)
    of_which = ma.fields.Nested(
        CampaignFiguresSchema, required=True, metadata={"description": _("其中由另一条线统计的单位")}
    )
    target = ma.fields.Nested(RateSchema, required=True, allow_none=True)
    change = ma.fields.Nested(PeriodChangeSchema, required=True, allow_none=True)


class StatisticsMonthSchema(ma.Schema):
    month = ma.fields.Integer(required=True, metadata={"description": _("年 × 100 + 月")})
    figures = ma.fields.Nested(CampaignFiguresSchema, required=True)


class StatisticsCellSchema(ma.Schema):
    region = ma.fields.String(required=True)
    industry = ma.fields.String(required=True)
    figures = ma.fields.Nested(CampaignFiguresSchema, required=True)
    of_which = ma.fields.Nested(
        CampaignFiguresSchema, required=True, metadata={"description": _("其中由产业工会统计的单位")}
    )


class BoardSchema(ma.Schema):
    theme = Code(vocabulary.campaign_kinds, required=True)
    measure = Code(vocabulary.campaign_measures, required=True)
    cut_off = ma.fields.Date(required=True)
    units = ma.fields.Integer(required=True)
    measures = ma.fields.List(ma.fields.Nested(StatisticsRowSchema), required=True)
    months = ma.fields.List(ma.fields.Nested(StatisticsMonthSchema), required=True)
    places = ma.fields.List(ma.fields.Nested(StatisticsRowSchema), required=True)
    industries = ma.fields.List(ma.fields.Nested(StatisticsRowSchema), required=True)
    cells = ma.fields.List(
        ma.fields.Nested(StatisticsCellSchema),
        required=True,
        metadata={"description": _("地区和行业，每个单位只在一格里")},
    )


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


class BehindSchema(ma.Schema):
    figures = ma.fields.Nested(CampaignFiguresSchema, required=True)
    entries = ma.fields.List(ma.fields.Nested(EntryAnswerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


@blueprint.route("")
@blueprint.doc(
    operationId="readBoard",
    summary=_("一类活动的数字"),
    description=_("与目标和另一时期相比，按月、地区和行业；只有您范围内的。"),
    security=TOKEN,
)
@blueprint.arguments(BoardQuerySchema, location="query")
@blueprint.response(200, BoardSchema)
def one(asked: dict[str, Any]) -> Response:
    with runtime().sessions() as session:
        found = _read(session, asked)
        theme, scope, period = asked["theme"], found.scope, found.period
        told = board.board(session, actor(), theme, scope, period, found.other, found.measure)
        cells = [
            {"region": it.place, "industry": it.branch, "figures": _figures(it.share.all)}
            | {"of_which": _figures(it.share.of_which)}
            for it in told.cross.cells
        ]
        return jsonify(
            theme=told.theme, measure=told.measure, cut_off=period.cut_off.isoformat(), units=told.units,
            measures=[_row(it) for it in told.measures],
            months=[{"month": month, "figures": _figures(it)} for month, it in told.months.items()],
            places=[_row(it) for it in told.places], industries=[_row(it) for it in told.branches], cells=cells,
        )  # fmt: skip


@blueprint.route("/rates")
@blueprint.doc(
    operationId="readRates",
    summary=_("规定的比率"),
    description=_("六个一、劳动竞赛的覆盖率、建议的答复率、采纳率和实施率，各有分子、分母、来源和截止日。"),
    security=TOKEN,
)
@blueprint.arguments(FiguresQuerySchema, location="query")
@blueprint.response(200, RatesSchema)
def of_scope(asked: dict[str, Any]) -> Response:
    with runtime().sessions() as session:
        found = _read(session, asked)
        scope, period = found.scope, found.period
        six, covered = rates.six_ones(session, scope, period), rates.coverage(session, scope, period)
        told = proposal_rates.of_scope(session, actor(), period.first_day, period.cut_off, scope)
        return jsonify(
            participation=_rate(six.participation), full_six=_rate(six.full), items_per_head=_rate(six.per_head),
            units_without_headcount=six.without_headcount, coverage=_rate(covered.rate), coverage_target=covered.target,
            decision=_rate(told.decision), adoption=_rate(told.adoption), adopted_in_part=told.partly,
            implementation=_rate(told.implementation), proposals_per_head=_rate(told.per_head),
        )  # fmt: skip


@blueprint.route("/entries")
@blueprint.doc(
    operationId="listEntriesBehind",
    summary=_("一个数字后面的记录"),
    description=_("正好是这个数字计入的，新的在前；姓名按您的权限遮盖。"),
    security=TOKEN,
)
@blueprint.arguments(BehindQuerySchema, location="query")
@blueprint.response(200, BehindSchema)
def behind(asked: dict[str, Any]) -> Response:
    with runtime().sessions() as session:
        read = _read(session, asked)
        found = entries.behind(
            session, actor(), asked["theme"], read.scope, read.period, measure=read.measure, item=asked["item"],
            limit=asked["limit"], after=position(asked),
        )  # fmt: skip
        following = cursor(asked, found.next_after) if found.next_after is not None else None
        told = [entry_told(it) for it in found.entries]
        return jsonify(figures=_figures(found.figures), entries=told, next=following)


def _read(session: Any, asked: dict[str, Any]) -> Question:
    unasked = {"measure": None, "versus": 0, "versus_first": None, "versus_last": None}
    return question(session, actor(), unasked | asked)


def _figures(figures: Figures) -> dict[str, int]:
    return asdict(figures)


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "value": None if rate.value is None else float(rate.value),
        "text": rate.text(gettext),
        "numerator": rate.part,
        "denominator": float(rate.whole) if rate.whole else None,
        "numerator_source": rate.part_source.text(gettext),
        "denominator_source": rate.whole_source.text(gettext),
        "cut_off": rate.cut_off.isoformat(),
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "code": row.code,
        "figures": _figures(row.figures),
        "of_which": _figures(row.of_which),
        "target": _rate(row.target) if row.target else None,
        "change": _change(row.change) if row.change else None,
    }


def _change(change: Change) -> dict[str, Any]:
    percent = None if change.percent is None else float(change.percent)
    return {"before": change.before, "difference": change.difference, "percent": percent}
