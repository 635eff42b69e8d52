"""A judge's own score sheets of contests for programs: listed, filled in, locked, or stayed away from."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.runtime import runtime
from marketplace.schemas.fields import DomainSchema, Line, Text
from marketplace.schemas.judging import ScoresSchema
from marketplace.services.contest import judging
from marketplace.services.contest.judging import Assigned
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_contest_sheets", __name__, url_prefix="/contests/sheets", description=_("比赛的评分表"))

EXAMPLE = {"scores": {"实操": 55, "理论": 36}, "comment": "焊缝均匀"}


class ScoresBodySchema(ScoresSchema):
    error_messages = BODY_MESSAGES


class RecusalBodySchema(DomainSchema):
    error_messages = BODY_MESSAGES
    tie = Line(20, required=True, validate=ma.validate.OneOf(tuple(judging.TIES), error=_("请选择回避的情形。")))
    reason = Text(500, required=True, metadata={"description": _("说明，主办的工会看得到")})


class SheetSchema(ma.Schema):
    """A sheet with whom it is about; where the judge stays away he is not told who that is."""

    id = ma.fields.Integer(required=True)
    contest = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    stage = ma.fields.String(required=True)
    group = ma.fields.String(required=True)
    number = ma.fields.Integer(required=True, allow_none=True)
    name = ma.fields.String(required=True, allow_none=True, metadata={"description": _("回避的为空")})
    unit = ma.fields.String(required=True, allow_none=True, metadata={"description": _("回避的为空")})
    criteria = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.Integer(), required=True, metadata={"description": _("各项的满分")}
    )
    scoring = ma.fields.Integer(required=True, metadata={"description": _("第几轮评分，1 或 2")})
    scores = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)
    comment = ma.fields.String(required=True)
    total = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("总分，锁定以后才有")})
    is_open = ma.fields.Boolean(required=True, metadata={"description": _("是否还能填写")})
    locked_at = ma.fields.DateTime(required=True, allow_none=True)
    recused_because = ma.fields.String(
        required=True, allow_none=True, metadata={"description": _("为什么回避；不回避的为空")}
    )


class SheetsSchema(ma.Schema):
    sheets = ma.fields.List(ma.fields.Nested(SheetSchema), required=True)
    open = ma.fields.Integer(required=True, metadata={"description": _("还有几张没有锁定")})
    next = ma.fields.String(required=True, allow_none=True)


@blueprint.route("")
@blueprint.doc(
    operationId="listScoreSheets",
    summary=_("列出您的评分表"),
    description=_("正在评分的阶段的，没有锁定的在前。"),
    security=TOKEN,
)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, SheetsSchema)
def listing(question: dict[str, Any]) -> Response:
    limit, place = question["limit"], position(question)
    after = place and tuple(kind(part) for kind, part in zip(judging.PLACE, place, strict=True))
    with runtime().sessions() as session:
        found = judging.assigned(session, actor(), limit=limit + 1, after=after)
        following = None
        if len(found) > limit:
            following = cursor(question, [str(it) for it in judging.place_of(found[limit - 1])])
        told = {"sheets": [_told(it) for it in found[:limit]], "open": judging.count_open(session, actor())}
        return jsonify(told | {"next": following})


@blueprint.route(f"/<{NUMBER}:sheet_id>")
@blueprint.doc(
    operationId="readScoreSheetOfContest",
    summary=_("读取您的一张评分表"),
    description=_("别人的评分表读取不到。"),
    security=TOKEN,
)
@blueprint.response(200, SheetSchema)
def one(sheet_id: int) -> Response:
    with runtime().sessions() as session:
        return jsonify(_told(judging.sheet(session, actor(), sheet_id)))


@blueprint.route(f"/<{NUMBER}:sheet_id>", methods=["PUT"])
@blueprint.doc(
    operationId="saveScores",
    summary=_("填写一张评分表"),
    description=_("可以先填一部分，锁定以前可以再改；与参赛人有关联的按规则回避，分数不保存。"),
    security=TOKEN,
)
@blueprint.arguments(ScoresBodySchema, example=EXAMPLE)
@blueprint.response(200, SheetSchema)
@blueprint.alt_response(409, "CONFLICT")
def save(data: dict[str, Any], sheet_id: int) -> Response:
    return _saved(sheet_id, data, lock=False)


@blueprint.route(f"/<{NUMBER}:sheet_id>/lock", methods=["POST"])
@blueprint.doc(
    operationId="lockScores",
    summary=_("填写并锁定一张评分表"),
    description=_("每一项都要有分数；锁定以后不能再改。"),
    security=TOKEN,
)
@blueprint.arguments(ScoresBodySchema, example=EXAMPLE)
@blueprint.response(200, SheetSchema)
@blueprint.alt_response(409, "CONFLICT")
def lock(data: dict[str, Any], sheet_id: int) -> Response:
    return _saved(sheet_id, data, lock=True)


@blueprint.route(f"/<{NUMBER}:sheet_id>/recuse", methods=["POST"])
@blueprint.doc(
    operationId="recuseFromContestant",
    summary=_("回避一位参赛人"),
    description=_("kin 亲属，supervisor 上下级，other 其他利害关系；写一句说明。"),
    security=TOKEN,
)
@blueprint.arguments(RecusalBodySchema, example={"tie": "supervisor", "reason": "去年是他的班长"})
@blueprint.response(200, SheetSchema)
@blueprint.alt_response(409, "CONFLICT")
def recuse(data: dict[str, Any], sheet_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(_told(Assigned(judging.recuse(session, actor(), sheet_id, data["tie"], data["reason"]))))


def _saved(sheet_id: int, data: dict[str, Any], *, lock: bool) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(_told(Assigned(judging.save(session, actor(), sheet_id, data, lock=lock))))


def _told(found: Assigned) -> dict[str, Any]:
    sheet, who = found.sheet, found.contestant
    names = ("id", "scoring", "scores", "comment", "total", "locked_at")
    is_away = sheet.recused_because is not None
    told = {name: getattr(sheet, name) for name in names} | {
        "contest": found.stage.contest_id, "title": found.stage.contest.title, "stage": found.stage.name,
        "group": who.group.name, "number": who.number, "criteria": who.group.criteria, "is_open": found.is_open,
        "name": None if is_away else who.person.name, "unit": None if is_away else who.organisation.name,
        "recused_because": gettext(sheet.recused_because) if sheet.recused_because else None,
    }  # fmt: skip
    answer: dict[str, Any] = SheetSchema().dump(told)
    return answer
