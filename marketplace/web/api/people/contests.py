"""Contests and competitions for programs: ranks once they are announced, units that register people and themselves."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.db import unit_of_work
from marketplace.errors import DomainError
from marketplace.models import CompetitionShowcase, Contest
from marketplace.models.participation.campaign import LEVELS
from marketplace.models.participation.competition import SHOWCASE_KINDS
from marketplace.models.participation.contest import STATES
from marketplace.runtime import runtime
from marketplace.schemas.contest import CompetitionRegistrationSchema, RegistrationRowSchema
from marketplace.schemas.fields import Code, DomainSchema, Many, NameOfUnit, Nested
from marketplace.services.competition import registering as competing
from marketplace.services.competition import showcases
from marketplace.services.contest import contests, registering, results
from marketplace.services.contest.results import Board
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_contests", __name__, url_prefix="/contests", description=_("比赛和劳动竞赛"))


class ContestStageAnswerSchema(ma.Schema):
    name = ma.fields.String(required=True)
    begins_on = ma.fields.Date(required=True)
    ends_on = ma.fields.Date(required=True)
    advancing = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("每组前几名晋级")})


class ContestRankSchema(ma.Schema):
    name = ma.fields.String(required=True, metadata={"description": _("没有同意公开的隐去")})
    unit = ma.fields.String(required=True)
    stage = ma.fields.String(required=True)
    rank = ma.fields.Integer(required=True, allow_none=True)
    score = ma.fields.String(required=True)
    grade = ma.fields.String(required=True, allow_none=True)


class ContestGroupAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    criteria = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)
    tie_break = ma.fields.List(ma.fields.String(), required=True)
    ranks = ma.fields.List(
        ma.fields.Nested(ContestRankSchema), required=True, metadata={"description": _("公布以前为空")}
    )


class ContestAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    campaign = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    place = ma.fields.String(required=True)
    registers_until = ma.fields.Date(required=True)
    stages = ma.fields.List(ma.fields.Nested(ContestStageAnswerSchema), required=True)
    groups = ma.fields.List(ma.fields.Nested(ContestGroupAnswerSchema), required=True)


class ContestsSchema(ma.Schema):
    contests = ma.fields.List(ma.fields.Nested(ContestAnswerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class ContestantsBodySchema(DomainSchema):
    error_messages = BODY_MESSAGES
    organisation_name = NameOfUnit(required=True, data_key="unit")
    people = Many(Nested(RegistrationRowSchema), longest=500)


class ContestantResultSchema(ma.Schema):
    contestant = ma.fields.Integer(required=True, allow_none=True)
    why = ma.fields.String(required=True, allow_none=True, metadata={"description": _("没有办成的原因")})


class ContestantResultsSchema(ma.Schema):
    results = ma.fields.List(ma.fields.Nested(ContestantResultSchema), required=True)


class CompetitionRegistrationBodySchema(CompetitionRegistrationSchema):
    error_messages = BODY_MESSAGES


class CompetitionRegistrationAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    competition = ma.fields.Integer(required=True)
    unit = ma.fields.String(required=True)
    enterprise_class = Code(vocabulary.competition_classes, required=True, allow_none=True)
    registered_on = ma.fields.Date(required=True)


class CompetitionShowcaseAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(SHOWCASE_KINDS))
    level = ma.fields.String(required=True, validate=ma.validate.OneOf(LEVELS))
    name = ma.fields.String(required=True)
    criteria = ma.fields.String(required=True)
    basis = ma.fields.String(required=True)
    named_on = ma.fields.Date(required=True)


class CompetitionShowcasesSchema(ma.Schema):
    showcases = ma.fields.List(ma.fields.Nested(CompetitionShowcaseAnswerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


@blueprint.route("")
@blueprint.doc(operationId="listContests", summary=_("列出比赛"), description=_("新的在前；草稿只给主办的工会。"))
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, ContestsSchema)
def listing(question: dict[str, Any]) -> Response:
    limit = question["limit"]
    with runtime().sessions() as session:
        found = contests.listed(session, actor(), limit=limit + 1, after=position(question))
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        return jsonify({"contests": [_told(it) for it in found[:limit]], "next": following})


@blueprint.route(f"/<{NUMBER}:contest_id>")
@blueprint.doc(operationId="readContest", summary=_("读取一场比赛"), description=_("名次在公示期满以后公布。"))
@blueprint.response(200, ContestAnswerSchema)
def one(contest_id: int) -> Response:
    with runtime().sessions() as session:
        contest = contests.get(session, actor(), contest_id)
        return jsonify(_told(contest, results.boards(session, actor(), contest)))


@blueprint.route(f"/<{NUMBER}:contest_id>/contestants", methods=["POST"])
@blueprint.doc(
    operationId="registerContestants",
    summary=_("为单位的职工报名"),
    description=_("按姓名或档案编号；每一行的结果分别告知。"),
    security=TOKEN,
)
@blueprint.arguments(
    ContestantsBodySchema, example={"unit": "示例重机厂", "people": [{"person": "示例职工", "group": "焊工"}]}
)
@blueprint.response(200, ContestantResultsSchema)
@blueprint.alt_response(409, "CONFLICT")
def register(data: dict[str, Any], contest_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        found = registering.register(session, actor(), contest_id, data["organisation_name"], data["people"])
        told = [
            {"contestant": None, "why": " ".join(it.sentences(gettext))} if isinstance(it, DomainError)
            else {"contestant": it.id, "why": None}
            for it in found
        ]  # fmt: skip
    return jsonify({"results": told})


@blueprint.route(f"/competitions/<{NUMBER}:campaign_id>/registrations", methods=["POST"])
@blueprint.doc(
    operationId="registerInCompetition",
    summary=_("为单位报名参加一项劳动竞赛"),
    description=_("竞赛的类别分类型时，要写企业的类型。"),
    security=TOKEN,
)
@blueprint.arguments(CompetitionRegistrationBodySchema, example={"unit": "示例重机厂"})
@blueprint.response(201, CompetitionRegistrationAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def compete(data: dict[str, Any], campaign_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        made = competing.register(session, actor(), campaign_id, data)
        plain = {name: getattr(made, name) for name in ("id", "enterprise_class", "registered_on")}
        told = plain | {"competition": made.campaign_id, "unit": made.organisation.name}
        answer = jsonify(CompetitionRegistrationAnswerSchema().dump(told))
    answer.status_code = 201
    return answer


@blueprint.route("/showcases")
@blueprint.doc(
    operationId="listShowcaseEnterprises",
    summary=_("列出示范企业和示范园区"),
    description=_("新的在前，不含已撤销的。"),
)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, CompetitionShowcasesSchema)
def listed_showcases(question: dict[str, Any]) -> Response:
    limit = question["limit"]
    with runtime().sessions() as session:
        found = showcases.listed(session, limit=limit + 1, after=position(question))
        following = cursor(question, found[limit - 1].id) if len(found) > limit else None
        return jsonify({"showcases": [_showcase(it) for it in found[:limit]], "next": following})


def _showcase(found: CompetitionShowcase) -> dict[str, Any]:
    names = ("id", "kind", "level", "criteria", "basis", "named_on")
    plain = {name: getattr(found, name) for name in names}
    name = found.organisation.name if found.organisation is not None else found.name
    answer: dict[str, Any] = CompetitionShowcaseAnswerSchema().dump(plain | {"name": name})
    return answer


def _told(contest: Contest, boards: list[Board] | None = None) -> dict[str, Any]:
    ranks = {
        board.group.id: [
            {"name": row.name, "unit": row.contestant.organisation.name, "stage": row.result.stage.name,
             "rank": row.result.rank, "score": str(row.result.score), "grade": row.contestant.grade}
            for row in board.rows
        ]
        for board in boards or ()
    }  # fmt: skip
    groups = [
        {name: getattr(it, name) for name in ("id", "name", "criteria", "tie_break")} | {"ranks": ranks.get(it.id, [])}
        for it in contest.groups
    ]
    plain = {name: getattr(contest, name) for name in ("id", "title", "state", "place", "registers_until")}
    told = plain | {"campaign": contest.campaign_id, "stages": contest.stages, "groups": groups}
    answer: dict[str, Any] = ContestAnswerSchema().dump(told)
    return answer
