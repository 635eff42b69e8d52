"""Contests for programs: found, set up under a campaign, changed while a draft, and taken from stage to stage."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.runtime import runtime
from marketplace.schemas.contest import ContestSchema
from marketplace.schemas.fields import DomainSchema, Line
from marketplace.services.contest import contests, results, staging, tallying
from marketplace.web.api.contests.answers import (
    ContestAnswerSchema,
    ContestReasonBodySchema,
    contest_answer,
    contest_told,
)
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor, revision_read
from marketplace.web.api.questions import PageQuerySchema
from marketplace.web.api.revisions import ETAG, IF_MATCH

blueprint = Blueprint("api_contests", __name__, url_prefix="/contests", description=_("比赛"))

LOCATION = {"Location": {"description": _("这场比赛的地址"), "schema": {"type": "string"}}}
EXAMPLE = {
    "title": "焊工技能比赛", "place": "示例技师学院", "registers_until": "2026-05-31", "unit_quota": 3,
    "judges_needed": 3, "spread": 10,
    "stages": [
        {"name": "预赛", "begins_on": "2026-06-10", "ends_on": "2026-06-11", "advancing": 8},
        {"name": "决赛", "begins_on": "2026-06-20", "ends_on": "2026-06-20"},
    ],
    "groups": [{"name": "焊工", "criteria": {"实操": 60, "理论": 40}, "tie_break": ["实操"]}],
    "prizes": [{"grade": "一等奖", "count": 1}, {"grade": "二等奖", "count": 2}],
}  # fmt: skip
# What each step does with a contest.
_STEPS = {"open": contests.open_to_all, "draw": staging.draw, "begin": staging.begin, "tally": tallying.tally}


class ContestsSchema(ma.Schema):
    contests = ma.fields.List(ma.fields.Nested(ContestAnswerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class OpenContestsSchema(ma.Schema):
    contests = ma.fields.List(ma.fields.Nested(ContestAnswerSchema), required=True)


class ContestsQuerySchema(PageQuerySchema):
    campaign = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(1, 2**31 - 1, error=_("应在 {min} 和 {max} 之间。")),
        error_messages={"invalid": _("请填写整数。")},
        metadata={"description": _("只要这个活动的")},
    )


class ContestBodySchema(ContestSchema):
    error_messages = BODY_MESSAGES


class ContestStepBodySchema(DomainSchema):
    error_messages = BODY_MESSAGES
    action = Line(10, required=True, validate=ma.validate.OneOf(tuple(_STEPS), error=_("请从列表里选。")))


@blueprint.route("")
@blueprint.doc(operationId="listContests", summary=_("列出比赛"), description=_("新的在前；草稿只给主办的工会。"))
@blueprint.arguments(ContestsQuerySchema, location="query")
@blueprint.response(200, ContestsSchema)
def listing(question: dict[str, Any]) -> Response:
    limit, campaign_id = question["limit"], question["campaign"]
    with runtime().sessions() as session:
        after = position(question)
        found = contests.listed(session, actor(), campaign_id=campaign_id, limit=limit + 1, after=after)
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        return jsonify({"contests": [contest_told(it) for it in found[:limit]], "next": following})


@blueprint.route("/open")
@blueprint.doc(
    operationId="listOpenContests",
    summary=_("列出您可以报名的比赛"),
    description=_("您单位在范围之内、正在报名的，截止早的在前。"),
    security=TOKEN,
)
@blueprint.response(200, OpenContestsSchema)
def open_for() -> Response:
    with runtime().sessions() as session:
        return jsonify({"contests": [contest_told(it) for it in results.open_for(session, actor())]})


@blueprint.route(f"/<{NUMBER}:contest_id>")
@blueprint.doc(
    operationId="readContest",
    summary=_("读取一场比赛"),
    description=_("名次在公示期满以后公布；主办的工会排出就看得到。"),
)
@blueprint.response(200, ContestAnswerSchema, headers=ETAG)
def one(contest_id: int) -> Response:
    with runtime().sessions() as session:
        return contest_answer(session, contests.get(session, actor(), contest_id))


@blueprint.route(f"/campaigns/<{NUMBER}:campaign_id>", methods=["POST"])
@blueprint.doc(
    operationId="makeContest",
    summary=_("为一个活动办比赛"),
    description=_("先是草稿；活动里要有计入比赛的项目（links 为 contest）。"),
    security=TOKEN,
)
@blueprint.arguments(ContestBodySchema, example=EXAMPLE)
@blueprint.response(201, ContestAnswerSchema, headers=LOCATION | ETAG)
@blueprint.alt_response(409, "CONFLICT")
def make(data: dict[str, Any], campaign_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        contest = contests.make(session, actor(), campaign_id, data)
        answer = contest_answer(session, contest)
    answer.status_code, answer.location = 201, url_for(".one", contest_id=contest.id)
    return answer


@blueprint.route(f"/<{NUMBER}:contest_id>", methods=["PUT"])
@blueprint.doc(
    operationId="reviseContest",
    summary=_("修改比赛的草稿"),
    description=_("整份替换；开放报名以后阶段、组别和评分标准不能再改。评审专家随组别重新请。"),
    security=TOKEN,
    parameters=[IF_MATCH],
)
@blueprint.arguments(ContestBodySchema, example=EXAMPLE)
@blueprint.response(200, ContestAnswerSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(428, "PRECONDITION_REQUIRED")
def revise(data: dict[str, Any], contest_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return contest_answer(session, contests.revise(session, actor(), contest_id, revision_read(), data))


@blueprint.route(f"/<{NUMBER}:contest_id>/step", methods=["POST"])
@blueprint.doc(
    operationId="stepContest",
    summary=_("开放报名、抽签、开始下一阶段或汇总评分"),
    description=_(
        "open 开放报名；draw 报名截止以后抽签，开始第一个阶段；begin 让晋级的人开始下一个阶段；"
        "tally 在评分表全部锁定以后排名次，分差太大的进行第二轮。"
    ),
    security=TOKEN,
)
@blueprint.arguments(ContestStepBodySchema, example={"action": "open"})
@blueprint.response(200, ContestAnswerSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
def step(data: dict[str, Any], contest_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        _STEPS[data["action"]](session, actor(), contest_id)
        return contest_answer(session, contests.get(session, actor(), contest_id))


@blueprint.route(f"/<{NUMBER}:contest_id>/cancel", methods=["POST"])
@blueprint.doc(
    operationId="cancelContest", summary=_("取消一场比赛"), description=_("抽签以后不能取消。"), security=TOKEN
)
@blueprint.arguments(ContestReasonBodySchema, example={"reason": "报名的人太少"})
@blueprint.response(200, ContestAnswerSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
def cancel(data: dict[str, Any], contest_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return contest_answer(session, contests.cancel(session, actor(), contest_id, data["reason"]))
