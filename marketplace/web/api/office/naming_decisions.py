"""What follows the scores of a batch, for programs: the ranking, the meeting, the list, the notice, the results."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.models import NamingMeeting
from marketplace.models.studios.studio_application import APPLICATION_STATES
from marketplace.runtime import runtime
from marketplace.schemas.fields import DomainSchema, Line
from marketplace.schemas.naming_decision import MeetingSchema, NoticeSchema, RevocationSchema, WhatIfSchema
from marketplace.services.selection import announcing, meeting, notices, outcomes, revoking, what_if
from marketplace.services.selection.selecting import PASSED_OVER, PROPOSED, TIED
from marketplace.web.api.office.publicity import PublicitySchema
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor, revision_read
from marketplace.web.api.revisions import ETAG, IF_MATCH, revised

blueprint = Blueprint("api_naming_decisions", __name__, url_prefix="/naming", description=_("创新工作室命名的审定"))

STANDINGS = (PROPOSED, TIED, *PASSED_OVER)


class TermsBodySchema(WhatIfSchema):
    error_messages = BODY_MESSAGES


class MeetingBodySchema(MeetingSchema):
    error_messages = BODY_MESSAGES


class ChannelBodySchema(DomainSchema):
    error_messages = BODY_MESSAGES
    channel = Line(200, load_default="", metadata={"description": _("公示的渠道")})


class NoticeBodySchema(NoticeSchema):
    error_messages = BODY_MESSAGES


class NamingRevocationBodySchema(RevocationSchema):
    error_messages = BODY_MESSAGES


class RankedPlaceSchema(ma.Schema):
    """A place in a ranked list; amounts of points are texts with two decimals."""

    rank = ma.fields.Integer(required=True)
    score = ma.fields.String(required=True)
    standing = ma.fields.String(required=True, validate=ma.validate.OneOf(STANDINGS))


class RankedSchema(ma.Schema):
    """An application as it stands under the terms of the batch, and under those asked for."""

    application_id = ma.fields.Integer(required=True)
    studio = ma.fields.String(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(APPLICATION_STATES))
    city = ma.fields.String(required=True)
    industry = ma.fields.String(required=True)
    first_line = ma.fields.Float(
        required=True, allow_none=True, metadata={"description": _("一线职工占比，0 到 1；无法计算时为空")}
    )
    transfers = ma.fields.Integer(required=True, metadata={"description": _("已核实的转化")})
    before = ma.fields.Nested(RankedPlaceSchema, required=True)
    after = ma.fields.Nested(RankedPlaceSchema, required=True)


class RankingSchema(ma.Schema):
    ranked = ma.fields.List(ma.fields.Nested(RankedSchema), required=True)


class MeetingAnswerSchema(ma.Schema):
    """The minutes of a meeting as they were kept."""

    id = ma.fields.Integer(required=True)
    held_on = ma.fields.Date(required=True)
    chair = ma.fields.String(required=True)
    present = ma.fields.List(ma.fields.String(), required=True)
    minutes = ma.fields.String(required=True)
    changes = ma.fields.List(ma.fields.Dict(), required=True)
    ties = ma.fields.List(ma.fields.Dict(), required=True)


class NamedSchema(ma.Schema):
    """A studio that was named."""

    studio_id = ma.fields.Integer(required=True)
    studio = ma.fields.String(required=True)
    unit = ma.fields.String(required=True)
    plaque = ma.fields.String(required=True, metadata={"description": _("牌匾编号")})
    revoked_on = ma.fields.Date(required=True, allow_none=True, metadata={"description": _("撤销命名的日期")})


class ResultsSchema(ma.Schema):
    named = ma.fields.List(ma.fields.Nested(NamedSchema), required=True)


class ScoreSheetSchema(ma.Schema):
    """How an application fared; before the list is public all but its number is left out."""

    application_id = ma.fields.Integer(required=True)
    score = ma.fields.String(required=True, allow_none=True)
    rank = ma.fields.Integer(required=True, allow_none=True)
    ranked = ma.fields.Integer(required=True, metadata={"description": _("参加评分的个数")})
    criteria = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.String(), required=True,
        metadata={"description": _("各项的平均得分")},
    )  # fmt: skip
    comments = ma.fields.List(ma.fields.String(), required=True)
    result = ma.fields.String(required=True, metadata={"description": _("结果和没有入选的原因")})


@blueprint.route(f"/batches/<{NUMBER}:batch_id>/ranking", methods=["POST"])
@blueprint.doc(
    operationId="tryNamingTerms",
    summary=_("看排名，或按别的规则试算"),
    description=_("用同样的评分表重算，什么都不写入；不给的项目按本批的规则。给办理这一批的工会和审计。"),
    security=TOKEN,
)
@blueprint.arguments(TermsBodySchema, example={"quota": 12, "cap": 2})
@blueprint.response(200, RankingSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
def ranking(terms: dict[str, Any], batch_id: int) -> Response:
    with runtime().sessions() as session:
        found = what_if.compare(session, actor(), batch_id, terms)
        told = [
            {
                "application_id": it.application.id, "studio": it.application.studio.name,
                "state": it.application.state, "city": it.after.candidate.city,
                "industry": it.after.candidate.industry, "first_line": it.after.candidate.first_line,
                "transfers": it.after.candidate.transfers, "before": _place(it.before), "after": _place(it.after),
            }
            for it in found.moved
        ]  # fmt: skip
        return revised(RankingSchema().dump({"ranked": told}), found.batch.revision)


@blueprint.route(f"/batches/<{NUMBER}:batch_id>/meetings", methods=["POST"])
@blueprint.doc(
    operationId="holdNamingMeeting",
    summary=_("存档会议纪要，确定名单"),
    description=_("名单按排名；并列的由会议选定，与排名不同的写明理由，不能超过名额、市（州）上限和分数线。"),
    security=TOKEN,
    parameters=[IF_MATCH],
)
@blueprint.arguments(
    MeetingBodySchema,
    example={
        "held_on": "2026-07-10", "chair": "张主席", "present": ["张主席", "李部长"], "minutes": "同意按得分命名",
        "changes": [{"application": 7, "to": "not_selected", "reason": "发生安全事故"}],
    },
)  # fmt: skip
@blueprint.response(201, MeetingAnswerSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(428, "PRECONDITION_REQUIRED")
def hold_meeting(data: dict[str, Any], batch_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        held = meeting.hold(session, actor(), batch_id, revision_read(), data)
        session.flush()
        answer = revised(MeetingAnswerSchema().dump(_minutes(held)), held.batch.revision)
    answer.status_code = 201
    return answer


@blueprint.route(f"/batches/<{NUMBER}:batch_id>/announcement", methods=["POST"])
@blueprint.doc(
    operationId="announceNamingList",
    summary=_("开始公示拟命名的名单"),
    description=_("已在公示的，加上新列入的重新计时。"),
    security=TOKEN,
)
@blueprint.arguments(ChannelBodySchema, example={"channel": "平台首页"})
@blueprint.response(200, PublicitySchema)
@blueprint.alt_response(409, "CONFLICT")
def announce(data: dict[str, Any], batch_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(PublicitySchema().dump(announcing.announce(session, actor(), batch_id, data["channel"])))


@blueprint.route(f"/batches/<{NUMBER}:batch_id>/notices", methods=["POST"])
@blueprint.doc(
    operationId="issueNamingNotice",
    summary=_("发布命名通知"),
    description=_(
        "命名公示期满、没有异议的工作室，逐个编牌匾号；expected 是您看到的可以命名的申报编号，有变化时不发布。"
    ),
    security=TOKEN,
)
@blueprint.arguments(
    NoticeBodySchema, example={"number": "川工发〔2026〕18号", "text": "关于命名的通知\n……", "expected": [7, 9]}
)
@blueprint.response(200, ResultsSchema)
@blueprint.alt_response(409, "CONFLICT")
def issue(data: dict[str, Any], batch_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        notices.issue(session, actor(), batch_id, data)
        return jsonify(_results(session, batch_id))


@blueprint.route(f"/batches/<{NUMBER}:batch_id>/end", methods=["POST"])
@blueprint.doc(
    operationId="endNamingBatch",
    summary=_("结束本批"),
    description=_("名单上的都办完以后结束；返回本批命名的工作室。"),
    security=TOKEN,
)
@blueprint.response(200, ResultsSchema)
@blueprint.alt_response(409, "CONFLICT")
def end(batch_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        notices.finish(session, actor(), batch_id)
        return jsonify(_results(session, batch_id))


@blueprint.route(f"/batches/<{NUMBER}:batch_id>/results")
@blueprint.doc(
    operationId="readNamingResults", summary=_("命名的结果"), description=_("公示期满、发布通知以后才有，任何人可读。")
)
@blueprint.response(200, ResultsSchema)
def results(batch_id: int) -> Response:
    with runtime().sessions() as session:
        return jsonify(_results(session, batch_id))


@blueprint.route(f"/applications/<{NUMBER}:application_id>/score-sheet")
@blueprint.doc(
    operationId="readScoreSheet",
    summary=_("一项申报的评分表"),
    description=_("名单公示以后给申报的单位和它范围内的工会：各项的平均、名次和没有入选的原因，不写专家是谁。"),
    security=TOKEN,
)
@blueprint.response(200, ScoreSheetSchema)
def score_sheet(application_id: int) -> Response:
    with runtime().sessions() as session:
        found = outcomes.sheet_of(session, actor(), application_id)
        counted, is_told = found.counted, found.counted is not None
        told = {
            "application_id": found.application.id,
            "score": str(counted.score) if counted else None,
            "rank": found.application.rank if is_told else None,
            "ranked": found.ranked,
            "criteria": {name: str(mean) for name, mean in counted.criteria.items()} if counted else {},
            "comments": found.comments,
            "result": outcomes.result_of(found.application) if is_told else "",
        }
        return jsonify(ScoreSheetSchema().dump(told))


def _taking_back(place: str, name: str, summary: object, description: object, step: Any) -> None:
    """Add the operation by which an office takes a studio off the list, or its naming back."""

    @blueprint.route(f"/applications/<{NUMBER}:application_id>/{place}", methods=["POST"], endpoint=name)
    @blueprint.doc(operationId=name, summary=summary, description=description, security=TOKEN)
    @blueprint.arguments(NamingRevocationBodySchema, example={"reason": "申报材料不实"})
    @blueprint.response(200, ResultsSchema)
    @blueprint.alt_response(409, "CONFLICT")
    def take_back(data: dict[str, Any], application_id: int) -> Response:
        with unit_of_work(runtime().sessions) as session:
            found = step(session, actor(), application_id, data["reason"])
            return jsonify(_results(session, found.naming_batch_id))


_taking_back("revocation", "revokeNaming", _("撤销命名"), _("记录和牌匾编号保留，编号不再使用。"), revoking.revoke)
_taking_back("striking", "strikeStudio", _("从公示的名单上撤下"), _("不能再命名的写明理由撤下，其余的重新公示。"),
             announcing.strike)  # fmt: skip


def _place(place: Any) -> dict[str, Any]:
    return {"rank": place.rank, "score": str(place.candidate.score), "standing": place.standing}


def _minutes(held: NamingMeeting) -> dict[str, Any]:
    names = ("id", "held_on", "chair", "present", "minutes", "changes", "ties")
    return {name: getattr(held, name) for name in names}


def _results(session: Session, batch_id: int) -> dict[str, Any]:
    _batch, named = outcomes.named(session, batch_id)
    told = [
        {
            "studio_id": it.application.studio_id, "studio": it.application.studio.name,
            "unit": it.application.organisation.name, "plaque": it.plaque, "revoked_on": it.revoked,
        }
        for it in named
    ]  # fmt: skip
    answer: dict[str, Any] = ResultsSchema().dump({"named": told})
    return answer
