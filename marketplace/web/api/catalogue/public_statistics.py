"""The public statistics for programs: the same numbers and the same hidden cells as on the page."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.runtime import runtime
from marketplace.schemas.fields import Code
from marketplace.services.reports import public
from marketplace.services.reports.public import Measured, Shown
from marketplace.services.reports.suppression import ALL
from marketplace.services.statistics.rate import Rate
from marketplace.web.api.parsing import Blueprint
from marketplace.web.api.questions import QuerySchema
from marketplace.web.reports.public import held

blueprint = Blueprint("api_public_statistics", __name__, url_prefix="/public-statistics", description=_("公开的统计"))

_KEPT = 600


class PublicRateSchema(ma.Schema):
    """A rate with everything it rests on."""

    numerator = ma.fields.Integer(required=True)
    denominator = ma.fields.Float(required=True, allow_none=True, metadata={"description": _("没有数据时为空")})
    percent = ma.fields.String(required=True, allow_none=True, metadata={"description": _("没有分母时为空")})
    numerator_source = ma.fields.String(required=True)
    denominator_source = ma.fields.String(required=True)
    cut_off = ma.fields.Date(required=True)


class PublicCellSchema(ma.Schema):
    """A cell; all three numbers are null where it is hidden."""

    place = ma.fields.String(
        required=True, allow_none=True, metadata={"description": _("地区代码，合计为空，没有登记地区为空字符串")}
    )
    month = ma.fields.String(required=True, allow_none=True, metadata={"description": _("例如 2026-03，合计为空")})
    is_hidden = ma.fields.Boolean(required=True, metadata={"description": _("人数太少，或者能由此减出人数太少的格子")})
    person_times = ma.fields.Integer(required=True, allow_none=True)
    persons = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("记名的人，每人只算一次")})
    batch_persons = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("没有记名的人")})


class PublicMeasureSchema(ma.Schema):
    measure = Code(vocabulary.campaign_measures, required=True)
    cut_off = ma.fields.Date(required=True)
    source = ma.fields.String(required=True)
    objects = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("建议、成果等对象")})
    target = ma.fields.Nested(PublicRateSchema, required=True, allow_none=True)
    cells = ma.fields.List(ma.fields.Nested(PublicCellSchema), required=True)


class PublicTierSchema(ma.Schema):
    tier = ma.fields.String(required=True)
    studios = ma.fields.Integer(required=True)


class PublicStatisticsSchema(ma.Schema):
    year = ma.fields.Integer(required=True)
    years = ma.fields.List(ma.fields.Integer(), required=True, metadata={"description": _("有公布数字的年度")})
    cut_off = ma.fields.Date(required=True, allow_none=True, metadata={"description": _("还没有公布时为空")})
    cut_offs = ma.fields.List(ma.fields.Date(), required=True, metadata={"description": _("可以选的截止日")})
    computed_on = ma.fields.Date(required=True)
    fewest_persons = ma.fields.Integer(required=True, metadata={"description": _("少于几个人的格子不公布")})
    measures = ma.fields.List(ma.fields.Nested(PublicMeasureSchema), required=True)
    proposal_rates = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.Nested(PublicRateSchema), required=True, allow_none=True,
        metadata={"description": _("建议太少时为空")},
    )  # fmt: skip
    achievements_published = ma.fields.Integer(required=True)
    achievements_published_in_year = ma.fields.Integer(required=True)
    studios = ma.fields.List(ma.fields.Nested(PublicTierSchema), required=True)


class PublicStatisticsQuerySchema(QuerySchema):
    year = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(2000, 2100, error=_("应在 {min} 和 {max} 之间。")),
        error_messages={"invalid": _("请填写整数。")},
        metadata={"description": _("年度，不写是最近公布的一年")},
    )
    until = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(1, 12, error=_("应在 {min} 和 {max} 之间。")),
        error_messages={"invalid": _("请填写整数。")},
        metadata={"description": _("截止到几月底，不写是最近公布的一月")},
    )


@blueprint.route("")
@blueprint.doc(
    operationId="readPublicStatistics",
    summary=_("读取公开的统计"),
    description=_("只含省总工会已经结账的月份；少于几个人的格子隐去，并隐去能减出它的格子。"),
)
@blueprint.arguments(PublicStatisticsQuerySchema, location="query")
@blueprint.response(200, PublicStatisticsSchema)
def read(question: dict[str, Any]) -> Response:
    with runtime().sessions() as session:
        years = public.years(session)
        found = held(session, question["year"] or (years[0] if years else public.today().year), question["until"])
    rates = found.proposals and {
        "decision": _rate(found.proposals.decision),
        "adoption": _rate(found.proposals.adoption),
        "implementation": _rate(found.proposals.implementation),
    }
    answer = jsonify(
        PublicStatisticsSchema().dump(
            {
                "year": found.year,
                "years": years,
                "cut_off": found.cut_off,
                "cut_offs": found.cut_offs,
                "computed_on": found.on,
                "fewest_persons": found.least,
                "measures": [_measure(it) for it in found.measures],
                "proposal_rates": rates,
                "achievements_published": found.achievements[0],
                "achievements_published_in_year": found.achievements[1],
                "studios": [{"tier": tier, "studios": count} for tier, count in found.studios.items()],
            }
        )
    )
    answer.headers["Cache-Control"] = f"public, max-age={_KEPT}"
    return answer


def _measure(it: Measured) -> dict[str, Any]:
    cells = [_cell(place, month, it.cell(place, month)) for place in (*it.places, ALL) for month in (*it.months, ALL)]
    source = gettext("来源：平台上已确认的参与记录，截止 %(day)s。结账以后的更正计算在内。", day=it.cut_off.isoformat())
    told = {"measure": it.measure, "cut_off": it.cut_off, "objects": it.objects, "cells": cells, "source": source}
    return told | {"target": it.reached and _rate(it.reached)}


def _cell(place: str, month: int | str, shown: Shown | None) -> dict[str, Any]:
    numbers = ("person_times", "persons", "batch_persons")
    of = None if isinstance(month, str) else f"{month // 100}-{month % 100:02}"
    return {"place": None if place == ALL else place, "month": of, "is_hidden": shown is None} | {
        name: shown and getattr(shown, name) for name in numbers
    }


def _rate(rate: Rate) -> dict[str, Any]:
    percent = rate.percent()
    return {
        "numerator": rate.part,
        "denominator": None if rate.whole is None else float(rate.whole),
        "percent": None if percent is None else str(percent),
        "numerator_source": rate.part_source.text(gettext),
        "denominator_source": rate.whole_source.text(gettext),
        "cut_off": rate.cut_off,
    }
