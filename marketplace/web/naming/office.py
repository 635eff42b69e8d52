"""The batches as an office sees them: announced, recommended to, given a panel, scored, counted, called off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import vocabulary
from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, Invalid
from marketplace.models import NamingBatch
from marketplace.models.studios.studio_application import APPLICATION_STATES
from marketplace.permissions import Permission, can, can_run_naming, require
from marketplace.runtime import runtime
from marketplace.services.account import people
from marketplace.services.naming import applications, batches, panel, recommending, tallying
from marketplace.web.actor import actor
from marketplace.web.curation.home import require_staff
from marketplace.web.naming.forms import BatchForm, sent_indicators

blueprint = Blueprint("naming_office", __name__, url_prefix="/curation/naming")

blueprint.before_request(require_staff)

_PAGE = 50
_LINES = 100


@blueprint.get("")
def listing() -> str:
    after = request.args.get("after", type=int)
    with runtime().sessions() as session:
        # One more than is shown tells whether there is a next page.
        found = batches.listed(session, limit=_PAGE + 1, after=after)
        return render_template(
            "naming/office_batches.html",
            batches=found[:_PAGE],
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            waiting=recommending.waiting(session, actor(), found[:_PAGE]),
            may_announce=can(actor(), Permission.NAMING_RUN),
        )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    require(actor(), Permission.NAMING_RUN)
    with runtime().sessions() as session:
        shape = batches.defaults(session)
    if request.method == "GET":
        data = {"year": today().year, "opens_on": today(), **shape}
        return _form_page(BatchForm(formdata=None, data=data), shape["indicators"])
    form, indicators = BatchForm(), sent_indicators(shape["indicators"])
    data = form.load_batch(indicators)
    if data is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                batch_id = batches.announce(session, actor(), data).id
            flash(_("批次已公布，到截止日为止接受申报。"))
            return redirect(url_for(".show", batch_id=batch_id), 303)
        except (Invalid, Conflict) as error:
            _refuse(form, error)
    return _form_page(form, indicators), 422


@blueprint.route("/<int:batch_id>/edit", methods=["GET", "POST"])
def edit(batch_id: int) -> ResponseReturnValue:
    with runtime().sessions() as session:
        batch = batches.run_by(session, actor(), batch_id)
        if request.method == "GET":
            return _form_page(BatchForm.showing(batch), batch.indicators, batch_id)
        indicators = sent_indicators(batch.indicators)
    form = BatchForm()
    data = form.load_batch(indicators)
    if data is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                batches.revise(session, actor(), batch_id, form.revision_read(), data)
            flash(_("已保存。"))
            return redirect(url_for(".show", batch_id=batch_id), 303)
        except (Invalid, Conflict) as error:
            _refuse(form, error)
    return _form_page(form, indicators, batch_id), 422


@blueprint.get("/<int:batch_id>")
def show(batch_id: int) -> str:
    return batch_page(batch_id)


@blueprint.get("/<int:batch_id>/recommending")
def recommending_list(batch_id: int) -> str:
    """Show what the actor's office recommends to a batch, in its order; what waits comes first."""
    require(actor(), Permission.NAMING_RECOMMEND)
    with runtime().sessions() as session:
        batch = batches.get(session, batch_id)
        found = recommending.own(session, actor(), batch)
        return render_template("naming/recommending.html", batch=batch, applications=found, standings=_standings(found))


@blueprint.post("/<int:batch_id>/cancel")
def cancel(batch_id: int) -> ResponseReturnValue:
    try:
        with unit_of_work(runtime().sessions) as session:
            batches.cancel(session, actor(), batch_id, request.form.get("reason", "")[:500])
    except Invalid as error:
        return batch_page(batch_id, {"cancel": " ".join(error.sentences(_))}), 422
    flash(_("这一批已取消，申报的工作室可以参加别的批次。"))
    return redirect(url_for(".show", batch_id=batch_id), 303)


@blueprint.post("/<int:batch_id>/panel")
def call_judge(batch_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        panel.add(session, actor(), batch_id, request.form.get("account", 0, type=int))
    return redirect(url_for(".show", batch_id=batch_id, _anchor="panel"), 303)


@blueprint.post("/<int:batch_id>/panel/<int:account_id>/release")
def release_judge(batch_id: int, account_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        panel.remove(session, actor(), batch_id, account_id)
    return redirect(url_for(".show", batch_id=batch_id, _anchor="panel"), 303)


@blueprint.post("/<int:batch_id>/scoring")
def begin_scoring(batch_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        panel.begin(session, actor(), batch_id)
    flash(_("推荐已截止，评分表已分给各位专家。"))
    return redirect(url_for(".show", batch_id=batch_id), 303)


@blueprint.post("/<int:batch_id>/tally")
def tally(batch_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        tallying.tally(session, actor(), batch_id)
    flash(_("评分已汇总。"))
    return redirect(url_for(".show", batch_id=batch_id), 303)


def batch_page(batch_id: int, wrong: Mapping[str, str] | None = None) -> str:
    """Show a batch with all that applied; ``wrong`` says what is wrong with which of its forms."""
    after = request.args.get("after", type=int)
    asked = {"state": request.args.get("state", ""), "region": request.args.get("region", "")}
    asked = {
        "state": asked["state"] if asked["state"] in APPLICATION_STATES else "",
        "region": asked["region"] if asked["region"] in vocabulary.regions else "",
    }
    with runtime().sessions() as session:
        batch = batches.followed(session, actor(), batch_id)
        runs, is_counted = can_run_naming(actor(), batch), batch.state in tallying.COUNTED
        # One more than is shown tells whether there is a next page.
        found = applications.listed(session, actor(), batch, limit=_LINES + 1, after=after, **asked)
        progress = tallying.progress(session, batch) if batch.state == "scoring" else {}
        return render_template(
            "naming/office_batch.html",
            batch=batch,
            runs=runs,
            count=batches.count(session, batch),
            applications=found[:_LINES],
            standings=_standings(found[:_LINES]),
            next_after=found[_LINES - 1].id if len(found) > _LINES else None,
            asked=asked,
            states=APPLICATION_STATES,
            cities=list(vocabulary.regions.children("51")),
            judges=panel.may_be_added(session, actor(), batch_id) if runs and _takes_judges(batch) else [],
            seats=panel.seats(session, batch),
            progress=progress,
            in_all=tallying.in_all(progress),
            is_counted=is_counted,
            spreads={it.id: tallying.spread(it) for it in found[:_LINES]} if is_counted else {},
            is_closed=today() > batch.closes_on,
            events=(events := batches.history(session, batch)),
            people=people.called(session, (event.actor for event in events)),
            stamps={},
            wrong=wrong or {},
        )


def _standings(found: list[Any]) -> dict[int, dict[str, list[Any]]]:
    """Return, for each application, the conditions its dossier froze, by how they stand."""
    standings: dict[int, dict[str, list[Any]]] = {}
    for it in found:
        frozen = applications.conditions_of(it)
        standings[it.id] = {state: [c for c in frozen if c.state == state] for state in ("pass", "fail", "no_data")}
    return standings


def _takes_judges(batch: NamingBatch) -> bool:
    return batch.state in ("open", "scoring")


def _refuse(form: BatchForm, error: Invalid | Conflict) -> None:
    if isinstance(error, Invalid):
        form.refuse_invalid(error)
    else:
        form.form_errors = [error.text(_)]


def _form_page(form: BatchForm, indicators: Mapping[str, Any], batch_id: int | None = None) -> str:
    return render_template("naming/office_form.html", form=form, indicators=indicators, batch_id=batch_id)
