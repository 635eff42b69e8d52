"""The honours everybody may see; an honour taken back by the office that gives it."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.db import today, unit_of_work
from marketplace.models import Honour
from marketplace.models.people.honour import STATES
from marketplace.runtime import runtime
from marketplace.schemas.fields import Code
from marketplace.schemas.honour import RevocationSchema
from marketplace.services.honour import public, recording
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_honours", __name__, url_prefix="/honours", description=_("荣誉"))


class HonourAnswerSchema(ma.Schema):
    """An honour as it stands today."""

    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True, metadata={"description": _("依据文件里的名称")})
    kind = Code(vocabulary.honour_kinds, required=True)
    level = Code(vocabulary.honour_levels, required=True)
    year = ma.fields.Integer(required=True)
    given_by = ma.fields.String(required=True, metadata={"description": _("授予单位")})
    basis = ma.fields.String(required=True, metadata={"description": _("依据文件的名称和文号")})
    begins_on = ma.fields.Date(required=True, allow_none=True)
    ends_on = ma.fields.Date(required=True, allow_none=True, metadata={"description": _("任期的最后一天")})
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    revoked_on = ma.fields.Date(required=True, allow_none=True)


class PublicHonourSchema(HonourAnswerSchema):
    holder = ma.fields.String(required=True, metadata={"description": _("同意公开的本人姓名")})
    unit = ma.fields.String(required=True, allow_none=True, metadata={"description": _("本人没有同意公开时为空")})


class HonoursSchema(ma.Schema):
    honours = ma.fields.List(ma.fields.Nested(PublicHonourSchema), required=True)
    count = ma.fields.Integer(required=True, metadata={"description": _("有效荣誉的总数，包括没有同意公开的")})
    unnamed = ma.fields.Integer(required=True, metadata={"description": _("其中本人没有同意公开的")})
    next = ma.fields.String(required=True, allow_none=True)


class HonourQuerySchema(PageQuerySchema):
    q = ma.fields.String(
        load_default="",
        metadata={"description": _("本人、荣誉、授予单位里的词；本人同意公开单位的，还有单位和领衔的工作室")},
    )
    kind = Code(vocabulary.honour_kinds, load_default=None, metadata={"description": _("类别")})
    level = Code(vocabulary.honour_levels, load_default=None, metadata={"description": _("级别")})
    year = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(1949, 2100, error=_("应在 {min} 和 {max} 之间。")),
        error_messages={"invalid": _("请填写整数。")},
        metadata={"description": _("年度")},
    )


class RevocationBodySchema(RevocationSchema):
    error_messages = BODY_MESSAGES


@blueprint.route("")
@blueprint.doc(
    operationId="listHonours",
    summary=_("列出公开的荣誉"),
    description=_("现在有效、本人同意公开的，新登记的在前；没有同意的只计数。"),
)
@blueprint.arguments(HonourQuerySchema, location="query")
@blueprint.response(200, HonoursSchema)
def listing(question: dict[str, Any]) -> dict[str, Any]:
    limit = question["limit"]
    asked = public.Asked(question["q"].strip()[:100], question["kind"] or "", question["level"] or "", question["year"])
    with runtime().sessions() as session:
        # One more than asked for tells whether there is a next page.
        found, counts = (
            public.listed(session, asked, limit=limit + 1, after=position(question)),
            public.counts(session, asked),
        )
        return {
            "honours": [_public(honour) for honour in found[:limit]],
            "count": counts.all,
            "unnamed": counts.unnamed,
            "next": cursor(question, found[limit - 1].id) if len(found) > limit else None,
        }


@blueprint.route(f"/<{NUMBER}:honour_id>/revoke", methods=["POST"])
@blueprint.doc(
    operationId="revokeHonour",
    summary=_("撤销荣誉"),
    description=_("记录保留；级别须在您的工会授予的范围之内。"),
    security=TOKEN,
)
@blueprint.arguments(RevocationBodySchema, example={"revoked_on": "2026-05-01", "reason": "申报材料不实"})
@blueprint.response(200, HonourAnswerSchema)
@blueprint.alt_response(409, "CONFLICT")
def revoke(data: dict[str, Any], honour_id: int) -> Response:
    with unit_of_work(runtime().sessions) as session:
        return jsonify(told(recording.revoke(session, actor(), honour_id, data)))


def told(honour: Honour) -> dict[str, Any]:
    """Return an honour as ``HonourAnswerSchema`` gives it out."""
    names = (
        "id", "title", "kind", "level", "year", "given_by", "basis", "begins_on", "ends_on", "revoked_on",
    )  # fmt: skip
    stated = {name: getattr(honour, name) for name in names} | {"state": honour.state_on(today())}
    plain: dict[str, Any] = HonourAnswerSchema().dump(stated)
    return plain


def _public(honour: Honour) -> dict[str, Any]:
    unit = honour.person.organisation.name if honour.person.shows_unit else None
    return {
        **{name: getattr(honour, name) for name in HonourAnswerSchema().fields if name != "state"},
        "state": honour.state_on(today()), "holder": honour.person.name, "unit": unit,
    }  # fmt: skip
