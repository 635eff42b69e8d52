"""The grades of labour competitions that are announced, for everybody."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from marketplace.runtime import runtime
from marketplace.services.competition import publishing, registering
from marketplace.web.actor import actor

blueprint = Blueprint("competition_grades", __name__)

_PAGE = 50


@blueprint.get("/competition-grades")
def listing() -> str:
    campaign_id, after = request.args.get("campaign", type=int), request.args.get("after", type=int)
    with runtime().sessions() as session:
        campaign = registering.competition(session, actor(), campaign_id) if campaign_id is not None else None
        found = publishing.told(session, campaign_id=campaign_id, limit=_PAGE + 1, after=after)
        return render_template(
            "contests/grades.html",
            campaign=campaign,
            registrations=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
        )
