"""What programs are told of a contest and of somebody in it, as far as whoever asks may know it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import marshmallow as ma
from flask import Response, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.models import Contest, Contestant
from marketplace.models.participation.contest import STAGE_STATES, STATES
from marketplace.models.participation.contestant import CONTESTANT_STATES
from marketplace.schemas.fields import DomainSchema, Text
from marketplace.services.contest import results
from marketplace.services.contest.results import Board
from marketplace.web.api.parsing import BODY_MESSAGES, actor
from marketplace.web.api.revisions import tagged

# What is told of a contest as it is kept.
_TERMS = (
    "id", "revision", "title", "state", "announcement", "place", "registers_until", "unit_quota", "judges_needed",
    "drops_extremes", "spread", "prizes", "is_public", "cancelled_because",
)  # fmt: skip


class ContestReasonBodySchema(DomainSchema):
    error_messages = BODY_MESSAGES
    reason = Text(500, required=True, metadata={"description": _("理由，记录在案")})


class ContestStageAnswerSchema(ma.Schema):
    name = ma.fields.String(required=True)
    begins_on = ma.fields.Date(required=True)
    ends_on = ma.fields.Date(required=True)
    advancing = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("每组前几名晋级")})
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STAGE_STATES))


class ContestPrizeAnswerSchema(ma.Schema):
    grade = ma.fields.String(required=True)
    count = ma.fields.Integer(required=True, metadata={"description": _("每组的名额")})


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
    revision = ma.fields.Integer(required=True)
    campaign = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    announcement = ma.fields.String(required=True)
    place = ma.fields.String(required=True)
    registers_until = ma.fields.Date(required=True)
    unit_quota = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("空为不限")})
    judges_needed = ma.fields.Integer(required=True)
    drops_extremes = ma.fields.Boolean(required=True)
    spread = ma.fields.Integer(required=True)
    prizes = ma.fields.List(ma.fields.Nested(ContestPrizeAnswerSchema), required=True)
    is_public = ma.fields.Boolean(required=True)
    cancelled_because = ma.fields.String(required=True, metadata={"description": _("没有取消时为空")})
    stages = ma.fields.List(ma.fields.Nested(ContestStageAnswerSchema), required=True)
    groups = ma.fields.List(ma.fields.Nested(ContestGroupAnswerSchema), required=True)


class StageResultSchema(ma.Schema):
    """How somebody fared in a stage."""

    result = ma.fields.Integer(required=True, metadata={"description": _("这一阶段的成绩的编号，记缺席时用")})
    stage = ma.fields.String(required=True)
    is_absent = ma.fields.Boolean(required=True)
    score = ma.fields.String(required=True, allow_none=True)
    rank = ma.fields.Integer(required=True, allow_none=True)
    advanced = ma.fields.Boolean(required=True, metadata={"description": _("是否晋级")})


class CertificateLinkSchema(ma.Schema):
    number = ma.fields.String(required=True)
    page = ma.fields.String(required=True, metadata={"description": _("核验证书的网页")})
    pdf = ma.fields.String(required=True, metadata={"description": _("下载证书的地址")})


class ContestantAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    contest = ma.fields.Integer(required=True)
    group = ma.fields.String(required=True)
    number = ma.fields.Integer(required=True, allow_none=True, metadata={"description": _("抽签的号码，抽签以前为空")})
    name = ma.fields.String(required=True, metadata={"description": _("不能告诉您的隐去")})
    unit = ma.fields.String(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(CONTESTANT_STATES))
    reason = ma.fields.String(required=True, metadata={"description": _("不在比赛中的原因")})
    grade = ma.fields.String(required=True, allow_none=True, metadata={"description": _("奖项，公示以后才有")})
    results = ma.fields.List(
        ma.fields.Nested(StageResultSchema),
        required=True,
        metadata={"description": _("公布以前只给主办的工会，对别人为空")},
    )
    certificate = ma.fields.Nested(
        CertificateLinkSchema, required=True, allow_none=True, metadata={"description": _("授予以前为空")}
    )


def contest_told(contest: Contest, boards: Sequence[Board] = ()) -> dict[str, Any]:
    """Return what ``ContestAnswerSchema`` describes, with the ranks on the boards."""
    ranks = {
        board.group.id: [
            {"name": row.name, "unit": row.contestant.organisation.name, "stage": row.result.stage.name,
             "rank": row.result.rank, "score": str(row.result.score), "grade": row.contestant.grade}
            for row in board.rows
        ]
        for board in boards
    }  # fmt: skip
    groups = [
        {name: getattr(it, name) for name in ("id", "name", "criteria", "tie_break")} | {"ranks": ranks.get(it.id, [])}
        for it in contest.groups
    ]
    told = {name: getattr(contest, name) for name in _TERMS}
    told |= {"campaign": contest.campaign_id, "stages": contest.stages, "groups": groups}
    answer: dict[str, Any] = ContestAnswerSchema().dump(told)
    return answer


def contest_answer(session: Session, contest: Contest) -> Response:
    """Answer with a contest, the ranks the actor may read, and its revision as the entity tag."""
    return tagged(contest_told(contest, results.boards(session, actor(), contest)), contest.revision)


def contestant_told(contestant: Contestant) -> dict[str, Any]:
    """Return what ``ContestantAnswerSchema`` describes, as far as the actor may know it."""
    told = {name: getattr(contestant, name) for name in ("id", "number", "state", "reason", "grade")}
    is_told = results.is_told(actor(), contestant)
    told |= {
        "contest": contestant.contest_id, "group": contestant.group.name, "unit": contestant.organisation.name,
        "name": results.name_of(actor(), contestant),
        "results": [
            {"result": it.id, "stage": it.stage.name, "is_absent": it.is_absent, "rank": it.rank,
             "score": None if it.score is None else str(it.score), "advanced": it.advanced}
            for it in contestant.results if is_told
        ],
        "certificate": certificate_link(contestant),
    }  # fmt: skip
    answer: dict[str, Any] = ContestantAnswerSchema().dump(told)
    return answer


def certificate_link(contestant: Contestant) -> dict[str, str] | None:
    """Return the number of a certificate and where it is verified and taken, None before there is one."""
    number = contestant.certificate_number
    if number is None:
        return None
    return {
        "number": number,
        "page": url_for("contests.verify", number=number, _external=True),
        "pdf": url_for("api_contest_prizes.paper", certificate=number, _external=True),
    }
