"""Showcase enterprises and parks: a list for everybody, and for offices the forms that name and revoke."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import vocabulary
from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, Invalid, NotAllowed
from marketplace.permissions import showcase_levels
from marketplace.runtime import runtime
from marketplace.schemas.contest import CompetitionShowcaseSchema
from marketplace.services.competition import showcases, showing
from marketplace.web.actor import actor
from marketplace.web.contests.forms import ShowcaseForm
from marketplace.web.contests.names import SHOWCASE_KINDS, tell
from marketplace.web.curation.home import require_staff
from marketplace.web.doing import done, typed
from marketplace.web.studios.forms import fields_of

blueprint = Blueprint("competition_showcases", __name__)

_PAGE = 50


@blueprint.get("/showcase-enterprises")
def listing() -> str:
    kind, region = request.args.get("kind", ""), request.args.get("region", "")
    asked = {"kind": kind if kind in SHOWCASE_KINDS else "", "region": region if region in vocabulary.regions else None}
    with runtime().sessions() as session:
        after = request.args.get("after", type=int)
        found = showcases.listed(session, **asked, limit=_PAGE + 1, after=after)
        shown = found[:_PAGE]
        return render_template(
            "contests/showcases.html",
            showcases=shown,
            may_revoke={it.id for it in shown if showcases.may_revoke(actor(), it)},
            may_name=bool(showcase_levels(actor())),
            own=showing.of_units(session, actor()),
            revoked=showcases.listed(session, **asked, revoked=True, limit=_PAGE),
            asked=asked,
            cities=list(vocabulary.regions.children("51")),
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
        )


@blueprint.get("/curation/showcase-enterprises")
def office() -> ResponseReturnValue:
    if (elsewhere := require_staff()) is not None:
        return elsewhere
    with runtime().sessions() as session:
        groups = showing.groups(session, actor())
        return render_template("contests/showcase_office.html", groups=groups, day=today())


@blueprint.post("/curation/showcase-enterprises/publicity")
def put_up() -> ResponseReturnValue:
    if (elsewhere := require_staff()) is not None:
        return elsewhere
    campaign_id = request.form.get("campaign", type=int)
    return done(
        lambda session: showing.put_up(session, actor(), campaign_id, typed("channel", 200)),
        _("公示已开始。"),
        url_for(".office"),
    )


@blueprint.post("/curation/showcase-enterprises/announcement")
def announce() -> ResponseReturnValue:
    if (elsewhere := require_staff()) is not None:
        return elsewhere
    campaign_id = request.form.get("campaign", type=int)
    return done(lambda session: tell(showing.announce(session, actor(), campaign_id)), "", url_for(".office"))


@blueprint.route("/curation/showcase-enterprises/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    if (elsewhere := require_staff()) is not None:
        return elsewhere
    levels = showcase_levels(actor())
    if not levels:
        raise NotAllowed("name", "competition_showcase")
    form = ShowcaseForm(data={"kind": "enterprise", "named_on": today().isoformat()})
    form.offer(levels)
    if request.method == "POST" and (data := form.load(CompetitionShowcaseSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                is_named = showcases.propose(session, actor(), data).state == "named"
            flash(_("已命名，列入名单。") if is_named else _("已记下，等待公示。"))
            return redirect(url_for(".listing" if is_named else ".office"), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except (Conflict, NotAllowed) as error:
            form.form_errors = error.sentences(_)
    status = 200 if request.method == "GET" else 422
    return render_template("contests/showcase_form.html", form=form, fields=fields_of(form)), status


@blueprint.post("/curation/showcase-enterprises/<int:showcase_id>/revoke")
def revoke(showcase_id: int) -> ResponseReturnValue:
    if (elsewhere := require_staff()) is not None:
        return elsewhere
    return done(
        lambda session: showcases.revoke(session, actor(), showcase_id, typed("reason", 500)),
        _("已撤销。"),
        url_for(".office" if request.form.get("back") == "office" else ".listing"),
    )
