"""Campaigns for programs: made and opened by an office, with what is confirmed of each item, and periods closed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.db import unit_of_work
from marketplace.models import Campaign, PeriodClose
from marketplace.models.participation.campaign import LEVELS, STATES
from marketplace.permissions import can_follow_campaign
from marketplace.runtime import runtime
from marketplace.schemas.fields import Code, DomainSchema, Line
from marketplace.schemas.participation import CampaignSchema, CloseSchema
from marketplace.services.participation import campaigns, closing
from marketplace.services.tally import counting, figures
from marketplace.services.tally.slices import Slice
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema
from marketplace.web.outreach.names import host_name

blueprint = Blueprint("api_campaigns", __name__, url_prefix="/campaigns", description=_("活动"))

LOCATION = {"Location": {"description": _("这个活动的地址"), "schema": {"type": "string"}}}
EXAMPLE = {"kind": "six_ones", "title": "职工“六个一”活动", "opens_on": "2026-01-01", "closes_on": "2026-12-31"}


class CampaignFiguresSchema(ma.Schema):
    """What is confirmed; persons and person-times are never added up."""

    entries = ma.fields.Integer(required=True, metadata={"description": _("记录")})
    objects = ma.fields.Integer(required=True, metadata={"description": _("关联的对象，合并了的只算一个")})
    person_times = ma.fields.Integer(required=True, metadata={"description": _("人次")})
    persons = ma.fields.Integer(required=True, metadata={"description": _("记名的人，每人只算一次")})
    batch_persons = ma.fields.Integer(required=True, metadata={"description": _("没有记名的人")})
    uncounted = ma.fields.Integer(required=True, metadata={"description": _("没有报人数的记录")})


class CampaignItemSchema(ma.Schema):
    code = ma.fields.String(required=True)
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)
    links = ma.fields.String(required=True, metadata={"description": _("自动计入的对象，没有时为空")})
    is_own = ma.fields.Boolean(required=True, metadata={"description": _("只计入本活动自己的对象")})
    mentor_alone = ma.fields.Boolean(required=True, metadata={"description": _("师徒结对只计师傅")})
    measure = Code(vocabulary.campaign_measures, required=True)
    by_hand = ma.fields.Boolean(required=True, metadata={"description": _("可以填报")})
    takes_batches = ma.fields.Boolean(required=True, metadata={"description": _("可以按人数填报")})
    needs_evidence = ma.fields.Boolean(required=True)
    figures = ma.fields.Nested(
        CampaignFiguresSchema,
        required=True,
        allow_none=True,
        metadata={"description": _("已确认的；只给主办的工会和审计")},
    )


class CampaignAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    revision = ma.fields.Integer(required=True)
    kind = Code(vocabulary.campaign_kinds, required=True)
    level = ma.fields.String(required=True, validate=ma.validate.OneOf(LEVELS))
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    title = ma.fields.String(required=True)
    theme = ma.fields.String(required=True)
    eligibility = ma.fields.String(required=True)
    opens_on = ma.fields.Date(required=True)
    closes_on = ma.fields.Date(required=True)
    competition_class = Code(vocabulary.competition_classes, required=True, allow_none=True)
    host = ma.fields.String(required=True, metadata={"description": _("主办的工会")})
    is_locked = ma.fields.Boolean(required=True, metadata={"description": _("已有人参与，不能再改")})
    items = ma.fields.List(ma.fields.Nested(CampaignItemSchema), required=True)


class CampaignsSchema(ma.Schema):
    campaigns = ma.fields.List(ma.fields.Nested(CampaignAnswerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class PeriodErratumSchema(ma.Schema):
    entry = ma.fields.Integer(required=True)
    change = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)
    reason = ma.fields.String(required=True)
    at = ma.fields.DateTime(required=True)


class PeriodAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    period = ma.fields.String(required=True)
    unit = ma.fields.String(required=True, allow_none=True, metadata={"description": _("全部单位时为空")})
    snapshot = ma.fields.String(required=True, metadata={"description": _("结账时的数字，固定不变的文本")})
    sha256 = ma.fields.String(required=True)
    errata = ma.fields.List(ma.fields.Nested(PeriodErratumSchema), required=True)


class CampaignQuerySchema(PageQuerySchema):
    kind = Code(vocabulary.campaign_kinds, load_default=None, metadata={"description": _("类别")})


class CampaignBodySchema(CampaignSchema):
    error_messages = BODY_MESSAGES


class CloseBodySchema(CloseSchema):
    error_messages = BODY_MESSAGES


class CampaignStepSchema(DomainSchema):
    error_messages = BODY_MESSAGES
    action = Line(
        10, required=True, validate=ma.validate.OneOf(("open", "close", "publish"), error=_("请从列表里选。"))
    )


@blueprint.route("")
@blueprint.doc(operationId="listCampaigns", summary=_("列出活动"), description=_("新的在前；草稿只给主办的工会。"))
@blueprint.arguments(CampaignQuerySchema, location="query")
@blueprint.response(200, CampaignsSchema)
def listing(question: dict[str, Any]) -> Response:
    limit = question["limit"]
    with runtime().sessions() as session:
        found = campaigns.listed(
            session, actor(), kind=question["kind"] or "", limit=limit + 1, after=position(question)
        )
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        told = [_told(it, is_locked=campaigns.is_locked(session, it)) for it in found[:limit]]
        return jsonify({"campaigns": told, "next": following})


@blueprint.route(f"/<{NUMBER}:campaign_id>")
@blueprint.doc(
    operationId="readCampaign", summary=_("读取一个活动"), description=_("主办的工会和审计看到已确认的数字。")
)
@blueprint.response(200, CampaignAnswerSchema)
def one(campaign_id: int) -> Response:
    with runtime().sessions() as session:
        campaign = campaigns.get(session, actor(), campaign_id)
        counted = None
        if can_follow_campaign(actor(), campaign) and actor().reads:
            counted = figures.by_item(session, campaign.id, Slice())
        return jsonify(_told(campaign, is_locked=campaigns.is_locked(session, campaign), counted=counted))


@blueprint.route("", methods=["POST"])
@blueprint.doc(
    operationId="makeCampaign",
    summary=_("建立活动"),
    description=_("先是草稿；不写 items 就是这一类活动的项目。host 是您的一个岗位，例如 city:5106。"),
    security=TOKEN,
)
@blueprint.arguments(CampaignBodySchema, example=EXAMPLE)
@blueprint.response(201, CampaignAnswerSchema, headers=LOCATION)
def make(data: dict[str, Any]) -> Response:
    with unit_of_work(runtime().sessions) as session:
        campaign = campaigns.make(session, actor(), data)
        answer = jsonify(_told(campaign, is_locked=False))
    answer.status_code = 201
    answer.location = url_for(".one", campaign_id=campaign.id)
    return answer


@blueprint.route(f"/<{NUMBER}:campaign_id>/step", methods=["POST"])
@blueprint.doc(
    operationId="stepCampaign",
    summary=_("开放、截止或公布活动"),
    description=_("开放时，窗口期内已经提交的对象自动计入。"),
    security=TOKEN,
)
@blueprint.arguments(CampaignStepSchema, example={"action": "open"})
@blueprint.response(200, CampaignAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def step(data: dict[str, Any], campaign_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        campaign = campaigns.step(session, actor(), campaign_id, data["action"])
        return jsonify(_told(campaign, is_locked=campaigns.is_locked(session, campaign)))


@blueprint.route(f"/<{NUMBER}:campaign_id>/periods", methods=["POST"])
@blueprint.doc(
    operationId="closePeriod",
    summary=_("为一期结账"),
    description=_("写单位就为本单位结账，不写由主办的工会为全部单位结账；以后的变动列入勘误。"),
    security=TOKEN,
)
@blueprint.arguments(CloseBodySchema, example={"period": "2026-03", "unit": "示例重机厂"})
@blueprint.response(201, PeriodAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def close(data: dict[str, Any], campaign_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        answer = jsonify(_period(closing.close(session, actor(), campaign_id, data)))
    answer.status_code = 201
    return answer


@blueprint.route(f"/periods/<{NUMBER}:close_id>")
@blueprint.doc(operationId="readPeriod", summary=_("读取一期结账"), description=_("连同以后的勘误。"), security=TOKEN)
@blueprint.response(200, PeriodAnswerSchema)
def period(close_id: int) -> Response:
    with runtime().sessions() as session:
        return jsonify(_period(closing.get(session, actor(), close_id)))


def _told(campaign: Campaign, *, is_locked: bool, counted: dict[int, counting.Figures] | None = None) -> dict[str, Any]:
    def item(it: Any) -> dict[str, Any]:
        names = ("code", "zh", "en", "links", "is_own", "mentor_alone", "measure", "by_hand", "takes_batches",
                 "needs_evidence")  # fmt: skip
        found = None if counted is None else asdict(counted.get(it.id, counting.Figures()))
        return {name: getattr(it, name) for name in names} | {"figures": found}

    names = ("id", "revision", "kind", "level", "state", "title", "theme", "eligibility", "opens_on", "closes_on",
             "competition_class")  # fmt: skip
    plain = {name: getattr(campaign, name) for name in names}
    told = plain | {"host": host_name(campaign), "is_locked": is_locked, "items": [item(it) for it in campaign.items]}
    answer: dict[str, Any] = CampaignAnswerSchema().dump(told)
    return answer


def _period(closed: PeriodClose) -> dict[str, Any]:
    plain = {name: getattr(closed, name) for name in ("id", "period", "snapshot", "sha256")}
    errata = [{"entry": it.entry_id, "change": it.change, "reason": it.reason, "at": it.at} for it in closed.errata]
    unit = closed.organisation.name if closed.organisation is not None else None
    answer: dict[str, Any] = PeriodAnswerSchema().dump(plain | {"unit": unit, "errata": errata})
    return answer
