"""The annual review of studios for programs: reports, grades and what follows, as on the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.db import unit_of_work
from marketplace.models import StudioReview
from marketplace.models.studios.annual_review import APPEAL_STATES, APPEALED, STATES
from marketplace.runtime import runtime
from marketplace.schemas import studio_review as schemas
from marketplace.schemas.fields import Code
from marketplace.services.studio_review import appeals, delisting, grading, reports
from marketplace.services.studio_review.reports import Asked
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_studio_reviews", __name__, url_prefix="/studio-reviews", description=_("工作室的年度考核"))


class ReviewAppealAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    against = ma.fields.String(required=True, validate=ma.validate.OneOf(APPEALED))
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(APPEAL_STATES))
    text = ma.fields.String(required=True)
    due_on = ma.fields.Date(required=True, metadata={"description": _("办结期限")})
    grade = Code(vocabulary.review_grades, required=True, allow_none=True)
    finding = ma.fields.String(required=True)


class StudioReviewLineSchema(ma.Schema):
    """A review in a list."""

    id = ma.fields.Integer(required=True)
    review_year_id = ma.fields.Integer(required=True)
    year = ma.fields.Integer(required=True)
    studio_id = ma.fields.Integer(required=True)
    studio = ma.fields.String(required=True)
    unit = ma.fields.String(required=True)
    tier = Code(vocabulary.studio_tiers, required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    grade = Code(vocabulary.review_grades, required=True, allow_none=True)
    score = ma.fields.Decimal(required=True, allow_none=True, as_string=True)
    cut_off = ma.fields.Date(required=True)
    rectify_by = ma.fields.Date(required=True, allow_none=True)


class StudioReviewAnswerSchema(StudioReviewLineSchema):
    """A review with its report. In ``figures`` an indicator that cannot be computed is null."""

    figures = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), allow_none=True),
        required=True, metadata={"description": _("由记录算出的数，报送时固定；无法计算的为空")},
    )  # fmt: skip
    weights = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)
    scores = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)
    weighed = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": _("打了分的指标共多少分，总分按它折算")}
    )
    account = ma.fields.String(required=True)
    plans = ma.fields.String(required=True)
    remarks = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), required=True)
    opinion = ma.fields.String(required=True)
    mending = ma.fields.String(required=True)
    finding = ma.fields.String(required=True)
    appeals = ma.fields.List(ma.fields.Nested(ReviewAppealAnswerSchema), required=True)


class StudioReviewsSchema(ma.Schema):
    reviews = ma.fields.List(ma.fields.Nested(StudioReviewLineSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class StudioReviewQuerySchema(PageQuerySchema):
    year = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(1, 2_147_483_647, error=_("应在 {min} 和 {max} 之间。")),
        metadata={"description": _("考核年度的编号")},
    )
    state = ma.fields.String(load_default="", validate=ma.validate.OneOf(("", *STATES)))
    grade = Code(vocabulary.review_grades, load_default=None)
    q = ma.fields.String(load_default="", metadata={"description": _("工作室或单位名称里的文字")})


@blueprint.route("")
@blueprint.doc(
    operationId="listStudioReviews",
    summary=_("列出工作室的年度考核"),
    description=_("您范围内的工作室，新的在前，按 next 逐页读取。"),
    security=TOKEN,
)
@blueprint.arguments(StudioReviewQuerySchema, location="query")
@blueprint.response(200, StudioReviewsSchema)
def listing(question: dict[str, Any]) -> Response:
    limit = question["limit"]
    asked = Asked(question["year"], question["state"], question["grade"] or "", question["q"].strip()[:100])
    with runtime().sessions() as session:
        # One more than asked for tells whether there is a next page.
        found = reports.listed(session, actor(), asked, limit=limit + 1, after=position(question))
        lines = StudioReviewLineSchema(many=True).dump([_line(it) for it in found[:limit]])
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        return jsonify({"reviews": lines, "next": following})


@blueprint.route(f"/<{NUMBER}:review_id>")
@blueprint.doc(
    operationId="readStudioReview",
    summary=_("读取一个工作室的考核"),
    description=_("报告、由记录算出的数、评分和申诉；给看得到工作室全部记录的人。"),
    security=TOKEN,
)
@blueprint.response(200, StudioReviewAnswerSchema)
def one(review_id: int) -> Response:
    with runtime().sessions() as session:
        return _answer(session, reports.get(session, actor(), review_id))


def _step(
    place: str, name: str, summary: object, schema: type[ma.Schema], take: Callable[..., Any], example: dict[str, Any]
) -> None:
    """Add the operation that takes one step of a review."""
    body = type(f"{name[0].upper()}{name[1:]}BodySchema", (schema,), {"error_messages": BODY_MESSAGES})

    @blueprint.route(f"/<{NUMBER}:review_id>/{place}", methods=["POST"], endpoint=name)
    @blueprint.doc(
        operationId=name, summary=summary, description=_("规则和页面上相同；答复是办理以后的考核。"), security=TOKEN
    )
    @blueprint.arguments(body, example=example)
    @blueprint.response(200, StudioReviewAnswerSchema)
    @blueprint.alt_response(409, "CONFLICT")
    def taken(data: dict[str, Any], review_id: int) -> Response:
        with unit_of_work(runtime().sessions) as session:
            take(session, actor(), review_id, data)
            return _answer(session, reports.get(session, actor(), review_id))


_step("draft", "prepareStudioReport", _("填写年度报告"), schemas.ReportSchema, reports.prepare,
      {"account": "攻关三项，带徒两对。"})  # fmt: skip
_step("report", "submitStudioReport", _("报送年度报告"), schemas.ReportSchema, reports.submit,
      {"account": "攻关三项，带徒两对。", "remarks": {"benefit": "正在核验。"}})  # fmt: skip
_step("grade", "gradeStudio", _("评定等次"), schemas.GradeSchema, grading.grade,
      {"scores": {"results": 20, "ledger": 8}, "grade": "qualified", "opinion": "台账完整。"})  # fmt: skip
_step("mending", "mendStudio", _("报告整改"), schemas.MendingSchema, grading.mend,
      {"mending": "补齐了台账。"})  # fmt: skip
_step("check", "checkStudio", _("复查"), schemas.CheckSchema, grading.check,
      {"passed": True, "finding": "现场核对。"})  # fmt: skip
_step("delisting", "delistStudio", _("摘牌"), schemas.DelistingSchema, delisting.delist_failed,
      {"finding": "没有开展活动。"})  # fmt: skip
_step("appeals", "appealStudioReview", _("申诉"), schemas.AppealSchema, appeals.raise_,
      {"text": "专利没有计入。"})  # fmt: skip


class AppealDecisionBodySchema(schemas.AppealDecisionSchema):
    error_messages = BODY_MESSAGES


@blueprint.route(f"/<{NUMBER}:review_id>/appeals/<{NUMBER}:appeal_id>", methods=["POST"])
@blueprint.doc(
    operationId="decideStudioAppeal",
    summary=_("办结申诉"),
    description=_("由评定的上级，或者省总工会的其他人办理；对等次的申诉成立的，另定一个等次。"),
    security=TOKEN,
)
@blueprint.arguments(AppealDecisionBodySchema, example={"upheld": True, "grade": "qualified", "finding": "专利属实。"})
@blueprint.response(200, StudioReviewAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def decide(data: dict[str, Any], review_id: int, appeal_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        appeals.decide(session, actor(), review_id, appeal_id, data)
        return _answer(session, reports.get(session, actor(), review_id))


def _answer(session: Any, review: StudioReview) -> Response:
    names = (
        "scores", "weighed", "account", "plans", "remarks", "opinion", "mending", "finding", "appeals",
    )  # fmt: skip
    told = {name: getattr(review, name) for name in names}
    told |= {"figures": reports.figures(session, review), "weights": review.review_year.weights}
    return jsonify(StudioReviewAnswerSchema().dump(_line(review) | told))


def _line(review: StudioReview) -> dict[str, Any]:
    names = ("id", "review_year_id", "year", "studio_id", "tier", "state", "grade", "score", "rectify_by")
    studio = review.studio
    return {name: getattr(review, name) for name in names} | {
        "studio": studio.name, "unit": studio.organisation.name, "cut_off": review.review_year.cut_off,
    }  # fmt: skip
