"""The days of one's deals as a calendar: downloaded, or read by a program at a secret address."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.db import unit_of_work
from marketplace.runtime import runtime
from marketplace.services.deal import calendar
from marketplace.web.actor import actor, sign_in_first
from marketplace.web.deals.names import task_name
from marketplace.web.doing import done
from marketplace.web.security import inert

blueprint = Blueprint("deal_calendars", __name__, url_prefix="/deals")


@blueprint.get("/calendar")
def show() -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    with runtime().sessions() as session:
        return render_template("deals/calendar.html", has_feed=calendar.has_feed(session, actor()), address="")


@blueprint.post("/calendar")
def renew() -> ResponseReturnValue:
    """Make the address anew and show it, once."""
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    with unit_of_work(runtime().sessions) as session:
        secret = calendar.renew_feed(session, actor())
    address = url_for(".feed", secret=secret, _external=True)
    return render_template("deals/calendar.html", has_feed=True, address=address)


@blueprint.post("/calendar/end")
def end() -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    return done(lambda session: calendar.end_feed(session, actor()), _("订阅地址已作废。"), url_for(".show"))


@blueprint.get("/calendar.ics")
@inert
def own() -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    with runtime().sessions() as session:
        return _calendar(calendar.of_actor(session, actor(), task_name, _deals()), "deals.ics")


@blueprint.get("/<int:deal_id>/calendar.ics")
@inert
def of_deal(deal_id: int) -> ResponseReturnValue:
    if (elsewhere := sign_in_first()) is not None:
        return elsewhere
    with runtime().sessions() as session:
        return _calendar(calendar.of_deal(session, actor(), deal_id, task_name, _deals()), f"deal-{deal_id}.ics")


@blueprint.get("/calendar/<secret>.ics")
@inert
def feed(secret: str) -> Response:
    """Give a program the calendar of whoever made the address; nobody signs in here."""
    with runtime().sessions() as session:
        reader = calendar.reader_of(session, secret)
        return _calendar(calendar.of_actor(session, reader, task_name, _deals()), "deals.ics")


def _deals() -> str:
    return url_for("deals.listing", _external=True)


def _calendar(content: bytes, name: str) -> Response:
    answer = Response(content, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
