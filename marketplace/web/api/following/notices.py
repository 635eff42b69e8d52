"""Notices for the programs of a person: read, marked as read, and how he is told of each topic."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.models.following.notice import MAILS
from marketplace.runtime import runtime
from marketplace.schemas.fields import DomainSchema, Nested, Text, Whole
from marketplace.services.notification import notices, preferences
from marketplace.services.notification.notices import Shown
from marketplace.web import language
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_notices", __name__, url_prefix="/notices", description=_("通知"))


class NoticeAnswerSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    kind = ma.fields.String(required=True)
    subject = ma.fields.String(required=True)
    text = ma.fields.String(required=True)
    path = ma.fields.String(required=True, metadata={"description": _("所说的事在哪一页；没有页面的为空")})
    created_at = ma.fields.DateTime(required=True)
    read_at = ma.fields.DateTime(required=True, allow_none=True)


class NoticesSchema(ma.Schema):
    notices = ma.fields.List(ma.fields.Nested(NoticeAnswerSchema), required=True)
    unread = ma.fields.Integer(required=True, metadata={"description": _("一共有几条没有读过")})
    next = ma.fields.String(required=True, allow_none=True)


class NoticesQuerySchema(PageQuerySchema):
    unread = ma.fields.Boolean(
        load_default=False,
        error_messages={"invalid": _("请填写 true 或 false。")},
        metadata={"description": _("只要没有读过的")},
    )


class NoticesReadBodySchema(DomainSchema):
    error_messages = BODY_MESSAGES
    up_to = Whole(1, 2**31 - 1, required=True, metadata={"description": _("读到哪一条，它的编号")})


class NoticesReadSchema(ma.Schema):
    count = ma.fields.Integer(required=True, metadata={"description": _("标为读过的条数")})


class PreferenceSchema(DomainSchema):
    in_product = ma.fields.Boolean(
        required=True, error_messages={"invalid": _("请填写 true 或 false。"), "required": _("必填。")}
    )
    mail = Text(10, required=True, validate=ma.validate.OneOf(MAILS))


# One field for each topic that can be chosen for.
PreferencesSchema = DomainSchema.from_dict(
    {topic: Nested(PreferenceSchema) for topic in preferences.CHOICES}, name="PreferencesSchema"
)


class PreferencesBodySchema(PreferencesSchema):  # type: ignore[misc, valid-type]  # Made from the topics.
    error_messages = BODY_MESSAGES


@blueprint.route("")
@blueprint.doc(
    operationId="listNotices",
    summary=_("列出自己的通知"),
    description=_("新的在前；文字用请求的语言。"),
    security=TOKEN,
)
@blueprint.arguments(NoticesQuerySchema, location="query")
@blueprint.response(200, NoticesSchema)
def listing(question: dict[str, Any]) -> dict[str, Any]:
    limit, after = question["limit"], position(question)
    with runtime().sessions() as session:
        found = notices.listed(
            session, actor(), language.current(), limit=limit + 1, after=after, unread=question["unread"]
        )
        return {
            "notices": [_told(it) for it in found[:limit]],
            "unread": notices.count_unread(session, actor()),
            "next": cursor(question, found[limit - 1].notice.id) if len(found) > limit else None,
        }


@blueprint.route("/read", methods=["POST"])
@blueprint.doc(
    operationId="readNotices",
    summary=_("把到某一条为止的通知标为读过"),
    description=_("以后来的仍是没有读过的。"),
    security=TOKEN,
)
@blueprint.arguments(NoticesReadBodySchema, example={"up_to": 7})
@blueprint.response(200, NoticesReadSchema)
def read_all(data: dict[str, Any]) -> dict[str, Any]:
    with unit_of_work(runtime().sessions) as session:
        return {"count": notices.read_all(session, actor(), up_to=data["up_to"])}


@blueprint.route(f"/<{NUMBER}:notice_id>/read", methods=["POST"])
@blueprint.doc(
    operationId="readNotice", summary=_("把一条通知标为读过"), description=_("已经读过的不变。"), security=TOKEN
)
@blueprint.response(204)
def read(notice_id: int) -> None:
    with unit_of_work(runtime().sessions) as session:
        notices.read(session, actor(), notice_id)


@blueprint.route("/preferences")
@blueprint.doc(
    operationId="readPreferences",
    summary=_("各类事情怎样通知您"),
    description=_("没有选过的，网页上显示，邮件立即发。"),
    security=TOKEN,
)
@blueprint.response(200, PreferencesSchema)
def chosen() -> dict[str, Any]:
    with runtime().sessions() as session:
        return _chosen(session)


@blueprint.route("/preferences", methods=["PUT"])
@blueprint.doc(
    operationId="choosePreferences",
    summary=_("选择各类事情怎样通知您"),
    description=_("没有写的不变；关系到账号安全的一律立即发邮件。"),
    security=TOKEN,
)
@blueprint.arguments(PreferencesBodySchema, example={"records": {"in_product": True, "mail": "weekly"}})
@blueprint.response(200, PreferencesSchema)
def choose(data: dict[str, Any]) -> dict[str, Any]:
    with unit_of_work(runtime().sessions) as session:
        preferences.choose(session, actor(), {topic: (it["in_product"], it["mail"]) for topic, it in data.items()})
        return _chosen(session)


def _chosen(session: Session) -> dict[str, Any]:
    held = preferences.chosen(session, actor())
    return {topic: {"in_product": it.in_product, "mail": it.mail} for topic, it in held.items()}


def _told(shown: Shown) -> dict[str, Any]:
    notice, told = shown.notice, shown.told
    return {
        "id": notice.id, "kind": notice.kind, "subject": told.subject, "text": told.text, "path": told.path,
        "created_at": notice.created_at, "read_at": notice.read_at,
    }  # fmt: skip
