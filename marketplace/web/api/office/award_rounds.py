"""The rounds in which golden ideas are chosen, and what each is judged by."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _

from marketplace.models import AwardRound
from marketplace.models.proposals.award import STATES
from marketplace.runtime import runtime
from marketplace.schemas.award import AwardRoundSchema
from marketplace.services.award import rounds
from marketplace.web.api.cursors import cursor, position
from marketplace.web.api.parsing import NUMBER, Blueprint
from marketplace.web.api.questions import PageQuerySchema

blueprint = Blueprint("api_award_rounds", __name__, url_prefix="/award-rounds", description=_("金点子评选"))


class AwardRoundAnswerSchema(AwardRoundSchema):
    """A round as anybody may read it; the place is told by codes and the name of the unit."""

    class Meta(AwardRoundSchema.Meta):
        exclude = ("organisation_name",)

    id = ma.fields.Integer(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    organisation = ma.fields.String(required=True, allow_none=True)


class AwardRoundsSchema(ma.Schema):
    rounds = ma.fields.List(ma.fields.Nested(AwardRoundAnswerSchema), required=True)
    next = ma.fields.String(required=True, allow_none=True)


@blueprint.route("")
@blueprint.doc(
    operationId="listAwardRounds", summary=_("列出各次评选"), description=_("最新的在前，按 next 逐页读取。")
)
@blueprint.arguments(PageQuerySchema, location="query")
@blueprint.response(200, AwardRoundsSchema)
def listing(question: dict[str, Any]) -> dict[str, Any]:
    limit = question["limit"]
    with runtime().sessions() as session:
        # One more than asked for tells whether there is a next page.
        found = rounds.listed(session, limit=limit + 1, after=position(question))
        return {
            "rounds": [_round(award) for award in found[:limit]],
            "next": cursor(question, found[limit - 1].id) if len(found) > limit else None,
        }


@blueprint.route(f"/<{NUMBER}:award_id>")
@blueprint.doc(
    operationId="readAwardRound",
    summary=_("读取一次评选"),
    description=_("范围、时间、评分标准、名额和期限；提名和评分不在其中。"),
)
@blueprint.response(200, AwardRoundAnswerSchema)
def one(award_id: int) -> dict[str, Any]:
    with runtime().sessions() as session:
        return _round(rounds.get(session, award_id))


def _round(award: AwardRound) -> dict[str, Any]:
    names = (
        "id", "title", "year", "level", "state", "opens_on", "closes_on", "rubrics", "quotas", "line", "spread",
        "judges_needed", "publicity_days", "bars_heads_of_unit",
    )  # fmt: skip
    return {name: getattr(award, name) for name in names} | {
        "region": award.region_path.rsplit("/", 1)[-1] or None,
        "industry": award.industry_path.rsplit("/", 1)[-1] or None,
        "organisation": award.organisation.name if award.organisation else None,
    }
