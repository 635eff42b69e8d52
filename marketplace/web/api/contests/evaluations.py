"""A unit of a labour competition for programs: evaluated, graded, and told its grade after the publicity."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.runtime import runtime
from marketplace.schemas.contest import EvaluationSchema
from marketplace.schemas.fields import DomainSchema, Line, Text
from marketplace.services.competition import evaluating, publishing, registering
from marketplace.web.api.contests.answers import ContestReasonBodySchema
from marketplace.web.api.contests.competition_answers import (
    AnnouncedGradesSchema,
    CompetitionUnitSchema,
    WaitingGradesSchema,
    unit_told,
    waiting_told,
)
from marketplace.web.api.office.naming_decisions import ChannelBodySchema
from marketplace.web.api.office.publicity import PublicitySchema
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor

blueprint = Blueprint(
    "api_competition_evaluations", __name__, url_prefix="/contests/competitions", description=_("劳动竞赛的评价和等级")
)

_UNIT = f"/registrations/<{NUMBER}:registration_id>"
EXAMPLE = {
    "phase": "before", "evaluated_on": "2026-03-15", "finding": "能耗偏高",
    "values": [{"indicator_id": 1, "value": "9.5", "evidence": "能源台账第 3 页"}],
}  # fmt: skip


class EvaluationBodySchema(EvaluationSchema):
    error_messages = BODY_MESSAGES


class GradeBodySchema(DomainSchema):
    error_messages = BODY_MESSAGES
    grade = Line(60, required=True, metadata={"description": _("竞赛设的等级之一，见 grades")})
    reason = Text(2000, load_default="", metadata={"description": _("理由，记录在案")})


@blueprint.route(_UNIT)
@blueprint.doc(
    operationId="readCompetitionUnit",
    summary=_("读取竞赛里的一个单位"),
    description=_("报名、各次评价、竞赛前中后的比较和等级；给单位、它的上级、主办的工会和审计。"),
    security=TOKEN,
)
@blueprint.response(200, CompetitionUnitSchema)
def one(registration_id: int) -> Response:
    with runtime().sessions() as session:
        return jsonify(unit_told(session, registering.get(session, actor(), registration_id)))


@blueprint.route(f"{_UNIT}/evaluations", methods=["POST"])
@blueprint.doc(
    operationId="evaluateCompetitionUnit",
    summary=_("评价竞赛里的一个单位"),
    description=_(
        "竞赛前（before）和竞赛后（after）各一次，再写就是更正；竞赛中（during）可以多次。竞赛前的到期锁定，"
        "竞赛后的由主办的工会作出，本单位的人回避。"
    ),
    security=TOKEN,
)
@blueprint.arguments(EvaluationBodySchema, example=EXAMPLE)
@blueprint.response(200, CompetitionUnitSchema)
@blueprint.alt_response(409, "CONFLICT")
def evaluate(data: dict[str, Any], registration_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        evaluating.evaluate(session, actor(), registration_id, data)
        return jsonify(unit_told(session, registering.get(session, actor(), registration_id)))


@blueprint.route(f"{_UNIT}/grade", methods=["POST"])
@blueprint.doc(
    operationId="gradeCompetitionUnit",
    summary=_("评定一个单位的等级"),
    description=_("由主办的工会，竞赛后的评价以后，不超过名额；公示期满才公布，公示 0 天的即公布。"),
    security=TOKEN,
)
@blueprint.arguments(GradeBodySchema, example={"grade": "优胜", "reason": "能耗下降最多"})
@blueprint.response(200, CompetitionUnitSchema)
@blueprint.alt_response(409, "CONFLICT")
def grade(data: dict[str, Any], registration_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        found = evaluating.grade(session, actor(), registration_id, data["grade"], data["reason"])
        return jsonify(unit_told(session, found))


@blueprint.route(f"{_UNIT}/take-back", methods=["POST"])
@blueprint.doc(
    operationId="takeCompetitionGradeBack",
    summary=_("撤下或者撤销一个单位的等级"),
    description=_("公示中的从名单上撤下，其余的重新公示；已经公布的撤销。以后可以重新评定。"),
    security=TOKEN,
)
@blueprint.arguments(ContestReasonBodySchema, example={"reason": "数据不实"})
@blueprint.response(200, CompetitionUnitSchema)
@blueprint.alt_response(409, "CONFLICT")
def take_back(data: dict[str, Any], registration_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(unit_told(session, publishing.take_back(session, actor(), registration_id, data["reason"])))


@blueprint.route(f"{_UNIT}/withdraw", methods=["POST"])
@blueprint.doc(
    operationId="withdrawFromCompetition",
    summary=_("让一个单位退出竞赛"),
    description=_("单位或它的上级，竞赛结束以前；记录保留，可以再报名。"),
    security=TOKEN,
)
@blueprint.arguments(ContestReasonBodySchema, example={"reason": "停产检修"})
@blueprint.response(200, CompetitionUnitSchema)
@blueprint.alt_response(409, "CONFLICT")
def withdraw(data: dict[str, Any], registration_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(unit_told(session, registering.withdraw(session, actor(), registration_id, data["reason"])))


@blueprint.route(f"/<{NUMBER}:campaign_id>/grades/waiting")
@blueprint.doc(
    operationId="listWaitingCompetitionGrades",
    summary=_("列出还没有公布的等级"),
    description=_("只给主办的工会和审计，等级高的在前；对别人是空的。"),
    security=TOKEN,
)
@blueprint.response(200, WaitingGradesSchema)
def waiting(campaign_id: int) -> Response:
    with runtime().sessions() as session:
        return jsonify(waiting_told(session, registering.competition(session, actor(), campaign_id)))


@blueprint.route(f"/<{NUMBER}:campaign_id>/publicity", methods=["POST"])
@blueprint.doc(
    operationId="showCompetitionGrades",
    summary=_("公示一项竞赛等待的等级"),
    description=_("按活动规定的工作日；已有名单在公示的加进去，重新计时。"),
    security=TOKEN,
)
@blueprint.arguments(ChannelBodySchema, example={"channel": "平台首页"})
@blueprint.response(200, PublicitySchema)
@blueprint.alt_response(409, "CONFLICT")
def put_up(data: dict[str, Any], campaign_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        shown = publishing.put_up(session, actor(), campaign_id, data["channel"])
        return jsonify(PublicitySchema().dump(shown))


@blueprint.route(f"/<{NUMBER}:campaign_id>/announcement", methods=["POST"])
@blueprint.doc(
    operationId="announceCompetitionGrades",
    summary=_("公示期满，公布等级"),
    description=_("没有异议的公布；还不能公布的逐个告知原因。"),
    security=TOKEN,
)
@blueprint.response(200, AnnouncedGradesSchema)
@blueprint.alt_response(409, "CONFLICT")
def announce(campaign_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        held = publishing.announce(session, actor(), campaign_id)
        told = [{"registration": number, "why": why and why.text(gettext)} for number, why in held.items()]
    return jsonify({"results": told})
