"""The office's pages of campaigns: made, opened and closed, what waits confirmed or refused, periods closed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.db import today, unit_of_work
from marketplace.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from marketplace.permissions import Permission, can, can_follow_campaign, can_run_campaign, require
from marketplace.runtime import runtime
from marketplace.schemas.participation import CloseSchema, EntrySchema
from marketplace.services.participation import campaigns, closing, deciding, recording
from marketplace.services.participation.deciding import Asked
from marketplace.services.participation.recording import Doubled
from marketplace.services.tally import figures
from marketplace.services.tally.slices import Slice
from marketplace.web.account.forms import DomainForm
from marketplace.web.actor import actor
from marketplace.web.curation.home import require_staff
from marketplace.web.participation.campaign_form import CampaignForm
from marketplace.web.participation.forms import CloseForm, EntryForm
from marketplace.web.studios.forms import fields_of

blueprint = Blueprint("participation_office", __name__, url_prefix="/curation/campaigns")

blueprint.before_request(require_staff)

_PAGE, _QUEUE = 30, 100


@blueprint.get("")
def listing() -> str:
    with runtime().sessions() as session:
        after = request.args.get("after", type=int)
        found = campaigns.listed(session, actor(), limit=_PAGE + 1, after=after)
        waiting = {it.id: deciding.waiting(session, actor(), it.id) for it in found[:_PAGE]}
        return render_template(
            "participation/office.html",
            campaigns=found[:_PAGE],
            waiting=waiting,
            next_after=found[_PAGE - 1].id if len(found) > _PAGE else None,
            may_run=can(actor(), Permission.CAMPAIGN_RUN),
        )


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    require(actor(), Permission.CAMPAIGN_RUN)
    form = CampaignForm.empty()
    form.offer(actor())
    if request.method == "POST" and (data := form.read()) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                campaign_id = campaigns.make(session, actor(), data).id
            flash(_("活动已建立，核对以后请开放。"))
            return redirect(url_for(".show", campaign_id=campaign_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
    status = 200 if request.method == "GET" else 422
    return render_template("participation/form.html", form=form, fields=fields_of(form)), status


@blueprint.route("/<int:campaign_id>/edit", methods=["GET", "POST"])
def edit(campaign_id: int) -> ResponseReturnValue:
    with unit_of_work(runtime().sessions) as session:
        campaign = campaigns.get(session, actor(), campaign_id)
        if not can_run_campaign(actor(), campaign):
            raise NotAllowed("run", "campaign")
        form = CampaignForm() if request.method == "POST" else CampaignForm.showing(campaign)
        form.fit(campaign)
        if request.method == "POST" and (data := form.read(campaign)) is not None:
            try:
                with session.begin_nested():
                    campaigns.revise(session, actor(), campaign_id, form.revision_read(), data)
                flash(_("活动已修改。"))
                return redirect(url_for(".show", campaign_id=campaign_id), 303)
            except Invalid as error:
                form.refuse_invalid(error)
            except Conflict as error:
                form.form_errors = [error.text(_)]
        status = 200 if request.method == "GET" else 422
        page = render_template(
            "participation/form.html",
            form=form,
            fields=fields_of(form),
            campaign=campaign,
            is_locked=campaigns.is_locked(session, campaign),
        )
        return page, status


@blueprint.get("/<int:campaign_id>")
def show(campaign_id: int) -> str:
    return _page(campaign_id)


@blueprint.post("/<int:campaign_id>/step")
def step(campaign_id: int) -> ResponseReturnValue:
    action = request.form.get("action", "")
    if action not in ("open", "close", "publish"):
        raise NotFound("campaign", campaign_id)
    try:
        with unit_of_work(runtime().sessions) as session:
            campaigns.step(session, actor(), campaign_id, action)
        flash(_("活动的状态已改变。"))
    except Conflict as error:
        flash(error.text(_))
    return redirect(url_for(".show", campaign_id=campaign_id), 303)


@blueprint.post("/<int:campaign_id>/entries")
def record(campaign_id: int) -> ResponseReturnValue:
    form = EntryForm(prefix="entry-")
    if (data := form.load(EntrySchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                recording.record(session, actor(), campaign_id, data)
            flash(_("已登记并计入。"))
            return redirect(url_for(".show", campaign_id=campaign_id), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except (Conflict, NotAllowed) as error:
            form.form_errors = [error.text(_)]
            form.first_entry = error.entry_id if isinstance(error, Doubled) else None
    return _page(campaign_id, {"entry": form}), 422


@blueprint.post("/<int:campaign_id>/decide")
def decide(campaign_id: int) -> ResponseReturnValue:
    chosen = [int(it) for it in request.form.getlist("entry") if it.isascii() and it.isdecimal() and len(it) < 13]
    reason, is_refusal = request.form.get("reason", "").strip()[:500], "refuse" in request.form
    try:
        with unit_of_work(runtime().sessions) as session:
            verb = deciding.refuse if is_refusal else deciding.confirm
            results = verb(session, actor(), chosen[:_QUEUE], reason)
        _report(results, is_refusal)
    except Invalid as error:
        flash(" ".join(error.sentences(_)))
    return redirect(url_for(".show", campaign_id=campaign_id, _anchor="waiting"), 303)


@blueprint.post("/<int:campaign_id>/periods")
def close(campaign_id: int) -> ResponseReturnValue:
    form = CloseForm(prefix="close-")
    if (data := form.load(CloseSchema())) is not None:
        try:
            with unit_of_work(runtime().sessions) as session:
                closed = closing.close(session, actor(), campaign_id, data).id
            return redirect(url_for(".period", close_id=closed), 303)
        except Invalid as error:
            form.refuse_invalid(error)
        except (Conflict, NotAllowed) as error:
            form.form_errors = [error.text(_)]
    return _page(campaign_id, {"close": form}), 422


@blueprint.get("/periods/<int:close_id>")
def period(close_id: int) -> str:
    with runtime().sessions() as session:
        closed = closing.get(session, actor(), close_id)
        campaign = campaigns.get(session, actor(), closed.campaign_id)
        return render_template(
            "participation/period.html", closed=closed, campaign=campaign, is_sound=closing.is_sound(closed)
        )


def _report(results: dict[int, DomainError | None], is_refusal: bool) -> None:
    done = sum(1 for it in results.values() if it is None)
    if is_refusal:
        flash(ngettext("不予确认 %(num)d 条。", "不予确认 %(num)d 条。", done))
    else:
        flash(ngettext("已确认 %(num)d 条。", "已确认 %(num)d 条。", done))
    for entry_id, error in results.items():
        if error is not None:
            flash(_("第 %(entry)s 号记录：%(why)s", entry=entry_id, why=error.text(_)))


def _page(campaign_id: int, refused: dict[str, DomainForm] | None = None) -> str:
    given = refused or {}
    entry = given.get("entry") or EntryForm(formdata=None, prefix="entry-", data={"day": today().isoformat()})
    close_form = given.get("close") or CloseForm(formdata=None, prefix="close-")
    with runtime().sessions() as session:
        campaign = campaigns.get(session, actor(), campaign_id)
        if isinstance(entry, EntryForm):
            entry.offer(campaign)
        queue = deciding.listed(session, actor(), campaign.id, Asked(state="recorded"), limit=_QUEUE)
        follows = can_follow_campaign(actor(), campaign)
        return render_template(
            "participation/campaign.html",
            campaign=campaign,
            queue=queue,
            waiting=deciding.waiting(session, actor(), campaign.id),
            latest=deciding.listed(session, actor(), campaign.id, Asked(), limit=_PAGE),
            counted=figures.by_item(session, campaign.id, Slice()) if follows else {},
            total=figures.total(session, campaign.id, Slice()) if follows else None,
            units=figures.units(session, campaign.id, Slice()) if follows else 0,
            periods=closing.listed(session, actor(), campaign),
            runs=can_run_campaign(actor(), campaign),
            follows=follows,
            is_locked=campaigns.is_locked(session, campaign),
            forms={"entry": entry, "close": close_form},
            refused=given,
            fields_of=fields_of,
        )
