"""Who takes part, for programs: a unit registers its people and a person himself; both withdraw, the host decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.errors import DomainError
from marketplace.models import Contestant
from marketplace.runtime import runtime
from marketplace.schemas.contest import OwnRegistrationSchema, RegistrationRowSchema
from marketplace.schemas.fields import DomainSchema, Many, NameOfUnit, Nested, Whole
from marketplace.services.contest import contests, publishing, registering, results, staging
from marketplace.web.api.contests.answers import ContestantAnswerSchema, ContestReasonBodySchema, contestant_told
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_contestants", __name__, url_prefix="/contests", description=_("参赛人"))

LOCATION = {"Location": {"description": _("这位参赛人的地址"), "schema": {"type": "string"}}}


class ContestantsSchema(ma.Schema):
    contestants = ma.fields.List(ma.fields.Nested(ContestantAnswerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class OwnContestantsSchema(ma.Schema):
    contestants = ma.fields.List(ma.fields.Nested(ContestantAnswerSchema), required=True)


class ContestantsBodySchema(DomainSchema):
    error_messages = BODY_MESSAGES
    organisation_name = NameOfUnit(required=True, data_key="unit", metadata={"description": _("单位的全称")})
    people = Many(Nested(RegistrationRowSchema), longest=500)


class OwnRegistrationBodySchema(OwnRegistrationSchema):
    error_messages = BODY_MESSAGES


class AbsenceBodySchema(DomainSchema):
    error_messages = BODY_MESSAGES
    results = Many(
        Whole(1, 2**31 - 1),
        longest=1000,
        required=True,
        load_default=ma.missing,
        metadata={"description": _("没有到场的人在这一阶段的成绩的编号；没有写的算到场")},
    )


class RegisteredRowSchema(ma.Schema):
    contestant = ma.fields.Integer(required=True, allow_none=True)
    why = ma.fields.String(required=True, allow_none=True, metadata={"description": _("没有办成的原因")})


class RegisteredRowsSchema(ma.Schema):
    results = ma.fields.List(ma.fields.Nested(RegisteredRowSchema), required=True)


@blueprint.route(f"/<{NUMBER}:contest_id>/contestants")
@blueprint.doc(
    operationId="listContestants",
    summary=_("列出参赛人"),
    description=_("按组别和号码，逐页读取；主办的工会看到全部，单位看到自己的。"),
    security=TOKEN,
)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, ContestantsSchema)
def listing(question: dict[str, Any], contest_id: int) -> Response:
    limit = question["limit"]
    with runtime().sessions() as session:
        contest = contests.get(session, actor(), contest_id)
        found = registering.listed(session, actor(), contest, limit=limit + 1, after=position(question))
        following = cursor(question, registering.place_of(found[limit - 1])) if len(found) > limit else None
        return jsonify({"contestants": [contestant_told(it) for it in found[:limit]], "next": following})


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
@blueprint.response(200, RegisteredRowsSchema)
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


@blueprint.route("/own")
@blueprint.doc(
    operationId="listOwnContests",
    summary=_("列出您自己参加的比赛"),
    description=_("新的在前；公布以后有您的名次、得分和证书。"),
    security=TOKEN,
)
@blueprint.response(200, OwnContestantsSchema)
def own() -> Response:
    with runtime().sessions() as session:
        return jsonify({"contestants": [contestant_told(it) for it in results.mine(session, actor())]})


@blueprint.route(f"/<{NUMBER}:contest_id>/contestants/own", methods=["POST"])
@blueprint.doc(
    operationId="registerOneself",
    summary=_("为自己报名"),
    description=_("选一个组别；单位有名额的，满了就不能再报。"),
    security=TOKEN,
)
@blueprint.arguments(OwnRegistrationBodySchema, example={"group": "焊工"})
@blueprint.response(201, ContestantAnswerSchema, headers=LOCATION)
@blueprint.alt_response(409, "CONFLICT")
def register_own(data: dict[str, Any], contest_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        found = registering.register_own(session, actor(), contest_id, data)
        answer = jsonify(contestant_told(found))
    answer.status_code, answer.location = 201, url_for(".one", contestant_id=found.id)
    return answer


@blueprint.route(f"/contestants/<{NUMBER}:contestant_id>")
@blueprint.doc(
    operationId="readContestant",
    summary=_("读取一位参赛人"),
    description=_("给本人、他的单位和主办的工会；成绩公布以前只给主办的工会。"),
    security=TOKEN,
)
@blueprint.response(200, ContestantAnswerSchema)
def one(contestant_id: int) -> Response:
    with runtime().sessions() as session:
        return jsonify(contestant_told(registering.get(session, actor(), contestant_id)))


def _out(
    place: str, name: str, summary: object, description: object, verb: Callable[[Session, Any, int, str], Contestant]
) -> None:
    """Add the operation by which somebody is taken out of a contest, or his prize is taken back."""

    @blueprint.route(f"/contestants/<{NUMBER}:contestant_id>/{place}", methods=["POST"], endpoint=name)
    @blueprint.doc(operationId=name, summary=summary, description=description, security=TOKEN)
    @blueprint.arguments(ContestReasonBodySchema, example={"reason": "调班"})
    @blueprint.response(200, ContestantAnswerSchema)
    @blueprint.alt_response(409, "CONFLICT")
    def taken_out(data: dict[str, Any], contestant_id: int) -> Response:
        with unit_of_work(runtime().sessions) as session:
            return jsonify(contestant_told(verb(session, actor(), contestant_id, data["reason"])))


_out("withdraw", "withdrawContestant", _("退出比赛"),
     _("本人、他的单位或主办的工会；排出最后的名次以前。以前已有评分的仍计入参与。"), registering.withdraw)  # fmt: skip
_out("disqualify", "disqualifyContestant", _("取消资格"),
     _("由主办的工会，本单位的须回避；后面的名次递进，不计入参与。"), registering.disqualify)  # fmt: skip
_out("take-back", "takePrizeBack", _("撤下或撤销奖项"),
     _("公示中的从名单上撤下，其余的重新公示；已经授予的撤销，证书编号保留。"), publishing.take_back)  # fmt: skip


@blueprint.route(f"/<{NUMBER}:contest_id>/absences", methods=["POST"])
@blueprint.doc(
    operationId="noteContestAbsence",
    summary=_("记缺席"),
    description=_("正在评分的阶段；写的是全部没有到场的人，已有评分的不能记为缺席。缺席的不排名，不计入参与。"),
    security=TOKEN,
)
@blueprint.arguments(AbsenceBodySchema, example={"results": [3]})
@blueprint.response(200, OwnContestantsSchema)
@blueprint.alt_response(409, "CONFLICT")
def absences(data: dict[str, Any], contest_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        staging.note_absence(session, actor(), contest_id, data["results"])
        contest = contests.get(session, actor(), contest_id)
        return jsonify({"contestants": [contestant_told(it) for it in registering.listed(session, actor(), contest)]})
