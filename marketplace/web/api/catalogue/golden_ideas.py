"""Golden ideas: what was awarded, and the verification of a certificate."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace import vocabulary
from marketplace.errors import NotFound
from marketplace.models import Nomination
from marketplace.runtime import runtime
from marketplace.schemas.fields import Code
from marketplace.services.award import granting
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import Blueprint
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_golden_ideas", __name__, url_prefix="/golden-ideas", description=_("金点子"))


class GoldenIdeaSchema(ma.Schema):
    """What a certificate states."""

    certificate_number = ma.fields.String(required=True, metadata={"description": _("证书编号")})
    is_valid = ma.fields.Boolean(required=True, metadata={"description": _("撤销以后为 false")})
    title = ma.fields.String(required=True)
    authors = ma.fields.List(ma.fields.String(), required=True, metadata={"description": _("作者要求不署名的为空")})
    unit = ma.fields.String(required=True)
    category = Code(vocabulary.proposal_categories, required=True, allow_none=True)
    grade = ma.fields.String(required=True, allow_none=True, metadata={"description": _("等级代码，见 award_grades")})
    granted_on = ma.fields.Date(required=True)
    round_id = ma.fields.Integer(required=True)
    round_title = ma.fields.String(required=True)
    year = ma.fields.Integer(required=True)
    level = Code(vocabulary.award_levels, required=True)


class GoldenIdeasSchema(ma.Schema):
    golden_ideas = ma.fields.List(ma.fields.Nested(GoldenIdeaSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


class GoldenIdeaQuerySchema(PageQuerySchema):
    year = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(2000, 2100, error=_("应在 {min} 和 {max} 之间。")),
        error_messages={"invalid": _("请填写整数。")},
        metadata={"description": _("年度")},
    )
    level = Code(vocabulary.award_levels, load_default=None, metadata={"description": _("级别")})


@blueprint.route("")
@blueprint.doc(
    operationId="listGoldenIdeas", summary=_("列出授予的金点子"), description=_("最新的在前；撤销的不再列出。")
)
@blueprint.arguments(GoldenIdeaQuerySchema, location="query")
@blueprint.response(200, GoldenIdeasSchema)
def golden_ideas(question: dict[str, Any]) -> dict[str, Any]:
    limit = question["limit"]
    with runtime().sessions() as session:
        found = granting.golden_ideas(
            session, limit=limit + 1, after=position(question), year=question["year"], level=question["level"]
        )
        return {
            "golden_ideas": [_idea(nomination) for nomination in found[:limit]],
            "next": cursor(question, found[limit - 1].id) if len(found) > limit else None,
        }


@blueprint.route("/<number>")
@blueprint.doc(
    operationId="verifyCertificate",
    summary=_("核验一份证书"),
    description=_("按证书编号；撤销的 is_valid 为 false，没有授予过的编号答复 404。"),
)
@blueprint.response(200, GoldenIdeaSchema)
def verify(number: str) -> dict[str, Any]:
    with runtime().sessions() as session:
        found = granting.verify(session, number)
        if found is None:
            raise NotFound("certificate", number)
        return _idea(found.nomination)


def _idea(nomination: Nomination) -> dict[str, Any]:
    stated, award = nomination.stated or {}, nomination.award_round
    return {
        "certificate_number": nomination.certificate_number,
        "is_valid": nomination.outcome == "awarded",
        **{name: stated[name] for name in ("title", "authors", "unit", "category", "grade")},
        "granted_on": nomination.granted_on,
        "round_id": award.id, "round_title": award.title, "year": award.year, "level": award.level,
    }  # fmt: skip
