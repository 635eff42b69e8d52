"""One's own achievements for programs: written bit by bit, submitted, followed, as on the pages."""

from __future__ import annotations

from typing import Any

import flask
import marshmallow as ma
from flask import Response, jsonify, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.models import Achievement
from marketplace.runtime import runtime
from marketplace.schemas.draft import DraftSchema, given
from marketplace.schemas.fields import Text
from marketplace.services import achievement as achievements
from marketplace.services import amendment as amendments
from marketplace.services.authoring import drafting, progress
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor, revision_read
from marketplace.web.api.revisions import ETAG, IF_MATCH, revised
from marketplace.web.proofs import proof_of

blueprint = Blueprint("api_submissions", __name__, url_prefix="/submissions", description=_("自己的成果"))

LOCATION = {"Location": {"description": _("这项成果的地址"), "schema": {"type": "string"}}}
EXAMPLE = {
    "title": "薄壁壳体车削用液性塑料夹具",
    "problem": "三爪卡盘夹紧后内孔变成三棱形，报废约 18%。",
    "completers": [
        {"name": "张三", "share": "60", "part": "提出方案"},
        {"name": "李四", "share": "40", "part": "制作样机"},
    ],
}


class DraftBodySchema(DraftSchema):
    """A part of a draft as a client writes it."""

    class Meta(DraftSchema.Meta):
        exclude = (*DraftSchema.Meta.exclude, "id", "revision", "state", "published_at", "units", "attachments")

    error_messages = BODY_MESSAGES


class AmendmentBodySchema(DraftBodySchema):
    """What is to change of a published achievement, and why."""

    reason = Text(2000, required=True)


class DraftAnswerSchema(DraftSchema):
    class Meta(DraftSchema.Meta):
        exclude = (*DraftSchema.Meta.exclude, "completing_units")


class OwnSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    revision = ma.fields.Integer(required=True)
    updated_at = ma.fields.DateTime(required=True)


class OwnPageSchema(ma.Schema):
    submissions = ma.fields.List(ma.fields.Nested(OwnSchema), required=True)


class EventSchema(ma.Schema):
    at = ma.fields.DateTime(required=True)
    verb = ma.fields.String(required=True, metadata={"description": _("做了什么")})
    role = ma.fields.String(required=True, metadata={"description": _("哪一级办理")})
    reason = ma.fields.String(required=True, allow_none=True)


class DeskSchema(ma.Schema):
    role = ma.fields.String(required=True, metadata={"description": _("哪一级办理")})
    stands_in_for = ma.fields.String(required=True, allow_none=True, metadata={"description": _("代哪一级办理")})
    due_on = ma.fields.Date(required=True, allow_none=True, metadata={"description": _("最迟哪一天")})
    to_mend = ma.fields.List(ma.fields.String(), required=True, metadata={"description": _("请作者改正的字段")})


class ProgressSchema(ma.Schema):
    state = ma.fields.String(required=True)
    events = ma.fields.List(ma.fields.Nested(EventSchema), required=True)
    desk = ma.fields.Nested(
        DeskSchema, required=True, allow_none=True, metadata={"description": _("现在由谁办理；不等谁时为空")}
    )
    contact = ma.fields.String(required=True, metadata={"description": _("办理的工会的联系方式，没有登记时为空")})
    ahead = ma.fields.List(ma.fields.String(), required=True, metadata={"description": _("以后要经过的状态")})
    missing = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.List(ma.fields.String()),
        required=True,
        metadata={"description": _("提交之前还差什么，按字段")},
    )
    unconfirmed = ma.fields.Integer(required=True, metadata={"description": _("还没有确认的完成人有几位")})


@blueprint.route("")
@blueprint.doc(
    operationId="listSubmissions", summary=_("列出自己的成果"), description=_("最近改过的在前。"), security=TOKEN
)
@blueprint.response(200, OwnPageSchema)
def listing() -> Response:
    with runtime().sessions() as session:
        return jsonify(OwnPageSchema().dump({"submissions": drafting.own(session, actor())}))


@blueprint.route("", methods=["POST"])
@blueprint.doc(
    operationId="beginSubmission",
    summary=_("起草一项成果"),
    description=_("可以只写一部分；姓名、单位和地区按账号填好。"),
    security=TOKEN,
)
@blueprint.arguments(DraftBodySchema, example=EXAMPLE)
@blueprint.response(201, DraftAnswerSchema(partial=True), headers=LOCATION | ETAG)
def begin(data: dict[str, Any]) -> Response:
    with unit_of_work(runtime().sessions) as session:
        achievement = drafting.begin(session, actor(), given(data, flask.request.get_json()))
        answer = _shown(achievement)
    answer.status_code, answer.location = 201, url_for("api_submissions.one", achievement_id=achievement.id)
    return answer


