"""Lists in publicity, and objections to what is on them."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.db import unit_of_work
from marketplace.models import Publicity
from marketplace.models.review.publicity import OBJECTION_STATES, SHOWN
from marketplace.runtime import runtime
from marketplace.schemas.objection import ObjectionSchema
from marketplace.services import objection as objections
from marketplace.services import publicity as publicities
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, Blueprint, actor

blueprint = Blueprint("api_publicity", __name__, url_prefix="/publicity", description=_("公示和异议"))


EXAMPLE = {
    "noun": "achievement",
    "object_id": 1,
    "text": "名单第 1 项与我班组 2023 年的改进相同",
    "evidence": "2023 年 5 月班组台账第 12 页",
}


class ShownSchema(ma.Schema):
    """What the list says of a record; what does not apply to it is left out."""

    title = ma.fields.String(required=True)
    kind = ma.fields.String(allow_none=True)
    region = ma.fields.String(allow_none=True)
    grade = ma.fields.String(allow_none=True)
    abstract = ma.fields.String()
    mode = ma.fields.String(metadata={"description": _("公示价格时的转化方式")})
    amount = ma.fields.Integer(metadata={"description": _("公示的协议价格，单位分")})
    is_related_party = ma.fields.Boolean(metadata={"description": _("双方是不是有关联关系")})
    tier = ma.fields.String()
    showcase = ma.fields.String(metadata={"description": _("拟命名的是示范企业还是示范园区")})
    level = ma.fields.String(metadata={"description": _("哪一级的示范企业或示范园区")})
    leader = ma.fields.String()
    units = ma.fields.List(ma.fields.String())
    completers = ma.fields.List(ma.fields.String())
    authors = ma.fields.List(ma.fields.String())


class PublicityEntrySchema(ma.Schema):
    noun = ma.fields.String(required=True, validate=ma.validate.OneOf(SHOWN))
    object_id = ma.fields.Integer(required=True)
    text = ma.fields.Nested(ShownSchema, required=True, metadata={"description": _("名单上写的内容")})


class PublicitySchema(ma.Schema):
    """A list as it was shown; both days belong to the period."""

    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    channel = ma.fields.String(required=True)
    starts_on = ma.fields.Date(required=True)
    ends_on = ma.fields.Date(required=True)
    closed_at = ma.fields.DateTime(required=True, allow_none=True)
    replaced_by_id = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": _("名单变动后重新开始的那一次公示")}
    )
    snapshot_hash = ma.fields.String(required=True, metadata={"description": _("名单的 SHA-256")})
    entries = ma.fields.List(ma.fields.Nested(PublicityEntrySchema), required=True)


class RunningSchema(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(PublicitySchema), required=True)


class ObjectionBodySchema(ObjectionSchema):
    error_messages = BODY_MESSAGES


class RaisedSchema(ma.Schema):
    """What whoever raised an objection is told; the rest is for those who decide it."""

    id = ma.fields.Integer(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(OBJECTION_STATES))
    due_on = ma.fields.Date(required=True, metadata={"description": _("办结期限")})


@blueprint.route("")
@blueprint.doc(operationId="listPublicity", summary=_("正在进行的公示"), description=_("新的在前，附名单。"))
@blueprint.response(200, RunningSchema)
def listing() -> dict[str, list[Publicity]]:
    with runtime().sessions() as session:
        return {"items": publicities.listed(session)}


@blueprint.route(f"/<{NUMBER}:publicity_id>")
@blueprint.doc(operationId="readPublicity", summary=_("读取一次公示"), description=_("已结束的也能读取。"))
@blueprint.response(200, PublicitySchema)
def one(publicity_id: int) -> Any:
    with runtime().sessions() as session:
        found = publicities.get(session, publicity_id)
        return PublicitySchema().dump(found)


@blueprint.route(f"/<{NUMBER}:publicity_id>/objections", methods=["POST"])
@blueprint.doc(
    operationId="raiseObjection",
    summary=_("对名单上的一项提出异议"),
    description=_("署名的请留联系方式，不署名的须写明证据；两者都只有办理人员能看到。"),
)
@blueprint.arguments(ObjectionBodySchema, example=EXAMPLE)
@blueprint.response(201, RaisedSchema)
def object_to(data: dict[str, Any], publicity_id: int) -> Any:
    with unit_of_work(runtime().sessions) as session:
        return RaisedSchema().dump(objections.object_to(session, actor(), publicity_id, data))
