"""The panels of a contest for programs: who judges which group and how far he is, who is called and released."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.models import Contest
from marketplace.runtime import runtime
from marketplace.schemas.fields import DomainSchema, Whole
from marketplace.services.contest import contests, panel, tallying
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor

blueprint = Blueprint("api_contest_panels", __name__, url_prefix="/contests", description=_("比赛的评审组"))


class SeatBodySchema(DomainSchema):
    error_messages = BODY_MESSAGES
    group = Whole(1, 2**31 - 1, required=True, metadata={"description": _("组别的编号")})
    account = Whole(1, 2**31 - 1, required=True, metadata={"description": _("评审专家的账号，见 candidates")})


class JudgeSchema(ma.Schema):
    account = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)


class SeatSchema(JudgeSchema):
    """A judge of a group, and how many of his sheets are locked; it tells no points."""

    group = ma.fields.Integer(required=True, metadata={"description": _("组别的编号")})
    locked = ma.fields.Integer(required=True, metadata={"description": _("已锁定几张评分表")})
    count = ma.fields.Integer(required=True, metadata={"description": _("共几张，不含回避的")})
    away = ma.fields.Integer(required=True, metadata={"description": _("回避几人")})


class ProgressOfStageSchema(ma.Schema):
    stage = ma.fields.String(required=True)
    locked = ma.fields.Integer(required=True)
    count = ma.fields.Integer(required=True)


class PanelSchema(ma.Schema):
    seats = ma.fields.List(ma.fields.Nested(SeatSchema), required=True)
    candidates = ma.fields.List(
        ma.fields.Nested(JudgeSchema), required=True, metadata={"description": _("可以请进评审组的专家")}
    )
    progress = ma.fields.Nested(
        ProgressOfStageSchema,
        required=True,
        allow_none=True,
        metadata={"description": _("正在评分的阶段已锁定几张，共几张；不在评分时为空")},
    )


@blueprint.route(f"/<{NUMBER}:contest_id>/judges")
@blueprint.doc(
    operationId="readContestPanel",
    summary=_("读取评审组"),
    description=_("给主办的工会：各组的专家、评分的进度和可以请的专家，不含分数。"),
    security=TOKEN,
)
@blueprint.response(200, PanelSchema)
def one(contest_id: int) -> Response:
    with runtime().sessions() as session:
        return _answer(session, contests.hosted(session, actor(), contest_id))


def _seating(
    place: str, name: str, summary: object, description: object, verb: Callable[[Session, Any, int, int, int], Any]
) -> None:
    """Add the operation that calls a judge to a group, or releases him."""

    @blueprint.route(f"/<{NUMBER}:contest_id>/{place}", methods=["POST"], endpoint=name)
    @blueprint.doc(operationId=name, summary=summary, description=description, security=TOKEN)
    @blueprint.arguments(SeatBodySchema, example={"group": 1, "account": 7})
    @blueprint.response(200, PanelSchema)
    @blueprint.alt_response(409, "CONFLICT")
    def seat(data: dict[str, Any], contest_id: int) -> Response:
        with unit_of_work(runtime().sessions) as session:
            verb(session, actor(), contest_id, data["group"], data["account"])
            return _answer(session, contests.get(session, actor(), contest_id))


_seating("judges", "callContestJudge", _("请一位专家进评审组"),
         _("正在评分时，他随即得到评分表；同一单位或同名的参赛人由系统回避。"), panel.add)  # fmt: skip
_seating("judges/remove", "releaseContestJudge", _("请一位专家出评审组"), _("评分开始以前。"), panel.remove)


def _answer(session: Session, contest: Contest) -> Response:
    stage = next((it for it in contest.stages if it.state in ("scoring", "second_round")), None)
    told = {
        "seats": [
            {"account": it.judge.id, "name": it.judge.name, "group": it.group.id, "locked": it.locked,
             "count": it.count, "away": it.away}
            for it in panel.seats(session, contest)
        ],
        "candidates": [{"account": it.id, "name": it.name} for it in panel.may_be_added(session, contest)],
        "progress": None,
    }  # fmt: skip
    if stage is not None:
        locked, count = tallying.progress(session, stage)
        told["progress"] = {"stage": stage.name, "locked": locked, "count": count}
    return jsonify(PanelSchema().dump(told))
