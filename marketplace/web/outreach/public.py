"""What everybody sees of publicity events: a list to narrow, and a page for each."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from marketplace import vocabulary
from marketplace.db import today
from marketplace.permissions import can_enter_curation
from marketplace.runtime import runtime
from marketplace.services.outreach import attendance, events
from marketplace.services.outreach.events import Asked
from marketplace.web.actor import actor

blueprint = Blueprint("outreach", __name__, url_prefix="/outreach")

_PAGE = 30


@blueprint.get("")
def listing() -> str:
    return render_template("outreach/list.html", **listed())


@blueprint.get("/<int:event_id>")
def show(event_id: int) -> str:
    with runtime().sessions() as session:
        event = events.get(session, event_id)
        return render_template(
            "outreach/show.html",
            event=event,
            figures=attendance.figures(session, [event.id])[event.id],
            is_office=can_enter_curation(actor()),
            day=today(),
        )


def listed() -> dict[str, object]:
    """Return the page of events that the address asks for, with their figures."""
    asked = asked_for()
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = events.listed(session, asked, limit=_PAGE + 1, after=request.args.get("after", type=int))
        return {
            "events": found[:_PAGE],
            "next_after": found[_PAGE - 1].id if len(found) > _PAGE else None,
            "count": events.count(session, asked),
            "figures": attendance.figures(session, [it.id for it in found[:_PAGE]]),
            "asked": asked,
            "kinds": list(vocabulary.outreach_kinds),
            "states": events.STATES,
            "cities": list(vocabulary.regions.children("51")),
            "day": today(),
        }


def asked_for() -> Asked:
    """Return what the address asks of the list; what no list knows is no question."""
    lists = {"kind": vocabulary.outreach_kinds, "state": events.STATES, "region": vocabulary.regions}
    given = {name: request.args.get(name, "") for name in lists}
    return Asked(request.args.get("q", "").strip()[:100], **{it: given[it] for it in lists if given[it] in lists[it]})
