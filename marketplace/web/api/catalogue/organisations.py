"""Organisations, with the newest records of each."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.runtime import runtime
from marketplace.schemas.organisation import PRIVATE, OrganisationSchema
from marketplace.services import organisation as organisations
from marketplace.web.api import answers
from marketplace.web.api.parsing import NUMBER, Blueprint, actor

blueprint = Blueprint("api_organisations", __name__, url_prefix="/organisations", description=_("单位及其成果和需求"))


@blueprint.route(f"/<{NUMBER}:organisation_id>")
@blueprint.doc(
    operationId="readOrganisation",
    summary=_("读取一个单位"),
    description=_("附该单位最新的公开成果和需求，匿名需求除外。"),
)
@blueprint.response(200, answers.OrganisationAnswerSchema)
def one(organisation_id: int) -> dict[str, Any]:
    with runtime().sessions() as session:
        organisation = organisations.get(session, actor(), organisation_id)
        return {
            **OrganisationSchema(exclude=PRIVATE).dump(organisation),
            "achievements": organisations.achievements_of(session, actor(), organisation),
            "demands": organisations.demands_of(session, actor(), organisation),
        }
