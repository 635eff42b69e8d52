"""The years of review for programs: opened, weighed, followed and closed."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.db import unit_of_work
from marketplace.models import ReviewYear
from marketplace.runtime import runtime
from marketplace.schemas.fields import Code
from marketplace.schemas.studio_review import ReviewYearSchema, WeightsSchema
from marketplace.services.studio_review import progress, years
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor

blueprint = Blueprint("api_review_years", __name__, url_prefix="/review-years", description=_("工作室的考核年度"))

_WEIGHTS = {"results": 25, "benefit": 20, "people": 20, "transfer": 15, "sharing": 10, "ledger": 10}


class ReviewYearAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    year = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    region = Code(vocabulary.regions, required=True, allow_none=True, metadata={"description": _("全省的为空")})
    tiers = ma.fields.List(Code(vocabulary.studio_tiers), required=True)
    period_from = ma.fields.Date(required=True)
    period_to = ma.fields.Date(required=True)
    cut_off = ma.fields.Date(required=True)
    weights = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)
    excellent_share = ma.fields.Integer(required=True, metadata={"description": _("优秀最多占百分之几")})
    rectification = ma.fields.Integer(required=True, metadata={"description": _("整改的天数")})
    closed_at = ma.fields.DateTime(required=True, allow_none=True)
    sha256 = ma.fields.String(
        required=True, metadata={"description": _("结束时的结果的 SHA-256，没有结束的为空字符串")}
    )


class ReviewYearsSchema(ma.Schema):
    years = ma.fields.List(ma.fields.Nested(ReviewYearAnswerSchema), required=True)


class ReviewCountsSchema(ma.Schema):
    """How many studios are to report, reported, have a grade, are to mend, and lost their tier."""

    all = ma.fields.Integer(required=True)
    reported = ma.fields.Integer(required=True)
    graded = ma.fields.Integer(required=True)
    mending = ma.fields.Integer(required=True)
    delisted = ma.fields.Integer(required=True)


class ReviewProgressSchema(ma.Schema):
    whole = ma.fields.Nested(ReviewCountsSchema, required=True)
    by_city = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.Nested(ReviewCountsSchema), required=True,
        metadata={"description": _("按市（州）代码；没有写明地区的键为空字符串")},
    )  # fmt: skip
    grades = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)


class NewReviewYearBodySchema(ReviewYearSchema):
    error_messages = BODY_MESSAGES


class WeightsBodySchema(WeightsSchema):
    error_messages = BODY_MESSAGES


LOCATION = {"Location": {"description": _("这个考核年度的地址"), "schema": {"type": "string"}}}


@blueprint.route("")
@blueprint.doc(operationId="listReviewYears", summary=_("列出考核年度"), description=_("新的在前。"), security=TOKEN)
@blueprint.response(200, ReviewYearsSchema)
def listing() -> Response:
    with runtime().sessions() as session:
        found = [_year(it) for it in years.listed(session, actor())]
        return jsonify({"years": ReviewYearAnswerSchema(many=True).dump(found)})


@blueprint.route("", methods=["POST"])
@blueprint.doc(
    operationId="openReviewYear",
    summary=_("开始一个年度的考核"),
    description=_("范围和梯次之内的工作室都要报送；指标取自现行规则。"),
    security=TOKEN,
)
@blueprint.arguments(
    NewReviewYearBodySchema,
    example={
        "year": 2026, "title": "2026 年度考核", "tiers": ["city", "province"], "period_from": "2026-01-01",
        "period_to": "2026-12-31", "cut_off": "2027-01-31",
    },
)  # fmt: skip
@blueprint.response(201, ReviewYearAnswerSchema, headers=LOCATION)
@blueprint.alt_response(409, "CONFLICT")
def open_(data: dict[str, Any]) -> Response:
    with unit_of_work(runtime().sessions) as session:
        year = years.open_(session, actor(), data)
        answer = _answer(year)
    answer.status_code = 201
    answer.location = url_for(".one", year_id=year.id)
    return answer


@blueprint.route(f"/<{NUMBER}:year_id>")
@blueprint.doc(
    operationId="readReviewYear", summary=_("读取一个考核年度"), description=_("范围、期限和指标。"), security=TOKEN
)
@blueprint.response(200, ReviewYearAnswerSchema)
def one(year_id: int) -> Response:
    with runtime().sessions() as session:
        return _answer(years.get(session, actor(), year_id))


@blueprint.route(f"/<{NUMBER}:year_id>/progress")
@blueprint.doc(
    operationId="readReviewProgress",
    summary=_("看考核的进度"),
    description=_("您范围内的工作室，按市（州）和等次。"),
    security=TOKEN,
)
@blueprint.response(200, ReviewProgressSchema)
def standing(year_id: int) -> Response:
    with runtime().sessions() as session:
        year = years.get(session, actor(), year_id)
        return jsonify(ReviewProgressSchema().dump(progress.of(session, actor(), year)))


@blueprint.route(f"/<{NUMBER}:year_id>/weights", methods=["POST"])
@blueprint.doc(
    operationId="weighReviewYear",
    summary=_("改指标的分数和截止日"),
    description=_("有工作室报送以后就锁定。"),
    security=TOKEN,
)
@blueprint.arguments(WeightsBodySchema, example={"weights": _WEIGHTS, "cut_off": "2027-01-31"})
@blueprint.response(200, ReviewYearAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def weigh(data: dict[str, Any], year_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return _answer(years.weigh(session, actor(), year_id, data))


@blueprint.route(f"/<{NUMBER}:year_id>/close", methods=["POST"])
@blueprint.doc(
    operationId="closeReviewYear",
    summary=_("结束考核"),
    description=_("截止以后，全部评定、申诉办结的才能结束；等次随即公开。"),
    security=TOKEN,
)
@blueprint.response(200, ReviewYearAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def close(year_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return _answer(years.close(session, actor(), year_id))


def _answer(year: ReviewYear) -> Response:
    return jsonify(ReviewYearAnswerSchema().dump(_year(year)))


def _year(year: ReviewYear) -> dict[str, Any]:
    names = (
        "id", "year", "title", "tiers", "period_from", "period_to", "cut_off", "weights", "excellent_share",
        "rectification", "closed_at", "sha256",
    )  # fmt: skip
    region = year.region_path.rpartition("/")[2] or None
    return {name: getattr(year, name) for name in names} | {"region": region}
