"""Deputies for programs: whose desk is seen to by whom, named and ended as on the page of the office."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.db import now, today, unit_of_work
from marketplace.models import Deputation, RoleGrant
from marketplace.runtime import runtime
from marketplace.schemas.account import DeputationSchema
from marketplace.services.account import deputies
from marketplace.web.account.names import scope_of
from marketplace.web.api.parsing import BODY_MESSAGES, NUMBER, TOKEN, Blueprint, actor

blueprint = Blueprint("api_deputies", __name__, url_prefix="/deputies", description=_("岗位的代理人"))

EXAMPLE = {"grant": 1, "deputy": 2, "starts_on": "2026-12-01", "ends_on": "2026-12-20"}


class PersonSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)


class ColleagueSchema(PersonSchema):
    role = ma.fields.String(required=True, metadata={"description": _("他在哪一级的岗位")})


class HeldDeskSchema(ma.Schema):
    grant = ma.fields.Integer(required=True, metadata={"description": _("岗位的编号，指定代理人时填写")})
    role = ma.fields.String(required=True)
    scope = ma.fields.String(required=True, metadata={"description": _("岗位的范围：地区、行业或单位")})


class OwnDeskSchema(HeldDeskSchema):
    colleagues = ma.fields.List(
        ma.fields.Nested(ColleagueSchema), required=True, metadata={"description": _("可以请谁代理，同岗位的在前")}
    )


class ShownDeputationSchema(ma.Schema):
    id = ma.fields.Integer(required=True)
    desk = ma.fields.Nested(HeldDeskSchema, required=True)
    holder = ma.fields.Nested(PersonSchema, required=True, metadata={"description": _("谁的岗位")})
    deputy = ma.fields.Nested(PersonSchema, required=True, metadata={"description": _("由谁代理")})
    starts_on = ma.fields.Date(required=True)
    ends_on = ma.fields.Date(required=True, metadata={"description": _("最后一天，当天也算")})
    ended_at = ma.fields.DateTime(required=True, allow_none=True, metadata={"description": _("提前结束的时间")})
    is_in_force = ma.fields.Boolean(required=True, metadata={"description": _("今天是否有效")})


class DeputiesSchema(ma.Schema):
    desks = ma.fields.List(ma.fields.Nested(OwnDeskSchema), required=True)
    deputations = ma.fields.List(ma.fields.Nested(ShownDeputationSchema), required=True)


class DeputationBodySchema(DeputationSchema):
    error_messages = BODY_MESSAGES


@blueprint.route("")
@blueprint.doc(
    operationId="listDeputations",
    summary=_("列出您的岗位、可以请谁代理，以及您请人的和别人请您的代理"),
    description=_("结束得最晚的在前。令牌要有“办理待办”；要二次验证的岗位不在其中。"),
    security=TOKEN,
)
@blueprint.response(200, DeputiesSchema)
def listing() -> dict[str, Any]:
    with runtime().sessions() as session:
        desks = [
            {
                **_desk(desk),
                "colleagues": [
                    {"id": account.id, "name": account.name, "role": role}
                    for account, role in deputies.colleagues(session, actor(), desk)
                ],
            }
            for desk in deputies.desks(session, actor())
        ]
        found = [_told(it) for it in deputies.listed(session, actor())]
        return {"desks": desks, "deputations": found}


@blueprint.route("", methods=["POST"])
@blueprint.doc(
    operationId="nameDeputy",
    summary=_("请同岗位的同事或上级工会的人代理您的岗位"),
    description=_("头尾两天都算，天数不超过规则；到期自动结束。双方都会收到邮件，办理时写明是代理。"),
    security=TOKEN,
)
@blueprint.arguments(DeputationBodySchema, example=EXAMPLE)
@blueprint.response(201, ShownDeputationSchema)
def name(data: dict[str, Any]) -> dict[str, Any]:
    with unit_of_work(runtime().sessions) as session:
        return _told(deputies.name(session, actor(), data))


@blueprint.route(f"/<{NUMBER}:deputation_id>/end", methods=["POST"])
@blueprint.doc(
    operationId="endDeputation",
    summary=_("提前结束一项代理"),
    description=_("岗位的本人和代理人都可以结束；双方都会收到邮件。"),
    security=TOKEN,
)
@blueprint.response(200, ShownDeputationSchema)
@blueprint.alt_response(409, "CONFLICT")
def end(deputation_id: int) -> dict[str, Any]:
    with unit_of_work(runtime().sessions) as session:
        return _told(deputies.end(session, actor(), deputation_id))


def _desk(grant: RoleGrant) -> dict[str, Any]:
    return {"grant": grant.id, "role": grant.role, "scope": scope_of(grant)}


def _told(it: Deputation) -> dict[str, Any]:
    return {
        "id": it.id, "desk": _desk(it.grant), "holder": it.grant.account, "deputy": it.deputy,
        "starts_on": it.starts_on, "ends_on": it.ends_on, "ended_at": it.ended_at,
        "is_in_force": it.is_in_force(now(), today()),
    }  # fmt: skip
