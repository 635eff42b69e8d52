"""What everybody sees of crews: a list to narrow, and a page for each."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from marketplace.db import today
from marketplace.permissions import can_see_crew
from marketplace.runtime import runtime
from marketplace.services.crew import public
from marketplace.web.actor import actor
from marketplace.web.crews.office import asked_for, choices

blueprint = Blueprint("crews", __name__, url_prefix="/crews")

_PAGE = 50


@blueprint.get("")
def listing() -> str:
    asked = asked_for()
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = public.listed(session, asked, limit=_PAGE + 1, after=request.args.get("after", type=int))
        return render_template(
            "crews/list.html",
            crews=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            count=public.count(session, asked),
            asked=asked,
            day=today(),
            **choices(),
        )


@blueprint.get("/<int:crew_id>")
def show(crew_id: int) -> str:
    with runtime().sessions() as session:
        shown = public.show(session, crew_id)
        return render_template(
            "crews/show.html", shown=shown, may_see_record=can_see_crew(actor(), shown.crew), day=today()
        )