@blueprint.route(f"/<{NUMBER}:achievement_id>")
@blueprint.doc(
    operationId="readSubmission",
    summary=_("读取自己的一项成果"),
    description=_("全部字段；ETag 是版本号。"),
    security=TOKEN,
)
@blueprint.response(200, DraftAnswerSchema(partial=True), headers=ETAG)
@blueprint.alt_response(304, "NOT_MODIFIED")
def one(achievement_id: int) -> Response:
    with runtime().sessions() as session:
        return _shown(drafting.owned(session, actor(), achievement_id))


@blueprint.route(f"/<{NUMBER}:achievement_id>", methods=["PATCH"])
@blueprint.doc(
    operationId="writeSubmission",
    summary=_("写一项成果的一部分"),
    description=_("只改提交的字段，空值清空；草稿和退回的才能改。版本不符时拒绝，不会覆盖他处的修改。"),
    security=TOKEN,
    parameters=[IF_MATCH],
)
@blueprint.arguments(DraftBodySchema, example=EXAMPLE)
@blueprint.response(200, DraftAnswerSchema(partial=True), headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(428, "PRECONDITION_REQUIRED")
def write(data: dict[str, Any], achievement_id: int) -> Response:
    changes = given(data, flask.request.get_json())
    with unit_of_work(runtime().sessions) as session:
        return _shown(drafting.save(session, actor(), achievement_id, revision_read(), changes))


@blueprint.route(f"/<{NUMBER}:achievement_id>/<any(submit, withdraw):action>", methods=["POST"])
@blueprint.doc(
    operationId="stepOfSubmission",
    summary=_("提交或撤回自己的成果"),
    description=_("提交时检查是否齐全，逐项说明还差什么，并写信请完成人确认。"),
    security=TOKEN,
)
@blueprint.response(200, OwnSchema)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(422, "UNPROCESSABLE_ENTITY")
def act(achievement_id: int, action: str) -> Response:
    with unit_of_work(runtime().sessions) as session:
        drafting.owned(session, actor(), achievement_id)
        achievement = achievements.act(session, actor(), achievement_id, action)
        return jsonify(OwnSchema().dump(achievement))


@blueprint.route(f"/<{NUMBER}:achievement_id>/progress")
@blueprint.doc(
    operationId="progressOfSubmission",
    summary=_("一项成果的进度"),
    description=_("发生过什么，现在由哪一级办理，到哪一天，以后还有什么，作者还要写什么。"),
    security=TOKEN,
)
@blueprint.response(200, ProgressSchema)
def followed(achievement_id: int) -> Response:
    with runtime().sessions() as session:
        found = progress.of(session, actor(), achievement_id)
        missing = {name: [gettext(text) for text in texts] for name, texts in found.missing.items()}
        told = {
            "state": found.achievement.state,
            "events": found.events,
            "desk": found.task,
            "contact": found.contact,
            "ahead": found.ahead,
            "missing": missing,
            "unconfirmed": found.silent,
        }
        return jsonify(ProgressSchema().dump(told))


@blueprint.route(f"/<{NUMBER}:achievement_id>/amendment", methods=["POST"])
@blueprint.doc(
    operationId="amendSubmission",
    summary=_("申请修改已公布的成果"),
    description=_(
        "只提交改动的字段和理由。重要的字段和完成人的修改要重新终审并公示，涉及的完成人要本人确认；其他的立即生效。"
    ),
    security=TOKEN,
    parameters=[IF_MATCH],
)
@blueprint.arguments(AmendmentBodySchema, example={"title": EXAMPLE["title"], "reason": "与鉴定证书一致"})
@blueprint.response(200, OwnSchema, headers=ETAG)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(428, "PRECONDITION_REQUIRED")
def amend(data: dict[str, Any], achievement_id: int) -> Response:
    sent = {name: value for name, value in flask.request.get_json().items() if name != "reason"}
    with unit_of_work(runtime().sessions) as session:
        amendments.ask(session, actor(), achievement_id, sent, data["reason"], revision_read())
        achievement = drafting.owned(session, actor(), achievement_id)
        return revised(OwnSchema().dump(achievement), achievement.revision)


@blueprint.route(f"/<{NUMBER}:achievement_id>/amendment/take-back", methods=["POST"])
@blueprint.doc(
    operationId="takeAmendmentBack",
    summary=_("收回修改申请"),
    description=_("列入公示以前；成果保持原样公布。"),
    security=TOKEN,
)
@blueprint.response(200, OwnSchema)
@blueprint.alt_response(409, "CONFLICT")
def take_back(achievement_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(OwnSchema().dump(amendments.take_back(session, actor(), achievement_id)))


@blueprint.route(f"/<{NUMBER}:achievement_id>/proof")
@blueprint.doc(
    operationId="proofOfSubmission",
    summary=_("下载提交证明"),
    description=_("提交时的全文、哈希链和核对程序；给作者、单位和审核的工会。"),
    security=TOKEN,
)
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
@blueprint.alt_response(409, "CONFLICT")
def proof(achievement_id: int) -> Response:
    return proof_of(actor(), "achievement", achievement_id)


def _shown(achievement: Achievement) -> Response:
    answer = revised(DraftAnswerSchema().dump(achievement), achievement.revision)
    answer.cache_control.no_store = True
    return answer
