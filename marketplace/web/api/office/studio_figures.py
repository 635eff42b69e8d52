"""What studios come to, for programs: tiers and growth, reviews, results, people, money and benefit, one by one too."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.models import Benefit, StudioResult
from marketplace.runtime import runtime
from marketplace.schemas.fields import Code
from marketplace.services.statistics import studio_entries, studios
from marketplace.services.statistics.studio_entries import Line
from marketplace.services.statistics.studios import Money
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.office.questions import ComparedQuerySchema, FiguresQuerySchema, asked_of
from marketplace.web.api.office.rates import RateSchema, rate_told
from marketplace.web.api.office.statistics import PeriodChangeSchema, change_told
from marketplace.web.api.parsing import TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_studio_figures", __name__, url_prefix="/statistics/studios", description=_("统计"))


class StudiosCountedQuerySchema(FiguresQuerySchema, PageQuerySchema):
    figure = ma.fields.String(
        required=True, validate=ma.validate.OneOf(studio_entries.FIGURES, error=_("请从列表里选。")),
        metadata={"description": _("哪一个数字")},
    )  # fmt: skip


class TierFiguresSchema(ma.Schema):
    tier = Code(vocabulary.studio_tiers, required=True)
    studios = ma.fields.Integer(required=True, metadata={"description": _("截止日有这个梯次的工作室")})
    change = ma.fields.Nested(PeriodChangeSchema, required=True)
    named = ma.fields.Integer(required=True, metadata={"description": _("本期命名的")})


class MoneySchema(ma.Schema):
    count = ma.fields.Integer(required=True)
    amount = ma.fields.Integer(required=True, metadata={"description": _("金额，单位：分")})


class StudioFiguresSchema(ma.Schema):
    cut_off = ma.fields.Date(required=True)
    tiers = ma.fields.List(ma.fields.Nested(TierFiguresSchema), required=True)
    studios = ma.fields.Integer(required=True)
    change = ma.fields.Nested(PeriodChangeSchema, required=True)
    grades = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.Integer(), required=True,
        metadata={"description": _("年度考核各等次的工作室")},
    )  # fmt: skip
    delisted = ma.fields.Integer(required=True)
    closed = ma.fields.Integer(required=True)
    results = ma.fields.Nested(RateSchema, required=True, metadata={"description": _("平均每个工作室的成果")})
    pairs = ma.fields.Integer(required=True)
    apprentices = ma.fields.Integer(required=True)
    grants = ma.fields.Nested(MoneySchema, required=True)
    used = ma.fields.Nested(MoneySchema, required=True)
    left = ma.fields.Integer(required=True, metadata={"description": _("截止日没有用完的经费，单位：分")})
    verified = ma.fields.Nested(MoneySchema, required=True, metadata={"description": _("工作室成果核验的效益")})
    benefits = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.Nested(MoneySchema), required=True,
        metadata={"description": _("成果和建议的效益：申报、证明、核验，各按自己的日期")},
    )  # fmt: skip


class StudioCountedSchema(ma.Schema):
    noun = ma.fields.String(required=True)
    id = ma.fields.Integer(required=True)
    studio = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("工作室编号，效益没有")})
    name = ma.fields.String(required=True, metadata={"description": _("成果或效益叫什么，其他为工作室的名称")})


class StudiosCountedSchema(ma.Schema):
    number = ma.fields.Integer(required=True)
    counted = ma.fields.List(ma.fields.Nested(StudioCountedSchema), required=True)
    withheld = ma.fields.Integer(required=True, metadata={"description": _("有几条只计数，您不能看")})
    next = ma.fields.String(required=True, allow_none=True)


@blueprint.route("")
@blueprint.doc(
    operationId="readStudioFigures",
    summary=_("工作室和效益"),
    description=_("各梯次的工作室和增长、考核、摘牌、成果、师徒、经费和效益；只有您范围内的。"),
    security=TOKEN,
)
@blueprint.arguments(ComparedQuerySchema, location="query")
@blueprint.response(200, StudioFiguresSchema)
def of_scope(asked: dict[str, Any]) -> Response:
    with runtime().sessions() as session:
        read = asked_of(session, asked)
        found = studios.figures(session, actor(), read.scope, read.period, read.other)
        tiers = [
            {"tier": tier, "studios": it.now, "change": change_told(it), "named": found.named[tier]}
            for tier, it in found.by_tier.items()
        ]
        money = {name: _money(getattr(found, name)) for name in ("grants", "used", "verified")}
        return jsonify(
            cut_off=read.period.cut_off.isoformat(), tiers=tiers, studios=found.whole.now,
            change=change_told(found.whole), grades=dict(found.grades), delisted=found.delisted, closed=found.closed,
            results=rate_told(found.results), pairs=found.pairs, apprentices=found.apprentices, left=found.left,
            benefits={stage: _money(it) for stage, it in found.benefits.items()}, **money,
        )  # fmt: skip


@blueprint.route("/counted")
@blueprint.doc(
    operationId="listStudiosCounted",
    summary=_("工作室的一个数字后面的各条"),
    description=_("加上您不能看的几条，正好是这个数。"),
    security=TOKEN,
)
@blueprint.arguments(StudiosCountedQuerySchema, location="query")
@blueprint.response(200, StudiosCountedSchema)
def counted(asked: dict[str, Any]) -> Response:
    with runtime().sessions() as session:
        read = asked_of(session, asked)
        found = studio_entries.listing(
            session, actor(), asked["figure"], read.scope, read.period, limit=asked["limit"], after=position(asked)
        )
        return jsonify(
            number=found.number, counted=[_line(found.noun, it) for it in found.lines], withheld=found.withheld,
            next=cursor(asked, found.next_after),
        )  # fmt: skip


def _line(noun: str, line: Line) -> dict[str, Any]:
    it = line.record
    name = it.metric if isinstance(it, Benefit) else it.title if isinstance(it, StudioResult) else ""
    if line.studio is None:
        return {"noun": noun, "id": it.id, "studio": None, "name": name}
    return {"noun": noun, "id": it.id, "studio": line.studio.id, "name": name or line.studio.name}


def _money(money: Money) -> dict[str, int]:
    return {"count": money.count, "amount": money.amount}
