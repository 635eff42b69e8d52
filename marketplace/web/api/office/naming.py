"""Naming studios for programs: the batches, who applies, and what the office that recommends says of it."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.models import NamingBatch, StudioApplication
from marketplace.models.studios.naming_batch import BATCH_STATES
from marketplace.models.studios.studio_application import APPLICATION_STATES
from marketplace.permissions import can_follow_naming
from marketplace.runtime import runtime
from marketplace.schemas.naming import ApplicationSchema, BatchSchema, RecommendationSchema
from marketplace.schemas.proposal import StatedReasonSchema
from marketplace.services.naming import applications, applying, batches, recommending
from marketplace.services.selection.outcomes import Told, told_of
from marketplace.web.api.catalogue.studios import ConditionSchema
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor, revision_read
from marketplace.web.api.questions import PageQuerySchema
from marketplace.web.api.revisions import ETAG, IF_MATCH, revised

blueprint = Blueprint("api_naming", __name__, url_prefix="/naming", description=_("创新工作室命名"))

LOCATION = {"Location": {"description": _("新记录的地址"), "schema": {"type": "string"}}}
DAYS = {"opens_on": "2026-03-01", "closes_on": "2026-04-15", "recommend_by": "2026-05-15", "score_by": "2026-06-30"}


class BatchBodySchema(BatchSchema):
    error_messages = BODY_MESSAGES


class BatchAnswerSchema(BatchSchema):
    """A batch as anybody may read it."""

    id = ma.fields.Integer(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(BATCH_STATES))


class BatchesSchema(ma.Schema):
    batches = ma.fields.List(ma.fields.Nested(BatchAnswerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class ApplicationBodySchema(ApplicationSchema):
    error_messages = BODY_MESSAGES


class RecommendationBodySchema(RecommendationSchema):
    error_messages = BODY_MESSAGES


class ReasonBodySchema(StatedReasonSchema):
    error_messages = BODY_MESSAGES


class ApplicationLineSchema(ma.Schema):
    """An application in a list."""

    id = ma.fields.Integer(required=True)
    revision = ma.fields.Integer(required=True)
    batch_id = ma.fields.Integer(required=True, metadata={"description": _("批次的编号")})
    studio_id = ma.fields.Integer(required=True, metadata={"description": _("工作室的编号")})
    studio = ma.fields.String(required=True, metadata={"description": _("工作室的名称")})
    unit = ma.fields.String(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(APPLICATION_STATES))
    recommended_as = ma.fields.String(required=True, metadata={"description": _("推荐的岗位，没有推荐时为空")})
    recommended_rank = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("推荐顺序")})


class ApplicationAnswerSchema(ApplicationLineSchema):
    """An application with what its dossier froze of the conditions."""

    statement = ma.fields.String(required=True, metadata={"description": _("申报理由")})
    acknowledged = ma.fields.List(ma.fields.String(), required=True)
    explanation = ma.fields.String(required=True)
    opinion = ma.fields.String(required=True, metadata={"description": _("推荐意见")})
    decision = ma.fields.String(required=True, metadata={"description": _("退回、不推荐等的理由")})
    dossier_sha256 = ma.fields.String(required=True, metadata={"description": _("冻结的申报材料的 SHA-256")})
    conditions = ma.fields.List(ma.fields.Nested(ConditionSchema), required=True)


class ApplicationsSchema(ma.Schema):
    applications = ma.fields.List(ma.fields.Nested(ApplicationLineSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


@blueprint.route("/batches")
@blueprint.doc(operationId="listNamingBatches", summary=_("列出命名的批次"), description=_("新的在前，逐页读取。"))
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, BatchesSchema)
def listing(question: dict[str, Any]) -> Response:
    limit = question["limit"]
    with runtime().sessions() as session:
        # One more than asked for tells whether there is a next page.
        found = batches.listed(session, limit=limit + 1, after=position(question))
        told = {
            "batches": [_batch(it) for it in found[:limit]],
            "next": cursor(question, found[limit - 1].id) if len(found) > limit else None,
        }
        return jsonify(BatchesSchema().dump(told))


@blueprint.route(f"/batches/<{NUMBER}:batch_id>")
@blueprint.doc(
    operationId="readNamingBatch",
    summary=_("读取一个批次"),
    description=_("范围、日程、名额、条件和标准；申报和评分不在其中。"),
)
@blueprint.response(200, BatchAnswerSchema)
def one(batch_id: int) -> Response:
    with runtime().sessions() as session:
        return jsonify(BatchAnswerSchema().dump(_batch(batches.get(session, batch_id))))


@blueprint.route("/batches", methods=["POST"])
@blueprint.doc(
    operationId="announceNamingBatch",
    summary=_("公布一批"),
    description=_("由命名这个梯次的工会公布；同一梯次、同一范围每年一批，第一个单位申报以后不再改动。"),
    security=TOKEN,
)
@blueprint.arguments(
    BatchBodySchema,
    example={
        "title": "2026年度德阳市级创新工作室", "year": 2026, "tier": "city", "region": "5106", **DAYS, "quota": 10,
        "indicators": {"quality": 25, "benefit": 25, "brand": 10, "innovation": 20, "training": 20},
        "barring": ["leader", "members"], "line": 60, "judges_needed": 5, "publicity_days": 5,
    },
)  # fmt: skip
@blueprint.response(201, BatchAnswerSchema, headers=LOCATION)
@blueprint.alt_response(409, "CONFLICT")
def announce(data: dict[str, Any]) -> Response:
    with unit_of_work(runtime().sessions) as session:
        batch = batches.announce(session, actor(), data)
        answer = jsonify(BatchAnswerSchema().dump(_batch(batch)))
    answer.status_code, answer.location = 201, url_for(".one", batch_id=batch.id)
    return answer


@blueprint.route(f"/batches/<{NUMBER}:batch_id>/applications")
@blueprint.doc(
    operationId="listStudioApplications",
    summary=_("列出一批里的申报"),
    description=_("您范围内的，或者您单位的，按申报的先后，逐页读取。"),
    security=TOKEN,
)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, ApplicationsSchema)
def applications_of(question: dict[str, Any], batch_id: int) -> Response:
    limit = question["limit"]
    with runtime().sessions() as session:
        batch = batches.get(session, batch_id)
        found = applications.listed(session, actor(), batch, limit=limit + 1, after=position(question))
        told = {
            "applications": [_line(it) for it in found[:limit]],
            "next": cursor(question, found[limit - 1].id) if len(found) > limit else None,
        }
        return jsonify(ApplicationsSchema().dump(told))


@blueprint.route(f"/batches/<{NUMBER}:batch_id>/applications", methods=["POST"])
@blueprint.doc(
    operationId="applyForStudio",
    summary=_("为本单位的工作室申报"),
    description=_("提交时冻结工作室的全部记录；不符合或没有数据的条件须逐项确认并说明。退回的也由此重新提交。"),
    security=TOKEN,
)
@blueprint.arguments(
    ApplicationBodySchema,
    example={"studio": 1, "statement": "三年攻关六项", "acknowledged": ["budget"], "explanation": "由分厂列支"},
)
@blueprint.response(201, ApplicationAnswerSchema, headers=ETAG | LOCATION)
@blueprint.alt_response(409, "CONFLICT")
def apply(data: dict[str, Any], batch_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        application = applying.apply(session, actor(), batch_id, data)
        answer = _answer(application)
    answer.status_code, answer.location = 201, url_for(".application", application_id=application.id)
    return answer


@blueprint.route(f"/applications/<{NUMBER}:application_id>")
@blueprint.doc(
    operationId="readStudioApplication",
    summary=_("读取一项申报"),
    description=_("给申报的单位和它范围内的工会；条件是冻结时的，评分不在其中。"),
    security=TOKEN,
)
@blueprint.response(200, ApplicationAnswerSchema, headers=ETAG)
def application(application_id: int) -> Response:
    with runtime().sessions() as session:
        return _answer(applications.get(session, actor(), application_id))


@blueprint.route(f"/applications/<{NUMBER}:application_id>/withdrawal", methods=["POST"])
@blueprint.doc(
    operationId="withdrawStudioApplication",
    summary=_("撤回申报"),
    description=_("评分开始以前可以撤回。"),
    security=TOKEN,
)
@blueprint.response(200, ApplicationAnswerSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
def withdraw(application_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return _answer(applying.withdraw(session, actor(), application_id))


@blueprint.route(f"/applications/<{NUMBER}:application_id>/recommendation", methods=["POST"])
@blueprint.doc(
    operationId="recommendStudio",
    summary=_("推荐一项申报"),
    description=_("由县、市（州）或产业工会推荐，写明意见和顺序；本单位的须回避。"),
    security=TOKEN,
    parameters=[IF_MATCH],
)
@blueprint.arguments(RecommendationBodySchema, example={"opinion": "同意推荐", "rank": 1})
@blueprint.response(200, ApplicationAnswerSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(428, "PRECONDITION_REQUIRED")
def recommend(data: dict[str, Any], application_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return _answer(recommending.recommend(session, actor(), application_id, revision_read(), data))


def _refusing(place: str, name: str, summary: object, description: object, step: Any) -> None:
    """Add the operation by which an office does not recommend, now or in this batch."""

    @blueprint.route(f"/applications/<{NUMBER}:application_id>/{place}", methods=["POST"], endpoint=name)
    @blueprint.doc(operationId=name, summary=summary, description=description, security=TOKEN, parameters=[IF_MATCH])
    @blueprint.arguments(ReasonBodySchema, example={"reason": "请补充设备清单"})
    @blueprint.response(200, ApplicationAnswerSchema, headers=ETAG)
    @blueprint.alt_response(409, "CONFLICT")
    @blueprint.alt_response(428, "PRECONDITION_REQUIRED")
    def refuse(data: dict[str, Any], application_id: int) -> Response:
        with unit_of_work(runtime().sessions) as session:
            return _answer(step(session, actor(), application_id, revision_read(), data["reason"]))


_refusing("return", "returnStudioApplication", _("退回一项申报"), _("单位补正后可以重新提交，到推荐截止为止。"),
          recommending.send_back)  # fmt: skip
_refusing("refusal", "declineStudioApplication", _("不推荐一项申报"), _("这一批不再推荐，理由告诉单位。"),
          recommending.decline)  # fmt: skip


def _batch(batch: NamingBatch) -> dict[str, Any]:
    names = (
        "id", "state", "title", "year", "tier", "announcement", "opens_on", "closes_on", "recommend_by", "score_by",
        "quota", "city_cap", "recommendation_cap", "indicators", "barring", "line", "judges_needed", "publicity_days",
    )  # fmt: skip
    return {name: getattr(batch, name) for name in names} | {
        "region": batch.region_path.rsplit("/", 1)[-1] or None,
        "industry": batch.industry_path.rsplit("/", 1)[-1] or None,
    }


def _line(it: StudioApplication) -> dict[str, Any]:
    names = ("id", "revision", "studio_id", "recommended_as", "recommended_rank")
    return {name: getattr(it, name) for name in names} | {
        "state": _told(it).state,
        "batch_id": it.naming_batch_id, "studio": it.studio.name, "unit": it.organisation.name,
    }  # fmt: skip


def _told(it: StudioApplication) -> StudioApplication | Told:
    """Return an application as the actor may know it: what a meeting decided is kept back until its list is public."""
    return it if can_follow_naming(actor(), it.batch) else told_of(it)


def _answer(it: StudioApplication) -> Response:
    names = ("statement", "acknowledged", "explanation", "opinion")
    told = _line(it) | {"decision": _told(it).decision} | {name: getattr(it, name) for name in names} | {
        "dossier_sha256": it.dossier.sha256, "conditions": applications.conditions_of(it),
    }  # fmt: skip
    return revised(ApplicationAnswerSchema().dump(told), it.revision)
