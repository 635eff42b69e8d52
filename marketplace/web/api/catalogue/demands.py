"""Demands: listed, read, posted and changed, and the achievements that may solve them."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, url_for
from flask_babel import lazy_gettext as _

from marketplace.db import today, unit_of_work
from marketplace.models import Demand
from marketplace.permissions import owns
from marketplace.runtime import runtime
from marketplace.schemas.demand import BRIEF, DemandSchema, disclosed
from marketplace.services import brief as briefs
from marketplace.services import demand as demands
from marketplace.services import outcome as outcomes
from marketplace.services.match import found as matches
from marketplace.web import posting
from marketplace.web.api import answers, reasons
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import NUMBER, Blueprint, actor, revision_read
from marketplace.web.api.questions import DemandBodySchema, DemandTextSchema, OutcomeBodySchema, PageQuerySchema
from marketplace.web.api.revisions import ETAG, IF_MATCH, revised

blueprint = Blueprint("api_demands", __name__, url_prefix="/demands", description=_("企业需求"))

KEY = [{"demand_key": []}, {"token": []}]
# Every field of a brief with nothing in it.
BLANK = {"title": "", **DemandSchema(only=BRIEF).load({})}
LOCATION = {"Location": {"description": _("这条需求的地址"), "schema": {"type": "string"}}}
EXAMPLE = {
    "title": "薄壁壳体车削后圆度超差",
    "text": "三爪卡盘夹紧车内孔，松开卡爪后孔变成三棱形。要求圆度0.02mm以内，合格率达到98%以上。",
    "region": "5106",
    "industry": "34",
    "budget_max": 20000000,
    "cooperation": ["ordinary_licence", "service"],
}


@blueprint.route("")
@blueprint.doc(operationId="listDemands", summary=_("列出公开的需求"), description=_("最新的在前，按 next 逐页读取。"))
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, answers.DemandPageSchema)
def listing(question: dict[str, Any]) -> Response:
    limit = question["limit"]
    with runtime().sessions() as session:
        # One more than asked for tells whether there is a next page.
        found = demands.listed(session, actor(), limit=limit + 1, after=position(question))
        shown = found[:limit]
        # What is disclosed is plain already, and only that may be answered: the records hold the contacts too.
        return jsonify(
            demands=[disclosed(demand) for demand in shown],
            next=cursor(question, shown[-1].id) if len(found) > limit else None,
        )


@blueprint.route("", methods=["POST"])
@blueprint.doc(
    operationId="postDemand",
    summary=_("发布一条需求"),
    description=_("立即匹配成果；核实前只有发布者能看到。金额以分计，日期为 ISO 8601。"),
)
@blueprint.arguments(DemandBodySchema, example=EXAMPLE)
@blueprint.response(201, answers.PostedDemandSchema, headers=LOCATION | ETAG)
def post(data: dict[str, Any]) -> Response:
    with unit_of_work(runtime().sessions) as session:
        demand = posting.post(session, actor(), data)
        plain = disclosed(demand, is_owner=True)
    answer = revised(plain, demand.revision)
    answer.status_code, answer.location = 201, url_for("api_demands.one", demand_id=demand.id)
    answer.cache_control.no_store = True
    return answer


@blueprint.route("/brief", methods=["POST"])
@blueprint.doc(
    operationId="briefOfText",
    summary=_("把一段话整理成需求书"),
    description=_("只读出原文写明的内容，不作猜测，也不保存；核对补充后再发布。期限从今天算起。"),
)
@blueprint.arguments(DemandTextSchema, example={"text": EXAMPLE["text"]})
@blueprint.response(200, answers.BriefAnswerSchema)
def brief(data: dict[str, Any]) -> dict[str, Any]:
    found = briefs.brief_of(data["text"], today())
    return {"brief": {**BLANK, **found.fields}, "unsure": sorted(found.unsure)}


@blueprint.route(f"/<{NUMBER}:demand_id>")
@blueprint.doc(
    operationId="readDemand",
    summary=_("读取一条需求"),
    description=_("带密钥或令牌时也能读取自己尚未公开的需求及其联系方式。"),
    security=[*KEY, {}],
)
@blueprint.response(200, answers.DemandAnswerSchema, headers=ETAG)
@blueprint.alt_response(304, "NOT_MODIFIED")
def one(demand_id: int) -> Response:
    with runtime().sessions() as session:
        demand = demands.get(session, actor(), demand_id)
        return revised(_shown(demand), demand.revision)


@blueprint.route(f"/<{NUMBER}:demand_id>", methods=["PUT"])
@blueprint.doc(
    operationId="reviseDemand",
    summary=_("修改一条需求"),
    description=_("整条替换，未填的字段清空；改后重新匹配。版本不符时拒绝，不会覆盖他人的修改。"),
    security=KEY,
    parameters=[IF_MATCH],
)
@blueprint.arguments(DemandBodySchema, example=EXAMPLE)
@blueprint.response(200, answers.DemandAnswerSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(428, "PRECONDITION_REQUIRED")
def put(data: dict[str, Any], demand_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        demand = posting.revise(session, actor(), demand_id, revision_read(), data)
        return revised(_shown(demand), demand.revision)


@blueprint.route(f"/<{NUMBER}:demand_id>/matches")
@blueprint.doc(
    operationId="matchesOfDemand",
    summary=_("可能解决一条需求的成果"),
    description=_("每项附特征值，以及需求的每个分句由成果的哪句原文满足；位置按字符计，含头不含尾。"),
    security=[*KEY, {}],
)
@blueprint.response(200, reasons.MatchesOfDemandSchema)
def matching(demand_id: int) -> dict[str, Any]:
    with runtime().sessions() as session:
        demand = demands.get(session, actor(), demand_id)
        found = matches.of_demand(session, actor(), demand)
        chances = outcomes.chances(session, found, runtime().settings.calibration_answers)
        return {"matches": [reasons.match_answer(match, chances.get(match.id)) for match in found]}


@blueprint.route(f"/<{NUMBER}:demand_id>/matches/<{NUMBER}:achievement_id>/answer", methods=["POST"])
@blueprint.doc(
    operationId="answerMatch",
    summary=_("答复一项匹配"),
    description=_("有兴趣，或说明为什么不合适：理由用代码表 refusals 中的代码，可多选。"),
    security=KEY,
)
@blueprint.arguments(OutcomeBodySchema, example={"interested": False, "codes": ["price"]})
@blueprint.response(200, answers.OutcomeAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def answer(data: dict[str, Any], demand_id: int, achievement_id: int) -> dict[str, Any]:
    with unit_of_work(runtime().sessions) as session:
        found = matches.between(session, actor(), demand_id, achievement_id)
        outcome = outcomes.answer(session, actor(), found, "enterprise", data)
        told = {name: getattr(outcome, name) for name in ("is_interested", "codes", "note")}
        return {**told, "state": found.state}


def _shown(demand: Demand) -> dict[str, Any]:
    """Return a demand for whoever asks; its key is given out when it is posted and never again."""
    plain = disclosed(demand, is_owner=owns(actor(), demand))
    plain.pop("access_key", None)
    return plain
