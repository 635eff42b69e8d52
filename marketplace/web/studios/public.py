"""What everybody sees of studios: a list to narrow, and a page for each."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from marketplace.db import today
from marketplace.permissions import can_see_studio
from marketplace.runtime import runtime
from marketplace.services.studio import public, spread
from marketplace.web.actor import actor
from marketplace.web.studios import tiles
from marketplace.web.studios.records import asked_for, choices

blueprint = Blueprint("studios", __name__, url_prefix="/studios")

_PAGE = 30


@blueprint.get("")
def listing() -> str:
    asked = asked_for()
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = public.listed(session, asked, limit=_PAGE + 1, after=request.args.get("after", type=int))
        return render_template(
            "studios/list.html",
            studios=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            count=public.count(session, asked),
            asked=asked,
            day=today(),
            **choices(),
        )


@blueprint.get("/map")
def spread_page() -> str:
    asked = asked_for()
    with runtime().sessions() as session:
        found = spread.of_province(session, asked.kind, asked.tier)
    return render_template(
        "studios/map.html", spread=found, tiles=tiles.of(found), size=tiles.SIZE, asked=asked, day=today(), **choices()
    )


@blueprint.get("/<int:studio_id>")
def show(studio_id: int) -> str:
    with runtime().sessions() as session:
        shown = public.show(session, studio_id)
        return render_template("studios/show.html", shown=shown, may_see_record=can_see_studio(actor(), shown.studio))
