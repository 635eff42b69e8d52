"""What lies in an office's territory and is not public yet, and the steps of a demand it may take."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.db import unit_of_work
from marketplace.models import Achievement, Demand
from marketplace.runtime import runtime
from marketplace.services import achievement as achievements
from marketplace.services import demand as demands
from marketplace.services.demand_desk import brokers
from marketplace.web.actor import actor
from marketplace.web.curation.home import blueprint
from marketplace.web.doing import done

_PAGE = 50


@blueprint.get("/demands")
def waiting_demands() -> str:
    with runtime().sessions() as reading:
        found = demands.waiting(reading, actor(), limit=_PAGE + 1, after=request.args.get("after", type=int))
        return _page("curation/demands.html", found)


@blueprint.get("/achievements")
def unpublished_achievements() -> str:
    with runtime().sessions() as reading:
        found = achievements.unpublished(reading, actor(), limit=_PAGE + 1, after=request.args.get("after", type=int))
        return _page("curation/achievements.html", found)


@blueprint.post("/demands/<int:demand_id>")
def act_on_demand(demand_id: int) -> ResponseReturnValue:
    """Take a demand the step that was chosen, with the reason where one is needed."""
    sent = request.form
    action, reason, checked = sent.get("action", ""), sent.get("reason", ""), sent.getlist("checked")
    if action in ("verify", "open"):
        # What is missing is said on the page of the demand.
        return done(
            lambda session: demands.act(session, actor(), demand_id, action, reason, checked),
            _("已办理，需求的状态已更新。"),
            url_for("demands.show", demand_id=demand_id),
        )
    with unit_of_work(runtime().sessions) as writing:
        demands.act(writing, actor(), demand_id, action, reason)
    flash(_("已办理，需求的状态已更新。"))
    return redirect(url_for("demands.show", demand_id=demand_id), 303)


@blueprint.post("/demands/<int:demand_id>/broker")
def assign_broker(demand_id: int) -> ResponseReturnValue:
    """Let a broker see to a demand, or another in the place of whom the page showed."""
    sent = request.form
    broker, instead_of = sent.get("broker", 0, type=int), sent.get("instead_of", type=int)

    def assigned(session: Session) -> None:
        demand = demands.get(session, actor(), demand_id)
        brokers.assign(session, actor(), demand, broker, instead_of=instead_of, reason=sent.get("reason", ""))

    return done(
        assigned,
        _("已指派，技术经理人已收到通知。"),
        url_for("demands.show", demand_id=demand_id),
    )


def _page(template: str, found: list[Demand] | list[Achievement]) -> str:
    # One more than is shown tells whether there is a next page.
    more = found[_PAGE - 1].id if len(found) > _PAGE else None
    return render_template(template, records=found[:_PAGE], next_after=more)
