"""The figures of union staff for programs: what was reached, rates, and the entries behind a number."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace import vocabulary
from marketplace.db import today, unit_of_work
from marketplace.runtime import runtime
from marketplace.schemas.fields import Code
from marketplace.schemas.statistics import YearlyTargetSchema
from marketplace.services.statistics import board, entries, targets
from marketplace.services.statistics.board import Board, Change, Row
from marketplace.services.tally.counting import Figures
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.office.questions import ComparedQuerySchema, FiguresQuerySchema, asked_of, whole
from marketplace.web.api.office.rates import RateSchema, rate_told
from marketplace.web.api.parsing import BODY_MESSAGES, TOKEN, Blueprint, actor
from marketplace.web.api.people.campaigns import CampaignFiguresSchema
from marketplace.web.api.people.participation import EntryAnswerSchema, entry_told
from marketplace.web.api.questions import PageQuerySchema, QuerySchema

blueprint = Blueprint("api_statistics", __name__, url_prefix="/statistics", description=_("统计"))

TARGET = {"year": 2026, "month": 3, "region": "5106", "industry": "C", "measure": "trained", "amount": 5000}


class ThemeQuerySchema(FiguresQuerySchema):
    theme = Code(vocabulary.campaign_kinds, required=True, metadata={"description": _("活动的类别")})
    measure = Code(vocabulary.campaign_measures, load_default=None, metadata={"description": _("指标")})


class BoardQuerySchema(ThemeQuerySchema, ComparedQuerySchema):
    """A theme, its measure, and what it is compared with."""


class BehindQuerySchema(ThemeQuerySchema, PageQuerySchema):
    item = ma.fields.String(load_default="", metadata={"description": _("项目的代码")})


class YearlyTargetsQuerySchema(QuerySchema):
    year = whole(2000, 2100, _("年度，不填为今年"), load_default=None)


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
    target = ma.fields.Nested(
        RateSchema,
        required=True,
        allow_none=True,
        metadata={"description": _("当月的目标完成多少；没有单独设定的，分母是全年目标的十二分之一")},
    )


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


class YearlyTargetAnswerSchema(ma.Schema):
    """A target of a place, of an industry, or of an industry in a place."""

    month = ma.fields.Integer(required=True, metadata={"description": _("哪个月，0 是全年")})
    region = ma.fields.String(required=True, metadata={"description": _("地区的代码，全省一个行业的为空")})
    industry = ma.fields.String(required=True, metadata={"description": _("行业的代码，所有行业的为空")})
    measure = Code(vocabulary.campaign_measures, required=True)
    amount = ma.fields.Integer(required=True, metadata={"description": _("要达到的人次")})
    is_rule = ma.fields.Boolean(required=True, metadata={"description": _("全省的，在“规则”里设定")})
    since = ma.fields.Date(required=True, allow_none=True, metadata={"description": _("规则从哪天起是这个值")})


class YearlyTargetsSchema(ma.Schema):
    year = ma.fields.Integer(required=True)
    targets = ma.fields.List(ma.fields.Nested(YearlyTargetAnswerSchema), required=True)


class YearlyTargetBodySchema(YearlyTargetSchema):
    error_messages = BODY_MESSAGES


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
        found = asked_of(session, asked)
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
            months=[_month(told, month) for month in told.months],
            places=[_row(it) for it in told.places], industries=[_row(it) for it in told.branches], cells=cells,
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
        read = asked_of(session, asked)
        found = entries.behind(
            session, actor(), asked["theme"], read.scope, read.period, measure=read.measure, item=asked["item"],
            limit=asked["limit"], after=position(asked),
        )  # fmt: skip
        told = [entry_told(it) for it in found.entries]
        return jsonify(figures=_figures(found.figures), entries=told, next=cursor(asked, found.next_after))


@blueprint.route("/targets")
@blueprint.doc(
    operationId="listTargets",
    summary=_("一年的目标"),
    description=_("全省、各地、各行业和地区里的行业一年或者一个月要达到的人次，完成百分比的分母。"),
    security=TOKEN,
)
@blueprint.arguments(YearlyTargetsQuerySchema, location="query")
@blueprint.response(200, YearlyTargetsSchema)
def aims(asked: dict[str, Any]) -> Response:
    with runtime().sessions() as session:
        return _of_year(session, asked["year"] or today().year)


@blueprint.route("/targets", methods=["POST"])
@blueprint.doc(
    operationId="setTarget",
    summary=_("设定一个目标"),
    description=_(
        "一个地区、一个行业或者地区里的行业，一年或者一个月（month，0 是全年）；已有的改为这个数，填 0 取消。"
        "全省一年的在“规则”里设定。返回这一年的目标。"
    ),
    security=TOKEN,
)
@blueprint.arguments(YearlyTargetBodySchema, example=TARGET)
@blueprint.response(200, YearlyTargetsSchema)
def set_aim(data: dict[str, Any]) -> Response:
    with unit_of_work(runtime().sessions) as session:
        targets.set_target(session, actor(), data)
        return _of_year(session, data["year"])


def _of_year(session: Session, year: int) -> Response:
    told = [YearlyTargetAnswerSchema().dump(it) for it in targets.listed(session, actor(), year)]
    return jsonify(year=year, targets=told)


def _month(told: Board, month: int) -> dict[str, Any]:
    target = told.month_targets.get(month)
    return {
        "month": month, "figures": _figures(told.months[month]), "target": rate_told(target) if target else None,
    }  # fmt: skip


def _figures(figures: Figures) -> dict[str, int]:
    return asdict(figures)


def _row(row: Row) -> dict[str, Any]:
    return {
        "code": row.code,
        "figures": _figures(row.figures),
        "of_which": _figures(row.of_which),
        "target": rate_told(row.target) if row.target else None,
        "change": change_told(row.change) if row.change else None,
    }


def change_told(change: Change) -> dict[str, Any]:
    """Return a change as ``PeriodChangeSchema`` describes it."""
    percent = None if change.percent is None else float(change.percent)
    return {"before": change.before, "difference": change.difference, "percent": percent}
