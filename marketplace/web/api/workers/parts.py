"""Who agrees to be named as he is, for programs: one's own answers, and those a record waits for."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.errors import NotAllowed
from marketplace.models import Account
from marketplace.runtime import runtime
from marketplace.schemas.fields import DomainSchema, Flag, Share, Text
from marketplace.schemas.proposal import StatedReasonSchema
from marketplace.services import achievement as achievements
from marketplace.services.account import registering
from marketplace.services.authoring import contributors
from marketplace.services.authoring.contributors import KINDS, Asked, Record
from marketplace.services.proposal import reading
from marketplace.web.api.answers import ReferenceSchema
from marketplace.web.api.parsing import NUMBER, TOKEN, Blueprint, actor

blueprint = Blueprint("api_parts", __name__, url_prefix="/parts", description=_("完成人和作者本人的确认"))

KIND = f"any({', '.join(KINDS)})"
NOUN = "any(achievement, proposal)"


class PartPlaceSchema(ma.Schema):
    order = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    share = Share(required=True, allow_none=True)


class PartQuestionSchema(ma.Schema):
    """A question to whoever asks: the place, share and part he is to agree to, and beside whom."""

    kind = ma.fields.String(
        required=True,
        metadata={"description": _("completer 成果的完成人，author 建议的作者，amendment 修改涉及的完成人")},
    )
    id = ma.fields.Integer(required=True)
    record = ma.fields.Nested(ReferenceSchema, required=True)
    order = ma.fields.Integer(required=True)
    share = Share(required=True, allow_none=True)
    part = ma.fields.String(required=True)
    leaves = ma.fields.Boolean(required=True, metadata={"description": _("修改以后不再列入")})
    named = ma.fields.List(
        ma.fields.Nested(PartPlaceSchema), required=True, metadata={"description": _("列出的全部人员")}
    )


class PartQuestionsSchema(ma.Schema):
    parts = ma.fields.List(ma.fields.Nested(PartQuestionSchema), required=True)


class PartAnswerSchema(DomainSchema):
    """Whether place, share and part are agreed to, and why not."""

    agrees = Flag(required=True)
    reason = Text(1000, load_default="")


class PartHolderSchema(ma.Schema):
    """Somebody a record asks, and what he answered; never his address."""

    id = ma.fields.Integer(required=True)
    order = ma.fields.Integer(required=True, attribute="position")
    name = ma.fields.String(required=True)
    share = Share(required=True, allow_none=True)
    part = ma.fields.String(required=True)
    answer = ma.fields.String(
        required=True,
        metadata={
            "description": _(
                "unasked 没有询问，asked 已询问，confirmed 本人已确认，declined 不同意，excused 单位说明了原因"
            )
        },
    )
    decline_reason = ma.fields.String(required=True)
    excuse = ma.fields.String(required=True)


class PartHoldersSchema(ma.Schema):
    people = ma.fields.List(ma.fields.Nested(PartHolderSchema), required=True)


class PartLettersSchema(ma.Schema):
    written_to = ma.fields.Integer(required=True, metadata={"description": _("写信给了几位")})


@blueprint.route("")
@blueprint.doc(
    operationId="listParts",
    summary=_("列出请您本人确认的次序、份额和贡献"),
    description=_("成果的完成人、建议的作者，以及公布后的修改涉及的完成人。"),
    security=TOKEN,
)
@blueprint.response(200, PartQuestionsSchema)
def mine() -> Response:
    with runtime().sessions() as session:
        account = registering.get(session, actor())
        return _questions(session, account)


@blueprint.route(f"/<{KIND}:kind>/<{NUMBER}:person_id>/answer", methods=["POST"])
@blueprint.doc(
    operationId="answerPart",
    summary=_("确认或者不同意"),
    description=_("不同意须写明理由。令牌要有“填写成果”或“提交建议”一项。"),
    security=TOKEN,
)
@blueprint.arguments(PartAnswerSchema, example={"agrees": True})
@blueprint.response(200, PartQuestionsSchema)
def answer(data: dict[str, Any], kind: str, person_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        account = registering.get(session, actor())
        asked = contributors.by_account(session, account, kind, person_id)
        contributors.answer(session, actor(), asked, agrees=data["agrees"], reason=data["reason"], account=account)
        return _questions(session, account)


@blueprint.route(f"/<{NOUN}:noun>/<{NUMBER}:object_id>")
@blueprint.doc(
    operationId="readParts",
    summary=_("一条记录请谁确认，各人怎样答复"),
    description=_("成果、建议，或者公布后的修改。只给作者和办理的工会；不给邮箱。"),
    security=TOKEN,
)
@blueprint.response(200, PartHoldersSchema)
def people(noun: str, object_id: int) -> Response:
    with runtime().sessions() as session:
        return _people(session, _record(session, noun, object_id))


@blueprint.route(f"/<{NOUN}:noun>/<{NUMBER}:object_id>/ask", methods=["POST"])
@blueprint.doc(
    operationId="askParts",
    summary=_("写信请没有答复的人确认"),
    description=_("提交时会自动写信；同一个人一天之内只写一次。"),
    security=TOKEN,
)
@blueprint.response(200, PartLettersSchema)
@blueprint.alt_response(409, "CONFLICT")
def ask(noun: str, object_id: int) -> dict[str, int]:
    with unit_of_work(runtime().sessions) as session:
        record = _record(session, noun, object_id)
        return {"written_to": len(contributors.ask_again(session, actor(), record))}


@blueprint.route(f"/<{NOUN}:noun>/<{NUMBER}:object_id>/<{NUMBER}:person_id>/excuse", methods=["POST"])
@blueprint.doc(
    operationId="excusePart",
    summary=_("单位说明一位没有确认的原因"),
    description=_("由单位工会（空缺时上一级）写明；本人不同意的不能代为说明。"),
    security=TOKEN,
)
@blueprint.arguments(StatedReasonSchema, example={"reason": "已退休，联系不上"})
@blueprint.response(200, PartHoldersSchema)
@blueprint.alt_response(409, "CONFLICT")
def excuse(data: dict[str, Any], noun: str, object_id: int, person_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        record = _record(session, noun, object_id)
        contributors.excuse(session, actor(), record, person_id, data["reason"])
        return _people(session, record)


def _record(session: Session, noun: str, object_id: int) -> Record:
    get = achievements.get if noun == "achievement" else reading.get
    record: Record = get(session, actor(), object_id)
    return record


def _people(session: Session, record: Record) -> Response:
    if not contributors.may_see(actor(), record):
        raise NotAllowed("read", record.__tablename__)
    return jsonify(PartHoldersSchema().dump({"people": contributors.asking(session, record)}))


def _questions(session: Session, account: Account) -> Response:
    """Return what is asked of an account; nothing to a program that may answer and not read."""
    asked = contributors.asked_of(session, account) if actor().reads else []
    return jsonify(parts=[_question(it) for it in asked])


def _question(asked: Asked) -> dict[str, Any]:
    person = asked.person
    named = [{"order": order, "name": name, "share": share} for order, name, share in asked.named]
    told = {
        "kind": asked.kind, "id": person.id, "record": asked.record, "order": person.position, "share": person.share,
        "part": person.part, "leaves": getattr(person, "leaves", False), "named": named,
    }  # fmt: skip
    plain: dict[str, Any] = PartQuestionSchema().dump(told)
    return plain
